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
/*@ assigns \result \from size;
    ensures words: 4 * (\result - 1) < size <= 4 * \result;
 */
static inline size_t words_of(size_t size)
{
  return (size / 4u) + (((size % 4u) != 0u) ? 1u : 0u);
}

/*@ requires memory: \valid((payload_word *)to + (0 .. (size + 3) / 4 - 1)) &&
      \valid_read((payload_word *)from + (0 .. (size + 3) / 4 - 1));
    requires apart: \separated((payload_word *)to + (0 .. (size + 3) / 4 - 1),
                               (payload_word *)from + (0 .. (size + 3) / 4 - 1));
    assigns ((payload_word *)to)[0 .. (size + 3) / 4 - 1] \from ((payload_word *)from)[0 .. (size + 3) / 4 - 1];
    ensures T9_copied: \forall integer i; 0 <= i < (size + 3) / 4 ==>
      ((payload_word *)to)[i] == \old(((payload_word *)from)[i]);
 */
static inline void copy_contents(void *to, const void *from, size_t size)
{
  payload_word *target = (payload_word *)to;
  const payload_word *source = (const payload_word *)from;
  size_t words = words_of(size);
  /*@ assert words: words == (size + 3) / 4; */
  /*@ loop invariant bound: 0 <= i <= words;
      loop invariant copied: \forall integer j; 0 <= j < i ==> target[j] == \at(((payload_word *)from)[j],Pre);
      loop invariant read: \forall integer j; 0 <= j < words ==> source[j] == \at(((payload_word *)from)[j],Pre);
      loop assigns i, target[0 .. words - 1];
      loop variant words - i;
   */
  for (size_t i = 0u; i < words; i++) {
    target[i] = source[i];
  }
}

/*@ requires memory: \valid((payload_word *)block + (0 .. (size + 3) / 4 - 1));
    assigns ((payload_word *)block)[0 .. (size + 3) / 4 - 1] \from \nothing;
    ensures zeros: \forall integer i; 0 <= i < (size + 3) / 4 ==> ((payload_word *)block)[i] == 0;
 */
static inline void zero_contents(void *block, size_t size)
{
  payload_word *target = (payload_word *)block;
  size_t words = words_of(size);
  /*@ assert words: words == (size + 3) / 4; */
  /*@ loop invariant bound: 0 <= i <= words;
      loop invariant zeros: \forall integer j; 0 <= j < i ==> target[j] == 0;
      loop assigns i, target[0 .. words - 1];
      loop variant words - i;
   */
  for (size_t i = 0u; i < words; i++) {
    target[i] = 0u;
  }
}

#endif
