/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* alloc and alloc_aligned: the lowest place, or none and nothing changes. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

/* alloc or, with an alignment, alloc_aligned gives no block and changes nothing. */
static void no_block(fixture *f, size_t alignment, size_t size)
{
  snapshot s;
  snapshot_take(&s, &f->region);
  assert_null((alignment == 0u) ? both_alloc(&f->both, size) : both_alloc_aligned(&f->both, alignment, size));
  snapshot_same(&s, &f->region);
}

static void no_absurd_sizes(fixture *f)
{
  static const size_t alignments[] = {0u, 1u, 16u, 32u, 4096u};
  for (uint32_t i = 0u; i < 5u; i++) {
    no_block(f, alignments[i], 0u);
    for (size_t less = 0u; less < 70u; less++) {
      no_block(f, alignments[i], SIZE_MAX - less);
      no_block(f, alignments[i], SIZE_MAX / 2u + 35u - less);
    }
    /* Sizes whose number of granules is small modulo 2^32. */
    for (uint32_t bit = 30u; bit < sizeof(size_t) * 8u; bit++) {
      no_block(f, alignments[i], ((size_t)1u << bit) + 1u);
    }
    no_block(f, alignments[i], 100u * 16u + 1u);
  }
}

static void test_absurd_sizes(void **state)
{
  (void)state;
  fixture f;
  fixture_open(&f, SOMEWHERE, 100u, 16u);
  no_absurd_sizes(&f);
  for (uint32_t i = 0u; i < 9u; i++) {
    both_alloc(&f.both, 160u);
  }
  both_free(&f.both, (void *)(SOMEWHERE + 160u));
  both_free(&f.both, (void *)(SOMEWHERE + 480u));
  no_absurd_sizes(&f);
  no_block(&f, 0u, 161u);
  fixture_close(&f);
}

/* A block holds at least what was asked for, in whole granules. */
static void test_rounding(void **state)
{
  (void)state;
  for (size_t granule = 8u; granule <= 4096u; granule *= 2u) {
    fixture f;
    fixture_open(&f, SOMEWHERE, 80u, granule);
    for (size_t size = 1u; size <= 80u * granule; size += (size < 1000u) ? 1u : 61u) {
      void *block = both_alloc(&f.both, size);
      size_t usable = both_usable_size(&f.both, block);
      assert_int_equal(usable, (size + granule - 1u) / granule * granule);
      both_free(&f.both, block);
    }
    fixture_close(&f);
  }
}

/* Holes of 3, 1, 5, 2 and 4 granules, and no tail: each request goes to the
 * lowest hole that is large enough. */
static void test_first_fit(void **state)
{
  (void)state;
  static const uint32_t hole[] = {3u, 1u, 5u, 2u, 4u};
  static const uint32_t lowest[] = {0u, 0u, 0u, 0u, 2u, 2u}; /* number of the hole for 0 to 5 granules */
  for (uint32_t k = 1u; k <= 6u; k++) {
    fixture f;
    void *blocks[5];
    fixture_open(&f, SOMEWHERE, 20u, 16u);
    for (uint32_t i = 0u; i < 5u; i++) {
      blocks[i] = both_alloc(&f.both, hole[i] * 16u);
      assert_non_null(both_alloc(&f.both, 1u));
    }
    for (uint32_t i = 5u; i > 0u; i--) {
      assert_int_equal(both_free(&f.both, blocks[i - 1u]), ACRE_OK);
    }
    assert_int_equal(both_stats(&f.both).largest, 80);
    if (k == 6u) {
      no_block(&f, 0u, 81u);
    } else {
      assert_ptr_equal(both_alloc(&f.both, k * 16u), blocks[lowest[k]]);
    }
    fixture_close(&f);
  }
}

/* Sizes around each digit of a size, as block, as hole and as remainder. */
static void test_large_sizes(void **state)
{
  (void)state;
  static const uint32_t sizes[] = {61u,  62u,   63u,   64u,   65u,     127u,    128u,
                                   191u, 4095u, 4096u, 4097u, 262143u, 262144u, 262145u};
  const uint32_t n = 600000u;
  fixture f;
  fixture_open(&f, SOMEWHERE, n, 8u);
  both *b = &f.both;
  for (uint32_t i = 0u; i < 14u; i++) {
    for (uint32_t j = 0u; j < 14u; j++) {
      uint32_t x = sizes[i];
      uint32_t y = sizes[j];
      void *first = both_alloc(b, x * 8u);
      void *second = both_alloc(b, y * 8u);
      void *third = both_alloc(b, 8u);
      assert_int_equal((uintptr_t)third, SOMEWHERE + (x + y) * 8u);
      both_free(b, first);
      assert_ptr_equal(both_alloc(b, (x - 60u) * 8u), first); /* 1 granule and more; 60 are left */
      both_stats(b);
      both_free(b, second);
      assert_int_equal(both_usable_size(b, second), 0);
      assert_int_equal(both_stats(b).free_runs, 2);
      both_resize(b, first, (x + y) * 8u);
      both_resize(b, first, y * 8u);
      both_stats(b);
      both_free(b, first);
      assert_ptr_equal(both_alloc(b, (x + y) * 8u), first);
      both_free(b, third);
      both_free(b, first);
      assert_int_equal(both_stats(b).largest, n * 8u);
    }
    fixture_check(&f);
  }
  fixture_close(&f);
}

