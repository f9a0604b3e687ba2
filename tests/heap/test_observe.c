/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Statistics, marks, explanations, walks, checks, reports, locks. */
#include "support.h"

#include <stdio.h>
#include <string.h>

/* ---- Statistics ------------------------------------------------------------- */

static acre_heap_stats joint(fixture *f)
{
  acre_heap_stats stats;
  acre_heap_get_stats(&f->heap, &stats);
  assert_int_equal(stats.total, stats.used + stats.free);
  return stats;
}

static acre_heap_stats of(fixture *f, acre_caps caps)
{
  acre_heap_stats stats;
  acre_heap_get_stats_caps(&f->heap, caps, &stats);
  assert_int_equal(stats.total, stats.used + stats.free);
  return stats;
}

static acre_heap_stats one(fixture *f, acre_region_id id)
{
  acre_heap_stats stats;
  assert_int_equal(acre_heap_get_stats_region(&f->heap, id, &stats), ACRE_HEAP_OK);
  return stats;
}

/* The joint mark is that of one moment, not the sum of marks of several. */
static void test_joint_low_water(void **state)
{
  fixture f;
  (void)state;
  fixture_open(&f);
  size_t total = joint(&f).total;
  assert_int_equal(joint(&f).low_water, total);
  void *b = acre_heap_alloc(&f.heap, 1600u, CAN_DMA);
  assert_int_equal(acre_heap_free(&f.heap, b), ACRE_HEAP_OK);
  void *a = acre_heap_alloc(&f.heap, 800u, CAN_INTERNAL);
  assert_int_equal(acre_heap_free(&f.heap, a), ACRE_HEAP_OK);
  assert_int_equal(joint(&f).low_water, total - 1600u);
  assert_int_equal(joint(&f).peak, 1600);
  assert_int_equal(of(&f, 0u).low_water, total - 2400u);
  assert_int_equal(of(&f, 0u).peak, 2400);
  assert_int_equal(one(&f, f.internal).peak, 800);
  /* A region that comes later counts as if it had always been there. */
  acre_heap_area area = area_at(memory[0] + 2048, 1024u, NOBODY);
  acre_region_id late;
  assert_int_equal(acre_heap_add(&f.heap, &area, &late), ACRE_HEAP_OK);
  size_t more = one(&f, late).total;
  assert_int_equal(one(&f, late).low_water, more);
  assert_int_equal(joint(&f).low_water, total + more - 1600u);
  /* One that goes lowers what is free. */
  assert_int_equal(acre_heap_remove(&f.heap, f.dma), ACRE_HEAP_OK);
  assert_int_equal(joint(&f).low_water, joint(&f).total);
  assert_int_equal(joint(&f).peak, 1600);
  acre_heap_reset_marks(&f.heap);
  assert_int_equal(joint(&f).peak, 0);
  assert_int_equal(joint(&f).low_water, joint(&f).free);
  fixture_close(&f);
}

/* The same for the regions with some capabilities. */
static void test_watches(void **state)
{
  fixture f;
  acre_heap_watch watches[2];
  (void)state;
  fixture_open(&f);
  watches[0].caps = CAN_INTERNAL;
  watches[1].caps = CAN_EXTERNAL;
  void *first = acre_heap_alloc(&f.heap, 160u, CAN_DMA);
  acre_heap_set_watches(&f.heap, watches, 2u);
  size_t total = of(&f, CAN_INTERNAL).total;
  assert_int_equal(of(&f, CAN_INTERNAL).low_water, total - 160u);
  void *a = acre_heap_alloc(&f.heap, 1600u, CAN_DMA);
  assert_int_equal(acre_heap_free(&f.heap, a), ACRE_HEAP_OK);
  a = acre_heap_alloc(&f.heap, 800u, CAN_INTERNAL);
  assert_int_equal(acre_heap_free(&f.heap, a), ACRE_HEAP_OK);
  assert_int_equal(of(&f, CAN_INTERNAL).low_water, total - 1760u);
  assert_int_equal(of(&f, CAN_INTERNAL).peak, 1760);
  assert_int_equal(of(&f, CAN_EXTERNAL).peak, 0);
  assert_int_equal(of(&f, CAN_DEFAULT).peak, 1760u + 800u); /* not watched */
  /* The monitor has these marks, too. */
  acre_heap_monitor_start(&f.heap);
  assert_int_equal(of(&f, CAN_INTERNAL).peak, 160);
  assert_int_equal(acre_heap_free(&f.heap, first), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_monitor_stop(&f.heap), ACRE_HEAP_OK);
  assert_int_equal(of(&f, CAN_INTERNAL).peak, 1760);
  acre_heap_reset_marks(&f.heap);
  assert_int_equal(of(&f, CAN_INTERNAL).peak, 0);
  /* Regions that come and go. */
  assert_int_equal(acre_heap_remove(&f.heap, f.internal), ACRE_HEAP_OK);
  assert_int_equal(of(&f, CAN_INTERNAL).low_water, one(&f, f.dma).total);
  acre_heap_area area = area_at(memory[0], 1024u, CAN_INTERNAL);
  assert_int_equal(acre_heap_add(&f.heap, &area, &f.internal), ACRE_HEAP_OK);
  assert_int_equal(of(&f, CAN_INTERNAL).low_water, of(&f, CAN_INTERNAL).total);
  acre_heap_set_watches(&f.heap, NULL, 0u);
  assert_non_null(acre_heap_alloc(&f.heap, 100u, CAN_INTERNAL));
  fixture_close(&f);
}

