/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Slots: which regions there are, which of them a request or a query means, in
 * which order, and which one owns an address.  All of this under the heap's lock.
 */
#ifndef ACRE_SRC_HEAP_SLOT_H
#define ACRE_SRC_HEAP_SLOT_H

#include "range.h"

#ifdef __FRAMAC__
#include "heap_policy.acsl"
#endif

#define SLOT_FREE 0u    /* no region */
#define SLOT_JOINING 1u /* being registered: its ranges count, nothing else */
#define SLOT_ACTIVE 2u
#define SLOT_DRAINING 3u /* no new allocations */
#define SLOT_LEAVING 4u  /* being removed, as JOINING */

#define NO_SLOT 0xFFFFFFFFu

/*@ requires slot: \valid_read(slot);
    assigns \result \from slot->state;
    ensures registered: \result <==> Registered(slot);
 */
static inline bool slot_registered(const acre_heap_slot *slot)
{
  return (slot->state == SLOT_ACTIVE) || (slot->state == SLOT_DRAINING);
}

/*@ requires slot: \valid_read(slot);
    assigns \result \from slot->caps[0 .. 2];
    ensures caps: \result == (slot->caps[0] | slot->caps[1] | slot->caps[2]);
 */
static inline acre_caps slot_caps(const acre_heap_slot *slot)
{
  return slot->caps[0] | slot->caps[1] | slot->caps[2];
}

/* The region has all of `caps`. */
/*@ requires slot: \valid_read(slot);
    assigns \result \from slot->caps[0 .. 2], caps;
    ensures has: \result <==> Has(slot, caps);
 */
static inline bool slot_has(const acre_heap_slot *slot, acre_caps caps)
{
  return (slot_caps(slot) & caps) == caps;
}

/* A query about `caps` means this region. */
/*@ requires slot: \valid_read(slot);
    assigns \result \from *slot, caps;
    ensures meant: \result <==> Meant(slot, caps);
 */
static inline bool slot_meant(const acre_heap_slot *slot, acre_caps caps)
{
  return slot_registered(slot) && slot_has(slot, caps);
}

/* The first priority that offers one of `caps`, ACRE_PRIORITIES if none does. */
/*@ requires slot: \valid_read(slot);
    assigns \result \from slot->caps[0 .. 2], caps;
    ensures level: \result == Level(slot, caps);
 */
static inline uint32_t slot_level(const acre_heap_slot *slot, acre_caps caps)
{
  uint32_t level = ACRE_PRIORITIES;
  if ((slot->caps[0] & caps) != 0u) {
    level = 0u;
  } else if ((slot->caps[1] & caps) != 0u) {
    level = 1u;
  } else if ((slot->caps[2] & caps) != 0u) {
    level = 2u;
  } else {
    /* none */
  }
  return level;
}

/* A request for `caps` may be met here. */
/*@ requires slot: \valid_read(slot);
    assigns \result \from *slot, caps;
    ensures T12_serves: \result <==> Serves(slot, caps);
 */
static inline bool slot_serves(const acre_heap_slot *slot, acre_caps caps)
{
  return (slot->state == SLOT_ACTIVE) && slot_has(slot, caps) && (slot_level(slot, caps) < ACRE_PRIORITIES);
}

/*
 * A region's place among those that serve a request.  Regions are tried in the
 * order of their ranks, each found as the least one above the last: an order
 * that is not stored cannot be disturbed while no lock is held.
 */
typedef struct slot_rank {
  uint32_t level;
  size_t size;
  acre_region_id id;
} slot_rank;

/*@ requires memory: \valid_read(heap) && \valid_read(slot) && \valid(rank);
    requires apart_heap: \separated(rank, heap);
    requires apart_slot: \separated(rank, slot);
    assigns *rank \from heap->order, *slot, caps;
    ensures rank: rank->level == Level(slot, caps) && rank->size == RankSize(heap, slot) && rank->id == slot->id;
 */
static inline void slot_rank_of(const acre_heap *heap, const acre_heap_slot *slot, acre_caps caps, slot_rank *rank)
{
  rank->level = slot_level(slot, caps);
  rank->size = (heap->order == ACRE_ORDER_SMALLEST) ? slot->total : 0u;
  rank->id = slot->id;
}

/* Before every region's rank. */
/*@ requires rank: \valid(rank);
    assigns *rank \from \nothing;
    ensures rank: rank->level == 0 && rank->size == 0 && rank->id == 0;
 */
static inline void slot_rank_first(slot_rank *rank)
{
  rank->level = 0u;
  rank->size = 0u;
  rank->id = ACRE_NO_REGION;
}

