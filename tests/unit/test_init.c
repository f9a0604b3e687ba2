/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* init, init_split, the metadata macro, and where a region may lie. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#define TOP_BIT ((uintptr_t)1u << (sizeof(uintptr_t) * 8u - 1u))

static _Alignas(4096) uint8_t memory[32768];
static _Alignas(4) uint8_t metadata[32768];

/* A refusal with this status, which changes neither the object nor the memory. */
static void refused_split(acre_status status, void *where, size_t where_size, uintptr_t address, size_t size,
                          size_t granule)
{
  acre_region region;
  acre_region before;
  memset(&region, 0x5A, sizeof region);
  memset(&before, 0x5A, sizeof before);
  memset(metadata, 0x5A, sizeof metadata);
  assert_int_equal(acre_region_init_split(&region, where, where_size, address, size, granule), status);
  assert_memory_equal(&region, &before, sizeof region);
  for (size_t i = 0u; i < sizeof metadata; i++) {
    assert_int_equal(metadata[i], 0x5A);
  }
}

static void refused(acre_status status, void *where, size_t size, size_t granule)
{
  acre_region region;
  acre_region before;
  memset(&region, 0x5A, sizeof region);
  memset(&before, 0x5A, sizeof before);
  memset(memory, 0x5A, sizeof memory);
  assert_int_equal(acre_region_init(&region, where, size, granule), status);
  assert_memory_equal(&region, &before, sizeof region);
  for (size_t i = 0u; i < sizeof memory; i++) {
    assert_int_equal(memory[i], 0x5A);
  }
}

static void test_null(void **state)
{
  (void)state;
  assert_int_equal(acre_region_init(NULL, memory, 4096u, 16u), ACRE_NULL_ARGUMENT);
  assert_int_equal(acre_region_init(NULL, NULL, 0u, 1u), ACRE_NULL_ARGUMENT);
  assert_int_equal(acre_region_init_split(NULL, metadata, 4096u, SOMEWHERE, 4096u, 16u), ACRE_NULL_ARGUMENT);
  assert_int_equal(acre_region_init_split(NULL, NULL, 0u, 1u, 0u, 1u), ACRE_NULL_ARGUMENT);
  refused(ACRE_NULL_ARGUMENT, NULL, 4096u, 16u);
  refused(ACRE_NULL_ARGUMENT, NULL, SIZE_MAX, 3u);
  refused_split(ACRE_NULL_ARGUMENT, NULL, 4096u, SOMEWHERE, 4096u, 16u);
}

static void test_bad_granule(void **state)
{
  (void)state;
  for (size_t granule = 1u; granule <= 10000u; granule++) {
    bool allowed = granule >= 8u && granule <= 4096u && (granule & (granule - 1u)) == 0u;
    acre_region region;
    acre_status expected = allowed ? ACRE_OK : ACRE_BAD_GRANULE;
    assert_int_equal(acre_region_init(&region, memory, sizeof memory, granule), expected);
    assert_int_equal(acre_region_init_split(&region, metadata, sizeof metadata, 4096u, 16384u, granule), expected);
  }
  refused(ACRE_BAD_GRANULE, memory, 4096u, SIZE_MAX);
  refused(ACRE_BAD_GRANULE, memory, 4096u, SIZE_MAX / 2u + 1u);
  refused_split(ACRE_BAD_GRANULE, metadata, sizeof metadata, SOMEWHERE, 4096u, 24u);
}

static void test_default_granule(void **state)
{
  (void)state;
  acre_region region;
  acre_stats stats;
  assert_int_equal(acre_region_init_split(&region, metadata, ACRE_METADATA_SIZE(4096u, 16u), SOMEWHERE, 4096u, 0u),
                   ACRE_OK);
  acre_region_stats(&region, &stats);
  assert_int_equal(stats.total, 4096);
  assert_int_equal(acre_region_usable_size(&region, acre_region_alloc(&region, 1u)), ACRE_GRANULE_DEFAULT);
}