static void test_sums(void **state)
{
  fixture f;
  (void)state;
  fixture_open(&f);
  void *a = acre_heap_alloc(&f.heap, 100u, CAN_INTERNAL); /* 112 bytes */
  void *b = acre_heap_alloc(&f.heap, 100u, CAN_EXTERNAL); /* 128 bytes */
  assert_non_null(b);
  assert_int_equal(joint(&f).used, 240);
  assert_int_equal(joint(&f).blocks, 2);
  assert_int_equal(joint(&f).free_runs, 3);
  assert_int_equal(of(&f, CAN_INTERNAL).used, 112);
  assert_int_equal(of(&f, CAN_DEFAULT).used, 240);
  assert_int_equal(of(&f, NOBODY).total, 0);
  assert_int_equal(of(&f, CAN_INTERNAL | CAN_DMA).total, one(&f, f.dma).total);
  a = acre_heap_realloc(&f.heap, a, 200u, CAN_INTERNAL);
  assert_int_equal(joint(&f).allocated, 336);
  assert_int_equal(joint(&f).freed, 0);
  a = acre_heap_realloc(&f.heap, a, 10u, CAN_INTERNAL);
  assert_int_equal(joint(&f).freed, 192);
  assert_int_equal(one(&f, f.internal).freed, 192);
  assert_int_equal(one(&f, f.external).allocated, 128);
  assert_int_equal(acre_heap_free(&f.heap, a), ACRE_HEAP_OK);
  assert_int_equal(joint(&f).allocated - joint(&f).freed, joint(&f).used);
  /* They stop at the top. */
  f.heap.allocated = UINT64_MAX - 10u;
  f.heap.freed = UINT64_MAX;
  f.slots[0].allocated = UINT64_MAX - 10u;
  f.heap.failed = UINT64_MAX;
  a = acre_heap_alloc(&f.heap, 100u, CAN_INTERNAL);
  assert_int_equal(acre_heap_free(&f.heap, a), ACRE_HEAP_OK);
  assert_null(acre_heap_alloc(&f.heap, 100u, NOBODY));
  assert_true(joint(&f).allocated == UINT64_MAX);
  assert_true(joint(&f).freed == UINT64_MAX);
  assert_true(joint(&f).failed == UINT64_MAX);
  assert_true(one(&f, f.internal).allocated == UINT64_MAX);
  assert_true(of(&f, 0u).allocated == UINT64_MAX);
  fixture_close(&f);
}

static void test_failed_counts(void **state)
{
  fixture f;
  (void)state;
  fixture_open(&f);
  /* Passed over in internal, met in dma. */
  assert_non_null(acre_heap_alloc(&f.heap, 1000u, CAN_DEFAULT));
  assert_int_equal(one(&f, f.internal).failed, 1);
  assert_int_equal(one(&f, f.dma).failed, 0);
  assert_int_equal(joint(&f).failed, 0);
  assert_null(acre_heap_alloc(&f.heap, 1000u, CAN_INTERNAL));
  assert_int_equal(one(&f, f.internal).failed, 2);
  assert_int_equal(one(&f, f.dma).failed, 1);
  assert_int_equal(one(&f, f.external).failed, 0);
  assert_int_equal(joint(&f).failed, 1);
  assert_int_equal(of(&f, CAN_INTERNAL).failed, 3);
  fixture_close(&f);
}

/* The largest request is exactly that. */
static void test_largest(void **state)
{
  fixture f;
  (void)state;
  fixture_open(&f);
  assert_int_equal(acre_heap_set_reserve(&f.heap, f.external, 500u, CAN_EXTERNAL), ACRE_HEAP_OK);
  for (acre_caps caps = 1u; caps < 16u; caps++) {
    size_t largest = of(&f, caps).largest;
    void *block = acre_heap_alloc(&f.heap, largest + 1u, caps);
    assert_null(block);
    block = acre_heap_alloc(&f.heap, largest, caps);
    assert_true((block != NULL) == (largest != 0u));
    assert_int_equal(acre_heap_free(&f.heap, block), ACRE_HEAP_OK);
  }
  fixture_close(&f);
}

