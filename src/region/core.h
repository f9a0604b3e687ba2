/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the operations on a region share: the index, the counters. */
#ifndef ACRE_SRC_CORE_H
#define ACRE_SRC_CORE_H

#include "address.h"
#include "chunk.h"
#include "hot.h"
#include "index.h"
#include "tag.h"

/* The leaf of granule g. */
static inline uint32_t region_leaf(const acre_region *region, uint32_t g)
{
  return region->first_leaf + g / 8u;
}

/* What the leaf of granule g is to be: the largest free run that starts in its
 * eight granules.  None of them is larger than `most`. */
static inline uint32_t region_largest(const acre_region *region, uint32_t g, uint32_t most)
{
  uint32_t largest;
  if (most < TAG_LARGE) {
    largest = tag_small8(region->tag, g / 8u * 8u) /*@ ghost (region->frontier, LastTag(region->granules)) */;
  } else {
    largest = tag_largest8(region->tag, g / 8u * 8u) /*@ ghost (region->frontier, LastTag(region->granules)) */;
  }
  return largest;
}

/* A free run of `size` granules starts at g now. */
static inline void region_raise(acre_region *region, uint32_t g, uint32_t size)
{
  index_raise(region->index, region->width, region_leaf(region, g), (int32_t)size)
      /*@ ghost (region->first_leaf, region->nodes) */;
}

/* The free run of `size` granules at g is gone, or smaller now. */
static inline void region_lower(acre_region *region, uint32_t g, uint32_t size)
{
  uint32_t leaf = region_leaf(region, g);
  if ((uint32_t)region->index[leaf] == size) {
    index_lower(region->index, region->width, leaf, (int32_t)region_largest(region, g, size))
        /*@ ghost (region->first_leaf, region->nodes) */;
  }
}

/* Count k granules in a live block more. */
static inline void region_count(acre_region *region, uint32_t k, uint32_t runs)
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
