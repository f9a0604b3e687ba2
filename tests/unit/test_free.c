/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* free, resize and usable_size: what each pointer is, and what becomes of a block. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

/* Free and resize refuse this pointer for this reason, and change nothing. */
static void refused(fixture *f, uintptr_t address, acre_status status)
{
  void *block = (void *)address;
  snapshot s;
  snapshot_take(&s, &f->region);
  assert_int_equal(both_usable_size(&f->both, block), 0);
  assert_int_equal(both_free(&f->both, block), status);
  assert_int_equal(both_resize(&f->both, block, 1u), status);
  assert_int_equal(both_resize(&f->both, block, 0u), status);
  assert_int_equal(both_resize(&f->both, block, SIZE_MAX), status);
  snapshot_same(&s, &f->region);
}

/* Every address from 64 bytes below to 64 bytes above the region.  `live` says
 * which granules start a live block. */
static void every_pointer(fixture *f, const bool *live)
{
  uintptr_t base = f->both.model.base;
  uint32_t granule = 1u << f->both.model.shift;
  uint32_t bytes = f->both.model.granules * granule;
  for (uint32_t i = 1u; i <= 64u; i++) {
    refused(f, base - i, ACRE_OUTSIDE);
    refused(f, base + bytes - 1u + i, ACRE_OUTSIDE);
  }
  for (uint32_t i = 0u; i < bytes; i++) {
    if (i % granule == 0u && live[i / granule]) {
      assert_int_not_equal(both_usable_size(&f->both, (void *)(base + i)), 0);
    } else {
      refused(f, base + i, ACRE_NOT_A_BLOCK);
    }
  }
  refused(f, 0u, ACRE_OUTSIDE);
  refused(f, UINTPTR_MAX, ACRE_OUTSIDE);
  for (uint32_t bit = 0u; bit < sizeof(uintptr_t) * 8u; bit++) {
    uintptr_t address = base ^ ((uintptr_t)1u << bit);
    if (address < base || address - base >= bytes) {
      refused(f, address, ACRE_OUTSIDE);
    }
  }
}

static void test_every_pointer(void **state)
{
  (void)state;
  for (uint32_t granule = 8u; granule <= 64u; granule *= 8u) {
    fixture f;
    bool live[300] = {false};
    fixture_open(&f, SOMEWHERE, 300u, granule);
    every_pointer(&f, live);
    /* A small and a large block, a small and a large hole, a block, the tail. */
    void *blocks[5];
    static const uint32_t sizes[] = {3u, 70u, 2u, 100u, 1u};
    uint32_t at = 0u;
    for (uint32_t i = 0u; i < 5u; i++) {
      blocks[i] = both_alloc(&f.both, sizes[i] * granule);
      live[at] = true;
      at += sizes[i];
    }
    every_pointer(&f, live);
    both_free(&f.both, blocks[2]);
    both_free(&f.both, blocks[3]);
    live[73] = false;
    live[75] = false;
    both_alloc(&f.both, granule);
    live[73] = true;
    every_pointer(&f, live);
    both_free(&f.both, blocks[0]);
    live[0] = false;
    both_alloc(&f.both, 200u * granule); /* no place */
    every_pointer(&f, live);
    both_reset(&f.both);
    memset(live, 0, sizeof live);
    every_pointer(&f, live);
    fixture_close(&f);
  }
}

static void test_double_free(void **state)
{
  (void)state;
  for (uint32_t size = 1u; size < 140u; size++) {
    fixture f;
    fixture_open(&f, SOMEWHERE, 400u, 8u);
    void *a = both_alloc(&f.both, size * 8u);
    void *b = both_alloc(&f.both, size * 8u);
    void *c = both_alloc(&f.both, 8u);
    assert_int_equal(both_free(&f.both, b), ACRE_OK);
    refused(&f, (uintptr_t)b, ACRE_NOT_A_BLOCK);
    assert_int_equal(both_free(&f.both, a), ACRE_OK);
    refused(&f, (uintptr_t)a, ACRE_NOT_A_BLOCK);
    refused(&f, (uintptr_t)b, ACRE_NOT_A_BLOCK);
    assert_int_equal(both_free(&f.both, c), ACRE_OK);
    refused(&f, (uintptr_t)a, ACRE_NOT_A_BLOCK);
    refused(&f, (uintptr_t)b, ACRE_NOT_A_BLOCK);
    refused(&f, (uintptr_t)c, ACRE_NOT_A_BLOCK);
    assert_int_equal(both_stats(&f.both).free_runs, 1);
    fixture_close(&f);
  }
}