static void test_exhaustion(void **state)
{
  (void)state;
  for (uint32_t n = 1u; n <= 150u; n += (n < 20u) ? 1u : 13u) {
    fixture f;
    fixture_open(&f, SOMEWHERE, n, 16u);
    for (uint32_t round = 0u; round < 2u; round++) {
      for (uint32_t i = 0u; i < n; i++) {
        assert_int_equal((uintptr_t)both_alloc(&f.both, 16u), SOMEWHERE + i * 16u);
      }
      assert_int_equal(both_stats(&f.both).free, 0);
      no_block(&f, 0u, 1u);
      no_block(&f, 64u, 1u);
      /* Every other block, then the rest, backwards. */
      for (uint32_t i = 0u; i < n; i += 2u) {
        assert_int_equal(both_free(&f.both, (void *)(SOMEWHERE + i * 16u)), ACRE_OK);
      }
      assert_int_equal(both_stats(&f.both).largest, 16);
      assert_int_equal(both_stats(&f.both).free_runs, (n + 1u) / 2u);
      for (uint32_t i = n / 2u; i > 0u; i--) {
        assert_int_equal(both_free(&f.both, (void *)(SOMEWHERE + (2u * i - 1u) * 16u)), ACRE_OK);
      }
      assert_int_equal(both_stats(&f.both).largest, n * 16u);
    }
    fixture_close(&f);
  }
}

/* `largest` is exactly the largest request that succeeds, in many states. */
static void test_largest(void **state)
{
  (void)state;
  rng r = {11u};
  fixture f;
  fixture_open(&f, SOMEWHERE, 300u, 16u);
  for (uint32_t i = 0u; i < 2000u; i++) {
    if (rng_below(&r, 2u) == 0u) {
      both_alloc(&f.both, 1u + rng_below(&r, 400u));
    } else if (f.both.model.count > 0u) {
      uint32_t start = f.blocks[rng_below(&r, f.both.model.count)].start;
      both_free(&f.both, (void *)(SOMEWHERE + start * 16u));
    } else {
      /* nothing to free */
    }
    size_t largest = both_stats(&f.both).largest;
    no_block(&f, 0u, largest + 1u);
    if (largest != 0u) {
      void *block = both_alloc(&f.both, largest);
      assert_non_null(block);
      both_free(&f.both, block);
    }
  }
  fixture_close(&f);
}

static void test_absurd_alignments(void **state)
{
  (void)state;
  fixture f;
  fixture_open(&f, SOMEWHERE, 100u, 16u);
  for (size_t alignment = 0u; alignment < 10000u; alignment++) {
    if (alignment == 0u || (alignment & (alignment - 1u)) != 0u) {
      snapshot s;
      snapshot_take(&s, &f.region);
      assert_null(both_alloc_aligned(&f.both, alignment, 16u));
      snapshot_same(&s, &f.region);
    }
  }
  static const size_t odd[] = {SIZE_MAX, SIZE_MAX - 1u, SIZE_MAX / 2u, SIZE_MAX / 2u + 2u, SIZE_MAX / 4u * 3u};
  for (uint32_t i = 0u; i < 5u; i++) {
    no_block(&f, odd[i], 16u);
  }
  /* Powers of two, but no multiple of them in this region. */
  for (uint32_t order = 20u; order < sizeof(size_t) * 8u; order++) {
    no_block(&f, (size_t)1u << order, 1u);
  }
  fixture_close(&f);
}

/* Each alignment and size, from each first free granule: the lowest multiple,
 * and what lies before and behind it stays free. */
static void test_aligned(void **state)
{
  (void)state;
  for (size_t granule = 8u; granule <= 64u; granule *= 2u) {
    for (uint32_t base = 0u; base < 8u; base++) {
      for (uint32_t first = 0u; first < 20u; first++) {
        fixture f;
        uintptr_t address = SOMEWHERE + base * granule;
        fixture_open(&f, address, 40u, granule);
        both *b = &f.both;
        /* Free granules from `first` on, with and without a block at the end. */
        for (uint32_t last = 0u; last < 2u; last++) {
          void *all = both_alloc(b, (40u - last) * granule);
          if (last == 1u) {
            assert_non_null(both_alloc(b, granule));
          }
          both_free(b, all);
          if (first > 0u) {
            both_alloc(b, first * granule);
          }
          for (size_t alignment = 1u; alignment <= 128u * granule; alignment *= 2u) {
            for (uint32_t k = 1u; k <= 40u; k += 3u) {
              uintptr_t lowest = address + first * granule;
              while (lowest % alignment != 0u) {
                lowest++;
              }
              bool fits = lowest + k * granule <= address + (40u - last) * granule;
              void *block = both_alloc_aligned(b, alignment, k * granule - 1u);
              assert_int_equal((uintptr_t)block, fits ? lowest : 0u);
              both_stats(b);
              if (fits) {
                assert_int_equal(both_stats(b).free, (40u - last - first - k) * granule);
                assert_int_equal(both_free(b, block), ACRE_OK);
              }
            }
          }
          both_reset(b);
        }
        fixture_close(&f);
      }
    }
  }
}

