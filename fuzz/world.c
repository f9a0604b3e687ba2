/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "world.h"
#ifdef FUZZ_CONTRACTS
#include "contracts.h"
#endif
#include "naive_invariant.h"
#include "steps.h"
#include "trace.h"

#include <stdio.h>
#include <string.h>

#define CANARY 0xC5u
#define EDGE 64u /* canaries on either side */

static model_block blocks[FUZZ_GRANULES];
static uint8_t shadow[FUZZ_PAYLOAD];
static uint8_t kept_tags[FUZZ_GRANULES + 16u];
static int32_t kept_index[FUZZ_GRANULES / 4u];

ACRE_REGION_GRANULE(static_one, 8, 8);
ACRE_REGION_GRANULE(static_small, 63 * 16, 16);
ACRE_REGION_GRANULE(static_odd, 100 * 24, 8);
ACRE_REGION_GRANULE(static_deep, 40000, 64);
static const acre_region *const statics[] = {&static_one, &static_small, &static_odd, &static_deep};

#ifdef FUZZ_CONTRACTS
unsigned long fuzz_contracts_run[2];
#endif

/* ---- Comparing --------------------------------------------------------- */

void world_fail(const world *w, const char *what, uintptr_t expected, uintptr_t seen)
{
  /* As text of the trace, a comment: the call above it is the one that differs. */
  printf("/* FAILED %s: expected 0x%lx, seen 0x%lx (operation %lu; base 0x%lx, %lu granules of %lu) */\n", what,
         (unsigned long)expected, (unsigned long)seen, (unsigned long)w->operations, (unsigned long)w->model.base,
         (unsigned long)w->model.granules, 1ul << w->model.shift);
  fflush(stdout);
  fuzz_die();
}

void world_hash(world *w, uint64_t value)
{
  w->hash = (w->hash ^ value) * 0x100000001B3u;
}

void world_compare(world *w, const char *what, uintptr_t expected, uintptr_t seen)
{
  if (expected != seen) {
    world_fail(w, what, expected, seen);
  }
  world_hash(w, seen);
}

void world_compare_block(world *w, const char *what, const void *expected, const void *seen)
{
  if (expected != seen) {
    world_fail(w, what, (uintptr_t)expected, (uintptr_t)seen);
  }
  /* Offsets: the base is another one on another machine. */
  world_hash(w, (seen == NULL) ? 0u : (uintptr_t)seen - w->model.base + 1u);
}

static uint32_t tag_bytes(const world *w)
{
  return (w->region.granules + 7u) / 8u * 8u + 2u;
}

static void compare_stats(world *w)
{
  acre_stats expected;
  acre_stats seen;
  model_stats(&w->model, &expected);
  acre_region_stats(&w->region, &seen);
  TRACE("  state(%lu, %lu, %lu, %lu, %lu);\n", (unsigned long)expected.used, (unsigned long)expected.largest,
        (unsigned long)expected.low_water, (unsigned long)expected.blocks, (unsigned long)expected.free_runs);
  world_compare(w, "stats: total", expected.total, seen.total);
  world_compare(w, "stats: used", expected.used, seen.used);
  world_compare(w, "stats: free", expected.free, seen.free);
  world_compare(w, "stats: largest", expected.largest, seen.largest);
  world_compare(w, "stats: low_water", expected.low_water, seen.low_water);
  world_compare(w, "stats: blocks", expected.blocks, seen.blocks);
  world_compare(w, "stats: free_runs", expected.free_runs, seen.free_runs);
}

/* What init fixed stays as it is, whatever is done. */
static void compare_shape(const world *w)
{
  const acre_region *r = &w->region;
  const acre_region *k = &w->kept;
  if (r->tag != k->tag || r->index != k->index || r->base != k->base || r->granules != k->granules ||
      r->shift != k->shift || r->width != k->width || r->first_leaf != k->first_leaf || r->nodes != k->nodes) {
    world_fail(w, "the shape of the region stays", 1u, 0u);
  }
}

static bool metadata_kept(const world *w)
{
  return memcmp(&w->region, &w->kept, sizeof w->region) == 0 &&
         memcmp(w->region.tag - 1, kept_tags, tag_bytes(w)) == 0 &&
         memcmp(w->region.index, kept_index, 4u * (size_t)w->region.nodes) == 0;
}

static bool all_canaries(const uint8_t *from, const uint8_t *to)
{
  while (from < to && *from == CANARY) {
    from++;
  }
  return from >= to;
}

