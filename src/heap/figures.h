/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Statistics and marks of one region and of one watch. */
#ifndef ACRE_SRC_HEAP_FIGURES_H
#define ACRE_SRC_HEAP_FIGURES_H

#include "place.h"
#include "watch.h"

#ifdef __FRAMAC__
#include "heap_figures.acsl"
#include "shift.acsl"
#endif

/* What becomes of marks. */
typedef enum marks {
  MARKS_RESET,
  MARKS_START,
  MARKS_STOP
} marks;

/* In the section: least bytes free since registration, reset or monitor start. */
/*@ requires memory: \valid_read(slot) && \valid_read(core) && core->low_water == LowHere(&slot->region);
    assigns \result \from *slot, *core;
    ensures T7_low_water: \result == LowWater(slot);
 */
static inline size_t low_water(const acre_heap_slot *slot, const acre_stats *core)
{
  return slot->monitored ? core->low_water : lesser(core->low_water, slot->saved_low);
}

/* In the section: the largest request for `caps` that succeeds, or for 0 the
 * largest free run, which is given; 0 in a region that drains. */
/*@ requires slot: \valid_read(slot);
    requires region: Region(&slot->region);
    requires free: LargestFree(&slot->region, largest);
    assigns \result \from *slot, slot->region.index[0], caps, largest;
    ensures T12_largest: LargestIs(slot, caps, \result);
 */
static inline size_t slot_largest(const acre_heap_slot *slot, acre_caps caps, size_t largest)
{
  size_t most = largest;
  if (slot->state == SLOT_DRAINING) {
    most = 0u;
  } else if (caps != 0u) {
    most = lesser(largest, slot_spare(slot, caps));
  } else {
    /* whatever is free */
  }
  return most;
}

/* In the section.  largest as slot_largest has it. */
/*@ requires memory: \valid_read(slot) && \valid(stats) && \separated(slot, stats);
    requires region: Region(&slot->region);
    assigns *stats \from *slot, slot->region.index[0], caps;
    ensures T7_total: stats->total == \old(slot->region.granules << slot->region.shift);
    ensures T7_sum: stats->total == stats->used + stats->free;
    ensures T7_used: stats->used == \old(Used(slot->region.tag, slot->region.frontier) << slot->region.shift);
    ensures T7_low_water: stats->low_water == \old(LowWater(slot));
    ensures T7_peak: stats->peak == stats->total - stats->low_water;
    ensures T7_allocated: stats->allocated == \old(slot->allocated);
    ensures T7_freed: stats->freed == \old(slot->freed);
    ensures T7_failed: stats->failed == \old(slot->failed);
    ensures T7_blocks: stats->blocks == \old(Blocks(slot->region.tag, slot->region.frontier));
    ensures T7_runs: stats->free_runs == \old(Runs(slot->region.tag, slot->region.frontier) +
      (slot->region.frontier < slot->region.granules ? 1 : 0));
    ensures T12_largest: LargestIs{Pre}(slot, caps, stats->largest);
 */
static inline void region_stats(const acre_heap_slot *slot, acre_caps caps, acre_heap_stats *stats)
{
  uint64_t allocated = slot->allocated;
  uint64_t freed = slot->freed;
  uint64_t failed = slot->failed;
  acre_stats core;
  acre_region_stats(&slot->region, &core);
  /*@ assert peak: slot->region.peak <= slot->region.granules; */
  /*@ assert least: 0 <= core.low_water <= core.total; */
  size_t low = low_water(slot, &core);
  /*@ assert most: low <= core.total; */
  size_t largest = slot_largest(slot, caps, core.largest);
  stats->total = core.total;
  stats->used = core.used;
  stats->free = core.free;
  stats->largest = largest;
  stats->low_water = low;
  stats->peak = core.total - low;
  stats->allocated = allocated;
  stats->freed = freed;
  stats->failed = failed;
  stats->blocks = core.blocks;
  stats->free_runs = core.free_runs;
}

/*@ requires stats: \valid(stats);
    assigns *stats \from \nothing;
    ensures none: NoFigures(stats);
 */
static inline void clear_stats(acre_heap_stats *stats)
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

/*@ requires memory: \valid(sum) && \valid_read(one) && \separated(sum, one);
    assigns *sum \from *sum, *one;
    ensures T7_total: sum->total == (size_t)(\old(sum->total) + \old(one->total));
    ensures T7_used: sum->used == (size_t)(\old(sum->used) + \old(one->used));
    ensures T7_free: sum->free == (size_t)(\old(sum->free) + \old(one->free));
    ensures T7_largest: sum->largest == \max(\old(sum->largest), \old(one->largest));
    ensures T7_low_water: sum->low_water == (size_t)(\old(sum->low_water) + \old(one->low_water));
    ensures T7_peak: sum->peak == (size_t)(\old(sum->peak) + \old(one->peak));
    ensures T7_allocated: sum->allocated == \min(\old(sum->allocated) + \old(one->allocated), UINT64_MAX);
    ensures T7_freed: sum->freed == \min(\old(sum->freed) + \old(one->freed), UINT64_MAX);
    ensures T7_failed: sum->failed == \min(\old(sum->failed) + \old(one->failed), UINT64_MAX);
    ensures T7_blocks: sum->blocks == (uint32_t)(\old(sum->blocks) + \old(one->blocks));
    ensures T7_free_runs: sum->free_runs == (uint32_t)(\old(sum->free_runs) + \old(one->free_runs));
 */
