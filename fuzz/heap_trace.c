/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "heap_trace.h"

#include <stdio.h>

const char *heap_text_status(acre_heap_status status)
{
  static const char *const names[] = {
      "OK",          "NO_SPACE",          "BAD_SIZE",        "OUTSIDE",        "NOT_A_BLOCK",  "HOST",
      "NO_MATCH",    "NULL_ARGUMENT",     "NO_CAPABILITIES", "TOO_SMALL",      "MISALIGNED",   "RANGE_OVERFLOW",
      "BAD_GRANULE", "TOO_MANY_GRANULES", "TOO_LARGE",       "NO_SLOT",        "NOT_IN_BLOCK", "TOUCHES_METADATA",
      "ENCLOSES",    "STRADDLES",         "SAME_RANGE",      "UNKNOWN_REGION", "NOT_EMPTY",    "BUSY",
      "DRAINING",    "NOT_MONITORED",     "CHECK_MORE",      "CORRUPT"};
  char *text = trace_buffer();
  snprintf(text, TRACE_TEXT, "ACRE_HEAP_%s", ((uint32_t)status < sizeof names / sizeof names[0]) ? names[status] : "?");
  return text;
}

const char *heap_text_pointer(const fuzz_heap *h, const void *p)
{
  uintptr_t at = (uintptr_t)p;
  uintptr_t metadata = (uintptr_t)h->memory.metadata;
  char *text = trace_buffer();
  if (at >= metadata && at - metadata < FUZZ_METADATA) {
    snprintf(text, TRACE_TEXT, "META(0x%lx)", (unsigned long)(at - metadata));
  } else if (at == (uintptr_t)&h->heap) {
    snprintf(text, TRACE_TEXT, "&h");
  } else if (at > UINTPTR_MAX - 0x1000000u) {
    snprintf(text, TRACE_TEXT, "(void *)(UINTPTR_MAX - %luu)", (unsigned long)(UINTPTR_MAX - at));
  } else {
    return trace_pointer((uintptr_t)h->memory.payload, p);
  }
  return text;
}

void heap_trace_stats(uint32_t kind, uint32_t which, const acre_heap_stats *s)
{
  TRACE("  state(%lu, %luu, %lu, %lu, %lu, %lu, %lu, %lu, %lu, %lu, %lu, %lu);\n", (unsigned long)kind,
        (unsigned long)which, (unsigned long)s->total, (unsigned long)s->used, (unsigned long)s->largest,
        (unsigned long)s->low_water, (unsigned long)s->peak, (unsigned long)s->allocated, (unsigned long)s->freed,
        (unsigned long)s->failed, (unsigned long)s->blocks, (unsigned long)s->free_runs);
}

void heap_trace_request(const fuzz_heap *h, const void *block, bool again, const acre_request *q, const void *expected)
{
  if (!fuzz_tracing) {
    return;
  }
  bool simple = q->alignment == 1u && q->count == 1u && !q->zeroed;
  fuzz_say("  block(%s",
           simple ? (again ? "acre_heap_realloc(&h, " : "acre_heap_alloc(&h, ") : (again ? "rerequest(" : "request("));
  if (again) {
    fuzz_say("%s, ", heap_text_pointer(h, block));
  }
  if (simple) {
    fuzz_say("%s, %luu)", trace_size(q->size), (unsigned long)q->caps[0]);
  } else {
    fuzz_say("%s, %s, %d, %luu, %luu, %luu, %luu)", trace_size(q->alignment), trace_size(q->size), q->zeroed ? 1 : 0,
             (unsigned long)q->count, (unsigned long)((q->count > 0u) ? q->caps[0] : 0u),
             (unsigned long)((q->count > 1u) ? q->caps[1] : 0u), (unsigned long)((q->count > 2u) ? q->caps[2] : 0u));
  }
  fuzz_say(", %s);\n", heap_text_pointer(h, expected));
}

void heap_trace_contents(const fuzz_heap *h, const void *block, const uint8_t *contents, size_t bytes)
{
  uint32_t sum = 2166136261u;
  for (size_t i = 0u; i < bytes && fuzz_tracing; i++) {
    sum = (sum ^ contents[i]) * 16777619u;
  }
  TRACE("  holds(%s, %s, 0x%lxu);\n", heap_text_pointer(h, block), trace_size(bytes), (unsigned long)sum);
}
