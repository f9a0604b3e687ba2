/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Free: merge with the free neighbours, if any. */
#include "core.h"

/* The live block [i, r), with the free runs [a, i) and [r, e) beside it, which
 * may be empty, becomes one free run.  Tags and index alone; the number of
 * free runs then. */
/*@ requires mem: RegionMem(region) && RegionOk(region);
    requires where: 0 <= a <= i < r <= e < region->frontier;
    requires block: Live(region->tag, i) && To(region->tag, i, r);
    requires left: a < i ==> Free(region->tag, a) && To(region->tag, a, i);
    requires right: r < e ==> Free(region->tag, r) && To(region->tag, r, e);
    requires alone: Alone(region->tag, region->frontier, a, e);
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], acre_steps;
    ensures tags: TagsRight(region);
    ensures index: IndexRight(region);
    ensures used: Used(region->tag, region->frontier) == region->used - (r - i) >= 0;
    ensures blocks: Blocks(region->tag, region->frontier) == region->blocks - 1 >= 0;
    ensures runs: Runs(region->tag, region->frontier) == \result;
    ensures others: BlocksKept{Pre,Post}(region, i);
    ensures block: !LiveAt(region, i);
    ensures steps: acre_steps <= \old(acre_steps) + StepsRaise(region->width, region->first_leaf) +
                   StepsLower(region->width, region->first_leaf) + 8;
 */
static inline ACRE_HOT uint32_t release_index(acre_region *region, uint32_t a, uint32_t i, uint32_t r, uint32_t e)
{
  uint32_t runs = region->runs + 1u;
  if (a != i) {
    runs -= 1u;
  }
  if (r != e) {
    runs -= 1u;
  }
  /*@ assert leaf_a: region->first_leaf <= LeafOf(region->first_leaf, a) <
        IndexEnd(region->width, region->first_leaf, region->nodes); */
  /*@ assert leaf_r: r < e ==> region->first_leaf <= LeafOf(region->first_leaf, r) <
        IndexEnd(region->width, region->first_leaf, region->nodes); */
  /*@ assert old_a: LeafOk(region->tag, region->index, region->frontier, region->first_leaf,
                           LeafOf(region->first_leaf, a)); */
  /*@ assert old_a: Largest8(region->tag, region->frontier, 8 * (a / 8),
                             Nd(region->index, LeafOf(region->first_leaf, a))); */
  /*@ assert old_r: r < e ==> LeafOk(region->tag, region->index, region->frontier, region->first_leaf,
                                     LeafOf(region->first_leaf, r)); */
  /*@ assert old_r: r < e ==> Largest8(region->tag, region->frontier, 8 * (r / 8),
                                       Nd(region->index, LeafOf(region->first_leaf, r))); */
  /*@ assert size_a: a < i ==> Size(region->tag, a) <= e - a; */
  /*@ assert size_r: r < e ==> Size(region->tag, r) == e - r; */
  /*@ assert none_a: a == i ==> !Free(region->tag, a); */
  /*@ assert none_r: r == e ==> !Free(region->tag, r); */
  chunk_release(region->tag, a, i, r, e) /*@ ghost (region->frontier, region->granules) */;
  /*@ assert heads: HeadsKept{Pre,Here}(region->tag, region->frontier, region->frontier, a, r); */
  /*@ assert leaves: LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes),
        LeafOf(region->first_leaf, a), LeafOf(region->first_leaf, r)); */
  /*@ assert heads_e: r == e ==> HeadsKept{Pre,Here}(region->tag, region->frontier, region->frontier, a, a); */
  /*@ assert leaves_e: r == e ==> LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes),
        LeafOf(region->first_leaf, a), LeafOf(region->first_leaf, a)); */
  /*@ assert runs: Runs(region->tag, region->frontier) ==
        region->runs + 1 - (a < i ? 1 : 0) - (r < e ? 1 : 0) <= 0xFFFFFF; */
  /*@ assert runs: runs == Runs(region->tag, region->frontier); */
  /*@ assert gone: r < e ==> !Free(region->tag, r); */
  /*@ assert new: Largest8(region->tag, region->frontier, 8 * (a / 8),
                           \max(Nd(region->index, LeafOf(region->first_leaf, a)), e - a)); */
  /*@ assert apart: LeafOf(region->first_leaf, r) != LeafOf(region->first_leaf, a) ==> a < 8 * (r / 8); */
  /*@ assert heads: HeadsKept{Pre,Here}(region->tag, region->frontier, region->frontier, r, a); */
  /*@ assert most: r < e ==> LeafOf(region->first_leaf, r) != LeafOf(region->first_leaf, a) ==>
        Below8(region->tag, region->frontier, 8 * (r / 8), Nd(region->index, LeafOf(region->first_leaf, r))); */
  /*@ assert exact: r < e ==> LeafOf(region->first_leaf, r) != LeafOf(region->first_leaf, a) ==>
        Nd(region->index, LeafOf(region->first_leaf, r)) != e - r ==>
        Largest8(region->tag, region->frontier, 8 * (r / 8), Nd(region->index, LeafOf(region->first_leaf, r))); */
  region_more(region, a, e - a, r, e - r);
  /*@ assert live: LiveKept{Pre,Here}(region->tag, region->frontier, region->frontier, i); */
  return runs;
}

