/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "heap_both.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void heap_both_differ(const heap_both *b, const char *what, uintptr_t given, uint64_t expected, uint64_t seen)
{
  printf("FAILED %s (0x%lx): expected 0x%llx, seen 0x%llx (seed %lu, operation %lu)\n", what, (unsigned long)given,
         (unsigned long long)expected, (unsigned long long)seen, (unsigned long)b->seed, (unsigned long)b->operation);
  fflush(stdout);
  exit(1);
}

/* Compare one result, and make it part of the digest (FNV-1a over bytes). */
static void compare(heap_both *b, const char *what, uintptr_t given, uint64_t expected, uint64_t seen)
{
  if (expected != seen) {
    heap_both_differ(b, what, given, expected, seen);
  }
  for (uint32_t i = 0u; i < 4u; i++) {
    b->digest = (b->digest ^ ((uint32_t)(seen >> (8u * i)) & 0xFFu)) * 16777619u;
  }
}

static void compare_pointer(heap_both *b, const char *what, uintptr_t given, const void *expected, const void *seen)
{
  if (expected != seen) {
    heap_both_differ(b, what, given, (uintptr_t)expected, (uintptr_t)seen);
  }
  uint64_t offset = (seen == NULL) ? 0u : (uint64_t)((uintptr_t)seen - b->origin) + 1u;
  compare(b, what, given, offset, offset);
}

/* ---- Hooks ----------------------------------------------------------------- */

static void on_failed(void *user, size_t size, acre_caps caps, const char *function)
{
  told *t = (told *)user;
  t->failed += (function != NULL) ? 1u : 100u;
  t->failed_size = size;
  t->failed_caps = caps;
}

static void on_allocated(void *user, void *block, size_t size, acre_caps caps)
{
  (void)caps;
  ((told *)user)->allocated += (block != NULL && size != 0u) ? 1u : 100u;
}

static void on_resized(void *user, void *block, size_t size, acre_caps caps)
{
  (void)caps;
  ((told *)user)->resized += (block != NULL && size != 0u) ? 1u : 100u;
}

static void on_freed(void *user, void *block)
{
  ((told *)user)->freed += (block != NULL) ? 1u : 100u;
}

static void on_fault(void *user, acre_heap_status kind, const void *pointer, acre_region_id region)
{
  told *t = (told *)user;
  (void)pointer;
  t->faults += (kind == ACRE_HEAP_OUTSIDE || region != ACRE_NO_REGION) ? 1u : 100u;
  t->fault = kind;
}

static void on_removed(void *user, acre_region_id region, const char *name)
{
  (void)name;
  ((told *)user)->removed += (region != ACRE_NO_REGION) ? 1u : 100u;
}

static void begin(heap_both *b)
{
  static const told nothing = {0u, 0u, 0u, 0u, 0u, 0u, ACRE_HEAP_OK, 0u, 0u};
  b->operation++;
  b->told = nothing;
}

static uint32_t regions(const heap_both *b)
{
  uint32_t count = 0u;
  for (uint32_t i = 0u; i < HEAP_MODEL_REGIONS; i++) {
    count += b->model.region[i].present ? 1u : 0u;
  }
  return count;
}

/* What the hooks must have been told. */
static void compare_told(heap_both *b, uint32_t failed, uint32_t allocated, uint32_t resized, uint32_t freed,
                         acre_heap_status fault)
{
  compare(b, "calls of the failed hook", 0u, failed, b->told.failed);
  compare(b, "calls of the allocated hook", 0u, allocated, b->told.allocated);
  compare(b, "calls of the resized hook", 0u, resized, b->told.resized);
  compare(b, "calls of the freed hook", 0u, freed, b->told.freed);
  compare(b, "calls of the fault hook", 0u, (fault == ACRE_HEAP_OK) ? 0u : 1u, b->told.faults);
  compare(b, "fault told", 0u, (uint64_t)fault, (uint64_t)b->told.fault);
}

static bool is_fault(acre_heap_status status)
{
  return status == ACRE_HEAP_OUTSIDE || status == ACRE_HEAP_NOT_A_BLOCK || status == ACRE_HEAP_HOST;
}

