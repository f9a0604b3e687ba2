/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "heap_oracle.h"
#include "heap_trace.h"
#include "naive_invariant.h"

#include <stdio.h>
#include <string.h>

#define CANARY 0xC5u
#define EDGE 64u /* canaries behind the rooms */
#define AREA_BYTES (HEAP_AREA + EDGE)

static model_block blocks[HEAP_MODEL_REGIONS * HEAP_GRANULES];
/* What the memory has to hold. */
static uint8_t shadow[AREA_BYTES];
static uint8_t shadow_metadata[FUZZ_METADATA];
/* The slots after the last operation. */
static acre_heap_slot kept[HEAP_SLOTS];

/* ---- Comparing --------------------------------------------------------- */

_Noreturn void heap_fail(const fuzz_heap *h, const char *what, uint64_t expected, uint64_t seen)
{
  printf("/* FAILED %s: expected 0x%llx, seen 0x%llx (operation %lu; memory at 0x%lx) */\n", what,
         (unsigned long long)expected, (unsigned long long)seen, (unsigned long)h->operations,
         (unsigned long)(uintptr_t)h->memory.payload);
  fflush(stdout);
  fuzz_die();
}

void heap_mix(fuzz_heap *h, uint64_t value)
{
  h->hash = (h->hash ^ value) * 0x100000001B3u;
}

void heap_compare(fuzz_heap *h, const char *what, uint64_t expected, uint64_t seen)
{
  if (expected != seen) {
    heap_fail(h, what, expected, seen);
  }
  heap_mix(h, seen);
}

/* As the number of its region and an offset in that: the same on every machine. */
void heap_compare_pointer(fuzz_heap *h, const char *what, const void *expected, const void *seen)
{
  if (expected != seen) {
    heap_fail(h, what, (uintptr_t)expected, (uintptr_t)seen);
  }
  const heap_model_region *owner = heap_model_owner(&h->model, (uintptr_t)seen);
  heap_mix(h, (seen == NULL || owner == NULL)
                  ? 0u
                  : (uint64_t)owner->id << 32 | (uint32_t)((uintptr_t)seen - owner->address));
}

acre_heap_status heap_compare_status(fuzz_heap *h, const char *what, acre_heap_status expected, acre_heap_status seen)
{
  heap_compare(h, what, (uint64_t)expected, (uint64_t)seen);
  return seen;
}

/* ---- Memory ------------------------------------------------------------ */

/* Where the shadow of a byte of memory is; NULL if it has none. */
uint8_t *heap_shadow(const fuzz_heap *h, uintptr_t at)
{
  uintptr_t area = at - (uintptr_t)h->memory.payload;
  uintptr_t metadata = at - (uintptr_t)h->memory.metadata;
  if (area < AREA_BYTES) {
    return &shadow[area];
  }
  return (metadata < FUZZ_METADATA) ? &shadow_metadata[metadata] : NULL;
}

/* What stands in [from, from + bytes) is right. */
void heap_accept(const fuzz_heap *h, uintptr_t from, size_t bytes)
{
  uint8_t *to = heap_shadow(h, from);
  if (bytes != 0u && to != NULL && heap_shadow(h, from + (bytes - 1u)) == to + (bytes - 1u)) {
    memcpy(to, (const uint8_t *)from, bytes);
  }
}

size_t heap_tag_bytes(const acre_region *r)
{
  return (r->granules + 7u) / 8u * 8u + 2u;
}

static void accept_metadata(const fuzz_heap *h, const acre_region *r)
{
  heap_accept(h, (uintptr_t)r->tag - 1u, heap_tag_bytes(r));
  heap_accept(h, (uintptr_t)r->index, 4u * (size_t)r->nodes);
}

static void compare_bytes(fuzz_heap *h, const char *what, const uint8_t *seen, const uint8_t *expected, size_t bytes)
{
  if (memcmp(seen, expected, bytes) != 0) {
    size_t i = 0u;
    while (seen[i] == expected[i]) {
      i++;
    }
    heap_fail(h, what, 0u, (uintptr_t)(seen + i));
  }
}

/* ---- Slots ------------------------------------------------------------- */

bool heap_registered(const acre_heap_slot *slot)
{
  /* as in src/heap/slot.h: active or draining */
  return slot->state == 2u || slot->state == 3u;
}

uint32_t heap_slot(const fuzz_heap *h, acre_region_id id)
{
  uint32_t i = 0u;
  while (i < h->heap.capacity && !(heap_registered(&h->slots[i]) && h->slots[i].id == id)) {
    i++;
  }
  return i;
}

