/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Initialisation: where metadata and payload lie. */
#include "core.h"
#include "shape.h"

/* log2 of the granule (0 stands for the default), or 0 if it is not allowed. */
/*@ requires steps: acre_steps <= ACRE_STEPS(8);
    assigns \result \from granule;
    assigns acre_steps;
    ensures steps: acre_steps <= \old(acre_steps) + 63;
    ensures default: granule == 0 ==> \result == 4;
    ensures found: \result != 0 ==> 3 <= \result <= 12 && (granule != 0 ==> granule == Pow2(\result));
    ensures none: \result == 0 ==> \forall integer s; 3 <= s <= 12 ==> granule != Pow2(s); */
static uint32_t granule_shift(size_t granule)
{
  uint32_t shift = log2_of((granule == 0u) ? ACRE_GRANULE_DEFAULT : granule);
  return ((shift >= 3u) && (shift <= 12u)) ? shift : 0u;
}

/* What init and init_split refuse alike. */
/*@ requires shift: shift == 0 || 3 <= shift <= 12;
    assigns \result \from address, size, shift;
    ensures bad: \result == ACRE_BAD_GRANULE <==> shift == 0;
    ensures small: \result == ACRE_TOO_SMALL <==> shift != 0 && size < Pow2(shift);
    ensures many: \result == ACRE_TOO_MANY_GRANULES <==> shift != 0 && (0x1000000 << shift) <= size;
    ensures overflow: \result == ACRE_RANGE_OVERFLOW <==>
      shift != 0 && Pow2(shift) <= size < (0x1000000 << shift) && address + size > UINTPTR_MAX + 1;
    ensures accepted: \result == ACRE_OK <==>
      shift != 0 && Pow2(shift) <= size < (0x1000000 << shift) && address + size <= UINTPTR_MAX + 1;
    ensures granules: \result == ACRE_OK ==> 1 <= (size >> shift) <= ACRE_GRANULES_MAX; */
static acre_status range_status(uintptr_t address, size_t size, uint32_t shift)
{
  acre_status status = ACRE_OK;
  if (shift == 0u) {
    status = ACRE_BAD_GRANULE;
  } else if ((size >> shift) == 0u) {
    status = ACRE_TOO_SMALL;
  } else if ((size >> shift) > ACRE_GRANULES_MAX) {
    status = ACRE_TOO_MANY_GRANULES;
  } else if ((size - 1u) > (UINTPTR_MAX - address)) {
    status = ACRE_RANGE_OVERFLOW;
  } else {
    /* accepted */
  }
  return status;
}

/* An empty region of n granules from `base`, with its metadata at `metadata`. */
/* WP counts memory in objects, not in bytes: of the type char or int32_t, each
 * takes one cell.  So a precondition on so many chars would be met by too few
 * bytes.  Raw memory is stated as the two arrays that it is to hold; that these
 * take ShapeMetadata(n) bytes is that function's definition. */
/*@ predicate MetadataValid{L}(void *metadata, integer n) =
      \valid((int32_t *)metadata + (0 .. ShapeNodes((n + 7) / 8) - 1)) &&
      \valid((uint8_t *)((int32_t *)metadata + ShapeNodes((n + 7) / 8)) + (0 .. 8 * ((n + 7) / 8) + 1));
    predicate MetadataApart{L}(void *metadata, integer n, acre_region *region) =
      \separated(region, (int32_t *)metadata + (0 .. ShapeNodes((n + 7) / 8) - 1)) &&
      \separated(region,
                 (uint8_t *)((int32_t *)metadata + ShapeNodes((n + 7) / 8)) + (0 .. 8 * ((n + 7) / 8) + 1));
 */

/*@ requires region: \valid(region);
    requires range: 1 <= n <= ACRE_GRANULES_MAX && 3 <= shift <= 12;
    requires memory: MetadataValid(metadata, n);
    requires separated: MetadataApart(metadata, n, region);
    requires steps: acre_steps <= ACRE_STEPS(4);
    ensures fields: region->base == base && region->granules == n && region->shift == shift;
    ensures shape: region->width == ShapeWidth((n + 7) / 8) && region->first_leaf == ShapeFirstLeaf((n + 7) / 8) &&
      region->nodes == ShapeNodes((n + 7) / 8);
    ensures place: region->index == (int32_t *)metadata &&
      region->tag == (uint8_t *)((int32_t *)metadata + region->nodes) + 1;
    ensures index: \valid(region->index + (0 .. region->nodes - 1));
    ensures tags: \valid(region->tag + (-1 .. 8 * ((n + 7) / 8)));
    ensures apart: \separated(region->tag + (-1 .. 8 * ((n + 7) / 8)), region->index + (0 .. region->nodes - 1));
    ensures away: \separated(region->tag + (-1 .. 8 * ((n + 7) / 8)), region) &&
      \separated(region->index + (0 .. region->nodes - 1), region);
    ensures zeros: (\forall integer i; -1 <= i <= 8 * ((n + 7) / 8) ==> region->tag[i] == 0) &&
      (\forall integer j; 0 <= j < region->nodes ==> region->index[j] == 0);
    ensures empty: region->frontier == 0 && region->used == 0 && region->peak == 0 && region->blocks == 0 &&
      region->runs == 0; */
