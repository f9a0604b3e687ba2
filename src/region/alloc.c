/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Allocation: the lowest address at which the request fits. */
#include "take.h"

#ifdef __FRAMAC__
#include "fit.acsl"
#endif

/* The free run [g, e) becomes a live block of k granules and, if any is left,
 * a free run. */
/*@ requires mem: RegionMem(region) && RegionRange(region) && RegionOk(region);
    requires run: g < region->frontier && Free(region->tag, g) && To(region->tag, g, e);
    requires size: 1 <= k && g + k <= e;
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1],
            region->used, region->blocks, region->runs, region->peak, acre_steps;
    assigns \result \from region->base, region->shift, g;
    ensures ok: RegionOk(region);
    ensures taken: Taken{Pre,Post}(region, g, k);
    ensures placed: PlacedAt(region, \result, g) && \result != \null;
    ensures steps: acre_steps <= \old(acre_steps) + StepsRaise(region->width, region->first_leaf) +
                   StepsLower(region->width, region->first_leaf) + 8;
 */
static inline ACRE_HOT void *take(acre_region *region, uint32_t g, uint32_t k, uint32_t e)
{
  region_carve(region, g, g, k, e);
  return region_pointer(region_address(region, g));
}

/* The same where the run is large: out of the way of the common case. */
/*@ requires mem: RegionMem(region) && RegionRange(region) && RegionOk(region);
    requires run: g < region->frontier && Free(region->tag, g) && 1 <= k <= Size(region->tag, g);
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1],
            region->used, region->blocks, region->runs, region->peak, acre_steps;
    assigns \result \from region->base, region->shift, g;
    ensures ok: RegionOk(region);
    ensures taken: Taken{Pre,Post}(region, g, k);
    ensures placed: PlacedAt(region, \result, g) && \result != \null;
    ensures steps: acre_steps <= \old(acre_steps) + StepsRaise(region->width, region->first_leaf) +
                   StepsLower(region->width, region->first_leaf) + 8;
 */
static ACRE_COLD void *take_large(acre_region *region, uint32_t g, uint32_t k)
{
  /*@ assert large: region->tag[g] % 64 == 63 ==> 63 <= Size(region->tag, g); */
  /*@ assert inside: g + Size(region->tag, g) <= region->frontier; */
  uint32_t e = g + tag_size(region->tag, g);
  /*@ assert run: To(region->tag, g, e) && g + k <= e; */
  return take(region, g, k, e);
}

/* k granules at the frontier, if there are as many; no run before it has them. */
/*@ requires mem: RegionMem(region) && RegionRange(region) && RegionOk(region);
    requires none: 1 <= k && Nd(region->index, 0) < k;
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], region->frontier,
            region->used, region->blocks, region->runs, region->peak, acre_steps;
    assigns \result \from *region, k;
    ensures ok: RegionOk(region);
    ensures refused: \result == \null <==> NoFit{Pre}(region, k);
    ensures same: \result == \null ==> Unchanged{Pre,Post}(region);
    ensures placed: \result != \null ==> \exists integer g; Allocated{Pre,Post}(region, \result, g, k);
    ensures steps: acre_steps <= \old(acre_steps) + StepsRaise(region->width, region->first_leaf);
 */
static ACRE_COLD void *append(acre_region *region, size_t k)
{
  uint32_t g = region->frontier;
  void *block = NULL;
  if (k <= region->granules - g) {
    /*@ assert none: NoRun(region->tag, region->frontier, region->granules, region->frontier, k); */
    /*@ assert first: FirstFit(region, g, k); */
    region_extend(region, g, (uint32_t)k);
    block = region_pointer(region_address(region, g));
    /*@ assert placed: Allocated{Pre,Here}(region, block, g, k); */
  }
  return block;
}

/* The first free run of at least k granules below the frontier; there is one. */
/*@ requires mem: RegionMem(region) && RegionOk(region);
    requires some: 1 <= k <= Nd(region->index, 0);
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns acre_steps;
    ensures run: \result < region->frontier && Free(region->tag, \result) && k <= Size(region->tag, \result);
    ensures first: FirstFit(region, \result, k);
    ensures steps: acre_steps <= \old(acre_steps) + StepsFind(region->width, region->first_leaf) + 8;
 */
