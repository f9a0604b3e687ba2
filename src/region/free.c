/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Free: merge with the free neighbours, if any. */
#include "core.h"

/* The live block [i, r), with the free runs [a, i) and [r, e) beside it, which
 * may be empty, becomes one free run. */
static inline ACRE_HOT void release(acre_region *region, uint32_t a, uint32_t i, uint32_t r, uint32_t e)
{
  uint8_t *tag = region->tag;
  int32_t *index = region->index;
  uint32_t leaf = region_leaf(region, a);
  uint32_t runs = region->runs + 1u;
  region->used -= r - i;
  region->blocks -= 1u;
  if (a < i) {
    tag[i] = 0u;
    runs -= 1u;
  }
  if (r < e) {
    tag[r] = 0u;
    runs -= 1u;
  }
  region->runs = runs;
  tag_put_free(tag, a, e - a);
  index_raise(index, region->width, leaf, (int32_t)(e - a));
  if (r < e) {
    uint32_t right = region_leaf(region, r);
    if ((right != leaf) && ((uint32_t)index[right] == e - r)) {
      index_lower(index, region->width, right, (int32_t)tag_largest8(tag, r / 8u * 8u));
    }
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
  region->used -= region->frontier - i;
  region->blocks -= 1u;
  region->tag[i] = 0u;
  region->frontier = a;
  if (a < i) {
    region->tag[a] = 0u;
    region->runs -= 1u;
    region_refresh(region, a);
  }
}

acre_status acre_region_free(acre_region *region, void *block)
{
  uint32_t i = region_locate(region, block);
  acre_status status = ACRE_OK;
  if (i == NO_GRANULE) {
    status = region_refuse(region, block);
  } else {
    uint32_t r = i + tag_size(region->tag, i);
    uint32_t e = tag_right(region->tag, r);
    uint32_t a = tag_left(region->tag, i);
    if (e == region->frontier) {
      retract(region, a, i);
    } else if (e - a < TAG_LARGE) {
      release(region, a, i, r, e);
    } else {
      release_large(region, a, i, r, e);
    }
  }
  return status;
}