/* Nothing is written beside the metadata, or into the payload. */
static void compare_memory(const world *w)
{
  if (w->metadata != NULL) {
    const uint8_t *low = w->memory.metadata;
    const uint8_t *high = low + FUZZ_METADATA;
    const uint8_t *end = w->metadata + w->metadata_bytes;
    bool below = all_canaries((w->metadata < low + EDGE) ? low : w->metadata - EDGE, w->metadata);
    bool above = all_canaries(end, (high < end + EDGE) ? high : end + EDGE);
    if (!below || !above) {
      world_fail(w, "nothing is written beside the metadata", 1u, 0u);
    }
  }
  if (w->real && memcmp(w->area, shadow, w->area_bytes) != 0) {
    uint32_t i = 0u;
    while (w->area[i] == shadow[i]) {
      i++;
    }
    world_fail(w, "the payload is not written: address", 0u, (uintptr_t)(w->area + i));
  }
}

uint32_t fuzz_contracts(const acre_region *region, uint32_t expected)
{
  uint32_t seen = expected;
#ifdef FUZZ_CONTRACTS
  /* The loops of the translated predicates grow with the square of the region. */
  if (region->granules <= NAIVE_ALWAYS) {
    seen = (uint32_t)contracts_RegionOk(region);
    fuzz_contracts_run[expected]++;
  }
#else
  (void)region;
#endif
  return seen;
}

void world_contracts(world *w, uint32_t expected)
{
  uint32_t seen = fuzz_contracts(&w->region, expected);
  if (seen != expected) {
    world_fail(w, "the invariant as it is proven (RegionOk in spec/)", expected, seen);
  }
}

void world_check(world *w, bool refused)
{
  acre_finding finding = {ACRE_RULE_NODE, 1u};
  w->work += 8u + w->region.granules + w->model.count + w->area_bytes / 64u;
  compare_stats(w);
  acre_status status = acre_region_check(&w->region, &finding);
  world_compare(w, "check", ACRE_OK, (uintptr_t)status);
  world_compare(w, "check: rule", ACRE_RULE_NONE, (uintptr_t)finding.rule);
  if (w->region.granules <= NAIVE_ALWAYS || w->operations % 16u == 0u) {
    world_compare(w, "check says ok, the naive invariant: broken rules", 0u, naive_invariant(&w->region));
  }
  world_contracts(w, 1u);
  compare_shape(w);
  compare_memory(w);
  if (refused && !metadata_kept(w)) {
    world_fail(w, "a refusal changes nothing", 1u, 0u);
  }
  if (w->model.overflow) {
    world_fail(w, "the model's array is large enough", 0u, 1u);
  }
  if (!refused) {
    world_keep(w);
    w->cursor_void = w->cursor_void || w->cursor.at != 0u;
  }
}

void world_keep(world *w)
{
  w->kept = w->region;
  memcpy(kept_tags, w->region.tag - 1, tag_bytes(w));
  memcpy(kept_index, w->region.index, 4u * (size_t)w->region.nodes);
}

#ifndef FUZZ_TARGET
/* The counters that stand in the region's object. */
static uint32_t *counter(acre_region *region, uint32_t number)
{
  uint32_t *const all[] = {&region->frontier, &region->used, &region->peak, &region->blocks, &region->runs};
  return all[number % 5u];
}
#endif

void world_bring_back(world *w)
{
#ifndef FUZZ_TARGET
  static const char *const names[] = {"frontier", "used", "peak", "blocks", "runs"};
  for (uint32_t i = 0u; i < tag_bytes(w); i++) {
    if ((w->region.tag - 1)[i] != kept_tags[i]) {
      TRACE("  (r.tag - 1)[%lu] = %u;\n", (unsigned long)i, (unsigned)kept_tags[i]);
    }
  }
  for (uint32_t i = 0u; i < w->region.nodes; i++) {
    if (w->region.index[i] != kept_index[i]) {
      TRACE("  r.index[%lu] = %ld;\n", (unsigned long)i, (long)kept_index[i]);
    }
  }
  for (uint32_t i = 0u; i < 5u; i++) {
    if (*counter(&w->region, i) != *counter(&w->kept, i)) {
      TRACE("  r.%s = %luu;\n", names[i], (unsigned long)*counter(&w->kept, i));
    }
  }
#endif
  w->region = w->kept;
  memcpy(w->region.tag - 1, kept_tags, tag_bytes(w));
  memcpy(w->region.index, kept_index, 4u * (size_t)w->region.nodes);
  w->corrupt = false;
}

