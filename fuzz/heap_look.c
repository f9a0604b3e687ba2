/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Questions, walks and checks; changed metadata. */
#include "heap_oracle.h"
#include "heap_trace.h"
#include "naive_invariant.h"

#include <string.h>

void heap_look(fuzz_heap *h, void *pointer)
{
  acre_block expected = {NULL, 0u, false};
  acre_block seen = {NULL, 0u, false};
  acre_heap_finding finding;
  heap_begin(h);
  size_t size = heap_model_usable_size(&h->model, pointer);
  TRACE("  size(acre_heap_usable_size(&h, %s), %s);\n", heap_text_pointer(h, pointer), trace_size(size));
  heap_compare(h, "usable_size", size, acre_heap_usable_size(&h->heap, pointer));
  acre_heap_status status = heap_model_block_of(&h->model, pointer, &expected);
  TRACE("  block_of(%s, %s, %s,", heap_text_pointer(h, pointer), heap_text_status(status),
        heap_text_pointer(h, expected.address));
  TRACE(" %s, %d);\n", trace_size(expected.size), expected.live ? 1 : 0);
  heap_compare_status(h, "block_of", status, acre_heap_block_of(&h->heap, pointer, &seen));
  if (status == ACRE_HEAP_OK) {
    heap_compare_pointer(h, "block_of: address", expected.address, seen.address);
    heap_compare(h, "block_of: size", expected.size, seen.size);
    heap_compare(h, "block_of: live", expected.live, seen.live);
  }
  status = (heap_model_owner(&h->model, (uintptr_t)pointer) == NULL) ? ACRE_HEAP_OUTSIDE : ACRE_HEAP_OK;
  heap_compare_status(h, "check_address", status, acre_heap_check_address(&h->heap, pointer, &finding));
  heap_finish(h);
}

void heap_explain(fuzz_heap *h, acre_caps caps, size_t alignment, size_t size)
{
  acre_explanation expected;
  acre_explanation seen;
  heap_begin(h);
  heap_model_explain(&h->model, caps, alignment, size, &expected);
  TRACE("  explain(%luu, %s, %s, ", (unsigned long)caps, trace_size(alignment), trace_size(size));
  TRACE("%d, %luu, %luu, %luu);\n", (int)expected.reason, (unsigned long)expected.region, (unsigned long)expected.free,
        (unsigned long)expected.largest);
  acre_heap_explain(&h->heap, caps, alignment, size, &seen);
  heap_compare(h, "explain: reason", (uint64_t)expected.reason, (uint64_t)seen.reason);
  heap_compare(h, "explain: region", expected.region, seen.region);
  heap_compare(h, "explain: free", expected.free, seen.free);
  heap_compare(h, "explain: largest", expected.largest, seen.largest);
  heap_finish(h);
}

static void compare_info(fuzz_heap *h, const heap_model_region *r, const acre_heap_info *info)
{
  heap_compare(h, "info: id", r->id, info->id);
  heap_compare(h, "info: address", 0u, info->address - r->address);
  heap_compare(h, "info: size", r->size, info->size);
  for (uint32_t p = 0u; p < ACRE_PRIORITIES; p++) {
    heap_compare(h, "info: caps", r->caps[p], info->caps[p]);
  }
  heap_compare(h, "info: reserve", r->reserve, info->reserve);
  heap_compare(h, "info: reserved", r->reserved, info->reserved);
  heap_compare(h, "info: draining", r->draining, info->draining);
}

void heap_next(fuzz_heap *h)
{
  acre_heap_info info;
  heap_begin(h);
  const heap_model_region *r = heap_model_next(&h->model, h->next);
  acre_region_id id = (r == NULL) ? ACRE_NO_REGION : r->id;
  TRACE("  size(acre_heap_next(&h, %luu), %luu);\n", (unsigned long)h->next, (unsigned long)id);
  heap_compare(h, "next", id, acre_heap_next(&h->heap, h->next));
  heap_compare_status(h, "region_info", (r == NULL) ? ACRE_HEAP_UNKNOWN_REGION : ACRE_HEAP_OK,
                      acre_heap_region_info(&h->heap, id, &info));
  if (r != NULL) {
    acre_heap_finding finding;
    compare_info(h, r, &info);
    heap_compare_status(h, "check_region", ACRE_HEAP_OK, acre_heap_check_region(&h->heap, id, &finding));
  }
  h->next = id;
  heap_finish(h);
}

