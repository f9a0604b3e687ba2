/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Initialisation: where metadata and payload lie. */
#include "core.h"
#include "shape.h"

/* log2 of the granule (0 stands for the default), or 0 if it is not allowed. */
static uint32_t granule_shift(size_t granule)
{
  uint32_t shift = log2_of((granule == 0u) ? ACRE_GRANULE_DEFAULT : granule);
  return ((shift >= 3u) && (shift <= 12u)) ? shift : 0u;
}

/* What init and init_split refuse alike. */
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
static bool fits(uintptr_t start, uintptr_t end, uint32_t shift, uint32_t n)
{
  uintptr_t base = (end - n) << shift;
  return (base >= start) && ((base - start) >= shape_metadata(n));
}

/* The most granules that fit so; 0 if none do.  `limit` do not. */
static uint32_t most_granules(uintptr_t start, uintptr_t end, uint32_t shift, uint32_t limit)
{
  uint32_t least = 0u;
  uint32_t most = limit;
  while ((most - least) > 1u) {
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
