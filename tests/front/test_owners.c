/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Owners: who has how much. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <acre/fronts.h>

#include "esp_heap_caps.h"

ACRE_HEAP(ram, 16384u, ACRE_CAPS_PLAIN);

static uintptr_t now;

uintptr_t acre_front_owner(void)
{
  return now;
}

static acre_owner of(uintptr_t tag)
{
  acre_owner owners[ACRE_OWNERS];
  uint32_t count = acre_front_owners(owners, ACRE_OWNERS);
  acre_owner found = {0u, 0u, 0u, 0u};
  for (uint32_t i = 0u; i < count; i++) {
    if (owners[i].tag == tag) {
      found = owners[i];
    }
  }
  return found;
}

static void test_owners(void **state)
{
  (void)state;
  assert_int_equal(of(0u).blocks, 0u);
  now = 0x111u;
  void *p = heap_caps_malloc(100u, MALLOC_CAP_8BIT);
  void *q = heap_caps_aligned_alloc(256u, 50u, MALLOC_CAP_8BIT);
  now = 0x222u;
  void *r = heap_caps_calloc(3u, 10u, MALLOC_CAP_8BIT);
  assert_int_equal(of(0x111u).bytes, 150u);
  assert_int_equal(of(0x111u).blocks, 2u);
  assert_int_equal(of(0x222u).bytes, 30u);
  /* Resized by someone else: it stays with its owner, where it is not made anew. */
  p = heap_caps_realloc(p, 70u, MALLOC_CAP_8BIT);
  assert_int_equal(of(0x111u).bytes + of(0x222u).bytes, 150u);
  assert_int_equal(of(0x111u).blocks + of(0x222u).blocks, 3u);
#if ACRE_FRONT_LEVEL < 3
  assert_int_equal(of(0x111u).bytes, 120u);
#endif
  /* What fails belongs to no one. */
  assert_null(heap_caps_malloc(SIZE_MAX, MALLOC_CAP_8BIT));
  assert_null(heap_caps_realloc(p, SIZE_MAX, MALLOC_CAP_8BIT));
  assert_int_equal(of(0x111u).bytes + of(0x222u).bytes, 150u);
  heap_caps_free(p);
  heap_caps_free(q);
  heap_caps_free(r);
  assert_int_equal(of(0x111u).bytes, 0u);
  assert_int_equal(of(0x111u).blocks, 0u);
  assert_int_equal(of(0x111u).peak, 150u);
  assert_int_equal(of(0x222u).bytes, 0u);
}

/* More than there is room for: they count for nobody, and nothing is lost. */
static void test_many(void **state)
{
  (void)state;
  void *blocks[ACRE_OWNERS + 4u];
  for (uintptr_t i = 0u; i < ACRE_OWNERS + 4u; i++) {
    now = 0x1000u + i;
    blocks[i] = heap_caps_malloc(10u, MALLOC_CAP_8BIT);
  }
  acre_owner owners[ACRE_OWNERS];
  assert_int_equal(acre_front_owners(owners, ACRE_OWNERS), ACRE_OWNERS);
  size_t sum = 0u;
  for (uint32_t i = 0u; i < ACRE_OWNERS; i++) {
    sum += owners[i].bytes;
  }
  assert_int_equal(sum, 10u * (ACRE_OWNERS + 4u));
  assert_true(of(0u).blocks > 0u);
  for (uintptr_t i = 0u; i < ACRE_OWNERS + 4u; i++) {
    heap_caps_free(blocks[i]);
  }
  assert_int_equal(of(0u).blocks, 0u);
  assert_int_equal(acre_front_owners(owners, 0u), ACRE_OWNERS);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_owners),
      cmocka_unit_test(test_many),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