void world_mend_memory(world *w)
{
  if (w->metadata != NULL) {
    uint8_t *end = w->metadata + w->metadata_bytes;
    memset(w->memory.metadata, (int)CANARY, (size_t)(w->metadata - w->memory.metadata));
    memset(end, (int)CANARY, (size_t)(w->memory.metadata + FUZZ_METADATA - end));
  }
  if (w->place == FUZZ_INSIDE) {
    memset(w->area, (int)CANARY, (size_t)(w->memory.payload + FUZZ_PAYLOAD - w->area));
  }
  if (w->real) {
    memcpy(w->area, shadow, w->area_bytes);
  }
}

void world_adopt(world *w)
{
  acre_iterator iterator = {0u};
  acre_block block = {NULL, 0u, false};
  w->model.count = 0u;
  while (acre_region_next(&w->region, &iterator, &block)) {
    uintptr_t start = ((uintptr_t)block.address - w->model.base) >> w->model.shift;
    if (start >= w->model.granules || w->model.count == FUZZ_GRANULES) {
      world_fail(w, "next stays inside the region: granule", w->model.granules, start);
    }
    if (block.live) {
      blocks[w->model.count].start = (uint32_t)start;
      blocks[w->model.count].size = (uint32_t)(block.size >> w->model.shift);
      w->model.count++;
    }
  }
  w->model.peak = w->region.peak;
  w->corrupt = false;
  w->cursor_void = true;
  world_keep(w);
  world_check(w, true);
}

/* ---- A region ---------------------------------------------------------- */

/* The most granules that init can take of [memory, memory + size), counted up. */
static uint32_t inside_granules(uintptr_t memory, size_t size, uint32_t granule, uintptr_t *base)
{
  uintptr_t end = (memory + size) / granule * granule;
  uint32_t n = 0u;
  while ((size_t)(n + 1u) * granule <= end - memory &&
         end - memory - (size_t)(n + 1u) * granule >= ACRE_METADATA_SIZE((size_t)(n + 1u) * granule, granule)) {
    n++;
  }
  *base = end - (uintptr_t)n * granule;
  return n;
}

static acre_status start_inside(world *w, uint32_t n, const uint8_t *header)
{
  uint32_t tail = header[5] % w->granule;
  uint32_t size = ACRE_METADATA_SIZE(n * w->granule, w->granule) + n * w->granule + tail;
  uint32_t offset = 4u * (header[4] % 64u);
  uintptr_t base = 0u;
  w->area = w->memory.payload;
  uint8_t *memory = w->area + EDGE + offset;
  uint32_t expected = inside_granules((uintptr_t)memory, size, w->granule, &base);
  w->area_bytes = EDGE + offset + size + EDGE;
  TRACE("  begin_inside(%lu, %lu, %lu);\n", (unsigned long)(EDGE + offset), (unsigned long)size,
        (unsigned long)w->granule);
  memset(w->area, (int)CANARY, FUZZ_PAYLOAD);
  acre_status status = acre_region_init(&w->region, memory, size, w->granule);
  world_compare(w, "init: granules, 0 if refused", expected, (status == ACRE_OK) ? w->region.granules : 0u);
  if (status == ACRE_OK) {
    world_compare(w, "init: base", base - (uintptr_t)memory, w->region.base - (uintptr_t)memory);
    /* What is compared from now on lies behind the metadata. */
    w->area = (uint8_t *)base;
    w->area_bytes = (uint32_t)(memory + size + EDGE - w->area);
  }
  return status;
}

static acre_status start_static(world *w, uint32_t number)
{
  const acre_region *chosen = statics[number % 4u];
  w->region = *chosen;
  w->granule = 1u << chosen->shift;
  w->area = (uint8_t *)chosen->base;
  w->area_bytes = chosen->granules * w->granule;
  TRACE("  begin_static(%lu);\n", (unsigned long)(number % 4u));
  /* As the start code of a program leaves .bss. */
  memset(chosen->tag - 1, 0, (chosen->granules + 7u) / 8u * 8u + 2u);
  memset(chosen->index, 0, 4u * (size_t)chosen->nodes);
  memset(w->area, 0, w->area_bytes);
  return ACRE_OK;
}

