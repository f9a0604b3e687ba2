/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Addresses and granules: everything that shifts.  Granules are counted by
 * shifts, never by products or quotients, which small cores lack. */
#ifndef ACRE_SRC_ADDRESS_H
#define ACRE_SRC_ADDRESS_H

#include "tag.h"

#define NO_GRANULE 0xFFFFFFFFu
#define NO_ORDER 0xFFFFFFFFu

/* The address of granule g. */
static inline uintptr_t region_address(const acre_region *region, uint32_t g)
{
  return region->base + ((uintptr_t)g << region->shift);
}

/* The granules that `size` bytes take; size is positive. */
static inline size_t region_granules(const acre_region *region, size_t size)
{
  return ((size - 1u) >> region->shift) + 1u;
}

/* The granule of the live block that starts at `block`, or NO_GRANULE. */
static inline uint32_t region_locate(const acre_region *region, const void *block)
{
  uintptr_t offset = (uintptr_t)block - region->base;
  uintptr_t g = offset >> region->shift;
  uint32_t found = NO_GRANULE;
  if ((g < region->frontier) && ((g << region->shift) == offset)) {
    uint32_t t = region->tag[g];
    if ((t != 0u) && (t <= TAG_LARGE)) {
      found = (uint32_t)g;
    }
  }
  return found;
}

/* Why `block` is not the start of a live block. */
static inline acre_status region_refuse(const acre_region *region, const void *block)
{
  uintptr_t offset = (uintptr_t)block - region->base;
  return ((offset >> region->shift) < region->granules) ? ACRE_NOT_A_BLOCK : ACRE_OUTSIDE;
}

/* The exponent of a power of two, or NO_ORDER if `value` is none. */
static inline uint32_t log2_of(size_t value)
{
  uint32_t order = 0u;
  while ((order < sizeof(size_t) * 8u - 1u) && (((size_t)1u << order) < value)) {
    order++;
  }
  return (((size_t)1u << order) == value) ? order : NO_ORDER;
}

/* The lowest granule from x on whose address is a multiple of 2^(shift+order). */
static inline uintptr_t align_up(const acre_region *region, uint32_t x, uint32_t order)
{
  uintptr_t first = region->base >> region->shift;
  uintptr_t step = (uintptr_t)1u << order;
  return (((first + x + (step - 1u)) >> order) << order) - first;
}

#endif
