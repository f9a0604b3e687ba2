/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Instructions per call on this target: steady churn at three quarters full,
 * firmware-like sizes.  Prints, for ci/figures.py, one line per kind of call:
 * name, calls, ten times the mean, the most, and the proven or stated bound of
 * steps.  SIZE is the payload.
 */
#include "bare.h"
#include "machine.h"
#include <acre/region.h>

#ifndef SIZE
#define SIZE 16384u
#endif
#define SLOTS 512u
#define ROUNDS 60000u

ACRE_REGION(heap, SIZE);

typedef struct cost {
  uint32_t calls;
  uint32_t sum;
  uint32_t most;
} cost;

static void *slots[SLOTS];
static uint32_t live;
static uint32_t overhead;
static uint32_t seed = 12345u;

static uint32_t random32(void)
{
  seed ^= seed << 13;
  seed ^= seed >> 17;
  seed ^= seed << 5;
  return seed;
}

static uint32_t random_size(void)
{
  uint32_t kind = random32() & 63u;
  uint32_t random = random32();
  if (kind < 50u) {
    return 8u + (random & 63u);
  }
  return (kind < 62u) ? 128u + (random & 255u) : 1024u + (random & 1023u);
}

static inline uint32_t now(void)
{
  return (uint32_t)CSR_READ(minstret);
}

static void note(cost *c, uint32_t spent)
{
  spent -= overhead;
  c->calls += 1u;
  c->sum += spent;
  c->most = (spent > c->most) ? spent : c->most;
}

static void release(cost *c, uint32_t slot)
{
  void *block = slots[slot];
  uint32_t before = now();
  acre_status status = acre_region_free(&heap, block);
  note(c, now() - before);
  bare_require(status == ACRE_OK);
  live -= 1u;
  slots[slot] = slots[live];
}

static void print(const char *name, const cost *c, uint32_t steps)
{
  bare_print(name);
  bare_print(" ");
  bare_print_number(c->calls);
  bare_print(" ");
  bare_print_number((c->sum * 10u + c->calls / 2u) / c->calls);
  bare_print(" ");
  bare_print_number(c->most);
  bare_print(" ");
  bare_print_number(steps);
  bare_print("\n");
}

int main(void)
{
  cost alloc = {0};
  cost freed = {0};
  uint32_t levels = ACRE_DEPTH_(ACRE_LEAVES_(SIZE / ACRE_GRANULE_DEFAULT)) + 1u;
  acre_finding finding;
  overhead = now();
  overhead = now() - overhead;
  for (uint32_t i = 0u; i < ROUNDS; i++) {
    uint32_t size = random_size();
    acre_stats stats;
    void *block;
    uint32_t before;
    acre_region_stats(&heap, &stats);
    while ((live > 0u) && ((stats.used + size > SIZE / 4u * 3u) || (live == SLOTS))) {
      release(&freed, random32() % live);
      acre_region_stats(&heap, &stats);
    }
    before = now();
    block = acre_region_alloc(&heap, size);
    note(&alloc, now() - before);
    if (block != NULL) {
      slots[live] = block;
      live += 1u;
    }
  }
  bare_require(acre_region_check(&heap, &finding) == ACRE_OK);
  print("alloc", &alloc, 19u * levels + 17u);
  print("free", &freed, 10u * levels + 10u);
  return 0;
}
