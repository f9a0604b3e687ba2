/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Calling the hooks: read under the lock, called outside.  Beside these, only
 * locks (lock.h), walkers (walk.c) and outputs (text.h) are called by pointer. */
#ifndef ACRE_SRC_HEAP_HOOKS_H
#define ACRE_SRC_HEAP_HOOKS_H

#include "lock.h"

#ifdef __FRAMAC__
#include "heap_status.acsl"
#endif

/*@ requires heap: \valid_read(heap) && LockOk(&heap->lock) && HooksOk(heap);
    assigns \nothing;
 */
static inline void tell_allocated(const acre_heap *heap, void *block, size_t size, acre_caps caps)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  acre_allocated_hook hook = heap->on_allocated;
  void *user = heap->allocated_user;
  lock_release(&heap->lock, saved);
  if (hook != NULL) {
    /*@ calls acre_user_allocated_; */
    hook(user, block, size, caps);
  }
}

/*@ requires heap: \valid_read(heap) && LockOk(&heap->lock) && HooksOk(heap);
    assigns \nothing;
 */
static inline void tell_resized(const acre_heap *heap, void *block, size_t size, acre_caps caps)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  acre_resized_hook hook = heap->on_resized;
  void *user = heap->resized_user;
  lock_release(&heap->lock, saved);
  if (hook != NULL) {
    /*@ calls acre_user_resized_; */
    hook(user, block, size, caps);
  }
}

/*@ requires heap: \valid_read(heap) && LockOk(&heap->lock) && HooksOk(heap);
    assigns \nothing;
 */
static inline void tell_freed(const acre_heap *heap, void *block)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  acre_freed_hook hook = heap->on_freed;
  void *user = heap->freed_user;
  lock_release(&heap->lock, saved);
  if (hook != NULL) {
    /*@ calls acre_user_freed_; */
    hook(user, block);
  }
}

/* Whether a status is a refusal of the pointer. */
/*@ assigns \result \from status;
    ensures fault: \result <==> IsFault(status);
 */
static inline bool is_fault(acre_heap_status status)
{
  return (status == ACRE_HEAP_OUTSIDE) || (status == ACRE_HEAP_NOT_A_BLOCK) || (status == ACRE_HEAP_HOST);
}

/*@ requires heap: \valid_read(heap) && LockOk(&heap->lock) && HooksOk(heap);
    assigns \nothing;
 */
static inline void tell_fault(const acre_heap *heap, acre_heap_status kind, const void *pointer, acre_region_id region)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  acre_fault_hook hook = heap->on_fault;
  void *user = heap->fault_user;
  lock_release(&heap->lock, saved);
  if (hook != NULL) {
    /*@ calls acre_user_fault_; */
    hook(user, kind, pointer, region);
  }
}

/*@ requires heap: \valid_read(heap) && LockOk(&heap->lock) && HooksOk(heap);
    assigns \nothing;
 */
static inline void tell_removed(const acre_heap *heap, acre_region_id region, const char *name)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  acre_removed_hook hook = heap->on_removed;
  void *user = heap->removed_user;
  lock_release(&heap->lock, saved);
  if (hook != NULL) {
    /*@ calls acre_user_removed_; */
    hook(user, region, name);
  }
}

/*@ requires heap: \valid_read(heap) && LockOk(&heap->lock) && HooksOk(heap);
    assigns \nothing;
 */
static inline void tell_failed(const acre_heap *heap, size_t size, acre_caps caps, const char *function)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  acre_failed_hook hook = heap->on_failed;
  void *user = heap->failed_user;
  lock_release(&heap->lock, saved);
  if (hook != NULL) {
    /*@ calls acre_user_failed_; */
    hook(user, size, caps, function);
  }
}

/* The low-memory hook, if there is one and it does not run already: whether it
 * says that the request is to be tried again. */
/*@ requires heap: \valid(heap) && LockOk(&heap->lock) && HooksOk(heap);
    assigns heap->relieving;
    assigns \result \from *heap, size, caps;
    ensures once: \result ==> \old(!heap->relieving && heap->on_low_memory != \null);
    ensures ended: heap->relieving <==> \old(heap->relieving);
 */
static inline bool ask_low_memory(acre_heap *heap, size_t size, acre_caps caps)
{
  bool again = false;
  uintptr_t saved = lock_acquire(&heap->lock);
  acre_low_memory_hook hook = heap->relieving ? NULL : heap->on_low_memory;
  void *user = heap->low_memory_user;
  heap->relieving = heap->relieving || (hook != NULL);
  lock_release(&heap->lock, saved);
  if (hook != NULL) {
    /*@ calls acre_user_low_memory_; */
    again = hook(user, size, caps);
    saved = lock_acquire(&heap->lock);
    heap->relieving = false;
    lock_release(&heap->lock, saved);
  }
  return again;
}

#endif