/* The operation may change the region that owns an address. */
void heap_may_change(fuzz_heap *h, const void *pointer)
{
  const heap_model_region *owner = heap_model_owner(&h->model, (uintptr_t)pointer);
  if (owner != NULL) {
    uint32_t i = heap_slot(h, owner->id);
    if (i == h->heap.capacity) {
      heap_fail(h, "the heap has the region of the model: number", owner->id, 0u);
    }
    h->changed |= 1u << i;
  }
}

/* Slots of other regions stay as they are, but for their counts of failures, which are compared with the model's. */
static void compare_slots(fuzz_heap *h)
{
  for (uint32_t i = 0u; i < h->heap.capacity; i++) {
    if ((h->changed >> i & 1u) == 0u && !h->loose && kept[i].state != 0u) {
      kept[i].failed = h->slots[i].failed;
      if (memcmp(&kept[i], &h->slots[i], sizeof kept[i]) != 0) {
        heap_fail(h, "the slots of other regions stay: slot", 0u, i);
      }
    }
  }
  memcpy(kept, h->slots, sizeof kept);
}

const heap_model_region *heap_region(const fuzz_heap *h, uint32_t number)
{
  uint32_t count = heap_regions(h);
  const heap_model_region *r = heap_model_next(&h->model, 0u);
  for (uint32_t i = (count == 0u) ? 0u : number % count; i != 0u; i--) {
    r = heap_model_next(&h->model, r->id);
  }
  return r;
}

void *heap_block(const fuzz_heap *h, uint32_t number)
{
  uint32_t count = 0u;
  for (uint32_t i = 0u; i < HEAP_MODEL_REGIONS; i++) {
    count += h->model.region[i].present ? h->model.region[i].blocks.count : 0u;
  }
  if (count == 0u) {
    return NULL;
  }
  number %= count;
  const heap_model_region *r = heap_model_next(&h->model, 0u);
  while (number >= r->blocks.count) {
    number -= r->blocks.count;
    r = heap_model_next(&h->model, r->id);
  }
  return (void *)model_address(&r->blocks, r->blocks.block[number].start);
}

bool heap_is_far(const fuzz_heap *h, const void *block)
{
  const heap_model_region *owner = heap_model_owner(&h->model, (uintptr_t)block);
  return owner != NULL && ((owner->caps[0] | owner->caps[1] | owner->caps[2]) & HEAP_FAR) != 0u;
}

/* ---- Hooks and locks --------------------------------------------------- */

fuzz_heap *heap_unlocked(void *user)
{
  fuzz_heap *h = user;
  if (h->heap_held || h->region_held) {
    heap_fail(h, "hooks are called outside of every lock", 0u, 1u);
  }
  return h;
}

static void on_failed(void *user, size_t size, acre_caps caps, const char *function)
{
  heap_told *t = &heap_unlocked(user)->told;
  t->failed += (function != NULL) ? 1u : 100u;
  t->size = size;
  t->caps = caps;
}

static void on_allocated(void *user, void *block, size_t size, acre_caps caps)
{
  heap_told *t = &heap_unlocked(user)->told;
  (void)caps;
  t->allocated++;
  t->block = block;
  t->size = size;
}

static void on_resized(void *user, void *block, size_t size, acre_caps caps)
{
  heap_told *t = &heap_unlocked(user)->told;
  (void)caps;
  t->resized++;
  t->block = block;
  t->size = size;
}

static void on_freed(void *user, void *block)
{
  heap_unlocked(user)->told.freed += (block != NULL) ? 1u : 100u;
}

static void on_fault(void *user, acre_heap_status kind, const void *pointer, acre_region_id region)
{
  heap_told *t = &heap_unlocked(user)->told;
  (void)pointer;
  t->faults++;
  t->fault = kind;
  t->region = region;
}

static void on_removed(void *user, acre_region_id region, const char *name)
{
  heap_unlocked(user)->told.removed += (region != ACRE_NO_REGION && name != NULL) ? 1u : 100u;
}

static bool on_low_memory(void *user, size_t size, acre_caps caps)
{
  fuzz_heap *h = heap_unlocked(user);
  (void)size;
  (void)caps;
  if (!h->armed) {
    return false;
  }
  h->armed = false;
  heap_compare(h, "free in the low-memory hook", (uint64_t)h->victim_status,
               (uint64_t)acre_heap_free(&h->heap, h->victim));
  return true;
}

static uintptr_t heap_acquire(void *context)
{
  fuzz_heap *h = context;
  if (h->heap_held) {
    heap_fail(h, "the heap's lock is not taken twice", 0u, 1u);
  }
  h->heap_held = true;
  return 0x5A5Au;
}

static void heap_release(void *context, uintptr_t saved)
{
  fuzz_heap *h = context;
  if (!h->heap_held || saved != 0x5A5Au) {
    heap_fail(h, "the heap's lock is given back as it was taken", 0x5A5Au, saved);
  }
  h->heap_held = false;
}

