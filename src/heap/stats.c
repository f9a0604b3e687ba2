/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Statistics: of one region, of those with some capabilities, of all; marks. */
#include "figures.h"
#include "leave.h"

/* Into the section of the region meant by `caps` next after *id, which becomes
 * its number; NULL, and no lock held, after the last. */
static acre_heap_slot *section_next(acre_heap *heap, acre_caps caps, acre_region_id *id, uintptr_t *saved)
{
  uintptr_t state = lock_acquire(&heap->lock);
  acre_heap_slot *slot = slot_next_meant(heap, caps, *id);
  if (slot == NULL) {
    lock_release(&heap->lock, state);
  } else {
    *id = slot->id;
    *saved = section_enter(heap, slot, state);
  }
  return slot;
}

acre_heap_status acre_heap_get_stats_region(acre_heap *heap, acre_region_id id, acre_heap_stats *stats)
{
  acre_heap_status status = ACRE_HEAP_UNKNOWN_REGION;
  uintptr_t saved;
  acre_heap_slot *slot = section_find(heap, id, &saved);
  if (slot != NULL) {
    region_stats(slot, 0u, stats);
    section_end(heap, slot, saved);
    status = ACRE_HEAP_OK;
  }
  return status;
}

/* Of the regions with `caps`, marks as sums. */
static void sum_stats(acre_heap *heap, acre_caps caps, acre_heap_stats *stats)
{
  acre_region_id id = ACRE_NO_REGION;
  uintptr_t saved;
  acre_heap_slot *slot;
  clear_stats(stats);
  slot = section_next(heap, caps, &id, &saved);
  while (slot != NULL) {
    acre_heap_stats one;
    region_stats(slot, caps, &one);
    section_end(heap, slot, saved);
    add_stats(stats, &one);
    slot = section_next(heap, caps, &id, &saved);
  }
}

void acre_heap_get_stats_caps(acre_heap *heap, acre_caps caps, acre_heap_stats *stats)
{
  uintptr_t saved;
  sum_stats(heap, caps, stats);
  saved = lock_acquire(&heap->lock);
  for (uint32_t i = 0u; i < heap->watch_count; i++) {
    if (heap->watches[i].caps == caps) {
      put_marks(heap->monitored, &heap->watches[i], stats);
    }
  }
  lock_release(&heap->lock, saved);
}

void acre_heap_get_stats(acre_heap *heap, acre_heap_stats *stats)
{
  uintptr_t saved;
  sum_stats(heap, 0u, stats);
  saved = lock_acquire(&heap->lock);
  stats->total = heap->joint.total;
  stats->used = heap->joint.used;
  stats->free = watch_free(&heap->joint);
  put_marks(heap->monitored, &heap->joint, stats);
  stats->allocated = heap->allocated;
  stats->freed = heap->freed;
  stats->failed = heap->failed;
  lock_release(&heap->lock, saved);
}

void acre_heap_set_watches(acre_heap *heap, acre_heap_watch *watches, uint32_t count)
{
  heap->watch_count = 0u;
  for (uint32_t i = 0u; i < count; i++) {
    acre_heap_stats stats;
    sum_stats(heap, watches[i].caps, &stats);
    watches[i].total = stats.total;
    watches[i].used = stats.used;
    watch_begin(&watches[i]);
  }
  heap->watches = watches;
  heap->watch_count = count;
}

/* Under the heap's lock. */
static void set_joint_marks(acre_heap *heap, marks what)
{
  heap->monitored = what == MARKS_START;
  set_watch_marks(&heap->joint, what);
  set_watches_marks(heap->watches, heap->watch_count, what);
}

static void set_marks(acre_heap *heap, marks what)
{
  acre_region_id id = ACRE_NO_REGION;
  uintptr_t saved = lock_acquire(&heap->lock);
  acre_heap_slot *slot;
  set_joint_marks(heap, what);
  lock_release(&heap->lock, saved);
  slot = section_next(heap, 0u, &id, &saved);
  while (slot != NULL) {
    set_region_marks(slot, what);
    section_end(heap, slot, saved);
    slot = section_next(heap, 0u, &id, &saved);
  }
}

void acre_heap_reset_marks(acre_heap *heap)
{
  set_marks(heap, MARKS_RESET);
}

void acre_heap_monitor_start(acre_heap *heap)
{
  set_marks(heap, MARKS_START);
}

acre_heap_status acre_heap_monitor_stop(acre_heap *heap)
{
  acre_heap_status status = ACRE_HEAP_NOT_MONITORED;
  uintptr_t saved = lock_acquire(&heap->lock);
  bool monitored = heap->monitored;
  lock_release(&heap->lock, saved);
  if (monitored) {
    set_marks(heap, MARKS_STOP);
    status = ACRE_HEAP_OK;
  }
  return status;
}
