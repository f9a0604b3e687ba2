/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Allocation: the lowest address at which the request fits. */
#include "core.h"

/* The free run at g, of `size` granules, whose leaf is `leaf`, becomes a live
 * block of k granules and, if any is left, a free run. */
static inline ACRE_HOT void take(acre_region *region, uint32_t leaf, uint32_t g, uint32_t k, uint32_t size)
{
  uint8_t *tag = region->tag;
  uint32_t m = g + k;
  uint32_t runs = region->runs - 1u;
  tag[m - 1u] = 0u;
  tag_put_live(tag, g, k);
  if (size > k) {
    uint32_t rest = region_leaf(region, m);
    tag_put_free(tag, m, size - k);
    runs += 1u;
    if (rest != leaf) {
      index_raise(region->index, region->width, rest, (int32_t)(size - k));
    }
  }
  if ((uint32_t)region->index[leaf] == size) {
    index_lower(region->index, region->width, leaf, (int32_t)tag_largest8(tag, g / 8u * 8u));
  }
  region_count_alloc(region, k, runs);
}

static ACRE_COLD void take_large(acre_region *region, uint32_t leaf, uint32_t g, uint32_t k, uint32_t size)
{
  take(region, leaf, g, k, size);
}

/* The k granules at the frontier become a live block. */
static ACRE_COLD void append(acre_region *region, uint32_t k)
{
  uint32_t g = region->frontier;
  region->tag[g + k - 1u] = 0u;
  tag_put_live(region->tag, g, k);
  region->frontier = g + k;
  region_count_alloc(region, k, region->runs);
}

void *acre_region_alloc(acre_region *region, size_t size)
{
  void *block = NULL;
  if (size != 0u) {
    size_t k = region_granules(region, size);
    if (k <= (uint32_t)region->index[0]) {
      uint32_t leaf = index_find(region->index, region->width, region->first_leaf, (int32_t)k);
      uint32_t least = TAG_HEAD + ((k < TAG_LARGE) ? (uint32_t)k : TAG_LARGE);
      uint32_t g = tag_find8(region->tag, 8u * (leaf - region->first_leaf), least);
      uint32_t run = tag_size(region->tag, g);
      if (run < TAG_LARGE) {
        take(region, leaf, g, (uint32_t)k, run);
      } else {
        take_large(region, leaf, g, (uint32_t)k, run);
      }
      block = (void *)region_address(region, g);
    } else if (k <= region->granules - region->frontier) {
      uint32_t g = region->frontier;
      append(region, (uint32_t)k);
      block = (void *)region_address(region, g);
    } else {
      /* no space */
    }
  }
  return block;
}
