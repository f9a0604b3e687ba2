/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The search for the most steps.  libFuzzer takes each number of steps that a
 * kind of call takes on a region of so many levels for something new to
 * cover, and so keeps the inputs that lead to ever more.
 *
 * As a program (FUZZ_STEPS_REPLAY): steps FILE... prints, for each kind and
 * level, the most steps, their bound and the input.
 */
#include "steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEVELS 6u
#define BUCKETS 512u

unsigned acre_steps;

typedef struct record {
  unsigned steps;
  uint32_t bound;
  const char *input;
} record;

static record best[STEPS_KINDS][LEVELS];
static const char *current;

#ifndef FUZZ_STEPS_REPLAY
__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t seen[STEPS_KINDS][LEVELS][BUCKETS];
#endif

/* Exact up to 255, then ever coarser. */
static uint32_t bucket(unsigned steps)
{
  uint32_t base = 0u;
  while (steps >= 256u) {
    steps = steps / 2u;
    base += 32u;
  }
  return (base == 0u) ? steps : (256u + base - 32u + (steps - 128u) / 4u) % BUCKETS;
}

void steps_seen(const world *w, enum fuzz_counted kind, unsigned steps, uint32_t bound)
{
  uint32_t level = steps_levels(w) % LEVELS;
  record *r = &best[kind][level];
  if (bound != 0u && steps > bound) {
    world_fail(w, "the bound on steps", bound, steps);
  }
#ifndef FUZZ_STEPS_REPLAY
  seen[kind][level][bucket(steps)] = 1u;
#else
  (void)bucket;
#endif
  /* Nearest to the bound, where there is one: that of check_step depends on the budget. */
  if ((bound != 0u) ? (uint64_t)steps * r->bound > (uint64_t)r->steps * bound || (r->bound == 0u && steps > 0u)
                    : r->bound == 0u && steps > r->steps) {
    r->steps = steps;
    r->bound = bound;
    r->input = current;
  }
}

#ifdef FUZZ_STEPS_REPLAY
static uint8_t input[1u << 20];

int main(int argc, char **argv)
{
  static const char *const names[] = {"alloc", "alloc_aligned", "free", "resize", "check_step"};
  for (int i = 1; i < argc; i++) {
    FILE *file = fopen(argv[i], "rb");
    if (file == NULL) {
      fprintf(stderr, "steps: cannot open %s\n", argv[i]);
      return 2;
    }
    size_t size = fread(input, 1, sizeof input, file);
    fclose(file);
    current = argv[i];
    fuzz_run(input, size);
  }
  for (uint32_t k = 0u; k < STEPS_KINDS; k++) {
    for (uint32_t l = 1u; l < LEVELS; l++) {
      if (best[k][l].input != NULL) {
        printf("%s %lu %u %lu %s\n", names[k], (unsigned long)l, best[k][l].steps, (unsigned long)best[k][l].bound,
               best[k][l].input);
      }
    }
  }
  return 0;
}
#endif