static void test_monitor(void **state)
{
  fixture f;
  (void)state;
  fixture_open(&f);
  size_t total = joint(&f).total;
  size_t dma = one(&f, f.dma).total;
  assert_int_equal(acre_heap_monitor_stop(&f.heap), ACRE_HEAP_NOT_MONITORED);
  void *a = acre_heap_alloc(&f.heap, 1600u, CAN_DMA);
  assert_int_equal(acre_heap_free(&f.heap, a), ACRE_HEAP_OK);
  acre_heap_monitor_start(&f.heap);
  assert_int_equal(one(&f, f.dma).low_water, dma);
  assert_int_equal(joint(&f).low_water, total);
  assert_int_equal(joint(&f).peak, 0);
  a = acre_heap_alloc(&f.heap, 160u, CAN_DMA);
  assert_int_equal(acre_heap_free(&f.heap, a), ACRE_HEAP_OK);
  assert_int_equal(one(&f, f.dma).low_water, dma - 160u);
  assert_int_equal(joint(&f).low_water, total - 160u);
  assert_int_equal(of(&f, CAN_DMA).low_water, dma - 160u);
  /* Again: anew. */
  acre_heap_monitor_start(&f.heap);
  assert_int_equal(one(&f, f.dma).low_water, dma);
  /* A region that comes meanwhile has its own. */
  acre_heap_area area = area_at(memory[0] + 2048, 1024u, NOBODY);
  acre_region_id late;
  assert_int_equal(acre_heap_add(&f.heap, &area, &late), ACRE_HEAP_OK);
  assert_non_null(acre_heap_alloc(&f.heap, 32u, NOBODY));
  assert_int_equal(one(&f, late).low_water, one(&f, late).total - 32u);
  assert_int_equal(acre_heap_monitor_stop(&f.heap), ACRE_HEAP_OK);
  assert_int_equal(one(&f, f.dma).low_water, dma - 1600u);
  assert_int_equal(joint(&f).peak, 1600);
  assert_int_equal(acre_heap_monitor_stop(&f.heap), ACRE_HEAP_NOT_MONITORED);
  /* A new lowest within the time of the monitor stays. */
  acre_heap_monitor_start(&f.heap);
  a = acre_heap_alloc(&f.heap, 1700u, CAN_DMA);
  assert_int_equal(acre_heap_free(&f.heap, a), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_monitor_stop(&f.heap), ACRE_HEAP_OK);
  assert_int_equal(one(&f, f.dma).low_water, dma - 1712u);
  assert_int_equal(joint(&f).peak, 1712u + 32u);
  fixture_close(&f);
}

static void test_explain(void **state)
{
  fixture f;
  acre_explanation e;
  (void)state;
  fixture_open(&f);
  acre_heap_explain(&f.heap, CAN_DMA, 1u, 0u, &e);
  assert_int_equal(e.reason, ACRE_REASON_BAD_SIZE);
  acre_heap_explain(&f.heap, CAN_DMA, 0u, 1u, &e);
  assert_int_equal(e.reason, ACRE_REASON_BAD_ALIGNMENT);
  acre_heap_explain(&f.heap, CAN_DMA, 24u, 1u, &e);
  assert_int_equal(e.reason, ACRE_REASON_BAD_ALIGNMENT);
  acre_heap_explain(&f.heap, 0u, 1u, 1u, &e);
  assert_int_equal(e.reason, ACRE_REASON_NO_REGION);
  assert_int_equal(e.region, ACRE_NO_REGION);
  acre_heap_explain(&f.heap, CAN_DMA | CAN_EXTERNAL, 1u, 1u, &e);
  assert_int_equal(e.reason, ACRE_REASON_NO_REGION);
  acre_heap_explain(&f.heap, CAN_DMA, 1u, 100u, &e);
  assert_int_equal(e.reason, ACRE_REASON_NONE);
  assert_int_equal(e.region, f.dma);
  acre_heap_explain(&f.heap, CAN_DMA, 1u, 5000u, &e);
  assert_int_equal(e.reason, ACRE_REASON_TOO_LARGE);
  assert_int_equal(e.region, f.dma);
  acre_heap_explain(&f.heap, CAN_DMA, 1u, SIZE_MAX, &e);
  assert_int_equal(e.reason, ACRE_REASON_TOO_LARGE);
  /* Too large for internal, but dma and then external have it. */
  acre_heap_explain(&f.heap, CAN_DEFAULT, 1u, 3000u, &e);
  assert_int_equal(e.reason, ACRE_REASON_NONE);
  assert_int_equal(e.region, f.external);
  void *a = acre_heap_alloc(&f.heap, 600u, CAN_DMA);
  void *b = acre_heap_alloc(&f.heap, 600u, CAN_DMA);
  assert_non_null(b);
  acre_heap_explain(&f.heap, CAN_DMA, 1u, 1000u, &e);
  assert_int_equal(e.reason, ACRE_REASON_EXHAUSTED);
  assert_int_equal(e.free, one(&f, f.dma).free);
  assert_int_equal(acre_heap_free(&f.heap, a), ACRE_HEAP_OK);
  acre_heap_explain(&f.heap, CAN_DMA, 1u, 1000u, &e);
  assert_int_equal(e.reason, ACRE_REASON_FRAGMENTED);
  assert_int_equal(e.largest, one(&f, f.dma).largest);
  /* By alignment alone. */
  acre_heap_explain(&f.heap, CAN_DMA, 1u, 600u, &e);
  assert_int_equal(e.reason, ACRE_REASON_NONE);
  acre_heap_explain(&f.heap, CAN_DMA, 2048u, 600u, &e);
  assert_int_equal(e.reason, ACRE_REASON_FRAGMENTED);
  acre_heap_explain(&f.heap, CAN_DMA, SIZE_MAX / 2u + 1u, 16u, &e);
  assert_int_equal(e.reason, ACRE_REASON_FRAGMENTED);
  assert_int_equal(acre_heap_drain(&f.heap, f.dma), ACRE_HEAP_DRAINING);
  acre_heap_explain(&f.heap, CAN_DMA, 1u, 1u, &e);
  assert_int_equal(e.reason, ACRE_REASON_NO_REGION);
  fixture_close(&f);
}

