/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What becomes of a table: neighbours, holes, leftovers, kinds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "esp_heap_caps.h"
#include "esp_heap_caps_init.h"
#include "heap_caps_board.h"
#include "text.h"

#define A (MALLOC_CAP_8BIT | MALLOC_CAP_DEFAULT)
#define B (MALLOC_CAP_8BIT | MALLOC_CAP_DMA)

static _Alignas(64) uint8_t memory[24576];

static const heap_caps_kind kinds[] = {
    {"A", {A, 0u, 0u}, false},
    {"B", {0u, B, 0u}, false},
    {"stack", {A, 0u, 0u}, true},
};

static const heap_caps_memory memories[] = {
    {memory, memory + 4096, 0u},          {memory + 4096, memory + 8192, 0u},   /* joined with the one before */
    {memory + 8192, memory + 12288, 1u},  {memory + 12288, memory + 12304, 0u}, /* 16 bytes: dropped */
    {memory + 12320, memory + 20480, 0u}, {memory + 20480, memory + 20480, 0u}, /* nothing */
    {memory + 20480, memory + 24576, 2u},                                       /* later */
};

static const heap_caps_reserved reserved[] = {
    {memory + 13500, memory + 15000}, /* overlaps the next */
    {memory + 13001, memory + 14001}, /* not whole words */
    {memory + 20001, memory + 20490}, /* over the end, into the stack */
    {memory + 5, memory + 5},         /* nothing */
};

const heap_caps_board_t heap_caps_board = {
    .kinds = kinds,
    .memories = memories,
    .reserved = reserved,
    .wishes = NULL,
    .kind_count = 3u,
    .memory_count = 7u,
    .reserved_count = 4u,
    .wish_count = 0u,
    .exec_is_words = false,
    .verbose = true,
};

static void assert_region(acre_region_id *id, size_t first, size_t end, const char *name)
{
  acre_heap_info info;
  *id = acre_heap_next(acre_front_heap(), *id);
  assert_int_equal(acre_heap_region_info(acre_front_heap(), *id, &info), ACRE_HEAP_OK);
  assert_string_equal(info.name, name);
  assert_int_equal(info.address - (uintptr_t)memory, first);
  assert_int_equal(info.size, end - first);
}

static void test_regions(void **state)
{
  (void)state;
  acre_region_id id = ACRE_NO_REGION;
  heap_caps_init();
  assert_region(&id, 0u, 8192u, "A");
  assert_region(&id, 8192u, 12288u, "B");
  assert_region(&id, 12320u, 13000u, "A");
  assert_region(&id, 15000u, 20000u, "A");
  assert_int_equal(acre_heap_next(acre_front_heap(), id), ACRE_NO_REGION);
  /* Each was told of. */
  assert_non_null(strstr(written, " len 00002000 (8 KiB): A\nAt "));
  assert_non_null(strstr(written, " len 00001000 (4 KiB): B\nAt "));
  assert_non_null(strstr(written, " len 000002A8 (0 KiB): A\nAt "));
  assert_non_null(strstr(written, " len 00001388 (4 KiB): A\n"));
  heap_caps_enable_nonos_stack_heaps();
  assert_region(&id, 20492u, 24576u, "stack");
}

static bool inside(const void *block, size_t first, size_t end)
{
  return ((const uint8_t *)block >= memory + first) && ((const uint8_t *)block < memory + end);
}

/* The smallest with room of those that have it on the first priority; B, which
 * has 8BIT on its second, is smaller than some, but comes last. */
static void test_priority(void **state)
{
  (void)state;
  void *p = heap_caps_malloc(6000u, MALLOC_CAP_8BIT);
  assert_true(inside(p, 0u, 8192u));
  void *q = heap_caps_malloc(3600u, MALLOC_CAP_8BIT);
  assert_true(inside(q, 20492u, 24576u));
  void *r = heap_caps_malloc(3600u, MALLOC_CAP_8BIT);
  assert_true(inside(r, 15000u, 20000u));
  void *s = heap_caps_malloc(3600u, MALLOC_CAP_8BIT);
  assert_true(inside(s, 8192u, 12288u));
  assert_null(heap_caps_malloc(3600u, MALLOC_CAP_8BIT));
  heap_caps_free(s);
  s = heap_caps_malloc(100u, MALLOC_CAP_DMA);
  assert_true(inside(s, 8192u, 12288u));
  heap_caps_free(p);
  heap_caps_free(q);
  heap_caps_free(r);
  heap_caps_free(s);
}

static void test_bound(void **state)
{
  (void)state;
  /* What is reserved can be found in the table, and given. */
  assert_int_equal(heap_caps_add_region((intptr_t)memory + 13000, (intptr_t)memory + 15000), ESP_OK);
  assert_int_equal(heap_caps_add_region((intptr_t)memory + 12304, (intptr_t)memory + 12320), ESP_ERR_NOT_FOUND);
  assert_int_equal(heap_caps_add_region((intptr_t)memory + 12288, (intptr_t)memory + 12304), ESP_ERR_INVALID_SIZE);
  /* The memory for metadata of word-only memory is always enough. */
  for (size_t size = 16u; size < 70000u; size += 1u + size / 7u) {
    size_t leaves = (size / 128u) + 1u;
    assert_true((leaves * 16u) + 128u >= ACRE_METADATA_SIZE(size, 16u));
  }
  for (size_t size = 70000u; size < 0x10000000u - 16u; size += size / 5u) {
    size_t leaves = (size / 128u) + 1u;
    assert_true((leaves * 16u) + 128u >= ACRE_METADATA_SIZE(size, 16u));
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_regions),
      cmocka_unit_test(test_priority),
      cmocka_unit_test(test_bound),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
