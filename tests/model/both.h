/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A region and its model side by side: every operation is done on both, and
 * every result compared.  A difference prints what was expected, what was
 * seen, the seed and the operation number, and ends the program with 1.
 */
#ifndef ACRE_TESTS_BOTH_H
#define ACRE_TESTS_BOTH_H

#include "model.h"

typedef struct both {
  acre_region *region;
  model model;
  uint32_t seed;      /* printed with a difference */
  uint32_t operation; /* operations so far */
  uint32_t digest;    /* of all results, as offsets: the same on every machine */
} both;

/* A region that has just been initialised, and an empty model of it. */
void both_init(both *b, acre_region *region, model_block *block, uint32_t capacity, uint32_t seed);

void *both_alloc(both *b, size_t size);
void *both_alloc_aligned(both *b, size_t alignment, size_t size);
acre_status both_free(both *b, void *block);
acre_status both_resize(both *b, void *block, size_t size);
size_t both_usable_size(both *b, const void *block);
void both_reset(both *b);
void both_reset_low_water(both *b);

/* The statistics, which are compared and returned. */
acre_stats both_stats(both *b);

/* The whole iteration; the number of blocks and free runs. */
uint32_t both_iterate(both *b);

/* The region's metadata: index, sentinel and tags in one piece. */
void *metadata_start(const acre_region *region);
size_t metadata_size(const acre_region *region);

/* A difference outside the operations above. */
_Noreturn void both_differ(const both *b, const char *what, const char *argument, uintptr_t given, uintptr_t expected,
                           uintptr_t seen);

/* A random number generator that gives the same on every machine. */
typedef struct rng {
  uint32_t state;
} rng;

uint32_t rng_next(rng *r);

/* Uniform enough in [0, n); n > 0. */
uint32_t rng_below(rng *r, uint32_t n);

#endif