/* The same with the counters. */
/*@ requires mem: RegionMem(region) && RegionOk(region);
    requires where: 0 <= a <= i < r <= e < region->frontier;
    requires block: Live(region->tag, i) && To(region->tag, i, r);
    requires left: a < i ==> Free(region->tag, a) && To(region->tag, a, i);
    requires right: r < e ==> Free(region->tag, r) && To(region->tag, r, e);
    requires alone: Alone(region->tag, region->frontier, a, e);
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], region->used,
            region->blocks, region->runs, acre_steps;
    ensures ok: RegionOk(region);
    ensures freed: Freed{Pre,Post}(region, i);
    ensures steps: acre_steps <= \old(acre_steps) + StepsFree(region->width, region->first_leaf);
 */
static inline ACRE_HOT void release(acre_region *region, uint32_t a, uint32_t i, uint32_t r, uint32_t e)
{
  /*@ assert size: SizeAt(region, i) == r - i && LiveAt(region, i); */
  uint32_t runs = release_index(region, a, i, r, e);
  region_uncount(region, r - i, runs);
  /*@ assert others: BlocksKept{Pre,Here}(region, i); */
}

/* The live block [i, frontier), with the free run [a, i) beside it, which may
 * be empty, goes back behind the frontier.  Tags and index alone; the number
 * of free runs then. */
/*@ requires mem: RegionMem(region) && RegionOk(region);
    requires where: 0 <= a <= i < region->frontier;
    requires block: Live(region->tag, i) && To(region->tag, i, region->frontier);
    requires left: a < i ==> Free(region->tag, a) && To(region->tag, a, i);
    requires alone: Alone(region->tag, region->frontier, a, region->frontier);
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], region->frontier,
            acre_steps;
    ensures tags: TagsRight(region);
    ensures index: IndexRight(region);
    ensures used: Used(region->tag, region->frontier) == region->used - (\old(region->frontier) - i) >= 0;
    ensures blocks: Blocks(region->tag, region->frontier) == region->blocks - 1 >= 0;
    ensures runs: Runs(region->tag, region->frontier) == \result;
    ensures others: BlocksKept{Pre,Post}(region, i);
    ensures block: !LiveAt(region, i);
    ensures steps: acre_steps <= \old(acre_steps) + StepsLower(region->width, region->first_leaf) + 8;
 */
