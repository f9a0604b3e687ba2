/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* stats, the low-water mark, and the iterator. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

static void test_stats(void **state)
{
  (void)state;
  fixture f;
  fixture_open(&f, SOMEWHERE, 100u, 16u);
  acre_stats s = both_stats(&f.both);
  assert_int_equal(s.total, 1600);
  assert_int_equal(s.used, 0);
  assert_int_equal(s.free, 1600);
  assert_int_equal(s.largest, 1600);
  assert_int_equal(s.low_water, 1600);
  assert_int_equal(s.blocks, 0);
  assert_int_equal(s.free_runs, 1);
  void *a = both_alloc(&f.both, 100u);  /* 7 granules */
  void *b = both_alloc(&f.both, 1u);    /* 1 */
  void *c = both_alloc(&f.both, 1200u); /* 75 */
  both_free(&f.both, a);
  s = both_stats(&f.both);
  assert_int_equal(s.total, 1600);
  assert_int_equal(s.used, 76 * 16);
  assert_int_equal(s.free, 24 * 16);
  assert_int_equal(s.largest, 17 * 16);
  assert_int_equal(s.low_water, 17 * 16);
  assert_int_equal(s.blocks, 2);
  assert_int_equal(s.free_runs, 2);
  both_free(&f.both, b);
  both_free(&f.both, c);
  s = both_stats(&f.both);
  assert_int_equal(s.largest, 1600);
  assert_int_equal(s.low_water, 17 * 16);
  assert_int_equal(s.free_runs, 1);
  both_alloc(&f.both, 1600u);
  s = both_stats(&f.both);
  assert_int_equal(s.free, 0);
  assert_int_equal(s.largest, 0);
  assert_int_equal(s.low_water, 0);
  assert_int_equal(s.blocks, 1);
  assert_int_equal(s.free_runs, 0);
  fixture_close(&f);
}

/* The least free memory since the mark was last reset, through every
 * operation that can take memory. */
static void test_low_water(void **state)
{
  (void)state;
  fixture f;
  fixture_open(&f, SOMEWHERE, 100u, 16u);
  both *b = &f.both;
  void *first = both_alloc(b, 16u * 10u);
  void *second = both_alloc_aligned(b, 256u, 16u * 20u);
  assert_int_equal(both_stats(b).low_water, 70 * 16);
  both_free(b, first);
  assert_int_equal(both_stats(b).low_water, 70 * 16);
  assert_int_equal(both_resize(b, second, 16u * 40u), ACRE_OK);
  assert_int_equal(both_stats(b).low_water, 60 * 16);
  assert_int_equal(both_resize(b, second, 16u * 5u), ACRE_OK);
  assert_int_equal(both_stats(b).low_water, 60 * 16);
  assert_null(both_alloc(b, 16u * 99u)); /* a refusal takes nothing */
  assert_int_equal(both_stats(b).low_water, 60 * 16);
  both_reset_low_water(b);
  assert_int_equal(both_stats(b).low_water, 95 * 16);
  both_free(b, second);
  assert_int_equal(both_stats(b).low_water, 95 * 16);
  both_reset_low_water(b);
  assert_int_equal(both_stats(b).low_water, 100 * 16);
  /* Growing into a hole, and alignment within one. */
  first = both_alloc(b, 16u * 10u);
  second = both_alloc(b, 16u * 10u);
  both_alloc(b, 16u);
  both_free(b, second);
  both_reset_low_water(b);
  assert_int_equal(both_stats(b).low_water, 89 * 16);
  assert_int_equal(both_resize(b, first, 16u * 15u), ACRE_OK);
  assert_int_equal(both_resize(b, first, 16u * 2u), ACRE_OK);
  assert_int_equal(both_stats(b).low_water, 84 * 16);
  assert_int_equal((uintptr_t)both_alloc_aligned(b, 64u, 16u * 16u), SOMEWHERE + 4u * 16u);
  assert_int_equal(both_stats(b).low_water, 81 * 16);
  both_reset(b);
  both_alloc(b, 1600u);
  assert_int_equal(both_stats(b).low_water, 0);
  both_reset(b);
  assert_int_equal(both_stats(b).low_water, 100 * 16);
  fixture_close(&f);
}

/* Reading functions change nothing, not even a byte. */
static void test_reading(void **state)
{
  (void)state;
  fixture f;
  fixture_open(&f, SOMEWHERE, 100u, 16u);
  void *a = both_alloc(&f.both, 80u);
  both_alloc(&f.both, 80u);
  both_free(&f.both, a);
  snapshot s;
  snapshot_take(&s, &f.region);
  fixture_check(&f);
  both_usable_size(&f.both, a);
  both_usable_size(&f.both, (void *)(SOMEWHERE + 80u));
  snapshot_same(&s, &f.region);
  fixture_close(&f);
}

/* A region with blocks and holes of many sizes; then in every state blocks and
 * free runs tile the region. */
