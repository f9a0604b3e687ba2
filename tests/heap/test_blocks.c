/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Allocating, resizing and freeing by capability; hooks. */
#include "support.h"

#include <string.h>

/* ---- Policy ----------------------------------------------------------------- */

static void test_priorities(void **state)
{
  fixture f;
  (void)state;
  fixture_open(&f);
  /* DEFAULT is on priority 0, 1, 2 of the three regions: exactly in this order. */
  assert_int_equal(home(&f, acre_heap_alloc(&f.heap, 600u, CAN_DEFAULT)), f.internal);
  assert_int_equal(home(&f, acre_heap_alloc(&f.heap, 900u, CAN_DEFAULT)), f.dma);
  assert_int_equal(home(&f, acre_heap_alloc(&f.heap, 600u, CAN_DEFAULT)), f.dma);
  assert_int_equal(home(&f, acre_heap_alloc(&f.heap, 600u, CAN_DEFAULT)), f.external);
  assert_int_equal(home(&f, acre_heap_alloc(&f.heap, 100u, CAN_DEFAULT)), f.internal);
  /* One mask that names several: the best priority of any of them counts. */
  assert_int_equal(home(&f, acre_heap_alloc(&f.heap, 16u, CAN_DEFAULT | CAN_DMA)), f.dma);
  assert_int_equal(home(&f, acre_heap_alloc(&f.heap, 16u, CAN_DEFAULT | CAN_EXTERNAL)), f.external);
  /* All of them are needed. */
  assert_null(acre_heap_alloc(&f.heap, 16u, CAN_DMA | CAN_EXTERNAL));
  assert_null(acre_heap_alloc(&f.heap, 16u, CAN_DEFAULT | NOBODY));
  fixture_close(&f);
}

static void test_order(void **state)
{
  static const size_t sizes[] = {1024u, 512u, 2048u, 512u};
  fixture f;
  acre_region_id ids[4];
  (void)state;
  fixture_empty(&f);
  for (uint32_t i = 0u; i < 4u; i++) {
    acre_heap_area area = area_at(memory[i % 3u] + i / 3u * 2048u, sizes[i], 1u);
    assert_int_equal(acre_heap_add(&f.heap, &area, &ids[i]), ACRE_HEAP_OK);
  }
  static const uint32_t registered[] = {0u, 1u, 2u, 3u};
  static const uint32_t smallest[] = {1u, 3u, 0u, 2u};
  for (uint32_t order = 0u; order < 2u; order++) {
    acre_heap_set_order(&f.heap, (order == 0u) ? ACRE_ORDER_REGISTERED : ACRE_ORDER_SMALLEST);
    for (uint32_t i = 0u; i < 4u; i++) {
      acre_heap_stats stats;
      acre_region_id id = ids[(order == 0u) ? registered[i] : smallest[i]];
      acre_heap_get_stats_region(&f.heap, id, &stats);
      void *block = acre_heap_alloc(&f.heap, 16u, 1u);
      assert_int_equal(home(&f, block), id);
      assert_int_equal(acre_heap_free(&f.heap, block), ACRE_HEAP_OK);
      /* Fill it, so that the next one is tried. */
      block = acre_heap_alloc(&f.heap, stats.largest, 1u);
      assert_int_equal(home(&f, block), id);
    }
    assert_null(acre_heap_alloc(&f.heap, 1u, 1u));
    for (uint32_t i = 0u; i < 4u; i++) {
      acre_region_reset(&f.slots[i].region); /* behind the heap's back, */
      f.heap.joint.used = 0u;                /* so by hand */
    }
  }
  fixture_close(&f);
}