/* ---- Walk ---------------------------------------------------------------------- */

typedef struct trip {
  fixture *f;
  uint32_t calls;
  uint32_t live;
  uint32_t stop_after; /* calls */
  acre_walk stop;
  acre_region_id regions[4];
  uint32_t region_count;
  bool frees;
} trip;

static acre_walk visit(void *user, const acre_heap_info *info, const acre_block *block)
{
  trip *t = user;
  t->calls++;
  t->live += block->live ? 1u : 0u;
  if (t->region_count == 0u || t->regions[t->region_count - 1u] != info->id) {
    t->regions[t->region_count++] = info->id;
  }
  if (t->frees && block->live) {
    /* Outside of the lock: the heap may be used. */
    assert_int_equal(acre_heap_free(&t->f->heap, block->address), ACRE_HEAP_OK);
    assert_int_equal(acre_heap_remove(&t->f->heap, info->id), ACRE_HEAP_BUSY);
    assert_int_equal(acre_heap_drain(&t->f->heap, info->id), ACRE_HEAP_DRAINING);
    /* Though empty it stays until the walk has left it. */
    acre_heap_info still;
    assert_int_equal(acre_heap_region_info(&t->f->heap, info->id, &still), ACRE_HEAP_OK);
  }
  return (t->calls == t->stop_after) ? t->stop : ACRE_WALK_ON;
}

static void test_walk(void **state)
{
  fixture f;
  acre_block block;
  (void)state;
  fixture_open(&f);
  uint8_t *a = acre_heap_alloc(&f.heap, 100u, CAN_INTERNAL);
  uint8_t *b = acre_heap_alloc(&f.heap, 100u, CAN_INTERNAL);
  uint8_t *c = acre_heap_alloc(&f.heap, 100u, CAN_EXTERNAL);
  assert_int_equal(acre_heap_free(&f.heap, a), ACRE_HEAP_OK);
  trip t = {&f, 0u, 0u, 0u, ACRE_WALK_ON, {0u}, 0u, false};
  assert_true(acre_heap_walk(&f.heap, 0u, visit, &t));
  assert_int_equal(t.calls, 3 + 1 + 2);
  assert_int_equal(t.live, 2);
  assert_int_equal(t.region_count, 3);
  assert_int_equal(t.regions[0], f.internal);
  assert_int_equal(t.regions[2], f.external);
  /* The next region only. */
  trip skip = {&f, 0u, 0u, 1u, ACRE_WALK_NEXT_REGION, {0u}, 0u, false};
  assert_true(acre_heap_walk(&f.heap, 0u, visit, &skip));
  assert_int_equal(skip.calls, 1 + 1 + 2);
  trip stop = {&f, 0u, 0u, 2u, ACRE_WALK_STOP, {0u}, 0u, false};
  assert_false(acre_heap_walk(&f.heap, 0u, visit, &stop));
  assert_int_equal(stop.calls, 2);
  trip some = {&f, 0u, 0u, 0u, ACRE_WALK_ON, {0u}, 0u, false};
  assert_true(acre_heap_walk(&f.heap, CAN_EXTERNAL, visit, &some));
  assert_int_equal(some.calls, 2);
  /* The block around any pointer. */
  assert_int_equal(acre_heap_block_of(&f.heap, b + 50, &block), ACRE_HEAP_OK);
  assert_ptr_equal(block.address, b);
  assert_int_equal(block.size, 112);
  assert_true(block.live);
  assert_int_equal(acre_heap_block_of(&f.heap, a + 5, &block), ACRE_HEAP_OK);
  assert_false(block.live);
  assert_int_equal(acre_heap_block_of(&f.heap, memory[0], &block), ACRE_HEAP_OUTSIDE);
  assert_int_equal(acre_heap_block_of(&f.heap, &f, &block), ACRE_HEAP_OUTSIDE);
  /* Free and drain from inside a walk: regions leave behind it. */
  (void)c;
  trip clear = {&f, 0u, 0u, 0u, ACRE_WALK_ON, {0u}, 0u, true};
  assert_true(acre_heap_walk(&f.heap, 0u, visit, &clear));
  assert_int_equal(clear.live, 2);
  assert_int_equal(f.notes.removed, 2);
  assert_int_equal(acre_heap_next(&f.heap, ACRE_NO_REGION), f.dma);
  assert_int_equal(acre_heap_next(&f.heap, f.dma), ACRE_NO_REGION);
  fixture_close(&f);
}

