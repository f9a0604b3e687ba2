/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A heap of several regions under test beside its reference model.  Each
 * heap_xyz does an operation on both and compares everything that can be seen:
 * the result, what the hooks were told, all statistics, the verdict of check, the
 * invariant of each region, every byte of the payloads, every byte of the
 * metadata and slots of regions that the operation has no business with, and
 * that no lock is held.
 */
#ifndef ACRE_FUZZ_HEAP_H
#define ACRE_FUZZ_HEAP_H

#include "heap_model.h"
#include "world.h"

#define HEAP_SLOTS 6u
/* Rooms for regions, one behind the other, and for metadata elsewhere. */
#define HEAP_ROOMS 6u
#define HEAP_ROOM 2048u
#define HEAP_AREA (HEAP_ROOMS * HEAP_ROOM)
#define HEAP_METADATA_ROOM 2724u
#define HEAP_GRANULES 1600u /* of one region, at most */
/* The capability of regions where no memory is: their blocks must not be touched. */
#define HEAP_FAR 0x40u
#define HEAP_MASKS 3u

/* What the hooks were told since the operation began. */
typedef struct heap_told {
  uint32_t failed, allocated, resized, freed, faults, removed;
  size_t size;    /* of the last failure, allocation or resize */
  acre_caps caps; /* of the last failure */
  const void *block;
  acre_heap_status fault;
  acre_region_id region; /* of the last fault */
} heap_told;

typedef struct fuzz_heap {
  acre_heap heap;
  acre_heap_slot slots[HEAP_SLOTS];
  heap_model model;
  acre_heap_watch watches[HEAP_MODEL_WATCHES];
  acre_heap_defaults defaults;
  fuzz_memory memory;
  heap_told told;
  uint32_t before;  /* regions, when the operation began */
  uint32_t changed; /* slots whose metadata the operation may change, one bit each */
  bool loose;       /* it may change any slot, but no other metadata */
  bool heap_held;   /* the heap's lock, */
  bool region_held; /* and that of a region */
  bool mute;        /* no hooks are set */
  bool armed;       /* the next low memory frees the victim */
  void *victim;
  acre_heap_status victim_status;
  acre_caps list[HEAP_MASKS];
  uint32_t list_count;
  void *slot[FUZZ_SLOTS]; /* what alloc gave; stale once freed */
  acre_region_id next;    /* of an iteration over the regions that lives on */
  acre_heap_check_cursor cursor;
  uint32_t serial; /* stamps */
  uint32_t operations;
  uint32_t work;
  uint64_t hash;
} fuzz_heap;

/* Memory anew, an empty heap, and an empty model.  mute: without hooks. */
void heap_start(fuzz_heap *h, uint32_t capacity, bool lock, bool mute);

acre_heap_status heap_add(fuzz_heap *h, const acre_heap_area *area);
acre_heap_status heap_remove(fuzz_heap *h, acre_region_id id);
acre_heap_status heap_drain(fuzz_heap *h, acre_region_id id);
void heap_reserve(fuzz_heap *h, acre_region_id id, size_t bytes, acre_caps reserved);
void heap_order(fuzz_heap *h, acre_heap_order order);
void heap_set_defaults(fuzz_heap *h, const acre_heap_defaults *defaults);
void heap_set_watches(fuzz_heap *h, uint32_t count);
/* The next low memory frees this. */
void heap_arm(fuzz_heap *h, void *victim);
void heap_marks(fuzz_heap *h, uint32_t what);

/* Through the function of the interface that is made for such a request. */
void *heap_alloc(fuzz_heap *h, const acre_request *request);
void *heap_alloc_default(fuzz_heap *h, size_t size);
void *heap_realloc(fuzz_heap *h, void *block, const acre_request *request);
void *heap_realloc_default(fuzz_heap *h, void *block, size_t size);
acre_heap_status heap_free(fuzz_heap *h, void *block);
acre_heap_status heap_resize(fuzz_heap *h, void *block, size_t size, acre_caps caps);
void heap_look(fuzz_heap *h, void *pointer); /* usable_size and block_of */
void heap_explain(fuzz_heap *h, acre_caps caps, size_t alignment, size_t size);
void heap_next(fuzz_heap *h);
/* how: 0 all, 1 `some` blocks of each region, 2 stops after `some`, 3 frees every `some`th block. */
void heap_walk(fuzz_heap *h, acre_caps caps, uint32_t how, uint32_t some);
void heap_check_step(fuzz_heap *h, uint32_t budget);
/* Changes the metadata of a region, asks check, and undoes it. */
void heap_corrupt(fuzz_heap *h, const uint8_t *record);
/* Calls that have to be refused for their arguments. */
void heap_refuse(fuzz_heap *h, uint32_t which);
/* Bytes into memory, but for the metadata of regions. */
void heap_paint(fuzz_heap *h, uintptr_t from, size_t bytes, uint8_t value, uint8_t step);
/* After painting that is an operation by itself. */
void heap_painted(fuzz_heap *h);
/* The end of an input: free all, every region is one free run, remove all. */
void heap_end(fuzz_heap *h);

/* Region number `number`, modulo their count; NULL if there is none. */
const heap_model_region *heap_region(const fuzz_heap *h, uint32_t number);
/* Live block number `number`, modulo their count, over all regions; NULL if there is none. */
void *heap_block(const fuzz_heap *h, uint32_t number);
bool heap_is_far(const fuzz_heap *h, const void *block);

/* Runs an input; see heap_driver.c. */
fuzz_result fuzz_run_heap(const uint8_t *header, const uint8_t *data, size_t size);

#endif
