/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Enumerating regions. */
#include "info.h"
#include "lock.h"

acre_region_id acre_heap_next(acre_heap *heap, acre_region_id id)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  const acre_heap_slot *slot = slot_next_meant(heap, 0u, id);
  /*@ assert meant: \forall integer i; 0 <= i < heap->capacity ==>
        (Meant(heap->slots + i, 0) <==> Registered(heap->slots + i)); */
  /*@ assert some: slot != \null ==> \exists integer i; After(heap, i, id) && heap->slots[i].id == slot->id; */
  acre_region_id next = (slot == NULL) ? ACRE_NO_REGION : slot->id;
  lock_release(&heap->lock, saved);
  return next;
}

acre_heap_status acre_heap_region_info(acre_heap *heap, acre_region_id id, acre_heap_info *info)
{
  acre_heap_status status = ACRE_HEAP_UNKNOWN_REGION;
  uintptr_t saved = lock_acquire(&heap->lock);
  const acre_heap_slot *slot = slot_find(heap, id);
  if (slot != NULL) {
    slot_info(slot, info);
    /*@ assert told: InfoOf{Pre,Here}(slot, info); */
    status = ACRE_HEAP_OK;
  }
  lock_release(&heap->lock, saved);
  return status;
}
