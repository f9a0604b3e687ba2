/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Resize in place, or not at all. */
#include "core.h"

/* The live block [i, r) and the free run [r, e) become a live block [i, c) and
 * a free run [c, e), which may be empty; c is behind r.  Tags and index alone;
 * the number of free runs then. */
/*@ requires mem: RegionMem(region) && RegionOk(region);
    requires where: 0 <= i < r < c <= e < region->frontier;
    requires block: Live(region->tag, i) && To(region->tag, i, r);
    requires run: Free(region->tag, r) && To(region->tag, r, e);
    requires alone: !Free(region->tag, e);
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], acre_steps;
    ensures tags: TagsRight(region);
    ensures index: IndexRight(region);
    ensures used: Used(region->tag, region->frontier) == region->used + (c - i) - (r - i) <= region->frontier;
    ensures range: r - i <= region->used + (c - i);
    ensures blocks: Blocks(region->tag, region->frontier) == region->blocks;
    ensures runs: Runs(region->tag, region->frontier) == \result;
    ensures others: BlocksKept{Pre,Post}(region, i);
    ensures block: LiveAt(region, i) && SizeAt(region, i) == c - i;
    ensures steps: acre_steps <= \old(acre_steps) + StepsFree(region->width, region->first_leaf);
 */
static uint32_t grow_index(acre_region *region, uint32_t i, uint32_t r, uint32_t c, uint32_t e)
{
  uint32_t runs = region->runs;
  if (c == e) {
    runs -= 1u;
  }
  /*@ assert leaf_r: region->first_leaf <= LeafOf(region->first_leaf, r) <
        IndexEnd(region->width, region->first_leaf, region->nodes); */
  /*@ assert leaf_c: c < e ==> region->first_leaf <= LeafOf(region->first_leaf, c) <
        IndexEnd(region->width, region->first_leaf, region->nodes); */
  /*@ assert old_r: LeafOk(region->tag, region->index, region->frontier, region->first_leaf,
                           LeafOf(region->first_leaf, r)); */
  /*@ assert old_r: Largest8(region->tag, region->frontier, 8 * (r / 8),
                             Nd(region->index, LeafOf(region->first_leaf, r))); */
  /*@ assert old_c: c < e ==> LeafOk(region->tag, region->index, region->frontier, region->first_leaf,
                                     LeafOf(region->first_leaf, c)); */
  /*@ assert old_c: c < e ==> Largest8(region->tag, region->frontier, 8 * (c / 8),
                                       Nd(region->index, LeafOf(region->first_leaf, c))); */
  /*@ assert separate: Separate(region->tag, region->frontier); */
  /*@ assert size: Size(region->tag, r) == e - r; */
  /*@ assert none: c < e ==> !Free(region->tag, c); */
  chunk_reshape(region->tag, i, r, c, e) /*@ ghost (region->frontier, region->granules) */;
  /*@ assert heads: HeadsKept{Pre,Here}(region->tag, region->frontier, region->frontier, r, c); */
  /*@ assert leaves: LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes),
        LeafOf(region->first_leaf, r), LeafOf(region->first_leaf, c)); */
  /*@ assert heads_e: c == e ==> HeadsKept{Pre,Here}(region->tag, region->frontier, region->frontier, r, r); */
  /*@ assert leaves_e: c == e ==> LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes),
        LeafOf(region->first_leaf, r), LeafOf(region->first_leaf, r)); */
  /*@ assert gone: !Free(region->tag, r); */
  /*@ assert rest: c < region->frontier ==> Free(region->tag, c) ==> Size(region->tag, c) <= e - r; */
  /*@ assert most: Below8(region->tag, region->frontier, 8 * (r / 8),
                          Nd(region->index, LeafOf(region->first_leaf, r))); */
  /*@ assert exact: Nd(region->index, LeafOf(region->first_leaf, r)) != e - r ==>
        Largest8(region->tag, region->frontier, 8 * (r / 8), Nd(region->index, LeafOf(region->first_leaf, r))); */
  /*@ assert new: c < e ==> LeafOf(region->first_leaf, c) != LeafOf(region->first_leaf, r) ==>
        Largest8(region->tag, region->frontier, 8 * (c / 8),
                 \max(Nd(region->index, LeafOf(region->first_leaf, c)), e - c)); */
  /*@ assert runs: runs == Runs(region->tag, region->frontier); */
  region_less(region, r, e - r, c, e - c);
  /*@ assert live: LiveKept{Pre,Here}(region->tag, region->frontier, region->frontier, i); */
  return runs;
}