static inline uint32_t retract_index(acre_region *region, uint32_t a, uint32_t i)
{
  uint32_t runs = region->runs;
  /*@ ghost uint32_t m = region->frontier; */
  /*@ assert leaf: region->first_leaf <= LeafOf(region->first_leaf, a) <
        IndexEnd(region->width, region->first_leaf, region->nodes); */
  /*@ assert old: LeafOk(region->tag, region->index, region->frontier, region->first_leaf,
                         LeafOf(region->first_leaf, a)); */
  /*@ assert old: Largest8(region->tag, region->frontier, 8 * (a / 8),
                           Nd(region->index, LeafOf(region->first_leaf, a))); */
  /*@ assert size: a < i ==> Size(region->tag, a) == i - a; */
  /*@ assert none: a == i ==> !Free(region->tag, a); */
  chunk_retract(region->tag, a, i) /*@ ghost (m, region->granules) */;
  /*@ assert heads: HeadsKept{Pre,Here}(region->tag, m, a, a, a); */
  /*@ assert live: LiveKept{Pre,Here}(region->tag, m, a, i); */
  region->frontier = a;
  /*@ assert leaves: LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes),
        LeafOf(region->first_leaf, a), LeafOf(region->first_leaf, a)); */
  if (a < i) {
    runs -= 1u;
    /*@ assert most: Below8(region->tag, region->frontier, 8 * (a / 8),
                            Nd(region->index, LeafOf(region->first_leaf, a))); */
    /*@ assert exact: Nd(region->index, LeafOf(region->first_leaf, a)) != i - a ==>
          Largest8(region->tag, region->frontier, 8 * (a / 8), Nd(region->index, LeafOf(region->first_leaf, a))); */
    /*@ ghost Lower: ; */
    region_lower(region, a, i - a);
    /*@ assert same: HeadsKept{Lower,Here}(region->tag, region->frontier, region->frontier, a, a); */
    /*@ assert leaves: LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
          IndexEnd(region->width, region->first_leaf, region->nodes),
          LeafOf(region->first_leaf, a), LeafOf(region->first_leaf, a)); */
    /*@ assert all: LeavesOk(region->tag, region->index, region->frontier, region->first_leaf,
          IndexEnd(region->width, region->first_leaf, region->nodes)); */
  } else {
    /*@ assert none: HeadsSame{Pre,Here}(region->tag, m, a); */
    /*@ assert all: LeavesOk(region->tag, region->index, region->frontier, region->first_leaf,
          IndexEnd(region->width, region->first_leaf, region->nodes)); */
  }
  /*@ assert leaves: LeavesOk(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes)); */
  /*@ assert nodes: IndexOk(region->index, region->width, region->first_leaf, region->nodes); */
  /*@ assert live: LiveKept{Pre,Here}(region->tag, m, region->frontier, i); */
  return runs;
}

/* The same with the counters. */
/*@ requires mem: RegionMem(region) && RegionOk(region);
    requires where: 0 <= a <= i < region->frontier;
    requires block: Live(region->tag, i) && To(region->tag, i, region->frontier);
    requires left: a < i ==> Free(region->tag, a) && To(region->tag, a, i);
    requires alone: Alone(region->tag, region->frontier, a, region->frontier);
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], region->frontier,
            region->used, region->blocks, region->runs, acre_steps;
    ensures ok: RegionOk(region);
    ensures freed: Freed{Pre,Post}(region, i);
    ensures steps: acre_steps <= \old(acre_steps) + StepsFree(region->width, region->first_leaf);
 */
static ACRE_COLD void retract(acre_region *region, uint32_t a, uint32_t i)
{
  uint32_t k = region->frontier - i;
  /*@ assert size: SizeAt(region, i) == k && LiveAt(region, i); */
  uint32_t runs = retract_index(region, a, i);
  region_uncount(region, k, runs);
  /*@ assert others: BlocksKept{Pre,Here}(region, i); */
}

/* Free the live block that starts at i, large or not, whatever is beside it:
 * out of the way of the common case. */
/*@ requires mem: RegionMem(region) && RegionOk(region);
    requires block: LiveAt(region, i);
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], region->frontier,
            region->used, region->blocks, region->runs, acre_steps;
    ensures status: \result == ACRE_OK;
    ensures ok: RegionOk(region);
    ensures freed: Freed{Pre,Post}(region, i);
    ensures steps: acre_steps <= \old(acre_steps) + StepsFree(region->width, region->first_leaf);
 */
