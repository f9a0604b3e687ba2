/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Counters that follow every change of what is used.  In the region's section. */
#ifndef ACRE_SRC_HEAP_ACCOUNT_H
#define ACRE_SRC_HEAP_ACCOUNT_H

#include "lock.h"
#include "watch.h"

/* ---- The watches that count a region, under the heap's lock ----------------------------- */

/* A region of `bytes` joins. */
/*@ requires memory: WatchesAt(watches, count, slot);
    requires right: WatchesRight(watches, count);
    requires room: WatchesToAdd(slot, watches, count, bytes);
    assigns watches[0 .. count - 1] \from watches[0 .. count - 1], slot->caps[0 .. 2], bytes;
    ensures T7_added: WatchesAdded{Pre,Post}(slot, watches, count, bytes);
 */
static inline void watches_added(acre_heap_watch *watches, uint32_t count, const acre_heap_slot *slot, size_t bytes)
{
  /*@ loop invariant bound: 0 <= i <= count;
      loop invariant caps: slot->caps[0] == \at(slot->caps[0],Pre) && slot->caps[1] == \at(slot->caps[1],Pre) &&
        slot->caps[2] == \at(slot->caps[2],Pre);
      loop invariant done: \forall integer j; 0 <= j < i ==> AddedIf{Pre,Here}(slot, watches + j, bytes);
      loop invariant rest: \forall integer j; i <= j < count ==> SameWatch{Pre,Here}(watches + j);
      loop assigns i, watches[0 .. count - 1];
      loop variant count - i;
   */
  for (uint32_t i = 0u; i < count; i++) {
    watch_added_if(&watches[i], slot, bytes);
    /*@ assert one: AddedIf{LoopCurrent,Here}(slot, watches + i, bytes); */
    /*@ assert others: \forall integer j; 0 <= j < count ==> j != i ==> SameWatch{LoopCurrent,Here}(watches + j); */
    /*@ assert now: AddedIf{Pre,Here}(slot, watches + i, bytes); */
    /*@ assert before: \forall integer j; 0 <= j < i ==> AddedIf{Pre,Here}(slot, watches + j, bytes); */
  }
}

/* An empty region of `bytes` leaves. */
/*@ requires memory: WatchesAt(watches, count, slot);
    requires right: WatchesRight(watches, count);
    requires room: WatchesToGrow(slot, watches, count, bytes);
    assigns watches[0 .. count - 1] \from watches[0 .. count - 1], slot->caps[0 .. 2], bytes;
    ensures T7_removed: WatchesRemoved{Pre,Post}(slot, watches, count, bytes);
 */
static inline void watches_removed(acre_heap_watch *watches, uint32_t count, const acre_heap_slot *slot, size_t bytes)
{
  /*@ loop invariant bound: 0 <= i <= count;
      loop invariant caps: slot->caps[0] == \at(slot->caps[0],Pre) && slot->caps[1] == \at(slot->caps[1],Pre) &&
        slot->caps[2] == \at(slot->caps[2],Pre);
      loop invariant done: \forall integer j; 0 <= j < i ==> RemovedIf{Pre,Here}(slot, watches + j, bytes);
      loop invariant rest: \forall integer j; i <= j < count ==> SameWatch{Pre,Here}(watches + j);
      loop assigns i, watches[0 .. count - 1];
      loop variant count - i;
   */
  for (uint32_t i = 0u; i < count; i++) {
    watch_removed_if(&watches[i], slot, bytes);
    /*@ assert one: RemovedIf{LoopCurrent,Here}(slot, watches + i, bytes); */
    /*@ assert others: \forall integer j; 0 <= j < count ==> j != i ==> SameWatch{LoopCurrent,Here}(watches + j); */
    /*@ assert now: RemovedIf{Pre,Here}(slot, watches + i, bytes); */
    /*@ assert before: \forall integer j; 0 <= j < i ==> RemovedIf{Pre,Here}(slot, watches + j, bytes); */
  }
}

/* `bytes` more are used in a region. */
/*@ requires memory: WatchesAt(watches, count, slot);
    requires right: WatchesRight(watches, count);
    requires room: WatchesToGrow(slot, watches, count, bytes);
    assigns watches[0 .. count - 1] \from watches[0 .. count - 1], slot->caps[0 .. 2], bytes;
    ensures T7_grown: WatchesGrown{Pre,Post}(slot, watches, count, bytes);
 */
