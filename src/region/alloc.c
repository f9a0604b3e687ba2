/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Allocation: the lowest address at which the request fits. */
#include "core.h"

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
    ensures live: LiveKept{Pre,Post}(region->tag, region->frontier, region->frontier, g);
    ensures block: LiveAt(region, g) && SizeAt(region, g) == k && !\old(LiveAt(region, g));
    ensures used: region->used == \old(region->used) + k;
    ensures address: (uintptr_t)\result == Address(region->base, region->shift, g);
    ensures steps: acre_steps <= \old(acre_steps) + StepsRaise(region->width, region->first_leaf) +
                   StepsLower(region->width, region->first_leaf);
 */
static inline ACRE_HOT void *take(acre_region *region, uint32_t g, uint32_t k, uint32_t e)
{
  uint32_t c = g + k;
  uint32_t runs = region->runs;
  /*@ assert inside: e < region->frontier; */
  /*@ assert leaf_g: region->first_leaf <= LeafOf(region->first_leaf, g) <
        IndexEnd(region->width, region->first_leaf, region->nodes); */
  /*@ assert leaf_c: c < e ==> region->first_leaf <= LeafOf(region->first_leaf, c) <
        IndexEnd(region->width, region->first_leaf, region->nodes); */
  /*@ assert old: LeafOk(region->tag, region->index, region->frontier, region->first_leaf,
                         LeafOf(region->first_leaf, g)); */
  /*@ assert old: Largest8(region->tag, region->frontier, 8 * (g / 8),
                           Nd(region->index, LeafOf(region->first_leaf, g))); */
  /*@ assert old_c: c < e ==> LeafOk(region->tag, region->index, region->frontier, region->first_leaf,
                                     LeafOf(region->first_leaf, c)); */
  /*@ assert old_c: c < e ==> Largest8(region->tag, region->frontier, 8 * (c / 8),
                                       Nd(region->index, LeafOf(region->first_leaf, c))); */
  /*@ assert size: Size(region->tag, g) == e - g; */
  /*@ assert none: g < c ==> c < e ==> !Free(region->tag, c); */
  chunk_carve(region->tag, g, g, c, e) /*@ ghost (region->frontier, region->granules) */;
  /*@ assert heads: HeadsKept{Pre,Here}(region->tag, region->frontier, region->frontier, g, c); */
  /*@ assert leaves: LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes),
        LeafOf(region->first_leaf, g), LeafOf(region->first_leaf, c)); */
  /*@ assert heads_e: c == e ==> HeadsKept{Pre,Here}(region->tag, region->frontier, region->frontier, g, g); */
  /*@ assert leaves_e: c == e ==> LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes),
        LeafOf(region->first_leaf, g), LeafOf(region->first_leaf, g)); */
  /*@ assert gone: !Free(region->tag, g) || Size(region->tag, g) <= e - g; */
  /*@ assert rest: c < region->frontier ==> Free(region->tag, c) ==> Size(region->tag, c) <= e - g; */
  /*@ assert most: Below8(region->tag, region->frontier, 8 * (g / 8),
                          Nd(region->index, LeafOf(region->first_leaf, g))); */
  /*@ assert exact: Nd(region->index, LeafOf(region->first_leaf, g)) != e - g ==>
        Largest8(region->tag, region->frontier, 8 * (g / 8), Nd(region->index, LeafOf(region->first_leaf, g))); */
  if (c < e) {
    if (region_leaf(region, c) != region_leaf(region, g)) {
      /*@ ghost Tags: ; */
      /*@ assert apart: LeafOf(region->first_leaf, c) != LeafOf(region->first_leaf, g); */
      /*@ assert apart: g < 8 * (c / 8); */
      region_raise(region, c, e - c);
      /*@ assert same: HeadsKept{Tags,Here}(region->tag, region->frontier, region->frontier, g, c); */
      /*@ assert right: Largest8(region->tag, region->frontier, 8 * (c / 8),
                                 Nd(region->index, LeafOf(region->first_leaf, c))); */
      /*@ assert right: LeafOk(region->tag, region->index, region->frontier, region->first_leaf,
                               LeafOf(region->first_leaf, c)); */
      /*@ assert left: Nd(region->index, LeafOf(region->first_leaf, g)) ==
                       Nd{Tags}(region->index, LeafOf(region->first_leaf, g)); */
      /*@ assert leaves: LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
            IndexEnd(region->width, region->first_leaf, region->nodes),
            LeafOf(region->first_leaf, g), LeafOf(region->first_leaf, c)); */
      /*@ assert leaves: LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes),
        LeafOf(region->first_leaf, g), LeafOf(region->first_leaf, g)); */
    }
  } else {
    runs -= 1u;
  }
  /*@ assert runs: runs == Runs(region->tag, region->frontier); */
  /*@ assert leaves: LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes),
        LeafOf(region->first_leaf, g), LeafOf(region->first_leaf, g)); */
  /*@ ghost Lower: ; */
  region_lower(region, g, e - g);
  /*@ assert same: HeadsKept{Lower,Here}(region->tag, region->frontier, region->frontier, g, g); */
  /*@ assert leaves: LeavesBut(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes),
        LeafOf(region->first_leaf, g), LeafOf(region->first_leaf, g)); */
  /*@ assert leaf: LeafOk(region->tag, region->index, region->frontier, region->first_leaf,
                          LeafOf(region->first_leaf, g)); */
  /*@ assert leaves: LeavesOk(region->tag, region->index, region->frontier, region->first_leaf,
        IndexEnd(region->width, region->first_leaf, region->nodes)); */
  region_count(region, k, runs);
  /*@ assert tags: TagsOk(region->tag, region->frontier, LastTag(region->granules)); */
  /*@ assert counters: CountersOk(region); */
  return region_pointer(region_address(region, g));
}

