/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Reports to the stdout of a C library. */
#include <acre/fronts.h>
#include <stdio.h>

void acre_front_write(const char *text, size_t length)
{
  (void)fwrite(text, 1u, length, stdout);
}
