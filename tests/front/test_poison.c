/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Poisoning: ESP-IDF's patterns around blocks, and what is found by them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "esp_heap_caps.h"
#include "esp_heap_caps_init.h"
#include "misuse.h"
#include "multi_heap.h"
#include "text.h"

#define COMPREHENSIVE (ACRE_FRONT_LEVEL >= 3)
#define HEAD 0xABBA1234u
#define TAIL 0xBAAD5678u

ACRE_HEAP(ram, 16384u, ACRE_CAPS_PLAIN);

static uint32_t word(const void *at)
{
  uint32_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

static unsigned corrupt;

static void on_fault(acre_heap_status kind, const void *pointer, const char *function)
{
  (void)pointer;
  (void)function;
  assert_int_equal(kind, ACRE_HEAP_CORRUPT);
  corrupt++;
}

/* Head before the size, which is before the bytes; tail just behind them. */
static void assert_dressed(const uint8_t *p, size_t size)
{
  size_t told;
  memcpy(&told, p - sizeof told, sizeof told);
  assert_int_equal(told, size);
  assert_int_equal(word(p - sizeof told - 4u), HEAD);
  assert_int_equal(word(p + size), TAIL);
}

static void test_patterns(void **state)
{
  (void)state;
  for (size_t size = 1u; size <= 70u; size++) {
    uint8_t *p = heap_caps_malloc(size, MALLOC_CAP_8BIT);
    assert_dressed(p, size);
    assert_int_equal((uintptr_t)p % 16u, 0u);
    assert_int_equal(heap_caps_get_allocated_size(p), size);
    if (COMPREHENSIVE) {
      for (size_t i = 0u; i < size; i++) {
        assert_int_equal(p[i], 0xCEu);
      }
    }
    memset(p, 0x31, size);
    assert_dressed(p, size);
    p = heap_caps_realloc(p, size + 13u, MALLOC_CAP_8BIT);
    assert_dressed(p, size + 13u);
    for (size_t i = 0u; i < size; i++) {
      assert_int_equal(p[i], 0x31u);
    }
    p = heap_caps_realloc(p, (size + 1u) / 2u, MALLOC_CAP_8BIT);
    assert_dressed(p, (size + 1u) / 2u);
    assert_true(heap_caps_check_integrity_all(true));
    heap_caps_free(p);
    if (COMPREHENSIVE) {
      for (size_t i = 0u; i < (size + 1u) / 2u; i++) {
        assert_int_equal(p[i], 0xFEu);
      }
    }
    uint8_t *aligned = heap_caps_aligned_alloc(128u, size, MALLOC_CAP_8BIT);
    assert_dressed(aligned, size);
    assert_int_equal((uintptr_t)aligned % 128u, 0u);
    aligned = heap_caps_realloc(aligned, size + 100u, MALLOC_CAP_8BIT);
    assert_dressed(aligned, size + 100u);
    heap_caps_free(aligned);
    p = heap_caps_calloc(1u, size, MALLOC_CAP_8BIT);
    assert_dressed(p, size);
    for (size_t i = 0u; i < size; i++) {
      assert_int_equal(p[i], 0u);
    }
    heap_caps_free(p);
  }
}

/* One byte changed is found by check, free and realloc, and the block stays. */
static void assert_found(uint8_t *p, size_t size, uint8_t *at, const char *message)
{
  uint8_t was = *at;
  *at = (uint8_t)~was;
  written_clear();
  assert_false(heap_caps_check_integrity_all(false));
  assert_string_equal(written, "");
  assert_false(heap_caps_check_integrity_all(true));
  assert_non_null(strstr(written, message));
  assert_false(heap_caps_check_integrity_addr((intptr_t)p, false));
  size_t before = heap_caps_get_free_size(0u);
  corrupt = 0u;
  acre_front_on_fault(on_fault);
  heap_caps_free(p);
  assert_int_equal(corrupt, 1u);
  assert_null(heap_caps_realloc(p, size + 100u, MALLOC_CAP_8BIT));
  assert_int_equal(corrupt, 2u);
  assert_int_equal(heap_caps_get_allocated_size(p), 0u);
  assert_int_equal(corrupt, 3u);
  acre_front_on_fault(NULL);
  assert_panic(heap_caps_free(p));
  assert_int_equal(heap_caps_get_free_size(0u), before);
  *at = was;
  assert_true(heap_caps_check_integrity_all(true));
}

static void test_found(void **state)
{
  (void)state;
  for (size_t size = 1u; size <= 20u; size++) {
    uint8_t *p = heap_caps_malloc(size, MALLOC_CAP_8BIT);
    for (size_t i = 0u; i < 4u; i++) {
      assert_found(p, size, p + size + i, "CORRUPT HEAP: Bad tail at 0x");
      assert_found(p, size, p - sizeof(size_t) - 4u + i, "CORRUPT HEAP: Bad head at 0x");
    }
    /* A size that cannot be. */
    assert_found(p, size, p - 1, "CORRUPT HEAP: Bad head at 0x");
    heap_caps_free(p);
  }
}

/* What is written to freed memory is found by check, and when it is allocated. */
static void test_freed(void **state)
{
  (void)state;
  uint8_t *p = heap_caps_malloc(200u, MALLOC_CAP_8BIT);
  heap_caps_free(p);
  uint8_t was = p[100];
  p[100] = 0u;
  written_clear();
  if (COMPREHENSIVE) {
    assert_false(heap_caps_check_integrity_all(true));
    assert_non_null(strstr(written, "CORRUPT HEAP: Invalid data at 0x"));
    corrupt = 0u;
    acre_front_on_fault(on_fault);
    p = heap_caps_malloc(200u, MALLOC_CAP_8BIT);
    assert_int_equal(corrupt, 1u);
    acre_front_on_fault(NULL);
    assert_non_null(p);
    assert_true(heap_caps_check_integrity_all(true));
    heap_caps_free(p);
  } else {
    assert_true(heap_caps_check_integrity_all(true));
    p[100] = was;
  }
}

static _Alignas(16) uint8_t more[4096];

static void test_regions(void **state)
{
  (void)state;
  /* New memory is as it has to be, whatever stood there. */
  const uint32_t caps[3] = {1u << 25, 0u, 0u};
  memset(more, 0x12, sizeof more);
  assert_int_equal(heap_caps_add_region_with_caps(caps, (intptr_t)more, (intptr_t)more + 2048), ESP_OK);
  assert_true(heap_caps_check_integrity_all(true));
  uint8_t *p = heap_caps_malloc(500u, caps[0]);
  memset(p, 0x34, 500u);
  /* A refused region leaves all as it was. */
  assert_int_equal(heap_caps_add_region_with_caps(caps, (intptr_t)more, (intptr_t)more + 2048), ESP_FAIL);
  assert_int_equal(heap_caps_add_region_with_caps(caps, (intptr_t)more + 1024, (intptr_t)more + 3000), ESP_FAIL);
  assert_true(heap_caps_check_integrity_all(true));
  for (size_t i = 0u; i < 500u; i++) {
    assert_int_equal(p[i], 0x34u);
  }
  heap_caps_free(p);
  assert_int_equal(heap_caps_remove_region((intptr_t)more), ESP_OK);
}

static void test_multi_heap(void **state)
{
  (void)state;
  memset(more, 0x12, sizeof more);
  multi_heap_handle_t heap = multi_heap_register(more, sizeof more);
  assert_true(multi_heap_check(heap, true));
  for (size_t offset = 0u; offset < 40u; offset += 3u) {
    uint8_t *p = multi_heap_aligned_alloc_offs(heap, 33u, 32u, offset);
    assert_int_equal(word(p + 33u), TAIL);
    p[33] ^= 1u;
    written_clear();
    assert_false(multi_heap_check(heap, false));
    assert_string_equal(written, "");
    assert_false(multi_heap_check(heap, true));
    assert_non_null(strstr(written, "CORRUPT HEAP: Bad tail at 0x"));
    assert_panic(multi_heap_free(heap, p));
    p[33] ^= 1u;
    assert_true(multi_heap_check(heap, true));
    multi_heap_free(heap, p);
  }
  uint8_t *p = multi_heap_malloc(heap, 10u);
  assert_dressed(p, 10u);
  p[-1] ^= 0x80u;
  written_clear();
  assert_false(multi_heap_check(heap, true));
  assert_non_null(strstr(written, "CORRUPT HEAP: Bad head at 0x"));
  assert_panic(multi_heap_free(heap, p));
  p[-1] ^= 0x80u;
  multi_heap_free(heap, p);
}

/* The information is about what a program can have. */
static void test_information(void **state)
{
  (void)state;
  size_t largest = heap_caps_get_largest_free_block(MALLOC_CAP_8BIT);
  assert_null(heap_caps_malloc(largest + 1u, MALLOC_CAP_8BIT));
  uint8_t *p = heap_caps_malloc(largest, MALLOC_CAP_8BIT);
  assert_non_null(p);
  assert_true(heap_caps_get_containing_block_size(p) > largest);
  multi_heap_info_t info;
  heap_caps_get_info(&info, MALLOC_CAP_8BIT);
  assert_true((info.total_allocated_bytes >= largest) && (info.total_allocated_bytes < largest + 16u));
  heap_caps_free(p);
  heap_caps_get_info(&info, MALLOC_CAP_8BIT);
  assert_int_equal(info.total_allocated_bytes, 0u);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_patterns), cmocka_unit_test(test_found),      cmocka_unit_test(test_freed),
      cmocka_unit_test(test_regions),  cmocka_unit_test(test_multi_heap), cmocka_unit_test(test_information),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
