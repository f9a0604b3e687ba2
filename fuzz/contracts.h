/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The invariant as it is proven, run: translated from spec/ by fuzz/contracts.py. */
#ifndef ACRE_FUZZ_CONTRACTS_H
#define ACRE_FUZZ_CONTRACTS_H

#include <acre/region.h>

/* 1 or 0; -1 if it depends on what lies outside of the metadata. */
int contracts_RegionOk(const acre_region *region);

/* How many predicates and functions it is made of. */
extern const unsigned contracts_count;

#endif