static void test_too_small(void **state)
{
  (void)state;
  for (size_t granule = 8u; granule <= 4096u; granule *= 2u) {
    acre_region region;
    refused(ACRE_TOO_SMALL, memory, 0u, granule);
    refused(ACRE_TOO_SMALL, memory, granule - 1u, granule);
    refused_split(ACRE_TOO_SMALL, metadata, sizeof metadata, SOMEWHERE, 0u, granule);
    refused_split(ACRE_TOO_SMALL, metadata, sizeof metadata, SOMEWHERE, granule - 1u, granule);
    refused_split(ACRE_TOO_SMALL, metadata, 0u, SOMEWHERE, granule, granule);
    /* One granule beside its metadata is the least that init takes. */
    size_t least = (ACRE_METADATA_SIZE(granule, granule) + granule - 1u) / granule * granule + granule;
    refused(ACRE_TOO_SMALL, memory, least - 1u, granule);
    assert_int_equal(acre_region_init(&region, memory, least, granule), ACRE_OK);
    acre_stats stats;
    acre_region_stats(&region, &stats);
    assert_int_equal(stats.total, granule);
  }
}

static void test_misaligned(void **state)
{
  (void)state;
  for (size_t granule = 8u; granule <= 4096u; granule *= 2u) {
    for (size_t off = 1u; off < 4u; off++) {
      refused(ACRE_MISALIGNED, memory + off, 16384u, granule);
      refused_split(ACRE_MISALIGNED, metadata + off, sizeof metadata - off, SOMEWHERE, 16384u, granule);
    }
    for (size_t off = 1u; off < granule; off += (off < 9u) ? 1u : 97u) {
      refused_split(ACRE_MISALIGNED, metadata, sizeof metadata, SOMEWHERE + off, 16384u, granule);
    }
    refused_split(ACRE_MISALIGNED, metadata, sizeof metadata, 4u, 16384u, granule);
  }
}

static void test_range_overflow(void **state)
{
  (void)state;
  acre_region region;
  for (size_t granule = 8u; granule <= 4096u; granule *= 2u) {
    uintptr_t last = (uintptr_t)0u - granule; /* the last granule of all */
    refused_split(ACRE_RANGE_OVERFLOW, metadata, sizeof metadata, last, granule + 1u, granule);
    refused_split(ACRE_RANGE_OVERFLOW, metadata, sizeof metadata, last, 2u * granule, granule);
    refused_split(ACRE_RANGE_OVERFLOW, metadata, sizeof metadata, last - 9u * granule, 11u * granule, granule);
    refused(ACRE_RANGE_OVERFLOW, (void *)last, 2u * granule, granule);
    refused(ACRE_RANGE_OVERFLOW, (void *)(last - 1000u * granule), 2000u * granule, granule);
    assert_int_equal(acre_region_init_split(&region, metadata, sizeof metadata, last, granule, granule), ACRE_OK);
  }
}

static void test_too_many_granules(void **state)
{
  (void)state;
  for (size_t granule = 8u; granule <= 4096u; granule *= 2u) {
    size_t size = (size_t)(ACRE_GRANULES_MAX + 1u) * granule;
    refused(ACRE_TOO_MANY_GRANULES, memory, size, granule);
    refused(ACRE_TOO_MANY_GRANULES, memory, SIZE_MAX, granule);
    refused_split(ACRE_TOO_MANY_GRANULES, metadata, SIZE_MAX, SOMEWHERE, size, granule);
    refused_split(ACRE_TOO_MANY_GRANULES, metadata, SIZE_MAX, SOMEWHERE, SIZE_MAX, granule);
    /* The most there can be are refused only for want of metadata. */
    refused_split(ACRE_TOO_SMALL, metadata, sizeof metadata, SOMEWHERE, size - 1u, granule);
  }
}

/* The macro is exact: its size is enough, one byte less is not. */
static void metadata_exact(uint8_t *room, uint32_t n, size_t granule)
{
  acre_region region;
  size_t need = ACRE_METADATA_SIZE(n * granule, granule);
  if (acre_region_init_split(&region, room, need, SOMEWHERE, n * granule, granule) != ACRE_OK ||
      acre_region_init_split(&region, room, need - 1u, SOMEWHERE, n * granule, granule) != ACRE_TOO_SMALL ||
      metadata_size(&region) != need) {
    print_error("%lu granules of %lu: not %lu bytes\n", (unsigned long)n, (unsigned long)granule, (unsigned long)need);
    fail();
  }
}