static inline void watches_grown(acre_heap_watch *watches, uint32_t count, const acre_heap_slot *slot, size_t bytes)
{
  /*@ loop invariant bound: 0 <= i <= count;
      loop invariant caps: slot->caps[0] == \at(slot->caps[0],Pre) && slot->caps[1] == \at(slot->caps[1],Pre) &&
        slot->caps[2] == \at(slot->caps[2],Pre);
      loop invariant done: \forall integer j; 0 <= j < i ==> GrownIf{Pre,Here}(slot, watches + j, bytes);
      loop invariant rest: \forall integer j; i <= j < count ==> SameWatch{Pre,Here}(watches + j);
      loop assigns i, watches[0 .. count - 1];
      loop variant count - i;
   */
  for (uint32_t i = 0u; i < count; i++) {
    watch_grown_if(&watches[i], slot, bytes);
    /*@ assert one: GrownIf{LoopCurrent,Here}(slot, watches + i, bytes); */
    /*@ assert others: \forall integer j; 0 <= j < count ==> j != i ==> SameWatch{LoopCurrent,Here}(watches + j); */
    /*@ assert now: GrownIf{Pre,Here}(slot, watches + i, bytes); */
    /*@ assert before: \forall integer j; 0 <= j < i ==> GrownIf{Pre,Here}(slot, watches + j, bytes); */
  }
}

/* `bytes` fewer are used in a region. */
/*@ requires memory: WatchesAt(watches, count, slot);
    requires room: WatchesToShrink(slot, watches, count, bytes);
    assigns watches[0 .. count - 1] \from watches[0 .. count - 1], slot->caps[0 .. 2], bytes;
    ensures T7_shrunk: WatchesShrunk{Pre,Post}(slot, watches, count, bytes);
 */
static inline void watches_shrunk(acre_heap_watch *watches, uint32_t count, const acre_heap_slot *slot, size_t bytes)
{
  /*@ loop invariant bound: 0 <= i <= count;
      loop invariant caps: slot->caps[0] == \at(slot->caps[0],Pre) && slot->caps[1] == \at(slot->caps[1],Pre) &&
        slot->caps[2] == \at(slot->caps[2],Pre);
      loop invariant done: \forall integer j; 0 <= j < i ==> ShrunkIf{Pre,Here}(slot, watches + j, bytes);
      loop invariant rest: \forall integer j; i <= j < count ==> SameWatch{Pre,Here}(watches + j);
      loop assigns i, watches[0 .. count - 1];
      loop variant count - i;
   */
  for (uint32_t i = 0u; i < count; i++) {
    watch_shrunk_if(&watches[i], slot, bytes);
    /*@ assert one: ShrunkIf{LoopCurrent,Here}(slot, watches + i, bytes); */
    /*@ assert others: \forall integer j; 0 <= j < count ==> j != i ==> SameWatch{LoopCurrent,Here}(watches + j); */
    /*@ assert now: ShrunkIf{Pre,Here}(slot, watches + i, bytes); */
    /*@ assert before: \forall integer j; 0 <= j < i ==> ShrunkIf{Pre,Here}(slot, watches + j, bytes); */
  }
}

/* ---- Regions ------------------------------------------------------------------ */

/* Under the heap's lock: a region joins. */
/*@ requires memory: WatchesMem(heap, slot) && \valid_read(slot);
    requires right: WatchesOk(heap);
    requires room: RoomToAdd(heap, slot, slot->total);
    assigns heap->joint.total, heap->joint.low, heap->joint.saved_low, heap->watches[0 .. heap->watch_count - 1]
      \from *heap, *slot, heap->watches[0 .. heap->watch_count - 1];
    ensures T7_added: JointAdded{Pre,Post}(heap, slot, slot->total);
 */
static inline void account_added(acre_heap *heap, const acre_heap_slot *slot)
{
  watch_added(&heap->joint, slot->total);
  watches_added(heap->watches, heap->watch_count, slot, slot->total);
}

/* Under the heap's lock: an empty region leaves. */
/*@ requires memory: WatchesMem(heap, slot) && \valid_read(slot);
    requires right: WatchesOk(heap);
    requires room: RoomToGrow(heap, slot, slot->total);
    assigns heap->joint.total, heap->joint.low, heap->joint.saved_low, heap->watches[0 .. heap->watch_count - 1]
      \from *heap, *slot, heap->watches[0 .. heap->watch_count - 1];
    ensures T7_removed: JointRemoved{Pre,Post}(heap, slot, slot->total);
 */
static inline void account_removed(acre_heap *heap, const acre_heap_slot *slot)
{
  watch_removed(&heap->joint, slot->total);
  watches_removed(heap->watches, heap->watch_count, slot, slot->total);
}

/* Under the heap's lock: `bytes` more are used in a region. */
/*@ requires memory: WatchesMem(heap, slot) && \valid_read(slot);
    requires right: WatchesOk(heap);
    requires room: RoomToGrow(heap, slot, bytes);
    assigns heap->joint.used, heap->joint.low, heap->joint.peak, heap->watches[0 .. heap->watch_count - 1]
      \from *heap, *slot, heap->watches[0 .. heap->watch_count - 1], bytes;
    ensures T7_grown: JointGrown{Pre,Post}(heap, slot, bytes);
 */
static inline void joint_grown(acre_heap *heap, const acre_heap_slot *slot, size_t bytes)
{
  watch_grown(&heap->joint, bytes);
  watches_grown(heap->watches, heap->watch_count, slot, bytes);
}

