/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Pointers that are none: each is refused, and nothing changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "esp_alloc.h"
#include "esp_heap_caps.h"
#include "esp_heap_caps_init.h"
#include "misuse.h"
#include "multi_heap.h"
#include "text.h"

ACRE_HEAP(ram, 16384u, ACRE_CAPS_PLAIN);

static struct {
  unsigned calls;
  acre_heap_status kind;
  const void *pointer;
  const char *function;
} fault;

static void on_fault(acre_heap_status kind, const void *pointer, const char *function)
{
  fault.calls++;
  fault.kind = kind;
  fault.pointer = pointer;
  fault.function = function;
}

/* One fault was told. */
#define assert_fault(kind_, pointer_, function_)      \
  do {                                                \
    assert_int_equal(fault.calls, 1u);                \
    assert_int_equal(fault.kind, (kind_));            \
    assert_ptr_equal(fault.pointer, (pointer_));      \
    assert_string_equal(fault.function, (function_)); \
    memset(&fault, 0, sizeof fault);                  \
  } while (0)

static size_t free_now(void)
{
  return heap_caps_get_free_size(0u);
}

static void test_heap_caps(void **state)
{
  (void)state;
  acre_front_on_fault(on_fault);
  uint8_t foreign[64];
  size_t before = free_now();
  uint8_t *p = heap_caps_malloc(100u, MALLOC_CAP_8BIT);
  uint8_t *q = heap_caps_malloc(100u, MALLOC_CAP_8BIT);
  size_t after = free_now();
  heap_caps_free(foreign + 32);
  assert_fault(ACRE_HEAP_OUTSIDE, foreign + 32, "heap_caps_free");
  heap_caps_free((void *)(uintptr_t)64u);
  assert_fault(ACRE_HEAP_OUTSIDE, (uintptr_t)64u, "heap_caps_free");
  heap_caps_free((void *)(uintptr_t)1u);
  assert_fault(ACRE_HEAP_OUTSIDE, (uintptr_t)1u, "heap_caps_free");
  /* Inside a block, on a granule and off it. */
  heap_caps_free(p + 16);
  assert_fault(ACRE_HEAP_NOT_A_BLOCK, p + 16, "heap_caps_free");
  heap_caps_free(p + 1);
  assert_fault(ACRE_HEAP_NOT_A_BLOCK, p + 1, "heap_caps_free");
  heap_caps_free(p + 40);
  assert_fault(ACRE_HEAP_NOT_A_BLOCK, p + 40, "heap_caps_free");
  assert_null(heap_caps_realloc(p + 48, 200u, MALLOC_CAP_8BIT));
  assert_fault(ACRE_HEAP_NOT_A_BLOCK, p + 48, "heap_caps_realloc");
  assert_int_equal(heap_caps_get_allocated_size(p + 48), 0u);
  assert_fault(ACRE_HEAP_NOT_A_BLOCK, p + 48, "heap_caps_get_allocated_size");
  assert_int_equal(heap_caps_get_containing_block_size(foreign), 0u);
  assert_fault(ACRE_HEAP_NOT_A_BLOCK, foreign, "heap_caps_get_containing_block_size");
  assert_int_equal(free_now(), after);
  /* Twice. */
  heap_caps_free(p);
  size_t half = free_now();
  heap_caps_free(p);
  assert_fault(ACRE_HEAP_NOT_A_BLOCK, p, "heap_caps_free");
  assert_null(heap_caps_realloc(p, 10u, MALLOC_CAP_8BIT));
  assert_fault(ACRE_HEAP_NOT_A_BLOCK, p, "heap_caps_realloc");
  assert_int_equal(heap_caps_get_containing_block_size(p), 0u);
  memset(&fault, 0, sizeof fault);
  assert_int_equal(free_now(), half);
  heap_caps_free(q);
  assert_int_equal(fault.calls, 0u);
  /* Twice, after the memory was one large free run, and after it is in use again. */
  heap_caps_free(q);
  assert_fault(ACRE_HEAP_NOT_A_BLOCK, q, "heap_caps_free");
  uint8_t *large = heap_caps_malloc(300u, MALLOC_CAP_8BIT);
  after = free_now();
  heap_caps_free(q);
  assert_fault(ACRE_HEAP_NOT_A_BLOCK, q, "heap_caps_free");
  assert_int_equal(free_now(), after);
  assert_true(heap_caps_check_integrity_all(true));
  heap_caps_free(large);
  assert_int_equal(free_now(), before);
  free_internal(foreign);
  assert_fault(ACRE_HEAP_OUTSIDE, foreign, "free_internal");
  acre_front_on_fault(NULL);
}

