/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "trace.h"

#include <stdarg.h>
#include <stdio.h>

bool fuzz_tracing;

void fuzz_say(const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  /* The next call may be the last. */
  fflush(stdout);
}

char *trace_buffer(void)
{
  static char text[8][TRACE_TEXT];
  static unsigned next;
  return text[next++ % 8u];
}

const char *trace_pointer(uintptr_t base, const void *p)
{
  char *text = trace_buffer();
  intptr_t offset = (intptr_t)((uintptr_t)p - base);
  if (p == NULL) {
    return "NULL";
  }
  if (offset >= 0 && offset < 0x10000000) {
    snprintf(text, TRACE_TEXT, "AT(0x%lx)", (unsigned long)offset);
  } else if (offset < 0 && offset > -0x10000) {
    snprintf(text, TRACE_TEXT, "AT(-0x%lx)", (unsigned long)-offset);
  } else {
    snprintf(text, TRACE_TEXT, "(void *)(uintptr_t)0x%lxu", (unsigned long)(uintptr_t)p);
  }
  return text;
}

const char *trace_size(size_t size)
{
  char *text = trace_buffer();
  if (size > SIZE_MAX - 0x100000u) {
    snprintf(text, TRACE_TEXT, "SIZE_MAX - %luu", (unsigned long)(SIZE_MAX - size));
  } else if (size >= SIZE_MAX / 2u - 0x10000u && size <= SIZE_MAX / 2u) {
    snprintf(text, TRACE_TEXT, "SIZE_MAX / 2u - %luu", (unsigned long)(SIZE_MAX / 2u - size));
  } else if (size > SIZE_MAX / 2u && size <= SIZE_MAX / 2u + 0x1000000u) {
    snprintf(text, TRACE_TEXT, "SIZE_MAX / 2u + %luu", (unsigned long)(size - SIZE_MAX / 2u));
  } else {
    snprintf(text, TRACE_TEXT, "%luu", (unsigned long)size);
  }
  return text;
}

const char *trace_status(acre_status status)
{
  static const char *const names[] = {"ACRE_OK",          "ACRE_NO_SPACE",          "ACRE_BAD_SIZE",
                                      "ACRE_OUTSIDE",     "ACRE_NOT_A_BLOCK",       "ACRE_NULL_ARGUMENT",
                                      "ACRE_TOO_SMALL",   "ACRE_MISALIGNED",        "ACRE_RANGE_OVERFLOW",
                                      "ACRE_BAD_GRANULE", "ACRE_TOO_MANY_GRANULES", "ACRE_CHECK_MORE",
                                      "ACRE_CORRUPT"};
  return ((uint32_t)status < sizeof names / sizeof names[0]) ? names[status] : "?";
}
