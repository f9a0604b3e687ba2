/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Allocation: masks, regions in order, a second try, failure. */
#include "block.h"
#include "copy.h"
#include "hooks.h"
#include "leave.h"
#include "request.h"

void *acre_heap_take_(acre_heap *heap, acre_caps caps, size_t alignment, size_t size)
{
  void *block = NULL;
  bool more = true;
  slot_rank rank;
  slot_rank_first(&rank);
  /* Each turn is at a region of higher rank: there are at most as many as slots,
   * but for regions that other threads add meanwhile. */
  for (uint32_t i = 0u; (i < heap->capacity) && more; i++) {
    uintptr_t saved = lock_acquire(&heap->lock);
    acre_heap_slot *slot = slot_next_serving(heap, caps, &rank);
    if (slot == NULL) {
      lock_release(&heap->lock, saved);
      more = false;
    } else {
      slot_rank_of(heap, slot, caps, &rank);
      saved = section_enter(heap, slot, saved);
      block = slot_alloc(heap, slot, caps, alignment, size);
      section_end(heap, slot, saved);
      more = block == NULL;
    }
  }
  return block;
}

/* A block by the first mask that can be met, which *caps becomes. */
static void *take_first(acre_heap *heap, const acre_request *request, acre_caps *caps)
{
  void *block = NULL;
  for (uint32_t i = 0u; (i < request->count) && (block == NULL); i++) {
    *caps = request->caps[i];
    block = acre_heap_take_(heap, request->caps[i], request->alignment, request->size);
  }
  return block;
}

/* The mask that stands for a request in the hooks of failure. */
static acre_caps last_caps(const acre_request *request)
{
  return (request->count == 0u) ? 0u : request->caps[request->count - 1u];
}

bool acre_heap_relieve_(acre_heap *heap, const acre_request *request)
{
  return ask_low_memory(heap, request->size, last_caps(request));
}

void acre_heap_fail_(acre_heap *heap, const acre_request *request)
{
  uintptr_t saved = lock_acquire(&heap->lock);
  heap->failed = add_saturating(heap->failed, 1u);
  lock_release(&heap->lock, saved);
  tell_failed(heap, request->size, last_caps(request), request->function);
}

void *acre_heap_alloc_request(acre_heap *heap, const acre_request *request)
{
  void *block = NULL;
  if (request_valid(request)) {
    acre_caps caps = 0u;
    block = take_first(heap, request, &caps);
    if ((block == NULL) && acre_heap_relieve_(heap, request)) {
      block = take_first(heap, request, &caps);
    }
    if (block == NULL) {
      acre_heap_fail_(heap, request);
    } else {
      if (request->zeroed) {
        zero_contents(block, request->size);
      }
      tell_allocated(heap, block, request->size, caps);
    }
  }
  return block;
}

void *acre_heap_alloc(acre_heap *heap, size_t size, acre_caps caps)
{
  acre_request request;
  request_one(&request, 1u, size, &caps, "acre_heap_alloc");
  return acre_heap_alloc_request(heap, &request);
}

void *acre_heap_alloc_zeroed(acre_heap *heap, size_t number, size_t size, acre_caps caps)
{
  acre_request request;
  request_one(&request, 1u, acre_heap_product(number, size), &caps, "acre_heap_alloc_zeroed");
  request.zeroed = true;
  return acre_heap_alloc_request(heap, &request);
}

void *acre_heap_alloc_aligned(acre_heap *heap, size_t alignment, size_t size, acre_caps caps)
{
  acre_request request;
  request_one(&request, alignment, size, &caps, "acre_heap_alloc_aligned");
  return acre_heap_alloc_request(heap, &request);
}

void *acre_heap_alloc_prefer(acre_heap *heap, size_t size, const acre_caps *caps, uint32_t count)
{
  acre_request request;
  request_one(&request, 1u, size, caps, "acre_heap_alloc_prefer");
  request.count = count;
  return acre_heap_alloc_request(heap, &request);
}

uint32_t acre_heap_default_caps(acre_heap *heap, size_t size, acre_caps caps[2])
{
  uintptr_t saved = lock_acquire(&heap->lock);
  const acre_heap_defaults *defaults = &heap->defaults;
  bool two = (defaults->external != 0u) && !defaults->strict;
  caps[0] = ((defaults->external == 0u) || (size <= defaults->limit)) ? defaults->internal : defaults->external;
  if (two) {
    caps[1] = defaults->any;
  }
  lock_release(&heap->lock, saved);
  return two ? 2u : 1u;
}

void *acre_heap_alloc_default(acre_heap *heap, size_t size)
{
  acre_caps caps[2];
  acre_request request;
  request_one(&request, 1u, size, caps, "acre_heap_alloc_default");
  request.count = acre_heap_default_caps(heap, size, caps);
  return acre_heap_alloc_request(heap, &request);
}