/* The same where c lies before r, and the free run [r, e) may be empty. */
/*@ requires mem: RegionMem(region) && RegionOk(region);
    requires where: 0 <= i < c < r <= e < region->frontier;
    requires block: Live(region->tag, i) && To(region->tag, i, r);
    requires run: r < e ==> Free(region->tag, r) && To(region->tag, r, e);
    requires alone: !Free(region->tag, e);
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], acre_steps;
    ensures tags: TagsRight(region);
    ensures index: IndexRight(region);
    ensures used: Used(region->tag, region->frontier) == region->used + (c - i) - (r - i) <= region->frontier;
    ensures range: r - i <= region->used + (c - i);
    ensures blocks: Blocks(region->tag, region->frontier) == region->blocks;
    ensures runs: Runs(region->tag, region->frontier) == \result;
    ensures others: BlocksKept{Pre,Post}(region, i);
    ensures block: LiveAt(region, i) && SizeAt(region, i) == c - i;
    ensures steps: acre_steps <= \old(acre_steps) + StepsFree(region->width, region->first_leaf);
 */
static uint32_t shrink_index(acre_region *region, uint32_t i, uint32_t r, uint32_t c, uint32_t e)
{
  uint32_t runs = region->runs;
  if (r == e) {
    runs += 1u;
  }
  /*@ assert leaf_c: region->first_leaf <= LeafOf(region->first_leaf, c) <
        IndexEnd(region->width, region->first_leaf, region->nodes); */
  /*@ assert leaf_r: r < e ==> region->first_leaf <= LeafOf(region->first_leaf, r) <
        IndexEnd(region->width, region->first_leaf, region->nodes); */
  /*@ assert old_c: LeafOk(region->tag, region->index, region->frontier, region->first_leaf,
                           LeafOf(region->first_leaf, c)); */
  /*@ assert old_c: Largest8(region->tag, region->frontier, 8 * (c / 8),
                             Nd(region->index, LeafOf(region->first_leaf, c))); */
  /*@ assert old_r: r < e ==> LeafOk(region->tag, region->index, region->frontier, region->first_leaf,
                                     LeafOf(region->first_leaf, r)); */
  /*@ assert old_r: r < e ==> Largest8(region->tag, region->frontier, 8 * (r / 8),
                                       Nd(region->index, LeafOf(region->first_leaf, r))); */
  /*@ assert separate: Separate(region->tag, region->frontier); */
  /*@ assert size: r < e ==> Size(region->tag, r) == e - r; */
  /*@ assert size_c: r < e ==> Size(region->tag, r) <= e - c; */
  /*@ assert none_c: !Free(region->tag, c); */
  /*@ assert none_r: r == e ==> !Free(region->tag, r); */
  chunk_reshape(region->tag, i, r, c, e) /*@ ghost (region->frontier, region->granules) */;
  /*@ assert heads: HeadsKept{Pre,Here}(region->tag, region->frontier, region->frontier, c, r); */
  /*@ assert leaves: LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes),
        LeafOf(region->first_leaf, c), LeafOf(region->first_leaf, r)); */
  /*@ assert gone: !Free(region->tag, r); */
  /*@ assert heads_e: r == e ==> HeadsKept{Pre,Here}(region->tag, region->frontier, region->frontier, c, c); */
  /*@ assert leaves_e: r == e ==> LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes),
        LeafOf(region->first_leaf, c), LeafOf(region->first_leaf, c)); */
  /*@ assert head: Free(region->tag, c) && Size(region->tag, c) == e - c; */
  /*@ assert new: Largest8(region->tag, region->frontier, 8 * (c / 8),
                           \max(Nd(region->index, LeafOf(region->first_leaf, c)), e - c)); */
  /*@ assert apart: LeafOf(region->first_leaf, r) != LeafOf(region->first_leaf, c) ==> c < 8 * (r / 8); */
  /*@ assert heads: HeadsKept{Pre,Here}(region->tag, region->frontier, region->frontier, r, c); */
  /*@ assert most: r < e ==> LeafOf(region->first_leaf, r) != LeafOf(region->first_leaf, c) ==>
        Below8(region->tag, region->frontier, 8 * (r / 8), Nd(region->index, LeafOf(region->first_leaf, r))); */
  /*@ assert exact: r < e ==> LeafOf(region->first_leaf, r) != LeafOf(region->first_leaf, c) ==>
        Nd(region->index, LeafOf(region->first_leaf, r)) != e - r ==>
        Largest8(region->tag, region->frontier, 8 * (r / 8), Nd(region->index, LeafOf(region->first_leaf, r))); */
  /*@ assert runs: runs == Runs(region->tag, region->frontier); */
  region_more(region, c, e - c, r, e - r);
  /*@ assert live: LiveKept{Pre,Here}(region->tag, region->frontier, region->frontier, i); */
  return runs;
}

