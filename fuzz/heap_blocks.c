/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Operations on blocks. */
#include "heap_oracle.h"
#include "heap_trace.h"

#include <string.h>

static bool valid(const acre_request *request)
{
  return request->size != 0u && request->alignment != 0u && (request->alignment & (request->alignment - 1u)) == 0u;
}

static acre_caps last_caps(const acre_request *request)
{
  return (request->count == 0u) ? 0u : request->caps[request->count - 1u];
}

/* The request of the model has failed.  If the hook is armed the heap has it tried
 * once more: the failure does not count, and the victim is freed. */
static bool relieved(fuzz_heap *h)
{
  if (!h->armed) {
    return false;
  }
  h->model.failed--;
  heap_may_change(h, h->victim);
  h->victim_status = heap_model_free(&h->model, h->victim);
  /* A region may have left with it, which changes its hosts. */
  h->loose = heap_regions(h) != h->before;
  return true;
}

/* What the hooks are told of a victim. */
static uint32_t victim_freed(const fuzz_heap *h, bool relief)
{
  return (relief && h->victim != NULL && h->victim_status == ACRE_HEAP_OK) ? 1u : 0u;
}

static uint32_t victim_fault(const fuzz_heap *h, bool relief)
{
  return (relief && h->victim_status != ACRE_HEAP_OK) ? 1u : 0u;
}

static void *call_alloc(fuzz_heap *h, const acre_request *q)
{
  if (q->count == 1u && q->zeroed && q->alignment == 1u) {
    /* A product that passes SIZE_MAX, by the doubling or by the sum, is a request of that. */
    size_t number = (q->size % 3u == 0u) ? 3u : 1u;
    size_t each = q->size / number;
    if (q->size == SIZE_MAX) {
      number = SIZE_MAX / 2u + h->operations % 2u;
      each = 7u;
    }
    return acre_heap_alloc_zeroed(&h->heap, number, each, q->caps[0]);
  }
  if (q->count == 1u && !q->zeroed) {
    return (q->alignment == 1u) ? acre_heap_alloc(&h->heap, q->size, q->caps[0])
                                : acre_heap_alloc_aligned(&h->heap, q->alignment, q->size, q->caps[0]);
  }
  return (q->alignment == 1u && !q->zeroed) ? acre_heap_alloc_prefer(&h->heap, q->size, q->caps, q->count)
                                            : acre_heap_alloc_request(&h->heap, q);
}

/* Contents of a new block: `size` bytes of the shadow at `from`, or zeros, and
 * what it pleases in the rest of the last word. */
static void expect_contents(fuzz_heap *h, const void *block, const void *from, size_t size)
{
  uint8_t *to = heap_shadow(h, (uintptr_t)block);
  if (from == NULL) {
    memset(to, 0, size);
  } else {
    memmove(to, heap_shadow(h, (uintptr_t)from), size);
  }
  heap_accept(h, (uintptr_t)block + size, (size_t)(0u - size) % 4u);
  heap_trace_contents(h, block, to, size);
  /* What is behind that word is not written. */
  heap_trace_contents(h, (const uint8_t *)block + (size + 3u) / 4u * 4u, to + (size + 3u) / 4u * 4u,
                      heap_model_usable_size(&h->model, block) - (size + 3u) / 4u * 4u);
}

/* What the hooks were told of a request that failed, or came to `seen`. */
static void compare_request_told(fuzz_heap *h, const acre_request *q, const void *seen, bool failed)
{
  if (h->mute || (!failed && seen == NULL)) {
    return;
  }
  if (failed) {
    heap_compare(h, "caps told of the failure", last_caps(q), h->told.caps);
  } else if (h->told.block != seen) {
    heap_fail(h, "block told", (uintptr_t)seen, (uintptr_t)h->told.block);
  } else {
    /* the right block */
  }
  if (h->told.size != q->size) {
    heap_fail(h, "size told", q->size, h->told.size);
  }
}

static void end_alloc(fuzz_heap *h, const acre_request *q, void *expected, void *seen, bool relief)
{
  heap_compare_pointer(h, "alloc", expected, seen);
  bool failed = valid(q) && seen == NULL;
  heap_compare_told(h, failed ? 1u : 0u, (seen == NULL) ? 0u : 1u, 0u, victim_freed(h, relief),
                    victim_fault(h, relief));
  compare_request_told(h, q, seen, failed);
  if (seen != NULL) {
    heap_may_change(h, seen);
    if (q->zeroed) {
      expect_contents(h, seen, NULL, q->size);
    }
  }
  heap_finish(h);
}

void *heap_alloc(fuzz_heap *h, const acre_request *request)
{
  heap_begin(h);
  void *expected = heap_model_alloc(&h->model, request);
  bool relief = expected == NULL && valid(request) && relieved(h);
  if (relief) {
    expected = heap_model_alloc(&h->model, request);
  }
  heap_trace_request(h, NULL, false, request, expected);
  void *seen = call_alloc(h, request);
  end_alloc(h, request, expected, seen, relief);
  return seen;
}

/* The masks of a default allocation, as the interface has them. */
static uint32_t default_caps(const fuzz_heap *h, size_t size, acre_caps *caps)
{
  const acre_heap_defaults *d = &h->defaults;
  caps[0] = d->internal;
  if (d->external == 0u) {
    return 1u;
  }
  if (size > d->limit) {
    caps[0] = d->external;
  }
  caps[1] = d->any;
  return d->strict ? 1u : 2u;
}

