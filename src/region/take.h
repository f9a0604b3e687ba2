/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Taking granules: out of a free run, or at the frontier. */
#ifndef ACRE_SRC_TAKE_H
#define ACRE_SRC_TAKE_H

#include "core.h"

/* The free run [i, e) becomes a free run [i, q), a live block of k granules and
 * a free run up to e; either free run may be empty.  Tags and index alone; the
 * number of free runs then. */
/*@ requires mem: RegionMem(region) && RegionOk(region);
    requires run: i < region->frontier && Free(region->tag, i) && To(region->tag, i, e);
    requires size: i <= q && 1 <= k && q + k <= e;
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], acre_steps;
    ensures tags: TagsRight(region);
    ensures index: IndexRight(region);
    ensures used: Used(region->tag, region->frontier) == region->used + k;
    ensures blocks: Blocks(region->tag, region->frontier) == region->blocks + 1;
    ensures few: Used(region->tag, region->frontier) <= region->frontier &&
                 Blocks(region->tag, region->frontier) <= region->frontier;
    ensures runs: Runs(region->tag, region->frontier) == \result;
    ensures others: BlocksKept{Pre,Post}(region, q);
    ensures block: LiveAt(region, q) && SizeAt(region, q) == k && !\old(LiveAt(region, q));
    ensures steps: acre_steps <= \old(acre_steps) + StepsRaise(region->width, region->first_leaf) +
                   StepsLower(region->width, region->first_leaf) + 8;
 */
static inline ACRE_HOT uint32_t region_carve_index(acre_region *region, uint32_t i, uint32_t q, uint32_t k, uint32_t e)
{
  uint32_t c = q + k;
  uint32_t runs = region->runs;
  /*@ assert inside: e < region->frontier; */
  /*@ assert leaf_g: region->first_leaf <= LeafOf(region->first_leaf, i) <
        IndexEnd(region->width, region->first_leaf, region->nodes); */
  /*@ assert leaf_c: c < e ==> region->first_leaf <= LeafOf(region->first_leaf, c) <
        IndexEnd(region->width, region->first_leaf, region->nodes); */
  /*@ assert old: LeafOk(region->tag, region->index, region->frontier, region->first_leaf,
                         LeafOf(region->first_leaf, i)); */
  /*@ assert old: Largest8(region->tag, region->frontier, 8 * (i / 8),
                           Nd(region->index, LeafOf(region->first_leaf, i))); */
  /*@ assert old_c: c < e ==> LeafOk(region->tag, region->index, region->frontier, region->first_leaf,
                                     LeafOf(region->first_leaf, c)); */
  /*@ assert old_c: c < e ==> Largest8(region->tag, region->frontier, 8 * (c / 8),
                                       Nd(region->index, LeafOf(region->first_leaf, c))); */
  /*@ assert size: Size(region->tag, i) == e - i; */
  /*@ assert separate: Separate(region->tag, region->frontier); */
  /*@ assert inner: i + Size(region->tag, i) == e && i < c && e < region->frontier; */
  /*@ assert none: i < c ==> c < e ==> !Free(region->tag, c); */
  chunk_carve(region->tag, i, q, c, e) /*@ ghost (region->frontier, region->granules) */;
  /*@ assert heads: HeadsKept{Pre,Here}(region->tag, region->frontier, region->frontier, i, c); */
  /*@ assert leaves: LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes),
        LeafOf(region->first_leaf, i), LeafOf(region->first_leaf, c)); */
  /*@ assert heads_e: c == e ==> HeadsKept{Pre,Here}(region->tag, region->frontier, region->frontier, i, i); */
  /*@ assert leaves_e: c == e ==> LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes),
        LeafOf(region->first_leaf, i), LeafOf(region->first_leaf, i)); */
  /*@ assert gone: !Free(region->tag, i) || Size(region->tag, i) <= e - i; */
  /*@ assert rest: c < region->frontier ==> Free(region->tag, c) ==> Size(region->tag, c) <= e - i; */
  /*@ assert most: Below8(region->tag, region->frontier, 8 * (i / 8),
                          Nd(region->index, LeafOf(region->first_leaf, i))); */
  /*@ assert exact: Nd(region->index, LeafOf(region->first_leaf, i)) != e - i ==>
        Largest8(region->tag, region->frontier, 8 * (i / 8), Nd(region->index, LeafOf(region->first_leaf, i))); */
  if (i < q) {
    runs += 1u;
  }
  if (c == e) {
    runs -= 1u;
  }
  /*@ assert runs: runs == Runs(region->tag, region->frontier); */
  /*@ assert new: c < e ==> LeafOf(region->first_leaf, c) != LeafOf(region->first_leaf, i) ==>
        Largest8(region->tag, region->frontier, 8 * (c / 8),
                 \max(Nd(region->index, LeafOf(region->first_leaf, c)), e - c)); */
  region_less(region, i, e - i, c, e - c);
  /*@ assert live: LiveKept{Pre,Here}(region->tag, region->frontier, region->frontier, q); */
  return runs;
}