static acre_status start_split(world *w, uint32_t n, const uint8_t *header)
{
  uint32_t size = n * w->granule + header[5] % w->granule;
  uint32_t whole = n * w->granule;
  uintptr_t base = 0u;
  uint32_t left = (w->place == FUZZ_ZERO) ? n - 1u : n;
  w->metadata_bytes = ACRE_METADATA_SIZE(left * w->granule, w->granule);
  w->metadata = w->memory.metadata;
  if (w->place != FUZZ_FRONT) {
    w->metadata += (FUZZ_METADATA - w->metadata_bytes) / 4u * 4u;
  }
  switch (w->place) {
  case FUZZ_MIDDLE:
    base = 0x20000000u + 5u * (uintptr_t)w->granule;
    break;
  case FUZZ_HALF:
    base = ((uintptr_t)1u << (sizeof base * 8u - 1u)) - n / 2u * w->granule;
    break;
  case FUZZ_TOP:
    size = whole;
    base = (uintptr_t)0u - whole;
    break;
  case FUZZ_ZERO:
    break;
  default: {
    uint32_t skip = header[4] % 16u * w->granule;
    if (EDGE + skip + size + EDGE > FUZZ_PAYLOAD || EDGE > w->granule * 8u) {
      skip = 0u;
    }
    base = (uintptr_t)w->memory.payload + skip;
    w->area = w->memory.payload;
    w->area_bytes = skip + size + EDGE;
    memset(w->area, (int)CANARY, w->area_bytes);
    break;
  }
  }
  memset(w->memory.metadata, (int)CANARY, FUZZ_METADATA);
  if (w->real) {
    TRACE("  begin_split((uintptr_t)payload + %lu", (unsigned long)(base - (uintptr_t)w->memory.payload));
  } else if (w->place == FUZZ_MIDDLE || w->place == FUZZ_ZERO) {
    TRACE("  begin_split(0x%lx", (unsigned long)base);
  } else if (w->place == FUZZ_HALF) {
    TRACE("  begin_split(UINTPTR_MAX / 2u + 1u - %lu", (unsigned long)(n / 2u * w->granule));
  } else {
    TRACE("  begin_split((uintptr_t)0u - %lu", (unsigned long)whole);
  }
  TRACE(", %lu, %lu, %lu);\n", (unsigned long)size, (unsigned long)w->granule, (unsigned long)w->metadata_bytes);
  acre_status expected = (left == 0u) ? ACRE_TOO_SMALL : ACRE_OK;
  acre_status status = acre_region_init_split(&w->region, w->metadata, w->metadata_bytes, base, size, w->granule);
  world_compare(w, "init_split", (uintptr_t)expected, (uintptr_t)status);
  if (status == ACRE_OK) {
    world_compare(w, "init_split: granules", left, w->region.granules);
    world_compare(w, "init_split: base", (w->place == FUZZ_ZERO) ? w->granule : 0u, w->region.base - base);
  }
  return status;
}

bool world_init(world *w, const uint8_t *header)
{
  memset(w, 0, sizeof *w);
  w->hash = 0xCBF29CE484222325u;
  w->memory = fuzz_memory_get();
  w->place = header[0] % FUZZ_PLACES;
  w->granule = 8u << (header[1] % 10u);
  w->real = w->place <= FUZZ_STATIC;
  uint32_t n = fuzz_granules(header[2], header[3]);
  if (w->real && n > 65536u / w->granule) {
    n = 65536u / w->granule;
  }
  acre_status status;
  if (w->place == FUZZ_INSIDE) {
    status = start_inside(w, n, header);
  } else if (w->place == FUZZ_STATIC) {
    status = start_static(w, header[2]);
  } else {
    status = start_split(w, n, header);
  }
  if (status != ACRE_OK) {
    return false;
  }
  if (w->real) {
    memcpy(shadow, w->area, w->area_bytes);
  }
  uint32_t shift = 3u;
  while ((1u << shift) != w->granule) {
    shift++;
  }
  model_init(&w->model, w->region.base, w->region.granules, shift, blocks, FUZZ_GRANULES);
  world_compare(w, "init: shift", shift, w->region.shift);
  world_keep(w);
  world_check(w, true);
  return true;
}

/* ---- Operations -------------------------------------------------------- */

static void begin(world *w)
{
  if (w->corrupt) {
    world_bring_back(w);
  }
  w->operations++;
}

void *world_alloc(world *w, size_t size)
{
  begin(w);
  void *expected = model_alloc(&w->model, size);
  TRACE("  block(acre_region_alloc(&r, %s), %s);\n", trace_size(size), trace_pointer(w->model.base, expected));
  STEPS_BEGIN();
  void *seen = acre_region_alloc(&w->region, size);
  STEPS_END(w, STEPS_ALLOC, 19u * steps_levels(w) + 17u);
  world_compare_block(w, "alloc", expected, seen);
  world_check(w, seen == NULL);
  return seen;
}

