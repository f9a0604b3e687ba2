/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the fronts write, kept for a test to look at. */
#ifndef ACRE_TESTS_FRONT_TEXT_H
#define ACRE_TESTS_FRONT_TEXT_H

#include <stddef.h>
#include <string.h>

#include <acre/fronts.h>

static char written[8192];
static size_t written_length;

void acre_front_write(const char *text, size_t length)
{
  for (size_t i = 0u; (i < length) && (written_length + 1u < sizeof written); i++) {
    written[written_length++] = text[i];
  }
  written[written_length] = '\0';
}

static inline void written_clear(void)
{
  written_length = 0u;
  written[0] = '\0';
}

#endif
