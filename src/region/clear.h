/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Zeros in all metadata: those of an empty region. */
#ifndef ACRE_SRC_CLEAR_H
#define ACRE_SRC_CLEAR_H

#include "tag.h"

#ifdef __FRAMAC__
#include "empty.acsl"
#include "steps.acsl"
#endif

/*@ requires region: \valid(region) && region->granules <= 0xFFFFFF && region->nodes <= 0x280000;
    requires tags: \valid(region->tag + (-1 .. LastTag(region->granules))) && region->tag[-1] == 0;
    requires index: \valid(region->index + (0 .. region->nodes - 1));
    requires apart: \separated(region, region->tag + (-1 .. LastTag(region->granules)),
                               region->index + (0 .. region->nodes - 1));
    requires steps: acre_steps <= ACRE_STEPS(8);
    assigns region->tag[0 .. LastTag(region->granules)], region->index[0 .. region->nodes - 1], region->frontier,
            region->used, region->blocks, region->runs, region->peak, acre_steps;
    ensures tags: ZeroTags(region->tag, -1, LastTag(region->granules));
    ensures index: ZeroNodes(region->index, region->nodes);
    ensures shape: ShapeKept{Pre,Post}(region);
    ensures empty: Empty(region);
    ensures steps: acre_steps == \old(acre_steps) + LastTag(region->granules) + 1 + region->nodes;
 */
static inline void region_clear(acre_region *region)
{
  uint8_t *tag = region->tag;
  int32_t *index = region->index;
  uint32_t last = LAST_TAG(region->granules);
  uint32_t nodes = region->nodes;
  /*@ assert last: last == LastTag(region->granules) && last <= 0x1000000; */
  /*@ loop invariant at: 0 <= i <= last + 1;
      loop invariant zero: \forall integer j; 0 <= j < i ==> tag[j] == 0;
      loop invariant steps: acre_steps == \at(acre_steps, Pre) + i;
      loop assigns i, tag[0 .. last], acre_steps;
      loop variant last + 1 - i;
   */
  for (uint32_t i = 0u; i <= last; i++) {
    /*@ ghost acre_steps += 1; */
    tag[i] = 0u;
  }
  /*@ loop invariant at: 0 <= i <= nodes;
      loop invariant zero: \forall integer c; 0 <= c < i ==> index[c] == 0;
      loop invariant steps: acre_steps == \at(acre_steps, Pre) + last + 1 + i;
      loop assigns i, index[0 .. nodes - 1], acre_steps;
      loop variant nodes - i;
   */
  for (uint32_t i = 0u; i < nodes; i++) {
    /*@ ghost acre_steps += 1; */
    index[i] = 0;
  }
  region->frontier = 0u;
  region->used = 0u;
  region->peak = 0u;
  region->blocks = 0u;
  region->runs = 0u;
}

#endif
