/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Static heaps: one line each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <acre/fronts.h>

#include "esp_heap_caps.h"

ACRE_HEAP(main_ram, 20000u, ACRE_CAPS_PLAIN);
ACRE_HEAP_IN(reclaimed, 30000u, ACRE_CAPS_PLAIN | MALLOC_CAP_DMA, ".dram2_uninit");
ACRE_HEAP_IN(also_reclaimed, 1000u, 1u << 26, ".dram2_uninit");
ACRE_HEAP_IN(retained, 4000u, MALLOC_CAP_RTCRAM, ".noinit");

/* More than the library has by itself. */
ACRE_FRONT_SLOTS(12u);

static void test_all_there(void **state)
{
  (void)state;
  static const char *const names[] = {"main_ram", "reclaimed", "also_reclaimed", "retained"};
  static const size_t sizes[] = {20000u, 30000u, 1000u, 4000u};
  acre_heap *heap = acre_front_heap();
  acre_region_id id = ACRE_NO_REGION;
  for (size_t i = 0u; i < 4u; i++) {
    acre_heap_info info;
    id = acre_heap_next(heap, id);
    assert_int_equal(acre_heap_region_info(heap, id, &info), ACRE_HEAP_OK);
    assert_string_equal(info.name, names[i]);
    assert_int_equal(info.size, sizes[i]);
  }
  assert_int_equal(acre_heap_next(heap, id), ACRE_NO_REGION);
}

static void test_use(void **state)
{
  (void)state;
  uint8_t *p = heap_caps_malloc(100u, MALLOC_CAP_DMA);
  assert_true((p > reclaimed_memory) && (p < reclaimed_memory + sizeof reclaimed_memory));
  uint8_t *q = heap_caps_malloc(100u, MALLOC_CAP_RTCRAM);
  assert_true((q > retained_memory) && (q < retained_memory + sizeof retained_memory));
  uint8_t *r = heap_caps_malloc(100u, 1u << 26);
  assert_true((r > also_reclaimed_memory) && (r < also_reclaimed_memory + sizeof also_reclaimed_memory));
  memset(p, 1, 100u);
  memset(q, 2, 100u);
  memset(r, 3, 100u);
  assert_true(heap_caps_check_integrity_all(true));
  heap_caps_free(p);
  heap_caps_free(q);
  heap_caps_free(r);
}

static _Alignas(16) uint8_t more[12][512];

/* As many as there are slots. */
static void test_slots(void **state)
{
  (void)state;
  acre_region_id id;
  acre_heap_area area;
  memset(&area, 0, sizeof area);
  area.size = sizeof more[0];
  area.caps[0] = 1u << 27;
  for (size_t i = 0u; i < 12u; i++) {
    area.address = (uintptr_t)more[i];
    assert_int_equal(acre_front_add(&area, &id), (i < 8u) ? ACRE_HEAP_OK : ACRE_HEAP_NO_SLOT);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_all_there),
      cmocka_unit_test(test_use),
      cmocka_unit_test(test_slots),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