/* The live block [i, frontier) becomes [i, c).  Tags and frontier alone. */
/*@ requires mem: RegionMem(region) && RegionOk(region);
    requires where: 0 <= i < region->frontier && i < c <= region->granules;
    requires block: Live(region->tag, i) && To(region->tag, i, region->frontier);
    assigns region->tag[0 .. region->granules - 1], region->frontier;
    ensures tags: TagsRight(region);
    ensures index: IndexRight(region);
    ensures used: Used(region->tag, region->frontier) == region->used + (c - i) - (\old(region->frontier) - i) <= region->granules;
    ensures range: \old(region->frontier) - i <= region->used + (c - i);
    ensures blocks: Blocks(region->tag, region->frontier) == region->blocks;
    ensures runs: Runs(region->tag, region->frontier) == region->runs;
    ensures others: BlocksKept{Pre,Post}(region, i);
    ensures block: LiveAt(region, i) && SizeAt(region, i) == c - i;
 */
static void reshape_last_tags(acre_region *region, uint32_t i, uint32_t c)
{
  /*@ ghost uint32_t m = region->frontier; */
  /*@ assert tags: TagsOk(region->tag, m, LastTag(region->granules)); */
  /*@ assert old: LeavesOk(region->tag, region->index, m, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes)); */
  /*@ assert counters: CountersOk(region); */
  /*@ assert used: region->used == Used(region->tag, m); */
  /*@ assert blocks: region->blocks == Blocks(region->tag, m); */
  /*@ assert runs: region->runs == Runs(region->tag, m); */
  chunk_reshape_last(region->tag, i, c) /*@ ghost (m, region->granules) */;
  /*@ assert heads: HeadsKept{Pre,Here}(region->tag, m, c, i, i); */
  /*@ assert same: HeadsSame{Pre,Here}(region->tag, m, c); */
  region->frontier = c;
  /*@ assert leaves: LeavesOk(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes)); */
  /*@ assert nodes: IndexOk(region->index, region->width, region->first_leaf, region->nodes); */
  /*@ assert live: LiveKept{Pre,Here}(region->tag, m, region->frontier, i); */
}

/* The live block [i, r) and the free run [r, e), which may be empty, become a
 * live block [i, c) and a free run [c, e), which may be empty. */
/*@ requires mem: RegionMem(region) && RegionOk(region);
    requires where: 0 <= i < r <= e < region->frontier && i < c <= e && c != r;
    requires block: Live(region->tag, i) && To(region->tag, i, r);
    requires run: r < e ==> Free(region->tag, r) && To(region->tag, r, e);
    requires alone: !Free(region->tag, e);
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], region->used,
            region->runs, region->peak, acre_steps;
    ensures ok: RegionOk(region);
    ensures resized: Resized{Pre,Post}(region, i, c - i);
    ensures steps: acre_steps <= \old(acre_steps) + StepsFree(region->width, region->first_leaf);
 */
static void reshape(acre_region *region, uint32_t i, uint32_t r, uint32_t c, uint32_t e)
{
  uint32_t runs;
  /*@ assert size: SizeAt(region, i) == r - i && LiveAt(region, i); */
  if (c > r) {
    runs = grow_index(region, i, r, c, e);
  } else {
    runs = shrink_index(region, i, r, c, e);
  }
  region_recount(region, r - i, c - i, runs);
  /*@ assert shape: ShapeKept{Pre,Here}(region); */
  /*@ assert others: BlocksKept{Pre,Here}(region, i); */
  /*@ assert now: LiveAt(region, i) && SizeAt(region, i) == c - i; */
}

