/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* An empty heap; its settings and hooks. */
#include "lock.h"
#include "watch.h"

/*@ requires heap: \valid(heap);
    assigns heap->lock, heap->order, heap->defaults \from \nothing;
    ensures lock: heap->lock.acquire == \null && heap->lock.release == \null && heap->lock.context == \null;
    ensures order: heap->order == ACRE_ORDER_REGISTERED;
    ensures defaults: heap->defaults.internal == 0 && heap->defaults.external == 0 && heap->defaults.any == 0 &&
      heap->defaults.limit == 0 && heap->defaults.strict == 0;
 */
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

/*@ requires heap: \valid(heap);
    assigns heap->joint, heap->watches, heap->watch_count, heap->allocated, heap->freed, heap->failed,
      heap->monitored, heap->adding, heap->relieving \from \nothing;
    ensures T7_joint: heap->joint.caps == 0 && heap->joint.total == 0 && heap->joint.used == 0 && heap->joint.low == 0 &&
      heap->joint.saved_low == 0 && heap->joint.peak == 0 && heap->joint.saved_peak == 0;
    ensures T7_sums: heap->allocated == 0 && heap->freed == 0 && heap->failed == 0;
    ensures T7_watches: heap->watches == \null && heap->watch_count == 0;
    ensures idle: heap->monitored == 0 && heap->adding == 0 && heap->relieving == 0;
 */
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

/*@ requires heap: \valid(heap);
    assigns heap->on_failed, heap->failed_user, heap->on_allocated, heap->allocated_user, heap->on_resized,
      heap->resized_user, heap->on_freed, heap->freed_user, heap->on_fault, heap->fault_user, heap->on_low_memory,
      heap->low_memory_user, heap->on_removed, heap->removed_user \from \nothing;
    ensures hooks: heap->on_failed == \null && heap->on_allocated == \null && heap->on_resized == \null &&
      heap->on_freed == \null && heap->on_fault == \null && heap->on_low_memory == \null && heap->on_removed == \null;
 */
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
    /*@ loop invariant bound: 0 <= i <= capacity;
        loop invariant free: \forall integer j; 0 <= j < i ==> slots[j].state == 0;
        loop assigns i, slots[0 .. capacity - 1].state;
        loop variant capacity - i;
     */
    for (uint32_t i = 0u; i < capacity; i++) {
      slots[i].state = SLOT_FREE;
    }
    heap->slots = slots;
    heap->capacity = capacity;
    heap->last_id = ACRE_NO_REGION;
    /*@ assert free: \forall integer j; 0 <= j < capacity ==> slots[j].state == 0; */
    clear_settings(heap);
    /*@ assert free_still: \forall integer j; 0 <= j < capacity ==> slots[j].state == 0; */
    clear_counters(heap);
    /*@ assert free_then: \forall integer j; 0 <= j < capacity ==> slots[j].state == 0; */
    clear_hooks(heap);
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