static void test_metadata_size(void **state)
{
  (void)state;
  size_t most = ACRE_METADATA_SIZE((size_t)ACRE_GRANULES_MAX * 8u, 8u);
  uint8_t *room = malloc(most);
  assert_non_null(room);
  for (uint32_t n = 1u; n <= 5000u; n++) {
    metadata_exact(room, n, 8u);
    metadata_exact(room, n, 16u);
    metadata_exact(room, n, 4096u);
  }
  /* Around every change of the index's depth and width. */
  for (uint32_t power = 4096u; power <= 2097152u; power *= 8u) {
    for (uint32_t width = 1u; width <= 8u; width++) {
      for (uint32_t off = 0u; off <= 32u; off++) {
        uint32_t n = power * width + off - 16u;
        if (n <= ACRE_GRANULES_MAX && (n < 1000000u || off % 8u == 1u)) {
          metadata_exact(room, n, 8u);
        }
      }
    }
  }
  metadata_exact(room, ACRE_GRANULES_MAX, 8u);
  metadata_exact(room, ACRE_GRANULES_MAX, 64u);
  free(room);
  /* A constant expression, and what does not fill a granule does not count. */
  _Static_assert(ACRE_METADATA_SIZE(16u, 16u) == 4u * 9u + 8u + 2u, "one granule");
  _Static_assert(ACRE_METADATA_SIZE(4096u + 15u, 16u) == ACRE_METADATA_SIZE(4096u, 16u), "whole granules");
}

/* init puts as many granules as possible at the end of the memory, writes its
 * metadata at the start, and nothing else. */
static void test_init_layout(void **state)
{
  (void)state;
  for (size_t granule = 8u; granule <= 256u; granule *= 2u) {
    for (size_t off = 0u; off < 64u; off += 4u) {
      for (size_t size = granule; size < 2600u; size += (size < 300u) ? 1u : 37u) {
        uintptr_t start = (uintptr_t)memory + off;
        uintptr_t end = (start + size) / granule * granule;
        uint32_t n = (uint32_t)(size / granule);
        while (n > 0u &&
               (end - n * granule < start || end - n * granule - start < ACRE_METADATA_SIZE(n * granule, granule))) {
          n--;
        }
        acre_region region;
        memset(memory, 0x5A, 4096u);
        acre_status status = acre_region_init(&region, memory + off, size, granule);
        assert_int_equal(status, (n == 0u) ? ACRE_TOO_SMALL : ACRE_OK);
        if (n != 0u) {
          acre_stats stats;
          acre_block block;
          acre_iterator iterator = {0u};
          acre_region_stats(&region, &stats);
          assert_int_equal(stats.total, n * granule);
          assert_true(acre_region_next(&region, &iterator, &block));
          assert_int_equal((uintptr_t)block.address, end - n * granule);
          assert_int_equal(block.size, n * granule);
          assert_int_equal((uintptr_t)metadata_start(&region), start);
        }
        size_t written = (n == 0u) ? 0u : ACRE_METADATA_SIZE(n * granule, granule);
        for (size_t i = 0u; i < 4096u; i++) {
          if ((i < off || i >= off + written) && memory[i] != 0x5Au) {
            fail_msg("byte %lu written, %lu bytes from %lu", (unsigned long)i, (unsigned long)size, (unsigned long)off);
          }
        }
      }
    }
  }
}

/* The whole of a region made by init works, payload and all. */
static void test_init_works(void **state)
{
  (void)state;
  static model_block blocks[4096];
  for (size_t granule = 8u; granule <= 4096u; granule *= 2u) {
    acre_region region;
    both b;
    memset(memory, 0xFF, sizeof memory); /* what was in the memory before does not matter */
    assert_int_equal(acre_region_init(&region, memory, sizeof memory, granule), ACRE_OK);
    both_init(&b, &region, blocks, 4096u, 0u);
    exercise(&b, (uint32_t)granule);
    for (size_t i = metadata_size(&region); i < sizeof memory; i++) {
      assert_int_equal(memory[i], 0xFF);
    }
  }
}

