/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the operations on a region share: the index, the counters. */
#ifndef ACRE_SRC_CORE_H
#define ACRE_SRC_CORE_H

#include "address.h"
#include "chunk.h"
#include "hot.h"
#include "index.h"
#include "leaf.h"
#include "tag.h"
#ifdef __FRAMAC__
#include "leaves.acsl"
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
    requires steps: acre_steps <= ACRE_STEPS(7);
    assigns acre_steps;
    ensures largest: Largest8(region->tag, region->frontier, 8 * (g / 8), \result);
    ensures steps: acre_steps == \old(acre_steps) + 8;
 */
static inline ACRE_HOT uint32_t region_largest(const acre_region *region, uint32_t g, uint32_t most)
{
  uint32_t first = g / 8u * 8u;
  uint32_t largest;
  /*@ ghost uint32_t last = LAST_TAG(region->granules); */
  /*@ ghost acre_steps += 8; */
  /*@ assert first: first == 8 * (g / 8) && first + 8 <= LastTag(region->granules); */
  /*@ assert last: last == LastTag(region->granules); */
  if (most < TAG_LARGE) {
    largest = tag_small8(region->tag, first) /*@ ghost (region->frontier, last) */;
  } else {
    largest = tag_largest8(region->tag, first) /*@ ghost (region->frontier, last) */;
  }
  return largest;
}

/* The first free run of at least k granules that starts in the eight granules
 * of a leaf; there is one. */
/*@ requires mem: RegionMem(region) && region->frontier <= region->granules;
    requires ok: TagsOk(region->tag, region->frontier, LastTag(region->granules));
    requires leaf: region->first_leaf <= leaf < region->first_leaf + 0x200000;
    requires some: 1 <= k && \exists integer g; 8 * (leaf - region->first_leaf) <= g < 8 * (leaf - region->first_leaf) + 8 &&
      g < region->frontier && Free(region->tag, g) && k <= Size(region->tag, g);
    requires steps: acre_steps <= ACRE_STEPS(7);
    assigns acre_steps;
    ensures range: 8 * (leaf - region->first_leaf) <= \result < region->frontier;
    ensures run: Free(region->tag, \result) && k <= Size(region->tag, \result);
    ensures first: \forall integer j; 8 * (leaf - region->first_leaf) <= j < \result ==> j < region->frontier ==>
      Free(region->tag, j) ==> Size(region->tag, j) < k;
    ensures steps: acre_steps == \old(acre_steps) + 8;
 */
