/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Aligned allocation: the lowest aligned address at which the request fits. */
#include "take.h"

#ifdef __FRAMAC__
#include "aligned.acsl"
#endif

#define NOWHERE UINTPTR_MAX

/* Where k aligned granules fit into the free run [i, e), or NOWHERE. */
/*@ requires region: \valid_read(region) && RegionRange(region);
    requires run: i <= e <= region->granules && 1 <= k;
    requires order: order <= 8 * sizeof(uintptr_t) - 1 - region->shift;
    assigns \result \from *region, i, e, k, order;
    ensures nowhere: \result == NOWHERE ==> \forall integer q;
      i <= q && q + k <= e ==> !Aligned(region->base, region->shift, order, q);
    ensures found: \result != NOWHERE ==>
      i <= \result && \result + k <= e && Aligned(region->base, region->shift, order, \result);
    ensures least: \result != NOWHERE ==> \forall integer q;
      i <= q < \result ==> !Aligned(region->base, region->shift, order, q); */
static uintptr_t fit(const acre_region *region, uint32_t i, uint32_t e, uint32_t k, uint32_t order)
{
  uintptr_t q = align_up(region, i, order);
  return ((q <= e) && (k <= e - q)) ? q : NOWHERE;
}

/* The same in the free run that starts at c. */
/*@ requires mem: RegionMem(region) && RegionRange(region) && RegionOk(region);
    requires run: c < region->frontier && Free(region->tag, c) && 1 <= k;
    requires order: order <= 8 * sizeof(uintptr_t) - 1 - region->shift;
    assigns \result \from *region, region->tag[0 .. region->granules - 1], c, k, order;
    ensures nowhere: \result == NOWHERE <==> NoPlace(region, order, c, k);
    ensures found: \result != NOWHERE ==> PlaceIn(region, order, c, \result, k);
 */
static uintptr_t fit_run(const acre_region *region, uint32_t c, uint32_t k, uint32_t order)
{
  /*@ assert large: region->tag[c] % 64 == 63 ==> 63 <= Size(region->tag, c); */
  /*@ assert inside: c + Size(region->tag, c) <= region->frontier; */
  uint32_t e = c + tag_size(region->tag, c);
  /*@ assert e: e == c + SizeAt(region, c); */
  return fit(region, c, e, k, order);
}

/* How many granules from i on to pass over: the eight of a leaf that has not
 * k, else one. */
/*@ requires mem: RegionMem(region) && RegionOk(region);
    requires here: i < region->frontier;
    assigns \result \from *region, region->index[0 .. region->nodes - 1], i, k;
    ensures range: \result == 0 || \result == 8;
    ensures small: \result == 8 ==> \forall integer c; i <= c < i + 8 ==> c < region->frontier ==> Free(region->tag, c) ==>
      SizeAt(region, c) < k;
 */
static uint32_t skip(const acre_region *region, uint32_t i, uint32_t k)
{
  uint32_t leaf = region_leaf(region, i);
  /*@ assert index: IndexOk(region->index, region->width, region->first_leaf, region->nodes); */
  /*@ assert leaf: region->first_leaf <= leaf < IndexEnd(region->width, region->first_leaf, region->nodes); */
  /*@ assert range: 0 <= Nd(region->index, leaf); */
  /*@ assert right: LeafOk(region->tag, region->index, region->frontier, region->first_leaf, leaf); */
  /*@ assert right: Largest8(region->tag, region->frontier, 8 * (i / 8), Nd(region->index, leaf)); */
  return ((i % 8u == 0u) && ((uint32_t)region->index[leaf] < k)) ? 8u : 0u;
}

/* The first free run below the frontier, from `start` on, with an aligned place
 * for k granules; the frontier or beyond if there is none. */
/*@ requires mem: RegionMem(region) && RegionRange(region) && RegionOk(region);
    requires start: 1 <= k && start <= region->frontier && NoPlaceBefore(region, order, start, k);
    requires order: order <= 8 * sizeof(uintptr_t) - 1 - region->shift;
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns acre_steps;
    assigns \result \from *region, region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1],
            start, k, order;
    ensures before: NoPlaceBefore(region, order, \result, k);
    ensures run: \result < region->frontier ==> Free(region->tag, \result) && !NoPlace(region, order, \result, k);
    ensures steps: acre_steps <= \old(acre_steps) + region->granules;
 */
