/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Free: merge with the free neighbours, if any. */
#include "core.h"

/* The live block [i, r), with the free runs [a, i) and [r, e) beside it, which
 * may be empty, becomes one free run. */
static inline ACRE_HOT void release(acre_region *region, uint32_t a, uint32_t i, uint32_t r, uint32_t e)
{
  uint32_t runs = region->runs + 1u;
  region->used -= r - i;
  region->blocks -= 1u;
  if (a < i) {
    runs -= 1u;
  }
  if (r < e) {
    runs -= 1u;
  }
  region->runs = runs;
  chunk_release(region->tag, a, i, r, e) /*@ ghost (region->frontier, region->granules) */;
  region_raise(region, a, e - a);
  if ((r < e) && (region_leaf(region, r) != region_leaf(region, a))) {
    region_lower(region, r, e - r);
  }
}

static ACRE_COLD void release_large(acre_region *region, uint32_t a, uint32_t i, uint32_t r, uint32_t e)
{
  release(region, a, i, r, e);
}

/* The live block [i, frontier), with the free run [a, i) beside it, which may
 * be empty, goes back behind the frontier. */
static ACRE_COLD void retract(acre_region *region, uint32_t a, uint32_t i)
{
  uint32_t m = region->frontier;
  chunk_retract(region->tag, a, i) /*@ ghost (m, region->granules) */;
  region->frontier = a;
  region->used -= m - i;
  region->blocks -= 1u;
  if (a < i) {
    region->runs -= 1u;
    region_lower(region, a, i - a);
  }
}

/* Free the live block that starts at i. */
static inline ACRE_HOT void free_block(acre_region *region, uint32_t i)
{
  uint32_t r = i + tag_size(region->tag, i);
  uint32_t e = tag_right(region->tag, r);
  uint32_t a = tag_left(region->tag, i);
  if (ACRE_RARELY(e == region->frontier)) {
    retract(region, a, i);
  } else if (e - a < TAG_LARGE) {
    release(region, a, i, r, e);
  } else {
    release_large(region, a, i, r, e);
  }
}

acre_status acre_region_free(acre_region *region, void *block)
{
  uint32_t i = region_locate(region, block);
  acre_status status = ACRE_OK;
  if (ACRE_RARELY(i == NO_GRANULE)) {
    status = region_refuse(region, block);
  } else {
    free_block(region, i);
  }
  return status;
}
