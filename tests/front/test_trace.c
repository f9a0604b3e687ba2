/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Heap trace on a board like an ESP32-C5. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "esp_heap_caps.h"
#include "esp_heap_trace.h"
#include "text.h"

#define RAM (MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT)
#define RECORDS 8u

static heap_trace_record_t buffer[RECORDS];
static uintptr_t owner;

uintptr_t acre_front_owner(void)
{
  return owner;
}

/* Callers of their own. */
static __attribute__((noinline)) void *allocate_here(size_t size)
{
  void *p = heap_caps_malloc(size, RAM);
  __asm__ volatile("" : : "r"(p) : "memory"); /* no jump in place of the call */
  return p;
}

static __attribute__((noinline)) void free_here(void *p)
{
  heap_caps_free(p);
  __asm__ volatile("" : : : "memory");
}

/* Whether an address is in a small function. */
static bool within(const void *address, uintptr_t function)
{
  return ((uintptr_t)address > function) && ((uintptr_t)address < function + 200u);
}

static heap_trace_summary_t summary(void)
{
  heap_trace_summary_t s;
  assert_int_equal(heap_trace_summary(&s), ESP_OK);
  return s;
}

static heap_trace_record_t record_of(size_t index)
{
  heap_trace_record_t r;
  assert_int_equal(heap_trace_get(index, &r), ESP_OK);
  return r;
}

/* First, without a buffer. */
static void test_states(void **state)
{
  (void)state;
  heap_trace_record_t r;
  assert_int_equal(heap_trace_start(HEAP_TRACE_ALL), ESP_ERR_INVALID_STATE);
  assert_int_equal(heap_trace_stop(), ESP_ERR_INVALID_STATE);
  assert_int_equal(heap_trace_resume(), ESP_ERR_INVALID_STATE);
  assert_int_equal(heap_trace_alloc_pause(), ESP_ERR_INVALID_STATE);
  assert_int_equal(heap_trace_get(0u, &r), ESP_ERR_INVALID_STATE);
  assert_int_equal(heap_trace_get_count(), 0u);
  assert_int_equal(heap_trace_init_tohost(), ESP_ERR_NOT_SUPPORTED);
  assert_int_equal(heap_trace_init_standalone(NULL, 0u), ESP_ERR_INVALID_ARG);
  assert_int_equal(heap_trace_init_standalone(buffer, 0u), ESP_ERR_INVALID_ARG);
  assert_int_equal(heap_trace_init_standalone(NULL, RECORDS), ESP_ERR_INVALID_ARG);
  assert_int_equal(heap_trace_init_standalone(buffer, RECORDS), ESP_OK);
  assert_int_equal(heap_trace_get(0u, &r), ESP_ERR_INVALID_ARG);
  assert_int_equal(heap_trace_start(HEAP_TRACE_ALL), ESP_OK);
  assert_int_equal(heap_trace_start(HEAP_TRACE_ALL), ESP_OK); /* twice is fine */
  assert_int_equal(heap_trace_init_standalone(buffer, RECORDS), ESP_ERR_INVALID_STATE);
  assert_int_equal(heap_trace_resume(), ESP_ERR_INVALID_STATE);
  assert_int_equal(heap_trace_alloc_pause(), ESP_OK);
  assert_int_equal(heap_trace_alloc_pause(), ESP_ERR_INVALID_STATE);
  assert_int_equal(heap_trace_resume(), ESP_OK);
  assert_int_equal(heap_trace_resume(), ESP_ERR_INVALID_STATE);
  assert_int_equal(heap_trace_stop(), ESP_OK);
  assert_int_equal(heap_trace_stop(), ESP_ERR_INVALID_STATE);
  assert_int_equal(heap_trace_resume(), ESP_OK);
  assert_int_equal(heap_trace_alloc_pause(), ESP_OK);
  assert_int_equal(heap_trace_stop(), ESP_OK);
  assert_int_equal(heap_trace_summary(NULL), ESP_ERR_INVALID_ARG);
  assert_int_equal(heap_trace_get(0u, NULL), ESP_ERR_INVALID_ARG);
}