/* ---- Check ----------------------------------------------------------------------- */

static uint32_t steps_to_end(fixture *f, uint32_t budget, acre_heap_status last, acre_heap_finding *finding)
{
  acre_heap_check_cursor cursor;
  uint32_t steps = 1u;
  acre_heap_status status;
  memset(&cursor, 0, sizeof cursor);
  while ((status = acre_heap_check_step(&f->heap, 0u, &cursor, budget, finding)) == ACRE_HEAP_CHECK_MORE) {
    steps++;
    assert_true(steps < 100000u);
  }
  assert_int_equal(status, last);
  return steps;
}

static void test_check(void **state)
{
  fixture f;
  acre_heap_finding finding;
  acre_heap_check_cursor cursor;
  (void)state;
  fixture_open(&f);
  void *block = acre_heap_alloc(&f.heap, 100u, CAN_DMA);
  assert_int_equal(acre_heap_check(&f.heap, 0u, &finding), ACRE_HEAP_OK);
  assert_int_equal(finding.region, ACRE_NO_REGION);
  assert_int_equal(finding.finding.rule, ACRE_RULE_NONE);
  assert_int_equal(acre_heap_check_region(&f.heap, f.dma, &finding), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_check_region(&f.heap, 99u, &finding), ACRE_HEAP_UNKNOWN_REGION);
  assert_int_equal(acre_heap_check_address(&f.heap, block, &finding), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_check_address(&f.heap, &f, &finding), ACRE_HEAP_OUTSIDE);
  assert_int_equal(steps_to_end(&f, UINT32_MAX, ACRE_HEAP_OK, &finding), 4);
  assert_true(steps_to_end(&f, 1u, ACRE_HEAP_OK, &finding) > 200u);
  /* A budget of 0 does nothing. */
  memset(&cursor, 0, sizeof cursor);
  assert_int_equal(acre_heap_check_step(&f.heap, 0u, &cursor, 0u, &finding), ACRE_HEAP_CHECK_MORE);
  assert_int_equal(cursor.at.at, 0);
  /* Corruption is told with its region; the others are checked all the same. */
  f.slots[1].region.tag[3] ^= 1u;
  assert_int_equal(acre_heap_check(&f.heap, 0u, &finding), ACRE_HEAP_CORRUPT);
  assert_int_equal(finding.region, f.dma);
  assert_int_equal(finding.finding.where, 3);
  assert_int_equal(acre_heap_check(&f.heap, CAN_EXTERNAL, &finding), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_check_region(&f.heap, f.dma, &finding), ACRE_HEAP_CORRUPT);
  assert_int_equal(acre_heap_check_address(&f.heap, block, &finding), ACRE_HEAP_CORRUPT);
  assert_int_equal(acre_heap_check_address(&f.heap, memory[0], &finding), ACRE_HEAP_OK);
  f.slots[2].region.tag[0] ^= 1u;
  memset(&cursor, 0, sizeof cursor);
  uint32_t corrupt = 0u;
  acre_heap_status status;
  do {
    status = acre_heap_check_step(&f.heap, 0u, &cursor, 10u, &finding);
    if (status == ACRE_HEAP_CORRUPT) {
      assert_int_equal(finding.region, (corrupt == 0u) ? f.dma : f.external);
      corrupt++;
    }
  } while (status != ACRE_HEAP_OK);
  assert_int_equal(corrupt, 2);
  f.slots[1].region.tag[3] ^= 1u;
  f.slots[2].region.tag[0] ^= 1u;
  fixture_close(&f);
}