/* The same with the counters. */
/*@ requires mem: RegionMem(region) && RegionOk(region);
    requires run: i < region->frontier && Free(region->tag, i) && To(region->tag, i, e);
    requires size: i <= q && 1 <= k && q + k <= e;
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], region->used,
            region->blocks, region->runs, region->peak, acre_steps;
    ensures ok: RegionOk(region);
    ensures taken: Taken{Pre,Post}(region, q, k);
    ensures steps: acre_steps <= \old(acre_steps) + StepsRaise(region->width, region->first_leaf) +
                   StepsLower(region->width, region->first_leaf) + 8;
 */
static inline ACRE_HOT void region_carve(acre_region *region, uint32_t i, uint32_t q, uint32_t k, uint32_t e)
{
  uint32_t runs = region_carve_index(region, i, q, k, e);
  region_count(region, k, runs);
  /*@ assert others: BlocksKept{Pre,Here}(region, q); */
}

/* The granules from the frontier to q become a free run, which may be empty,
 * those from q a live block of k granules, and the frontier moves behind it.
 * Tags and index alone; the number of free runs then. */
/*@ requires mem: RegionMem(region) && RegionOk(region);
    requires where: region->frontier <= q && 1 <= k && q + k <= region->granules;
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], region->frontier,
            acre_steps;
    ensures frontier: region->frontier == q + k;
    ensures tags: TagsRight(region);
    ensures index: IndexRight(region);
    ensures used: Used(region->tag, region->frontier) == region->used + k;
    ensures blocks: Blocks(region->tag, region->frontier) == region->blocks + 1;
    ensures few: Used(region->tag, region->frontier) <= q + k && Blocks(region->tag, region->frontier) <= q + k;
    ensures runs: Runs(region->tag, region->frontier) == \result;
    ensures others: BlocksKept{Pre,Post}(region, q);
    ensures block: LiveAt(region, q) && SizeAt(region, q) == k && !\old(LiveAt(region, q));
    ensures steps: acre_steps <= \old(acre_steps) + StepsRaise(region->width, region->first_leaf);
 */
static inline uint32_t region_extend_index(acre_region *region, uint32_t q, uint32_t k)
{
  uint32_t m = region->frontier;
  uint32_t c = q + k;
  uint32_t runs = region->runs;
  /*@ assert c: c == q + k && m < c <= region->granules; */
  chunk_append(region->tag, m, q, c) /*@ ghost (region->granules) */;
  /*@ assert heads: HeadsKept{Pre,Here}(region->tag, m, c, m, m); */
  /*@ assert live: LiveKept{Pre,Here}(region->tag, m, c, q); */
  region->frontier = c;
  /*@ assert leaves: LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes),
        LeafOf(region->first_leaf, m), LeafOf(region->first_leaf, m)); */
  if (m < q) {
    runs += 1u;
    /*@ assert leaf: region->first_leaf <= LeafOf(region->first_leaf, m) <
          IndexEnd(region->width, region->first_leaf, region->nodes); */
    /*@ assert old: LeafOk{Pre}(region->tag, region->index, m, region->first_leaf, LeafOf(region->first_leaf, m)); */
    /*@ assert old: Largest8{Pre}(region->tag, m, 8 * (m / 8), Nd(region->index, LeafOf(region->first_leaf, m))); */
    /*@ ghost Tags: ; */
    region_raise(region, m, q - m);
    /*@ assert same: HeadsKept{Pre,Here}(region->tag, m, c, m, m); */
    /*@ assert right: Largest8(region->tag, region->frontier, 8 * (m / 8),
                               Nd(region->index, LeafOf(region->first_leaf, m))); */
    /*@ assert right: LeafOk(region->tag, region->index, region->frontier, region->first_leaf,
                             LeafOf(region->first_leaf, m)); */
    /*@ assert kept: HeadsKept{Tags,Here}(region->tag, region->frontier, region->frontier, m, m); */
    /*@ assert leaves: LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
          IndexEnd(region->width, region->first_leaf, region->nodes),
          LeafOf(region->first_leaf, m), LeafOf(region->first_leaf, m)); */
    /*@ assert all: LeavesOk(region->tag, region->index, region->frontier, region->first_leaf,
          IndexEnd(region->width, region->first_leaf, region->nodes)); */
  } else {
    /*@ assert none: HeadsSame{Pre,Here}(region->tag, m, c); */
    /*@ assert all: LeavesOk(region->tag, region->index, region->frontier, region->first_leaf,
          IndexEnd(region->width, region->first_leaf, region->nodes)); */
  }
  /*@ assert nodes: IndexOk(region->index, region->width, region->first_leaf, region->nodes); */
  /*@ assert leaves: LeavesOk(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes)); */
  /*@ assert live: LiveKept{Pre,Here}(region->tag, m, region->frontier, q); */
  return runs;
}

/* The same with the counters. */
/*@ requires mem: RegionMem(region) && RegionOk(region);
    requires where: region->frontier <= q && 1 <= k && q + k <= region->granules;
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], region->frontier,
            region->used, region->blocks, region->runs, region->peak, acre_steps;
    ensures ok: RegionOk(region);
    ensures taken: Taken{Pre,Post}(region, q, k);
    ensures steps: acre_steps <= \old(acre_steps) + StepsRaise(region->width, region->first_leaf);
 */
static inline void region_extend(acre_region *region, uint32_t q, uint32_t k)
{
  uint32_t runs = region_extend_index(region, q, k);
  region_count(region, k, runs);
  /*@ assert others: BlocksKept{Pre,Here}(region, q); */
}

#endif