static void test_all(void **state)
{
  (void)state;
  assert_int_equal(heap_trace_start(HEAP_TRACE_ALL), ESP_OK);
  owner = 7u;
  void *p = allocate_here(100u);
  owner = 8u;
  void *q = heap_caps_calloc(10u, 3u, RAM);
  owner = 0u;
  assert_int_equal(heap_trace_get_count(), 2u);
  heap_trace_record_t r = record_of(0u);
  assert_ptr_equal(r.address, p);
  assert_int_equal(r.size, 100u);
  assert_false(r.freed);
#if defined(ACRE_ESP_HEAP_TRACE_H) /* ESP-IDF has no owners */
  assert_int_equal(r.owner, 7u);
#endif
  assert_true(within(r.alloced_by[0], (uintptr_t)allocate_here));
  assert_null(r.freed_by[0]);
  heap_trace_record_t second = record_of(1u);
  assert_ptr_equal(second.address, q);
  assert_int_equal(second.size, 30u);
#if defined(ACRE_ESP_HEAP_TRACE_H)
  assert_int_equal(second.owner, 8u);
#endif
  assert_true(second.ccount > r.ccount);
  free_here(p);
  r = record_of(0u);
  assert_true(r.freed);
  assert_true(within(r.freed_by[0], (uintptr_t)free_here));
  assert_int_equal(heap_trace_get_count(), 2u);
  heap_caps_free(q);
  heap_trace_summary_t s = summary();
  assert_int_equal(s.mode, HEAP_TRACE_ALL);
  assert_int_equal(s.total_allocations, 2u);
  assert_int_equal(s.total_frees, 2u);
  assert_int_equal(s.count, 2u);
  assert_int_equal(s.capacity, RECORDS);
  assert_int_equal(s.high_water_mark, 2u);
  assert_int_equal(s.has_overflowed, 0u);
  assert_int_equal(heap_trace_stop(), ESP_OK);
  /* Stopped: nothing is recorded. */
  heap_caps_free(heap_caps_malloc(10u, RAM));
  assert_int_equal(heap_trace_get_count(), 2u);
  assert_int_equal(summary().total_allocations, 2u);
}

static void test_leaks(void **state)
{
  (void)state;
  assert_int_equal(heap_trace_start(HEAP_TRACE_LEAKS), ESP_OK);
  void *p[5];
  for (size_t i = 0u; i < 5u; i++) {
    p[i] = heap_caps_malloc(10u + i, RAM);
  }
  heap_caps_free(p[1]);
  heap_caps_free(p[3]);
  assert_int_equal(heap_trace_get_count(), 3u);
  /* In any order of asking: upstream keeps a stale place. */
  assert_ptr_equal(record_of(2u).address, p[4]);
  assert_ptr_equal(record_of(0u).address, p[0]);
  assert_ptr_equal(record_of(1u).address, p[2]);
  heap_trace_record_t r;
  assert_int_equal(heap_trace_get(3u, &r), ESP_ERR_INVALID_ARG);
  heap_caps_free(p[0]);
  assert_ptr_equal(record_of(0u).address, p[2]);
  /* Freeing NULL is no free. */
  size_t frees = summary().total_frees;
  heap_caps_free(NULL);
  assert_int_equal(summary().total_frees, frees);
  heap_caps_free(p[2]);
  heap_caps_free(p[4]);
  assert_int_equal(heap_trace_get_count(), 0u);
  assert_int_equal(summary().total_frees, 5u);
  assert_int_equal(heap_trace_stop(), ESP_OK);
}

