/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* heap_caps on a board like an ESP32: memory that can do different things. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "esp_heap_caps.h"
#include "esp_heap_caps_init.h"

#define MEMORY(name) extern const char board_##name##_start[], board_##name##_end[]
MEMORY(data_ram);
MEMORY(both);
MEMORY(code);
MEMORY(rtc);
MEMORY(external);
#define IN(p, name) (((const char *)(p) >= board_##name##_start) && ((const char *)(p) < board_##name##_end))

static void test_start(void **state)
{
  (void)state;
  heap_caps_init();
  heap_caps_enable_nonos_stack_heaps();
  /* All of the instruction RAM is for the program: its metadata stand elsewhere. */
  assert_true(heap_caps_get_free_size(MALLOC_CAP_EXEC) > 8192u - 64u); /* less a debug layer */
  assert_int_equal(heap_caps_get_total_size(MALLOC_CAP_EXEC), 8192u);
  for (const char *at = board_code_start + 1; at < board_code_end; at++) {
    assert_int_equal(*at, *board_code_start); /* as it was, or filled by a debug layer */
  }
  multi_heap_info_t info;
  heap_caps_get_info(&info, MALLOC_CAP_8BIT | MALLOC_CAP_INTERNAL);
  assert_int_equal(info.allocated_blocks, 1u);
}

static void test_places(void **state)
{
  (void)state;
  /* What can do just this comes first. */
  void *p = heap_caps_malloc(100u, MALLOC_CAP_8BIT);
  assert_true(IN(p, data_ram));
  void *q = heap_caps_malloc(100u, MALLOC_CAP_32BIT);
  /* 32-bit memory is found in instruction RAM, on whose first priority it is. */
  assert_true(IN(q, code));
  void *r = heap_caps_malloc(100u, MALLOC_CAP_EXEC);
  assert_true(IN(r, code));
  void *s = heap_caps_malloc(100u, MALLOC_CAP_RTCRAM);
  assert_true(IN(s, rtc));
  void *t = heap_caps_malloc(100u, MALLOC_CAP_SPIRAM);
  assert_true(IN(t, external));
  /* DMA is on the second priority of both: the smaller comes first. */
  void *u = heap_caps_malloc(100u, MALLOC_CAP_DMA);
  assert_true(IN(u, both));
  heap_caps_free(p);
  heap_caps_free(q);
  heap_caps_free(r);
  heap_caps_free(s);
  heap_caps_free(t);
  heap_caps_free(u);
}

static unsigned failures;

static void on_failed(size_t size, uint32_t caps, const char *function)
{
  (void)size;
  (void)caps;
  (void)function;
  failures++;
}

static void test_exec(void **state)
{
  (void)state;
  assert_int_equal(heap_caps_register_failed_alloc_callback(on_failed), ESP_OK);
  assert_null(heap_caps_malloc(100u, MALLOC_CAP_EXEC | MALLOC_CAP_8BIT));
  assert_null(heap_caps_malloc(100u, MALLOC_CAP_EXEC | MALLOC_CAP_DMA));
  assert_int_equal(failures, 2u);
  assert_int_equal(heap_caps_get_largest_free_block(MALLOC_CAP_EXEC | MALLOC_CAP_8BIT), 0u);
  /* Zeros and copies go in words there. */
  uint32_t *p = heap_caps_calloc(10u, 4u, MALLOC_CAP_EXEC);
  assert_true(IN(p, code));
  for (size_t i = 0u; i < 10u; i++) {
    assert_int_equal(p[i], 0u);
    p[i] = (uint32_t)i;
  }
  void *wall = heap_caps_malloc(4u, MALLOC_CAP_EXEC);
  p = heap_caps_realloc(p, 400u, MALLOC_CAP_EXEC);
  assert_true(IN(p, code));
  for (size_t i = 0u; i < 10u; i++) {
    assert_int_equal(p[i], i);
  }
  assert_true(heap_caps_check_integrity_all(true));
  heap_caps_free(wall);
  heap_caps_free(p);
  /* All of it, in one piece. */
  size_t largest = heap_caps_get_largest_free_block(MALLOC_CAP_EXEC);
  p = heap_caps_malloc(largest, MALLOC_CAP_EXEC);
  assert_true(IN(p, code));
  heap_caps_free(p);
}