/* The live block [i, frontier) becomes [i, c). */
/*@ requires mem: RegionMem(region) && RegionOk(region);
    requires where: 0 <= i < region->frontier && i < c <= region->granules;
    requires block: Live(region->tag, i) && To(region->tag, i, region->frontier);
    assigns region->tag[0 .. region->granules - 1], region->frontier, region->used, region->runs, region->peak;
    ensures ok: RegionOk(region);
    ensures resized: Resized{Pre,Post}(region, i, c - i);
 */
static void reshape_last(acre_region *region, uint32_t i, uint32_t c)
{
  uint32_t old = region->frontier - i;
  reshape_last_tags(region, i, c);
  region_recount(region, old, c - i, region->runs);
  /*@ assert size: SizeAt{Pre}(region, i) == old && LiveAt{Pre}(region, i); */
  /*@ assert shape: ShapeKept{Pre,Here}(region); */
  /*@ assert others: BlocksKept{Pre,Here}(region, i); */
  /*@ assert now: LiveAt(region, i) && SizeAt(region, i) == c - i; */
}

/* The live block at i gets k granules, if they are free behind it. */
/*@ requires mem: RegionMem(region) && RegionOk(region);
    requires block: LiveAt(region, i) && 1 <= k;
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], region->frontier,
            region->used, region->runs, region->peak, acre_steps;
    assigns \result \from *region, region->tag[0 .. region->granules - 1], i, k;
    ensures ok: RegionOk(region);
    ensures shape: ShapeKept{Pre,Post}(region);
    ensures status: \result == ACRE_OK || \result == ACRE_NO_SPACE;
    ensures exact: \result == ACRE_OK <==> RoomAt{Pre}(region, i, k);
    ensures resized: \result == ACRE_OK ==> Resized{Pre,Post}(region, i, k);
    ensures same: \result != ACRE_OK ==> Unchanged{Pre,Post}(region);
    ensures steps: acre_steps <= \old(acre_steps) + StepsFree(region->width, region->first_leaf);
 */
static acre_status resize_block(acre_region *region, uint32_t i, size_t k)
{
  acre_status status = ACRE_OK;
  /*@ assert large: region->tag[i] % 64 == 63 ==> 63 <= Size(region->tag, i); */
  /*@ assert inside: i + Size(region->tag, i) <= region->frontier; */
  uint32_t r = i + tag_size(region->tag, i);
  /*@ assert block: To(region->tag, i, r) && r <= region->frontier; */
  uint32_t e = chunk_right(region->tag, r) /*@ ghost (i, region->frontier, region->granules) */;
  /*@ assert next: e < region->frontier ==> LiveAt(region, e); */
  /*@ assert last: e == region->frontier ==> r == e; */
  /*@ assert others: \forall integer j; LiveAt(region, j) ==> j != i ==> j + SizeAt(region, j) <= i || e <= j; */
  if (r == region->frontier) {
    e = region->granules;
  }
  /*@ assert others: \forall integer j; LiveAt(region, j) ==> j != i ==> j + SizeAt(region, j) <= i || e <= j; */
  /*@ assert room: i + k <= e ==> RoomAt(region, i, k); */
  /*@ assert full: e < region->granules ==> LiveAt(region, e) && i < e; */
  /*@ assert full: RoomAt(region, i, k) ==> i + k <= e; */
  /*@ assert steps: 0 <= StepsFree(region->width, region->first_leaf); */
  if (k > e - i) {
    status = ACRE_NO_SPACE;
  } else if (r == region->frontier) {
    reshape_last(region, i, i + (uint32_t)k);
  } else if (k != r - i) {
    reshape(region, i, r, i + (uint32_t)k, e);
  } else {
    /* the block has that size already */
  }
  return status;
}

acre_status acre_region_resize(acre_region *region, void *block, size_t size)
{
  uint32_t i = region_locate(region, block);
  acre_status status;
  if (i == NO_GRANULE) {
    /*@ assert none: \forall integer g; !BlockAt(region, block, g); */
    status = region_refuse(region, block);
  } else {
    /*@ assert block: BlockAt(region, block, i); */
    /*@ assert one: \forall integer g; BlockAt(region, block, g) ==> g == i; */
    /*@ assert inside: region->base <= (uintptr_t)block < Address(region->base, region->shift, region->granules); */
    if (size == 0u) {
      status = ACRE_BAD_SIZE;
    } else {
      status = resize_block(region, i, region_granules(region, size));
    }
  }
  return status;
}
