/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Locks.  What is guarded by which:
 *
 *   the heap's lock     state, id, area, hosts, caps, order, the joint counters
 *   a region's section  the region, its totals, changes, saved_low, monitored
 *   written under both, so read under either:  state, nested, reserve, reserved
 *
 * A section is a region's lock, or the heap's where a region has none.  It is
 * entered from under the heap's lock, where the region was found; the pin keeps
 * the region from being removed while the heap's lock is not held.
 */
#ifndef ACRE_SRC_HEAP_LOCK_H
#define ACRE_SRC_HEAP_LOCK_H

#include "slot.h"

#ifdef __FRAMAC__
#include "heap_def.acsl"
#endif

/*@ requires lock: \valid_read(lock) && LockOk(lock);
    assigns \result \from *lock;
 */
static inline uintptr_t lock_acquire(const acre_lock *lock)
{
  uintptr_t saved = 0u;
  if (lock->acquire != NULL) {
    /*@ calls acre_user_acquire_; */
    saved = lock->acquire(lock->context);
  }
  return saved;
}

/*@ requires lock: \valid_read(lock) && LockOk(lock);
    assigns \nothing;
 */
static inline void lock_release(const acre_lock *lock, uintptr_t saved)
{
  if (lock->release != NULL) {
    /*@ calls acre_user_release_; */
    lock->release(lock->context, saved);
  }
}

/* Both hooks, or none. */
/*@ requires lock: \valid_read(lock);
    assigns \result \from *lock;
    ensures valid: \result <==> (lock->acquire == \null <==> lock->release == \null);
 */
static inline bool lock_valid(const acre_lock *lock)
{
  return (lock->acquire == NULL) == (lock->release == NULL);
}

/*@ requires slot: \valid_read(slot);
    assigns \result \from slot->lock;
    ensures own: \result <==> slot->lock.acquire != \null;
 */
static inline bool slot_own_lock(const acre_heap_slot *slot)
{
  return slot->lock.acquire != NULL;
}

/* From the heap's lock, whose saved state is given, into the section of a region. */
/*@ requires heap: \valid_read(heap) && LockOk(&heap->lock);
    requires lock: LockOk(&slot->lock);
    requires slot: \valid(slot) && slot->pins < UINT32_MAX;
    requires apart: \separated(slot, heap);
    assigns slot->pins \from slot->pins;
    assigns \result \from saved, heap->lock, slot->lock;
    ensures pins: slot->pins == \old(slot->pins) + 1;
 */
static inline uintptr_t section_enter(const acre_heap *heap, acre_heap_slot *slot, uintptr_t saved)
{
  uintptr_t now = saved;
  slot->pins += 1u;
  if (slot_own_lock(slot)) {
    lock_release(&heap->lock, saved);
    now = lock_acquire(&slot->lock);
  }
  return now;
}

/* Under the heap's lock: one operation in the region less.  True if it was to
 * be removed with its last block and has none: it is LEAVING then, and the caller
 * has to retire it when no lock is held. */
/*@ requires slot: \valid(slot) && 1 <= slot->pins;
    requires region: Draining(slot) ==> Region(&slot->region);
    assigns slot->pins \from slot->pins;
    assigns slot->state \from slot->state, slot->pins, slot->region;
    assigns \result \from slot->state, slot->pins, slot->region;
    ensures pins: slot->pins == \old(slot->pins) - 1;
    ensures T14_leaves: \result <==> \old(Draining(slot) && slot->pins == 1 && slot->region.blocks == 0);
    ensures T14_state: slot->state == (\result ? SLOT_LEAVING : \old(slot->state));
 */
static inline bool slot_unpin(acre_heap_slot *slot)
{
  bool leaves = false;
  if ((slot->state == SLOT_DRAINING) && (slot->pins == 1u)) {
    acre_stats stats;
    acre_region_stats(&slot->region, &stats);
    leaves = stats.blocks == 0u;
  }
  slot->pins -= 1u;
  if (leaves) {
    slot->state = SLOT_LEAVING;
  }
  return leaves;
}

/* Out of the section; no lock is held then.  As slot_unpin. */
/*@ requires heap: \valid_read(heap) && LockOk(&heap->lock);
    requires lock: LockOk(&slot->lock);
    requires slot: \valid(slot) && 1 <= slot->pins;
    requires apart: \separated(slot, heap);
    requires region: Draining(slot) ==> Region(&slot->region);
    assigns slot->pins \from slot->pins;
    assigns slot->state \from slot->state, slot->pins, slot->region;
    assigns \result \from slot->state, slot->pins, slot->region, heap->lock, slot->lock, saved;
    ensures pins: slot->pins == \old(slot->pins) - 1;
    ensures T14_leaves: \result <==> \old(Draining(slot) && slot->pins == 1 && slot->region.blocks == 0);
    ensures T14_state: slot->state == (\result ? SLOT_LEAVING : \old(slot->state));
 */