static void test_refused_requests(void **state)
{
  fixture f;
  snapshot s;
  static const acre_caps none[1] = {0u};
  acre_request request = {100u, 1u, none, 0u, false, "nobody"};
  (void)state;
  fixture_open(&f);
  snapshot_take(&s, &f);
  /* Neither counted nor told. */
  assert_null(acre_heap_alloc(&f.heap, 0u, CAN_DEFAULT));
  assert_null(acre_heap_alloc(&f.heap, 0u, 0u));
  assert_null(acre_heap_alloc_aligned(&f.heap, 0u, 16u, CAN_DEFAULT));
  assert_null(acre_heap_alloc_aligned(&f.heap, 3u, 16u, CAN_DEFAULT));
  assert_null(acre_heap_alloc_zeroed(&f.heap, 0u, 16u, CAN_DEFAULT));
  assert_null(acre_heap_alloc_zeroed(&f.heap, 16u, 0u, CAN_DEFAULT));
  assert_int_equal(f.notes.failed, 0);
  assert_int_equal(f.heap.failed, 0);
  /* Both. */
  assert_null(acre_heap_alloc(&f.heap, 5u, 0u));
  assert_int_equal(f.notes.failed, 1);
  assert_int_equal(f.notes.failed_size, 5);
  assert_int_equal(f.notes.failed_caps, 0);
  assert_string_equal(f.notes.failed_function, "acre_heap_alloc");
  assert_null(acre_heap_alloc(&f.heap, 5u, 1u << 31));
  assert_null(acre_heap_alloc(&f.heap, SIZE_MAX, CAN_DEFAULT));
  assert_int_equal(f.notes.failed_caps, CAN_DEFAULT);
  assert_null(acre_heap_alloc_aligned(&f.heap, SIZE_MAX / 2u + 1u, 16u, CAN_DEFAULT));
  assert_string_equal(f.notes.failed_function, "acre_heap_alloc_aligned");
  assert_null(acre_heap_alloc_zeroed(&f.heap, SIZE_MAX / 2u, 3u, CAN_DEFAULT));
  assert_true(f.notes.failed_size == SIZE_MAX);
  assert_string_equal(f.notes.failed_function, "acre_heap_alloc_zeroed");
  assert_null(acre_heap_alloc_zeroed(&f.heap, 1000u, 1000u, CAN_DEFAULT));
  assert_int_equal(f.notes.failed_size, 1000000);
  assert_null(acre_heap_alloc_prefer(&f.heap, 5u, NULL, 0u));
  assert_string_equal(f.notes.failed_function, "acre_heap_alloc_prefer");
  assert_null(acre_heap_alloc_request(&f.heap, &request));
  assert_string_equal(f.notes.failed_function, "nobody");
  assert_int_equal(f.notes.failed, 8);
  assert_int_equal(f.heap.failed, 8);
  assert_int_equal(f.notes.low, 8);
  assert_int_equal(f.notes.allocated, 0);
  snapshot_same(&s, &f);
  fixture_close(&f);
}

static void test_product(void **state)
{
  static const size_t some[] = {0u,     1u,     2u,       3u,           7u,           255u,         256u,
                                65535u, 65536u, 1000003u, SIZE_MAX / 3, SIZE_MAX / 2, SIZE_MAX - 1, SIZE_MAX};
  (void)state;
  for (uint32_t a = 0u; a < 14u; a++) {
    for (uint32_t b = 0u; b < 14u; b++) {
      bool over = some[b] != 0u && some[a] > SIZE_MAX / some[b];
      assert_true(acre_heap_product(some[a], some[b]) == (over ? SIZE_MAX : some[a] * some[b]));
    }
  }
}

static void test_zeroed_and_aligned(void **state)
{
  fixture f;
  (void)state;
  fixture_open(&f);
  for (size_t size = 1u; size < 40u; size++) {
    uint8_t *block = acre_heap_alloc_zeroed(&f.heap, size, 3u, CAN_DMA);
    assert_non_null(block);
    for (size_t i = 0u; i < size * 3u; i++) {
      assert_int_equal(block[i], 0);
    }
    memset(block, 0xFF, acre_heap_usable_size(&f.heap, block));
    assert_int_equal(acre_heap_free(&f.heap, block), ACRE_HEAP_OK);
  }
  for (size_t alignment = 1u; alignment <= 1024u; alignment *= 2u) {
    void *block = acre_heap_alloc_aligned(&f.heap, alignment, 48u, CAN_DEFAULT);
    assert_non_null(block);
    assert_int_equal((uintptr_t)block % alignment, 0);
    assert_int_equal((uintptr_t)block % 16u, 0); /* max_align_t, whatever was asked for */
  }
  fixture_close(&f);
}

