/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* acre's heap: three regions, fast (an eighth of the workload's memory), internal
 * (a quarter), and external (the rest), for three kinds of requests. */
#include <acre/heap.h>

#include <string.h>

#define PLUG_GRANULE ACRE_GRANULE_DEFAULT
#define PLUG_FAST 1u
#define PLUG_INTERNAL 2u
#define PLUG_EXTERNAL 4u
#define PLUG_ANY 8u

static acre_heap plug_heap;
static acre_heap_slot plug_slots[BENCH_CLASSES];
static uint32_t plug_metadata[BENCH_CLASSES][ACRE_METADATA_SIZE(BENCH_LARGEST, PLUG_GRANULE) / 4u + 1u];
static _Alignas(4096) uint8_t plug_payload[BENCH_LARGEST];
static size_t plug_size;

static bool plug_add(const char *name, uint32_t number, size_t from, size_t size, acre_caps own)
{
  acre_region_id id;
  acre_heap_area area;
  memset(&area, 0, sizeof area);
  area.name = name;
  area.address = (uintptr_t)plug_payload + from;
  area.size = size;
  area.metadata = plug_metadata[number];
  area.metadata_size = sizeof plug_metadata[number];
  area.caps[0] = own;
  area.caps[1] = PLUG_ANY;
  return acre_heap_add(&plug_heap, &area, &id) == ACRE_HEAP_OK;
}

static bool plug_init(size_t size)
{
  size_t fast = size / 8u / 16u * 16u;
  size_t internal = size / 4u / 16u * 16u;
  plug_size = size;
  return acre_heap_init(&plug_heap, plug_slots, BENCH_CLASSES) == ACRE_HEAP_OK &&
         plug_add("fast", 0u, 0u, fast, PLUG_FAST) && plug_add("internal", 1u, fast, internal, PLUG_INTERNAL) &&
         plug_add("external", 2u, fast + internal, size - fast - internal, PLUG_EXTERNAL);
}

/* Whatever memory there is, an internal block for preference, or an external one. */
static void *plug_alloc_class(uint32_t class, size_t size)
{
  static const acre_caps caps[BENCH_CLASSES] = {PLUG_ANY, PLUG_INTERNAL, PLUG_EXTERNAL};
  return acre_heap_alloc(&plug_heap, size, caps[class]);
}

static void *plug_alloc(size_t size)
{
  return acre_heap_alloc(&plug_heap, size, PLUG_ANY);
}

static void *plug_alloc_aligned(size_t alignment, size_t size)
{
  return acre_heap_alloc_aligned(&plug_heap, alignment, size, PLUG_ANY);
}

static bool plug_free(void *block)
{
  return acre_heap_free(&plug_heap, block) == ACRE_HEAP_OK;
}

static void *plug_realloc(void *block, size_t size)
{
  return acre_heap_realloc(&plug_heap, block, size, PLUG_ANY);
}

static size_t plug_used(void)
{
  acre_heap_stats stats;
  acre_heap_get_stats(&plug_heap, &stats);
  return stats.used;
}

static size_t plug_beside(size_t size)
{
  return ACRE_METADATA_SIZE((uint32_t)size, PLUG_GRANULE);
}

static size_t plug_extent(void)
{
  return plug_size + plug_beside(plug_size);
}

static bool plug_check(void)
{
  acre_heap_finding finding;
  return acre_heap_check(&plug_heap, 0u, &finding) == ACRE_HEAP_OK;
}

static const bench_plug plug = {
    .name = "acre heap",
    .init = plug_init,
    .alloc = plug_alloc,
    .free = plug_free,
    .realloc = plug_realloc,
    .alloc_aligned = plug_alloc_aligned,
    .alloc_class = plug_alloc_class,
    .used = plug_used,
    .extent = plug_extent,
    .beside = plug_beside,
    .check = plug_check,
};
