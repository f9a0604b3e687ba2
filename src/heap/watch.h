/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Joint counters and marks of several regions (T7).  Under the heap's lock. */
#ifndef ACRE_SRC_HEAP_WATCH_H
#define ACRE_SRC_HEAP_WATCH_H

#include "slot.h"

#ifdef __FRAMAC__
#include "heap_watch.acsl"
#endif

/* a + b, at most UINT64_MAX. */
/*@ assigns \result \from a, b;
    ensures T7_saturating: \result == \min(a + b, UINT64_MAX);
 */
static inline uint64_t add_saturating(uint64_t a, uint64_t b)
{
  return (b > (UINT64_MAX - a)) ? UINT64_MAX : (a + b);
}

/*@ assigns \result \from a, b;
    ensures lesser: \result == \min(a, b);
 */
static inline size_t lesser(size_t a, size_t b)
{
  return (a < b) ? a : b;
}

/*@ assigns \result \from a, b;
    ensures greater: \result == \max(a, b);
 */
static inline size_t greater(size_t a, size_t b)
{
  return (a > b) ? a : b;
}

/* What is free now, in the regions of a watch. */
/*@ requires watch: \valid_read(watch) && watch->used <= watch->total;
    assigns \result \from watch->total, watch->used;
    ensures free: \result == watch->total - watch->used;
 */
static inline size_t watch_free(const acre_heap_watch *watch)
{
  return watch->total - watch->used;
}

/* The marks begin now. */
/*@ requires watch: \valid(watch) && watch->used <= watch->total;
    assigns watch->low, watch->saved_low, watch->peak, watch->saved_peak \from watch->total, watch->used;
    ensures T7_begun: Begun{Pre,Post}(watch);
    ensures right: WatchOk(watch);
 */
static inline void watch_begin(acre_heap_watch *watch)
{
  watch->low = watch_free(watch);
  watch->saved_low = watch->low;
  watch->peak = watch->used;
  watch->saved_peak = watch->used;
}

/* The marks of the monitor begin now; the ones so far are kept. */
/*@ requires watch: \valid(watch) && WatchOk(watch);
    assigns watch->low, watch->saved_low, watch->peak, watch->saved_peak \from *watch;
    ensures T7_started: Started{Pre,Post}(watch);
    ensures right: WatchOk(watch);
 */
static inline void watch_start(acre_heap_watch *watch)
{
  watch->saved_low = lesser(watch->saved_low, watch->low);
  watch->saved_peak = greater(watch->saved_peak, watch->peak);
  watch->low = watch_free(watch);
  watch->peak = watch->used;
}

/*@ requires watch: \valid(watch) && WatchOk(watch);
    requires room: bytes <= watch->total - watch->used;
    assigns watch->used, watch->low, watch->peak \from *watch, bytes;
    ensures T7_grown: Grown{Pre,Post}(watch, bytes);
    ensures right: WatchOk(watch);
 */
static inline void watch_grown(acre_heap_watch *watch, size_t bytes)
{
  watch->used += bytes;
  watch->peak = greater(watch->peak, watch->used);
  watch->low = lesser(watch->low, watch_free(watch));
}

/* A region of `bytes` is there, as if it had always been. */
/*@ requires watch: \valid(watch) && WatchOk(watch);
    requires room: watch->total + bytes <= SIZE_MAX;
    assigns watch->total, watch->low, watch->saved_low \from *watch, bytes;
    ensures T7_added: Added{Pre,Post}(watch, bytes);
    ensures right: WatchOk(watch);
 */
static inline void watch_added(acre_heap_watch *watch, size_t bytes)
{
  watch->total += bytes;
  watch->low += bytes;
  watch->saved_low += bytes;
}

/* An empty region of `bytes` is gone.  saved_low counts as far as it is below low
 * only; it is kept from growing without end as regions come and go. */
/*@ requires watch: \valid(watch) && WatchOk(watch);
    requires room: bytes <= watch->total - watch->used;
    assigns watch->total, watch->low, watch->saved_low \from *watch, bytes;
    ensures T7_removed: Removed{Pre,Post}(watch, bytes);
    ensures right: WatchOk(watch);
 */
static inline void watch_removed(acre_heap_watch *watch, size_t bytes)
{
  watch->total -= bytes;
  watch->low = lesser(watch->low, watch_free(watch));
  watch->saved_low = lesser(watch->saved_low, watch_free(watch));
}

/* ---- The same, if the watch counts the region -------------------------------------- */

/*@ requires memory: \valid(watch) && \valid_read(slot);
    requires apart: \separated(watch, slot);
    requires right: WatchOk(watch);
    requires room: Has(slot, watch->caps) ==> watch->total + bytes <= SIZE_MAX;
    assigns watch->total, watch->low, watch->saved_low \from *watch, slot->caps[0 .. 2], bytes;
    ensures T7_added: AddedIf{Pre,Post}(slot, watch, bytes);
 */
static inline void watch_added_if(acre_heap_watch *watch, const acre_heap_slot *slot, size_t bytes)
{
  if (slot_has(slot, watch->caps)) {
    watch_added(watch, bytes);
  }
}

/*@ requires memory: \valid(watch) && \valid_read(slot);
    requires apart: \separated(watch, slot);
    requires right: WatchOk(watch);
    requires room: Has(slot, watch->caps) ==> bytes <= WatchFree(watch);
    assigns watch->total, watch->low, watch->saved_low \from *watch, slot->caps[0 .. 2], bytes;
    ensures T7_removed: RemovedIf{Pre,Post}(slot, watch, bytes);
 */
static inline void watch_removed_if(acre_heap_watch *watch, const acre_heap_slot *slot, size_t bytes)
{
  if (slot_has(slot, watch->caps)) {
    watch_removed(watch, bytes);
  }
}

/*@ requires memory: \valid(watch) && \valid_read(slot);
    requires apart: \separated(watch, slot);
    requires right: WatchOk(watch);
    requires room: Has(slot, watch->caps) ==> bytes <= WatchFree(watch);
    assigns watch->used, watch->low, watch->peak \from *watch, slot->caps[0 .. 2], bytes;
    ensures T7_grown: GrownIf{Pre,Post}(slot, watch, bytes);
 */
static inline void watch_grown_if(acre_heap_watch *watch, const acre_heap_slot *slot, size_t bytes)
{
  if (slot_has(slot, watch->caps)) {
    watch_grown(watch, bytes);
  }
}

/*@ requires memory: \valid(watch) && \valid_read(slot);
    requires apart: \separated(watch, slot);
    requires room: Has(slot, watch->caps) ==> bytes <= watch->used;
    assigns watch->used \from *watch, slot->caps[0 .. 2], bytes;
    ensures T7_shrunk: ShrunkIf{Pre,Post}(slot, watch, bytes);
 */
static inline void watch_shrunk_if(acre_heap_watch *watch, const acre_heap_slot *slot, size_t bytes)
{
  if (slot_has(slot, watch->caps)) {
    watch->used -= bytes;
  }
}

#endif
