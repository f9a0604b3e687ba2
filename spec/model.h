/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The reference model of a region: live blocks in a sorted array, everything
 * found by linear search.  It is the one oracle of the unit tests, the
 * exhaustive and random tests, the fuzzer and the firmware, so it is kept as
 * plain as possible and shares no code with src/, only the types of the
 * interface.  Freestanding: no allocation, no libc.
 *
 * Every model_xyz answers what acre_region_xyz has to answer.
 */
#ifndef ACRE_SPEC_MODEL_H
#define ACRE_SPEC_MODEL_H

#include <acre/region.h>

/* A live block: granules [start, start + size). */
typedef struct model_block {
  uint32_t start;
  uint32_t size;
} model_block;

typedef struct model {
  uintptr_t base;     /* address of granule 0 */
  uint32_t granules;  /* granules in the region */
  uint32_t shift;     /* log2 of the granule */
  uint32_t peak;      /* most granules in live blocks since it was last reset */
  model_block *block; /* the live blocks in address order; the caller's array */
  uint32_t capacity;  /* its length */
  uint32_t count;     /* live blocks */
  bool overflow;      /* a block had to be refused because the array was full: the test is wrong */
} model;

/* An empty region.  An array of `granules` blocks is always large enough. */
void model_init(model *m, uintptr_t base, uint32_t granules, uint32_t shift, model_block *block, uint32_t capacity);

void model_reset(model *m);

void *model_alloc(model *m, size_t size);

void *model_alloc_aligned(model *m, size_t alignment, size_t size);

acre_status model_free(model *m, const void *block);

acre_status model_resize(model *m, const void *block, size_t size);

size_t model_usable_size(const model *m, const void *block);

void model_stats(const model *m, acre_stats *stats);

void model_reset_low_water(model *m);

/* The first live block or maximal free run that starts at granule *at or
 * behind it; *at becomes its end.  Start with *at == 0. */
bool model_next(const model *m, uint32_t *at, acre_block *block);

/* The address of granule g. */
uintptr_t model_address(const model *m, uint32_t g);

#endif
