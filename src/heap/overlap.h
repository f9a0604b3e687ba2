/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Registration: what new ranges may be to those that are there (T14). */
#ifndef ACRE_SRC_HEAP_OVERLAP_H
#define ACRE_SRC_HEAP_OVERLAP_H

#include "slot.h"

#ifdef __FRAMAC__
#include "heap_overlap.acsl"
#endif

/* A new area beside a region: what forbids it, or OK if it is apart or inside. */
/*@ requires memory: \valid_read(area) && \valid_read(slot) && RangeOk(area) && RangeOk(&slot->area);
    assigns \result \from *area, *slot;
    ensures T14_area: AreaVerdict(area, slot, \result);
 */
static inline acre_heap_status area_beside(const acre_range *area, const acre_heap_slot *slot)
{
  acre_heap_status status = ACRE_HEAP_OK;
  if (range_same(area, &slot->area)) {
    status = ACRE_HEAP_SAME_RANGE;
  } else if (range_inside(&slot->area, area)) {
    status = ACRE_HEAP_ENCLOSES;
  } else if (range_meets(area, &slot->area) && !range_inside(area, &slot->area)) {
    status = ACRE_HEAP_STRADDLES;
  } else if (slot->elsewhere && range_meets(area, &slot->metadata)) {
    status = ACRE_HEAP_TOUCHES_METADATA;
  } else {
    /* apart, or inside */
  }
  return status;
}

/* New metadata elsewhere beside a region: the same. */
/*@ requires memory: \valid_read(metadata) && \valid_read(slot);
    assigns \result \from *metadata, *slot;
    ensures T14_metadata: MetadataVerdict(metadata, slot, \result);
 */
static inline acre_heap_status metadata_beside(const acre_range *metadata, const acre_heap_slot *slot)
{
  bool over_edge = range_meets(metadata, &slot->area) && !range_inside(metadata, &slot->area);
  bool over_metadata = slot->elsewhere && range_meets(metadata, &slot->metadata);
  return (over_edge || over_metadata) ? ACRE_HEAP_TOUCHES_METADATA : ACRE_HEAP_OK;
}

/* Both beside a region; metadata may be NULL.  BUSY stands for any refusal by a
 * region that another thread is removing. */
/*@ requires memory: \valid_read(area) && \valid_read(slot) && RangeOk(area);
    requires slot: Taken(slot) ==> RangeOk(&slot->area);
    requires metadata: metadata != \null ==> \valid_read(metadata);
    assigns \result \from *area, metadata, *metadata, *slot;
    ensures T14_verdict: Verdict(area, metadata, slot, \result);
 */
static inline acre_heap_status slot_verdict(const acre_range *area, const acre_range *metadata,
                                            const acre_heap_slot *slot)
{
  acre_heap_status status = ACRE_HEAP_OK;
  if (slot->state != SLOT_FREE) {
    status = area_beside(area, slot);
    if ((status == ACRE_HEAP_OK) && (metadata != NULL)) {
      status = metadata_beside(metadata, slot);
    }
    if ((status != ACRE_HEAP_OK) && (slot->state == SLOT_LEAVING)) {
      status = ACRE_HEAP_BUSY;
    }
  }
  return status;
}

/* Both beside all regions.  Of several refusals the last in the enumeration counts. */
/*@ requires heap: SlotsRead(heap);
    requires area: \valid_read(area) && RangeOk(area);
    requires areas: \forall integer i; 0 <= i < heap->capacity ==> Taken(heap->slots + i) ==> RangeOk(&heap->slots[i].area);
    requires metadata: metadata != \null ==> \valid_read(metadata);
    assigns \result \from *heap, heap->slots[0 .. heap->capacity - 1], *area, metadata, *metadata;
    ensures T14_most: \forall integer i, v; 0 <= i < heap->capacity ==>
      Verdict(area, metadata, heap->slots + i, v) ==> v <= \result;
    ensures T14_some: \result == ACRE_HEAP_OK ||
      \exists integer i; 0 <= i < heap->capacity && Verdict(area, metadata, heap->slots + i, \result);
 */
static inline acre_heap_status ranges_status(const acre_heap *heap, const acre_range *area, const acre_range *metadata)
{
  acre_heap_status status = ACRE_HEAP_OK;
  /*@ loop invariant bound: 0 <= i <= heap->capacity;
      loop invariant most: \forall integer j, v; 0 <= j < i ==> Verdict(area, metadata, heap->slots + j, v) ==> v <= status;
      loop invariant some: status == ACRE_HEAP_OK ||
        \exists integer j; 0 <= j < i && Verdict(area, metadata, heap->slots + j, status);
      loop assigns i, status;
      loop variant heap->capacity - i;
   */
  for (uint32_t i = 0u; i < heap->capacity; i++) {
    acre_heap_status one = slot_verdict(area, metadata, &heap->slots[i]);
    if (one > status) {
      status = one;
    }
  }
  return status;
}

#endif
