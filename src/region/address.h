/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Addresses and granules: everything that shifts.  Granules are counted by
 * shifts, never by products or quotients, which small cores lack. */
#ifndef ACRE_SRC_ADDRESS_H
#define ACRE_SRC_ADDRESS_H

#include "tag.h"

#ifdef __FRAMAC__
#include "shift.acsl"
#include "steps.acsl"
#endif

#define NO_GRANULE 0xFFFFFFFFu
#define NO_ORDER 0xFFFFFFFFu

/* The address of granule g. */
/*@ requires \valid_read(region) && RegionRange(region) && g < region->granules;
    assigns \result \from *region, g;
    ensures address: \result == Address(region->base, region->shift, g);
    ensures inside: region->base <= \result && \result + Pow2(region->shift) <= UINTPTR_MAX + 1; */
static inline uintptr_t region_address(const acre_region *region, uint32_t g)
{
  /*@ assert last: (g << region->shift) + Pow2(region->shift) <= (region->granules << region->shift); */
  return region->base + ((uintptr_t)g << region->shift);
}

/* The granules that `size` bytes take; size is positive. */
/*@ requires \valid_read(region) && 3 <= region->shift <= 12 && size >= 1;
    assigns \result \from region->shift, size;
    ensures enough: (\result << region->shift) >= size;
    ensures least: ((\result - 1) << region->shift) < size;
    ensures positive: \result >= 1;
    ensures exact: \result == Granules(region->shift, size); */
static inline size_t region_granules(const acre_region *region, size_t size)
{
  /*@ assert eighth: 8 * ((size - 1) >> region->shift) <= size - 1; */
  return ((size - 1u) >> region->shift) + 1u;
}

/* The granule of the live block that starts at `block`, or NO_GRANULE. */
/*@ requires \valid_read(region) && RegionRange(region) && region->frontier <= region->granules;
    requires \valid_read(region->tag + (0 .. region->granules - 1));
    assigns \result \from block, *region, region->tag[0 .. region->granules - 1];
    ensures found: \result != NO_GRANULE ==> \result < region->frontier &&
      (uintptr_t)block == Address(region->base, region->shift, \result) && Live(region->tag, \result);
    ensures refused: \result == NO_GRANULE ==> \forall integer i; 0 <= i < region->frontier &&
      (uintptr_t)block == Address(region->base, region->shift, i) ==> !Live(region->tag, i); */
static inline uint32_t region_locate(const acre_region *region, const void *block)
{
  uintptr_t address = (uintptr_t)block;
  /* Below the base this wraps around; the test of the address below refuses it. */
  uintptr_t offset = address - region->base;
  uintptr_t g = offset >> region->shift;
  uint32_t found = NO_GRANULE;
  /*@ assert above: region->base <= address ==> offset == address - region->base; */
  /*@ assert whole: (g << region->shift) <= offset < (g << region->shift) + Pow2(region->shift); */
  /*@ assert top: g < region->granules ==>
        (g << region->shift) + Pow2(region->shift) <= (region->granules << region->shift); */
  /*@ assert exact: \forall integer i; 0 <= i < region->frontier && offset == (i << region->shift) ==> g == i; */
  if ((g < region->frontier) && (region->base + (g << region->shift) == address)) {
    uint32_t t = region->tag[g];
    if ((t != 0u) && (t < TAG_LARGE)) {
      found = (uint32_t)g;
    } else if (t == TAG_LARGE) {
      /* Apart, so that the compiler does not ask again whether the block is large. */
      found = (uint32_t)g;
    } else {
      /* no block starts here */
    }
  }
  return found;
}

/* Why `block` is not the start of a live block. */
/*@ requires \valid_read(region) && RegionRange(region);
    assigns \result \from block, *region;
    ensures reason: \result == ACRE_NOT_A_BLOCK || \result == ACRE_OUTSIDE;
    ensures outside: \result == ACRE_NOT_A_BLOCK <==>
      region->base <= (uintptr_t)block < Address(region->base, region->shift, region->granules); */
static inline acre_status region_refuse(const acre_region *region, const void *block)
{
  uintptr_t address = (uintptr_t)block;
  acre_status status = ACRE_OUTSIDE;
  if (address >= region->base) {
    uintptr_t g = (address - region->base) >> region->shift;
    /*@ assert whole: (g << region->shift) <= address - region->base < (g << region->shift) + Pow2(region->shift); */
    /*@ assert top: g < region->granules ==>
          (g << region->shift) + Pow2(region->shift) <= (region->granules << region->shift); */
    /*@ assert bottom: g >= region->granules ==> (region->granules << region->shift) <= (g << region->shift); */
    if (g < region->granules) {
      status = ACRE_NOT_A_BLOCK;
    }
  }
  return status;
}

/* The pointer to an address. */
/*@ assigns \result \from address;
    ensures address: (uintptr_t)\result == address;
    ensures null: \result == \null <==> address == 0; */
static inline void *region_pointer(uintptr_t address)
{
  return (void *)address;
}

/* The exponent of a power of two, or NO_ORDER if `value` is none. */
/*@ requires steps: acre_steps <= ACRE_STEPS(12);
    assigns \result \from value;
    assigns acre_steps;
    ensures steps: acre_steps <= \old(acre_steps) + 63;
    ensures found: \result != NO_ORDER ==> \result < 8 * sizeof(size_t) && value == Pow2(\result);
    ensures none: \result == NO_ORDER ==> \forall integer o; 0 <= o ==> value != Pow2(o); */
static inline uint32_t log2_of(size_t value)
{
  uint32_t order = 0u;
  /*@ loop invariant range: order <= 8 * sizeof(size_t) - 1;
      loop invariant below: order > 0 ==> Pow2(order - 1) < value;
      loop invariant steps: acre_steps == \at(acre_steps, Pre) + order;
      loop assigns order, acre_steps;
      loop variant 8 * sizeof(size_t) - order; */
  while ((order < sizeof(size_t) * 8u - 1u) && (((size_t)1u << order) < value)) {
    /*@ ghost acre_steps += 1; */
    order++;
  }
  return (((size_t)1u << order) == value) ? order : NO_ORDER;
}

/* The lowest granule from x on whose address is a multiple of 2^(shift+order). */
/*@ requires \valid_read(region) && RegionRange(region) && x <= region->granules;
    requires order <= 8 * sizeof(uintptr_t) - 1 - region->shift;
    assigns \result \from *region, x, order;
    ensures from: x <= \result;
    ensures aligned: Aligned(region->base, region->shift, order, \result);
    ensures least: \forall integer p; x <= p < \result ==> !Aligned(region->base, region->shift, order, p); */
static inline uintptr_t align_up(const acre_region *region, uint32_t x, uint32_t order)
{
  uintptr_t first = region->base >> region->shift;
  uintptr_t step = (uintptr_t)1u << order;
  uintptr_t last = first + x + (step - 1u);
  uintptr_t up = (last >> order) << order;
  /*@ assert first: 8 * first <= region->base; */
  /*@ assert step: step == Pow2(order) && 1 <= step <= Pow2(8 * sizeof(uintptr_t) - 4); */
  /*@ assert last: last == first + x + (step - 1); */
  /*@ assert whole: ((last >> order) << order) <= last < ((last >> order) << order) + step; */
  /*@ assert up: up == ((last >> order) << order) && first + x <= up; */
  /*@ assert same: (up >> order) == (last >> order); */
  /*@ assert apart: \forall integer n; n < (last >> order) ==> (n << order) < first + x; */
  /*@ assert none: \forall integer y; first + x <= y < up ==> ((y >> order) << order) != y; */
  return up - first;
}

#endif
