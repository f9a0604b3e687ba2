/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the BSDs added to realloc. */
#include "libc.h"

/* glibc and picolibc hide them from strict programs. */
void *reallocarray(void *block, size_t number, size_t size);
void *reallocf(void *block, size_t size);

/* A product that overflows is SIZE_MAX, for which there is no room: the block stays. */
void *reallocarray(void *block, size_t number, size_t size)
{
  return libc_realloc(block, acre_heap_product(number, size), "reallocarray", CALLER);
}

/* Frees the block if it cannot have the size. */
void *reallocf(void *block, size_t size)
{
  void *after = libc_realloc(block, size, "reallocf", CALLER);
  if ((after == NULL) && (size != 0u)) {
    acre_front_free_(acre_front_heap(), block, "reallocf", CALLER);
  }
  return after;
}
