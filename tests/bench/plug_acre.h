/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * acre as the benchmark sees an allocator.  Another allocator is measured by
 * a file like this one, named on the command line (-DBENCH_PLUG='"..."').
 * The functions are inline so that the timed window holds the call of the
 * allocator itself and nothing else.
 */
#ifndef ACRE_TESTS_BENCH_PLUG_ACRE_H
#define ACRE_TESTS_BENCH_PLUG_ACRE_H

#include <acre/region.h>

#define PLUG_NAME "acre"
#define PLUG_GRANULE ACRE_GRANULE_DEFAULT

typedef acre_region plug_state;

/* Memory enough for every region size of the benchmark; the payload stands
 * apart, so that a region has exactly the size it is named by. */
static uint32_t plug_metadata_memory[ACRE_METADATA_SIZE(BENCH_LARGEST, PLUG_GRANULE) / 4u + 1u];
static _Alignas(PLUG_GRANULE) uint8_t plug_payload[BENCH_LARGEST];

static inline bool plug_init(plug_state *state, size_t size)
{
  return acre_region_init_split(state, plug_metadata_memory, sizeof plug_metadata_memory, (uintptr_t)plug_payload, size,
                                PLUG_GRANULE) == ACRE_OK;
}

static inline void *plug_alloc(plug_state *state, size_t size)
{
  return acre_region_alloc(state, size);
}

static inline bool plug_free(plug_state *state, void *block)
{
  return acre_region_free(state, block) == ACRE_OK;
}

/* Bytes that a request of `size` bytes adds to `used`. */
static inline size_t plug_footprint(size_t size)
{
  return (size + PLUG_GRANULE - 1u) / PLUG_GRANULE * PLUG_GRANULE;
}

static inline size_t plug_used(const plug_state *state)
{
  acre_stats stats;
  acre_region_stats(state, &stats);
  return stats.used;
}

/* Bytes of metadata beside a payload of `size` bytes. */
static inline size_t plug_metadata(size_t size)
{
  return ACRE_METADATA_SIZE((uint32_t)size, PLUG_GRANULE);
}

/* Whether the allocator's own check finds it in order. */
static inline bool plug_check(const plug_state *state)
{
  acre_finding finding;
  return acre_region_check(state, &finding) == ACRE_OK;
}

#endif
