/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* esp-alloc's C interface. */
#include "esp_alloc.h"
#include "../common/front.h"

#define CALLER __builtin_return_address(0)

/* A size of 0 is a block of its own here. */
static void call_internal(front_call *call, const acre_caps *caps, size_t size, const char *function,
                          const void *caller)
{
  front_call_one(call, (size == 0u) ? 1u : size, caps, function, caller);
}

void *malloc_internal(size_t size)
{
  front_call call;
  const acre_caps caps = ACRE_CAP_INTERNAL;
  call_internal(&call, &caps, size, "malloc_internal", CALLER);
  return acre_front_alloc_(acre_front_heap(), &call);
}

void free_internal(void *block)
{
  acre_front_free_(acre_front_heap(), block, "free_internal", CALLER);
}

void *calloc_internal(uint32_t number, size_t size)
{
  front_call call;
  const acre_caps caps = ACRE_CAP_INTERNAL;
  call_internal(&call, &caps, acre_heap_product(number, size), "calloc_internal", CALLER);
  call.zeroed = true;
  return acre_front_alloc_(acre_front_heap(), &call);
}

void *realloc_internal(void *block, size_t size)
{
  front_call call;
  const acre_caps caps = ACRE_CAP_INTERNAL;
  call_internal(&call, &caps, size, "realloc_internal", CALLER);
  return acre_front_realloc_(acre_front_heap(), block, &call);
}

size_t get_free_internal_heap_size(void)
{
  acre_heap_stats stats;
  acre_heap_get_stats_caps(acre_front_heap(), ACRE_CAP_INTERNAL, &stats);
  return stats.free;
}

/* ---- Statistics ------------------------------------------------------------------ */

/* Lines of the text, from 0: those of the feature. */
#define FIRST_LEFT_OUT 3u
#define FIRST_AGAIN 6u

/* Leaves lines out; user is the number of the line. */
static void write_some(void *user, const char *text, size_t length)
{
  uint32_t *line = (uint32_t *)user;
  for (size_t i = 0u; i < length; i++) {
    if ((*line < FIRST_LEFT_OUT) || (*line >= FIRST_AGAIN)) {
      acre_front_write(&text[i], 1u);
    }
    if (text[i] == '\n') {
      *line += 1u;
    }
  }
}

void esp_alloc_print_stats(bool internal_heap_stats)
{
  uint32_t line = 0u;
  acre_output output;
  if (internal_heap_stats) {
    line = FIRST_AGAIN; /* as if all that is left out had been written */
  }
  output.write = write_some;
  output.user = &line;
  acre_heap_print_bars(acre_front_heap(), ACRE_CAP_INTERNAL, ACRE_CAP_EXTERNAL, &output);
}