static void test_address_zero(void **state)
{
  (void)state;
  static model_block blocks[256];
  for (size_t granule = 8u; granule <= 4096u; granule *= 2u) {
    acre_region region;
    both b;
    /* Granule 0 is left out: a block there would have the address NULL. */
    refused_split(ACRE_TOO_SMALL, metadata, sizeof metadata, 0u, granule, granule);
    refused_split(ACRE_TOO_SMALL, metadata, ACRE_METADATA_SIZE(199u * granule, granule) - 1u, 0u, 200u * granule,
                  granule);
    assert_int_equal(acre_region_init_split(&region, metadata, ACRE_METADATA_SIZE(199u * granule, granule), 0u,
                                            200u * granule, granule),
                     ACRE_OK);
    both_init(&b, &region, blocks, 256u, 0u);
    assert_int_equal(both_stats(&b).total, 199u * granule);
    assert_int_equal((uintptr_t)both_alloc(&b, 1u), granule);
    assert_int_equal(both_free(&b, NULL), ACRE_OUTSIDE);
    assert_int_equal(both_resize(&b, NULL, 1u), ACRE_OUTSIDE);
    assert_int_equal(both_usable_size(&b, NULL), 0);
    assert_int_equal(both_free(&b, (void *)(granule - 1u)), ACRE_OUTSIDE);
    assert_int_equal(both_free(&b, (void *)(200u * granule)), ACRE_OUTSIDE);
    assert_int_equal(both_free(&b, (void *)UINTPTR_MAX), ACRE_OUTSIDE);
    assert_int_equal(both_free(&b, (void *)granule), ACRE_OK);
    exercise(&b, 1u);
  }
}

/* 200 granules from `address`, all of it used, every edge asked for. */
static void works_at(uintptr_t address, size_t granule)
{
  fixture f;
  fixture_open(&f, address, 200u, granule);
  both *b = &f.both;
  uintptr_t end = address + 200u * granule; /* may be 0 */
  assert_int_equal(both_stats(b).total, 200u * granule);
  assert_int_equal((uintptr_t)both_alloc(b, 199u * granule), address);
  assert_int_equal((uintptr_t)both_alloc(b, granule), end - granule);
  assert_null(both_alloc(b, 1u));
  fixture_check(&f);
  assert_int_equal(both_free(b, (void *)(address - 1u)), ACRE_OUTSIDE);
  assert_int_equal(both_free(b, (void *)(address - granule)), ACRE_OUTSIDE);
  assert_int_equal(both_free(b, (void *)end), ACRE_OUTSIDE);
  assert_int_equal(both_free(b, (void *)(end + granule)), ACRE_OUTSIDE);
  assert_int_equal(both_free(b, NULL), ACRE_OUTSIDE);
  assert_int_equal(both_free(b, (void *)(end - 1u)), ACRE_NOT_A_BLOCK);
  assert_int_equal(both_resize(b, (void *)end, 1u), ACRE_OUTSIDE);
  assert_int_equal(both_resize(b, (void *)(end - granule), granule + 1u), ACRE_NO_SPACE);
  assert_int_equal(both_free(b, (void *)(end - granule)), ACRE_OK);
  assert_int_equal(both_free(b, (void *)address), ACRE_OK);
  for (uint32_t order = 0u; order < sizeof(uintptr_t) * 8u; order++) {
    void *block = both_alloc_aligned(b, (size_t)1u << order, granule);
    if (block != NULL) {
      assert_int_equal(both_free(b, block), ACRE_OK);
    }
  }
  exercise(b, 7u);
  fixture_close(&f);
}

static void test_anywhere(void **state)
{
  (void)state;
  for (size_t granule = 8u; granule <= 4096u; granule *= 2u) {
    for (uint32_t before = 0u; before <= 200u; before += 50u) {
      works_at((uintptr_t)0x80000000u - before * granule, granule);
      works_at(TOP_BIT - before * granule, granule);
#if UINTPTR_MAX > 0xFFFFFFFFu
      works_at(((uintptr_t)1u << 32) - before * granule, granule);
#endif
    }
    works_at((uintptr_t)0u - 200u * granule, granule);
    works_at(granule, granule);
  }
}

