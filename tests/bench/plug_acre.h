/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* acre: one region, its metadata beside it, so that the payload has exactly the
 * size that a workload names. */
#include <acre/region.h>

#include <string.h>

#define PLUG_GRANULE ACRE_GRANULE_DEFAULT

static acre_region plug_region;
static uint32_t plug_metadata[ACRE_METADATA_SIZE(BENCH_LARGEST, PLUG_GRANULE) / 4u + 1u];
static _Alignas(4096) uint8_t plug_payload[BENCH_LARGEST];

static bool plug_init(size_t size)
{
  return acre_region_init_split(&plug_region, plug_metadata, sizeof plug_metadata, (uintptr_t)plug_payload, size,
                                PLUG_GRANULE) == ACRE_OK;
}

static void *plug_alloc(size_t size)
{
  return acre_region_alloc(&plug_region, size);
}

static void *plug_alloc_aligned(size_t alignment, size_t size)
{
  return acre_region_alloc_aligned(&plug_region, alignment, size);
}

static bool plug_free(void *block)
{
  return acre_region_free(&plug_region, block) == ACRE_OK;
}

/* The core resizes in place; what moves is the user's. */
static void *plug_realloc(void *block, size_t size)
{
  void *to = block;
  if (acre_region_resize(&plug_region, block, size) != ACRE_OK) {
    size_t old = acre_region_usable_size(&plug_region, block);
    to = acre_region_alloc(&plug_region, size);
    if (to != NULL) {
      memcpy(to, block, (old < size) ? old : size);
      (void)acre_region_free(&plug_region, block);
    }
  }
  return to;
}

static size_t plug_used(void)
{
  acre_stats stats;
  acre_region_stats(&plug_region, &stats);
  return stats.used;
}

static size_t plug_beside(size_t size)
{
  return ACRE_METADATA_SIZE((uint32_t)size, PLUG_GRANULE);
}

/* Up to the end of the last live block. */
static size_t plug_extent(void)
{
  return ((size_t)plug_region.frontier << plug_region.shift) +
         plug_beside((size_t)plug_region.granules << plug_region.shift);
}

static bool plug_check(void)
{
  acre_finding finding;
  return acre_region_check(&plug_region, &finding) == ACRE_OK;
}

static const bench_plug plug = {
    .name = "acre",
    .init = plug_init,
    .alloc = plug_alloc,
    .free = plug_free,
    .realloc = plug_realloc,
    .alloc_aligned = plug_alloc_aligned,
    .alloc_class = NULL,
    .used = plug_used,
    .extent = plug_extent,
    .beside = plug_beside,
    .check = plug_check,
};