static void test_prefer(void **state)
{
  static const acre_caps caps[] = {NOBODY, CAN_EXTERNAL, CAN_INTERNAL};
  static const acre_caps never[] = {CAN_INTERNAL, NOBODY};
  fixture f;
  (void)state;
  fixture_open(&f);
  assert_int_equal(home(&f, acre_heap_alloc_prefer(&f.heap, 3000u, caps, 3u)), f.external);
  assert_int_equal(f.notes.allocated_caps, CAN_EXTERNAL);
  assert_int_equal(f.notes.allocated_size, 3000);
  assert_int_equal(home(&f, acre_heap_alloc_prefer(&f.heap, 900u, caps, 3u)), f.internal);
  assert_int_equal(f.notes.failed, 0);
  assert_null(acre_heap_alloc_prefer(&f.heap, 3000u, never, 2u));
  assert_int_equal(f.notes.failed, 1); /* one call, with the last mask */
  assert_int_equal(f.notes.failed_caps, NOBODY);
  fixture_close(&f);
}

static void test_defaults(void **state)
{
  acre_heap_defaults defaults = {CAN_DEFAULT | CAN_INTERNAL, 0u, CAN_DEFAULT, 100u, false};
  fixture f;
  (void)state;
  fixture_open(&f);
  assert_null(acre_heap_alloc_default(&f.heap, 16u)); /* nothing was said */
  acre_heap_set_defaults(&f.heap, &defaults);
  /* Without external memory all is internal, without a fallback. */
  assert_int_equal(home(&f, acre_heap_alloc_default(&f.heap, 500u)), f.internal);
  assert_null(acre_heap_alloc_default(&f.heap, 3000u));
  assert_int_equal(f.notes.failed_caps, CAN_DEFAULT | CAN_INTERNAL);
  assert_string_equal(f.notes.failed_function, "acre_heap_alloc_default");
  /* With it: up to the limit, above, and where there is room. */
  defaults.external = CAN_DEFAULT | CAN_EXTERNAL;
  acre_heap_set_defaults(&f.heap, &defaults);
  assert_int_equal(home(&f, acre_heap_alloc_default(&f.heap, 100u)), f.internal);
  assert_int_equal(home(&f, acre_heap_alloc_default(&f.heap, 101u)), f.external);
  uint8_t *big = acre_heap_alloc_default(&f.heap, 3500u);
  assert_int_equal(home(&f, big), f.external);
  assert_int_equal(home(&f, acre_heap_alloc_default(&f.heap, 700u)), f.dma);
  assert_null(acre_heap_alloc_default(&f.heap, 3000u));
  assert_int_equal(f.notes.failed_caps, CAN_DEFAULT);
  /* Strict: no fallback. */
  defaults.strict = true;
  acre_heap_set_defaults(&f.heap, &defaults);
  assert_null(acre_heap_alloc_default(&f.heap, 700u));
  assert_int_equal(f.notes.failed_caps, CAN_DEFAULT | CAN_EXTERNAL);
  /* SIZE_MAX is a limit like any other: all is internal. */
  defaults.limit = SIZE_MAX;
  acre_heap_set_defaults(&f.heap, &defaults);
  assert_int_equal(home(&f, acre_heap_alloc_default(&f.heap, 300u)), f.dma);
  /* realloc follows the same masks. */
  memset(big, 0x33, 3500u);
  defaults.strict = false;
  acre_heap_set_defaults(&f.heap, &defaults);
  uint8_t *moved = acre_heap_realloc_default(&f.heap, big, 200u);
  assert_int_equal(home(&f, moved), f.internal);
  assert_int_equal(moved[199], 0x33);
  fixture_close(&f);
}

/* ---- Low memory ---------------------------------------------------------------- */

