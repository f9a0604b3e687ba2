/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Enumerating the blocks of regions. */
#include "block.h"
#include "info.h"
#include "leave.h"

/* The region meant by `caps` next after `id`, pinned; NULL after the last. */
static acre_heap_slot *walk_enter(acre_heap *heap, acre_caps caps, acre_region_id id, acre_heap_info *info)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  acre_heap_slot *slot = slot_next_meant(heap, caps, id);
  if (slot != NULL) {
    slot->pins += 1u;
    slot_info(slot, info);
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