static void test_again(void **state)
{
  (void)state;
  fixture f;
  fixture_open(&f, SOMEWHERE, 100u, 16u);
  both_alloc(&f.both, 160u);
  both_alloc(&f.both, 1000u);
  both_free(&f.both, (void *)SOMEWHERE);
  /* init and reset both make an empty region out of a used one. */
  both_reset(&f.both);
  fixture_check(&f);
  assert_int_equal(both_stats(&f.both).low_water, 1600);
  assert_int_equal(both_stats(&f.both).largest, 1600);
  exercise(&f.both, 3u);
  both_alloc(&f.both, 500u);
  assert_int_equal(acre_region_init_split(&f.region, f.region.index, metadata_size(&f.region), SOMEWHERE, 1600u, 16u),
                   ACRE_OK);
  both_init(&f.both, &f.region, f.blocks, 100u, 0u);
  fixture_check(&f);
  exercise(&f.both, 4u);
  fixture_close(&f);
}

static void test_partial_granule(void **state)
{
  (void)state;
  for (size_t extra = 0u; extra < 64u; extra++) {
    acre_region region;
    acre_stats stats;
    assert_int_equal(
        acre_region_init_split(&region, metadata, ACRE_METADATA_SIZE(640u, 64u), SOMEWHERE, 640u + extra, 64u),
        ACRE_OK);
    acre_region_stats(&region, &stats);
    assert_int_equal(stats.total, 640);
    assert_null(acre_region_alloc(&region, 641u));
    assert_non_null(acre_region_alloc(&region, 640u));
  }
}

/* As many granules as a size can be kept for. */
static void test_largest_region(void **state)
{
  (void)state;
  fixture f;
  fixture_open(&f, SOMEWHERE, ACRE_GRANULES_MAX, 16u);
  both *b = &f.both;
  size_t all = (size_t)ACRE_GRANULES_MAX * 16u;
  assert_int_equal((uintptr_t)both_alloc(b, all), SOMEWHERE);
  assert_int_equal(both_usable_size(b, (void *)SOMEWHERE), all);
  assert_int_equal(both_stats(b).largest, 0);
  assert_null(both_alloc(b, 1u));
  assert_int_equal(both_resize(b, (void *)SOMEWHERE, all + 1u), ACRE_NO_SPACE);
  assert_int_equal(both_resize(b, (void *)SOMEWHERE, all - 17u), ACRE_OK);
  void *last = both_alloc(b, 1u);
  assert_int_equal((uintptr_t)last, SOMEWHERE + all - 16u);
  assert_int_equal(both_free(b, (void *)SOMEWHERE), ACRE_OK);
  fixture_check(&f);
  assert_int_equal(both_stats(b).largest, all - 16u);
  assert_int_equal((uintptr_t)both_alloc(b, all - 16u), SOMEWHERE);
  assert_int_equal(both_free(b, (void *)SOMEWHERE), ACRE_OK);
  assert_int_equal((uintptr_t)both_alloc_aligned(b, (size_t)1u << 29, 1u), (uintptr_t)1u << 29);
  assert_int_equal(both_free(b, last), ACRE_OK);
  fixture_check(&f);
  fixture_close(&f);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_null),
      cmocka_unit_test(test_bad_granule),
      cmocka_unit_test(test_default_granule),
      cmocka_unit_test(test_too_small),
      cmocka_unit_test(test_misaligned),
      cmocka_unit_test(test_range_overflow),
      cmocka_unit_test(test_too_many_granules),
      cmocka_unit_test(test_metadata_size),
      cmocka_unit_test(test_init_layout),
      cmocka_unit_test(test_init_works),
      cmocka_unit_test(test_address_zero),
      cmocka_unit_test(test_anywhere),
      cmocka_unit_test(test_again),
      cmocka_unit_test(test_partial_granule),
      cmocka_unit_test(test_largest_region),
  };
  return cmocka_run_group_tests_name("init", tests, NULL, NULL);
}