/* The first hole is large enough, but not once it is aligned; and space
 * without any aligned place is no space. */
static void test_aligned_skips(void **state)
{
  (void)state;
  fixture f;
  fixture_open(&f, SOMEWHERE, 64u, 16u);
  both *b = &f.both;
  void *fill = both_alloc(b, 16u);
  void *hole = both_alloc(b, 5u * 16u); /* granules 1 to 5: 4 are aligned to 64, but only 2 of them */
  both_alloc(b, 16u);
  both_free(b, hole);
  assert_int_equal((uintptr_t)both_alloc_aligned(b, 64u, 48u), SOMEWHERE + 8u * 16u);
  assert_int_equal((uintptr_t)both_alloc_aligned(b, 64u, 32u), SOMEWHERE + 4u * 16u);
  fixture_check(&f);
  both_reset(b);
  fill = both_alloc(b, 16u);
  assert_int_equal(both_stats(b).largest, 63u * 16u);
  no_block(&f, 1024u, 16u);
  assert_int_equal(both_free(b, fill), ACRE_OK);
  assert_int_equal((uintptr_t)both_alloc_aligned(b, 1024u, 1024u), SOMEWHERE);
  fixture_close(&f);
}

/* The core neither reads nor writes what it hands out.  That it does not
 * write: a pattern stays.  That it does not read: with another payload it
 * does the same. */
static void test_payload(void **state)
{
  (void)state;
  enum {
    SIZE = 8192
  };
  static _Alignas(64) uint8_t payload[SIZE];
  static uint8_t copy[SIZE];
  static _Alignas(4) uint8_t metadata[ACRE_METADATA_SIZE((unsigned)SIZE, 16u)];
  static model_block blocks[SIZE / 16];
  uint32_t digest[3];
  for (uint32_t round = 0u; round < 3u; round++) {
    acre_region region;
    both b;
    rng r = {round};
    for (uint32_t i = 0u; i < SIZE; i++) {
      payload[i] = (round == 0u) ? 0u : (uint8_t)rng_next(&r);
    }
    memcpy(copy, payload, SIZE);
    assert_int_equal(acre_region_init_split(&region, metadata, sizeof metadata, (uintptr_t)payload, SIZE, 16u),
                     ACRE_OK);
    assert_memory_equal(copy, payload, SIZE);
    both_init(&b, &region, blocks, SIZE / 16, 0u);
    exercise(&b, 99u);
    acre_region_reset(&region);
    assert_memory_equal(copy, payload, SIZE);
    digest[round] = b.digest;
  }
  assert_int_equal(digest[0], digest[1]);
  assert_int_equal(digest[0], digest[2]);
}

/* Regions know nothing of each other. */
static void test_two_regions(void **state)
{
  (void)state;
  fixture f;
  fixture g;
  fixture_open(&f, SOMEWHERE, 100u, 16u);
  fixture_open(&g, SOMEWHERE + 1600u, 50u, 8u);
  for (uint32_t i = 0u; i < 20u; i++) {
    snapshot s;
    snapshot_take(&s, &g.region);
    void *block = both_alloc(&f.both, 33u);
    snapshot_same(&s, &g.region);
    assert_int_equal(both_free(&g.both, block), ACRE_OUTSIDE);
    both_alloc(&g.both, 9u);
  }
  exercise(&f.both, 1u);
  fixture_check(&g);
  assert_int_equal(both_free(&g.both, (void *)(SOMEWHERE + 1600u)), ACRE_OK);
  assert_int_equal(both_free(&f.both, (void *)(SOMEWHERE + 1600u)), ACRE_OUTSIDE);
  fixture_close(&f);
  fixture_close(&g);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_absurd_sizes),      cmocka_unit_test(test_rounding),
      cmocka_unit_test(test_first_fit),         cmocka_unit_test(test_large_sizes),
      cmocka_unit_test(test_exhaustion),        cmocka_unit_test(test_largest),
      cmocka_unit_test(test_absurd_alignments), cmocka_unit_test(test_aligned),
      cmocka_unit_test(test_aligned_skips),     cmocka_unit_test(test_payload),
      cmocka_unit_test(test_two_regions),
  };
  return cmocka_run_group_tests_name("alloc", tests, NULL, NULL);
}
