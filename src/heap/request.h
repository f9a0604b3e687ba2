/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What allocation and reallocation share. */
#ifndef ACRE_SRC_HEAP_REQUEST_H
#define ACRE_SRC_HEAP_REQUEST_H

#include <acre/heap.h>

#ifdef __FRAMAC__
#include "heap_request.acsl"
#endif

/* A size and an alignment that a request may have. */
/*@ requires request: \valid_read(request);
    assigns \result \from *request;
    ensures valid: \result <==> RequestValid(request);
 */
static inline bool request_valid(const acre_request *request)
{
  size_t alignment = request->alignment;
  return (request->size != 0u) && (alignment != 0u) && ((alignment & (alignment - 1u)) == 0u);
}

/* One mask, without a list. */
/*@ requires request: \valid(request);
    assigns *request \from alignment, size, caps, function;
    ensures asked: request->size == size && request->alignment == alignment;
    ensures caps: request->caps == caps && request->count == 1;
    ensures rest: !request->zeroed && request->function == function;
 */
static inline void request_one(acre_request *request, size_t alignment, size_t size, const acre_caps *caps,
                               const char *function)
{
  request->size = size;
  request->alignment = alignment;
  request->caps = caps;
  request->count = 1u;
  request->zeroed = false;
  request->function = function;
}

/* A block by one mask, from the first region that has a place; or NULL. */
void *acre_heap_take_(acre_heap *heap, acre_caps caps, size_t alignment, size_t size);

/* Asks the low-memory hook whether the request is to be tried again. */
bool acre_heap_relieve_(acre_heap *heap, const acre_request *request);

/* Counts and tells the failure of a request. */
void acre_heap_fail_(acre_heap *heap, const acre_request *request);

#endif
