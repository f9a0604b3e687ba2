/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Contents of blocks: the only places where the heap touches a payload.  Blocks
 * are aligned to granules and made of whole ones, at least 8 bytes each, so all
 * is done in 32-bit words: that is what memory with 32-bit access only takes.
 */
#ifndef ACRE_SRC_HEAP_COPY_H
#define ACRE_SRC_HEAP_COPY_H

#include <acre/heap.h>

/* The payload may hold objects of any type. */
#if defined(__GNUC__) && !defined(__FRAMAC__)
typedef uint32_t __attribute__((may_alias)) payload_word;
#else
typedef uint32_t payload_word;
#endif

/* The words that `size` bytes take. */
static inline size_t words_of(size_t size)
{
  return (size / 4u) + (((size % 4u) != 0u) ? 1u : 0u);
}

static inline void copy_contents(void *to, const void *from, size_t size)
{
  payload_word *target = (payload_word *)to;
  const payload_word *source = (const payload_word *)from;
  size_t words = words_of(size);
  for (size_t i = 0u; i < words; i++) {
    target[i] = source[i];
  }
}

static inline void zero_contents(void *block, size_t size)
{
  payload_word *target = (payload_word *)block;
  size_t words = words_of(size);
  for (size_t i = 0u; i < words; i++) {
    target[i] = 0u;
  }
}

#endif