/* Metadata elsewhere go with the region; without room for them there is none. */
static void test_removed(void **state)
{
  (void)state;
  static _Alignas(16) uint8_t words[2048];
  const uint32_t caps[3] = {MALLOC_CAP_32BIT | (1u << 24), 0u, 0u};
  size_t before = heap_caps_get_free_size(MALLOC_CAP_8BIT | MALLOC_CAP_INTERNAL);
  assert_int_equal(heap_caps_add_region_with_caps(caps, (intptr_t)words + 4, (intptr_t)words + 2048), ESP_OK);
  assert_true(heap_caps_get_free_size(MALLOC_CAP_8BIT | MALLOC_CAP_INTERNAL) < before);
  void *p = heap_caps_malloc(100u, 1u << 24);
  assert_non_null(p);
  heap_caps_free(p);
  assert_int_equal(heap_caps_remove_region((intptr_t)words + 4), ESP_OK);
  assert_int_equal(heap_caps_get_free_size(MALLOC_CAP_8BIT | MALLOC_CAP_INTERNAL), before);
  /* Too small, or refused: the metadata are given back. */
  assert_int_equal(heap_caps_add_region_with_caps(caps, (intptr_t)words + 4, (intptr_t)words + 12),
                   ESP_ERR_INVALID_SIZE);
  assert_int_equal(heap_caps_add_region_with_caps(caps, (intptr_t)board_code_start, (intptr_t)board_code_end),
                   ESP_FAIL);
  assert_int_equal(heap_caps_get_free_size(MALLOC_CAP_8BIT | MALLOC_CAP_INTERNAL), before);
  void *all[64];
  size_t count = 0u;
  size_t size = heap_caps_get_largest_free_block(MALLOC_CAP_8BIT | MALLOC_CAP_INTERNAL);
  while ((size != 0u) && (count < 64u)) {
    all[count++] = heap_caps_malloc(size, MALLOC_CAP_8BIT | MALLOC_CAP_INTERNAL);
    size = heap_caps_get_largest_free_block(MALLOC_CAP_8BIT | MALLOC_CAP_INTERNAL);
  }
  assert_int_equal(heap_caps_add_region_with_caps(caps, (intptr_t)words, (intptr_t)words + 2048), ESP_ERR_NO_MEM);
  while (count > 0u) {
    heap_caps_free(all[--count]);
  }
}

#if ACRE_FRONT_LEVEL == 0
/* Memory that is never touched, for its metadata stand elsewhere: over the
 * middle of the address space, and at its top. */
static void test_ends(void **state)
{
  (void)state;
  const uint32_t caps[3] = {MALLOC_CAP_32BIT | (1u << 24), 0u, 0u};
  intptr_t middle = (intptr_t)((UINTPTR_MAX / 2u) - 1023u);
  assert_int_equal(heap_caps_add_region_with_caps(caps, middle, (intptr_t)((uintptr_t)middle + 2048u)), ESP_OK);
  void *p = heap_caps_malloc(2048u, 1u << 24);
  assert_ptr_equal(p, (uintptr_t)middle);
  heap_caps_free(p);
  assert_int_equal(heap_caps_remove_region(middle), ESP_OK);
  intptr_t top = -2048;
  assert_int_equal(heap_caps_add_region_with_caps(caps, top, 0), ESP_OK);
  assert_int_equal(heap_caps_get_total_size(1u << 24), 2048u);
  p = heap_caps_malloc(1000u, 1u << 24);
  void *q = heap_caps_malloc(1040u, 1u << 24);
  assert_ptr_equal(p, (uintptr_t)top);
  assert_ptr_equal(q, (uintptr_t)top + 1008u);
  assert_int_equal(heap_caps_get_allocated_size(q), 1040u);
  assert_null(heap_caps_malloc(1u, 1u << 24));
  assert_int_equal(heap_caps_add_region_with_caps(caps, top + 16, 0), ESP_FAIL);
  assert_true(heap_caps_check_integrity_addr(top, true));
  assert_true(heap_caps_check_integrity_addr(-1, true));
  heap_caps_free(p);
  heap_caps_free(q);
  assert_int_equal(heap_caps_remove_region(top), ESP_OK);
}
#endif

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_start),
    cmocka_unit_test(test_places),
    cmocka_unit_test(test_exec),
    cmocka_unit_test(test_removed),
#if ACRE_FRONT_LEVEL == 0
    cmocka_unit_test(test_ends),
#endif
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
