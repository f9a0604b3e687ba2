/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Reading a region: sizes, statistics, iteration.  Reset. */
#include "address.h"
#include "clear.h"

#ifdef __FRAMAC__
#include "few.acsl"
#include "fit.acsl"
#endif

void acre_region_reset(acre_region *region)
{
  /*@ assert sentinel: region->tag[-1] == 0; */
  region_clear(region);
  /*@ assert ok: RegionOk(region); */
}

size_t acre_region_usable_size(const acre_region *region, const void *block)
{
  uint32_t i = region_locate(region, block);
  size_t size = 0u;
  if (i != NO_GRANULE) {
    /*@ assert start: Start(region->tag, i) && 1 <= Size(region->tag, i) && i + Size(region->tag, i) <= region->frontier; */
    uint32_t k = tag_size(region->tag, i);
    /*@ assert whole: k <= (k << region->shift) <= (region->granules << region->shift); */
    /*@ assert room: (region->granules << region->shift) <= UINTPTR_MAX; */
    /*@ assert one: \forall integer g; Address(region->base, region->shift, g) ==
          Address(region->base, region->shift, i) ==> g == i; */
    size = (size_t)k << region->shift;
    /*@ assert size: size == (SizeAt(region, i) << region->shift) && 1 <= size; */
    /*@ assert block: BlockAt(region, (void *)block, i); */
  }
  return size;
}

/* The most granules that fit. */
/*@ requires region: RegionMem(region) && RegionOk(region);
    assigns \nothing;
    ensures range: 0 <= \result <= region->granules;
    ensures largest: \forall integer k; 1 <= k ==>
      (HasRun(region->tag, region->frontier, region->granules, k) <==> k <= \result);
 */
static uint32_t largest_fit(const acre_region *region)
{
  uint32_t tail = region->granules - region->frontier;
  uint32_t largest = (uint32_t)region->index[0];
  /*@ assert root: largest == Nd(region->index, 0); */
  if (tail > largest) {
    largest = tail;
  }
  /*@ assert fit: \forall integer k; 1 <= k ==> (NoFit(region, k) <==> largest < k); */
  return largest;
}

/* The bytes of k granules. */
/*@ requires region: \valid_read(region) && RegionRange(region) && 0 < region->base && k <= region->granules;
    assigns \nothing;
    ensures bytes: \result == (k << region->shift);
    ensures order: \forall integer j; (j << region->shift) <= \result <==> j <= k;
 */
static size_t bytes_of(const acre_region *region, uint32_t k)
{
  /*@ assert most: 0 <= k <= (k << region->shift) <= (region->granules << region->shift); */
  /*@ assert less: \forall integer j; j <= k ==> (j << region->shift) <= (k << region->shift); */
  /*@ assert more: \forall integer j; k < j ==> (k << region->shift) < (j << region->shift); */
  return (size_t)k << region->shift;
}

void acre_region_stats(const acre_region *region, acre_stats *stats)
{
  uint32_t runs = region->runs;
  uint32_t blocks = region->blocks;
  uint32_t idle = region->granules - region->used;
  uint32_t least = region->granules - region->peak;
  uint32_t largest = largest_fit(region);
  /*@ assert idle: idle + region->used == region->granules; */
  /*@ assert least: least == region->granules - region->peak && least <= region->granules; */
  size_t total = bytes_of(region, region->granules);
  size_t used = bytes_of(region, region->used);
  size_t free = bytes_of(region, idle);
  size_t most = bytes_of(region, largest);
  size_t low_water = bytes_of(region, least);
  /*@ assert sum: total == used + free; */
  /*@ assert fit: \forall integer k; 1 <= k ==> (!NoFit(region, k) <==> k <= largest); */
  /*@ assert blocks: blocks == Blocks(region->tag, region->frontier); */
  /*@ assert few: runs <= 0xFFFFFF; */
  if (region->frontier < region->granules) {
    runs += 1u;
  }
  /*@ assert runs: runs == Runs(region->tag, region->frontier) + (region->frontier < region->granules ? 1 : 0); */
  stats->total = total;
  stats->used = used;
  stats->free = free;
  stats->largest = most;
  stats->low_water = low_water;
  stats->blocks = blocks;
  stats->free_runs = runs;
}

void acre_region_reset_low_water(acre_region *region)
{
  region->peak = region->used;
  /*@ assert tags: TagsOk(region->tag, region->frontier, LastTag(region->granules)); */
  /*@ assert index: IndexOk(region->index, region->width, region->first_leaf, region->nodes); */
  /*@ assert leaves: LeavesOk(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes)); */
  /*@ assert counters: CountersOk(region); */
}

/* The granules of the block or free run that starts at g. */
/*@ requires region: RegionMem(region) && TagsRight(region);
    requires start: g <= region->frontier <= region->granules && g < region->granules &&
      (g < region->frontier ==> Start(region->tag, g));
    assigns \nothing;
    ensures size: \result == (g < region->frontier ? SizeAt(region, g) : region->granules - g);
    ensures inside: 1 <= \result <= region->granules - g;
 */
static uint32_t size_at(const acre_region *region, uint32_t g)
{
  uint32_t size = region->granules - g;
  if (g < region->frontier) {
    /*@ assert inside: 1 <= Size(region->tag, g) && g + Size(region->tag, g) <= region->frontier; */
    /*@ assert large: region->tag[g] % 64 == 63 ==> 63 <= Size(region->tag, g); */
    size = tag_size(region->tag, g);
  }
  return size;
}

bool acre_region_next(const acre_region *region, acre_iterator *iterator, acre_block *block)
{
  uint32_t i = iterator->granule;
  bool found = false;
  /* After a change behind the iterator's back it may stand inside a block. */
  /*@ loop invariant at: \at(iterator->granule, Pre) <= i && (i <= region->frontier || i == \at(iterator->granule, Pre));
      loop invariant none: \forall integer j; \at(iterator->granule, Pre) <= j < i ==> j < region->frontier ==>
        !Start(region->tag, j);
      loop invariant steps: acre_steps == \at(acre_steps, Pre) + (i - \at(iterator->granule, Pre));
      loop assigns i, acre_steps;
      loop variant region->frontier - i;
   */
  while ((i < region->frontier) && ((region->tag[i] == 0u) || ((region->tag[i] / TAG_FOOT) == 1u))) {
    /*@ ghost acre_steps += 1; */
    /*@ assert skip: !Start(region->tag, i); */
    i++;
  }
  /*@ ghost uint32_t g = i; */
  /*@ assert next: i <= region->frontier ==> NextAt(region, iterator->granule, g); */
  if ((i <= region->frontier) && (i < region->granules)) {
    uint32_t size = size_at(region, i);
    void *address = region_pointer(region_address(region, i));
    size_t bytes = bytes_of(region, size);
    bool live = (i < region->frontier) && (region->tag[i] < TAG_FOOT);
    i += size;
    /*@ assert live: live != 0 <==> LiveAt(region, g); */
    /*@ assert placed: PlacedAt(region, address, g); */
    /*@ assert size: bytes == ((i - g) << region->shift); */
    /*@ assert given: Next(region, iterator->granule, g, address, bytes, live, i); */
    block->address = address;
    block->size = bytes;
    block->live = live;
    found = true;
  }
  iterator->granule = i;
  return found;
}