uintptr_t heap_region_acquire(void *context)
{
  fuzz_heap *h = context;
  if (h->region_held || h->heap_held) {
    heap_fail(h, "a region's lock is taken first, and alone", 0u, 1u);
  }
  h->region_held = true;
  return 0xA5A5u;
}

void heap_region_release(void *context, uintptr_t saved)
{
  fuzz_heap *h = context;
  if (!h->region_held || saved != 0xA5A5u) {
    heap_fail(h, "a region's lock is given back as it was taken", 0xA5A5u, saved);
  }
  h->region_held = false;
}

/* ---- Around an operation ------------------------------------------------- */

uint32_t heap_regions(const fuzz_heap *h)
{
  uint32_t count = 0u;
  for (uint32_t i = 0u; i < HEAP_MODEL_REGIONS; i++) {
    count += h->model.region[i].present ? 1u : 0u;
  }
  return count;
}

void heap_begin(fuzz_heap *h)
{
  static const heap_told nothing = {0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, NULL, ACRE_HEAP_OK, 0u};
  h->operations++;
  h->told = nothing;
  h->before = heap_regions(h);
  h->changed = 0u;
  h->loose = false;
}

bool heap_is_fault(acre_heap_status status)
{
  return status == ACRE_HEAP_OUTSIDE || status == ACRE_HEAP_NOT_A_BLOCK || status == ACRE_HEAP_HOST;
}

/* What the hooks must have been told. */
void heap_compare_told(fuzz_heap *h, uint32_t failed, uint32_t allocated, uint32_t resized, uint32_t freed,
                       uint32_t faults)
{
  /* All but add make regions fewer only. */
  uint32_t now = heap_regions(h);
  uint32_t removed = (now < h->before) ? h->before - now : 0u;
  if (h->mute) {
    removed = 0u;
    failed = allocated = resized = freed = faults = 0u;
  }
  TRACE("  told(%lu, %lu, %lu, %lu, %lu, %lu);\n", (unsigned long)failed, (unsigned long)allocated,
        (unsigned long)resized, (unsigned long)freed, (unsigned long)faults, (unsigned long)removed);
  heap_compare(h, "calls of the failed hook", failed, h->told.failed);
  heap_compare(h, "calls of the allocated hook", allocated, h->told.allocated);
  heap_compare(h, "calls of the resized hook", resized, h->told.resized);
  heap_compare(h, "calls of the freed hook", freed, h->told.freed);
  heap_compare(h, "calls of the fault hook", faults, h->told.faults);
  heap_compare(h, "calls of the removed hook", removed, h->told.removed);
}

void heap_compare_fault(fuzz_heap *h, acre_heap_status status, acre_region_id region)
{
  if (!h->mute) {
    heap_compare(h, "fault told", (uint64_t)status, (uint64_t)h->told.fault);
    heap_compare(h, "region told of the fault", region, h->told.region);
  }
}

static void compare_stats(fuzz_heap *h, const acre_heap_stats *expected, const acre_heap_stats *seen)
{
  heap_compare(h, "stats: total", expected->total, seen->total);
  heap_compare(h, "stats: used", expected->used, seen->used);
  heap_compare(h, "stats: free", expected->free, seen->free);
  heap_compare(h, "stats: largest", expected->largest, seen->largest);
  heap_compare(h, "stats: low_water", expected->low_water, seen->low_water);
  heap_compare(h, "stats: peak", expected->peak, seen->peak);
  heap_compare(h, "stats: allocated", expected->allocated, seen->allocated);
  heap_compare(h, "stats: freed", expected->freed, seen->freed);
  heap_compare(h, "stats: failed", expected->failed, seen->failed);
  heap_compare(h, "stats: blocks", expected->blocks, seen->blocks);
  heap_compare(h, "stats: free_runs", expected->free_runs, seen->free_runs);
}

static void all_stats(fuzz_heap *h)
{
  /* In turns, those that a request may name, and those that are watched. */
  static const acre_caps turn[] = {1u, 2u, 4u, 8u, 3u, HEAP_FAR, 5u, 16u};
  acre_caps caps = turn[h->operations % 8u];
  acre_heap_stats expected;
  acre_heap_stats seen;
  if (h->model.watches != 0u && h->operations % 2u == 0u) {
    caps = h->watches[h->operations / 2u % h->model.watches].caps;
  }
  heap_model_get_stats(&h->model, &expected);
  heap_trace_stats(0u, 0u, &expected);
  acre_heap_get_stats(&h->heap, &seen);
  compare_stats(h, &expected, &seen);
  heap_model_get_stats_caps(&h->model, caps, &expected);
  heap_trace_stats(1u, caps, &expected);
  acre_heap_get_stats_caps(&h->heap, caps, &seen);
  compare_stats(h, &expected, &seen);
  for (const heap_model_region *r = heap_model_next(&h->model, 0u); r != NULL; r = heap_model_next(&h->model, r->id)) {
    heap_model_get_stats_region(&h->model, r->id, &expected);
    heap_trace_stats(2u, r->id, &expected);
    heap_compare(h, "stats_region", ACRE_HEAP_OK, (uint64_t)acre_heap_get_stats_region(&h->heap, r->id, &seen));
    compare_stats(h, &expected, &seen);
    h->work += 20u + r->blocks.count + r->blocks.granules / 4u;
  }
}