void *heap_alloc_default(fuzz_heap *h, size_t size)
{
  acre_caps caps[2];
  acre_request q = {size, 1u, caps, default_caps(h, size, caps), false, "default"};
  heap_begin(h);
  void *expected = heap_model_alloc(&h->model, &q);
  bool relief = expected == NULL && valid(&q) && relieved(h);
  if (relief) {
    expected = heap_model_alloc(&h->model, &q);
  }
  TRACE("  block(acre_heap_alloc_default(&h, %s), %s);\n", trace_size(size), heap_text_pointer(h, expected));
  void *seen = acre_heap_alloc_default(&h->heap, size);
  end_alloc(h, &q, expected, seen, relief);
  return seen;
}

static void *realloc_by(fuzz_heap *h, void *block, const acre_request *q, bool by_default)
{
  acre_heap_status fault;
  heap_begin(h);
  size_t before = heap_model_usable_size(&h->model, block);
  heap_may_change(h, block);
  void *expected = heap_model_realloc(&h->model, block, q, &fault);
  bool relief = expected == NULL && valid(q) && fault == ACRE_HEAP_OK && relieved(h);
  if (relief) {
    expected = heap_model_realloc(&h->model, block, q, &fault);
  }
  acre_region_id owner = (heap_is_fault(fault) && heap_model_owner(&h->model, (uintptr_t)block) != NULL)
                             ? heap_model_owner(&h->model, (uintptr_t)block)->id
                             : ACRE_NO_REGION;
  if (by_default) {
    TRACE("  block(acre_heap_realloc_default(&h, %s, %s), %s);\n", heap_text_pointer(h, block), trace_size(q->size),
          heap_text_pointer(h, expected));
  } else {
    heap_trace_request(h, block, true, q, expected);
  }
  void *seen = by_default             ? acre_heap_realloc_default(&h->heap, block, q->size)
               : (q->alignment != 1u) ? acre_heap_realloc_request(&h->heap, block, q)
               : (q->count == 1u)     ? acre_heap_realloc(&h->heap, block, q->size, q->caps[0])
                                      : acre_heap_realloc_prefer(&h->heap, block, q->size, q->caps, q->count);
  heap_compare_pointer(h, "realloc", expected, seen);
  bool failed = valid(q) && seen == NULL && fault == ACRE_HEAP_OK;
  bool moved = seen != NULL && seen != block;
  bool freed = (moved && block != NULL) || (block != NULL && q->size == 0u && fault == ACRE_HEAP_OK);
  heap_compare_told(h, failed ? 1u : 0u, moved ? 1u : 0u, (seen != NULL && !moved) ? 1u : 0u,
                    (freed ? 1u : 0u) + victim_freed(h, relief),
                    ((fault != ACRE_HEAP_OK) ? 1u : 0u) + victim_fault(h, relief));
  compare_request_told(h, q, seen, failed);
  if (fault != ACRE_HEAP_OK) {
    heap_compare_fault(h, fault, owner);
  }
  h->loose = h->loose || heap_regions(h) != h->before;
  if (seen == NULL && !freed && !relief) {
    h->changed = 0u;
  }
  if (moved) {
    heap_may_change(h, seen);
    if (block != NULL) {
      expect_contents(h, seen, block, (before < q->size) ? before : q->size);
    }
  }
  heap_finish(h);
  return seen;
}

void *heap_realloc(fuzz_heap *h, void *block, const acre_request *request)
{
  return realloc_by(h, block, request, false);
}

void *heap_realloc_default(fuzz_heap *h, void *block, size_t size)
{
  acre_caps caps[2];
  acre_request q = {size, 1u, caps, default_caps(h, size, caps), false, "default"};
  return realloc_by(h, block, &q, true);
}

acre_heap_status heap_free(fuzz_heap *h, void *block)
{
  heap_begin(h);
  heap_may_change(h, block);
  const heap_model_region *owner = heap_model_owner(&h->model, (uintptr_t)block);
  acre_region_id id = (owner == NULL) ? ACRE_NO_REGION : owner->id;
  acre_heap_status expected = heap_model_free(&h->model, block);
  TRACE("  status(acre_heap_free(&h, %s), %s);\n", heap_text_pointer(h, block), heap_text_status(expected));
  acre_heap_status seen = heap_compare_status(h, "free", expected, acre_heap_free(&h->heap, block));
  heap_compare_told(h, 0u, 0u, 0u, (block != NULL && seen == ACRE_HEAP_OK) ? 1u : 0u, (seen == ACRE_HEAP_OK) ? 0u : 1u);
  if (seen != ACRE_HEAP_OK) {
    h->changed = 0u;
    heap_compare_fault(h, seen, id);
  }
  h->loose = heap_regions(h) != h->before;
  heap_finish(h);
  return seen;
}

acre_heap_status heap_resize(fuzz_heap *h, void *block, size_t size, acre_caps caps)
{
  heap_begin(h);
  heap_may_change(h, block);
  const heap_model_region *owner = heap_model_owner(&h->model, (uintptr_t)block);
  acre_region_id id = (owner == NULL) ? ACRE_NO_REGION : owner->id;
  acre_heap_status expected = heap_model_resize(&h->model, block, size, caps);
  TRACE("  status(acre_heap_resize(&h, %s, %s, %luu), %s);\n", heap_text_pointer(h, block), trace_size(size),
        (unsigned long)caps, heap_text_status(expected));
  acre_heap_status seen = heap_compare_status(h, "resize", expected, acre_heap_resize(&h->heap, block, size, caps));
  heap_compare_told(h, 0u, 0u, (seen == ACRE_HEAP_OK) ? 1u : 0u, 0u, heap_is_fault(seen) ? 1u : 0u);
  if (seen != ACRE_HEAP_OK) {
    h->changed = 0u;
  }
  if (heap_is_fault(seen)) {
    heap_compare_fault(h, seen, id);
  }
  heap_finish(h);
  return seen;
}
