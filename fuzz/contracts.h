/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The invariants as they are proven, run: translated from spec/ by fuzz/contracts.py. */
#ifndef ACRE_FUZZ_CONTRACTS_H
#define ACRE_FUZZ_CONTRACTS_H

#include <acre/heap.h>

/* 1 or 0; -1 if it depends on what lies outside of the metadata. */
int contracts_RegionOk(const acre_region *region);

/* Of a heap: the areas of its regions (T14), their numbers, and joint marks (T7). */
int contracts_AreasOk(const acre_heap *h);
int contracts_IdsOk(const acre_heap *h);
int contracts_WatchOk(const acre_heap_watch *w);
int contracts_WatchesRight(const acre_heap_watch *w, int64_t count);

/* How many predicates and functions it is made of. */
extern const unsigned contracts_count;

#endif
