/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Allocation: the lowest address at which the request fits. */
#include "core.h"

/* The free run [g, e) becomes a live block of k granules and, if any is left,
 * a free run. */
static inline ACRE_HOT void *take(acre_region *region, uint32_t g, uint32_t k, uint32_t e)
{
  uint32_t c = g + k;
  uint32_t runs = region->runs;
  chunk_carve(region->tag, g, g, c, e) /*@ ghost (region->frontier, LastTag(region->granules)) */;
  if (c < e) {
    if (region_leaf(region, c) != region_leaf(region, g)) {
      region_raise(region, c, e - c);
    }
  } else {
    runs -= 1u;
  }
  region_lower(region, g, e - g);
  region_count(region, k, runs);
  return region_pointer(region_address(region, g));
}

static ACRE_COLD void *take_large(acre_region *region, uint32_t g, uint32_t k, uint32_t e)
{
  return take(region, g, k, e);
}

/* The k granules at the frontier become a live block, if there are as many. */
static ACRE_COLD void *append(acre_region *region, size_t k)
{
  uint32_t g = region->frontier;
  void *block = NULL;
  if (k <= region->granules - g) {
    uint32_t c = g + (uint32_t)k;
    chunk_append(region->tag, g, g, c) /*@ ghost (LastTag(region->granules)) */;
    region->frontier = c;
    region_count(region, (uint32_t)k, region->runs);
    block = region_pointer(region_address(region, g));
  }
  return block;
}

/* The first free run of at least k granules below the frontier; there is one. */
static inline ACRE_HOT uint32_t first_fit(const acre_region *region, uint32_t k)
{
  uint32_t leaf = index_find(region->index, region->width, region->first_leaf, (int32_t)k)
      /*@ ghost (region->nodes) */;
  uint32_t least = TAG_HEAD + ((k < TAG_LARGE) ? k : TAG_LARGE);
  return tag_find8(region->tag, 8u * (leaf - region->first_leaf), least);
}

/* k granules of the first free run that has them; there is one. */
static inline ACRE_HOT void *alloc_below(acre_region *region, uint32_t k)
{
  uint32_t g = first_fit(region, k);
  uint32_t e = g + tag_size(region->tag, g);
  return (e - g < TAG_LARGE) ? take(region, g, k, e) : take_large(region, g, k, e);
}

static ACRE_COLD void *alloc_large(acre_region *region, uint32_t k)
{
  return alloc_below(region, k);
}

void *acre_region_alloc(acre_region *region, size_t size)
{
  void *block = NULL;
  if (size != 0u) {
    size_t k = region_granules(region, size);
    if (ACRE_RARELY(k > (uint32_t)region->index[0])) {
      block = append(region, k);
    } else if (ACRE_RARELY(k >= TAG_LARGE)) {
      block = alloc_large(region, (uint32_t)k);
    } else {
      block = alloc_below(region, (uint32_t)k);
    }
  }
  return block;
}
