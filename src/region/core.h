/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the operations on a region share: the index, the counters. */
#ifndef ACRE_SRC_CORE_H
#define ACRE_SRC_CORE_H

#include "address.h"
#include "index.h"
#include "tag.h"

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
