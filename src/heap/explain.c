/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What would become of a request, and why. */
#include "block.h"
#include "leave.h"

/* Where the block would start in a free run: bytes to skip for the alignment. */
static size_t skip_to(uintptr_t address, size_t alignment)
{
  return (size_t)((0u - address) & (alignment - 1u));
}

/* In the section: whether the request has a place, reserve or not. */
static bool region_fits(const acre_heap_slot *slot, const acre_stats *core, size_t alignment, size_t size)
{
  bool fits = false;
  if (alignment <= slot->granule) {
    fits = size <= core->largest;
  } else {
    acre_iterator iterator;
    acre_block block;
    iterator.granule = 0u;
    while (!fits && acre_region_next(&slot->region, &iterator, &block)) {
      size_t skip = skip_to((uintptr_t)block.address, alignment);
      fits = !block.live && (skip < block.size) && (size <= (block.size - skip));
    }
  }
  return fits;
}

/* In the section: what the region says to the request. */
static acre_reason region_reason(const acre_heap_slot *slot, const acre_stats *core, acre_caps caps, size_t alignment,
                                 size_t size)
{
  acre_reason reason = ACRE_REASON_NONE;
  if (region_fits(slot, core, alignment, size)) {
    reason = slot_allows(slot, caps, size) ? ACRE_REASON_NONE : ACRE_REASON_RESERVED;
  } else if (size > core->total) {
    reason = ACRE_REASON_TOO_LARGE;
  } else if (size > core->free) {
    reason = ACRE_REASON_EXHAUSTED;
  } else {
    reason = ACRE_REASON_FRAGMENTED;
  }
  return reason;
}

/* One region after another, in the order of allocation. */
static void explain_regions(acre_heap *heap, acre_caps caps, size_t alignment, size_t size,
                            acre_explanation *explanation)
{
  bool more = true;
  slot_rank rank;
  slot_rank_first(&rank);
  for (uint32_t i = 0u; (i < heap->capacity) && more; i++) {
    uintptr_t saved = lock_acquire(&heap->lock);
    acre_heap_slot *slot = slot_next_serving(heap, caps, &rank);
    if (slot == NULL) {
      lock_release(&heap->lock, saved);
      more = false;
    } else {
      acre_stats core;
      acre_reason reason;
      slot_rank_of(heap, slot, caps, &rank);
      saved = section_enter(heap, slot, saved);
      acre_region_stats(&slot->region, &core);
      reason = region_reason(slot, &core, caps, alignment, size);
      section_end(heap, slot, saved);
      more = reason != ACRE_REASON_NONE;
      if (!more || (reason > explanation->reason)) {
        explanation->reason = reason;
        explanation->region = rank.id;
        explanation->free = core.free;
        explanation->largest = core.largest;
      }
    }
  }
}

void acre_heap_explain(acre_heap *heap, acre_caps caps, size_t alignment, size_t size, acre_explanation *explanation)
{
  explanation->region = ACRE_NO_REGION;
  explanation->free = 0u;
  explanation->largest = 0u;
  if (size == 0u) {
    explanation->reason = ACRE_REASON_BAD_SIZE;
  } else if ((alignment == 0u) || ((alignment & (alignment - 1u)) != 0u)) {
    explanation->reason = ACRE_REASON_BAD_ALIGNMENT;
  } else {
    explanation->reason = ACRE_REASON_NO_REGION;
    explain_regions(heap, caps, alignment, size, explanation);
  }
}