/* Six blocks, freed in each of the 720 orders: always one free run in the end,
 * no two adjacent ones on the way, and all other blocks unchanged. */
static void free_in_every_order(fixture *f, void **blocks, uint32_t left)
{
  if (left == 0u) {
    assert_int_equal(both_stats(&f->both).free_runs, 1);
    assert_int_equal(both_stats(&f->both).used, 0);
    fixture_check(f);
    return;
  }
  for (uint32_t i = 0u; i < left; i++) {
    snapshot s;
    model_block model_blocks[6];
    void *block = blocks[i];
    uint32_t count = f->both.model.count;
    snapshot_take(&s, &f->region);
    memcpy(model_blocks, f->blocks, sizeof model_blocks);
    assert_int_equal(both_free(&f->both, block), ACRE_OK);
    fixture_check(f);
    blocks[i] = blocks[left - 1u];
    free_in_every_order(f, blocks, left - 1u);
    blocks[i] = block;
    /* Back to before. */
    f->region = s.region;
    memcpy(metadata_start(&f->region), s.bytes, metadata_size(&f->region));
    free(s.bytes);
    f->both.model.count = count;
    memcpy(f->blocks, model_blocks, sizeof model_blocks);
  }
}

static void test_every_order(void **state)
{
  (void)state;
  static const uint32_t sizes[3][6] = {
      {1u, 1u, 1u, 1u, 1u, 1u}, {8u, 30u, 40u, 2u, 62u, 5u}, {63u, 1u, 300u, 64u, 7u, 9u}};
  for (uint32_t s = 0u; s < 3u; s++) {
    for (uint32_t tail = 0u; tail < 2u; tail++) {
      fixture f;
      void *blocks[6];
      uint32_t n = tail;
      for (uint32_t i = 0u; i < 6u; i++) {
        n += sizes[s][i];
      }
      fixture_open(&f, SOMEWHERE, (n < 6u) ? 6u : n, 16u);
      for (uint32_t i = 0u; i < 6u; i++) {
        blocks[i] = both_alloc(&f.both, sizes[s][i] * 16u);
        assert_non_null(blocks[i]);
      }
      free_in_every_order(&f, blocks, 6u);
      fixture_close(&f);
    }
  }
}

/* Allocating and freeing gives back the statistics and the iteration. */
static void test_alloc_free_restores(void **state)
{
  (void)state;
  fixture f;
  fixture_open(&f, SOMEWHERE, 200u, 8u);
  void *blocks[10];
  for (uint32_t i = 0u; i < 10u; i++) {
    blocks[i] = both_alloc(&f.both, (i * 5u + 1u) % 19u * 8u + 8u);
  }
  for (uint32_t i = 0u; i < 10u; i += 2u) {
    both_free(&f.both, blocks[i]);
  }
  for (uint32_t k = 1u; k <= 60u; k++) {
    for (size_t alignment = 8u; alignment <= 1024u; alignment *= 2u) {
      both_reset_low_water(&f.both);
      acre_stats before = both_stats(&f.both);
      void *block = both_alloc_aligned(&f.both, alignment, k * 8u);
      if (block != NULL) {
        both_free(&f.both, block);
        both_reset_low_water(&f.both);
      }
      acre_stats after = both_stats(&f.both);
      assert_int_equal(before.used, after.used);
      assert_int_equal(before.largest, after.largest);
      assert_int_equal(before.free_runs, after.free_runs);
    }
  }
  fixture_close(&f);
}

/* A block of x granules, then a free run of y granules that ends at a block or
 * reaches to the end of the region, resized to z granules: for all x, y, z. */
