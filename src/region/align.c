/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Aligned allocation: the lowest aligned address at which the request fits. */
#include "core.h"

#define NOWHERE UINTPTR_MAX

/* Where k aligned granules fit into the free run [i, e), or NOWHERE. */
/*@ requires region: \valid_read(region) && RegionRange(region);
    requires run: i <= e <= region->granules && 1 <= k;
    requires order: order <= 8 * sizeof(uintptr_t) - 1 - region->shift;
    assigns \result \from *region, i, e, k, order;
    ensures nowhere: \result == NOWHERE ==> \forall integer q;
      i <= q && q + k <= e ==> !Aligned(region->base, region->shift, order, q);
    ensures found: \result != NOWHERE ==>
      i <= \result && \result + k <= e && Aligned(region->base, region->shift, order, \result);
    ensures least: \result != NOWHERE ==> \forall integer q;
      i <= q < \result ==> !Aligned(region->base, region->shift, order, q); */
static uintptr_t fit(const acre_region *region, uint32_t i, uint32_t e, uint32_t k, uint32_t order)
{
  uintptr_t q = align_up(region, i, order);
  return ((q <= e) && (k <= e - q)) ? q : NOWHERE;
}

/* The free run [i, e) becomes a free run [i, q), a live block of k granules
 * at q, and a free run up to e; either free run may be empty. */
static void carve(acre_region *region, uint32_t i, uint32_t q, uint32_t k, uint32_t e)
{
  uint32_t c = q + k;
  uint32_t runs = region->runs - 1u;
  chunk_carve(region->tag, i, q, c, e) /*@ ghost (region->frontier, region->granules) */;
  if (i < q) {
    runs += 1u;
  }
  if (c < e) {
    runs += 1u;
    region_raise(region, c, e - c);
  }
  region_lower(region, i, e - i);
  region_count(region, k, runs);
}

/* As carve, in the free run that begins at the frontier. */
static void carve_frontier(acre_region *region, uint32_t q, uint32_t k)
{
  uint32_t i = region->frontier;
  uint32_t runs = region->runs;
  chunk_append(region->tag, i, q, q + k) /*@ ghost (region->granules) */;
  region->frontier = q + k;
  if (i < q) {
    runs += 1u;
    region_raise(region, i, q - i);
  }
  region_count(region, k, runs);
}

/* The lowest place for k aligned granules, taken; or NOWHERE. */
static uintptr_t take_aligned(acre_region *region, uint32_t k, uint32_t order)
{
  uintptr_t q;
  if (k <= (uint32_t)region->index[0]) {
    uint32_t leaf = index_find(region->index, region->width, region->first_leaf, (int32_t)k)
        /*@ ghost (region->nodes) */;
    for (uint32_t i = 8u * (leaf - region->first_leaf); i < region->frontier; i++) {
      if (i % 8u == 0u && (uint32_t)region->index[region_leaf(region, i)] < k) {
        i += 7u;
      } else if (region->tag[i] >= TAG_HEAD) {
        uint32_t e = i + tag_size(region->tag, i);
        q = fit(region, i, e, k, order);
        if (q != NOWHERE) {
          carve(region, i, (uint32_t)q, k, e);
          return q;
        }
      } else {
        /* nothing free starts here */
      }
    }
  }
  q = fit(region, region->frontier, region->granules, k, order);
  if (q != NOWHERE) {
    carve_frontier(region, (uint32_t)q, k);
  }
  return q;
}

void *acre_region_alloc_aligned(acre_region *region, size_t alignment, size_t size)
{
  void *block = NULL;
  uint32_t order = log2_of(alignment);
  if ((size != 0u) && (order != NO_ORDER)) {
    if (order <= region->shift) {
      block = acre_region_alloc(region, size);
    } else {
      size_t k = region_granules(region, size);
      if (k <= region->granules) {
        uintptr_t q = take_aligned(region, (uint32_t)k, order - region->shift);
        if (q != NOWHERE) {
          block = region_pointer(region_address(region, (uint32_t)q));
        }
      }
    }
  }
  return block;
}
