/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Statistics: of one region, of those with some capabilities, of all; marks. */
#include "block.h"
#include "leave.h"

/* In the section: least bytes free since registration, reset or monitor start. */
static size_t low_water(const acre_heap_slot *slot, const acre_stats *core)
{
  return slot->monitored ? core->low_water : lesser(core->low_water, slot->saved_low);
}

/* In the section.  largest is the largest request for `caps` that succeeds, or
 * for 0 the largest free run; 0 in a region that drains. */
static void region_stats(const acre_heap_slot *slot, acre_caps caps, acre_heap_stats *stats)
{
  acre_stats core;
  acre_region_stats(&slot->region, &core);
  stats->total = core.total;
  stats->used = core.used;
  stats->free = core.free;
  stats->low_water = low_water(slot, &core);
  stats->peak = core.total - stats->low_water;
  stats->allocated = slot->allocated;
  stats->freed = slot->freed;
  stats->failed = slot->failed;
  stats->blocks = core.blocks;
  stats->free_runs = core.free_runs;
  if (slot->state == SLOT_DRAINING) {
    stats->largest = 0u;
  } else if (caps == 0u) {
    stats->largest = core.largest;
  } else {
    stats->largest = lesser(core.largest, slot_spare(slot, caps));
  }
}

static void clear_stats(acre_heap_stats *stats)
{
  stats->total = 0u;
  stats->used = 0u;
  stats->free = 0u;
  stats->largest = 0u;
  stats->low_water = 0u;
  stats->peak = 0u;
  stats->allocated = 0u;
  stats->freed = 0u;
  stats->failed = 0u;
  stats->blocks = 0u;
  stats->free_runs = 0u;
}

static void add_stats(acre_heap_stats *sum, const acre_heap_stats *one)
{
  sum->total += one->total;
  sum->used += one->used;
  sum->free += one->free;
  sum->largest = greater(sum->largest, one->largest);
  sum->low_water += one->low_water;
  sum->peak += one->peak;
  sum->allocated = add_saturating(sum->allocated, one->allocated);
  sum->freed = add_saturating(sum->freed, one->freed);
  sum->failed = add_saturating(sum->failed, one->failed);
  sum->blocks += one->blocks;
  sum->free_runs += one->free_runs;
}

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

/* The marks of a watch, as the monitor has them or without it. */
static void put_marks(const acre_heap *heap, const acre_heap_watch *watch, acre_heap_stats *stats)
{
  stats->low_water = heap->monitored ? watch->low : lesser(watch->low, watch->saved_low);
  stats->peak = heap->monitored ? watch->peak : greater(watch->peak, watch->saved_peak);
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
      put_marks(heap, &heap->watches[i], stats);
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
  put_marks(heap, &heap->joint, stats);
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

/* What becomes of marks. */
typedef enum marks {
  MARKS_RESET,
  MARKS_START,
  MARKS_STOP
} marks;

/* In the section. */
static void set_region_marks(acre_heap_slot *slot, marks what)
{
  if (what == MARKS_STOP) {
    slot->monitored = false;
  } else {
    acre_stats core;
    acre_region_stats(&slot->region, &core);
    slot->saved_low = (what == MARKS_START) ? lesser(slot->saved_low, core.low_water) : core.total;
    slot->monitored = what == MARKS_START;
    acre_region_reset_low_water(&slot->region);
  }
}

/* Under the heap's lock.  The end of the monitor leaves the marks alone. */
static void set_watch_marks(acre_heap_watch *watch, marks what)
{
  if (what == MARKS_RESET) {
    watch_begin(watch);
  } else if (what == MARKS_START) {
    watch_start(watch);
  } else {
    /* both kinds of marks are kept */
  }
}

/* Under the heap's lock. */
static void set_joint_marks(acre_heap *heap, marks what)
{
  heap->monitored = what == MARKS_START;
  set_watch_marks(&heap->joint, what);
  for (uint32_t i = 0u; i < heap->watch_count; i++) {
    set_watch_marks(&heap->watches[i], what);
  }
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
