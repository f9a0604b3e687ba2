/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A new region, before it is one (T14). */
#ifndef ACRE_SRC_HEAP_AREA_H
#define ACRE_SRC_HEAP_AREA_H

#include "lock.h"

#ifdef __FRAMAC__
#include "heap_area.acsl"
#endif

/* What can be said of an area without looking at the heap; its ranges. */
/*@ requires memory: \valid_read(area) && \valid(range) && \valid(metadata) && \separated(area, range, metadata);
    assigns *range, *metadata \from *area;
    assigns \result \from *area;
    ensures T14_status: AreaStatus{Pre}(area, \result);
    ensures T14_range: \result == ACRE_HEAP_OK ==> RangeOk(range) && RangeIs(range, \old(area->address), \old(area->size));
    ensures T14_metadata: \result == ACRE_HEAP_OK ==> \old(area->metadata) != \null ==> RangeOk(metadata) &&
      RangeIs(metadata, (uintptr_t)\old(area->metadata), \old(area->metadata_size)) && !Meets(range, metadata);
 */
static inline acre_heap_status area_status(const acre_heap_area *area, acre_range *range, acre_range *metadata)
{
  acre_heap_status status = ACRE_HEAP_OK;
  bool elsewhere = area->metadata != NULL;
  if (!lock_valid(&area->lock)) {
    status = ACRE_HEAP_NULL_ARGUMENT;
  } else if ((area->caps[0] | area->caps[1] | area->caps[2]) == 0u) {
    status = ACRE_HEAP_NO_CAPABILITIES;
  } else if ((area->size == 0u) || (elsewhere && (area->metadata_size == 0u))) {
    status = ACRE_HEAP_TOO_SMALL;
  } else if (!range_of(area->address, area->size, range)) {
    status = ACRE_HEAP_RANGE_OVERFLOW;
  } else if (!elsewhere) {
    /* the metadata are part of the range */
  } else if (!range_of((uintptr_t)area->metadata, area->metadata_size, metadata)) {
    status = ACRE_HEAP_RANGE_OVERFLOW;
  } else if (range_meets(range, metadata)) {
    status = ACRE_HEAP_TOUCHES_METADATA;
  } else {
    /* two ranges apart */
  }
  return status;
}

/* A slot without a region, NULL if there is none. */
/*@ requires heap: SlotsRead(heap);
    assigns \result \from *heap, heap->slots[0 .. heap->capacity - 1];
    ensures none: \result == \null <==> \forall integer i; 0 <= i < heap->capacity ==> Taken(heap->slots + i);
    ensures free: \result != \null ==> IsSlot(heap, \result) && !Taken(\result);
 */
static inline acre_heap_slot *free_slot(acre_heap *heap)
{
  acre_heap_slot *found = NULL;
  /*@ ghost uint32_t at = 0u; */
  /*@ loop invariant bound: 0 <= i <= heap->capacity;
      loop invariant none: found == \null ==> \forall integer j; 0 <= j < i ==> Taken(heap->slots + j);
      loop invariant found: found != \null ==> SlotAt(heap, found, at) && !Taken(found);
      loop assigns i, found, at;
      loop variant heap->capacity - i;
   */
  for (uint32_t i = 0u; i < heap->capacity; i++) {
    if ((heap->slots[i].state == SLOT_FREE) && (found == NULL)) {
      /*@ ghost at = i; */
      found = &heap->slots[i];
    }
  }
  return found;
}

/* All of a claimed slot but the region and the number. */
/*@ requires memory: \valid(slot) && \valid_read(area) && \valid_read(range) &&
      \separated(slot, area) && \separated(slot, range);
    requires metadata: metadata != \null ==> \valid_read(metadata) && \separated(slot, metadata);
    assigns *slot \from *slot, *area, *range, metadata, *metadata;
    ensures name: slot->name == area->name;
    ensures lock: slot->lock.acquire == area->lock.acquire && slot->lock.release == area->lock.release;
    ensures context: slot->lock.context == area->lock.context;
    ensures T14_area: slot->area.first == \old(range->first) && slot->area.last == \old(range->last);
    ensures T14_elsewhere: slot->elsewhere != 0 <==> metadata != \null;
    ensures T14_metadata: metadata != \null ==>
      slot->metadata.first == \old(metadata->first) && slot->metadata.last == \old(metadata->last);
    ensures T12_first: slot->caps[0] == \old(area->caps[0]);
    ensures T12_second: slot->caps[1] == \old(area->caps[1]);
    ensures T12_third: slot->caps[2] == \old(area->caps[2]);
    ensures T7_zero: slot->allocated == 0 && slot->freed == 0 && slot->failed == 0;
    ensures none: slot->pins == 0 && slot->nested == 0 && slot->changes == 0 && slot->area_host == 0 &&
      slot->metadata_host == 0;
    ensures state: slot->state == \old(slot->state) && slot->id == \old(slot->id);
 */
static inline void describe(acre_heap_slot *slot, const acre_heap_area *area, const acre_range *range,
                            const acre_range *metadata)
{
  slot->name = area->name;
  slot->lock.acquire = area->lock.acquire;
  slot->lock.release = area->lock.release;
  slot->lock.context = area->lock.context;
  slot->area.first = range->first;
  slot->area.last = range->last;
  slot->elsewhere = metadata != NULL;
  if (metadata != NULL) {
    slot->metadata.first = metadata->first;
    slot->metadata.last = metadata->last;
  }
  slot->caps[0] = area->caps[0];
  slot->caps[1] = area->caps[1];
  slot->caps[2] = area->caps[2];
  slot->allocated = 0u;
  slot->freed = 0u;
  slot->failed = 0u;
  slot->pins = 0u;
  slot->nested = 0u;
  slot->changes = 0u;
  slot->area_host = 0u;
  slot->metadata_host = 0u;
}

#endif