void *world_alloc_aligned(world *w, size_t alignment, size_t size)
{
  begin(w);
  void *expected = model_alloc_aligned(&w->model, alignment, size);
  TRACE("  block(acre_region_alloc_aligned(&r, %s, %s), %s);\n", trace_size(alignment), trace_size(size),
        trace_pointer(w->model.base, expected));
  STEPS_BEGIN();
  void *seen = acre_region_alloc_aligned(&w->region, alignment, size);
  STEPS_END(w, STEPS_ALIGNED, 0u);
  world_compare_block(w, "alloc_aligned", expected, seen);
  world_check(w, seen == NULL);
  return seen;
}

acre_status world_free(world *w, void *block)
{
  begin(w);
  acre_status expected = model_free(&w->model, block);
  TRACE("  status(acre_region_free(&r, %s), %s);\n", trace_pointer(w->model.base, block), trace_status(expected));
  STEPS_BEGIN();
  acre_status seen = acre_region_free(&w->region, block);
  STEPS_END(w, STEPS_FREE, 10u * steps_levels(w) + 10u);
  world_compare(w, "free", (uintptr_t)expected, (uintptr_t)seen);
  world_check(w, seen != ACRE_OK);
  return seen;
}

acre_status world_resize(world *w, void *block, size_t size)
{
  begin(w);
  acre_status expected = model_resize(&w->model, block, size);
  TRACE("  status(acre_region_resize(&r, %s, %s), %s);\n", trace_pointer(w->model.base, block), trace_size(size),
        trace_status(expected));
  STEPS_BEGIN();
  acre_status seen = acre_region_resize(&w->region, block, size);
  STEPS_END(w, STEPS_RESIZE, 10u * steps_levels(w) + 10u);
  world_compare(w, "resize", (uintptr_t)expected, (uintptr_t)seen);
  world_check(w, seen != ACRE_OK);
  return seen;
}

size_t world_usable_size(world *w, const void *block)
{
  begin(w);
  size_t expected = model_usable_size(&w->model, block);
  TRACE("  size(acre_region_usable_size(&r, %s), %s);\n", trace_pointer(w->model.base, block), trace_size(expected));
  size_t seen = acre_region_usable_size(&w->region, block);
  world_compare(w, "usable_size", expected, seen);
  world_check(w, true);
  return seen;
}

void world_reset(world *w)
{
  begin(w);
  model_reset(&w->model);
  TRACE("  acre_region_reset(&r);\n");
  acre_region_reset(&w->region);
  world_check(w, false);
}

void world_reset_low_water(world *w)
{
  begin(w);
  model_reset_low_water(&w->model);
  TRACE("  acre_region_reset_low_water(&r);\n");
  acre_region_reset_low_water(&w->region);
  world_check(w, false);
}

static bool step(world *w, acre_iterator *iterator, uint32_t *at)
{
  acre_block expected = {NULL, 0u, false};
  acre_block seen = {NULL, 0u, false};
  bool more = model_next(&w->model, at, &expected);
  TRACE("  next(%s, %s, %s, %s);\n", more ? "true" : "false", trace_pointer(w->model.base, expected.address),
        trace_size(expected.size), expected.live ? "true" : "false");
  bool seen_more = acre_region_next(&w->region, iterator, &seen);
  world_compare(w, "next", more, seen_more);
  world_compare_block(w, "next: address", expected.address, seen.address);
  world_compare(w, "next: size", expected.size, seen.size);
  world_compare(w, "next: live", expected.live, seen.live);
  w->work += 1u + w->model.count;
  return more;
}

bool world_next(world *w)
{
  begin(w);
  bool more = step(w, &w->iterator, &w->iterator_model);
  if (!more) {
    TRACE("  iterator.granule = 0;\n");
    w->iterator.granule = 0u;
    w->iterator_model = 0u;
  }
  world_check(w, true);
  return more;
}

void world_walk(world *w)
{
  acre_iterator iterator = {0u};
  uint32_t at = 0u;
  begin(w);
  TRACE("  iterator_kept = iterator.granule, iterator.granule = 0;\n");
  while (step(w, &iterator, &at)) {
    w->operations++;
  }
  TRACE("  iterator.granule = iterator_kept;\n");
  world_check(w, true);
}

