/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The trace of a heap: its calls as C, in the form of a regression test. */
#ifndef ACRE_FUZZ_HEAP_TRACE_H
#define ACRE_FUZZ_HEAP_TRACE_H

#include "heap.h"
#include "trace.h"

#ifdef FUZZ_TARGET
#define heap_trace_stats(kind, which, stats) ((void)0)
#define heap_trace_request(h, block, again, request, expected) ((void)0)
#define heap_trace_contents(h, block, contents, bytes) ((void)0)
#else
/* kind: 0 of all, 1 by capabilities, 2 of a region. */
void heap_trace_stats(uint32_t kind, uint32_t which, const acre_heap_stats *s);
/* An allocation, or `again` a reallocation. */
void heap_trace_request(const fuzz_heap *h, const void *block, bool again, const acre_request *q, const void *expected);
/* What a block holds. */
void heap_trace_contents(const fuzz_heap *h, const void *block, const uint8_t *contents, size_t bytes);
#endif

/* An address as C text: AT(offset) in the rooms, META(offset) in metadata elsewhere, NULL, &h, or a number. */
const char *heap_text_pointer(const fuzz_heap *h, const void *p);
const char *heap_text_status(acre_heap_status status);

#endif