static ACRE_COLD acre_status free_any(acre_region *region, uint32_t i)
{
  uint32_t r = i + tag_size(region->tag, i);
  /*@ assert block: To(region->tag, i, r) && r <= region->frontier; */
  uint32_t e = chunk_right(region->tag, r) /*@ ghost (i, region->frontier, region->granules) */;
  uint32_t a = chunk_left(region->tag, i) /*@ ghost (region->frontier, region->granules) */;
  /*@ assert alone: Alone(region->tag, region->frontier, a, e); */
  if (ACRE_RARELY(e == region->frontier)) {
    /*@ assert last: r == e; */
    retract(region, a, i);
  } else {
    release(region, a, i, r, e);
  }
  return ACRE_OK;
}

/* The same for a small block [i, r), where the run that it becomes is mostly small, too. */
/*@ requires mem: RegionMem(region) && RegionOk(region);
    requires block: LiveAt(region, i) && To(region->tag, i, r);
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], region->frontier,
            region->used, region->blocks, region->runs, acre_steps;
    ensures status: \result == ACRE_OK;
    ensures ok: RegionOk(region);
    ensures freed: Freed{Pre,Post}(region, i);
    ensures steps: acre_steps <= \old(acre_steps) + StepsFree(region->width, region->first_leaf);
 */
static inline ACRE_HOT acre_status free_merged(acre_region *region, uint32_t i, uint32_t r)
{
  acre_status status = ACRE_OK;
  /*@ assert block: r <= region->frontier; */
  uint32_t a = chunk_left_small(region->tag, i) /*@ ghost (region->frontier, region->granules) */;
  uint32_t e = chunk_right_small(region->tag, r) /*@ ghost (i, region->frontier, region->granules) */;
  if (e - a < TAG_LARGE) {
    /*@ assert small: i - a < 63 && e - r < 63; */
    /*@ assert alone: Alone(region->tag, region->frontier, a, e); */
    ACRE_KNOWN(e != a);
    ACRE_KNOWN(e - r < TAG_LARGE);
    release(region, a, i, r, e);
  } else {
    status = free_any(region, i);
  }
  return status;
}

/* Free the live block that starts at i. */
/*@ requires mem: RegionMem(region) && RegionOk(region);
    requires block: LiveAt(region, i);
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], region->frontier,
            region->used, region->blocks, region->runs, acre_steps;
    ensures status: \result == ACRE_OK;
    ensures ok: RegionOk(region);
    ensures freed: Freed{Pre,Post}(region, i);
    ensures steps: acre_steps <= \old(acre_steps) + StepsFree(region->width, region->first_leaf);
 */
static inline ACRE_HOT acre_status free_block(acre_region *region, uint32_t i)
{
  acre_status status = ACRE_OK;
  uint32_t k = region->tag[i];
  uint32_t r = i + k;
  /*@ assert block: k < 63 ==> To(region->tag, i, r) && r <= region->frontier; */
  if (k == TAG_LARGE) {
    status = free_any(region, i);
  } else if (chunk_between(region->tag, i, r) /*@ ghost (region->frontier, region->granules) */) {
    release(region, i, i, r, r);
  } else {
    status = free_merged(region, i, r);
  }
  return status;
}

/* Why `block` is not the start of a live block: out of the way of the common case. */
/*@ requires \valid_read(region) && RegionRange(region);
    assigns \result \from block, *region;
    ensures reason: \result == ACRE_NOT_A_BLOCK || \result == ACRE_OUTSIDE;
    ensures outside: \result == ACRE_NOT_A_BLOCK <==>
      region->base <= (uintptr_t)block < Address(region->base, region->shift, region->granules);
 */
static ACRE_COLD acre_status refuse(const acre_region *region, const void *block)
{
  return region_refuse(region, block);
}

acre_status acre_region_free(acre_region *region, void *block)
{
  uint32_t i = region_locate(region, block);
  acre_status status = ACRE_OK;
  if (ACRE_RARELY(i == NO_GRANULE)) {
    /*@ assert none: \forall integer g; !BlockAt(region, block, g); */
    status = refuse(region, block);
  } else {
    /*@ assert block: BlockAt(region, block, i); */
    /*@ assert one: \forall integer g; BlockAt(region, block, g) ==> g == i; */
    /*@ assert inside: region->base <= (uintptr_t)block < Address(region->base, region->shift, region->granules); */
    status = free_block(region, i);
  }
  return status;
}