static void test_low_memory(void **state)
{
  fixture f;
  (void)state;
  fixture_open(&f);
  f.notes.spare = acre_heap_alloc(&f.heap, 3500u, CAN_EXTERNAL);
  f.notes.low_answer = true;
  /* Freed by the hook, tried again, and met: no failure. */
  uint8_t *block = acre_heap_alloc(&f.heap, 3000u, CAN_EXTERNAL);
  assert_non_null(block);
  assert_int_equal(f.notes.low, 1);
  assert_int_equal(f.notes.failed, 0);
  assert_int_equal(f.heap.failed, 0);
  /* Nothing to spare: once, not again and again. */
  assert_null(acre_heap_alloc(&f.heap, 3000u, CAN_EXTERNAL));
  assert_int_equal(f.notes.low, 2);
  assert_int_equal(f.notes.failed, 1);
  /* It says no: not tried again, although there would be room now. */
  f.notes.spare = block;
  f.notes.low_answer = false;
  assert_null(acre_heap_alloc(&f.heap, 3000u, CAN_EXTERNAL));
  assert_int_equal(f.notes.failed, 2);
  /* realloc, too. */
  block = acre_heap_alloc(&f.heap, 100u, CAN_EXTERNAL);
  f.notes.spare = acre_heap_alloc(&f.heap, 3500u, CAN_EXTERNAL);
  f.notes.low_answer = true;
  memset(block, 7, 100u);
  uint8_t *grown = acre_heap_realloc(&f.heap, block, 2000u, CAN_EXTERNAL);
  assert_ptr_equal(grown, block); /* in place, behind it was the spare one */
  assert_int_equal(f.notes.failed, 2);
  /* Without the hook. */
  acre_heap_on_low_memory(&f.heap, NULL, NULL);
  assert_null(acre_heap_alloc(&f.heap, 3000u, CAN_EXTERNAL));
  assert_int_equal(f.notes.low, 4);
  fixture_close(&f);
}

/* A low-memory hook whose own request fails is not called for that. */
static bool greedy(void *user, size_t size, acre_caps caps)
{
  fixture *f = user;
  f->notes.low++;
  assert_null(acre_heap_alloc(&f->heap, size, caps));
  return true;
}

static void test_low_memory_nested(void **state)
{
  fixture f;
  (void)state;
  fixture_open(&f);
  acre_heap_on_low_memory(&f.heap, greedy, &f);
  assert_null(acre_heap_alloc(&f.heap, 5000u, CAN_DEFAULT));
  assert_int_equal(f.notes.low, 1);
  assert_int_equal(f.notes.failed, 2);
  assert_null(acre_heap_alloc(&f.heap, 5000u, CAN_DEFAULT));
  assert_int_equal(f.notes.low, 2);
  fixture_close(&f);
}

/* ---- Free ------------------------------------------------------------------------ */

static void bad_free(fixture *f, const void *pointer, acre_heap_status kind, acre_region_id region)
{
  snapshot s;
  uint32_t faults = f->notes.faults;
  snapshot_take(&s, f);
  assert_int_equal(acre_heap_free(&f->heap, (void *)(uintptr_t)pointer), kind);
  assert_int_equal(f->notes.faults, faults + 1u);
  assert_int_equal(f->notes.fault_kind, kind);
  assert_ptr_equal(f->notes.fault_pointer, pointer);
  assert_int_equal(f->notes.fault_region, region);
  assert_null(acre_heap_realloc(&f->heap, (void *)(uintptr_t)pointer, 10u, CAN_DEFAULT));
  assert_int_equal(acre_heap_resize(&f->heap, (void *)(uintptr_t)pointer, 10u, 0u), kind);
  assert_int_equal(f->notes.faults, faults + 3u);
  assert_int_equal(acre_heap_usable_size(&f->heap, pointer), 0);
  assert_int_equal(f->notes.failed, 0);
  snapshot_same(&s, f);
}

