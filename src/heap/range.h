/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Ranges of addresses, by their first and last address: all comparisons are
 * unsigned, and a range may end at the top of the address space. */
#ifndef ACRE_SRC_HEAP_RANGE_H
#define ACRE_SRC_HEAP_RANGE_H

#include <acre/heap.h>

#ifdef __FRAMAC__
#include "heap_range.acsl"
#endif

/* `size` bytes from `address`; false if they pass the top, or there are none. */
/*@ requires range: \valid(range);
    assigns *range \from address, size;
    assigns \result \from address, size;
    ensures fits: \result <==> 1 <= size && address + size <= UINTPTR_MAX + 1;
    ensures range: \result ==> RangeOk(range) && range->first == address && range->last == address + size - 1;
    ensures kept: !\result ==> *range == \old(*range);
 */
static inline bool range_of(uintptr_t address, size_t size, acre_range *range)
{
  bool fits = (size != 0u) && ((size - 1u) <= (UINTPTR_MAX - address));
  if (fits) {
    range->first = address;
    range->last = address + (size - 1u);
  }
  return fits;
}

/* It holds the addresses from `first` to `last`. */
/*@ requires range: \valid_read(range);
    assigns \result \from *range, first, last;
    ensures around: \result <==> range->first <= first && last <= range->last;
 */
static inline bool range_around(const acre_range *range, uintptr_t first, uintptr_t last)
{
  return (range->first <= first) && (last <= range->last);
}

/*@ requires ranges: \valid_read(inner) && \valid_read(outer);
    assigns \result \from *inner, *outer;
    ensures inside: \result <==> Inside(inner, outer);
 */
static inline bool range_inside(const acre_range *inner, const acre_range *outer)
{
  return range_around(outer, inner->first, inner->last);
}

/*@ requires ranges: \valid_read(a) && \valid_read(b);
    assigns \result \from *a, *b;
    ensures meets: \result <==> Meets(a, b);
 */
static inline bool range_meets(const acre_range *a, const acre_range *b)
{
  return (a->first <= b->last) && (b->first <= a->last);
}

/*@ requires ranges: \valid_read(a) && \valid_read(b);
    assigns \result \from *a, *b;
    ensures same: \result <==> Same(a, b);
 */
static inline bool range_same(const acre_range *a, const acre_range *b)
{
  return (a->first == b->first) && (a->last == b->last);
}

/* Whether a block holds the whole range. */
/*@ requires range: \valid_read(range) && RangeOk(range) && \valid_read(block);
    assigns \result \from *range, *block;
    ensures holds: \result <==> Holds((uintptr_t)block->address, block->size, range);
 */
static inline bool range_in_block(const acre_range *range, const acre_block *block)
{
  uintptr_t start = (uintptr_t)block->address;
  return (range->first >= start) && ((range->last - start) < block->size);
}

#endif
