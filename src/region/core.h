/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the operations on a region share: addresses, the index, the counters. */
#ifndef ACRE_SRC_CORE_H
#define ACRE_SRC_CORE_H

#include "index.h"
#include "tag.h"

#define NO_GRANULE 0xFFFFFFFFu

/* Cold paths stay out of line, so that the hot ones need no stack frame.
 * Neither attribute changes what the code does; the provers do not see them. */
#if defined(__GNUC__) && !defined(__FRAMAC__)
#define ACRE_COLD __attribute__((noinline, cold))
#else
#define ACRE_COLD
#endif
#if defined(__GNUC__) && !defined(__FRAMAC__) && !defined(__OPTIMIZE_SIZE__)
#define ACRE_HOT __attribute__((always_inline))
#else
#define ACRE_HOT
#endif

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

/* The leaf of granule g. */
static inline uint32_t region_leaf(const acre_region *region, uint32_t g)
{
  return region->first_leaf + g / 8u;
}

/* Make the index right again after heads in the leaf of granule g have changed. */
static inline void region_refresh(acre_region *region, uint32_t g)
{
  uint32_t leaf = region_leaf(region, g);
  int32_t value = (int32_t)tag_largest8(region->tag, g / 8u * 8u);
  if (value > region->index[leaf]) {
    index_raise(region->index, region->width, leaf, value);
  } else if (value < region->index[leaf]) {
    index_lower(region->index, region->width, leaf, value);
  } else {
    /* exact already */
  }
}

/* Count a new live block of k granules, and `runs` free runs from now on. */
static inline void region_count_alloc(acre_region *region, uint32_t k, uint32_t runs)
{
  uint32_t used = region->used + k;
  region->blocks += 1u;
  region->runs = runs;
  region->used = used;
  if (used > region->peak) {
    region->peak = used;
  }
}

#endif
