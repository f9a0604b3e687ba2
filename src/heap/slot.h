/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Slots: which regions there are, which of them a request or a query means, in
 * which order, and which one owns an address.  All of this under the heap's lock.
 */
#ifndef ACRE_SRC_HEAP_SLOT_H
#define ACRE_SRC_HEAP_SLOT_H

#include "range.h"

#define SLOT_FREE 0u    /* no region */
#define SLOT_JOINING 1u /* being registered: its ranges count, nothing else */
#define SLOT_ACTIVE 2u
#define SLOT_DRAINING 3u /* no new allocations */
#define SLOT_LEAVING 4u  /* being removed, as JOINING */

#define NO_SLOT 0xFFFFFFFFu

static inline bool slot_registered(const acre_heap_slot *slot)
{
  return (slot->state == SLOT_ACTIVE) || (slot->state == SLOT_DRAINING);
}

static inline acre_caps slot_caps(const acre_heap_slot *slot)
{
  return slot->caps[0] | slot->caps[1] | slot->caps[2];
}

/* The region has all of `caps`. */
static inline bool slot_has(const acre_heap_slot *slot, acre_caps caps)
{
  return (slot_caps(slot) & caps) == caps;
}

/* A query about `caps` means this region. */
static inline bool slot_meant(const acre_heap_slot *slot, acre_caps caps)
{
  return slot_registered(slot) && slot_has(slot, caps);
}

/* The first priority that offers one of `caps`, ACRE_PRIORITIES if none does. */
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

static inline void slot_rank_of(const acre_heap *heap, const acre_heap_slot *slot, acre_caps caps, slot_rank *rank)
{
  rank->level = slot_level(slot, caps);
  rank->size = (heap->order == ACRE_ORDER_SMALLEST) ? slot->total : 0u;
  rank->id = slot->id;
}

/* Before every region's rank. */
static inline void slot_rank_first(slot_rank *rank)
{
  rank->level = 0u;
  rank->size = 0u;
  rank->id = ACRE_NO_REGION;
}

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

/* The region to be tried for `caps` next after the rank `last`, which becomes
 * its rank; NULL if there is none. */
static inline acre_heap_slot *slot_next_serving(acre_heap *heap, acre_caps caps, slot_rank *last)
{
  acre_heap_slot *found = NULL;
  slot_rank best;
  slot_rank_first(&best);
  for (uint32_t i = 0u; i < heap->capacity; i++) {
    acre_heap_slot *slot = &heap->slots[i];
    if (slot_serves(slot, caps)) {
      slot_rank rank;
      slot_rank_of(heap, slot, caps, &rank);
      if (slot_rank_before(last, &rank) && ((found == NULL) || slot_rank_before(&rank, &best))) {
        found = slot;
        best.level = rank.level;
        best.size = rank.size;
        best.id = rank.id;
      }
    }
  }
  if (found != NULL) {
    last->level = best.level;
    last->size = best.size;
    last->id = best.id;
  }
  return found;
}

/* The region meant by `caps` that was registered next after `id`; NULL if there is none. */
static inline acre_heap_slot *slot_next_meant(acre_heap *heap, acre_caps caps, acre_region_id id)
{
  acre_heap_slot *found = NULL;
  for (uint32_t i = 0u; i < heap->capacity; i++) {
    acre_heap_slot *slot = &heap->slots[i];
    if (slot_meant(slot, caps) && (slot->id > id) && ((found == NULL) || (slot->id < found->id))) {
      found = slot;
    }
  }
  return found;
}

/* The region with this number, NULL if there is none. */
static inline acre_heap_slot *slot_find(acre_heap *heap, acre_region_id id)
{
  acre_heap_slot *found = NULL;
  for (uint32_t i = 0u; i < heap->capacity; i++) {
    acre_heap_slot *slot = &heap->slots[i];
    if (slot_registered(slot) && (slot->id == id)) {
      found = slot;
    }
  }
  return found;
}

/* The number of the slot of the innermost region around a range, NO_SLOT if
 * there is none.  Areas are nested or apart, so the smallest is the innermost. */
static inline uint32_t slot_innermost(const acre_heap *heap, const acre_range *range)
{
  uint32_t found = NO_SLOT;
  uintptr_t least = 0u;
  for (uint32_t i = 0u; i < heap->capacity; i++) {
    const acre_heap_slot *slot = &heap->slots[i];
    if (slot_registered(slot) && range_inside(range, &slot->area)) {
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
static inline acre_heap_slot *slot_owner(acre_heap *heap, uintptr_t address)
{
  acre_range range;
  uint32_t number;
  range.first = address;
  range.last = address;
  number = slot_innermost(heap, &range);
  return (number == NO_SLOT) ? NULL : &heap->slots[number];
}

#endif