typedef struct follower {
  fuzz_heap *h;
  acre_caps caps;
  uint32_t how;
  uint32_t some;
  uint32_t seen; /* blocks, of this region or in all */
  const heap_model_region *region;
  acre_region_id id; /* of that */
  uint32_t at;
  uint32_t freed;
  uint32_t refused;
} follower;

/* The next region of the model that is meant, behind the one in hand. */
static void follow_region(follower *f)
{
  f->region = heap_model_next(&f->h->model, f->id);
  while (f->region != NULL && ((f->region->caps[0] | f->region->caps[1] | f->region->caps[2]) & f->caps) != f->caps) {
    f->region = heap_model_next(&f->h->model, f->region->id);
  }
  f->id = (f->region == NULL) ? f->id : f->region->id;
  f->at = 0u;
  if (f->how == 1u) {
    f->seen = 0u;
  }
}

static bool follow(follower *f, acre_block *block)
{
  while (f->region != NULL && !model_next(&f->region->blocks, &f->at, block)) {
    follow_region(f);
  }
  return f->region != NULL;
}

static acre_walk on_block(void *user, const acre_heap_info *info, const acre_block *block)
{
  follower *f = user;
  fuzz_heap *h = heap_unlocked(f->h);
  acre_block expected = {NULL, 0u, false};
  heap_compare(h, "walk: there is a block", follow(f, &expected), 1u);
  heap_compare(h, "walk: region", f->region->id, info->id);
  heap_compare_pointer(h, "walk: address", expected.address, block->address);
  heap_compare(h, "walk: size", expected.size, block->size);
  heap_compare(h, "walk: live", expected.live, block->live);
  f->seen++;
  h->work += 4u;
  if (f->how == 1u && f->seen > f->some) {
    follow_region(f);
    return ACRE_WALK_NEXT_REGION;
  }
  if (f->how == 2u && f->seen > f->some) {
    f->region = NULL;
    return ACRE_WALK_STOP;
  }
  if (f->how == 3u && f->seen % (f->some + 1u) == 0u && block->live) {
    /* A region that drains and has no block any more leaves when the walk leaves it. */
    acre_heap_status status = heap_model_free(&h->model, block->address);
    f->freed += (status == ACRE_HEAP_OK) ? 1u : 0u;
    f->refused += (status == ACRE_HEAP_OK) ? 0u : 1u;
    TRACE("  status(acre_heap_free(&h, %s), %s);\n", heap_text_pointer(h, block->address), heap_text_status(status));
    heap_compare_status(h, "free in a walk", status, acre_heap_free(&h->heap, block->address));
  }
  return ACRE_WALK_ON;
}

void heap_walk(fuzz_heap *h, acre_caps caps, uint32_t how, uint32_t some)
{
  acre_block block;
  follower f = {h, caps, how, some, 0u, NULL, 0u, 0u, 0u, 0u};
  heap_begin(h);
  TRACE("  /* a walk through the blocks of the regions with %lu, kind %lu, some %lu */\n", (unsigned long)caps,
        (unsigned long)how, (unsigned long)some);
  follow_region(&f);
  bool ended = acre_heap_walk(&h->heap, caps, on_block, &f);
  heap_compare(h, "walk: there is another block", follow(&f, &block), 0u);
  heap_compare(h, "walk: to the end", !(how == 2u && f.seen > some), ended);
  heap_compare_told(h, 0u, 0u, 0u, f.freed, f.refused);
  if (how == 3u) {
    h->changed = UINT32_MAX;
    h->loose = true;
  }
  heap_finish(h);
}

