/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "both.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void both_differ(const both *b, const char *what, const char *argument, uintptr_t given, uintptr_t expected,
                           uintptr_t seen)
{
  printf("FAILED %s: %s 0x%lx: expected 0x%lx, seen 0x%lx (seed %lu, operation %lu, base 0x%lx, %lu granules of %lu)\n",
         what, argument, (unsigned long)given, (unsigned long)expected, (unsigned long)seen, (unsigned long)b->seed,
         (unsigned long)b->operation, (unsigned long)b->model.base, (unsigned long)b->model.granules,
         1ul << b->model.shift);
  fflush(stdout);
  exit(1);
}

/* Compare one result, and make it part of the digest (FNV-1a over bytes). */
static void compare(both *b, const char *what, const char *argument, uintptr_t given, uintptr_t expected,
                    uintptr_t seen)
{
  if (expected != seen) {
    both_differ(b, what, argument, given, expected, seen);
  }
  if (b->model.overflow) {
    both_differ(b, "the model's array is too small", "length", b->model.capacity, 0u, 1u);
  }
  uint32_t value = (uint32_t)seen;
  for (uint32_t i = 0u; i < 4u; i++) {
    b->digest = (b->digest ^ ((value >> (8u * i)) & 0xFFu)) * 16777619u;
  }
}

static void compare_block(both *b, const char *what, const char *argument, uintptr_t given, const void *expected,
                          const void *seen)
{
  if (expected != seen) {
    both_differ(b, what, argument, given, (uintptr_t)expected, (uintptr_t)seen);
  }
  /* Offsets go into the digest, which must not depend on the base; 0 is no block. */
  uintptr_t offset = (seen == NULL) ? 0u : (uintptr_t)seen - b->model.base + 1u;
  compare(b, what, argument, given, offset, offset);
}

void both_init(both *b, acre_region *region, model_block *block, uint32_t capacity, uint32_t seed)
{
  b->region = region;
  b->seed = seed;
  b->operation = 0u;
  b->digest = 2166136261u;
  model_init(&b->model, region->base, region->granules, region->shift, block, capacity);
}

void *both_alloc(both *b, size_t size)
{
  b->operation++;
  void *expected = model_alloc(&b->model, size);
  void *seen = acre_region_alloc(b->region, size);
  compare_block(b, "alloc", "size", size, expected, seen);
  return seen;
}

void *both_alloc_aligned(both *b, size_t alignment, size_t size)
{
  b->operation++;
  void *expected = model_alloc_aligned(&b->model, alignment, size);
  void *seen = acre_region_alloc_aligned(b->region, alignment, size);
  compare_block(b, "alloc_aligned", "alignment", alignment, expected, seen);
  return seen;
}

acre_status both_free(both *b, void *block)
{
  b->operation++;
  acre_status expected = model_free(&b->model, block);
  acre_status seen = acre_region_free(b->region, block);
  compare(b, "free", "block", (uintptr_t)block, (uintptr_t)expected, (uintptr_t)seen);
  return seen;
}

acre_status both_resize(both *b, void *block, size_t size)
{
  b->operation++;
  acre_status expected = model_resize(&b->model, block, size);
  acre_status seen = acre_region_resize(b->region, block, size);
  compare(b, "resize", "block", (uintptr_t)block, (uintptr_t)expected, (uintptr_t)seen);
  return seen;
}

size_t both_usable_size(both *b, const void *block)
{
  size_t expected = model_usable_size(&b->model, block);
  size_t seen = acre_region_usable_size(b->region, block);
  compare(b, "usable_size", "block", (uintptr_t)block, expected, seen);
  return seen;
}

void both_reset(both *b)
{
  b->operation++;
  model_reset(&b->model);
  acre_region_reset(b->region);
}

void both_reset_low_water(both *b)
{
  b->operation++;
  model_reset_low_water(&b->model);
  acre_region_reset_low_water(b->region);
}

acre_stats both_stats(both *b)
{
  acre_stats expected;
  acre_stats seen;
  model_stats(&b->model, &expected);
  acre_region_stats(b->region, &seen);
  compare(b, "stats", "total", 0u, expected.total, seen.total);
  compare(b, "stats", "used", 0u, expected.used, seen.used);
  compare(b, "stats", "free", 0u, expected.free, seen.free);
  compare(b, "stats", "largest", 0u, expected.largest, seen.largest);
  compare(b, "stats", "low_water", 0u, expected.low_water, seen.low_water);
  compare(b, "stats", "blocks", 0u, expected.blocks, seen.blocks);
  compare(b, "stats", "free_runs", 0u, expected.free_runs, seen.free_runs);
  return seen;
}

uint32_t both_iterate(both *b)
{
  acre_iterator iterator = {0u};
  uint32_t at = 0u;
  uint32_t count = 0u;
  for (;;) {
    acre_block expected = {NULL, 0u, false};
    acre_block seen = {NULL, 0u, false};
    bool more = model_next(&b->model, &at, &expected);
    compare(b, "next", "number", count, more, acre_region_next(b->region, &iterator, &seen));
    if (!more) {
      return count;
    }
    compare_block(b, "next: address", "number", count, expected.address, seen.address);
    compare(b, "next: size", "number", count, expected.size, seen.size);
    compare(b, "next: live", "number", count, expected.live, seen.live);
    count++;
  }
}

void *metadata_start(const acre_region *region)
{
  return region->index;
}

size_t metadata_size(const acre_region *region)
{
  return 4u * (size_t)region->nodes + (region->granules + 7u) / 8u * 8u + 2u;
}

uint32_t rng_next(rng *r)
{
  /* A Weyl sequence through the finaliser of MurmurHash3. */
  r->state += 0x9E3779B9u;
  uint32_t x = r->state;
  x = (x ^ (x >> 16)) * 0x85EBCA6Bu;
  x = (x ^ (x >> 13)) * 0xC2B2AE35u;
  return x ^ (x >> 16);
}

uint32_t rng_below(rng *r, uint32_t n)
{
  return (uint32_t)(((uint64_t)rng_next(r) * n) >> 32);
}
