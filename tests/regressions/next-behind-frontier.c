/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Regression test written by `make fuzz-triage`: a list of calls with the
 * results they have to give.  Needs nothing but the library.
 *
 * Seen: next showed the rest of the free tail as a run of its own when the
 * iterator stood behind the frontier after a change.
 */
#include <acre/region.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Alignas(65536) uint8_t payload[98304];
static _Alignas(8) uint8_t metadata[16384];
ACRE_REGION_GRANULE(static_one, 8, 8);
ACRE_REGION_GRANULE(static_small, 63 * 16, 16);
ACRE_REGION_GRANULE(static_odd, 100 * 24, 8);
ACRE_REGION_GRANULE(static_deep, 40000, 64);
static acre_region r;
static acre_iterator iterator;
static uint32_t iterator_kept;
static acre_check_cursor cursor;
static acre_finding finding;

#define AT(offset) ((void *)(r.base + (uintptr_t)(offset)))
#define block(call, expected) same(__LINE__, #call, (uintptr_t)(expected), (uintptr_t)(call))
#define status(call, expected) same(__LINE__, #call, (uintptr_t)(expected), (uintptr_t)(call))
#define size(call, expected) same(__LINE__, #call, (uintptr_t)(expected), (uintptr_t)(call))
#define state(used, largest, low_water, blocks, runs) state_is(__LINE__, used, largest, low_water, blocks, runs)
#define next(more, address, bytes, live) next_is(__LINE__, more, address, bytes, live)
#define begin_static(number) \
  r = (number) == 0 ? static_one : (number) == 1 ? static_small : (number) == 2 ? static_odd : static_deep

static inline void same(int line, const char *what, uintptr_t expected, uintptr_t seen)
{
  if (expected != seen) {
    printf("FAILED %s:%d: %s: expected 0x%lx, seen 0x%lx\n", __FILE__, line, what, (unsigned long)expected,
           (unsigned long)seen);
    exit(1);
  }
}

static inline void state_is(int line, size_t used, size_t largest, size_t low_water, uint32_t blocks, uint32_t runs)
{
  acre_stats s;
  acre_region_stats(&r, &s);
  same(line, "stats: used", used, s.used);
  same(line, "stats: free", s.total - used, s.free);
  same(line, "stats: largest", largest, s.largest);
  same(line, "stats: low_water", low_water, s.low_water);
  same(line, "stats: blocks", blocks, s.blocks);
  same(line, "stats: free_runs", runs, s.free_runs);
  same(line, "check", ACRE_OK, (uintptr_t)acre_region_check(&r, &finding));
}

static inline void next_is(int line, bool more, const void *address, size_t bytes, bool live)
{
  acre_block b = {NULL, 0u, false};
  same(line, "next", more, acre_region_next(&r, &iterator, &b));
  same(line, "next: address", (uintptr_t)address, (uintptr_t)b.address);
  same(line, "next: size", bytes, b.size);
  same(line, "next: live", live, b.live);
}

static inline void begin_split(uintptr_t base, size_t bytes, size_t granule, size_t metadata_bytes)
{
  memset(metadata, 0xC5, sizeof metadata);
  same(__LINE__, "init_split", ACRE_OK,
       (uintptr_t)acre_region_init_split(&r, metadata, metadata_bytes, base, bytes, granule));
}

static inline void begin_inside(size_t offset, size_t bytes, size_t granule)
{
  memset(payload, 0xC5, sizeof payload);
  same(__LINE__, "init", ACRE_OK, (uintptr_t)acre_region_init(&r, payload + offset, bytes, granule));
}

int main(void)
{
  (void)iterator_kept;
  (void)cursor;
  /* After a reset all is one free run, which starts before the iterator. */
  begin_split((uintptr_t)0x10000, 4 * 8, 8, sizeof metadata);
  block(acre_region_alloc(&r, 16), AT(0x0));
  next(true, AT(0x0), 16, true);
  acre_region_reset(&r);
  next(false, NULL, 0, false);

  /* The same by free: the block becomes part of the tail before it. */
  iterator = (acre_iterator){0};
  begin_split((uintptr_t)0x10000, 4 * 8, 8, sizeof metadata);
  block(acre_region_alloc(&r, 8), AT(0x0));
  block(acre_region_alloc(&r, 8), AT(0x8));
  next(true, AT(0x0), 8, true);
  next(true, AT(0x8), 8, true);
  status(acre_region_free(&r, AT(0x8)), ACRE_OK);
  next(false, NULL, 0, false);

  /* At the frontier itself the tail does start. */
  iterator = (acre_iterator){0};
  next(true, AT(0x0), 8, true);
  next(true, AT(0x8), 24, false);
  next(false, NULL, 0, false);
  printf("%s: passed\n", __FILE__);
  return 0;
}