/* Under the heap's lock: `bytes` fewer are used in a region. */
/*@ requires memory: WatchesMem(heap, slot) && \valid_read(slot);
    requires room: RoomToShrink(heap, slot, bytes);
    assigns heap->joint.used, heap->watches[0 .. heap->watch_count - 1]
      \from *heap, *slot, heap->watches[0 .. heap->watch_count - 1], bytes;
    ensures T7_shrunk: JointShrunk{Pre,Post}(heap, slot, bytes);
 */
static inline void joint_shrunk(acre_heap *heap, const acre_heap_slot *slot, size_t bytes)
{
  heap->joint.used -= bytes;
  watches_shrunk(heap->watches, heap->watch_count, slot, bytes);
}

/* `bytes` more are used in this region. */
/*@ requires memory: WatchesMem(heap, slot) && \valid(slot);
    requires locks: LockOk(&heap->lock) && LockOk(&slot->lock);
    requires right: WatchesOk(heap);
    requires room: RoomToGrow(heap, slot, bytes);
    assigns heap->joint.used, heap->joint.low, heap->joint.peak, heap->watches[0 .. heap->watch_count - 1],
      heap->allocated, slot->allocated \from *heap, *slot, heap->watches[0 .. heap->watch_count - 1], bytes;
    ensures T7_grown: JointGrown{Pre,Post}(heap, slot, bytes);
    ensures T7_allocated: heap->allocated == \min(\old(heap->allocated) + bytes, UINT64_MAX) &&
      slot->allocated == \min(\old(slot->allocated) + bytes, UINT64_MAX);
 */
static inline void account_grown(acre_heap *heap, acre_heap_slot *slot, size_t bytes)
{
  uintptr_t saved = section_lock_heap(heap, slot);
  joint_grown(heap, slot, bytes);
  heap->allocated = add_saturating(heap->allocated, bytes);
  section_unlock_heap(heap, slot, saved);
  slot->allocated = add_saturating(slot->allocated, bytes);
}

/* `bytes` fewer are used in this region. */
/*@ requires memory: WatchesMem(heap, slot) && \valid(slot);
    requires locks: LockOk(&heap->lock) && LockOk(&slot->lock);
    requires room: RoomToShrink(heap, slot, bytes);
    assigns heap->joint.used, heap->watches[0 .. heap->watch_count - 1],
      heap->freed, slot->freed \from *heap, *slot, heap->watches[0 .. heap->watch_count - 1], bytes;
    ensures T7_shrunk: JointShrunk{Pre,Post}(heap, slot, bytes);
    ensures T7_freed: heap->freed == \min(\old(heap->freed) + bytes, UINT64_MAX) &&
      slot->freed == \min(\old(slot->freed) + bytes, UINT64_MAX);
 */
static inline void account_shrunk(acre_heap *heap, acre_heap_slot *slot, size_t bytes)
{
  uintptr_t saved = section_lock_heap(heap, slot);
  joint_shrunk(heap, slot, bytes);
  heap->freed = add_saturating(heap->freed, bytes);
  section_unlock_heap(heap, slot, saved);
  slot->freed = add_saturating(slot->freed, bytes);
}

/* A block had `before` bytes and has `after` now. */
/*@ requires memory: WatchesMem(heap, slot) && \valid(slot);
    requires locks: LockOk(&heap->lock) && LockOk(&slot->lock);
    requires right: WatchesOk(heap);
    requires more: before < after ==> RoomToGrow(heap, slot, after - before);
    requires less: after < before ==> RoomToShrink(heap, slot, before - after);
    assigns heap->joint.used, heap->joint.low, heap->joint.peak, heap->watches[0 .. heap->watch_count - 1],
      heap->allocated, slot->allocated, heap->freed, slot->freed
      \from *heap, *slot, heap->watches[0 .. heap->watch_count - 1], before, after;
    ensures T7_grown: before < after ==> JointGrown{Pre,Post}(heap, slot, after - before);
    ensures T7_shrunk: after < before ==> JointShrunk{Pre,Post}(heap, slot, before - after);
    ensures T7_same: before == after ==> SameWatch{Pre,Post}(&heap->joint) &&
      \forall integer i; 0 <= i < heap->watch_count ==> SameWatch{Pre,Post}(heap->watches + i);
    ensures T7_allocated: heap->allocated == \min(\old(heap->allocated) + \max(after - before, 0), UINT64_MAX) &&
      slot->allocated == \min(\old(slot->allocated) + \max(after - before, 0), UINT64_MAX);
    ensures T7_freed: heap->freed == \min(\old(heap->freed) + \max(before - after, 0), UINT64_MAX) &&
      slot->freed == \min(\old(slot->freed) + \max(before - after, 0), UINT64_MAX);
 */
static inline void account_resized(acre_heap *heap, acre_heap_slot *slot, size_t before, size_t after)
{
  if (after > before) {
    account_grown(heap, slot, after - before);
  } else if (after < before) {
    account_shrunk(heap, slot, before - after);
  } else {
    /* as many as before */
  }
}

#endif
