/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Registration.  A slot is claimed with the ranges it is to have, which from
 * then on count for every other registration; the blocks that hold the ranges
 * are pinned by their region's count of nested ranges; the region is made, which
 * may take long, outside of every lock; and it is made known.  A refusal on the
 * way undoes what was done.
 */
#include "block.h"
#include "leave.h"
#include "overlap.h"

/* What can be said of an area without looking at the heap; its ranges. */
static acre_heap_status area_status(const acre_heap_area *area, acre_range *range, acre_range *metadata)
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

static acre_heap_slot *free_slot(acre_heap *heap)
{
  acre_heap_slot *found = NULL;
  for (uint32_t i = 0u; i < heap->capacity; i++) {
    if ((heap->slots[i].state == SLOT_FREE) && (found == NULL)) {
      found = &heap->slots[i];
    }
  }
  return found;
}

/* All of a claimed slot but the region and the number. */
static void describe(acre_heap_slot *slot, const acre_heap_area *area, const acre_range *range,
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

/* A slot for these ranges, JOINING. */
static acre_heap_status claim(acre_heap *heap, const acre_heap_area *area, const acre_range *range,
                              const acre_range *metadata, acre_heap_slot **claimed)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  acre_heap_slot *slot = free_slot(heap);
  acre_heap_status status = ranges_status(heap, range, metadata);
  if (heap->adding) {
    status = ACRE_HEAP_BUSY;
  } else if ((slot == NULL) || (heap->last_id == UINT32_MAX)) {
    status = ACRE_HEAP_NO_SLOT;
  } else if (status == ACRE_HEAP_OK) {
    describe(slot, area, range, metadata);
    slot->state = SLOT_JOINING;
    heap->adding = true;
    *claimed = slot;
  } else {
    /* refused */
  }
  lock_release(&heap->lock, saved);
  return status;
}

/* Makes the innermost region around a range, if there is one, its host: the range
 * has to lie in one live block.  *number: as acre_heap_slot has it. */
static acre_heap_status host_enter(acre_heap *heap, const acre_range *range, uint32_t *number)
{
  acre_heap_status status = ACRE_HEAP_OK;
  uintptr_t saved = lock_acquire(&heap->lock);
  uint32_t found = slot_innermost(heap, range->first, range->last);
  if (found == NO_SLOT) {
    lock_release(&heap->lock, saved);
  } else {
    acre_heap_slot *host = &heap->slots[found];
    acre_block block;
    saved = section_enter(heap, host, saved);
    if (slot_block_around(host, range->first, &block) && block.live && range_in_block(range, &block)) {
      uintptr_t inner = section_lock_heap(heap, host);
      host->nested += 1u;
      *number = found + 1u;
      section_unlock_heap(heap, host, inner);
    } else {
      status = ACRE_HEAP_NOT_IN_BLOCK;
    }
    section_end(heap, host, saved);
  }
  return status;
}

/* The region itself. */
static acre_heap_status make_region(acre_heap_slot *slot, const acre_heap_area *area)
{
  acre_status status;
  uintptr_t address = area->address;
  void *metadata = area->metadata;
  if (metadata == NULL) {
    status = acre_region_init(&slot->region, (void *)address, area->size, area->granule);
  } else {
    status = acre_region_init_split(&slot->region, metadata, area->metadata_size, address, area->size, area->granule);
  }
  return acre_heap_status_of_(status);
}

/* Makes a claimed slot, whose region is made, known. */
static acre_heap_status publish(acre_heap *heap, acre_heap_slot *slot, const acre_heap_area *area, acre_region_id *id)
{
  acre_heap_status status = ACRE_HEAP_TOO_LARGE;
  acre_stats stats;
  uintptr_t saved;
  acre_region_stats(&slot->region, &stats);
  saved = lock_acquire(&heap->lock);
  if (stats.total <= (SIZE_MAX - heap->joint.total)) {
    slot->total = stats.total;
    slot->saved_low = stats.total;
    slot->monitored = heap->monitored;
    slot->granule = (area->granule == 0u) ? ACRE_GRANULE_DEFAULT : area->granule;
    slot->reserved = area->reserved;
    slot->reserve = whole_reserve(area->reserve, slot);
    account_added(heap, slot);
    heap->last_id += 1u;
    slot->id = heap->last_id;
    slot->state = SLOT_ACTIVE;
    heap->adding = false;
    *id = slot->id;
    status = ACRE_HEAP_OK;
  }
  lock_release(&heap->lock, saved);
  return status;
}

/* Gives a claimed slot back. */
static void unclaim(acre_heap *heap, acre_heap_slot *slot)
{
  uintptr_t saved;
  acre_heap_leave_hosts_(heap, slot);
  saved = lock_acquire(&heap->lock);
  slot->state = SLOT_FREE;
  heap->adding = false;
  lock_release(&heap->lock, saved);
}

/* Makes a claimed slot a region of the heap, or gives it back. */
static acre_heap_status settle(acre_heap *heap, acre_heap_slot *slot, const acre_heap_area *area, acre_region_id *id)
{
  acre_heap_status status = host_enter(heap, &slot->area, &slot->area_host);
  if ((status == ACRE_HEAP_OK) && slot->elsewhere) {
    status = host_enter(heap, &slot->metadata, &slot->metadata_host);
  }
  if (status == ACRE_HEAP_OK) {
    status = make_region(slot, area);
  }
  if (status == ACRE_HEAP_OK) {
    status = publish(heap, slot, area, id);
  }
  if (status != ACRE_HEAP_OK) {
    unclaim(heap, slot);
  }
  return status;
}

acre_heap_status acre_heap_add(acre_heap *heap, const acre_heap_area *area, acre_region_id *id)
{
  acre_heap_status status = ACRE_HEAP_NULL_ARGUMENT;
  if ((heap != NULL) && (area != NULL) && (id != NULL)) {
    acre_range range;
    acre_range metadata;
    status = area_status(area, &range, &metadata);
    if (status == ACRE_HEAP_OK) {
      acre_heap_slot *slot = NULL;
      status = claim(heap, area, &range, (area->metadata == NULL) ? NULL : &metadata, &slot);
      if (status == ACRE_HEAP_OK) {
        status = settle(heap, slot, area, id);
      }
    }
  }
  return status;
}
