/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Regions leave: at once, or when their last block is freed.  Reserves. */
#include "block.h"
#include "hooks.h"
#include "leave.h"

/* The host with this number plus one, 0 for none, has one nested range less.
 * It cannot leave with this: the block that held the range is live. */
static void leave_host(acre_heap *heap, uint32_t number)
{
  if (number != 0u) {
    acre_heap_slot *host = &heap->slots[number - 1u];
    uintptr_t saved = section_enter(heap, host, lock_acquire(&heap->lock));
    uintptr_t inner = section_lock_heap(heap, host);
    host->nested -= 1u;
    section_unlock_heap(heap, host, inner);
    (void)section_leave(heap, host, saved);
  }
}

void acre_heap_leave_hosts_(acre_heap *heap, const acre_heap_slot *slot)
{
  leave_host(heap, slot->area_host);
  leave_host(heap, slot->metadata_host);
}

void acre_heap_retire_(acre_heap *heap, acre_heap_slot *slot)
{
  acre_region_id id = slot->id;
  const char *name = slot->name;
  uintptr_t saved;
  acre_heap_leave_hosts_(heap, slot);
  saved = lock_acquire(&heap->lock);
  account_removed(heap, slot);
  slot->state = SLOT_FREE;
  lock_release(&heap->lock, saved);
  tell_removed(heap, id, name);
}

/* Under the heap's lock: why a region cannot be removed now; if it can, it is LEAVING. */
static acre_heap_status try_remove(acre_heap_slot *slot)
{
  acre_heap_status status = ACRE_HEAP_OK;
  if (slot->pins != 0u) {
    status = ACRE_HEAP_BUSY;
  } else {
    acre_stats stats;
    acre_region_stats(&slot->region, &stats);
    if (stats.blocks != 0u) {
      status = ACRE_HEAP_NOT_EMPTY;
    } else {
      slot->state = SLOT_LEAVING;
    }
  }
  return status;
}

acre_heap_status acre_heap_remove(acre_heap *heap, acre_region_id id)
{
  acre_heap_status status = ACRE_HEAP_UNKNOWN_REGION;
  uintptr_t saved = lock_acquire(&heap->lock);
  acre_heap_slot *slot = slot_find(heap, id);
  if (slot != NULL) {
    status = try_remove(slot);
  }
  lock_release(&heap->lock, saved);
  if (status == ACRE_HEAP_OK) {
    acre_heap_retire_(heap, slot);
  }
  return status;
}

acre_heap_status acre_heap_drain(acre_heap *heap, acre_region_id id)
{
  acre_heap_status status = ACRE_HEAP_UNKNOWN_REGION;
  uintptr_t saved;
  acre_heap_slot *slot = section_find(heap, id, &saved);
  if (slot != NULL) {
    uintptr_t inner = section_lock_heap(heap, slot);
    slot->state = SLOT_DRAINING;
    section_unlock_heap(heap, slot, inner);
    status = ACRE_HEAP_DRAINING;
    if (section_leave(heap, slot, saved)) {
      acre_heap_retire_(heap, slot);
      status = ACRE_HEAP_OK;
    }
  }
  return status;
}

acre_heap_status acre_heap_set_reserve(acre_heap *heap, acre_region_id id, size_t bytes, acre_caps reserved)
{
  acre_heap_status status = ACRE_HEAP_UNKNOWN_REGION;
  uintptr_t saved;
  acre_heap_slot *slot = section_find(heap, id, &saved);
  if (slot != NULL) {
    uintptr_t inner = section_lock_heap(heap, slot);
    slot->reserve = whole_reserve(bytes, slot);
    slot->reserved = reserved;
    section_unlock_heap(heap, slot, inner);
    section_end(heap, slot, saved);
    status = ACRE_HEAP_OK;
  }
  return status;
}