static void test_free_refused(void **state)
{
  fixture f;
  int foreign = 0;
  (void)state;
  fixture_open(&f);
  uint8_t *a = acre_heap_alloc(&f.heap, 100u, CAN_INTERNAL);
  uint8_t *b = acre_heap_alloc(&f.heap, 100u, CAN_EXTERNAL);
  assert_int_equal(acre_heap_free(&f.heap, NULL), ACRE_HEAP_OK);
  assert_int_equal(f.notes.freed, 0);
  assert_int_equal(f.notes.faults, 0);
  bad_free(&f, &foreign, ACRE_HEAP_OUTSIDE, ACRE_NO_REGION);
  bad_free(&f, memory[0], ACRE_HEAP_OUTSIDE, f.internal); /* metadata */
  bad_free(&f, memory[0] + 1024, ACRE_HEAP_OUTSIDE, ACRE_NO_REGION);
  bad_free(&f, memory[0] + 1023, ACRE_HEAP_NOT_A_BLOCK, f.internal);
  bad_free(&f, a + 1, ACRE_HEAP_NOT_A_BLOCK, f.internal);
  bad_free(&f, a + 16, ACRE_HEAP_NOT_A_BLOCK, f.internal);
  bad_free(&f, b + 32, ACRE_HEAP_NOT_A_BLOCK, f.external);
  bad_free(&f, b + 512, ACRE_HEAP_NOT_A_BLOCK, f.external);
  assert_int_equal(acre_heap_free(&f.heap, a), ACRE_HEAP_OK);
  assert_int_equal(f.notes.freed, 1);
  assert_ptr_equal(f.notes.freed_block, a);
  bad_free(&f, a, ACRE_HEAP_NOT_A_BLOCK, f.internal);
  /* Without the hook all is the same. */
  acre_heap_on_fault(&f.heap, NULL, NULL);
  uint32_t faults = f.notes.faults;
  assert_int_equal(acre_heap_free(&f.heap, a), ACRE_HEAP_NOT_A_BLOCK);
  assert_int_equal(f.notes.faults, faults);
  fixture_close(&f);
}

/* A pointer at the top of one region, which is the first byte of the next. */
static void test_neighbours(void **state)
{
  static _Alignas(4) uint8_t metadata[2][1000];
  fixture f;
  acre_region_id low;
  acre_region_id high;
  (void)state;
  fixture_empty(&f);
  acre_heap_area area = area_at(memory[0], 1024u, 1u);
  area.metadata = metadata[0];
  area.metadata_size = 1000u;
  assert_int_equal(acre_heap_add(&f.heap, &area, &low), ACRE_HEAP_OK);
  area = area_at(memory[0] + 1024, 1024u, 2u);
  area.metadata = metadata[1];
  area.metadata_size = 1000u;
  assert_int_equal(acre_heap_add(&f.heap, &area, &high), ACRE_HEAP_OK);
  uint8_t *a = acre_heap_alloc(&f.heap, 1024u, 1u);
  uint8_t *b = acre_heap_alloc(&f.heap, 1024u, 2u);
  assert_ptr_equal(a + 1024, b);
  assert_int_equal(acre_heap_free(&f.heap, b), ACRE_HEAP_OK);
  assert_int_equal(f.heap.joint.used, 1024);
  acre_heap_stats stats;
  acre_heap_get_stats_region(&f.heap, low, &stats);
  assert_int_equal(stats.blocks, 1);
  acre_heap_get_stats_region(&f.heap, high, &stats);
  assert_int_equal(stats.blocks, 0);
  fixture_close(&f);
}

/* ---- Realloc ---------------------------------------------------------------------- */

