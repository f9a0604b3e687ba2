/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Prints the calls as C, with the results they have to give, in the form of a
 * regression test.  Each call is printed before it is made.  Firmware has no
 * trace.
 */
#ifndef ACRE_FUZZ_TRACE_H
#define ACRE_FUZZ_TRACE_H

#include "model.h"

#include <stdbool.h>

#ifdef FUZZ_TARGET
#define TRACE(...) ((void)0)
#else
extern bool fuzz_tracing;
#define TRACE(...)           \
  do {                       \
    if (fuzz_tracing) {      \
      fuzz_say(__VA_ARGS__); \
    }                        \
  } while (0)
void fuzz_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
#endif

/* An address as C text: AT(offset from the base), NULL, or a number; in one of eight buffers. */
const char *trace_pointer(uintptr_t base, const void *p);
/* A size or number as C text that means the same on every machine. */
const char *trace_size(size_t size);
const char *trace_status(acre_status status);
/* The next of the buffers, of TRACE_TEXT characters. */
#define TRACE_TEXT 80u
char *trace_buffer(void);

#endif