void world_check_step(world *w, uint32_t budget)
{
  acre_finding finding = {ACRE_RULE_NODE, 1u};
  begin(w);
  TRACE("  acre_region_check_step(&r, &cursor, %lu, &finding); /* from { %lu, %lu, %lu, %lu, %lu, %lu } */\n",
        (unsigned long)budget, (unsigned long)w->cursor.at, (unsigned long)w->cursor.start,
        (unsigned long)w->cursor.end, (unsigned long)w->cursor.used, (unsigned long)w->cursor.blocks,
        (unsigned long)w->cursor.runs);
  uint32_t at = w->cursor.at;
  STEPS_BEGIN();
  acre_status status = acre_region_check_step(&w->region, &w->cursor, budget, &finding);
  STEPS_END(w, STEPS_CHECK_STEP, (budget < 0x10000000u) ? 9u * budget : 0u);
  uint32_t units = tag_bytes(w) - 1u + w->region.nodes;
  if (!w->cursor_void) {
    /* A step for each granule, the sentinel, and each node. */
    acre_status expected = (budget >= units - at) ? ACRE_OK : ACRE_CHECK_MORE;
    world_compare(w, "check_step", (uintptr_t)expected, (uintptr_t)status);
    world_compare(w, "check_step: rule", ACRE_RULE_NONE, (uintptr_t)finding.rule);
  } else if (status != ACRE_OK && status != ACRE_CORRUPT && status != ACRE_CHECK_MORE) {
    world_fail(w, "check_step from any cursor", ACRE_OK, (uintptr_t)status);
  } else {
    world_hash(w, (uint64_t)status);
  }
  if (status != ACRE_CHECK_MORE) {
    TRACE("  memset(&cursor, 0, sizeof cursor);\n");
    memset(&w->cursor, 0, sizeof w->cursor);
    w->cursor_void = false;
  }
  world_check(w, true);
}

/* ---- The payload ------------------------------------------------------- */

static void paint(world *w, uintptr_t from, size_t bytes, uint8_t value, uint8_t step_by)
{
  uintptr_t low = (uintptr_t)w->area;
  for (size_t i = 0u; w->real && i < bytes; i++) {
    uintptr_t at = from + i - low;
    if (at < w->area_bytes) {
      w->area[at] = (uint8_t)(value + i * step_by);
      shadow[at] = w->area[at];
    }
  }
}

void world_scribble(world *w, uintptr_t from, uint32_t bytes, uint8_t value)
{
  begin(w);
  paint(w, from, bytes, value, 0u);
  world_check(w, true);
}

void world_fill_block(world *w, void *block, bool clear)
{
  if (block != NULL && w->real) {
    w->serial++;
    paint(w, (uintptr_t)block, model_usable_size(&w->model, block), clear ? 0u : (uint8_t)(w->serial * 37u + 1u),
          clear ? 0u : 1u);
  }
}

void world_move(world *w, void *to, const void *from, size_t bytes)
{
  if (w->real) {
    uintptr_t low = (uintptr_t)w->area;
    memmove(to, from, bytes);
    memmove(shadow + ((uintptr_t)to - low), shadow + ((uintptr_t)from - low), bytes);
  }
}

/* ---- The end ----------------------------------------------------------- */

void world_end(world *w)
{
  if (w->corrupt) {
    world_bring_back(w);
  }
  world_check(w, true);
  world_walk(w);
  /* From both ends and from the middle, so that all ways to merge are taken. */
  for (uint32_t i = 0u; w->model.count != 0u; i++) {
    uint32_t number = (i % 3u == 0u) ? 0u : (i % 3u == 1u) ? w->model.count / 2u : w->model.count - 1u;
    world_compare(w, "free at the end", ACRE_OK,
                  (uintptr_t)world_free(w, (void *)model_address(&w->model, blocks[number].start)));
  }
  acre_stats stats;
  acre_region_stats(&w->region, &stats);
  world_compare(w, "all freed: one free run", 1u, stats.free_runs);
  world_compare(w, "all freed: the largest request is everything", stats.total, stats.largest);
  void *all = world_alloc(w, stats.total);
  world_compare_block(w, "all freed: everything at once", (void *)w->model.base, all);
  world_free(w, all);
  for (uint32_t i = 0u; i < tag_bytes(w); i++) {
    world_hash(w, (w->region.tag - 1)[i]);
  }
  for (uint32_t i = 0u; i < w->region.nodes; i++) {
    world_hash(w, (uint32_t)w->region.index[i]);
  }
}
