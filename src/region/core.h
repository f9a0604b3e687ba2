/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the operations on a region share: the index, the counters. */
#ifndef ACRE_SRC_CORE_H
#define ACRE_SRC_CORE_H

#include "address.h"
#include "chunk.h"
#include "hot.h"
#include "index.h"
#include "tag.h"
#ifdef __FRAMAC__
#include "region.acsl"
#endif

/* The leaf of granule g. */
/*@ requires \valid_read(region) && g <= 0xFFFFFF && region->first_leaf <= 0x280000;
    assigns \nothing;
    ensures leaf: \result == LeafOf(region->first_leaf, g);
 */
static inline uint32_t region_leaf(const acre_region *region, uint32_t g)
{
  return region->first_leaf + g / 8u;
}

/* What the leaf of granule g is to be: the largest free run that starts in its
 * eight granules.  None of them is larger than `most`. */
/*@ requires mem: RegionMem(region) && region->frontier <= region->granules && g < region->granules;
    requires ok: TagsOk(region->tag, region->frontier, LastTag(region->granules));
    requires most: Below8(region->tag, region->frontier, 8 * (g / 8), most);
    assigns \nothing;
    ensures largest: Largest8(region->tag, region->frontier, 8 * (g / 8), \result);
 */
static inline uint32_t region_largest(const acre_region *region, uint32_t g, uint32_t most)
{
  uint32_t first = g / 8u * 8u;
  uint32_t largest;
  /*@ assert first: first == 8 * (g / 8) && first + 8 <= LastTag(region->granules); */
  /*@ assert last: LAST_TAG(region->granules) == LastTag(region->granules); */
  if (most < TAG_LARGE) {
    largest = tag_small8(region->tag, first) /*@ ghost (region->frontier, LAST_TAG(region->granules)) */;
  } else {
    largest = tag_largest8(region->tag, first) /*@ ghost (region->frontier, LAST_TAG(region->granules)) */;
  }
  return largest;
}

/* A free run of `size` granules starts at g now. */
/*@ requires mem: RegionMem(region) && g < region->granules && 1 <= size <= 0xFFFFFF;
    requires ok: IndexOk(region->index, region->width, region->first_leaf, region->nodes);
    requires steps: acre_steps <= ACRE_STEPS(6);
    assigns region->index[0 .. region->nodes - 1], acre_steps;
    ensures ok: IndexOk(region->index, region->width, region->first_leaf, region->nodes);
    ensures others: IndexSame{Pre,Post}(region->index, region->first_leaf, region->nodes,
                                        LeafOf(region->first_leaf, g));
    ensures leaf: Nd(region->index, LeafOf(region->first_leaf, g)) ==
                  \max(\old(Nd(region->index, LeafOf(region->first_leaf, g))), size);
    ensures steps: acre_steps <= \old(acre_steps) + StepsRaise(region->width, region->first_leaf);
 */
static inline void region_raise(acre_region *region, uint32_t g, uint32_t size)
{
  uint32_t leaf = region_leaf(region, g);
  /*@ assert leaf: region->first_leaf <= leaf < IndexEnd(region->width, region->first_leaf, region->nodes); */
  index_raise(region->index, region->width, leaf, (int32_t)size)
      /*@ ghost (region->first_leaf, region->nodes) */;
}

/* The free run of `size` granules at g is gone, or smaller now. */
/*@ requires mem: RegionMem(region) && region->frontier <= region->granules && g < region->granules;
    requires size: 1 <= size <= 0xFFFFFF;
    requires tags: TagsOk(region->tag, region->frontier, LastTag(region->granules));
    requires ok: IndexOk(region->index, region->width, region->first_leaf, region->nodes);
    requires most: Below8(region->tag, region->frontier, 8 * (g / 8),
                          Nd(region->index, LeafOf(region->first_leaf, g)));
    requires exact: Nd(region->index, LeafOf(region->first_leaf, g)) != size ==>
                    Largest8(region->tag, region->frontier, 8 * (g / 8),
                             Nd(region->index, LeafOf(region->first_leaf, g)));
    requires steps: acre_steps <= ACRE_STEPS(6);
    assigns region->index[0 .. region->nodes - 1], acre_steps;
    ensures ok: IndexOk(region->index, region->width, region->first_leaf, region->nodes);
    ensures others: IndexSame{Pre,Post}(region->index, region->first_leaf, region->nodes,
                                        LeafOf(region->first_leaf, g));
    ensures leaf: LeafOk(region->tag, region->index, region->frontier, region->first_leaf,
                         LeafOf(region->first_leaf, g));
    ensures steps: acre_steps <= \old(acre_steps) + StepsLower(region->width, region->first_leaf);
 */
static inline void region_lower(acre_region *region, uint32_t g, uint32_t size)
{
  uint32_t leaf = region_leaf(region, g);
  /*@ assert leaf: region->first_leaf <= leaf < IndexEnd(region->width, region->first_leaf, region->nodes); */
  if ((uint32_t)region->index[leaf] == size) {
    uint32_t value = region_largest(region, g, size);
    /*@ assert value: value <= size; */
    index_lower(region->index, region->width, leaf, (int32_t)value)
        /*@ ghost (region->first_leaf, region->nodes) */;
  }
}

/* Count k granules in a live block more. */
/*@ requires \valid(region) && region->used <= 0xFFFFFF && region->blocks <= 0xFFFFFF && k <= 0xFFFFFF;
    assigns region->used, region->blocks, region->runs, region->peak;
    ensures used: region->used == \old(region->used) + k;
    ensures blocks: region->blocks == \old(region->blocks) + 1;
    ensures runs: region->runs == runs;
    ensures peak: region->peak == \max(\old(region->peak), region->used);
 */
static inline void region_count(acre_region *region, uint32_t k, uint32_t runs)
{
  uint32_t used = region->used + k;
  region->blocks += 1u;
  region->runs = runs;
  region->used = used;
  if (used > region->peak) {
    region->peak = used;
  }
}

#endif