static inline bool section_leave(const acre_heap *heap, acre_heap_slot *slot, uintptr_t saved)
{
  uintptr_t now = saved;
  bool leaves;
  if (slot_own_lock(slot)) {
    lock_release(&slot->lock, saved);
    now = lock_acquire(&heap->lock);
  }
  leaves = slot_unpin(slot);
  lock_release(&heap->lock, now);
  return leaves;
}

/* Inside a section: the heap's lock, too. */
/*@ requires heap: \valid_read(heap) && LockOk(&heap->lock);
    requires lock: \valid_read(slot) && LockOk(&slot->lock);
    assigns \result \from heap->lock, slot->lock;
 */
static inline uintptr_t section_lock_heap(const acre_heap *heap, const acre_heap_slot *slot)
{
  return slot_own_lock(slot) ? lock_acquire(&heap->lock) : 0u;
}

/*@ requires heap: \valid_read(heap) && LockOk(&heap->lock);
    requires lock: \valid_read(slot) && LockOk(&slot->lock);
    assigns \nothing;
 */
static inline void section_unlock_heap(const acre_heap *heap, const acre_heap_slot *slot, uintptr_t saved)
{
  if (slot_own_lock(slot)) {
    lock_release(&heap->lock, saved);
  }
}

/* Into the section of the region with this number; NULL, and no lock held, if
 * there is none. */
/*@ requires heap: SlotsMem(heap);
    requires locks: LocksOk(heap);
    requires pins: PinsOk(heap);
    requires saved: \valid(saved);
    requires apart_heap: \separated(saved, heap);
    requires apart_slots: \separated(saved, heap->slots + (0 .. heap->capacity - 1));
    assigns *saved \from *heap, heap->slots[0 .. heap->capacity - 1], id;
    assigns heap->slots[0 .. heap->capacity - 1].pins \from *heap, heap->slots[0 .. heap->capacity - 1], id;
    assigns \result \from *heap, heap->slots[0 .. heap->capacity - 1], id;
    ensures none: \result == \null <==>
      \forall integer i; 0 <= i < heap->capacity ==> !(Registered(heap->slots + i) && heap->slots[i].id == id);
    ensures found: \result != \null ==> Numbered{Pre}(heap, \result, id);
    ensures pinned: Pinned{Pre,Post}(heap, \result);
 */
static inline acre_heap_slot *section_find(acre_heap *heap, acre_region_id id, uintptr_t *saved)
{
  uintptr_t state = lock_acquire(&heap->lock);
  acre_heap_slot *slot = slot_find(heap, id);
  if (slot == NULL) {
    lock_release(&heap->lock, state);
  } else {
    *saved = section_enter(heap, slot, state);
  }
  return slot;
}

/* Into the section of the region that owns an address, or the same. */
/*@ requires heap: SlotsMem(heap);
    requires locks: LocksOk(heap);
    requires pins: PinsOk(heap);
    requires areas: AreasOk(heap);
    requires saved: \valid(saved);
    requires apart_heap: \separated(saved, heap);
    requires apart_slots: \separated(saved, heap->slots + (0 .. heap->capacity - 1));
    assigns *saved \from *heap, heap->slots[0 .. heap->capacity - 1], pointer;
    assigns heap->slots[0 .. heap->capacity - 1].pins \from *heap, heap->slots[0 .. heap->capacity - 1], pointer;
    assigns \result \from *heap, heap->slots[0 .. heap->capacity - 1], pointer;
    ensures T13_none: \result == \null <==> \forall integer i; !Around{Pre}(heap, (uintptr_t)pointer, (uintptr_t)pointer, i);
    ensures T13_owner: \result != \null ==>
      \exists integer i; SlotAt{Pre}(heap, \result, i) && Owner{Pre}(heap, (uintptr_t)pointer, i);
    ensures pinned: Pinned{Pre,Post}(heap, \result);
 */
static inline acre_heap_slot *section_owner(acre_heap *heap, const void *pointer, uintptr_t *saved)
{
  uintptr_t state = lock_acquire(&heap->lock);
  acre_heap_slot *slot = slot_owner(heap, (uintptr_t)pointer);
  if (slot == NULL) {
    lock_release(&heap->lock, state);
  } else {
    *saved = section_enter(heap, slot, state);
  }
  return slot;
}

#endif