void heap_check_step(fuzz_heap *h, uint32_t budget)
{
  acre_heap_finding finding = {1u, {ACRE_RULE_NODE, 1u}};
  heap_begin(h);
  TRACE("  acre_heap_check_step(&h, 0u, &cursor, %luu, &finding);\n", (unsigned long)budget);
  acre_heap_status status = acre_heap_check_step(&h->heap, 0u, &h->cursor, budget, &finding);
  if (status != ACRE_HEAP_OK && status != ACRE_HEAP_CHECK_MORE) {
    heap_fail(h, "check_step of sound regions", ACRE_HEAP_CHECK_MORE, (uint64_t)status);
  }
  heap_mix(h, (uint64_t)status);
  if (status == ACRE_HEAP_OK) {
    TRACE("  memset(&cursor, 0, sizeof cursor);\n");
    memset(&h->cursor, 0, sizeof h->cursor);
  }
  heap_finish(h);
}

static uint32_t value_near(const acre_region *r, uint32_t old, uint32_t code)
{
  switch (code % 4u) {
  case 0:
    return old ^ (1u << (code / 4u % 32u));
  case 1:
    return old + 1u + code / 64u;
  case 2:
    return old - 1u - code / 64u;
  default:
    return r->granules + code / 4u % 3u - 1u;
  }
}

/* With the metadata of one region changed: check names it, iff it is broken. */
static void judge(fuzz_heap *h, const acre_heap_slot *slot)
{
  uint32_t broken = naive_invariant(&slot->region);
  acre_heap_status expected = (broken == 0u) ? ACRE_HEAP_OK : ACRE_HEAP_CORRUPT;
  acre_region_id id = (broken == 0u) ? ACRE_NO_REGION : slot->id;
  acre_heap_finding finding = {77u, {ACRE_RULE_NONE, 0u}};
  acre_heap_check_cursor cursor;
  uint32_t steps = 0u;
  uint32_t corrupt = 0u;
  acre_heap_status status;
  TRACE("  status(acre_heap_check(&h, 0u, &finding), %s);\n", heap_text_status(expected));
  heap_compare_status(h, "check, metadata changed", expected, acre_heap_check(&h->heap, 0u, &finding));
  heap_compare(h, "check, metadata changed: region", id, finding.region);
  if (broken != 0u &&
      ((uint32_t)finding.finding.rule > ACRE_RULE_COUNTER || (broken >> finding.finding.rule & 1u) == 0u)) {
    heap_fail(h, "check names a broken rule; broken are", broken, (uint64_t)finding.finding.rule);
  }
  heap_compare(h, "the invariant as it is proven, metadata changed", (broken == 0u) ? 1u : 0u,
               fuzz_contracts(&slot->region, (broken == 0u) ? 1u : 0u));
  heap_compare_status(h, "check_region, metadata changed", expected,
                      acre_heap_check_region(&h->heap, slot->id, &finding));
  memset(&cursor, 0, sizeof cursor);
  do {
    status = acre_heap_check_step(&h->heap, 0u, &cursor, 9u, &finding);
    corrupt += (status == ACRE_HEAP_CORRUPT) ? 1u : 0u;
    steps++;
    if (steps > 20000u) {
      heap_fail(h, "check in steps comes to an end", 0u, steps);
    }
  } while (status != ACRE_HEAP_OK);
  heap_compare(h, "check in steps: regions that are corrupt", (broken == 0u) ? 0u : 1u, corrupt);
  h->work += 30u * steps;
}