static inline ACRE_HOT uint32_t first_fit(const acre_region *region, uint32_t k)
{
  uint32_t leaf = index_find(region->index, region->width, region->first_leaf, (int32_t)k)
      /*@ ghost (region->nodes) */;
  /*@ assert head: \exists integer g; 8 * (leaf - region->first_leaf) <= g < 8 * (leaf - region->first_leaf) + 8 &&
        g < region->frontier && Free(region->tag, g) && k <= Size(region->tag, g); */
  /*@ assert less: LeavesLess(region->index, region->first_leaf, leaf, k); */
  uint32_t g = region_fit8(region, leaf, k);
  /*@ assert before: NoHead(region->tag, region->frontier, 8 * (leaf - region->first_leaf), g, k); */
  /*@ assert none: NoRun(region->tag, region->frontier, region->granules, g, k); */
  /*@ assert run: Run(region->tag, region->frontier, region->granules, g, k); */
  return g;
}

/* k granules of the first free run that has them; there is one. */
/*@ requires mem: RegionMem(region) && RegionRange(region) && RegionOk(region);
    requires some: 1 <= k <= Nd(region->index, 0);
    requires steps: acre_steps <= ACRE_STEPS(5) - 0x1000;
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1],
            region->used, region->blocks, region->runs, region->peak, acre_steps;
    assigns \result \from *region, k, region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1];
    ensures ok: RegionOk(region);
    ensures placed: \result != \null && \exists integer g; Allocated{Pre,Post}(region, \result, g, k);
    ensures steps: acre_steps <= \old(acre_steps) + StepsAlloc(region->width, region->first_leaf);
 */
static inline ACRE_HOT void *alloc_below(acre_region *region, uint32_t k)
{
  uint32_t g = first_fit(region, k);
  /*@ assert large: region->tag[g] % 64 == 63 ==> 63 <= Size(region->tag, g); */
  /*@ assert inside: g + Size(region->tag, g) <= region->frontier; */
  uint32_t size = (uint32_t)region->tag[g] - TAG_HEAD;
  void *block;
  /*@ assert first: FirstFit{Pre}(region, g, k); */
  if (size < TAG_LARGE) {
    /*@ assert run: To(region->tag, g, g + size); */
    ACRE_KNOWN(k != 0u);
    ACRE_KNOWN(size - k < TAG_LARGE);
    block = take(region, g, k, g + size);
  } else {
    block = take_large(region, g, k);
  }
  /*@ assert placed: Allocated{Pre,Here}(region, block, g, k); */
  return block;
}

/* The same for a large request: out of the way of the common case. */
/*@ requires mem: RegionMem(region) && RegionRange(region) && RegionOk(region);
    requires some: 1 <= k <= Nd(region->index, 0);
    requires steps: acre_steps <= ACRE_STEPS(5) - 0x1000;
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1],
            region->used, region->blocks, region->runs, region->peak, acre_steps;
    assigns \result \from *region, k, region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1];
    ensures ok: RegionOk(region);
    ensures placed: \result != \null && \exists integer g; Allocated{Pre,Post}(region, \result, g, k);
    ensures steps: acre_steps <= \old(acre_steps) + StepsAlloc(region->width, region->first_leaf);
 */
static ACRE_COLD void *alloc_large(acre_region *region, uint32_t k)
{
  return alloc_below(region, k);
}

/* k granules, k being a number too large for the region, too. */
/*@ requires mem: RegionMem(region) && RegionRange(region) && RegionOk(region) && 1 <= k;
    requires steps: acre_steps <= ACRE_STEPS(5) - 0x1000;
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], region->frontier,
            region->used, region->blocks, region->runs, region->peak, acre_steps;
    assigns \result \from *region, k, region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1];
    ensures ok: RegionOk(region);
    ensures shape: ShapeKept{Pre,Post}(region);
    ensures refused: \result == \null <==> NoFit{Pre}(region, k);
    ensures same: \result == \null ==> Unchanged{Pre,Post}(region);
    ensures placed: \result != \null ==> \exists integer g; Allocated{Pre,Post}(region, \result, g, k);
    ensures steps: acre_steps <= \old(acre_steps) + StepsAlloc(region->width, region->first_leaf);
 */
static inline ACRE_HOT void *alloc_granules(acre_region *region, size_t k)
{
  void *block;
  /*@ assert index: IndexOk(region->index, region->width, region->first_leaf, region->nodes); */
  /*@ assert root: 0 <= Nd(region->index, 0) <= 0x1000000; */
  if (ACRE_RARELY(k > (uint32_t)region->index[0])) {
    block = append(region, k);
  } else if (ACRE_RARELY(k >= TAG_LARGE)) {
    block = alloc_large(region, (uint32_t)k);
  } else {
    block = alloc_below(region, (uint32_t)k);
  }
  return block;
}

void *acre_region_alloc(acre_region *region, size_t size)
{
  void *block = NULL;
  if (size != 0u) {
    block = alloc_granules(region, region_granules(region, size));
  }
  return block;
}