static void test_realloc_edges(void **state)
{
  fixture f;
  snapshot s;
  acre_request request;
  static const acre_caps caps[1] = {CAN_INTERNAL};
  (void)state;
  fixture_open(&f);
  assert_null(acre_heap_realloc(&f.heap, NULL, 0u, CAN_INTERNAL));
  assert_int_equal(f.notes.failed, 0);
  uint8_t *block = acre_heap_realloc(&f.heap, NULL, 100u, CAN_INTERNAL);
  assert_int_equal(home(&f, block), f.internal);
  memset(block, 0x77, 100u);
  snapshot_take(&s, &f);
  assert_null(acre_heap_realloc(&f.heap, block, SIZE_MAX, CAN_INTERNAL));
  assert_null(acre_heap_realloc(&f.heap, block, 2000u, CAN_INTERNAL));
  assert_null(acre_heap_realloc(&f.heap, block, 100u, NOBODY));
  assert_null(acre_heap_realloc_prefer(&f.heap, block, 100u, caps, 0u));
  assert_int_equal(f.notes.failed, 4);
  assert_string_equal(f.notes.failed_function, "acre_heap_realloc_prefer");
  request.size = 50u;
  request.alignment = 5u;
  request.caps = caps;
  request.count = 1u;
  request.zeroed = false;
  request.function = "test";
  assert_null(acre_heap_realloc_request(&f.heap, block, &request));
  assert_int_equal(f.notes.failed, 4);
  snapshot_same(&s, &f);
  for (uint32_t i = 0u; i < 100u; i++) {
    assert_int_equal(block[i], 0x77);
  }
  /* Size 0 frees, once, and nothing is lost. */
  assert_null(acre_heap_realloc(&f.heap, block, 0u, CAN_INTERNAL));
  assert_int_equal(f.notes.freed, 1);
  assert_int_equal(f.heap.joint.used, 0);
  assert_null(acre_heap_realloc(&f.heap, block, 0u, CAN_INTERNAL));
  assert_int_equal(f.notes.faults, 1);
  assert_int_equal(f.heap.allocated, f.heap.freed);
  fixture_close(&f);
}

static void test_realloc_in_place(void **state)
{
  fixture f;
  (void)state;
  fixture_open(&f);
  uint8_t *block = acre_heap_alloc(&f.heap, 100u, CAN_DMA);
  uint8_t *behind = acre_heap_alloc(&f.heap, 100u, CAN_DMA);
  uint8_t *last = acre_heap_alloc(&f.heap, 100u, CAN_DMA);
  (void)last;
  /* A lesser set of capabilities that the region has: it stays, and is not moved
   * to the region that would be first for it. */
  assert_ptr_equal(acre_heap_realloc(&f.heap, block, 50u, CAN_DEFAULT), block);
  assert_ptr_equal(acre_heap_realloc(&f.heap, block, 112u, CAN_INTERNAL), block);
  assert_ptr_equal(f.notes.resized_block, block);
  assert_int_equal(f.notes.resized_size, 112);
  assert_int_equal(f.notes.resized_caps, CAN_INTERNAL);
  assert_ptr_equal(acre_heap_realloc(&f.heap, block, 112u, 0u), block); /* 0 is had by all */
  assert_int_equal(f.notes.resized, 3);
  assert_int_equal(f.notes.allocated, 3);
  assert_int_equal(f.notes.freed, 0);
  assert_int_equal(acre_heap_free(&f.heap, behind), ACRE_HEAP_OK);
  assert_ptr_equal(acre_heap_realloc(&f.heap, block, 224u, CAN_DMA), block);
  assert_int_equal(acre_heap_usable_size(&f.heap, block), 224);
  /* With no capability asked for it cannot move. */
  assert_null(acre_heap_realloc(&f.heap, block, 300u, 0u));
  /* In place or not at all. */
  assert_int_equal(acre_heap_resize(&f.heap, block, 225u, CAN_DMA), ACRE_HEAP_NO_SPACE);
  assert_int_equal(acre_heap_resize(&f.heap, block, 0u, CAN_DMA), ACRE_HEAP_BAD_SIZE);
  assert_int_equal(acre_heap_resize(&f.heap, block, 10u, CAN_EXTERNAL), ACRE_HEAP_NO_MATCH);
  assert_int_equal(acre_heap_resize(&f.heap, NULL, 10u, CAN_EXTERNAL), ACRE_HEAP_OUTSIDE);
  assert_int_equal(acre_heap_resize(&f.heap, block, 10u, CAN_INTERNAL), ACRE_HEAP_OK);
  assert_ptr_equal(f.notes.resized_block, block);
  assert_int_equal(f.notes.resized_size, 10);
  assert_int_equal(f.notes.resized_caps, CAN_INTERNAL);
  assert_int_equal(acre_heap_usable_size(&f.heap, block), 16);
  fixture_close(&f);
}