static void test_resize(void **state)
{
  (void)state;
  static const uint32_t sizes[] = {1u, 2u, 3u, 7u, 8u, 9u, 61u, 62u, 63u, 64u, 65u, 70u};
  for (uint32_t x = 0u; x < 12u; x++) {
    for (uint32_t y = 0u; y < 13u; y++) {
      for (uint32_t tail = 0u; tail < 2u; tail++) {
        fixture f;
        uint32_t run = (y == 12u) ? 0u : sizes[y];
        uint32_t n = 5u + sizes[x] + run + ((tail == 1u) ? 0u : 4u);
        for (uint32_t z = 1u; z <= sizes[x] + run + 1u; z++) {
          fixture_open(&f, SOMEWHERE, n, 8u);
          both *b = &f.both;
          both_alloc(b, 5u * 8u);
          void *block = both_alloc(b, sizes[x] * 8u);
          void *hole = both_alloc(b, run * 8u);
          if (tail == 0u) {
            both_alloc(b, 4u * 8u);
          }
          both_free(b, hole);
          both_stats(b);
          snapshot s;
          snapshot_take(&s, &f.region);
          acre_status status = both_resize(b, block, z * 8u - z % 8u);
          if (z > sizes[x] + run) {
            assert_int_equal(status, ACRE_NO_SPACE);
            snapshot_same(&s, &f.region);
          } else {
            assert_int_equal(status, ACRE_OK);
            assert_int_equal(both_usable_size(b, block), z * 8u);
            free(s.bytes);
          }
          fixture_check(&f);
          both_free(b, block);
          fixture_close(&f);
        }
      }
    }
  }
}

static void test_resize_refused(void **state)
{
  (void)state;
  fixture f;
  fixture_open(&f, SOMEWHERE, 200u, 16u);
  void *a = both_alloc(&f.both, 160u);
  void *b = both_alloc(&f.both, 160u);
  void *c = both_alloc(&f.both, 160u);
  void *blocks[] = {a, b, c};
  both_free(&f.both, b);
  both_alloc(&f.both, 16u);
  for (uint32_t i = 0u; i < 3u; i++) {
    snapshot s;
    snapshot_take(&s, &f.region);
    assert_int_equal(both_resize(&f.both, blocks[i], 0u), ACRE_BAD_SIZE);
    for (size_t less = 0u; less < 40u; less++) {
      assert_int_equal(both_resize(&f.both, blocks[i], SIZE_MAX - less), ACRE_NO_SPACE);
    }
    for (uint32_t bit = 30u; bit < sizeof(size_t) * 8u; bit++) {
      assert_int_equal(both_resize(&f.both, blocks[i], ((size_t)1u << bit) + 1u), ACRE_NO_SPACE);
    }
    snapshot_same(&s, &f.region);
  }
  /* The same number of granules: accepted, and nothing changes. */
  snapshot s;
  snapshot_take(&s, &f.region);
  for (uint32_t size = 145u; size <= 160u; size++) {
    assert_int_equal(both_resize(&f.both, a, size), ACRE_OK);
  }
  snapshot_same(&s, &f.region);
  fixture_close(&f);
}

/* Resizing keeps what is in the block: the payload is not touched. */
static void test_resize_keeps(void **state)
{
  (void)state;
  static _Alignas(64) uint8_t payload[4096];
  static _Alignas(4) uint8_t metadata[ACRE_METADATA_SIZE(4096u, 16u)];
  acre_region region;
  for (uint32_t i = 0u; i < 4096u; i++) {
    payload[i] = (uint8_t)(i * 7u + i / 256u);
  }
  assert_int_equal(acre_region_init_split(&region, metadata, sizeof metadata, (uintptr_t)payload, 4096u, 16u), ACRE_OK);
  uint8_t *block = acre_region_alloc(&region, 100u);
  assert_ptr_equal(block, payload);
  for (uint32_t size = 1u; size <= 4096u; size += 41u) {
    assert_int_equal(acre_region_resize(&region, block, size), ACRE_OK);
    assert_int_equal(acre_region_resize(&region, block, 4097u - size), ACRE_OK);
  }
  assert_int_equal(acre_region_free(&region, block), ACRE_OK);
  for (uint32_t i = 0u; i < 4096u; i++) {
    assert_int_equal(payload[i], (uint8_t)(i * 7u + i / 256u));
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_pointer), cmocka_unit_test(test_double_free),
      cmocka_unit_test(test_every_order),   cmocka_unit_test(test_alloc_free_restores),
      cmocka_unit_test(test_resize),        cmocka_unit_test(test_resize_refused),
      cmocka_unit_test(test_resize_keeps),
  };
  return cmocka_run_group_tests_name("free", tests, NULL, NULL);
}