static inline uint32_t region_fit8(const acre_region *region, uint32_t leaf, uint32_t k)
{
  uint32_t first = 8u * (leaf - region->first_leaf);
  /*@ ghost uint32_t last = LAST_TAG(region->granules); */
  /*@ ghost acre_steps += 8; */
  /*@ assert first: first == 8 * (leaf - region->first_leaf); */
  /*@ assert below: first < region->granules; */
  /*@ assert window: first + 8 <= LastTag(region->granules); */
  /*@ assert last: last == LastTag(region->granules); */
  return tag_fit8(region->tag, first, k) /*@ ghost (region->frontier, last) */;
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
static inline ACRE_HOT void region_raise(acre_region *region, uint32_t g, uint32_t size)
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
    ensures steps: acre_steps <= \old(acre_steps) + StepsLower(region->width, region->first_leaf) + 8;
 */
static inline ACRE_HOT void region_lower(acre_region *region, uint32_t g, uint32_t size)
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

/* The tags are right; the head of s granules at x is gone or smaller, a head of
 * t granules, not larger, is new at y (t is 0: none).  Mend the index. */
/*@ requires mem: RegionMem(region) && TagsRight(region);
    requires index: IndexOk(region->index, region->width, region->first_leaf, region->nodes);
    requires heads: x < region->granules && 1 <= s <= 0xFFFFFF && (t != 0 ==> y < region->granules && t <= 0xFFFFFF);
    requires but: LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
      IndexEnd(region->width, region->first_leaf, region->nodes),
      LeafOf(region->first_leaf, x), (t == 0 ? LeafOf(region->first_leaf, x) : LeafOf(region->first_leaf, y)));
    requires most: Below8(region->tag, region->frontier, 8 * (x / 8),
      Nd(region->index, LeafOf(region->first_leaf, x)));
    requires exact: Nd(region->index, LeafOf(region->first_leaf, x)) != s ==>
      Largest8(region->tag, region->frontier, 8 * (x / 8), Nd(region->index, LeafOf(region->first_leaf, x)));
    requires new: t != 0 ==> LeafOf(region->first_leaf, y) != LeafOf(region->first_leaf, x) ==>
      Largest8(region->tag, region->frontier, 8 * (y / 8),
               \max(Nd(region->index, LeafOf(region->first_leaf, y)), t));
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns region->index[0 .. region->nodes - 1], acre_steps;
    ensures index: IndexRight(region);
    ensures steps: acre_steps <= \old(acre_steps) + StepsFree(region->width, region->first_leaf);
 */
static inline ACRE_HOT void region_less(acre_region *region, uint32_t x, uint32_t s, uint32_t y, uint32_t t)
{
  /*@ assert leaf_x: region->first_leaf <= LeafOf(region->first_leaf, x) <
        IndexEnd(region->width, region->first_leaf, region->nodes); */
  /*@ assert leaf_y: t != 0 ==> region->first_leaf <= LeafOf(region->first_leaf, y) <
        IndexEnd(region->width, region->first_leaf, region->nodes); */
  if ((t != 0u) && (region_leaf(region, y) != region_leaf(region, x))) {
    /*@ ghost Raise: ; */
    /*@ assert apart: LeafOf(region->first_leaf, y) != LeafOf(region->first_leaf, x); */
    region_raise(region, y, t);
    /*@ assert same: HeadsKept{Raise,Here}(region->tag, region->frontier, region->frontier, x, y); */
    /*@ assert right: Largest8(region->tag, region->frontier, 8 * (y / 8), Nd(region->index, LeafOf(region->first_leaf, y))); */
    /*@ assert right: LeafOk(region->tag, region->index, region->frontier, region->first_leaf,
      LeafOf(region->first_leaf, y)); */
    /*@ assert left: Nd(region->index, LeafOf(region->first_leaf, x)) ==
          Nd{Raise}(region->index, LeafOf(region->first_leaf, x)); */
    /*@ assert but: LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
          IndexEnd(region->width, region->first_leaf, region->nodes),
          LeafOf(region->first_leaf, x), LeafOf(region->first_leaf, y)); */
    /*@ assert one: LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
          IndexEnd(region->width, region->first_leaf, region->nodes),
          LeafOf(region->first_leaf, x), LeafOf(region->first_leaf, x)); */
  }
  /*@ assert but: LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes),
        LeafOf(region->first_leaf, x), LeafOf(region->first_leaf, x)); */
  /*@ ghost Lower: ; */
  region_lower(region, x, s);
  /*@ assert same: HeadsKept{Lower,Here}(region->tag, region->frontier, region->frontier, x, x); */
  /*@ assert but: LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes),
        LeafOf(region->first_leaf, x), LeafOf(region->first_leaf, x)); */
  /*@ assert leaf: LeafOk(region->tag, region->index, region->frontier, region->first_leaf,
        LeafOf(region->first_leaf, x)); */
  /*@ assert leaves: LeavesOk(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes)); */
}

/* The tags are right; a head of t granules is at y, new or grown, the head of s
 * granules at x is gone (s is 0: none), and t is more than s.  Mend the index. */
/*@ requires mem: RegionMem(region) && TagsRight(region);
    requires index: IndexOk(region->index, region->width, region->first_leaf, region->nodes);
    requires heads: y < region->granules && 1 <= t <= 0xFFFFFF && (s != 0 ==> x < region->granules && s <= 0xFFFFFF);
    requires but: LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
      IndexEnd(region->width, region->first_leaf, region->nodes),
      LeafOf(region->first_leaf, y), (s == 0 ? LeafOf(region->first_leaf, y) : LeafOf(region->first_leaf, x)));
    requires new: Largest8(region->tag, region->frontier, 8 * (y / 8),
               \max(Nd(region->index, LeafOf(region->first_leaf, y)), t));
    requires most: s != 0 ==> LeafOf(region->first_leaf, x) != LeafOf(region->first_leaf, y) ==>
      Below8(region->tag, region->frontier, 8 * (x / 8),
      Nd(region->index, LeafOf(region->first_leaf, x)));
    requires exact: s != 0 ==> LeafOf(region->first_leaf, x) != LeafOf(region->first_leaf, y) ==>
      Nd(region->index, LeafOf(region->first_leaf, x)) != s ==>
      Largest8(region->tag, region->frontier, 8 * (x / 8), Nd(region->index, LeafOf(region->first_leaf, x)));
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns region->index[0 .. region->nodes - 1], acre_steps;
    ensures index: IndexRight(region);
    ensures steps: acre_steps <= \old(acre_steps) + StepsFree(region->width, region->first_leaf);
 */
static inline ACRE_HOT void region_more(acre_region *region, uint32_t y, uint32_t t, uint32_t x, uint32_t s)
{
  /*@ assert leaf_y: region->first_leaf <= LeafOf(region->first_leaf, y) <
        IndexEnd(region->width, region->first_leaf, region->nodes); */
  /*@ assert leaf_x: s != 0 ==> region->first_leaf <= LeafOf(region->first_leaf, x) <
        IndexEnd(region->width, region->first_leaf, region->nodes); */
  /*@ ghost Raise: ; */
  region_raise(region, y, t);
  /*@ assert same: HeadsKept{Raise,Here}(region->tag, region->frontier, region->frontier, y, x); */
  /*@ assert same: HeadsKept{Raise,Here}(region->tag, region->frontier, region->frontier, y, y); */
  /*@ assert right: Largest8(region->tag, region->frontier, 8 * (y / 8), Nd(region->index, LeafOf(region->first_leaf, y))); */
  /*@ assert right: LeafOk(region->tag, region->index, region->frontier, region->first_leaf,
        LeafOf(region->first_leaf, y)); */
  /*@ assert but: s != 0 ==> LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes),
        LeafOf(region->first_leaf, y), LeafOf(region->first_leaf, x)); */
  /*@ assert but: s == 0 ==> LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes),
        LeafOf(region->first_leaf, y), LeafOf(region->first_leaf, y)); */
  if ((s != 0u) && (region_leaf(region, x) != region_leaf(region, y))) {
    /*@ assert apart: LeafOf(region->first_leaf, x) != LeafOf(region->first_leaf, y); */
    /*@ assert left: Nd(region->index, LeafOf(region->first_leaf, x)) ==
          Nd{Raise}(region->index, LeafOf(region->first_leaf, x)); */
    /*@ assert but: LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
          IndexEnd(region->width, region->first_leaf, region->nodes),
          LeafOf(region->first_leaf, x), LeafOf(region->first_leaf, x)); */
    /*@ ghost Lower: ; */
    region_lower(region, x, s);
    /*@ assert same: HeadsKept{Lower,Here}(region->tag, region->frontier, region->frontier, x, x); */
    /*@ assert but: LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
          IndexEnd(region->width, region->first_leaf, region->nodes),
          LeafOf(region->first_leaf, x), LeafOf(region->first_leaf, x)); */
    /*@ assert leaf: LeafOk(region->tag, region->index, region->frontier, region->first_leaf,
          LeafOf(region->first_leaf, x)); */
  }
  /*@ assert leaves: LeavesOk(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes)); */
}

/* The tags hold k granules in one live block more now, and `runs` free runs. */
/*@ requires mem: \valid(region) && region->granules <= 0xFFFFFF;
    requires right: TagsRight(region) && IndexRight(region);
    requires used: Used(region->tag, region->frontier) == region->used + k <= region->granules;
    requires blocks: Blocks(region->tag, region->frontier) == region->blocks + 1 <= 0xFFFFFF;
    requires runs: Runs(region->tag, region->frontier) == runs;
    requires peak: region->used <= region->peak <= region->granules;
    assigns region->used, region->blocks, region->runs, region->peak;
    ensures ok: RegionOk(region);
    ensures kept: ShapeKept{Pre,Post}(region) && BlocksSame{Pre,Post}(region);
    ensures used: region->used == \old(region->used) + k;
    ensures blocks: region->blocks == \old(region->blocks) + 1;
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
  /*@ assert tags: TagsRight(region); */
  /*@ assert index: IndexRight(region); */
  /*@ assert counters: CountersOk(region); */
}