/* From every region to every other, for sizes around: contents are kept. */
static void test_realloc_moves(void **state)
{
  static const acre_caps of[3] = {CAN_INTERNAL, CAN_DMA, CAN_EXTERNAL};
  (void)state;
  for (uint32_t from = 0u; from < 3u; from++) {
    for (uint32_t to = 0u; to < 3u; to++) {
      for (size_t old = 1u; old < 70u; old += 3u) {
        for (size_t size = 1u; size < 70u; size += 5u) {
          fixture f;
          fixture_open(&f);
          uint8_t *block = acre_heap_alloc(&f.heap, old, of[from]);
          uint8_t *wall = acre_heap_alloc(&f.heap, 16u, of[from]);
          for (size_t i = 0u; i < old; i++) {
            block[i] = (uint8_t)(i + 1u);
          }
          uint8_t *now = acre_heap_realloc(&f.heap, block, size, of[to]);
          assert_non_null(now);
          for (size_t i = 0u; i < old && i < size; i++) {
            assert_int_equal(now[i], i + 1u);
          }
          if (now == block) {
            /* dma has what is asked of internal. */
            assert_true(from == to || (from == 1u && to == 0u));
            assert_int_equal(f.notes.resized, 1);
          } else {
            assert_int_equal(f.notes.freed, 1);
            assert_ptr_equal(f.notes.freed_block, block);
            assert_ptr_equal(f.notes.allocated_block, now);
            assert_int_equal(acre_heap_free(&f.heap, block), ACRE_HEAP_NOT_A_BLOCK);
          }
          assert_int_equal(acre_heap_free(&f.heap, wall), ACRE_HEAP_OK);
          assert_int_equal(acre_heap_free(&f.heap, now), ACRE_HEAP_OK);
          assert_int_equal(f.heap.joint.used, 0);
          assert_int_equal(f.heap.allocated, f.heap.freed);
          fixture_close(&f);
        }
      }
    }
  }
}

/* No more than the old block is read, and no more of the new one is written. */
static void test_realloc_copies_no_more(void **state)
{
  fixture f;
  (void)state;
  fixture_open(&f);
  /* The last block of its region, at the very end of `room`. */
  static _Alignas(4) uint8_t metadata[1000];
  uint8_t *room = test_malloc(256u);
  acre_heap_area area = area_at(room, 256u, NOBODY);
  acre_region_id id;
  area.metadata = metadata;
  area.metadata_size = sizeof metadata;
  assert_int_equal(acre_heap_add(&f.heap, &area, &id), ACRE_HEAP_OK);
  uint8_t *first = acre_heap_alloc(&f.heap, 224u, NOBODY);
  uint8_t *block = acre_heap_alloc(&f.heap, 32u, NOBODY);
  assert_non_null(first);
  assert_ptr_equal(block + 32, room + 256);
  memset(block, 0x44, 32u);
  uint8_t *grown = acre_heap_realloc(&f.heap, block, 160u, CAN_EXTERNAL);
  for (uint32_t i = 0u; i < 160u; i++) {
    assert_int_equal(grown[i], (i < 32u) ? 0x44 : 0xEE); /* as fixture_open left it */
  }
  uint8_t *less = acre_heap_realloc(&f.heap, grown, 10u, CAN_INTERNAL);
  for (uint32_t i = 0u; i < 16u; i++) {
    assert_int_equal(less[i], (i < 12u) ? 0x44 : 0xEE); /* whole words */
  }
  assert_int_equal(acre_heap_free(&f.heap, first), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_remove(&f.heap, id), ACRE_HEAP_OK);
  test_free(room);
  fixture_close(&f);
}