static void test_host(void **state)
{
  (void)state;
  const uint32_t caps[3] = {1u << 22, 0u, 0u};
  acre_front_on_fault(on_fault);
  uint8_t *p = heap_caps_malloc(2000u, MALLOC_CAP_8BIT);
  intptr_t inner = (intptr_t)p + 16;
  assert_int_equal(heap_caps_add_region_with_caps(caps, inner, inner + 1024), ESP_OK);
  /* A region lies in it: freeing it would give the same bytes to two heaps. */
  size_t before = free_now();
  heap_caps_free(p);
  assert_fault(ACRE_HEAP_HOST, p, "heap_caps_free");
  assert_null(heap_caps_realloc(p, 3000u, MALLOC_CAP_8BIT));
  assert_fault(ACRE_HEAP_HOST, p, "heap_caps_realloc");
  assert_int_equal(free_now(), before);
  assert_true(heap_caps_check_integrity_all(true));
  assert_int_equal(heap_caps_remove_region(inner), ESP_OK);
  heap_caps_free(p);
  assert_int_equal(fault.calls, 0u);
  acre_front_on_fault(NULL);
}

/* Without a hook: a message, and the end. */
static void test_panic(void **state)
{
  (void)state;
  uint8_t *p = heap_caps_malloc(10u, MALLOC_CAP_8BIT);
  written_clear();
  assert_panic(heap_caps_free(p + 16));
  assert_non_null(strstr(written, "heap_caps_free: 0x"));
  assert_panic(heap_caps_free(&state));
  assert_non_null(strstr(written, "outside of all heaps"));
  heap_caps_free(p);
  assert_panic(heap_caps_free(p));
  multi_heap_handle_t heap = multi_heap_register(heap_caps_malloc(2000u, MALLOC_CAP_8BIT), 2000u);
  p = multi_heap_malloc(heap, 100u);
  assert_panic(multi_heap_free(heap, p + 16));
  assert_panic(multi_heap_free(heap, &state));
  assert_panic(multi_heap_get_allocated_size(heap, &state));
  assert_panic(multi_heap_realloc(heap, p + 32, 10u));
  assert_panic((void)multi_heap_find_containing_block(heap, &state));
  multi_heap_free(heap, p);
  assert_panic(multi_heap_free(heap, p));
  assert_panic((void)multi_heap_find_containing_block(heap, p));
  assert_true(multi_heap_check(heap, true));
  assert_false(multi_heap_check(NULL, true));
  multi_heap_dump(NULL);
  multi_heap_walk(NULL, NULL, NULL);
  assert_null(multi_heap_realloc(NULL, NULL, 10u));
  multi_heap_free(NULL, NULL);
  heap_caps_free(heap);
}

/* Interior pointers of blocks that begin elsewhere, and of those that did. */
static void test_displaced(void **state)
{
  (void)state;
  uint8_t *memory = heap_caps_malloc(2000u, MALLOC_CAP_8BIT);
  multi_heap_handle_t heap = multi_heap_register(memory, 2000u);
  acre_front_on_fault(on_fault);
  uint8_t *a = multi_heap_aligned_alloc_offs(heap, 100u, 64u, 24u);
  uint8_t *keep = multi_heap_aligned_alloc_offs(heap, 100u, 64u, 24u);
  multi_heap_free(heap, a + 16);
  assert_fault(ACRE_HEAP_NOT_A_BLOCK, a + 16, "multi_heap_free");
  multi_heap_free(heap, a + 3);
  assert_fault(ACRE_HEAP_NOT_A_BLOCK, a + 3, "multi_heap_free");
  multi_heap_free(heap, a);
  assert_int_equal(fault.calls, 0u);
  multi_heap_free(heap, a);
  assert_fault(ACRE_HEAP_NOT_A_BLOCK, a, "multi_heap_free");
  void *other = multi_heap_malloc(heap, 150u);
  multi_heap_free(heap, a);
  assert_int_equal(fault.calls, 1u);
  memset(&fault, 0, sizeof fault);
  multi_heap_free(heap, other);
  multi_heap_free(heap, keep);
  assert_int_equal(fault.calls, 0u);
  acre_front_on_fault(NULL);
  heap_caps_free(memory);
}

/* A corrupt heap is found, and told in words. */
static void test_corrupt(void **state)
{
  (void)state;
  uint8_t *p = heap_caps_malloc(100u, MALLOC_CAP_8BIT);
  acre_heap_info info;
  acre_region_id id = acre_heap_next(acre_front_heap(), ACRE_NO_REGION);
  assert_int_equal(acre_heap_region_info(acre_front_heap(), id, &info), ACRE_HEAP_OK);
  uint8_t *metadata = (uint8_t *)info.address;
  uint8_t was = metadata[0];
  metadata[0] = (uint8_t)(was ^ 1u);
  written_clear();
  assert_false(heap_caps_check_integrity_all(false));
  assert_string_equal(written, "");
  assert_false(heap_caps_check_integrity(MALLOC_CAP_8BIT, true));
  assert_non_null(strstr(written, "CORRUPT HEAP: Bad metadata of region 1, rule "));
  assert_false(heap_caps_check_integrity_addr((intptr_t)p, true));
  metadata[0] = was;
  assert_true(heap_caps_check_integrity_all(true));
  heap_caps_free(p);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_heap_caps), cmocka_unit_test(test_host),    cmocka_unit_test(test_panic),
      cmocka_unit_test(test_displaced), cmocka_unit_test(test_corrupt),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