/*@ requires mem: RegionMem(region) && RegionRange(region) && RegionOk(region);
    requires run: g < region->frontier && Free(region->tag, g) && To(region->tag, g, e);
    requires size: 1 <= k && g + k <= e;
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1],
            region->used, region->blocks, region->runs, region->peak, acre_steps;
    assigns \result \from region->base, region->shift, g;
    ensures ok: RegionOk(region);
    ensures live: LiveKept{Pre,Post}(region->tag, region->frontier, region->frontier, g);
    ensures block: LiveAt(region, g) && SizeAt(region, g) == k && !\old(LiveAt(region, g));
    ensures used: region->used == \old(region->used) + k;
    ensures address: (uintptr_t)\result == Address(region->base, region->shift, g);
    ensures steps: acre_steps <= \old(acre_steps) + StepsRaise(region->width, region->first_leaf) +
                   StepsLower(region->width, region->first_leaf);
 */
static ACRE_COLD void *take_large(acre_region *region, uint32_t g, uint32_t k, uint32_t e)
{
  return take(region, g, k, e);
}

/* The k granules at the frontier become a live block, if there are as many. */
/*@ requires mem: RegionMem(region) && RegionRange(region) && RegionOk(region) && 1 <= k;
    assigns region->tag[0 .. region->granules - 1], region->frontier,
            region->used, region->blocks, region->runs, region->peak;
    assigns \result \from *region, k;
    ensures ok: RegionOk(region);
    ensures refused: \result == \null <==> k > region->granules - \old(region->frontier);
    ensures same: \result == \null ==> region->frontier == \old(region->frontier) &&
                  region->used == \old(region->used) && region->blocks == \old(region->blocks) &&
                  region->runs == \old(region->runs) && region->peak == \old(region->peak) &&
                  SameTags{Pre,Post}(region->tag, 0, region->granules);
    ensures frontier: \result != \null ==> region->frontier == \old(region->frontier) + k;
    ensures live: \result != \null ==>
                  LiveKept{Pre,Post}(region->tag, \old(region->frontier), region->frontier, \old(region->frontier));
    ensures block: \result != \null ==> LiveAt(region, \old(region->frontier)) &&
                   SizeAt(region, \old(region->frontier)) == k;
    ensures address: \result != \null ==>
                     (uintptr_t)\result == Address(region->base, region->shift, \old(region->frontier));
 */
static ACRE_COLD void *append(acre_region *region, size_t k)
{
  uint32_t g = region->frontier;
  void *block = NULL;
  if (k <= region->granules - g) {
    uint32_t c = g + (uint32_t)k;
    /*@ assert c: g < c <= region->granules; */
    chunk_append(region->tag, g, g, c) /*@ ghost (region->granules) */;
    /*@ assert heads: HeadsKept{Pre,Here}(region->tag, g, c, g, g); */
    /*@ assert heads: HeadsSame{Pre,Here}(region->tag, g, c); */
    region->frontier = c;
    /*@ assert leaves: LeavesOk(region->tag, region->index, region->frontier, region->first_leaf,
          IndexEnd(region->width, region->first_leaf, region->nodes)); */
    /*@ assert used: Used(region->tag, c) == region->used + k; */
    /*@ assert blocks: Blocks(region->tag, c) == region->blocks + 1; */
    /*@ assert runs: Runs(region->tag, c) == region->runs; */
    /*@ assert few: region->used + k <= region->granules; */
    region_count(region, (uint32_t)k, region->runs);
    /*@ assert tags: TagsOk(region->tag, region->frontier, LastTag(region->granules)); */
    /*@ assert used: region->used == Used(region->tag, region->frontier); */
    /*@ assert blocks: region->blocks == Blocks(region->tag, region->frontier); */
    /*@ assert runs: region->runs == Runs(region->tag, region->frontier); */
    /*@ assert peak: region->used <= region->peak <= region->granules; */
    /*@ assert counters: CountersOk(region); */
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
