/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ACRE_REGION: regions that are ready without a call. */
#include "support.h"

#include <string.h>

ACRE_REGION(tiny, 16);
ACRE_REGION(plain, 4096);
ACRE_REGION(partial, 1000);
ACRE_REGION_GRANULE(fine, 8u * 65u, 8);
ACRE_REGION_GRANULE(coarse, 256u * 1024u, 4096u);
ACRE_REGION_GRANULE(sized, sizeof(uint32_t) * 2048u, 32u);
ACRE_REGION_GRANULE(deep, 5000u * 8u, 8u); /* two levels of inner nodes */

/* As init_split would have made it. */
static void ready(acre_region *region, size_t size, size_t granule)
{
  static _Alignas(4) uint8_t metadata[ACRE_METADATA_SIZE(65536u * 8u, 8u)];
  static model_block blocks[65536];
  acre_region made;
  both b;
  acre_stats stats;
  acre_region_stats(region, &stats);
  assert_int_equal(stats.total, size / granule * granule);
  assert_int_equal(acre_region_init_split(&made, metadata, sizeof metadata, region->base, size, granule), ACRE_OK);
  assert_int_equal(made.granules, region->granules);
  assert_int_equal(made.shift, region->shift);
  assert_int_equal(made.width, region->width);
  assert_int_equal(made.first_leaf, region->first_leaf);
  assert_int_equal(made.nodes, region->nodes);
  assert_int_equal(region->base % granule, 0);
  both_init(&b, region, blocks, 65536u, 0u);
  both_stats(&b);
  both_iterate(&b);
  exercise(&b, 5u);
}

static void test_ready(void **state)
{
  (void)state;
  ready(&tiny, 16u, 16u);
  ready(&plain, 4096u, 16u);
  ready(&partial, 1000u, 16u);
  ready(&fine, 8u * 65u, 8u);
  ready(&coarse, 256u * 1024u, 4096u);
  ready(&sized, 8192u, 32u);
  ready(&deep, 40000u, 8u);
}

static void test_payload_writable(void **state)
{
  (void)state;
  acre_region_reset(&plain);
  acre_region_reset(&partial);
  /* The whole payload may be written: nothing of any region lies in it. */
  char *a = acre_region_alloc(&plain, 4096u);
  char *b = acre_region_alloc(&partial, 992u);
  assert_non_null(a);
  assert_non_null(b);
  memset(a, 0xFF, 4096u);
  memset(b, 0xFF, 992u);
  assert_null(acre_region_alloc(&plain, 1u));
  assert_int_equal(acre_region_free(&plain, a), ACRE_OK);
  assert_int_equal(acre_region_free(&partial, b), ACRE_OK);
  acre_region_reset(&plain);
  ready(&plain, 4096u, 16u);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ready),
      cmocka_unit_test(test_payload_writable),
  };
  return cmocka_run_group_tests_name("static", tests, NULL, NULL);
}
