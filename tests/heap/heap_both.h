/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A heap and its model side by side: every operation is done on both, and every
 * result, every call of a hook and every statistic compared.  A difference
 * prints what was expected and seen, and ends the program with 1.
 */
#ifndef ACRE_TESTS_HEAP_BOTH_H
#define ACRE_TESTS_HEAP_BOTH_H

#include "heap_model.h"

/* What the hooks were told since the last operation began. */
typedef struct told {
  uint32_t failed, allocated, resized, freed, faults, removed;
  acre_heap_status fault;
  size_t failed_size;
  acre_caps failed_caps;
} told;

typedef struct heap_both {
  acre_heap *heap;
  heap_model model;
  told told;
  uintptr_t origin;   /* addresses are told relative to it, so that digests agree between machines */
  uint32_t seed;      /* printed with a difference */
  uint32_t operation; /* operations so far */
  uint32_t digest;    /* of all results */
} heap_both;

/* A heap that has just been initialised, its hooks set, and an empty model. */
void heap_both_init(heap_both *b, acre_heap *heap, model_block *blocks, uint32_t length, uint32_t seed);

acre_heap_status heap_both_add(heap_both *b, const acre_heap_area *area, acre_region_id *id);
acre_heap_status heap_both_remove(heap_both *b, acre_region_id id);
acre_heap_status heap_both_drain(heap_both *b, acre_region_id id);
acre_heap_status heap_both_set_reserve(heap_both *b, acre_region_id id, size_t bytes, acre_caps reserved);
void heap_both_set_order(heap_both *b, acre_heap_order order);

void *heap_both_alloc(heap_both *b, const acre_request *request);
void *heap_both_realloc(heap_both *b, void *block, const acre_request *request);
acre_heap_status heap_both_free(heap_both *b, void *block);
acre_heap_status heap_both_resize(heap_both *b, void *block, size_t size, acre_caps caps);
size_t heap_both_usable_size(heap_both *b, const void *block);
void heap_both_block_of(heap_both *b, const void *pointer);
void heap_both_explain(heap_both *b, acre_caps caps, size_t alignment, size_t size);

void heap_both_set_watches(heap_both *b, acre_heap_watch *watches, uint32_t count);
void heap_both_reset_marks(heap_both *b);
void heap_both_monitor_start(heap_both *b);
void heap_both_monitor_stop(heap_both *b);

/* One mask, named after the test. */
acre_request heap_both_request(size_t alignment, size_t size, const acre_caps *caps, uint32_t count);

/* All statistics: joint, of each region, by `caps`; the joint ones are returned. */
acre_heap_stats heap_both_stats(heap_both *b, acre_caps caps);

/* The walk over all regions and blocks, and the check of all metadata. */
void heap_both_walk(heap_both *b);

_Noreturn void heap_both_differ(const heap_both *b, const char *what, uintptr_t given, uint64_t expected,
                                uint64_t seen);

#endif
