/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Instructions and steps per call on this target: steady churn at three
 * quarters full, firmware-like sizes, granule 16.  Every call is made twice: by
 * the library, whose instructions are counted; and in a twin of the region by
 * the same code with the ghost counter of the proof as a real one (see
 * firmware.mk), whose steps are counted.  Both have to come to the same.
 *
 * Prints, for ci/figures.py, one line per size of region and kind of call: KiB,
 * kind, calls, sum and most of instructions, sum and most of steps, most
 * instructions per step in tenths; width, first leaf and granules of the region.
 */
#include "bare.h"
#include "machine.h"
#include <acre/region.h>

#define SLOTS 4096u
#define ROUNDS 60000u
#define SIZE_MOST 262144u

/* The code that counts steps. */
extern unsigned counted_acre_steps;
unsigned counted_acre_steps;
acre_status counted_acre_region_init_split(acre_region *region, void *metadata, size_t metadata_size, uintptr_t address,
                                           size_t size, size_t granule);
void *counted_acre_region_alloc(acre_region *region, size_t size);
void *counted_acre_region_alloc_aligned(acre_region *region, size_t alignment, size_t size);
acre_status counted_acre_region_free(acre_region *region, void *block);
acre_status counted_acre_region_resize(acre_region *region, void *block, size_t size);

static uint8_t payload[SIZE_MOST] __attribute__((aligned(4096)));
static uint32_t metadata[2][ACRE_METADATA_SIZE(SIZE_MOST, 16u) / 4u + 1u];
static acre_region heap;
static acre_region twin; /* of the same payload, which nobody touches */

typedef struct cost {
  uint32_t calls;
  uint32_t sum;
  uint32_t most;
  uint32_t steps_sum;
  uint32_t steps_most;
  uint32_t tenths_most;
} cost;

static void *slots[SLOTS];
static uint32_t live;
static uint32_t overhead;
static uint32_t seed;

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

/* The twin's call was the last. */
static void note(cost *c, uint32_t spent)
{
  uint32_t steps = counted_acre_steps;
  spent -= overhead;
  c->calls += 1u;
  c->sum += spent;
  c->most = (spent > c->most) ? spent : c->most;
  c->steps_sum += steps;
  c->steps_most = (steps > c->steps_most) ? steps : c->steps_most;
  if (steps != 0u) {
    uint32_t tenths = spent * 10u / steps;
    c->tenths_most = (tenths > c->tenths_most) ? tenths : c->tenths_most;
  }
}

static void *allocate(cost *c, uint32_t alignment, uint32_t size)
{
  void *block;
  void *same;
  uint32_t before;
  uint32_t spent;
  if (alignment == 0u) {
    before = now();
    block = acre_region_alloc(&heap, size);
    spent = now() - before;
    counted_acre_steps = 0u;
    same = counted_acre_region_alloc(&twin, size);
  } else {
    before = now();
    block = acre_region_alloc_aligned(&heap, alignment, size);
    spent = now() - before;
    counted_acre_steps = 0u;
    same = counted_acre_region_alloc_aligned(&twin, alignment, size);
  }
  note(c, spent);
  bare_require(block == same);
  return block;
}

static void release(cost *c, uint32_t slot)
{
  void *block = slots[slot];
  uint32_t before = now();
  acre_status status = acre_region_free(&heap, block);
  uint32_t spent = now() - before;
  counted_acre_steps = 0u;
  bare_require(counted_acre_region_free(&twin, block) == ACRE_OK);
  note(c, spent);
  bare_require(status == ACRE_OK);
  live -= 1u;
  slots[slot] = slots[live];
}

static void change(cost *c, uint32_t slot, uint32_t size)
{
  void *block = slots[slot];
  uint32_t before = now();
  acre_status status = acre_region_resize(&heap, block, size);
  uint32_t spent = now() - before;
  counted_acre_steps = 0u;
  bare_require(counted_acre_region_resize(&twin, block, size) == status);
  note(c, spent);
}

static void print(uint32_t kib, const char *name, const cost *c)
{
  const uint32_t numbers[] = {c->calls,       c->sum,     c->most,         c->steps_sum, c->steps_most,
                              c->tenths_most, heap.width, heap.first_leaf, heap.granules};
  bare_print_number(kib);
  bare_print(" ");
  bare_print(name);
  for (uint32_t i = 0u; i < sizeof numbers / sizeof numbers[0]; i++) {
    bare_print(" ");
    bare_print_number(numbers[i]);
  }
  bare_print("\n");
}

static void measure(uint32_t size)
{
  static cost zero;
  cost plain = zero;
  cost aligned = zero;
  cost freed = zero;
  cost resized = zero;
  acre_finding finding;
  seed = 12345u;
  live = 0u;
  bare_require(acre_region_init_split(&heap, metadata[0], sizeof metadata[0], (uintptr_t)payload, size, 16u) ==
               ACRE_OK);
  bare_require(counted_acre_region_init_split(&twin, metadata[1], sizeof metadata[1], (uintptr_t)payload, size, 16u) ==
               ACRE_OK);
  for (uint32_t i = 0u; i < ROUNDS; i++) {
    uint32_t wanted = random_size();
    uint32_t kind = random32() & 15u;
    acre_stats stats;
    acre_region_stats(&heap, &stats);
    while ((live > 0u) && ((stats.used + wanted > size / 4u * 3u) || (live == SLOTS))) {
      release(&freed, random32() % live);
      acre_region_stats(&heap, &stats);
    }
    if ((kind == 0u) && (live > 0u)) {
      change(&resized, random32() % live, wanted);
    } else {
      /* An alignment of 32 to 256 for every fifteenth. */
      void *block = (kind == 1u) ? allocate(&aligned, 32u << (random32() & 3u), wanted) : allocate(&plain, 0u, wanted);
      if (block != NULL) {
        slots[live] = block;
        live += 1u;
      }
    }
  }
  bare_require(acre_region_check(&heap, &finding) == ACRE_OK);
  print(size / 1024u, "alloc", &plain);
  print(size / 1024u, "alloc_aligned", &aligned);
  print(size / 1024u, "free", &freed);
  print(size / 1024u, "resize", &resized);
}

int main(void)
{
  overhead = now();
  overhead = now() - overhead;
  for (uint32_t size = 4096u; size <= SIZE_MOST; size *= 4u) {
    measure(size);
  }
  return 0;
}
