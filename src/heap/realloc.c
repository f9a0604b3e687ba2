/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Resizing: where the block stands, or by a new block, a copy and a free. */
#include "block.h"
#include "copy.h"
#include "hooks.h"
#include "leave.h"
#include "request.h"

/* What became of a block that is to be resized. */
typedef struct moved {
  acre_heap_status status; /* OK: `block` holds the contents; a fault: the pointer was refused */
  acre_region_id region;   /* that the old pointer points into */
  void *block;
} moved;

/* In place, by one mask.  *before: bytes of the block so far. */
static acre_heap_status stay(acre_heap *heap, void *block, acre_caps caps, size_t size, size_t *before,
                             acre_region_id *region)
{
  acre_heap_status status = ACRE_HEAP_OUTSIDE;
  uintptr_t saved;
  acre_heap_slot *slot = section_owner(heap, block, &saved);
  *region = ACRE_NO_REGION;
  if (slot != NULL) {
    *region = slot->id;
    status = slot_resize(heap, slot, block, caps, size, before);
    section_end(heap, slot, saved);
  }
  return status;
}

/* By one mask: in place, or elsewhere. */
static void resize_by(acre_heap *heap, void *block, const acre_request *request, acre_caps caps, moved *to)
{
  size_t before = 0u;
  /* At another alignment it has to move: a size of 0 is refused in place, and
   * tells what the block is. */
  bool aligned = ((uintptr_t)block & (request->alignment - 1u)) == 0u;
  to->block = block;
  to->status = stay(heap, block, caps, aligned ? request->size : 0u, &before, &to->region);
  if (to->status == ACRE_HEAP_OK) {
    tell_resized(heap, block, request->size, caps);
  } else if (!is_fault(to->status)) {
    to->block = acre_heap_take_(heap, caps, request->alignment, request->size);
    if (to->block != NULL) {
      copy_contents(to->block, block, lesser(before, request->size));
      tell_allocated(heap, to->block, request->size, caps);
      (void)acre_heap_free(heap, block);
      to->status = ACRE_HEAP_OK;
    }
  } else {
    to->block = NULL;
  }
}

/* By the masks in their order, up to the first that can be met. */
static void resize_first(acre_heap *heap, void *block, const acre_request *request, moved *to)
{
  to->status = ACRE_HEAP_NO_SPACE;
  to->region = ACRE_NO_REGION;
  to->block = NULL;
  for (uint32_t i = 0u; (i < request->count) && (to->status != ACRE_HEAP_OK) && !is_fault(to->status); i++) {
    resize_by(heap, block, request, request->caps[i], to);
  }
}

/* A live block, a valid size and alignment. */
static void *resize_request(acre_heap *heap, void *block, const acre_request *request)
{
  moved to;
  resize_first(heap, block, request, &to);
  if ((to.status != ACRE_HEAP_OK) && !is_fault(to.status) && acre_heap_relieve_(heap, request)) {
    resize_first(heap, block, request, &to);
  }
  if (is_fault(to.status)) {
    tell_fault(heap, to.status, block, to.region);
  } else if (to.status != ACRE_HEAP_OK) {
    acre_heap_fail_(heap, request);
  } else {
    /* done */
  }
  return to.block;
}

void *acre_heap_realloc_request(acre_heap *heap, void *block, const acre_request *request)
{
  void *result = NULL;
  if (block == NULL) {
    result = acre_heap_alloc_request(heap, request);
  } else if (request->size == 0u) {
    (void)acre_heap_free(heap, block);
  } else if (request_valid(request)) {
    result = resize_request(heap, block, request);
  } else {
    /* not an alignment: refused, and nothing has changed */
  }
  return result;
}

void *acre_heap_realloc(acre_heap *heap, void *block, size_t size, acre_caps caps)
{
  acre_request request;
  request_one(&request, 1u, size, &caps, "acre_heap_realloc");
  return acre_heap_realloc_request(heap, block, &request);
}

void *acre_heap_realloc_prefer(acre_heap *heap, void *block, size_t size, const acre_caps *caps, uint32_t count)
{
  acre_request request;
  request_one(&request, 1u, size, caps, "acre_heap_realloc_prefer");
  request.count = count;
  return acre_heap_realloc_request(heap, block, &request);
}

void *acre_heap_realloc_default(acre_heap *heap, void *block, size_t size)
{
  acre_caps caps[2];
  acre_request request;
  request_one(&request, 1u, size, caps, "acre_heap_realloc_default");
  request.count = acre_heap_default_caps(heap, size, caps);
  return acre_heap_realloc_request(heap, block, &request);
}

acre_heap_status acre_heap_resize(acre_heap *heap, void *block, size_t size, acre_caps caps)
{
  size_t before = 0u;
  acre_region_id region;
  acre_heap_status status = stay(heap, block, caps, size, &before, &region);
  if (status == ACRE_HEAP_OK) {
    tell_resized(heap, block, size, caps);
  } else if (is_fault(status)) {
    tell_fault(heap, status, block, region);
  } else {
    /* refused with a reason */
  }
  return status;
}