static void fill(fixture *f, rng *r)
{
  for (uint32_t i = 0u; i < 60u; i++) {
    both_alloc(&f->both, 1u + rng_below(r, (i % 7u == 0u) ? 1500u : 100u));
  }
  for (uint32_t i = 0u; i < 25u && f->both.model.count != 0u; i++) {
    both_free(&f->both, (void *)model_address(&f->both.model, f->blocks[rng_below(r, f->both.model.count)].start));
  }
}

static void test_iterate(void **state)
{
  (void)state;
  rng r = {5u};
  for (uint32_t round = 0u; round < 200u; round++) {
    fixture f;
    uint32_t n = 1u + rng_below(&r, 700u);
    fixture_open(&f, SOMEWHERE, n, 16u);
    fill(&f, &r);
    uint32_t all = both_iterate(&f.both);
    uintptr_t end = SOMEWHERE;
    bool last_free = false;
    uint32_t count = 0u;
    acre_iterator iterator = {0u};
    acre_block block;
    while (acre_region_next(&f.region, &iterator, &block)) {
      assert_int_equal((uintptr_t)block.address, end);
      assert_true(block.size > 0u);
      assert_false(last_free && !block.live);
      assert_int_equal(acre_region_usable_size(&f.region, block.address), block.live ? block.size : 0u);
      end += block.size;
      last_free = !block.live;
      count++;
    }
    assert_int_equal(end, SOMEWHERE + n * 16u);
    assert_int_equal(count, all);
    /* It stays at the end. */
    assert_false(acre_region_next(&f.region, &iterator, &block));
    assert_false(acre_region_next(&f.region, &iterator, &block));
    /* Stop after any number of steps, then start another. */
    for (uint32_t stop = 0u; stop <= all; stop++) {
      acre_iterator other = {0u};
      for (uint32_t i = 0u; i < stop; i++) {
        assert_true(acre_region_next(&f.region, &other, &block));
      }
      /* A copy of an iterator goes on by itself. */
      acre_iterator copy = other;
      acre_block again;
      bool more = acre_region_next(&f.region, &other, &block);
      assert_int_equal(more, stop < all);
      assert_int_equal(acre_region_next(&f.region, &copy, &again), more);
      if (more) {
        assert_ptr_equal(again.address, block.address);
      }
    }
    fixture_close(&f);
  }
}

/* The region changes while an iteration stands still: it goes on upwards,
 * inside the region, and ends. */
static void test_iterate_and_change(void **state)
{
  (void)state;
  rng r = {6u};
  for (uint32_t round = 0u; round < 300u; round++) {
    fixture f;
    uint32_t n = 1u + rng_below(&r, 500u);
    fixture_open(&f, SOMEWHERE, n, 16u);
    fill(&f, &r);
    acre_iterator iterator = {0u};
    acre_block block;
    uintptr_t end = SOMEWHERE;
    while (acre_region_next(&f.region, &iterator, &block)) {
      assert_true((uintptr_t)block.address >= end);
      assert_true(block.size > 0u);
      assert_true(block.size <= SOMEWHERE + n * 16u - (uintptr_t)block.address);
      if (block.live) {
        assert_int_equal(both_usable_size(&f.both, block.address), block.size);
      }
      end = (uintptr_t)block.address + block.size;
      if (rng_below(&r, 3u) == 0u) {
        both_alloc(&f.both, 1u + rng_below(&r, 300u));
      } else if (f.both.model.count != 0u) {
        both_free(&f.both, (void *)model_address(&f.both.model, f.blocks[rng_below(&r, f.both.model.count)].start));
      } else {
        /* nothing to free */
      }
      if (rng_below(&r, 50u) == 0u) {
        both_reset(&f.both);
      }
    }
    fixture_close(&f);
  }
}

/* From any granule, and from far outside, as from a wild iterator. */
static void test_iterate_from_anywhere(void **state)
{
  (void)state;
  rng r = {8u};
  fixture f;
  fixture_open(&f, SOMEWHERE, 400u, 16u);
  fill(&f, &r);
  acre_block seen;
  for (uint32_t g = 0u; g < f.region.frontier; g++) {
    acre_iterator iterator = {g};
    acre_block expected;
    uint32_t at = g;
    assert_true(model_next(&f.both.model, &at, &expected));
    assert_true(acre_region_next(&f.region, &iterator, &seen));
    assert_ptr_equal(seen.address, expected.address);
    assert_int_equal(seen.size, expected.size);
  }
  for (uint32_t shift = 0u; shift < 31u; shift++) {
    acre_iterator iterator = {400u + (1u << shift)};
    assert_false(acre_region_next(&f.region, &iterator, &seen));
  }
  acre_iterator last = {400u};
  assert_false(acre_region_next(&f.region, &last, &seen));
  fixture_close(&f);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_stats),
      cmocka_unit_test(test_low_water),
      cmocka_unit_test(test_reading),
      cmocka_unit_test(test_iterate),
      cmocka_unit_test(test_iterate_and_change),
      cmocka_unit_test(test_iterate_from_anywhere),
  };
  return cmocka_run_group_tests_name("observe", tests, NULL, NULL);
}
