/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A region under test beside its reference model.  Each world_xyz does an
 * operation on both and compares everything that can be seen: the result, the
 * statistics, the verdict of check, the invariant, the payload, and after a
 * refusal every byte of the metadata.
 */
#ifndef ACRE_FUZZ_WORLD_H
#define ACRE_FUZZ_WORLD_H

#include "memory.h"
#include "model.h"
#include "record.h"

#define FUZZ_GRANULES 8192u
/* Granules and blocks looked at in one input; then it ends.  Keeps the largest
 * regions from slowing the fuzzer down. */
#define FUZZ_WORK 400000u
/* Metadata of up to this many granules are compared with the naive invariant
 * after each operation, larger ones now and then. */
#define NAIVE_ALWAYS 80u

typedef struct world {
  acre_region region;
  model model;
  fuzz_memory memory;
  uint32_t place;    /* enum fuzz_place */
  uint32_t granule;  /* bytes */
  bool real;         /* the payload is memory */
  uint8_t *metadata; /* where the metadata lie */
  uint32_t metadata_bytes;
  uint8_t *area; /* memory that is compared with its shadow, if real */
  uint32_t area_bytes;
  acre_region kept;        /* the region after the last operation, ... */
  void *slot[FUZZ_SLOTS];  /* what alloc gave; stale once freed */
  acre_iterator iterator;  /* of FUZZ_NEXT, */
  uint32_t iterator_model; /* and of the model */
  acre_check_cursor cursor;
  bool cursor_void;    /* the region changed since the cursor was started, or the cursor is wild */
  bool corrupt;        /* the metadata were changed; undo before the next operation */
  uint32_t serial;     /* stamps */
  uint32_t operations; /* calls of the library so far */
  uint32_t work;
  uint64_t hash; /* of all results, as offsets: the same on every machine */
} world;

/* From an input's header; false if the region was refused, as it had to be. */
bool world_init(world *w, const uint8_t *header);

void *world_alloc(world *w, size_t size);
void *world_alloc_aligned(world *w, size_t alignment, size_t size);
acre_status world_free(world *w, void *block);
acre_status world_resize(world *w, void *block, size_t size);
size_t world_usable_size(world *w, const void *block);
void world_reset(world *w);
void world_reset_low_water(world *w);
/* One step of the lasting iteration. */
bool world_next(world *w);
void world_walk(world *w);
void world_check_step(world *w, uint32_t budget);
/* Any bytes into the payload, which may start before and end behind it. */
void world_scribble(world *w, uintptr_t from, uint32_t bytes, uint8_t value);
/* Clears a new block, or stamps it. */
void world_fill_block(world *w, void *block, bool clear);
/* Moves the first bytes of a block's contents, as a caller's realloc does. */
void world_move(world *w, void *to, const void *from, size_t bytes);

/* Everything that must hold between operations. */
void world_check(world *w, bool refused);
/* In a build with FUZZ_CONTRACTS: what the proven invariant, run, says; in any
 * other, and of large regions, what is expected. */
uint32_t fuzz_contracts(const acre_region *region, uint32_t expected);
void world_contracts(world *w, uint32_t expected);
#ifdef FUZZ_CONTRACTS
extern unsigned long fuzz_contracts_run[2]; /* how often it was false, and true */
#endif
/* The end of an input: free all, and the region is one free run again. */
void world_end(world *w);

/* Makes the metadata the ones to compare with and to come back to. */
void world_keep(world *w);
void world_bring_back(world *w);
/* What an operation on corrupt metadata may have written elsewhere. */
void world_mend_memory(world *w);
/* After sound changes of the metadata: a model of what they say. */
void world_adopt(world *w);

/* FUZZ_INIT, see init.c; FUZZ_CORRUPT and FUZZ_MISUSE, see corrupt.c. */
void world_try_init(world *w, const uint8_t *record);
void world_corrupt(world *w, const uint8_t *record);
void world_misuse(world *w, const uint8_t *record);

/* Compare one result; a difference is printed, with the calls if they are
 * traced, and ends the program. */
void world_compare(world *w, const char *what, uintptr_t expected, uintptr_t seen);
void world_compare_block(world *w, const char *what, const void *expected, const void *seen);
_Noreturn void world_fail(const world *w, const char *what, uintptr_t expected, uintptr_t seen);
void world_hash(world *w, uint64_t value);

/* ---- Inputs ------------------------------------------------------------ */

/* Sizes and pointers that an operation's bytes stand for. */
size_t fuzz_size(const model *m, uint32_t lo, uint32_t hi);
void *fuzz_wild(const model *m, const uint8_t *record);
size_t fuzz_alignment(const world *w, uint32_t code);
/* Live block number `number`, modulo their count; NULL if there is none. */
void *fuzz_block(const model *m, uint32_t number);

/* What an input came to. */
typedef struct fuzz_result {
  uint64_t hash;       /* of all results, the same on every machine */
  uint32_t operations; /* calls of the library */
} fuzz_result;

/* Runs an input, of one region or of a heap.  The state is static: one at a time. */
fuzz_result fuzz_run(const uint8_t *data, size_t size);

/* From a byte and a value: mostly a few granules, seldom thousands. */
uint32_t fuzz_granules(uint32_t lo, uint32_t hi);

#endif
