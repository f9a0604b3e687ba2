/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* An empty heap; its settings and hooks. */
#include "account.h"

static void clear_settings(acre_heap *heap)
{
  heap->lock.acquire = NULL;
  heap->lock.release = NULL;
  heap->lock.context = NULL;
  heap->order = ACRE_ORDER_REGISTERED;
  heap->defaults.internal = 0u;
  heap->defaults.external = 0u;
  heap->defaults.any = 0u;
  heap->defaults.limit = 0u;
  heap->defaults.strict = false;
}

static void clear_counters(acre_heap *heap)
{
  heap->joint.caps = 0u;
  heap->joint.total = 0u;
  heap->joint.used = 0u;
  watch_begin(&heap->joint);
  heap->watches = NULL;
  heap->watch_count = 0u;
  heap->allocated = 0u;
  heap->freed = 0u;
  heap->failed = 0u;
  heap->monitored = false;
  heap->adding = false;
  heap->relieving = false;
}

static void clear_hooks(acre_heap *heap)
{
  heap->on_failed = NULL;
  heap->failed_user = NULL;
  heap->on_allocated = NULL;
  heap->allocated_user = NULL;
  heap->on_resized = NULL;
  heap->resized_user = NULL;
  heap->on_freed = NULL;
  heap->freed_user = NULL;
  heap->on_fault = NULL;
  heap->fault_user = NULL;
  heap->on_low_memory = NULL;
  heap->low_memory_user = NULL;
  heap->on_removed = NULL;
  heap->removed_user = NULL;
}

acre_heap_status acre_heap_init(acre_heap *heap, acre_heap_slot *slots, uint32_t capacity)
{
  acre_heap_status status = ACRE_HEAP_OK;
  if ((heap == NULL) || (slots == NULL)) {
    status = ACRE_HEAP_NULL_ARGUMENT;
  } else if (capacity == 0u) {
    status = ACRE_HEAP_NO_SLOT;
  } else {
    heap->slots = slots;
    heap->capacity = capacity;
    heap->last_id = ACRE_NO_REGION;
    clear_settings(heap);
    clear_counters(heap);
    clear_hooks(heap);
    for (uint32_t i = 0u; i < capacity; i++) {
      slots[i].state = SLOT_FREE;
    }
  }
  return status;
}

acre_heap_status acre_heap_set_lock(acre_heap *heap, const acre_lock *lock)
{
  acre_heap_status status = ACRE_HEAP_NULL_ARGUMENT;
  if (lock_valid(lock)) {
    heap->lock.acquire = lock->acquire;
    heap->lock.release = lock->release;
    heap->lock.context = lock->context;
    status = ACRE_HEAP_OK;
  }
  return status;
}

void acre_heap_set_order(acre_heap *heap, acre_heap_order order)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  heap->order = order;
  lock_release(&heap->lock, saved);
}

void acre_heap_set_defaults(acre_heap *heap, const acre_heap_defaults *defaults)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  heap->defaults.internal = defaults->internal;
  heap->defaults.external = defaults->external;
  heap->defaults.any = defaults->any;
  heap->defaults.limit = defaults->limit;
  heap->defaults.strict = defaults->strict;
  lock_release(&heap->lock, saved);
}

void acre_heap_on_failed(acre_heap *heap, acre_failed_hook hook, void *user)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  heap->on_failed = hook;
  heap->failed_user = user;
  lock_release(&heap->lock, saved);
}

void acre_heap_on_allocated(acre_heap *heap, acre_allocated_hook hook, void *user)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  heap->on_allocated = hook;
  heap->allocated_user = user;
  lock_release(&heap->lock, saved);
}

void acre_heap_on_resized(acre_heap *heap, acre_resized_hook hook, void *user)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  heap->on_resized = hook;
  heap->resized_user = user;
  lock_release(&heap->lock, saved);
}

void acre_heap_on_freed(acre_heap *heap, acre_freed_hook hook, void *user)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  heap->on_freed = hook;
  heap->freed_user = user;
  lock_release(&heap->lock, saved);
}

void acre_heap_on_fault(acre_heap *heap, acre_fault_hook hook, void *user)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  heap->on_fault = hook;
  heap->fault_user = user;
  lock_release(&heap->lock, saved);
}

void acre_heap_on_low_memory(acre_heap *heap, acre_low_memory_hook hook, void *user)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  heap->on_low_memory = hook;
  heap->low_memory_user = user;
  lock_release(&heap->lock, saved);
}

void acre_heap_on_removed(acre_heap *heap, acre_removed_hook hook, void *user)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  heap->on_removed = hook;
  heap->removed_user = user;
  lock_release(&heap->lock, saved);
}
