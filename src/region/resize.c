/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Resize in place, or not at all. */
#include "core.h"

/* The live block at i has `now` instead of `old` granules. */
static void count_resize(acre_region *region, uint32_t old, uint32_t now)
{
  uint32_t used = region->used - old + now;
  region->used = used;
  if (used > region->peak) {
    region->peak = used;
  }
}

/* The live block [i, r) and the free run [r, e), which may be empty, become a
 * live block [i, c) and a free run [c, e), which may be empty. */
static void reshape(acre_region *region, uint32_t i, uint32_t r, uint32_t c, uint32_t e)
{
  uint32_t runs = region->runs;
  chunk_reshape(region->tag, i, r, c, e) /*@ ghost (region->frontier, region->granules) */;
  count_resize(region, r - i, c - i);
  if (r < e) {
    runs -= 1u;
  }
  if (c < e) {
    runs += 1u;
  }
  region->runs = runs;
  if (c < e) {
    region_raise(region, c, e - c);
  }
  if (r < e) {
    region_lower(region, r, e - r);
  }
}

/* The live block [i, frontier) becomes [i, c). */
static void reshape_last(acre_region *region, uint32_t i, uint32_t c)
{
  uint32_t m = region->frontier;
  chunk_reshape_last(region->tag, i, c) /*@ ghost (m, region->granules) */;
  region->frontier = c;
  count_resize(region, m - i, c - i);
}

acre_status acre_region_resize(acre_region *region, void *block, size_t size)
{
  uint32_t i = region_locate(region, block);
  acre_status status = ACRE_OK;
  if (i == NO_GRANULE) {
    status = region_refuse(region, block);
  } else if (size == 0u) {
    status = ACRE_BAD_SIZE;
  } else {
    size_t k = region_granules(region, size);
    uint32_t r = i + tag_size(region->tag, i);
    uint32_t e = (r == region->frontier) ? region->granules : tag_right(region->tag, r);
    if (k > e - i) {
      status = ACRE_NO_SPACE;
    } else if (r == region->frontier) {
      reshape_last(region, i, i + (uint32_t)k);
    } else if (k != r - i) {
      reshape(region, i, r, i + (uint32_t)k, e);
    } else {
      /* the block has that size already */
    }
  }
  return status;
}
