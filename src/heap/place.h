/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A place for a request in one region, beside its reserve (T12). */
#ifndef ACRE_SRC_HEAP_PLACE_H
#define ACRE_SRC_HEAP_PLACE_H

#include <acre/heap.h>

#ifdef __FRAMAC__
#include "heap_reserve.acsl"
#endif

/* The bytes that a request for `caps` may take here: all that are free, but for
 * the reserve if it names none of the reserved capabilities. */
/*@ requires slot: \valid_read(slot);
    requires region: Region(&slot->region);
    assigns \result \from *slot, slot->region.index[0], caps;
    ensures T12_spare: \result == Spare(slot, caps);
 */
static inline size_t slot_spare(const acre_heap_slot *slot, acre_caps caps)
{
  acre_stats stats;
  size_t kept = ((slot->reserved & caps) != 0u) ? 0u : slot->reserve;
  acre_region_stats(&slot->region, &stats);
  return (stats.free > kept) ? (stats.free - kept) : 0u;
}

/* The reserve leaves room for `size` bytes more.  What is spare is whole
 * granules, so that rounding `size` up does not matter. */
/*@ requires slot: \valid_read(slot);
    requires region: Region(&slot->region);
    assigns \result \from *slot, slot->region.index[0], caps, size;
    ensures T12_allows: \result <==> Allows(slot, caps, size);
 */
static inline bool slot_allows(const acre_heap_slot *slot, acre_caps caps, size_t size)
{
  return (slot->reserve == 0u) || (size <= slot_spare(slot, caps));
}

/* A block for a request, or NULL. */
/*@ requires slot: \valid(slot);
    requires region: Region(&slot->region);
    requires steps: acre_steps <= ACRE_STEPS(4);
    assigns slot->region.tag[0 .. slot->region.granules - 1], slot->region.index[0 .. slot->region.nodes - 1],
            slot->region.frontier, slot->region.used, slot->region.blocks, slot->region.runs, slot->region.peak, acre_steps;
    assigns \result \from *slot, slot->region.tag[0 .. slot->region.granules - 1],
                          slot->region.index[0 .. slot->region.nodes - 1], caps, alignment, size;
    ensures region: Region(&slot->region);
    ensures T12_here: alignment == 1 ==> (\result == \null <==> !FitsHere{Pre}(slot, caps, size));
    ensures T2_lowest: alignment == 1 ==> \result != \null ==> TakenHere{Pre,Post}(\at(&slot->region,Pre), \result, size);
    ensures T12_reserve: !Allows{Pre}(slot, caps, size) ==> \result == \null;
    ensures T2_alignment: alignment != 1 ==> (\forall integer o; 0 <= o ==> alignment != Pow2(o)) ==> \result == \null;
    ensures T2_zero: size == 0 ==> \result == \null;
    ensures T2_aligned: alignment != 1 ==> Allows{Pre}(slot, caps, size) ==> size != 0 ==> \forall integer o; 0 <= o ==>
      alignment == Pow2(o) ==> AlignedResult{Pre,Post}(\at(&slot->region,Pre), \result, OrderAbove(slot->region.shift, o), size);
    ensures T3_refused: \result == \null ==> Unchanged{Pre,Post}(\at(&slot->region,Pre));
    ensures T10_steps: acre_steps <= \old(acre_steps) +
      StepsAligned(slot->region.width, slot->region.first_leaf, slot->region.granules);
 */
static inline void *slot_place(acre_heap_slot *slot, acre_caps caps, size_t alignment, size_t size)
{
  void *block = NULL;
  if (slot_allows(slot, caps, size)) {
    block = (alignment == 1u) ? acre_region_alloc(&slot->region, size)
                              : acre_region_alloc_aligned(&slot->region, alignment, size);
  }
  return block;
}

#endif