/* A region that changes between two steps is begun anew; one that goes is left. */
static void test_check_changes(void **state)
{
  fixture f;
  acre_heap_finding finding;
  acre_heap_check_cursor cursor;
  (void)state;
  fixture_open(&f);
  void *block = acre_heap_alloc(&f.heap, 100u, CAN_INTERNAL);
  memset(&cursor, 0, sizeof cursor);
  assert_int_equal(acre_heap_check_step(&f.heap, 0u, &cursor, 20u, &finding), ACRE_HEAP_CHECK_MORE);
  assert_int_equal(cursor.at.at, 20);
  assert_int_equal(acre_heap_free(&f.heap, block), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_check_step(&f.heap, 0u, &cursor, 5u, &finding), ACRE_HEAP_CHECK_MORE);
  assert_int_equal(cursor.at.at, 5);
  assert_int_equal(acre_heap_remove(&f.heap, f.internal), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_check_step(&f.heap, 0u, &cursor, 5u, &finding), ACRE_HEAP_CHECK_MORE);
  assert_int_equal(cursor.region, f.dma);
  assert_int_equal(cursor.at.at, 5);
  fixture_close(&f);
}

/* ---- Reports ----------------------------------------------------------------------- */

static char text[8192];
static size_t length;

static void gather(void *user, const char *part, size_t size)
{
  assert_ptr_equal(user, text);
  assert_true(length + size < sizeof text);
  memcpy(text + length, part, size);
  length += size;
  text[length] = '\0';
}

static const acre_output output = {gather, text};

static void test_reports(void **state)
{
  static char expected[8192];
  fixture f;
  (void)state;
  fixture_open(&f);
  uint8_t *a = acre_heap_alloc(&f.heap, 100u, CAN_DMA);
  uint8_t *b = acre_heap_alloc(&f.heap, 1000u, CAN_DMA);
  assert_int_equal(acre_heap_free(&f.heap, a), ACRE_HEAP_OK);
  unsigned long total = (unsigned long)one(&f, f.dma).total;
  unsigned long rest = total - 112u - 1008u;
  unsigned long address = (unsigned long)(uintptr_t)memory[1];
  length = 0u;
  acre_heap_print_summary(&f.heap, CAN_DMA, &output);
  snprintf(expected, sizeof expected,
           "Heap summary for capabilities 0x%08x:\n"
           "  At 0x%08lx len 2048 free %lu allocated 1008 min_free %lu\n"
           "    largest_free_block %lu alloc_blocks 1 free_blocks 2 total_blocks 3\n"
           "  Totals:\n"
           "    free %lu allocated 1008 min_free %lu largest_free_block %lu\n",
           CAN_DMA, address, total - 1008u, rest, rest, total - 1008u, rest, rest);
  assert_string_equal(text, expected);
  length = 0u;
  acre_heap_print_blocks(&f.heap, CAN_DMA, &output);
  snprintf(expected, sizeof expected,
           "Showing data for heap: 0x%08lx\n"
           "Block 0x%08lx data, size: 112 bytes, Free: Yes\n"
           "Block 0x%08lx data, size: 1008 bytes, Free: No\n"
           "Block 0x%08lx data, size: %lu bytes, Free: Yes\n",
           address, (unsigned long)(uintptr_t)a, (unsigned long)(uintptr_t)b, (unsigned long)(uintptr_t)b + 1008ul,
           rest);
  assert_string_equal(text, expected);
  length = 0u;
  acre_heap_print_summary(&f.heap, 0u, &output);
  assert_int_equal(strncmp(text, "Heap summary for capabilities 0x00000000:\n  At ", 47), 0);
  fixture_close(&f);
}

/* A bar for every share of use: 35 cells, rounded down, as is the percentage. */
static void test_bars(void **state)
{
  static _Alignas(4) uint8_t metadata[2000];
  static char expected[2048];
  (void)state;
  for (uint32_t used = 0u; used <= 200u; used++) {
    fixture f;
    acre_region_id id;
    acre_heap_area area = area_at(memory[0], 200u * 8u, 1u << (used % 3u));
    fixture_empty(&f);
    area.granule = 8u;
    area.metadata = metadata;
    area.metadata_size = sizeof metadata;
    assert_int_equal(acre_heap_add(&f.heap, &area, &id), ACRE_HEAP_OK);
    (void)acre_heap_alloc(&f.heap, used * 8u, area.caps[0]);
    length = 0u;
    acre_heap_print_bars(&f.heap, 1u, 2u, &output);
    uint32_t percent = used * 100u / 200u;
    uint32_t at = (uint32_t)snprintf(expected, sizeof expected,
                                     "HEAP INFO\nSize: 1600\nCurrent usage: %u\nMax usage: %u\nTotal freed: 0\n"
                                     "Total allocated: %u\nMemory Layout: \n%s | ",
                                     used * 8u, used * 8u, used * 8u,
                                     (used % 3u == 0u)   ? "Internal"
                                     : (used % 3u == 1u) ? "External"
                                                         : "Unknown");
    for (uint32_t cell = 0u; cell < 35u; cell++) {
      at += (uint32_t)snprintf(expected + at, sizeof expected - at, "%s",
                               (cell < 35u * percent / 100u) ? "\u2588" : "\u2591");
    }
    snprintf(expected + at, sizeof expected - at, " | Used: %u%% (Used %u of 1600, free: %u)\n", percent, used * 8u,
             1600u - used * 8u);
    assert_string_equal(text, expected);
    fixture_close(&f);
  }
}

