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

/* In the section.  largest is the largest request for `caps` that succeeds, or
 * for 0 the largest free run; 0 in a region that drains. */
/*@ requires memory: \valid_read(slot) && \valid(stats) && \separated(slot, stats);
    requires region: Region(&slot->region);
    assigns *stats \from *slot, slot->region.index[0], caps;
    ensures T7_figures: FiguresOf(slot, stats);
    ensures T12_largest: LargestIs(slot, caps, stats->largest);
 */
static inline void region_stats(const acre_heap_slot *slot, acre_caps caps, acre_heap_stats *stats)
{
  acre_stats core;
  acre_region_stats(&slot->region, &core);
  /*@ assert peak: slot->region.peak <= slot->region.granules; */
  /*@ assert least: 0 <= core.low_water <= core.total; */
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
    ensures T7_added: AddedFigures{Pre,Post}(sum, one);
 */
static inline void add_stats(acre_heap_stats *sum, const acre_heap_stats *one)
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
  /*@ assert total: sum->total == (size_t)(\at(sum->total,Pre) + \at(one->total,Pre)); */
  /*@ assert used: sum->used == (size_t)(\at(sum->used,Pre) + \at(one->used,Pre)); */
  /*@ assert free: sum->free == (size_t)(\at(sum->free,Pre) + \at(one->free,Pre)); */
  /*@ assert largest: sum->largest == \max(\at(sum->largest,Pre), \at(one->largest,Pre)); */
  /*@ assert low_water: sum->low_water == (size_t)(\at(sum->low_water,Pre) + \at(one->low_water,Pre)); */
  /*@ assert peak: sum->peak == (size_t)(\at(sum->peak,Pre) + \at(one->peak,Pre)); */
  /*@ assert allocated: sum->allocated == \min(\at(sum->allocated,Pre) + \at(one->allocated,Pre), UINT64_MAX); */
  /*@ assert freed: sum->freed == \min(\at(sum->freed,Pre) + \at(one->freed,Pre), UINT64_MAX); */
  /*@ assert failed: sum->failed == \min(\at(sum->failed,Pre) + \at(one->failed,Pre), UINT64_MAX); */
  /*@ assert blocks: sum->blocks == (uint32_t)(\at(sum->blocks,Pre) + \at(one->blocks,Pre)); */
  /*@ assert runs: sum->free_runs == (uint32_t)(\at(sum->free_runs,Pre) + \at(one->free_runs,Pre)); */
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

/* The same for several. */
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
    set_watch_marks(&watches[i], what);
    /*@ assert below: \forall integer j; 0 <= j < i ==> SameWatch{LoopCurrent,Here}(watches + j); */
    /*@ assert above: \forall integer j; i < j < count ==> SameWatch{LoopCurrent,Here}(watches + j); */
    /*@ assert now: MarksSet{Pre,Here}(watches + i, what); */
    /*@ assert before: \forall integer j; 0 <= j < i ==> MarksSet{Pre,Here}(watches + j, what); */
  }
}

#endif
