/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Regions leave: at once, or when their last block is freed.  Reserves. */
#include "block.h"
#include "hooks.h"
#include "leave.h"

/* The host with this number plus one, 0 for none, has one nested range less.
 * It cannot leave with this: the block that held the range is live. */
/*@ requires memory: SlotsMem(heap) && LockOk(&heap->lock);
    requires host: HostOk(heap, \null, number);
    assigns heap->slots[0 .. heap->capacity - 1].pins, heap->slots[0 .. heap->capacity - 1].nested,
            heap->slots[0 .. heap->capacity - 1].state;
    ensures T14_left: HostLeft{Pre,Post}(heap, number);
    ensures pins: SamePins{Pre,Post}(heap, \null);
    ensures states: SameStates{Pre,Post}(heap, \null);
 */
static void leave_host(acre_heap *heap, uint32_t number)
{
  if (number != 0u) {
    acre_heap_slot *host = &heap->slots[number - 1u];
    uintptr_t saved = section_enter(heap, host, lock_acquire(&heap->lock));
    uintptr_t inner = section_lock_heap(heap, host);
    host->nested -= 1u;
    /*@ assert same: RegionSame{Pre,Here}(&host->region); */
    /*@ assert kept: Unchanged{Pre,Here}(&host->region); */
    /*@ assert memory: RegionMem(&host->region); */
    /*@ assert region: Region(&host->region); */
    section_unlock_heap(heap, host, inner);
    (void)section_leave(heap, host, saved);
  }
}

void acre_heap_leave_hosts_(acre_heap *heap, const acre_heap_slot *slot)
{
  uint32_t second = slot->metadata_host;
  leave_host(heap, slot->area_host);
  /*@ assert same: second != 0 ==> RegionSame{Pre,Here}(&heap->slots[second - 1].region); */
  /*@ assert kept: second != 0 ==> Unchanged{Pre,Here}(&heap->slots[second - 1].region); */
  /*@ assert memory: second != 0 ==> RegionMem(&heap->slots[second - 1].region); */
  /*@ assert region: second != 0 ==> Region(&heap->slots[second - 1].region); */
  leave_host(heap, second);
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
/*@ requires slot: \valid(slot);
    requires region: Region(&slot->region);
    assigns slot->state \from slot->state, slot->pins, slot->region;
    assigns \result \from slot->pins, slot->region;
    ensures T14_busy: \result == ACRE_HEAP_BUSY <==> slot->pins != 0;
    ensures T14_live: \result == ACRE_HEAP_NOT_EMPTY <==> slot->pins == 0 && slot->region.blocks != 0;
    ensures T14_ok: \result == ACRE_HEAP_OK <==> slot->pins == 0 && slot->region.blocks == 0;
    ensures T14_state: slot->state == (\result == ACRE_HEAP_OK ? SLOT_LEAVING : \old(slot->state));
 */
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