static uint32_t search(const acre_region *region, uint32_t start, uint32_t k, uint32_t order)
{
  uint32_t i = start;
  bool found = false;
  /*@ loop invariant range: start <= i <= region->frontier + 7;
      loop invariant before: NoPlaceBefore(region, order, i, k);
      loop invariant found: found ==> i < region->frontier && Free(region->tag, i) && !NoPlace(region, order, i, k);
      loop invariant steps: \at(acre_steps, Pre) <= acre_steps <= \at(acre_steps, Pre) + (i - start) + (found ? 1 : 0);
      loop invariant most: i < region->frontier || acre_steps <= \at(acre_steps, Pre) + region->frontier;
      loop assigns i, found, acre_steps;
      loop variant region->frontier + 8 - i - (found ? 1 : 0);
   */
  while ((i < region->frontier) && !found) {
    /*@ ghost acre_steps += 1; */
    uint32_t pass = skip(region, i, k);
    if (pass == 0u) {
      if ((region->tag[i] >= TAG_HEAD) && (fit_run(region, i, k, order) != NOWHERE)) {
        found = true;
      } else {
        pass = 1u;
        /*@ assert none: NoPlaceBefore(region, order, i + 1, k); */
      }
    } else {
      /*@ assert small: \forall integer c; i <= c < i + 8 ==> c < region->frontier ==> Free(region->tag, c) ==>
            SizeAt(region, c) < k && NoPlace(region, order, c, k); */
      /*@ assert none: NoPlaceBefore(region, order, i + 8, k); */
    }
    i += pass;
  }
  return i;
}

/* The first free run below the frontier with an aligned place for k granules;
 * the frontier or beyond if there is none. */
/*@ requires mem: RegionMem(region) && RegionRange(region) && RegionOk(region) && 1 <= k <= 0xFFFFFF;
    requires order: order <= 8 * sizeof(uintptr_t) - 1 - region->shift;
    requires steps: acre_steps <= ACRE_STEPS(5) - 0x1000;
    assigns acre_steps;
    assigns \result \from *region, region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], k,
            order;
    ensures before: NoPlaceBefore(region, order, \result, k);
    ensures run: \result < region->frontier ==> Free(region->tag, \result) && !NoPlace(region, order, \result, k);
    ensures range: \result < region->frontier || NoPlaceBefore(region, order, region->frontier, k);
    ensures steps: acre_steps <= \old(acre_steps) + StepsFind(region->width, region->first_leaf) + region->granules;
 */
static uint32_t first_run(const acre_region *region, uint32_t k, uint32_t order)
{
  uint32_t i = region->frontier;
  /*@ assert index: IndexOk(region->index, region->width, region->first_leaf, region->nodes); */
  /*@ assert root: 0 <= Nd(region->index, 0) <= 0x1000000; */
  if (k <= (uint32_t)region->index[0]) {
    uint32_t leaf = index_find(region->index, region->width, region->first_leaf, (int32_t)k)
        /*@ ghost (region->nodes) */;
    /*@ assert head: \exists integer g; 8 * (leaf - region->first_leaf) <= g < 8 * (leaf - region->first_leaf) + 8 &&
          g < region->frontier && Free(region->tag, g) && k <= Size(region->tag, g); */
    /*@ assert less: LeavesLess(region->index, region->first_leaf, leaf, k); */
    uint32_t first = 8u * (leaf - region->first_leaf);
    /*@ assert first: first == 8 * (leaf - region->first_leaf) < region->frontier; */
    /*@ assert none: NoRun(region->tag, region->frontier, region->granules, first, k); */
    /*@ assert before: NoPlaceBefore(region, order, first, k); */
    i = search(region, first, k, order);
  } else {
    /*@ assert none: NoRun(region->tag, region->frontier, region->granules, region->frontier, k); */
    /*@ assert before: NoPlaceBefore(region, order, region->frontier, k); */
  }
  return i;
}

/* Takes k granules at the lowest aligned place; that place, or NOWHERE. */
/*@ requires mem: RegionMem(region) && RegionRange(region) && RegionOk(region) && 1 <= k <= 0xFFFFFF;
    requires order: order <= 8 * sizeof(uintptr_t) - 1 - region->shift;
    requires steps: acre_steps <= ACRE_STEPS(4) + 0x1000;
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], region->frontier,
            region->used, region->blocks, region->runs, region->peak, acre_steps;
    assigns \result \from *region, region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], k,
            order;
    ensures ok: RegionOk(region);
    ensures shape: ShapeKept{Pre,Post}(region);
    ensures refused: \result == NOWHERE <==> NoneAligned{Pre}(region, order, k);
    ensures same: \result == NOWHERE ==> Unchanged{Pre,Post}(region);
    ensures first: \result != NOWHERE ==> \result < region->granules && FirstAligned{Pre}(region, order, \result, k);
    ensures taken: \result != NOWHERE ==> Taken{Pre,Post}(region, \result, k);
    ensures steps: acre_steps <= \old(acre_steps) + StepsFind(region->width, region->first_leaf) + region->granules +
                   StepsFree(region->width, region->first_leaf);
 */
