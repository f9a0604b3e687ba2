/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Reading a region: sizes, statistics, iteration.  Reset. */
#include "core.h"

void acre_region_reset(acre_region *region)
{
  uint32_t last = LAST_TAG(region->granules);
  for (uint32_t i = 0u; i <= last; i++) {
    region->tag[i] = 0u;
  }
  for (uint32_t i = 0u; i < region->nodes; i++) {
    region->index[i] = 0;
  }
  region->frontier = 0u;
  region->used = 0u;
  region->peak = 0u;
  region->blocks = 0u;
  region->runs = 0u;
}

size_t acre_region_usable_size(const acre_region *region, const void *block)
{
  uint32_t i = region_locate(region, block);
  return (i == NO_GRANULE) ? 0u : ((size_t)tag_size(region->tag, i) << region->shift);
}

void acre_region_stats(const acre_region *region, acre_stats *stats)
{
  uint32_t tail = region->granules - region->frontier;
  uint32_t largest = (uint32_t)region->index[0];
  uint32_t runs = region->runs;
  if (tail > largest) {
    largest = tail;
  }
  if (tail != 0u) {
    runs += 1u;
  }
  stats->total = (size_t)region->granules << region->shift;
  stats->used = (size_t)region->used << region->shift;
  stats->free = (size_t)(region->granules - region->used) << region->shift;
  stats->largest = (size_t)largest << region->shift;
  stats->low_water = (size_t)(region->granules - region->peak) << region->shift;
  stats->blocks = region->blocks;
  stats->free_runs = runs;
}

void acre_region_reset_low_water(acre_region *region)
{
  region->peak = region->used;
}

bool acre_region_next(const acre_region *region, acre_iterator *iterator, acre_block *block)
{
  uint32_t i = iterator->granule;
  bool found = false;
  /* After a change behind the iterator's back it may stand inside a block. */
  while ((i < region->frontier) && ((region->tag[i] == 0u) || ((region->tag[i] / TAG_FOOT) == 1u))) {
    i++;
  }
  if (i < region->granules) {
    uint32_t size = (i < region->frontier) ? tag_size(region->tag, i) : region->granules - i;
    block->address = region_pointer(region_address(region, i));
    block->size = (size_t)size << region->shift;
    block->live = (i < region->frontier) && (region->tag[i] < TAG_FOOT);
    i += size;
    found = true;
  }
  iterator->granule = i;
  return found;
}