static void test_large_numbers(void **state)
{
  fixture f;
  (void)state;
  fixture_open(&f);
  f.heap.allocated = UINT64_MAX;
  f.heap.freed = 10000000000000000000u;
  length = 0u;
  acre_heap_print_bars(&f.heap, CAN_INTERNAL, CAN_EXTERNAL, &output);
  assert_non_null(strstr(text, "Total freed: 10000000000000000000\nTotal allocated: 18446744073709551615\n"));
  fixture_close(&f);
}

/* ---- Locks -------------------------------------------------------------------------- */

/* A lock that must not be taken twice, and gets back what it gave. */
typedef struct strict_lock {
  bool held;
  uint32_t taken;
} strict_lock;

static uint32_t held_now;

static uintptr_t strict_acquire(void *context)
{
  strict_lock *lock = context;
  assert_false(lock->held);
  lock->held = true;
  lock->taken++;
  held_now++;
  assert_true(held_now <= 2u);
  return 0x1234u + lock->taken;
}

static void strict_release(void *context, uintptr_t saved)
{
  strict_lock *lock = context;
  assert_true(lock->held);
  assert_int_equal(saved, 0x1234u + lock->taken);
  lock->held = false;
  held_now--;
}

/* No hook of the user's is called while a lock is held. */
static acre_walk free_of_locks(void *user, const acre_heap_info *info, const acre_block *block)
{
  (void)user;
  (void)info;
  (void)block;
  assert_int_equal(held_now, 0);
  return ACRE_WALK_ON;
}

static void write_free_of_locks(void *user, const char *part, size_t size)
{
  (void)user;
  (void)part;
  (void)size;
  assert_int_equal(held_now, 0);
}

static void hook_failed(void *user, size_t size, acre_caps caps, const char *function)
{
  (void)user;
  (void)size;
  (void)caps;
  (void)function;
  assert_int_equal(held_now, 0);
}

static void hook_allocated(void *user, void *block, size_t size, acre_caps caps)
{
  (void)user;
  (void)block;
  (void)size;
  (void)caps;
  assert_int_equal(held_now, 0);
}

static void hook_freed(void *user, void *block)
{
  (void)user;
  (void)block;
  assert_int_equal(held_now, 0);
}

static void hook_fault(void *user, acre_heap_status kind, const void *pointer, acre_region_id region)
{
  (void)user;
  (void)kind;
  (void)pointer;
  (void)region;
  assert_int_equal(held_now, 0);
}

static bool hook_low(void *user, size_t size, acre_caps caps)
{
  (void)user;
  (void)size;
  (void)caps;
  assert_int_equal(held_now, 0);
  return true;
}

static void hook_removed(void *user, acre_region_id region, const char *name)
{
  (void)user;
  (void)region;
  (void)name;
  assert_int_equal(held_now, 0);
}

