/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Calling the hooks: read under the lock, called outside.  Beside these, only
 * locks (lock.h), walkers (walk.c) and outputs (text.h) are called by pointer. */
#ifndef ACRE_SRC_HEAP_HOOKS_H
#define ACRE_SRC_HEAP_HOOKS_H

#include "lock.h"

static inline void tell_allocated(const acre_heap *heap, void *block, size_t size, acre_caps caps)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  acre_allocated_hook hook = heap->on_allocated;
  void *user = heap->allocated_user;
  lock_release(&heap->lock, saved);
  if (hook != NULL) {
    hook(user, block, size, caps);
  }
}

static inline void tell_resized(const acre_heap *heap, void *block, size_t size, acre_caps caps)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  acre_resized_hook hook = heap->on_resized;
  void *user = heap->resized_user;
  lock_release(&heap->lock, saved);
  if (hook != NULL) {
    hook(user, block, size, caps);
  }
}

static inline void tell_freed(const acre_heap *heap, void *block)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  acre_freed_hook hook = heap->on_freed;
  void *user = heap->freed_user;
  lock_release(&heap->lock, saved);
  if (hook != NULL) {
    hook(user, block);
  }
}

/* Whether a status is a refusal of the pointer. */
static inline bool is_fault(acre_heap_status status)
{
  return (status == ACRE_HEAP_OUTSIDE) || (status == ACRE_HEAP_NOT_A_BLOCK) || (status == ACRE_HEAP_HOST);
}

static inline void tell_fault(const acre_heap *heap, acre_heap_status kind, const void *pointer, acre_region_id region)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  acre_fault_hook hook = heap->on_fault;
  void *user = heap->fault_user;
  lock_release(&heap->lock, saved);
  if (hook != NULL) {
    hook(user, kind, pointer, region);
  }
}

static inline void tell_removed(const acre_heap *heap, acre_region_id region, const char *name)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  acre_removed_hook hook = heap->on_removed;
  void *user = heap->removed_user;
  lock_release(&heap->lock, saved);
  if (hook != NULL) {
    hook(user, region, name);
  }
}

static inline void tell_failed(const acre_heap *heap, size_t size, acre_caps caps, const char *function)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  acre_failed_hook hook = heap->on_failed;
  void *user = heap->failed_user;
  lock_release(&heap->lock, saved);
  if (hook != NULL) {
    hook(user, size, caps, function);
  }
}

/* The low-memory hook, if there is one and it does not run already: whether it
 * says that the request is to be tried again. */
static inline bool ask_low_memory(acre_heap *heap, size_t size, acre_caps caps)
{
  bool again = false;
  uintptr_t saved = lock_acquire(&heap->lock);
  acre_low_memory_hook hook = heap->relieving ? NULL : heap->on_low_memory;
  void *user = heap->low_memory_user;
  heap->relieving = heap->relieving || (hook != NULL);
  lock_release(&heap->lock, saved);
  if (hook != NULL) {
    again = hook(user, size, caps);
    saved = lock_acquire(&heap->lock);
    heap->relieving = false;
    lock_release(&heap->lock, saved);
  }
  return again;
}

#endif
