/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Freeing and looking up: the owner of a pointer, and what the pointer is there. */
#include "block.h"
#include "hooks.h"
#include "leave.h"

acre_heap_status acre_heap_free(acre_heap *heap, void *block)
{
  acre_heap_status status = ACRE_HEAP_OK;
  if (block != NULL) {
    acre_region_id region = ACRE_NO_REGION;
    uintptr_t saved;
    acre_heap_slot *slot = section_owner(heap, block, &saved);
    status = ACRE_HEAP_OUTSIDE;
    if (slot != NULL) {
      region = slot->id;
      status = slot_release(heap, slot, block);
      section_end(heap, slot, saved);
    }
    if (status == ACRE_HEAP_OK) {
      tell_freed(heap, block);
    } else {
      tell_fault(heap, status, block, region);
    }
  }
  return status;
}

size_t acre_heap_usable_size(acre_heap *heap, const void *block)
{
  size_t size = 0u;
  uintptr_t saved;
  acre_heap_slot *slot = section_owner(heap, block, &saved);
  if (slot != NULL) {
    size = acre_region_usable_size(&slot->region, block);
    section_end(heap, slot, saved);
  }
  return size;
}

acre_heap_status acre_heap_block_of(acre_heap *heap, const void *pointer, acre_block *block)
{
  acre_heap_status status = ACRE_HEAP_OUTSIDE;
  uintptr_t saved;
  acre_heap_slot *slot = section_owner(heap, pointer, &saved);
  if (slot != NULL) {
    if (slot_block_around(slot, (uintptr_t)pointer, block)) {
      status = ACRE_HEAP_OK;
    }
    section_end(heap, slot, saved);
  }
  return status;
}