void heap_corrupt(fuzz_heap *h, const uint8_t *record)
{
  static const char *const names[] = {"frontier", "used", "peak", "blocks", "runs"};
  (void)names;
  const heap_model_region *chosen = heap_region(h, record[1] / 16u);
  heap_begin(h);
  /* A region that drains and says it has no block is removed, whatever is in it. */
  if (chosen != NULL && !chosen->draining) {
    unsigned long number = heap_slot(h, chosen->id);
    acre_heap_slot *slot = &h->slots[number];
    acre_region *r = &slot->region;
    uint32_t *const counters[] = {&r->frontier, &r->used, &r->peak, &r->blocks, &r->runs};
    uint32_t place = record[2] | (uint32_t)record[3] << 8;
    uint32_t kind = record[1] % 4u;
    if (kind < 2u) {
      uint8_t *tag = &(r->tag - 1)[place % heap_tag_bytes(r)];
      uint8_t old = *tag;
      *tag = (kind == 0u) ? (uint8_t)(old ^ (1u << record[1] / 4u % 8u))
                          : (uint8_t)(record[3] + 61u * (record[1] / 4u));
      TRACE("  (h.slots[%lu].region.tag - 1)[%lu] = %u;\n", number, (unsigned long)(tag - (r->tag - 1)),
            (unsigned)*tag);
      judge(h, slot);
      TRACE("  (h.slots[%lu].region.tag - 1)[%lu] = %u;\n", number, (unsigned long)(tag - (r->tag - 1)), (unsigned)old);
      *tag = old;
    } else if (kind == 2u) {
      int32_t *node = &r->index[place % r->nodes];
      int32_t old = *node;
      *node = (int32_t)value_near(r, (uint32_t)old, record[1] / 4u + 64u * (place / r->nodes));
      TRACE("  h.slots[%lu].region.index[%lu] = %ld;\n", number, (unsigned long)(node - r->index), (long)*node);
      judge(h, slot);
      TRACE("  h.slots[%lu].region.index[%lu] = %ld;\n", number, (unsigned long)(node - r->index), (long)old);
      *node = old;
    } else {
      uint32_t counter_number = record[1] / 4u % 5u;
      uint32_t *counter = counters[counter_number];
      uint32_t old = *counter;
      *counter = value_near(r, old, place);
      TRACE("  h.slots[%lu].region.%s = %luu;\n", number, names[counter_number], (unsigned long)*counter);
      judge(h, slot);
      TRACE("  h.slots[%lu].region.%s = %luu;\n", number, names[counter_number], (unsigned long)old);
      *counter = old;
    }
  }
  heap_finish(h);
}

void heap_refuse(fuzz_heap *h, uint32_t which)
{
  acre_heap other;
  acre_heap_slot slot[1];
  acre_heap_area area;
  acre_region_id id = 0u;
  heap_begin(h);
  memset(&area, 0, sizeof area);
  TRACE("  /* calls with arguments that are refused, kind %lu */\n", (unsigned long)which % 8u);
  switch (which % 8u) {
  case 0:
    heap_compare_status(h, "init, no heap", ACRE_HEAP_NULL_ARGUMENT, acre_heap_init(NULL, slot, 1u));
    break;
  case 1:
    heap_compare_status(h, "init, no slots", ACRE_HEAP_NULL_ARGUMENT, acre_heap_init(&other, NULL, 1u));
    break;
  case 2:
    heap_compare_status(h, "init, no capacity", ACRE_HEAP_NO_SLOT, acre_heap_init(&other, slot, 0u));
    break;
  case 3:
    heap_compare_status(h, "add, no heap", ACRE_HEAP_NULL_ARGUMENT, acre_heap_add(NULL, &area, &id));
    break;
  case 4:
    heap_compare_status(h, "add, no area", ACRE_HEAP_NULL_ARGUMENT, acre_heap_add(&h->heap, NULL, &id));
    break;
  case 5:
    heap_compare_status(h, "add, no id", ACRE_HEAP_NULL_ARGUMENT, acre_heap_add(&h->heap, &area, NULL));
    break;
  case 6: {
    acre_lock half = {heap_region_acquire, NULL, h};
    heap_compare_status(h, "set_lock, half a lock", ACRE_HEAP_NULL_ARGUMENT, acre_heap_set_lock(&h->heap, &half));
    break;
  }
  default: {
    acre_heap_stats stats;
    acre_heap_finding finding;
    acre_region_id none = h->model.last_id + 1u;
    heap_compare_status(h, "stats_region", ACRE_HEAP_UNKNOWN_REGION,
                        acre_heap_get_stats_region(&h->heap, none, &stats));
    heap_compare_status(h, "check_region", ACRE_HEAP_UNKNOWN_REGION, acre_heap_check_region(&h->heap, none, &finding));
    heap_compare_status(h, "stats_region", ACRE_HEAP_UNKNOWN_REGION, acre_heap_get_stats_region(&h->heap, 0u, &stats));
    break;
  }
  }
  heap_finish(h);
}