static void place(acre_region *region, void *metadata, uintptr_t base, uint32_t n, uint32_t shift)
{
  uint32_t leaves = (n + 7u) / 8u;
  region->base = base;
  region->granules = n;
  region->shift = shift;
  region->width = shape_width(leaves);
  region->first_leaf = shape_first_leaf(region->width, shape_depth(leaves));
  region->nodes = shape_nodes(leaves, region->width, region->first_leaf);
  region->index = (int32_t *)metadata;
  region->tag = (uint8_t *)(region->index + region->nodes) + 1;
  region->tag[-1] = 0u;
  acre_region_reset(region);
}

acre_status acre_region_init_split(acre_region *region, void *metadata, size_t metadata_size, uintptr_t address,
                                   size_t size, size_t granule)
{
  uint32_t shift = granule_shift(granule);
  acre_status status = range_status(address, size, shift);
  if ((region == NULL) || (metadata == NULL)) {
    status = ACRE_NULL_ARGUMENT;
  } else if (status == ACRE_OK) {
    uint32_t n = (uint32_t)(size >> shift);
    uintptr_t base = address;
    if (base == 0u) {
      /* A block at address 0 could not be told from "no block". */
      base = (uintptr_t)1u << shift;
      n -= 1u;
    }
    if ((((base >> shift) << shift) != base) || (((uintptr_t)metadata % 4u) != 0u)) {
      status = ACRE_MISALIGNED;
    } else if ((n == 0u) || (metadata_size < shape_metadata(n))) {
      status = ACRE_TOO_SMALL;
    } else {
      place(region, metadata, base, n, shift);
    }
  } else {
    /* refused */
  }
  return status;
}

/* Whether n granules that end at granule number `end` of the address space
 * leave room for their metadata from `start` on. */
/*@ predicate Room(integer start, integer end, integer shift, integer n) =
      start + ShapeMetadata(n) <= ((end - n) << shift);
 */

/*@ requires range: 3 <= shift <= 12 && 1 <= n <= ACRE_GRANULES_MAX;
    requires end: n <= end && (end << shift) <= UINTPTR_MAX + 1;
    requires steps: acre_steps <= ACRE_STEPS(8);
    assigns \result \from start, end, shift, n;
    assigns acre_steps;
    ensures steps: acre_steps <= \old(acre_steps) + 18;
    ensures fits: \result <==> Room(start, end, shift, n); */
static bool fits(uintptr_t start, uintptr_t end, uint32_t shift, uint32_t n)
{
  uintptr_t base = (end - n) << shift;
  return (base >= start) && ((base - start) >= shape_metadata(n));
}

/* The most granules that fit so; 0 if none do.  `limit` do not. */
/*@ requires range: 3 <= shift <= 12 && 1 <= limit <= ACRE_GRANULES_MAX + 1;
    requires end: limit - 1 <= end && (end << shift) <= UINTPTR_MAX + 1;
    requires steps: acre_steps <= ACRE_STEPS(4);
    assigns \result \from start, end, shift, limit;
    assigns acre_steps;
    ensures range: \result < limit;
    ensures fits: \result > 0 ==> Room(start, end, shift, \result);
    ensures most: \forall integer n; \result < n < limit ==> !Room(start, end, shift, n); */
static uint32_t most_granules(uintptr_t start, uintptr_t end, uint32_t shift, uint32_t limit)
{
  uint32_t least = 0u;
  uint32_t most = limit;
  /*@ loop invariant range: 0 <= least < most <= limit;
      loop invariant fits: least > 0 ==> Room(start, end, shift, least);
      loop invariant most: most < limit ==> !Room(start, end, shift, most);
      loop invariant steps: acre_steps <= \at(acre_steps, Pre) + 19 * (limit - (most - least));
      loop assigns least, most, acre_steps;
      loop variant most - least; */
  while ((most - least) > 1u) {
    /*@ ghost acre_steps += 1; */
    uint32_t middle = least + (most - least) / 2u;
    if (fits(start, end, shift, middle)) {
      least = middle;
    } else {
      most = middle;
    }
  }
  return least;
}

acre_status acre_region_init(acre_region *region, void *memory, size_t size, size_t granule)
{
  uint32_t shift = granule_shift(granule);
  uintptr_t address = (uintptr_t)memory;
  acre_status status = range_status(address, size, shift);
  if ((region == NULL) || (memory == NULL)) {
    status = ACRE_NULL_ARGUMENT;
  } else if (status == ACRE_OK) {
    if ((address % 4u) != 0u) {
      status = ACRE_MISALIGNED;
    } else {
      /* The granule number of the end, without passing the top of the address
       * space; size is at least one granule. */
      uintptr_t end = ((address + (size - ((size_t)1u << shift))) >> shift) + 1u;
      uint32_t n = most_granules(address, end, shift, (uint32_t)(size >> shift) + 1u);
      if (n == 0u) {
        status = ACRE_TOO_SMALL;
      } else {
        place(region, memory, (end - n) << shift, n, shift);
      }
    }
  } else {
    /* refused */
  }
  return status;
}
