/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* malloc, free, calloc, realloc, over the default heap. */
#include "libc.h"

void *malloc(size_t size)
{
  return libc_alloc(1u, size, false, "malloc", CALLER);
}

void free(void *block)
{
  acre_front_free_(acre_front_heap(), block, "free", CALLER);
}

void *calloc(size_t number, size_t size)
{
  return libc_alloc(1u, acre_heap_product(number, size), true, "calloc", CALLER);
}

void *realloc(void *block, size_t size)
{
  return libc_realloc(block, size, "realloc", CALLER);
}
