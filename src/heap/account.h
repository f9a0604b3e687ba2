/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Counters that follow every change of what is used.  In the region's section. */
#ifndef ACRE_SRC_HEAP_ACCOUNT_H
#define ACRE_SRC_HEAP_ACCOUNT_H

#include "lock.h"

/* a + b, at most UINT64_MAX. */
static inline uint64_t add_saturating(uint64_t a, uint64_t b)
{
  return (b > (UINT64_MAX - a)) ? UINT64_MAX : (a + b);
}

static inline size_t lesser(size_t a, size_t b)
{
  return (a < b) ? a : b;
}

static inline size_t greater(size_t a, size_t b)
{
  return (a > b) ? a : b;
}

/* ---- Watches, under the heap's lock ---------------------------------------- */

/* What is free now, in the regions of a watch. */
static inline size_t watch_free(const acre_heap_watch *watch)
{
  return watch->total - watch->used;
}

/* The marks begin now. */
static inline void watch_begin(acre_heap_watch *watch)
{
  watch->low = watch_free(watch);
  watch->saved_low = watch->low;
  watch->peak = watch->used;
  watch->saved_peak = watch->used;
}

/* The marks of the monitor begin now; the ones so far are kept. */
static inline void watch_start(acre_heap_watch *watch)
{
  watch->saved_low = lesser(watch->saved_low, watch->low);
  watch->saved_peak = greater(watch->saved_peak, watch->peak);
  watch->low = watch_free(watch);
  watch->peak = watch->used;
}

static inline void watch_grown(acre_heap_watch *watch, size_t bytes)
{
  watch->used += bytes;
  watch->peak = greater(watch->peak, watch->used);
  watch->low = lesser(watch->low, watch_free(watch));
}

/* A region of `bytes` is there, as if it had always been. */
static inline void watch_added(acre_heap_watch *watch, size_t bytes)
{
  watch->total += bytes;
  watch->low += bytes;
  watch->saved_low += bytes;
}

/* An empty region of `bytes` is gone.  saved_low counts as far as it is below low only. */
static inline void watch_removed(acre_heap_watch *watch, size_t bytes)
{
  watch->total -= bytes;
  watch->low = lesser(watch->low, watch_free(watch));
}

/* ---- Regions ------------------------------------------------------------------ */

/* Under the heap's lock: a region joins. */
static inline void account_added(acre_heap *heap, const acre_heap_slot *slot)
{
  watch_added(&heap->joint, slot->total);
  for (uint32_t i = 0u; i < heap->watch_count; i++) {
    if (slot_has(slot, heap->watches[i].caps)) {
      watch_added(&heap->watches[i], slot->total);
    }
  }
}

/* Under the heap's lock: an empty region leaves. */
static inline void account_removed(acre_heap *heap, const acre_heap_slot *slot)
{
  watch_removed(&heap->joint, slot->total);
  for (uint32_t i = 0u; i < heap->watch_count; i++) {
    if (slot_has(slot, heap->watches[i].caps)) {
      watch_removed(&heap->watches[i], slot->total);
    }
  }
}

/* `bytes` more are used in this region. */
static inline void account_grown(acre_heap *heap, acre_heap_slot *slot, size_t bytes)
{
  uintptr_t saved = section_lock_heap(heap, slot);
  watch_grown(&heap->joint, bytes);
  for (uint32_t i = 0u; i < heap->watch_count; i++) {
    if (slot_has(slot, heap->watches[i].caps)) {
      watch_grown(&heap->watches[i], bytes);
    }
  }
  heap->allocated = add_saturating(heap->allocated, bytes);
  section_unlock_heap(heap, slot, saved);
  slot->allocated = add_saturating(slot->allocated, bytes);
}

/* `bytes` fewer are used in this region. */
static inline void account_shrunk(acre_heap *heap, acre_heap_slot *slot, size_t bytes)
{
  uintptr_t saved = section_lock_heap(heap, slot);
  heap->joint.used -= bytes;
  for (uint32_t i = 0u; i < heap->watch_count; i++) {
    if (slot_has(slot, heap->watches[i].caps)) {
      heap->watches[i].used -= bytes;
    }
  }
  heap->freed = add_saturating(heap->freed, bytes);
  section_unlock_heap(heap, slot, saved);
  slot->freed = add_saturating(slot->freed, bytes);
}

/* A block had `before` bytes and has `after` now. */
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