static void all_regions(fuzz_heap *h)
{
  for (uint32_t i = 0u; i < h->heap.capacity; i++) {
    const acre_heap_slot *slot = &h->slots[i];
    bool small = slot->region.granules <= NAIVE_ALWAYS;
    if (heap_registered(slot) && ((small && (h->changed >> i & 1u) != 0u) || h->operations % 16u == 0u)) {
      heap_compare(h, "check says ok, the naive invariant: broken rules", 0u, naive_invariant(&slot->region));
      heap_compare(h, "the invariant as it is proven (RegionOk in spec/)", 1u, fuzz_contracts(&slot->region, 1u));
    }
    if (heap_registered(slot) && slot->pins != 0u) {
      heap_fail(h, "no operation is left in a region: slot", 0u, i);
    }
  }
}

/* Everything that must hold between operations. */
void heap_finish(fuzz_heap *h)
{
  acre_heap_finding finding = {1u, {ACRE_RULE_NODE, 1u}};
  for (uint32_t i = 0u; i < h->heap.capacity; i++) {
    if ((h->changed >> i & 1u) != 0u) {
      accept_metadata(h, &h->slots[i].region);
    }
  }
  compare_slots(h);
  h->work += 300u;
  all_stats(h);
  TRACE("  sound();\n");
  heap_compare(h, "check", ACRE_HEAP_OK, (uint64_t)acre_heap_check(&h->heap, 0u, &finding));
  heap_compare(h, "check: region", ACRE_NO_REGION, finding.region);
  heap_compare(h, "check: rule", ACRE_RULE_NONE, (uint64_t)finding.finding.rule);
  all_regions(h);
  compare_bytes(h, "payload, and metadata of other regions, stay: address", h->memory.payload, shadow, AREA_BYTES);
  compare_bytes(h, "metadata of other regions, elsewhere, stay: address", h->memory.metadata, shadow_metadata,
                FUZZ_METADATA);
  if (h->heap_held || h->region_held) {
    heap_fail(h, "no lock is held", 0u, 1u);
  }
  for (uint32_t i = 0u; i < HEAP_MODEL_REGIONS; i++) {
    if (h->model.region[i].blocks.overflow) {
      heap_fail(h, "the model's array is large enough", 0u, 1u);
    }
  }
}

void heap_start(fuzz_heap *h, uint32_t capacity, bool lock, bool mute)
{
  acre_lock hooks = {heap_acquire, heap_release, h};
  memset(h, 0, sizeof *h);
  h->hash = 0xCBF29CE484222325u;
  h->memory = fuzz_memory_get();
  memset(h->memory.payload, (int)CANARY, AREA_BYTES);
  memset(h->memory.metadata, (int)CANARY, FUZZ_METADATA);
  memset(shadow, (int)CANARY, AREA_BYTES);
  memset(shadow_metadata, (int)CANARY, FUZZ_METADATA);
  h->mute = mute;
  TRACE("  begin(%lu, %d, %d);\n", (unsigned long)capacity, lock ? 1 : 0, mute ? 1 : 0);
  heap_compare(h, "init", ACRE_HEAP_OK, (uint64_t)acre_heap_init(&h->heap, h->slots, capacity));
  heap_model_init(&h->model, capacity, blocks, HEAP_GRANULES);
  if (lock) {
    heap_compare(h, "set_lock", ACRE_HEAP_OK, (uint64_t)acre_heap_set_lock(&h->heap, &hooks));
  }
  if (!mute) {
    acre_heap_on_failed(&h->heap, on_failed, h);
    acre_heap_on_allocated(&h->heap, on_allocated, h);
    acre_heap_on_resized(&h->heap, on_resized, h);
    acre_heap_on_freed(&h->heap, on_freed, h);
    acre_heap_on_fault(&h->heap, on_fault, h);
    acre_heap_on_low_memory(&h->heap, on_low_memory, h);
    acre_heap_on_removed(&h->heap, on_removed, h);
  }
  memcpy(kept, h->slots, sizeof kept);
  heap_begin(h);
  heap_finish(h);
}
