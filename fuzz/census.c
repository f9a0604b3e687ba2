/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What operations do on corrupt metadata:  census
 *
 * Every bit of the metadata and of the counters of some regions is flipped, one
 * at a time; if check refuses the result, every kind of operation is tried on
 * it, each on its own copy, with the metadata at the front and at the back of
 * memory that nobody else may touch.  Counted is by what was flipped how many
 * calls ended, how many touched memory that they must not (a fault, or a
 * changed byte beside the metadata), and how many did not end in a second.
 */
#include "memory.h"
#include "naive_invariant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

enum operation {
  ALLOC,
  ALLOC_LARGE,
  ALIGNED,
  FREE_ALL,
  RESIZE_ALL,
  USABLE_ALL,
  WALK,
  STATS,
  CHECK,
  RESET,
  OPERATIONS
};
static const char *const names[] = {"alloc",       "alloc large", "alloc_aligned", "free",  "resize",
                                    "usable_size", "next",        "stats",         "check", "reset"};
static const char *const pieces[] = {"tags", "index", "frontier", "used", "peak", "blocks", "runs"};

typedef struct tally {
  unsigned long calls, strayed, endless;
} tally;

static tally tallies[OPERATIONS][7];
static acre_region region;
static acre_region kept;
static fuzz_memory memory;
static uint8_t kept_bytes[FUZZ_METADATA];
static void *live[64];
static uint32_t lives;
/* What stands beside the metadata: zeros let a walk over tags run on. */
static uint8_t around;

static void operate(void *argument)
{
  enum operation op = *(const enum operation *)argument;
  acre_stats stats;
  acre_finding finding;
  acre_iterator iterator = {0u};
  acre_block block;
  switch (op) {
  case ALLOC:
    acre_region_alloc(&region, 8u);
    break;
  case ALLOC_LARGE:
    acre_region_alloc(&region, 65u * 8u);
    break;
  case ALIGNED:
    acre_region_alloc_aligned(&region, 32u, 8u);
    break;
  case FREE_ALL:
    for (uint32_t i = 0u; i < lives; i++) {
      acre_region_free(&region, live[i]);
    }
    break;
  case RESIZE_ALL:
    for (uint32_t i = 0u; i < lives; i++) {
      acre_region_resize(&region, live[i], (i % 2u == 0u) ? 8u : 24u);
    }
    break;
  case USABLE_ALL:
    for (uint32_t i = 0u; i < lives; i++) {
      acre_region_usable_size(&region, live[i]);
    }
    break;
  case WALK:
    for (uint32_t i = 0u; i < 2000u && acre_region_next(&region, &iterator, &block); i++) {
      /* a walk over corrupt metadata may come to places again */
    }
    break;
  case STATS:
    acre_region_stats(&region, &stats);
    break;
  case CHECK:
    acre_region_check(&region, &finding);
    break;
  default:
    acre_region_reset(&region);
    break;
  }
}

static bool outside_changed(size_t bytes)
{
  const uint8_t *start = (const uint8_t *)region.index;
  for (const uint8_t *p = memory.metadata; p < memory.metadata + FUZZ_METADATA; p++) {
    if ((p < start || p >= start + bytes) && *p != around) {
      return true;
    }
  }
  return false;
}

static void try_all(size_t bytes, uint32_t piece)
{
  static uint8_t flipped[FUZZ_METADATA];
  acre_region wrong = region;
  if (naive_invariant(&region) == 0u) {
    return;
  }
  memcpy(flipped, region.index, bytes);
  for (enum operation op = ALLOC; op < OPERATIONS; op++) {
    tally *t = &tallies[op][piece];
    struct itimerval second = {{0, 0}, {1, 0}};
    struct itimerval none = {{0, 0}, {0, 0}};
    t->calls++;
    setitimer(ITIMER_REAL, &second, NULL);
    bool ended = fuzz_guard(operate, &op);
    bool late = !ended && fuzz_guard_late();
    setitimer(ITIMER_REAL, &none, NULL);
    if (late) {
      t->endless++;
    } else if (!ended || outside_changed(bytes)) {
      t->strayed++;
    } else {
      /* ended, and wrote nothing elsewhere */
    }
    region = wrong;
    memset(memory.metadata, (int)around, FUZZ_METADATA);
    memcpy(region.index, flipped, bytes);
  }
  region = kept;
  memcpy(region.index, kept_bytes, bytes);
}

