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

static inline uintptr_t lock_acquire(const acre_lock *lock)
{
  uintptr_t saved = 0u;
  if (lock->acquire != NULL) {
    saved = lock->acquire(lock->context);
  }
  return saved;
}

static inline void lock_release(const acre_lock *lock, uintptr_t saved)
{
  if (lock->release != NULL) {
    lock->release(lock->context, saved);
  }
}

/* Both hooks, or none. */
static inline bool lock_valid(const acre_lock *lock)
{
  return (lock->acquire == NULL) == (lock->release == NULL);
}

static inline bool slot_own_lock(const acre_heap_slot *slot)
{
  return slot->lock.acquire != NULL;
}

/* From the heap's lock, whose saved state is given, into the section of a region. */
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
static inline bool slot_unpin(acre_heap_slot *slot)
{
  bool leaves = false;
  slot->pins -= 1u;
  if ((slot->state == SLOT_DRAINING) && (slot->pins == 0u)) {
    acre_stats stats;
    acre_region_stats(&slot->region, &stats);
    leaves = stats.blocks == 0u;
    if (leaves) {
      slot->state = SLOT_LEAVING;
    }
  }
  return leaves;
}

/* Out of the section; no lock is held then.  As slot_unpin. */
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
static inline uintptr_t section_lock_heap(const acre_heap *heap, const acre_heap_slot *slot)
{
  return slot_own_lock(slot) ? lock_acquire(&heap->lock) : 0u;
}

static inline void section_unlock_heap(const acre_heap *heap, const acre_heap_slot *slot, uintptr_t saved)
{
  if (slot_own_lock(slot)) {
    lock_release(&heap->lock, saved);
  }
}

/* Frees the blocks that hold ranges of this region from holding them. */
void acre_heap_leave_hosts_(acre_heap *heap, const acre_heap_slot *slot);

/* Takes a region that is LEAVING out of the heap, and tells the hook. */
void acre_heap_retire_(acre_heap *heap, acre_heap_slot *slot);

/* Out of the section, and what comes of it. */
static inline void section_end(acre_heap *heap, acre_heap_slot *slot, uintptr_t saved)
{
  if (section_leave(heap, slot, saved)) {
    acre_heap_retire_(heap, slot);
  }
}

/* Into the section of the region with this number; NULL, and no lock held, if
 * there is none. */
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