static void test_resized(void **state)
{
  (void)state;
  assert_int_equal(heap_trace_start(HEAP_TRACE_LEAKS), ESP_OK);
  void *p = heap_caps_malloc(10u, RAM);
  void *wall = heap_caps_malloc(10u, RAM);
  /* A failure does not lose the record: upstream does. */
  assert_null(heap_caps_realloc(p, SIZE_MAX, RAM));
  assert_int_equal(heap_trace_get_count(), 2u);
  assert_ptr_equal(record_of(0u).address, p);
  /* A free and an allocation. */
  void *q = heap_caps_realloc(p, 1000u, RAM);
  assert_int_equal(heap_trace_get_count(), 2u);
  assert_ptr_equal(record_of(0u).address, wall);
  assert_ptr_equal(record_of(1u).address, q);
  assert_int_equal(record_of(1u).size, 1000u);
  assert_int_equal(summary().total_allocations, 3u);
  assert_int_equal(summary().total_frees, 1u);
  assert_null(heap_caps_realloc(q, 0u, RAM));
  assert_int_equal(heap_trace_get_count(), 1u);
  heap_caps_free(wall);
  assert_int_equal(heap_trace_stop(), ESP_OK);
}

static void test_paused(void **state)
{
  (void)state;
  assert_int_equal(heap_trace_start(HEAP_TRACE_LEAKS), ESP_OK);
  void *p = heap_caps_malloc(10u, RAM);
  assert_int_equal(heap_trace_alloc_pause(), ESP_OK);
  void *q = heap_caps_malloc(10u, RAM);
  assert_int_equal(heap_trace_get_count(), 1u);
  heap_caps_free(p);
  assert_int_equal(heap_trace_get_count(), 0u);
  assert_int_equal(heap_trace_resume(), ESP_OK);
  heap_caps_free(q); /* of which there is no record */
  assert_int_equal(heap_trace_get_count(), 0u);
  assert_int_equal(heap_trace_stop(), ESP_OK);
}

static void test_overflow(void **state)
{
  (void)state;
  void *p[RECORDS + 2u];
  assert_int_equal(heap_trace_start(HEAP_TRACE_LEAKS), ESP_OK);
  for (size_t i = 0u; i < RECORDS + 2u; i++) {
    p[i] = heap_caps_malloc(10u, RAM);
  }
  /* The oldest made room. */
  assert_int_equal(heap_trace_get_count(), RECORDS);
  assert_ptr_equal(record_of(0u).address, p[2]);
  assert_ptr_equal(record_of(RECORDS - 1u).address, p[RECORDS + 1u]);
  assert_true(summary().has_overflowed != 0u);
  assert_int_equal(summary().high_water_mark, RECORDS);
  for (size_t i = 0u; i < RECORDS + 2u; i++) {
    heap_caps_free(p[i]);
  }
  assert_int_equal(heap_trace_get_count(), 0u);
  assert_int_equal(heap_trace_start(HEAP_TRACE_ALL), ESP_OK);
  assert_int_equal(summary().has_overflowed, 0u);
  assert_int_equal(summary().total_allocations, 0u);
  assert_int_equal(heap_trace_stop(), ESP_OK);
}

static void test_dump(void **state)
{
  (void)state;
  assert_int_equal(heap_trace_start(HEAP_TRACE_ALL), ESP_OK);
  void *p = heap_caps_malloc(123u, RAM);
  void *q = heap_caps_malloc(321u, MALLOC_CAP_SPIRAM);
  heap_caps_free(q);
  written_clear();
  heap_trace_dump();
  assert_non_null(strstr(written, "123 bytes at 0x"));
  assert_non_null(strstr(written, "321 bytes at 0x"));
  assert_non_null(strstr(written, "freed by 0x"));
  assert_non_null(strstr(written, "live: 1 blocks, 123 bytes"));
  written_clear();
  heap_trace_dump_caps(MALLOC_CAP_SPIRAM);
  assert_null(strstr(written, "123 bytes at 0x"));
  assert_non_null(strstr(written, "321 bytes at 0x"));
  written_clear();
  heap_trace_dump_caps(MALLOC_CAP_INTERNAL);
  assert_non_null(strstr(written, "123 bytes at 0x"));
  assert_null(strstr(written, "321 bytes at 0x"));
  heap_caps_free(p);
  assert_int_equal(heap_trace_stop(), ESP_OK);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_states),  cmocka_unit_test(test_all),    cmocka_unit_test(test_leaks),
      cmocka_unit_test(test_resized), cmocka_unit_test(test_paused), cmocka_unit_test(test_overflow),
      cmocka_unit_test(test_dump),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