static void test_realloc_prefer_and_align(void **state)
{
  static const acre_caps caps[] = {NOBODY, CAN_EXTERNAL};
  static const acre_caps dma[] = {CAN_DMA};
  fixture f;
  acre_request request = {100u, 256u, dma, 1u, false, "test"};
  (void)state;
  fixture_open(&f);
  uint8_t *block = acre_heap_alloc(&f.heap, 100u, CAN_INTERNAL);
  memset(block, 9, 100u);
  block = acre_heap_realloc_prefer(&f.heap, block, 200u, caps, 2u);
  assert_int_equal(home(&f, block), f.external);
  assert_int_equal(block[99], 9);
  /* Into alignment, and then it is kept although another place would be nearer. */
  assert_non_null(acre_heap_alloc(&f.heap, 16u, CAN_DMA));
  block = acre_heap_realloc_request(&f.heap, block, &request);
  assert_int_equal((uintptr_t)block % 256u, 0);
  assert_int_equal(home(&f, block), f.dma);
  assert_int_equal(block[99], 9);
  uint8_t *wall = acre_heap_alloc_aligned(&f.heap, 16u, 16u, CAN_DMA);
  (void)wall;
  request.size = 600u;
  uint8_t *grown = acre_heap_realloc_request(&f.heap, block, &request);
  assert_non_null(grown);
  assert_int_equal((uintptr_t)grown % 256u, 0);
  assert_int_equal(grown[99], 9);
  /* A block at a lesser alignment has to move, though it shrinks. */
  uint8_t *odd = acre_heap_alloc(&f.heap, 64u, CAN_DMA);
  if ((uintptr_t)odd % 256u == 0u) {
    odd = acre_heap_alloc(&f.heap, 64u, CAN_DMA);
  }
  memset(odd, 5, 64u);
  request.size = 30u;
  uint8_t *even = acre_heap_realloc_request(&f.heap, odd, &request);
  assert_non_null(even);
  assert_ptr_not_equal(even, odd);
  assert_int_equal((uintptr_t)even % 256u, 0);
  assert_int_equal(even[29], 5);
  fixture_close(&f);
}

/* Hooks can be taken away. */
static void test_unregister(void **state)
{
  fixture f;
  (void)state;
  fixture_open(&f);
  acre_heap_on_failed(&f.heap, NULL, NULL);
  acre_heap_on_allocated(&f.heap, NULL, NULL);
  acre_heap_on_resized(&f.heap, NULL, NULL);
  acre_heap_on_freed(&f.heap, NULL, NULL);
  acre_heap_on_removed(&f.heap, NULL, NULL);
  void *block = acre_heap_alloc(&f.heap, 10u, CAN_DMA);
  block = acre_heap_realloc(&f.heap, block, 40u, CAN_DMA);
  assert_int_equal(acre_heap_free(&f.heap, block), ACRE_HEAP_OK);
  assert_null(acre_heap_alloc(&f.heap, 10u, NOBODY));
  assert_int_equal(acre_heap_remove(&f.heap, f.dma), ACRE_HEAP_OK);
  assert_int_equal(f.notes.failed + f.notes.allocated + f.notes.resized + f.notes.freed + f.notes.removed, 0);
  fixture_close(&f);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_priorities),
      cmocka_unit_test(test_order),
      cmocka_unit_test(test_refused_requests),
      cmocka_unit_test(test_product),
      cmocka_unit_test(test_zeroed_and_aligned),
      cmocka_unit_test(test_prefer),
      cmocka_unit_test(test_defaults),
      cmocka_unit_test(test_low_memory),
      cmocka_unit_test(test_low_memory_nested),
      cmocka_unit_test(test_free_refused),
      cmocka_unit_test(test_neighbours),
      cmocka_unit_test(test_realloc_edges),
      cmocka_unit_test(test_realloc_in_place),
      cmocka_unit_test(test_realloc_moves),
      cmocka_unit_test(test_realloc_copies_no_more),
      cmocka_unit_test(test_realloc_prefer_and_align),
      cmocka_unit_test(test_unregister),
  };
  return cmocka_run_group_tests_name("heap: blocks", tests, NULL, NULL);
}
