/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ACRE_TESTS_NAIVE_INVARIANT_H
#define ACRE_TESTS_NAIVE_INVARIANT_H

#include <acre/region.h>

/*
 * The invariant of a region, evaluated from the rules as they are written in
 * `enum acre_rule`, without a thought for speed and without code from src/:
 * the set of broken rules, bit 1 << rule for each; 0 if the region is sound.
 * The shape (tag, index, base, granules, shift, width, first_leaf, nodes) is
 * taken as given; the metadata and the counters may be anything.
 *
 * Behind a chunk whose extent is unknown nothing more is known, so that rules
 * about what follows it may be missing from a set that is not 0.
 */
uint32_t naive_invariant(const acre_region *region);

#endif