/*@ requires ranks: \valid_read(a) && \valid_read(b);
    assigns \result \from *a, *b;
    ensures T12_before: \result <==> RankLess(a->level, a->size, a->id, b->level, b->size, b->id);
 */
static inline bool slot_rank_before(const slot_rank *a, const slot_rank *b)
{
  bool before = a->id < b->id;
  if (a->level != b->level) {
    before = a->level < b->level;
  } else if (a->size != b->size) {
    before = a->size < b->size;
  } else {
    /* the order of registration decides */
  }
  return before;
}

/* The region to be tried for `caps` next after the rank `last`; NULL if there is none. */
/*@ requires heap: SlotsRead(heap);
    requires last: \valid_read(last);
    assigns \result \from *last, *heap, heap->slots[0 .. heap->capacity - 1], caps;
    ensures T12_none: \result == \null <==> \forall integer i; 0 <= i < heap->capacity ==>
      !Above(heap, caps, heap->slots + i, last->level, last->size, last->id);
    ensures T12_next: \result != \null ==> IsSlot(heap, \result) &&
      Above(heap, caps, \result, last->level, last->size, last->id);
    ensures T12_least: \result != \null ==> \forall integer i; 0 <= i < heap->capacity ==>
      Above(heap, caps, heap->slots + i, last->level, last->size, last->id) ==>
        !Before(heap, caps, heap->slots + i, \result);
 */
static inline acre_heap_slot *slot_next_serving(acre_heap *heap, acre_caps caps, const slot_rank *last)
{
  acre_heap_slot *found = NULL;
  slot_rank best;
  slot_rank_first(&best);
  /*@ ghost uint32_t at = 0u; */
  /*@ loop invariant bound: 0 <= i <= heap->capacity;
      loop invariant none: found == \null ==> \forall integer j; 0 <= j < i ==>
        !Above(heap, caps, heap->slots + j, last->level, last->size, last->id);
      loop invariant found: found != \null ==> SlotAt(heap, found, at) &&
        Above(heap, caps, found, last->level, last->size, last->id);
      loop invariant best: found != \null ==> best.level == Level(found, caps) &&
        best.size == RankSize(heap, found) && best.id == found->id;
      loop invariant least: found != \null ==> \forall integer j; 0 <= j < i ==>
        Above(heap, caps, heap->slots + j, last->level, last->size, last->id) ==>
          !Before(heap, caps, heap->slots + j, found);
      loop assigns i, found, best, at;
      loop variant heap->capacity - i;
   */
  for (uint32_t i = 0u; i < heap->capacity; i++) {
    acre_heap_slot *slot = &heap->slots[i];
    if (slot_serves(slot, caps)) {
      slot_rank rank;
      slot_rank_of(heap, slot, caps, &rank);
      if (slot_rank_before(last, &rank) && ((found == NULL) || slot_rank_before(&rank, &best))) {
        /*@ ghost at = i; */
        found = slot;
        best.level = rank.level;
        best.size = rank.size;
        best.id = rank.id;
      }
    }
  }
  return found;
}

/* The region meant by `caps` that was registered next after `id`; NULL if there is none. */
/*@ requires heap: SlotsRead(heap);
    assigns \result \from *heap, heap->slots[0 .. heap->capacity - 1], caps, id;
    ensures none: \result == \null <==>
      \forall integer i; 0 <= i < heap->capacity ==> !(Meant(heap->slots + i, caps) && id < heap->slots[i].id);
    ensures next: \result != \null ==> IsSlot(heap, \result) && Meant(\result, caps) && id < \result->id;
    ensures least: \result != \null ==> \forall integer i; 0 <= i < heap->capacity ==>
      Meant(heap->slots + i, caps) ==> id < heap->slots[i].id ==> \result->id <= heap->slots[i].id;
 */
static inline acre_heap_slot *slot_next_meant(acre_heap *heap, acre_caps caps, acre_region_id id)
{
  acre_heap_slot *found = NULL;
  /*@ ghost uint32_t at = 0u; */
  /*@ loop invariant bound: 0 <= i <= heap->capacity;
      loop invariant none: found == \null ==> \forall integer j; 0 <= j < i ==>
        !(Meant(heap->slots + j, caps) && id < heap->slots[j].id);
      loop invariant found: found != \null ==> SlotAt(heap, found, at) && Meant(found, caps) && id < found->id;
      loop invariant least: found != \null ==> \forall integer j; 0 <= j < i ==>
        Meant(heap->slots + j, caps) ==> id < heap->slots[j].id ==> found->id <= heap->slots[j].id;
      loop assigns i, found, at;
      loop variant heap->capacity - i;
   */
  for (uint32_t i = 0u; i < heap->capacity; i++) {
    acre_heap_slot *slot = &heap->slots[i];
    if (slot_meant(slot, caps) && (slot->id > id) && ((found == NULL) || (slot->id < found->id))) {
      /*@ ghost at = i; */
      found = slot;
    }
  }
  return found;
}

