/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The reference model of a heap: a few regions, each with the model of a region
 * (model.h), and everything found by looking at all of them.  It is the oracle
 * of the heap's tests, so it is kept as plain as possible and shares no code
 * with src/, only the types of the interface.  Freestanding.
 *
 * Every heap_model_xyz answers what acre_heap_xyz has to answer when nobody
 * else is at work and the low-memory hook is not set.
 */
#ifndef ACRE_SPEC_HEAP_MODEL_H
#define ACRE_SPEC_HEAP_MODEL_H

#include "model.h"

#include <acre/heap.h>

#define HEAP_MODEL_REGIONS 8u

typedef struct heap_model_region {
  bool present;
  bool draining;
  acre_region_id id;
  uintptr_t address; /* the range */
  size_t size;
  bool elsewhere; /* metadata stand in a range of their own */
  uintptr_t metadata;
  size_t metadata_size;
  acre_caps caps[ACRE_PRIORITIES];
  size_t reserve; /* in bytes */
  acre_caps reserved;
  model blocks;
  size_t low;       /* least free since registration or reset */
  size_t local_low; /* and since the monitor was started */
  uint64_t allocated;
  uint64_t freed;
  uint64_t failed;
} heap_model_region;

/* Marks of the regions that have all of `caps`, together. */
typedef struct heap_model_marks {
  acre_caps caps;
  size_t low;       /* least free since the beginning or reset */
  size_t local_low; /* and since the monitor was started */
  size_t peak;      /* most used */
  size_t local_peak;
} heap_model_marks;

#define HEAP_MODEL_WATCHES 4u

typedef struct heap_model {
  heap_model_region region[HEAP_MODEL_REGIONS];
  uint32_t capacity; /* how many of them there may be */
  acre_region_id last_id;
  acre_heap_order order;
  bool monitored;
  heap_model_marks marks[1u + HEAP_MODEL_WATCHES]; /* of all regions, and watches */
  uint32_t watches;
  uint64_t allocated;
  uint64_t freed;
  uint64_t failed;
} heap_model;

/* An empty heap.  Every region gets `length` entries of `blocks`. */
void heap_model_init(heap_model *m, uint32_t capacity, model_block *blocks, uint32_t length);

acre_heap_status heap_model_add(heap_model *m, const acre_heap_area *area, acre_region_id *id);
acre_heap_status heap_model_remove(heap_model *m, acre_region_id id);
acre_heap_status heap_model_drain(heap_model *m, acre_region_id id);
acre_heap_status heap_model_set_reserve(heap_model *m, acre_region_id id, size_t bytes, acre_caps reserved);

void *heap_model_alloc(heap_model *m, const acre_request *request);
acre_heap_status heap_model_free(heap_model *m, const void *block);
/* *fault: why the pointer was refused, or OK. */
void *heap_model_realloc(heap_model *m, void *block, const acre_request *request, acre_heap_status *fault);
acre_heap_status heap_model_resize(heap_model *m, const void *block, size_t size, acre_caps caps);
size_t heap_model_usable_size(const heap_model *m, const void *block);
acre_heap_status heap_model_block_of(const heap_model *m, const void *pointer, acre_block *block);

void heap_model_get_stats(const heap_model *m, acre_heap_stats *stats);
void heap_model_get_stats_caps(const heap_model *m, acre_caps caps, acre_heap_stats *stats);
acre_heap_status heap_model_get_stats_region(const heap_model *m, acre_region_id id, acre_heap_stats *stats);
/* Watches for these masks, at most HEAP_MODEL_WATCHES. */
void heap_model_set_watches(heap_model *m, const acre_caps *caps, uint32_t count);
void heap_model_reset_marks(heap_model *m);
void heap_model_monitor_start(heap_model *m);
acre_heap_status heap_model_monitor_stop(heap_model *m);
void heap_model_explain(const heap_model *m, acre_caps caps, size_t alignment, size_t size,
                        acre_explanation *explanation);

/* The region registered next after `id`, NULL after the last. */
const heap_model_region *heap_model_next(const heap_model *m, acre_region_id id);

/* The innermost region whose range holds the address, NULL if none does. */
const heap_model_region *heap_model_owner(const heap_model *m, uintptr_t address);

#endif