/* Everything once, with a lock for the heap and, `own`, one per region. */
static void locked_session(bool own)
{
  fixture f;
  strict_lock locks[4];
  acre_region_id ids[3];
  acre_heap_stats stats;
  acre_heap_info info;
  acre_explanation e;
  acre_heap_finding finding;
  acre_heap_check_cursor cursor;
  acre_block around;
  static const acre_output quiet = {write_free_of_locks, NULL};
  memset(locks, 0, sizeof locks);
  memset(&cursor, 0, sizeof cursor);
  fixture_empty(&f);
  acre_lock lock = {strict_acquire, strict_release, &locks[3]};
  assert_int_equal(acre_heap_set_lock(&f.heap, &lock), ACRE_HEAP_OK);
  acre_heap_on_failed(&f.heap, hook_failed, NULL);
  acre_heap_on_allocated(&f.heap, hook_allocated, NULL);
  acre_heap_on_resized(&f.heap, hook_allocated, NULL);
  acre_heap_on_freed(&f.heap, hook_freed, NULL);
  acre_heap_on_fault(&f.heap, hook_fault, NULL);
  acre_heap_on_low_memory(&f.heap, hook_low, NULL);
  acre_heap_on_removed(&f.heap, hook_removed, NULL);
  for (uint32_t i = 0u; i < 3u; i++) {
    acre_heap_area area = area_at(memory[i], 2048u, 1u << i);
    if (own) {
      area.lock.acquire = strict_acquire;
      area.lock.release = strict_release;
      area.lock.context = &locks[i];
    }
    assert_int_equal(acre_heap_add(&f.heap, &area, &ids[i]), ACRE_HEAP_OK);
  }
  acre_heap_set_order(&f.heap, ACRE_ORDER_SMALLEST);
  uint8_t *block = acre_heap_alloc_zeroed(&f.heap, 10u, 30u, 1u);
  block = acre_heap_realloc(&f.heap, block, 400u, 1u);
  block = acre_heap_realloc(&f.heap, block, 400u, 2u);
  acre_heap_area nested = area_at(block, 400u, 8u);
  acre_region_id inner;
  assert_int_equal(acre_heap_add(&f.heap, &nested, &inner), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_add(&f.heap, &nested, &inner), ACRE_HEAP_SAME_RANGE);
  nested = area_at(memory[2], 100u, 8u);
  assert_int_equal(acre_heap_add(&f.heap, &nested, &inner), ACRE_HEAP_NOT_IN_BLOCK);
  void *leaf = acre_heap_alloc_aligned(&f.heap, 64u, 16u, 8u);
  assert_int_equal(acre_heap_set_reserve(&f.heap, ids[0], 100u, 64u), ACRE_HEAP_OK);
  assert_null(acre_heap_alloc(&f.heap, 5000u, 1u));
  assert_int_equal(acre_heap_free(&f.heap, &f), ACRE_HEAP_OUTSIDE);
  assert_int_equal(acre_heap_free(&f.heap, block + 399), ACRE_HEAP_NOT_A_BLOCK);
  assert_int_equal(acre_heap_resize(&f.heap, leaf, 8u, 0u), ACRE_HEAP_OK);
  assert_true(acre_heap_walk(&f.heap, 0u, free_of_locks, NULL));
  acre_heap_print_summary(&f.heap, 0u, &quiet);
  acre_heap_print_blocks(&f.heap, 0u, &quiet);
  acre_heap_print_bars(&f.heap, 1u, 2u, &quiet);
  acre_heap_monitor_start(&f.heap);
  assert_int_equal(acre_heap_monitor_stop(&f.heap), ACRE_HEAP_OK);
  acre_heap_reset_marks(&f.heap);
  acre_heap_get_stats(&f.heap, &stats);
  acre_heap_get_stats_caps(&f.heap, 2u, &stats);
  assert_int_equal(acre_heap_get_stats_region(&f.heap, ids[1], &stats), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_region_info(&f.heap, ids[1], &info), ACRE_HEAP_OK);
  acre_heap_explain(&f.heap, 1u, 64u, 100u, &e);
  acre_heap_explain(&f.heap, 64u, 1u, 100u, &e);
  assert_int_equal(acre_heap_block_of(&f.heap, leaf, &around), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_usable_size(&f.heap, leaf), 16);
  assert_int_equal(acre_heap_check(&f.heap, 0u, &finding), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_check_region(&f.heap, ids[0], &finding), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_check_address(&f.heap, leaf, &finding), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_check_step(&f.heap, 0u, &cursor, 3u, &finding), ACRE_HEAP_CHECK_MORE);
  inner = acre_heap_next(&f.heap, ids[2]);
  assert_int_equal(acre_heap_drain(&f.heap, inner), ACRE_HEAP_DRAINING);
  assert_int_equal(acre_heap_free(&f.heap, block), ACRE_HEAP_OUTSIDE);
  assert_int_equal(acre_heap_free(&f.heap, leaf), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_free(&f.heap, block), ACRE_HEAP_OK);
  for (uint32_t i = 0u; i < 3u; i++) {
    assert_int_equal(acre_heap_remove(&f.heap, ids[i]), ACRE_HEAP_OK);
    assert_int_equal(acre_heap_remove(&f.heap, ids[i]), ACRE_HEAP_UNKNOWN_REGION);
    assert_true((locks[i].taken != 0u) == own);
  }
  assert_int_equal(held_now, 0);
}

static void test_locks(void **state)
{
  (void)state;
  locked_session(false);
  locked_session(true);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_joint_low_water), cmocka_unit_test(test_watches), cmocka_unit_test(test_sums),
      cmocka_unit_test(test_failed_counts),   cmocka_unit_test(test_largest), cmocka_unit_test(test_monitor),
      cmocka_unit_test(test_explain),         cmocka_unit_test(test_walk),    cmocka_unit_test(test_check),
      cmocka_unit_test(test_check_changes),   cmocka_unit_test(test_reports), cmocka_unit_test(test_bars),
      cmocka_unit_test(test_large_numbers),   cmocka_unit_test(test_locks),
  };
  return cmocka_run_group_tests_name("heap: observing", tests, NULL, NULL);
}