/* The region with this number, NULL if there is none. */
/*@ requires heap: SlotsRead(heap);
    assigns \result \from *heap, heap->slots[0 .. heap->capacity - 1], id;
    ensures none: \result == \null <==>
      \forall integer i; 0 <= i < heap->capacity ==> !(Registered(heap->slots + i) && heap->slots[i].id == id);
    ensures found: \result != \null ==> Numbered(heap, \result, id);
 */
static inline acre_heap_slot *slot_find(acre_heap *heap, acre_region_id id)
{
  acre_heap_slot *found = NULL;
  /*@ ghost uint32_t at = 0u; */
  /*@ loop invariant bound: 0 <= i <= heap->capacity;
      loop invariant none: found == \null ==> \forall integer j; 0 <= j < i ==>
        !(Registered(heap->slots + j) && heap->slots[j].id == id);
      loop invariant found: found != \null ==> SlotAt(heap, found, at) && Registered(found) && found->id == id;
      loop assigns i, found, at;
      loop variant heap->capacity - i;
   */
  for (uint32_t i = 0u; i < heap->capacity; i++) {
    acre_heap_slot *slot = &heap->slots[i];
    if (slot_registered(slot) && (slot->id == id)) {
      /*@ ghost at = i; */
      found = slot;
    }
  }
  return found;
}

/* The number of the slot of the innermost region around [first, last], NO_SLOT
 * if there is none.  Areas are nested or apart, so the smallest is the innermost. */
/*@ requires heap: SlotsRead(heap) && AreasOk(heap);
    requires range: first <= last;
    assigns \result \from *heap, heap->slots[0 .. heap->capacity - 1], first, last;
    ensures T13_none: \result == NO_SLOT <==> \forall integer i; !Around(heap, first, last, i);
    ensures T13_around: \result != NO_SLOT ==> Around(heap, first, last, \result);
    ensures T13_innermost: \result != NO_SLOT ==> \forall integer i; Around(heap, first, last, i) ==>
      Inside(&heap->slots[\result].area, &heap->slots[i].area);
 */
static inline uint32_t slot_innermost(const acre_heap *heap, uintptr_t first, uintptr_t last)
{
  uint32_t found = NO_SLOT;
  uintptr_t least = 0u;
  /*@ loop invariant bound: 0 <= i <= heap->capacity;
      loop invariant none: found == NO_SLOT ==> \forall integer j; 0 <= j < i ==> !Around(heap, first, last, j);
      loop invariant found: found != NO_SLOT ==> found < i && Around(heap, first, last, found) &&
        least == Length(&heap->slots[found].area);
      loop invariant least: found != NO_SLOT ==> \forall integer j; 0 <= j < i ==> Around(heap, first, last, j) ==>
        Length(&heap->slots[found].area) <= Length(&heap->slots[j].area);
      loop assigns i, found, least;
      loop variant heap->capacity - i;
   */
  for (uint32_t i = 0u; i < heap->capacity; i++) {
    const acre_heap_slot *slot = &heap->slots[i];
    if (slot_registered(slot) && range_around(&slot->area, first, last)) {
      uintptr_t length = slot->area.last - slot->area.first;
      if ((found == NO_SLOT) || (length < least)) {
        found = i;
        least = length;
      }
    }
  }
  return found;
}

/* The region that owns an address, NULL if there is none. */
/*@ requires heap: SlotsRead(heap) && AreasOk(heap);
    assigns \result \from *heap, heap->slots[0 .. heap->capacity - 1], address;
    ensures T13_none: \result == \null <==> \forall integer i; !Around(heap, address, address, i);
    ensures T13_owner: \result != \null ==> \exists integer i; SlotAt(heap, \result, i) && Owner(heap, address, i);
 */
static inline acre_heap_slot *slot_owner(acre_heap *heap, uintptr_t address)
{
  uint32_t number = slot_innermost(heap, address, address);
  /*@ assert owner: number != NO_SLOT ==> SlotAt(heap, &heap->slots[number], number) && Owner(heap, address, number); */
  return (number == NO_SLOT) ? NULL : &heap->slots[number];
}

#endif