static uintptr_t take_aligned(acre_region *region, uint32_t k, uint32_t order)
{
  uint32_t i = first_run(region, k, order);
  uintptr_t q;
  if (i < region->frontier) {
    q = fit_run(region, i, k, order);
    /*@ assert place: PlaceIn(region, order, i, q, k) && q != NOWHERE; */
    /*@ assert first: FirstAligned(region, order, q, k); */
    /*@ assert some: !NoneAligned(region, order, k); */
    /*@ assert large: region->tag[i] % 64 == 63 ==> 63 <= Size(region->tag, i); */
    /*@ assert inside: i + Size(region->tag, i) <= region->frontier; */
    uint32_t e = i + tag_size(region->tag, i);
    /*@ assert run: To(region->tag, i, e) && q + k <= e; */
    region_carve(region, i, (uint32_t)q, k, e);
  } else {
    q = fit(region, region->frontier, region->granules, k, order);
    /*@ assert none: NoneBefore(region, order, region->frontier, k); */
    if (q != NOWHERE) {
      /*@ assert free: FreeAt(region, q, k); */
      /*@ assert before: NoneBefore(region, order, q, k); */
      /*@ assert first: FirstAligned(region, order, q, k); */
      /*@ assert some: !NoneAligned(region, order, k); */
      region_extend(region, (uint32_t)q, k);
    } else {
      /*@ assert none: NoneAligned(region, order, k); */
    }
  }
  return q;
}

/* The lowest address that is a multiple of 2^(shift + order). */
/*@ requires region: Region(region) && 1 <= size;
    requires order: order <= 8 * sizeof(uintptr_t) - 1 - region->shift;
    requires steps: acre_steps <= ACRE_STEPS(4) + 63;
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], region->frontier,
            region->used, region->blocks, region->runs, region->peak, acre_steps;
    assigns \result \from *region, region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], size,
            order;
    ensures region: Region(region);
    ensures exact: AlignedResult{Pre,Post}(region, \result, order, size);
    ensures same: \result == \null ==> Unchanged{Pre,Post}(region);
    ensures steps: acre_steps <= \old(acre_steps) + StepsFind(region->width, region->first_leaf) + region->granules +
                   StepsFree(region->width, region->first_leaf);
 */
static void *alloc_above(acre_region *region, uint32_t order, size_t size)
{
  size_t k = region_granules(region, size);
  void *block = NULL;
  if (k <= region->granules) {
    uintptr_t q = take_aligned(region, (uint32_t)k, order);
    /*@ assert whole: (uint32_t)k == k == Granules(region->shift, size); */
    if (q != NOWHERE) {
      block = region_pointer(region_address(region, (uint32_t)q));
      /*@ assert first: FirstAligned{Pre}(region, order, q, k); */
      /*@ assert taken: Taken{Pre,Here}(region, q, k); */
      /*@ assert placed: AllocatedAligned{Pre,Here}(region, order, block, q, Granules(region->shift, size)); */
    }
  } else {
    /*@ assert none: NoneAligned(region, order, k); */
  }
  return block;
}

/* The lowest address that is a multiple of 2^order. */
/*@ requires region: Region(region) && 1 <= size;
    requires order: order <= 8 * sizeof(uintptr_t) - 1;
    requires steps: acre_steps <= ACRE_STEPS(4) + 63;
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], region->frontier,
            region->used, region->blocks, region->runs, region->peak, acre_steps;
    assigns \result \from *region, region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], size,
            order;
    ensures region: Region(region);
    ensures exact: AlignedResult{Pre,Post}(region, \result, OrderAbove(region->shift, order), size);
    ensures same: \result == \null ==> Unchanged{Pre,Post}(region);
    ensures steps: acre_steps + 63 <= \old(acre_steps) +
      StepsAligned(region->width, region->first_leaf, region->granules);
 */
static void *alloc_order(acre_region *region, uint32_t order, size_t size)
{
  void *block;
  if (order <= region->shift) {
    block = acre_region_alloc(region, size);
    /*@ assert none: block == \null ==> NoneAligned{Pre}(region, 0, Granules(region->shift, size)); */
    /*@ assert some: block != \null ==> !NoneAligned{Pre}(region, 0, Granules(region->shift, size)); */
    /*@ assert placed: block != \null ==> \exists integer g;
          AllocatedAligned{Pre,Here}(region, 0, block, g, Granules(region->shift, size)); */
    /*@ assert exact: AlignedResult{Pre,Here}(region, block, 0, size); */
    /*@ assert exact: AlignedResult{Pre,Here}(region, block, OrderAbove(region->shift, order), size); */
  } else {
    uint32_t above = order - region->shift;
    /*@ assert above: above == OrderAbove(region->shift, order); */
    block = alloc_above(region, above, size);
    /*@ assert same: above == OrderAbove(region->shift, order); */
    /*@ assert exact: AlignedResult{Pre,Here}(region, block, above, size); */
    /*@ assert exact: AlignedResult{Pre,Here}(region, block, OrderAbove(region->shift, order), size); */
  }
  return block;
}

void *acre_region_alloc_aligned(acre_region *region, size_t alignment, size_t size)
{
  void *block = NULL;
  uint32_t order = log2_of(alignment);
  if ((size != 0u) && (order != NO_ORDER)) {
    /*@ assert order: alignment == Pow2(order); */
    /*@ assert order: \forall integer o; 0 <= o ==> alignment == Pow2(o) ==> o == order; */
    block = alloc_order(region, order, size);
  }
  return block;
}