/* The tags hold k granules in one live block less now, and `runs` free runs. */
/*@ requires mem: \valid(region) && region->granules <= 0xFFFFFF;
    requires right: TagsRight(region) && IndexRight(region);
    requires used: Used(region->tag, region->frontier) == region->used - k && 0 <= k <= region->used;
    requires blocks: Blocks(region->tag, region->frontier) == region->blocks - 1 >= 0;
    requires runs: Runs(region->tag, region->frontier) == runs;
    requires peak: region->used <= region->peak <= region->granules;
    assigns region->used, region->blocks, region->runs;
    ensures ok: RegionOk(region);
    ensures kept: ShapeKept{Pre,Post}(region) && BlocksSame{Pre,Post}(region);
    ensures used: region->used == \old(region->used) - k;
    ensures blocks: region->blocks == \old(region->blocks) - 1;
 */
static inline void region_uncount(acre_region *region, uint32_t k, uint32_t runs)
{
  region->used -= k;
  region->blocks -= 1u;
  region->runs = runs;
  /*@ assert tags: TagsRight(region); */
  /*@ assert index: IndexRight(region); */
  /*@ assert counters: CountersOk(region); */
}

/* The tags hold k granules in a live block that had `old` of them, and `runs` free runs. */
/*@ requires mem: \valid(region) && region->granules <= 0xFFFFFF;
    requires right: TagsRight(region) && IndexRight(region);
    requires used: Used(region->tag, region->frontier) == region->used + k - old <= region->granules;
    requires range: old <= region->used + k && k <= 0xFFFFFF;
    requires blocks: Blocks(region->tag, region->frontier) == region->blocks;
    requires runs: Runs(region->tag, region->frontier) == runs;
    requires peak: region->used <= region->peak <= region->granules;
    assigns region->used, region->runs, region->peak;
    ensures ok: RegionOk(region);
    ensures kept: ShapeKept{Pre,Post}(region) && BlocksSame{Pre,Post}(region);
    ensures used: region->used == \old(region->used) + k - old;
    ensures peak: region->peak == \max(\old(region->peak), region->used);
 */
static inline void region_recount(acre_region *region, uint32_t old, uint32_t k, uint32_t runs)
{
  uint32_t used = region->used + k - old;
  region->used = used;
  region->runs = runs;
  if (used > region->peak) {
    region->peak = used;
  }
  /*@ assert tags: TagsRight(region); */
  /*@ assert index: IndexRight(region); */
  /*@ assert counters: CountersOk(region); */
}

#endif
