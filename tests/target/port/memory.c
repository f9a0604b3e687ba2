/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Memory from the linker: the heap of the linker script, several regions from
 * a table of its symbols, .noinit, and the memory of the start-up code once it
 * has run.
 */
#include "bare.h"
#include <acre/memory.h>

extern char __boot_start[];
extern char __boot_end[];
extern char __heap_start[];
extern char __heap_end[];

/* What only start-up needs: a table that is read once, and code. */
ACRE_BOOT_DATA static uint32_t boot_table[200] = {3u, 1u, 4u, 1u, 5u, 9u, 2u, 6u};

static uint8_t kept[1500] ACRE_NOINIT;

static acre_region regions[3];

ACRE_BOOT_CODE static uint32_t boot(void)
{
  uint32_t sum = 0u;
  for (uint32_t i = 0u; i < 200u; i++) {
    sum += boot_table[i];
  }
  return sum;
}

/* Fills a region with the given blocks, frees all; everything has to lie in [start, end). */
static void use(acre_region *region, uintptr_t start, uintptr_t end, size_t size)
{
  acre_iterator iterator = {0};
  acre_block block;
  acre_finding finding;
  acre_stats stats;
  uint32_t count = 0u;
  void *p;
  while ((p = acre_region_alloc(region, size)) != NULL) {
    bare_require((uintptr_t)p >= start && (uintptr_t)p + size <= end);
    for (size_t i = 0u; i < size; i++) {
      ((uint8_t *)p)[i] = 0xA5u;
    }
    count++;
  }
  bare_report("memory:   blocks that fit", count);
  bare_require(count > 0u);
  bare_require(acre_region_check(region, &finding) == ACRE_OK);
  while (acre_region_next(region, &iterator, &block)) {
    if (block.live) {
      bare_require(acre_region_free(region, block.address) == ACRE_OK);
    }
  }
  acre_region_stats(region, &stats);
  bare_require(stats.used == 0u && stats.largest == stats.total);
}

static void refusals(void)
{
  static uint8_t few[64];
  acre_region region;
  size_t failed = 0u;
  acre_span backwards = {few + 8, few, 0u};
  acre_span nothing = {NULL, few, 0u};
  acre_span tiny = {few + 1, few + 4, 0u};
  acre_span two[2] = {{__heap_start, __heap_end, 0u}, {few, few + sizeof few, 3u}};
  acre_region both[2];
  bare_require(acre_region_init_span(&region, &backwards) == ACRE_RANGE_OVERFLOW);
  bare_require(acre_region_init_span(&region, &nothing) == ACRE_NULL_ARGUMENT);
  bare_require(acre_region_init_span(NULL, &tiny) == ACRE_NULL_ARGUMENT);
  bare_require(acre_region_init_span(&region, NULL) == ACRE_NULL_ARGUMENT);
  bare_require(acre_region_init_span(&region, &tiny) == ACRE_TOO_SMALL);
  bare_require(acre_regions_init_spans(both, two, 2u, &failed) == ACRE_BAD_GRANULE && failed == 1u);
}

int main(void)
{
  acre_region heap;
  size_t failed = 0u;
  /* An odd start, as a linker script may well give. */
  const acre_span spans[3] = {
      {__heap_start + 1, __heap_start + 2500, 8u}, {kept, kept + sizeof kept, 0u}, {__boot_start, __boot_end, 32u}};
  const size_t sizes[3] = {24u, 40u, 60u};
  bare_require(boot() == 31u);
  bare_require((uintptr_t)boot >= (uintptr_t)__boot_start && (uintptr_t)boot < (uintptr_t)__boot_end);

  bare_print("memory: from __heap_start to __heap_end\n");
  bare_require(acre_region_init_linker(&heap, 64u) == ACRE_OK);
  use(&heap, (uintptr_t)__heap_start, (uintptr_t)__heap_end, 1000u);

  bare_require(acre_regions_init_spans(regions, spans, 3u, &failed) == ACRE_OK && failed == 3u);
  for (uint32_t i = 0u; i < 3u; i++) {
    static const char *const names[3] = {"a part of the heap, granule 8", ".noinit",
                                         "start-up code and data, reclaimed"};
    bare_print("memory: ");
    bare_print(names[i]);
    bare_print("\n");
    use(&regions[i], (uintptr_t)spans[i].start, (uintptr_t)spans[i].end, sizes[i]);
  }
  refusals();
  bare_print("memory: all regions used and empty again, bad spans refused\n");
  return 0;
}
