/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The end, on a C library. */
#include <acre/fronts.h>
#include <stdio.h>
#include <stdlib.h>

void acre_front_panic(const char *text)
{
  (void)fflush(stdout); /* what led here */
  (void)fputs(text, stderr);
  (void)fputs("\n", stderr);
  abort();
}
