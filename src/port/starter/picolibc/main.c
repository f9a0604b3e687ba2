/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A C program whose malloc is acre: nothing here knows of it. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void)
{
  char *text = malloc(100u);
  if (text == NULL) {
    return 1;
  }
  strcpy(text, "acre runs behind malloc");
  text = realloc(text, 5000u);
  if (text == NULL) {
    return 2;
  }
  printf("%s; bytes in use: %zu\n", text, (size_t)mallinfo().uordblks);
  free(text);
  return 0;
}