static inline void add_stats(acre_heap_stats *sum, const acre_heap_stats *one)
{
  size_t total = sum->total + one->total;
  size_t used = sum->used + one->used;
  size_t unused = sum->free + one->free;
  size_t largest = greater(sum->largest, one->largest);
  size_t low = sum->low_water + one->low_water;
  size_t peak = sum->peak + one->peak;
  uint64_t allocated = add_saturating(sum->allocated, one->allocated);
  uint64_t freed = add_saturating(sum->freed, one->freed);
  uint64_t failed = add_saturating(sum->failed, one->failed);
  uint32_t blocks = sum->blocks + one->blocks;
  uint32_t free_runs = sum->free_runs + one->free_runs;
  sum->total = total;
  sum->used = used;
  sum->free = unused;
  sum->largest = largest;
  sum->low_water = low;
  sum->peak = peak;
  sum->allocated = allocated;
  sum->freed = freed;
  sum->failed = failed;
  sum->blocks = blocks;
  sum->free_runs = free_runs;
}

/* The marks of a watch, as the monitor has them or without it. */
/*@ requires memory: \valid_read(watch) && \valid(stats) && \separated(watch, stats);
    assigns stats->low_water, stats->peak \from *watch, monitored;
    ensures T7_low_water: stats->low_water == (monitored != 0 ? watch->low : \min(watch->low, watch->saved_low));
    ensures T7_peak: stats->peak == (monitored != 0 ? watch->peak : \max(watch->peak, watch->saved_peak));
 */
static inline void put_marks(bool monitored, const acre_heap_watch *watch, acre_heap_stats *stats)
{
  stats->low_water = monitored ? watch->low : lesser(watch->low, watch->saved_low);
  stats->peak = monitored ? watch->peak : greater(watch->peak, watch->saved_peak);
}

/* In the section. */
/*@ requires slot: \valid(slot);
    requires region: Region(&slot->region);
    assigns slot->monitored, slot->saved_low, slot->region.peak \from *slot, what;
    ensures region: Region(&slot->region);
    ensures T7_monitored: slot->monitored != 0 <==> what == MARKS_START;
    ensures T7_stop: what == MARKS_STOP ==> slot->saved_low == \old(slot->saved_low) &&
      slot->region.peak == \old(slot->region.peak);
    ensures T7_reset: what == MARKS_RESET ==> slot->saved_low == (slot->region.granules << slot->region.shift);
    ensures T7_start: what == MARKS_START ==> slot->saved_low == \min(\old(slot->saved_low), \old(LowHere(&slot->region)));
    ensures T7_peak: what != MARKS_STOP ==> slot->region.peak == slot->region.used;
 */
static inline void set_region_marks(acre_heap_slot *slot, marks what)
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
/*@ requires watch: \valid(watch) && WatchOk(watch);
    assigns *watch \from *watch, what;
    ensures T7_marks: MarksSet{Pre,Post}(watch, what);
    ensures right: WatchOk(watch);
 */
static inline void set_watch_marks(acre_heap_watch *watch, marks what)
{
  if (what == MARKS_RESET) {
    watch_begin(watch);
  } else if (what == MARKS_START) {
    watch_start(watch);
  } else {
    /* both kinds of marks are kept */
  }
}

/* The watch i of them, the others stay. */
/*@ requires memory: \valid(watches + (0 .. count - 1)) && i < count;
    requires right: WatchOk(watches + i);
    assigns watches[i] \from watches[i], what;
    ensures T7_one: MarksSet{Pre,Post}(watches + i, what);
    ensures T7_others: \forall integer j; 0 <= j < count ==> j != i ==> SameWatch{Pre,Post}(watches + j);
 */
static inline void set_watch_marks_at(acre_heap_watch *watches, uint32_t i, marks what)
/*@ ghost (uint32_t count) */
{
  set_watch_marks(&watches[i], what);
}

/* The same for all of them. */
/*@ requires memory: \valid(watches + (0 .. count - 1));
    requires right: WatchesRight(watches, count);
    assigns watches[0 .. count - 1] \from watches[0 .. count - 1], what;
    ensures T7_marks: \forall integer i; 0 <= i < count ==> MarksSet{Pre,Post}(watches + i, what);
 */
static inline void set_watches_marks(acre_heap_watch *watches, uint32_t count, marks what)
{
  /*@ loop invariant bound: 0 <= i <= count;
      loop invariant done: \forall integer j; 0 <= j < i ==> MarksSet{Pre,Here}(watches + j, what);
      loop invariant rest: \forall integer j; i <= j < count ==> SameWatch{Pre,Here}(watches + j);
      loop assigns i, watches[0 .. count - 1];
      loop variant count - i;
   */
  for (uint32_t i = 0u; i < count; i++) {
    /*@ assert same: SameWatch{Pre,Here}(watches + i); */
    set_watch_marks_at(watches, i, what) /*@ ghost (count) */;
    /*@ assert now: MarksSet{Pre,Here}(watches + i, what); */
    /*@ assert before: \forall integer j; 0 <= j < i ==> MarksSet{Pre,Here}(watches + j, what); */
  }
}

#endif