static void one(uint32_t n, bool back, uint32_t pattern)
{
  size_t bytes = ACRE_METADATA_SIZE(8u * n, 8u);
  memset(memory.metadata, (int)around, FUZZ_METADATA);
  uint8_t *place = memory.metadata + (back ? (FUZZ_METADATA - bytes) / 4u * 4u : 0u);
  if (acre_region_init_split(&region, place, bytes, 0x10000000u, 8u * n, 8u) != ACRE_OK) {
    exit(2);
  }
  lives = 0u;
  for (uint32_t i = 0u; lives < 64u; i++) {
    void *p = acre_region_alloc(&region, (i % 5u == 4u && n > 200u) ? 70u * 8u : (i % pattern + 1u) * 8u);
    if (p == NULL || region.used > n * 3u / 4u) {
      break;
    }
    live[lives++] = p;
  }
  for (uint32_t i = 1u; i < lives; i += 2u) {
    acre_region_free(&region, live[i]);
  }
  kept = region;
  memcpy(kept_bytes, region.index, bytes);
  for (size_t i = 0u; i < bytes; i++) {
    for (uint32_t bit = 0u; bit < 8u; bit++) {
      ((uint8_t *)region.index)[i] ^= (uint8_t)(1u << bit);
      try_all(bytes, (i < 4u * (size_t)region.nodes) ? 1u : 0u);
      region = kept;
      memcpy(region.index, kept_bytes, bytes);
    }
  }
  for (uint32_t c = 0u; c < 5u; c++) {
    for (uint32_t bit = 0u; bit < 32u; bit++) {
      uint32_t *const counters[] = {&region.frontier, &region.used, &region.peak, &region.blocks, &region.runs};
      *counters[c] ^= 1u << bit;
      try_all(bytes, 2u + c);
      region = kept;
      memcpy(region.index, kept_bytes, bytes);
    }
  }
}

int main(void)
{
  static const uint32_t sizes[] = {1u, 9u, 40u, 70u, 300u};
  memory = fuzz_memory_get();
  for (uint32_t i = 0u; i < sizeof sizes / sizeof sizes[0]; i++) {
    for (uint32_t pattern = 1u; pattern <= 5u; pattern += 2u) {
      around = 0xC5u;
      one(sizes[i], false, pattern);
      one(sizes[i], true, pattern);
      around = 0u;
      one(sizes[i], true, pattern);
    }
  }
  printf("%-14s", "strayed, of");
  for (uint32_t p = 0u; p < 7u; p++) {
    printf(" %16s", pieces[p]);
  }
  printf("   endless\n");
  unsigned long bad = 0u;
  for (uint32_t op = 0u; op < OPERATIONS; op++) {
    unsigned long endless = 0u;
    printf("%-14s", names[op]);
    for (uint32_t p = 0u; p < 7u; p++) {
      const tally *t = &tallies[op][p];
      printf(" %7lu /%7lu", t->strayed, t->calls);
      endless += t->endless;
      if (op >= STATS) {
        bad += t->strayed + t->endless;
      }
    }
    bad += endless;
    printf(" %9lu\n", endless);
  }
  /* What has to hold: stats, check and reset are safe on anything, and
   * everything comes to an end. */
  if (bad != 0u) {
    printf("census: %lu calls of stats, check or reset strayed, or calls did not end\n", bad);
    return 1;
  }
  printf("census: stats, check and reset never stray, and every call ends\n");
  return 0;
}