void heap_both_init(heap_both *b, acre_heap *heap, model_block *blocks, uint32_t length, uint32_t seed)
{
  b->heap = heap;
  b->origin = 0u;
  b->seed = seed;
  b->operation = 0u;
  b->digest = 2166136261u;
  heap_model_init(&b->model, heap->capacity, blocks, length);
  acre_heap_on_failed(heap, on_failed, &b->told);
  acre_heap_on_allocated(heap, on_allocated, &b->told);
  acre_heap_on_resized(heap, on_resized, &b->told);
  acre_heap_on_freed(heap, on_freed, &b->told);
  acre_heap_on_fault(heap, on_fault, &b->told);
  acre_heap_on_removed(heap, on_removed, &b->told);
}

/* ---- Regions ----------------------------------------------------------------- */

acre_heap_status heap_both_add(heap_both *b, const acre_heap_area *area, acre_region_id *id)
{
  acre_region_id expected_id = *id;
  acre_region_id seen_id = *id;
  begin(b);
  acre_heap_status expected = heap_model_add(&b->model, area, &expected_id);
  acre_heap_status seen = acre_heap_add(b->heap, area, &seen_id);
  compare(b, "add", area->address, (uint64_t)expected, (uint64_t)seen);
  compare(b, "add: id", area->address, expected_id, seen_id);
  compare_told(b, 0u, 0u, 0u, 0u, ACRE_HEAP_OK);
  *id = seen_id;
  return seen;
}

acre_heap_status heap_both_remove(heap_both *b, acre_region_id id)
{
  uint32_t before = regions(b);
  begin(b);
  acre_heap_status expected = heap_model_remove(&b->model, id);
  acre_heap_status seen = acre_heap_remove(b->heap, id);
  compare(b, "remove", id, (uint64_t)expected, (uint64_t)seen);
  compare(b, "calls of the removed hook", id, before - regions(b), b->told.removed);
  return seen;
}

acre_heap_status heap_both_drain(heap_both *b, acre_region_id id)
{
  uint32_t before = regions(b);
  begin(b);
  acre_heap_status expected = heap_model_drain(&b->model, id);
  acre_heap_status seen = acre_heap_drain(b->heap, id);
  compare(b, "drain", id, (uint64_t)expected, (uint64_t)seen);
  compare(b, "calls of the removed hook", id, before - regions(b), b->told.removed);
  return seen;
}

acre_heap_status heap_both_set_reserve(heap_both *b, acre_region_id id, size_t bytes, acre_caps reserved)
{
  begin(b);
  acre_heap_status expected = heap_model_set_reserve(&b->model, id, bytes, reserved);
  acre_heap_status seen = acre_heap_set_reserve(b->heap, id, bytes, reserved);
  compare(b, "set_reserve", id, (uint64_t)expected, (uint64_t)seen);
  return seen;
}

void heap_both_set_order(heap_both *b, acre_heap_order order)
{
  begin(b);
  b->model.order = order;
  acre_heap_set_order(b->heap, order);
}

/* ---- Blocks -------------------------------------------------------------------- */

acre_request heap_both_request(size_t alignment, size_t size, const acre_caps *caps, uint32_t count)
{
  acre_request request;
  request.size = size;
  request.alignment = alignment;
  request.caps = caps;
  request.count = count;
  request.zeroed = false;
  request.function = "test";
  return request;
}

static bool valid(const acre_request *request)
{
  return request->size != 0u && request->alignment != 0u && (request->alignment & (request->alignment - 1u)) == 0u;
}

/* The arguments of the failed hook, if it was called. */
static void compare_failed(heap_both *b, const acre_request *request)
{
  if (b->told.failed != 0u) {
    /* Whether it is right, since huge sizes differ between machines. */
    compare(b, "size told of failure is right", request->size, 1u, b->told.failed_size == request->size);
    compare(b, "caps told of failure", request->size, (request->count == 0u) ? 0u : request->caps[request->count - 1u],
            b->told.failed_caps);
  }
}

void *heap_both_alloc(heap_both *b, const acre_request *request)
{
  begin(b);
  void *expected = heap_model_alloc(&b->model, request);
  void *seen = acre_heap_alloc_request(b->heap, request);
  compare_pointer(b, "alloc", request->size, expected, seen);
  compare_told(b, (valid(request) && seen == NULL) ? 1u : 0u, (seen == NULL) ? 0u : 1u, 0u, 0u, ACRE_HEAP_OK);
  compare_failed(b, request);
  return seen;
}

