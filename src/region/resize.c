/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Resize in place, or not at all. */
#include "core.h"

/* The live block [i, r) and the free run [r, e), which may be empty, become a
 * live block [i, m) and a free run [m, e), which may be empty. */
static void reshape(acre_region *region, uint32_t i, uint32_t r, uint32_t m, uint32_t e)
{
  uint8_t *tag = region->tag;
  uint32_t runs = region->runs;
  region->used = region->used - (r - i) + (m - i);
  if (region->used > region->peak) {
    region->peak = region->used;
  }
  if (r < e) {
    tag[r] = 0u;
    runs -= 1u;
  }
  tag[m - 1u] = 0u;
  tag_put_live(tag, i, m - i);
  if (m < e) {
    tag_put_free(tag, m, e - m);
    runs += 1u;
    region_refresh(region, m);
  }
  if (r < e) {
    region_refresh(region, r);
  }
  region->runs = runs;
}

/* The live block [i, frontier) becomes [i, m). */
static void reshape_last(acre_region *region, uint32_t i, uint32_t m)
{
  region->used = region->used - (region->frontier - i) + (m - i);
  if (region->used > region->peak) {
    region->peak = region->used;
  }
  region->tag[m - 1u] = 0u;
  tag_put_live(region->tag, i, m - i);
  region->frontier = m;
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
