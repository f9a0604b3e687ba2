/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Initialisation: where metadata and payload lie. */
#include "address.h"
#include "clear.h"
#include "shape.h"

/* log2 of the granule (0 stands for the default), or 0 if it is not allowed. */
/*@ requires steps: acre_steps <= ACRE_STEPS(8);
    assigns \result \from granule;
    assigns acre_steps;
    ensures steps: acre_steps <= \old(acre_steps) + 63;
    ensures shift: \result == ShiftOf(granule);
    ensures range: \result == 0 || 3 <= \result <= 12; */
static uint32_t granule_shift(size_t granule)
{
  uint32_t shift = log2_of((granule == 0u) ? ACRE_GRANULE_DEFAULT : granule);
  /*@ assert some: ShiftOf(granule) != 0 ==> shift == ShiftOf(granule); */
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
    ensures accepted: \result == ACRE_OK <==> RangeFits(address, size, shift);
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
/*@ requires region: \valid(region);
    requires range: 1 <= n <= ACRE_GRANULES_MAX && 3 <= shift <= 12;
    requires payload: 0 < base && AddressRange(base, shift, n) && ((base >> shift) << shift) == base;
    requires memory: MetadataValid(metadata, n);
    requires separated: MetadataApart(metadata, n, region);
    requires steps: acre_steps <= ACRE_STEPS(7);
    assigns *region, ((int32_t *)metadata)[0 .. ShapeNodes((n + 7) / 8) - 1],
            ((uint8_t *)((int32_t *)metadata + ShapeNodes((n + 7) / 8)))[0 .. 8 * ((n + 7) / 8) + 1], acre_steps;
    ensures fields: region->base == base && region->granules == n && region->shift == shift;
    ensures place: MetadataAt(region, metadata, n);
    ensures region: Region(region) && Empty(region); */
static void place(acre_region *region, void *metadata, uintptr_t base, uint32_t n, uint32_t shift)
{
  uint32_t leaves = (n + 7u) / 8u;
  /*@ assert leaves: leaves == (n + 7) / 8 && 1 <= leaves <= 0x200000 && LastTag(n) == 8 * leaves; */
  region->base = base;
  region->granules = n;
  region->shift = shift;
  region->width = shape_width(leaves);
  region->first_leaf = shape_first_leaf(region->width, shape_depth(leaves));
  region->nodes = shape_nodes(leaves, region->width, region->first_leaf);
  region->index = (int32_t *)metadata;
  region->tag = (uint8_t *)(region->index + region->nodes) + 1;
  region->tag[-1] = 0u;
  region_clear(region);
  /*@ assert ok: RegionOk(region); */
  /*@ assert mem: RegionMem(region); */
  /*@ assert apart: RegionApart(region); */
}

/* Where the payload of init_split begins, and its granules.  A block at address
 * 0 could not be told from "no block": granule 0 is left out. */
/*@ requires shift: 3 <= shift <= 12;
    assigns \result \from address, shift;
    ensures base: \result == SplitBase(address, shift) && 0 < \result; */
static uintptr_t split_base(uintptr_t address, uint32_t shift)
{
  return (address == 0u) ? ((uintptr_t)1u << shift) : address;
}

/*@ requires shift: 3 <= shift <= 12;
    requires size: 1 <= (size >> shift) <= ACRE_GRANULES_MAX;
    assigns \result \from address, size, shift;
    ensures granules: \result == SplitGranules(address, size, shift) && \result <= ACRE_GRANULES_MAX; */
static uint32_t split_granules(uintptr_t address, size_t size, uint32_t shift)
{
  uint32_t n = (uint32_t)(size >> shift);
  return (address == 0u) ? (n - 1u) : n;
}

/* What init_split refuses of its numbers. */
/*@ requires shift: shift == 0 || 3 <= shift <= 12;
    requires steps: acre_steps <= ACRE_STEPS(8);
    assigns \result \from metadata, metadata_size, address, size, shift;
    assigns acre_steps;
    ensures steps: acre_steps <= \old(acre_steps) + 18;
    ensures bad: \result == ACRE_BAD_GRANULE <==> shift == 0;
    ensures many: \result == ACRE_TOO_MANY_GRANULES <==> shift != 0 && (0x1000000 << shift) <= size;
    ensures overflow: \result == ACRE_RANGE_OVERFLOW <==>
      shift != 0 && Pow2(shift) <= size < (0x1000000 << shift) && address + size > UINTPTR_MAX + 1;
    ensures misaligned: \result == ACRE_MISALIGNED <==>
      RangeFits(address, size, shift) && !SplitAligned(address, metadata, shift);
    ensures small: \result == ACRE_TOO_SMALL <==> shift != 0 && (size < Pow2(shift) ||
      (RangeFits(address, size, shift) && SplitAligned(address, metadata, shift) &&
       !SplitRoom(address, size, metadata_size, shift)));
    ensures null: \result != ACRE_NULL_ARGUMENT;
    ensures ok: \result == ACRE_OK <==> RangeFits(address, size, shift) && SplitAligned(address, metadata, shift) &&
      SplitRoom(address, size, metadata_size, shift); */
static acre_status split_status(uintptr_t metadata, size_t metadata_size, uintptr_t address, size_t size,
                                uint32_t shift)
{
  acre_status status = range_status(address, size, shift);
  if (status == ACRE_OK) {
    uintptr_t base = split_base(address, shift);
    uint32_t n = split_granules(address, size, shift);
    /*@ assert whole: 0 <= ((base >> shift) << shift) <= base; */
    /*@ assert aligned: SplitAligned(address, metadata, shift) <==>
          ((base >> shift) << shift) == base && metadata % 4 == 0; */
    if ((((base >> shift) << shift) != base) || ((metadata % 4u) != 0u)) {
      status = ACRE_MISALIGNED;
      /*@ assert misaligned: !SplitAligned(address, metadata, shift); */
    } else if ((n == 0u) || (metadata_size < shape_metadata(n))) {
      status = ACRE_TOO_SMALL;
      /*@ assert small: !SplitRoom(address, size, metadata_size, shift); */
    } else {
      /*@ assert room: SplitRoom(address, size, metadata_size, shift); */
      /* accepted */
    }
  }
  return status;
}

acre_status acre_region_init_split(acre_region *region, void *metadata, size_t metadata_size, uintptr_t address,
                                   size_t size, size_t granule)
{
  uint32_t shift = granule_shift(granule);
  acre_status status = ACRE_NULL_ARGUMENT;
  if ((region != NULL) && (metadata != NULL)) {
    status = split_status((uintptr_t)metadata, metadata_size, address, size, shift);
    if (status == ACRE_OK) {
      uintptr_t base = split_base(address, shift);
      uint32_t n = split_granules(address, size, shift);
      /*@ assert bytes: ((size >> shift) << shift) <= size; */
      /*@ assert sum: address == 0 ==> ((size >> shift) << shift) == base + (n << shift); */
      /*@ assert range: AddressRange(base, shift, n); */
      place(region, metadata, base, n, shift);
    }
  }
  return status;
}

/* Whether n granules that end at granule number `end` of the address space
 * leave room for their metadata from `start` on. */
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
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns \result \from start, end, shift, limit;
    assigns acre_steps;
    ensures range: \result < limit;
    ensures fits: \result > 0 ==> Room(start, end, shift, \result);
    ensures most: \forall integer n; \result < n < limit ==> !Room(start, end, shift, n);
    ensures steps: acre_steps <= \old(acre_steps) + 19 * limit; */
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
      /*@ assert end: end == EndOf(address, size, shift); */
      /*@ assert last: ((end - 1) << shift) <= address + size - Pow2(shift); */
      /*@ assert top: (end << shift) <= UINTPTR_MAX + 1; */
      /*@ assert many: (size >> shift) <= end; */
      uint32_t n = most_granules(address, end, shift, (uint32_t)(size >> shift) + 1u);
      if (n == 0u) {
        status = ACRE_TOO_SMALL;
      } else {
        /*@ assert sum: ((end - n) << shift) + (n << shift) == (end << shift); */
        /*@ assert below: 0 <= ((end - n) << shift) <= UINTPTR_MAX; */
        /*@ assert room: Room(address, end, shift, n) && 0 < ((end - n) << shift); */
        /*@ assert range: AddressRange((end - n) << shift, shift, n); */
        /*@ assert whole: ((((end - n) << shift) >> shift) << shift) == ((end - n) << shift); */
        /*@ assert few: ShapeMetadata(n) <= size; */
        place(region, memory, (end - n) << shift, n, shift);
      }
    }
  } else {
    /* refused */
  }
  return status;
}
