/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Counted steps, in a build of the core whose ghost counter acre_steps has been
 * made code (fuzz/steps).  In any other build these do nothing.
 */
#ifndef ACRE_FUZZ_STEPS_H
#define ACRE_FUZZ_STEPS_H

#include "world.h"

enum fuzz_counted {
  STEPS_ALLOC,
  STEPS_ALIGNED,
  STEPS_FREE,
  STEPS_RESIZE,
  STEPS_CHECK_STEP,
  STEPS_KINDS
};

#ifdef FUZZ_STEPS
extern unsigned acre_steps;
#define STEPS_BEGIN() (acre_steps = 0u)
#define STEPS_END(world, kind, bound) steps_seen((world), (kind), acre_steps, (bound))
/* A call took `steps`; more than `bound` is a failure. */
void steps_seen(const world *w, enum fuzz_counted kind, unsigned steps, uint32_t bound);
#else
#define STEPS_BEGIN() ((void)0)
#define STEPS_END(world, kind, bound) ((void)0)
#endif

/* Index levels below the root, as the interface counts them. */
static inline uint32_t steps_levels(const world *w)
{
  uint32_t levels = 1u;
  for (uint32_t most = 64u; most < w->region.granules; most *= 8u) {
    levels++;
  }
  return levels;
}

#endif
