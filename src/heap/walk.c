/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Enumerating regions, and the blocks in them. */
#include "block.h"
#include "leave.h"

/* Under the heap's lock. */
static void fill_info(const acre_heap_slot *slot, acre_heap_info *info)
{
  info->id = slot->id;
  info->name = slot->name;
  info->address = slot->area.first;
  info->size = (size_t)(slot->area.last - slot->area.first) + 1u;
  info->caps[0] = slot->caps[0];
  info->caps[1] = slot->caps[1];
  info->caps[2] = slot->caps[2];
  info->reserve = slot->reserve;
  info->reserved = slot->reserved;
  info->draining = slot->state == SLOT_DRAINING;
}

acre_region_id acre_heap_next(acre_heap *heap, acre_region_id id)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  const acre_heap_slot *slot = slot_next_meant(heap, 0u, id);
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
    fill_info(slot, info);
    status = ACRE_HEAP_OK;
  }
  lock_release(&heap->lock, saved);
  return status;
}

/* The region meant by `caps` next after `id`, pinned; NULL after the last. */
static acre_heap_slot *walk_enter(acre_heap *heap, acre_caps caps, acre_region_id id, acre_heap_info *info)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  acre_heap_slot *slot = slot_next_meant(heap, caps, id);
  if (slot != NULL) {
    slot->pins += 1u;
    fill_info(slot, info);
  }
  lock_release(&heap->lock, saved);
  return slot;
}

static void walk_leave(acre_heap *heap, acre_heap_slot *slot)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  bool leaves = slot_unpin(slot);
  lock_release(&heap->lock, saved);
  if (leaves) {
    acre_heap_retire_(heap, slot);
  }
}

/* One block of a pinned region; false after the last. */
static bool walk_step(acre_heap *heap, acre_heap_slot *slot, acre_iterator *iterator, acre_block *block)
{
  uintptr_t saved = section_enter(heap, slot, lock_acquire(&heap->lock));
  bool more = acre_region_next(&slot->region, iterator, block);
  /* The pin of the walk keeps the region from leaving here. */
  (void)section_leave(heap, slot, saved);
  return more;
}

static acre_walk walk_region(acre_heap *heap, acre_heap_slot *slot, const acre_heap_info *info, acre_walker walker,
                             void *user)
{
  acre_walk wish = ACRE_WALK_ON;
  acre_iterator iterator;
  acre_block block;
  iterator.granule = 0u;
  while ((wish == ACRE_WALK_ON) && walk_step(heap, slot, &iterator, &block)) {
    wish = walker(user, info, &block);
  }
  return wish;
}

bool acre_heap_walk(acre_heap *heap, acre_caps caps, acre_walker walker, void *user)
{
  acre_walk wish = ACRE_WALK_ON;
  acre_heap_info info;
  acre_heap_slot *slot = walk_enter(heap, caps, ACRE_NO_REGION, &info);
  while (slot != NULL) {
    wish = walk_region(heap, slot, &info, walker, user);
    walk_leave(heap, slot);
    slot = (wish == ACRE_WALK_STOP) ? NULL : walk_enter(heap, caps, info.id, &info);
  }
  return wish != ACRE_WALK_STOP;
}