void *heap_both_realloc(heap_both *b, void *block, const acre_request *request)
{
  acre_heap_status fault;
  uint32_t before = regions(b);
  begin(b);
  void *expected = heap_model_realloc(&b->model, block, request, &fault);
  void *seen = acre_heap_realloc_request(b->heap, block, request);
  compare_pointer(b, "realloc", (uintptr_t)block, expected, seen);
  bool freeing = block != NULL && request->size == 0u;
  bool failed = valid(request) && seen == NULL && fault == ACRE_HEAP_OK;
  bool moved = seen != NULL && seen != block;
  bool stayed = seen != NULL && seen == block;
  compare_told(b, failed ? 1u : 0u, moved ? 1u : 0u, stayed ? 1u : 0u,
               ((moved && block != NULL) || (freeing && fault == ACRE_HEAP_OK)) ? 1u : 0u, fault);
  compare_failed(b, request);
  compare(b, "calls of the removed hook", (uintptr_t)block - b->origin, before - regions(b), b->told.removed);
  return seen;
}

acre_heap_status heap_both_free(heap_both *b, void *block)
{
  uint32_t before = regions(b);
  begin(b);
  acre_heap_status expected = heap_model_free(&b->model, block);
  acre_heap_status seen = acre_heap_free(b->heap, block);
  compare(b, "free", (uintptr_t)block, (uint64_t)expected, (uint64_t)seen);
  compare_told(b, 0u, 0u, 0u, (block != NULL && seen == ACRE_HEAP_OK) ? 1u : 0u, seen);
  compare(b, "calls of the removed hook", (uintptr_t)block, before - regions(b), b->told.removed);
  return seen;
}

acre_heap_status heap_both_resize(heap_both *b, void *block, size_t size, acre_caps caps)
{
  begin(b);
  acre_heap_status expected = heap_model_resize(&b->model, block, size, caps);
  acre_heap_status seen = acre_heap_resize(b->heap, block, size, caps);
  compare(b, "resize", (uintptr_t)block, (uint64_t)expected, (uint64_t)seen);
  compare_told(b, 0u, 0u, (seen == ACRE_HEAP_OK) ? 1u : 0u, 0u, is_fault(seen) ? seen : ACRE_HEAP_OK);
  return seen;
}

size_t heap_both_usable_size(heap_both *b, const void *block)
{
  size_t expected = heap_model_usable_size(&b->model, block);
  size_t seen = acre_heap_usable_size(b->heap, block);
  compare(b, "usable_size", (uintptr_t)block, expected, seen);
  return seen;
}

void heap_both_block_of(heap_both *b, const void *pointer)
{
  acre_block expected = {NULL, 0u, false};
  acre_block seen = {NULL, 0u, false};
  acre_heap_status status = heap_model_block_of(&b->model, pointer, &expected);
  compare(b, "block_of", (uintptr_t)pointer, (uint64_t)status, (uint64_t)acre_heap_block_of(b->heap, pointer, &seen));
  if (status == ACRE_HEAP_OK) {
    compare_pointer(b, "block_of: address", (uintptr_t)pointer, expected.address, seen.address);
    compare(b, "block_of: size", (uintptr_t)pointer, expected.size, seen.size);
    compare(b, "block_of: live", (uintptr_t)pointer, expected.live, seen.live);
  }
}

void heap_both_explain(heap_both *b, acre_caps caps, size_t alignment, size_t size)
{
  acre_explanation expected;
  acre_explanation seen;
  heap_model_explain(&b->model, caps, alignment, size, &expected);
  acre_heap_explain(b->heap, caps, alignment, size, &seen);
  compare(b, "explain: reason", size, (uint64_t)expected.reason, (uint64_t)seen.reason);
  compare(b, "explain: region", size, expected.region, seen.region);
  compare(b, "explain: free", size, expected.free, seen.free);
  compare(b, "explain: largest", size, expected.largest, seen.largest);
}

/* ---- Marks and statistics ---------------------------------------------------------- */

void heap_both_set_watches(heap_both *b, acre_heap_watch *watches, uint32_t count)
{
  acre_caps caps[HEAP_MODEL_WATCHES];
  begin(b);
  for (uint32_t i = 0u; i < count; i++) {
    caps[i] = watches[i].caps;
  }
  heap_model_set_watches(&b->model, caps, count);
  acre_heap_set_watches(b->heap, watches, count);
}

void heap_both_reset_marks(heap_both *b)
{
  begin(b);
  heap_model_reset_marks(&b->model);
  acre_heap_reset_marks(b->heap);
}

void heap_both_monitor_start(heap_both *b)
{
  begin(b);
  heap_model_monitor_start(&b->model);
  acre_heap_monitor_start(b->heap);
}

void heap_both_monitor_stop(heap_both *b)
{
  begin(b);
  acre_heap_status expected = heap_model_monitor_stop(&b->model);
  compare(b, "monitor_stop", 0u, (uint64_t)expected, (uint64_t)acre_heap_monitor_stop(b->heap));
}

static void compare_stats(heap_both *b, uintptr_t which, const acre_heap_stats *expected, const acre_heap_stats *seen)
{
  compare(b, "stats: total", which, expected->total, seen->total);
  compare(b, "stats: used", which, expected->used, seen->used);
  compare(b, "stats: free", which, expected->free, seen->free);
  compare(b, "stats: largest", which, expected->largest, seen->largest);
  compare(b, "stats: low_water", which, expected->low_water, seen->low_water);
  compare(b, "stats: peak", which, expected->peak, seen->peak);
  compare(b, "stats: allocated", which, expected->allocated, seen->allocated);
  compare(b, "stats: freed", which, expected->freed, seen->freed);
  compare(b, "stats: failed", which, expected->failed, seen->failed);
  compare(b, "stats: blocks", which, expected->blocks, seen->blocks);
  compare(b, "stats: free_runs", which, expected->free_runs, seen->free_runs);
}

acre_heap_stats heap_both_stats(heap_both *b, acre_caps caps)
{
  acre_heap_stats expected;
  acre_heap_stats seen;
  for (acre_region_id id = 0u; id <= b->model.last_id && b->model.last_id < 1000u; id++) {
    acre_heap_status status = heap_model_get_stats_region(&b->model, id, &expected);
    compare(b, "stats_region", id, (uint64_t)status, (uint64_t)acre_heap_get_stats_region(b->heap, id, &seen));
    if (status == ACRE_HEAP_OK) {
      compare_stats(b, id, &expected, &seen);
    }
  }
  heap_model_get_stats_caps(&b->model, caps, &expected);
  acre_heap_get_stats_caps(b->heap, caps, &seen);
  compare_stats(b, caps, &expected, &seen);
  heap_model_get_stats(&b->model, &expected);
  acre_heap_get_stats(b->heap, &seen);
  compare_stats(b, 0u, &expected, &seen);
  return seen;
}

/* ---- The walk ------------------------------------------------------------------------ */

typedef struct follower {
  heap_both *both;
  const heap_model_region *region;
  uint32_t at;
} follower;

/* The next block of the model, of the next region if need be; false after the last. */
static bool follow(follower *f, acre_block *block)
{
  while (f->region != NULL && !model_next(&f->region->blocks, &f->at, block)) {
    f->region = heap_model_next(&f->both->model, f->region->id);
    f->at = 0u;
  }
  return f->region != NULL;
}

static acre_walk compare_block(void *user, const acre_heap_info *info, const acre_block *block)
{
  follower *f = (follower *)user;
  heap_both *b = f->both;
  acre_block expected = {NULL, 0u, false};
  compare(b, "walk: there is a block", info->id, follow(f, &expected), 1u);
  compare(b, "walk: region", info->id, f->region->id, info->id);
  compare_pointer(b, "walk: address", info->id, expected.address, block->address);
  compare(b, "walk: size", info->id, expected.size, block->size);
  compare(b, "walk: live", info->id, expected.live, block->live);
  compare(b, "walk: reserve", info->id, f->region->reserve, info->reserve);
  compare(b, "walk: draining", info->id, f->region->draining, info->draining);
  return ACRE_WALK_ON;
}

void heap_both_walk(heap_both *b)
{
  acre_heap_finding finding;
  acre_block block;
  follower f = {b, heap_model_next(&b->model, 0u), 0u};
  compare(b, "walk", 0u, 1u, acre_heap_walk(b->heap, 0u, compare_block, &f));
  compare(b, "walk: there is another block", 0u, follow(&f, &block), 0u);
  compare(b, "check", 0u, ACRE_HEAP_OK, (uint64_t)acre_heap_check(b->heap, 0u, &finding));
}
