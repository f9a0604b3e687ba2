/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* multi_heap, by its public header alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "multi_heap.h"

#define ROOM 4096u

static _Alignas(64) uint8_t memory[ROOM];
static _Alignas(64) uint8_t other[ROOM];

static multi_heap_handle_t fresh(void)
{
  multi_heap_handle_t heap = multi_heap_register(memory, sizeof memory);
  assert_non_null(heap);
  return heap;
}

static bool inside(const void *p, size_t size, const uint8_t *room)
{
  uintptr_t at = (uintptr_t)p - (uintptr_t)room;
  return (at < ROOM) && (size <= (ROOM - at));
}

static void test_register(void **state)
{
  (void)state;
  multi_heap_handle_t heap = fresh();
  multi_heap_info_t info;
  assert_true(inside(heap, 1u, memory)); /* the handle stands in the memory */
  multi_heap_get_info(heap, &info);
  assert_int_equal(info.allocated_blocks, 0u);
  assert_int_equal(info.free_blocks, 1u);
  assert_int_equal(info.total_allocated_bytes, 0u);
  assert_true(info.total_free_bytes > (ROOM / 4u) * 3u);
  assert_true(multi_heap_check(heap, true));
  /* Too small, from nothing up to the least that works. */
  size_t least = 0u;
  while ((least < 1024u) && (multi_heap_register(other, least) == NULL)) {
    least++;
  }
  assert_true((least > 16u) && (least < 1024u));
  /* A second registration begins anew. */
  assert_non_null(multi_heap_malloc(heap, 100u));
  heap = fresh();
  assert_int_equal(multi_heap_free_size(heap), info.total_free_bytes);
}

static void test_allocate(void **state)
{
  (void)state;
  multi_heap_handle_t heap = fresh();
  size_t all = multi_heap_free_size(heap);
  assert_null(multi_heap_malloc(heap, 0u));
  assert_null(multi_heap_malloc(NULL, 16u));
  assert_null(multi_heap_malloc(heap, SIZE_MAX));
  assert_null(multi_heap_malloc(heap, SIZE_MAX - 8u));
  assert_null(multi_heap_malloc(heap, (SIZE_MAX / 2u) + 1u));
  assert_null(multi_heap_malloc(heap, ROOM));
  assert_int_equal(multi_heap_free_size(heap), all);
  uint8_t *a = multi_heap_malloc(heap, 1u);
  uint8_t *b = multi_heap_malloc(heap, 100u);
  assert_true(inside(a, 1u, memory) && inside(b, 100u, memory));
  assert_int_equal((uintptr_t)a % 4u, 0u);
  assert_int_equal((uintptr_t)b % 4u, 0u);
  memset(a, 0xAA, 1u);
  memset(b, 0xBB, 100u);
  assert_int_equal(a[0], 0xAAu);
  assert_true(multi_heap_free_size(heap) <= all - 101u);
  assert_true(multi_heap_check(heap, true));
  multi_heap_free(heap, a);
  multi_heap_free(heap, NULL);
  multi_heap_free(heap, b);
  assert_int_equal(multi_heap_free_size(heap), all);
}

static void test_largest(void **state)
{
  (void)state;
  multi_heap_handle_t heap = fresh();
  multi_heap_info_t info;
  void *a = multi_heap_malloc(heap, 200u);
  void *b = multi_heap_malloc(heap, 300u);
  void *c = multi_heap_malloc(heap, 400u);
  multi_heap_free(heap, b);
  multi_heap_get_info(heap, &info);
  assert_int_equal(info.allocated_blocks, 2u);
  assert_int_equal(info.free_blocks, 2u);
  assert_int_equal(info.total_blocks, 4u);
  /* Exactly the largest that succeeds. */
  assert_null(multi_heap_malloc(heap, info.largest_free_block + 1u));
  void *large = multi_heap_malloc(heap, info.largest_free_block);
  assert_non_null(large);
  assert_true(multi_heap_check(heap, true));
  multi_heap_free(heap, large);
  multi_heap_free(heap, a);
  multi_heap_free(heap, c);
}

static void test_aligned(void **state)
{
  (void)state;
  multi_heap_handle_t heap = fresh();
  size_t all = multi_heap_free_size(heap);
  /* The order is size, then alignment: 24 is no alignment, but a size. */
  assert_null(multi_heap_aligned_alloc(heap, 64u, 24u));
  assert_non_null(multi_heap_aligned_alloc(heap, 24u, 64u));
  heap = fresh();
  assert_null(multi_heap_aligned_alloc(heap, 64u, 0u));
  assert_null(multi_heap_aligned_alloc(heap, 0u, 64u));
  assert_null(multi_heap_aligned_alloc(NULL, 64u, 64u));
  assert_null(multi_heap_aligned_alloc(heap, 64u, (SIZE_MAX / 2u) + 1u));
  assert_null(multi_heap_aligned_alloc(heap, SIZE_MAX, 64u));
  for (size_t alignment = 1u; alignment <= 512u; alignment *= 2u) {
    void *p = multi_heap_aligned_alloc(heap, 40u, alignment);
    assert_non_null(p);
    assert_int_equal((uintptr_t)p % alignment, 0u);
    memset(p, 0x55, 40u);
    assert_true(multi_heap_check(heap, true));
    assert_true(multi_heap_get_allocated_size(heap, p) >= 40u);
    multi_heap_free(heap, p);
  }
  assert_int_equal(multi_heap_free_size(heap), all);
}

static void test_aligned_offs(void **state)
{
  (void)state;
  multi_heap_handle_t heap = fresh();
  size_t all = multi_heap_free_size(heap);
  assert_null(multi_heap_aligned_alloc_offs(heap, 64u, 24u, 4u));
  assert_null(multi_heap_aligned_alloc_offs(heap, 0u, 64u, 4u));
  assert_null(multi_heap_aligned_alloc_offs(NULL, 64u, 64u, 4u));
  assert_null(multi_heap_aligned_alloc_offs(heap, SIZE_MAX, 64u, 4u));
  assert_null(multi_heap_aligned_alloc_offs(heap, SIZE_MAX - 100u, 64u, 4u));
  for (size_t alignment = 4u; alignment <= 256u; alignment *= 2u) {
    for (size_t offset = 0u; offset <= 300u; offset += (offset < 20u) ? 1u : 37u) {
      uint8_t *p = multi_heap_aligned_alloc_offs(heap, 50u, alignment, offset);
      uint8_t *q = multi_heap_malloc(heap, 20u);
      assert_non_null(p);
      assert_non_null(q);
      assert_true(inside(p, 50u, memory));
      assert_int_equal(((uintptr_t)p + offset) % alignment, 0u);
      memset(p, 0x5A, 50u);
      memset(q, 0xA5, 20u);
      assert_true(multi_heap_check(heap, true));
      assert_true(multi_heap_get_allocated_size(heap, p) >= 50u);
      /* It can grow, with the contents. */
      p = multi_heap_realloc(heap, p, 90u);
      assert_non_null(p);
      for (size_t i = 0u; i < 50u; i++) {
        assert_int_equal(p[i], 0x5Au);
      }
      assert_true(multi_heap_check(heap, true));
      multi_heap_free(heap, p);
      multi_heap_free(heap, q);
      assert_int_equal(multi_heap_free_size(heap), all);
    }
  }
}

static void test_resize(void **state)
{
  (void)state;
  multi_heap_handle_t heap = fresh();
  size_t all = multi_heap_free_size(heap);
  uint8_t *p = multi_heap_realloc(heap, NULL, 10u);
  assert_non_null(p);
  for (uint8_t i = 0u; i < 10u; i++) {
    p[i] = i;
  }
  /* With a neighbour in the way it moves, contents kept. */
  void *wall = multi_heap_malloc(heap, 16u);
  uint8_t *q = multi_heap_realloc(heap, p, 500u);
  assert_non_null(q);
  assert_ptr_not_equal(p, q);
  for (uint8_t i = 0u; i < 10u; i++) {
    assert_int_equal(q[i], i);
  }
  assert_true(multi_heap_check(heap, true));
  /* Too much: NULL, and the block is as it was. */
  size_t before = multi_heap_free_size(heap);
  assert_null(multi_heap_realloc(heap, q, ROOM));
  assert_null(multi_heap_realloc(heap, q, SIZE_MAX));
  assert_int_equal(multi_heap_free_size(heap), before);
  for (uint8_t i = 0u; i < 10u; i++) {
    assert_int_equal(q[i], i);
  }
  q = multi_heap_realloc(heap, q, 3u);
  assert_non_null(q);
  assert_int_equal(q[2], 2u);
  assert_true(multi_heap_check(heap, true));
  assert_null(multi_heap_realloc(heap, NULL, 0u));
  /* Size 0 frees, and every byte is free again: upstream loses them. */
  assert_null(multi_heap_realloc(heap, q, 0u));
  multi_heap_free(heap, wall);
  assert_int_equal(multi_heap_free_size(heap), all);
  multi_heap_info_t info;
  multi_heap_get_info(heap, &info);
  assert_int_equal(info.total_allocated_bytes, 0u);
}

static void test_sizes(void **state)
{
  (void)state;
  multi_heap_handle_t heap = fresh();
  for (size_t size = 1u; size <= 200u; size++) {
    uint8_t *p = multi_heap_malloc(heap, size);
    assert_true(multi_heap_get_allocated_size(heap, p) >= size);
    if ((size == 16u) || (size == 32u)) {
      assert_int_equal(multi_heap_get_allocated_size(heap, p), size);
    }
    void *start = multi_heap_find_containing_block(heap, p + (size / 2u));
    assert_ptr_equal(start, multi_heap_find_containing_block(heap, p));
    assert_true((uintptr_t)start <= (uintptr_t)p);
    assert_true(multi_heap_get_full_block_size(heap, start) >= multi_heap_get_allocated_size(heap, p));
    multi_heap_free(heap, p);
  }
  assert_int_equal(multi_heap_get_allocated_size(NULL, memory), 0u);
  assert_int_equal(multi_heap_get_full_block_size(NULL, memory), 0u);
}

static void test_minimum(void **state)
{
  (void)state;
  multi_heap_handle_t heap = fresh();
  size_t all = multi_heap_free_size(heap);
  assert_int_equal(multi_heap_minimum_free_size(heap), all);
  multi_heap_free(heap, multi_heap_malloc(heap, 1000u));
  size_t low = multi_heap_minimum_free_size(heap);
  assert_true(low <= all - 1000u);
  /* Anew, and back: the old one was lower. */
  size_t old = multi_heap_reset_minimum_free_bytes(heap);
  assert_int_equal(multi_heap_minimum_free_size(heap), all);
  multi_heap_free(heap, multi_heap_malloc(heap, 500u));
  size_t local = multi_heap_minimum_free_size(heap);
  assert_true((local <= all - 500u) && (local > low));
  multi_heap_restore_minimum_free_bytes(heap, old);
  assert_int_equal(multi_heap_minimum_free_size(heap), low);
  /* A higher value changes nothing. */
  multi_heap_restore_minimum_free_bytes(heap, all);
  assert_int_equal(multi_heap_minimum_free_size(heap), low);
  /* And what is lower later counts. */
  multi_heap_free(heap, multi_heap_malloc(heap, 2000u));
  assert_true(multi_heap_minimum_free_size(heap) <= all - 2000u);
  assert_int_equal(multi_heap_free_size(NULL), 0u);
  assert_int_equal(multi_heap_minimum_free_size(NULL), 0u);
  assert_int_equal(multi_heap_reset_minimum_free_bytes(NULL), 0u);
}

static void test_info(void **state)
{
  (void)state;
  multi_heap_handle_t heap = fresh();
  multi_heap_info_t info;
  void *a = multi_heap_malloc(heap, 100u);
  multi_heap_get_info(heap, &info);
  assert_int_equal(info.total_free_bytes, multi_heap_free_size(heap));
  assert_int_equal(info.minimum_free_bytes, multi_heap_minimum_free_size(heap));
  assert_true((info.total_allocated_bytes >= 100u) && (info.total_allocated_bytes < 150u));
  multi_heap_free(heap, a);
  memset(&info, 0xFF, sizeof info);
  multi_heap_get_info(NULL, &info);
  multi_heap_info_t zero;
  memset(&zero, 0, sizeof zero);
  assert_memory_equal(&info, &zero, sizeof info);
}

typedef struct seen {
  size_t blocks, used, bytes, last;
  bool ordered;
  size_t stop_after;
} seen;

static bool see(void *block, size_t size, int used, void *user)
{
  seen *s = user;
  s->blocks++;
  s->used += (used != 0) ? 1u : 0u;
  s->bytes += size;
  s->ordered = s->ordered && ((size_t)(uintptr_t)block > s->last);
  s->last = (size_t)(uintptr_t)block;
  return s->blocks != s->stop_after;
}

static void test_walk(void **state)
{
  (void)state;
  multi_heap_handle_t heap = fresh();
  void *a = multi_heap_malloc(heap, 10u);
  void *b = multi_heap_malloc(heap, 20u);
  void *c = multi_heap_malloc(heap, 30u);
  multi_heap_free(heap, b);
  seen s = {.ordered = true};
  multi_heap_walk(heap, see, &s);
  assert_int_equal(s.blocks, 4u);
  assert_int_equal(s.used, 2u);
  assert_true(s.ordered);
  assert_true(s.bytes > (ROOM / 4u) * 3u);
  /* False ends it. */
  seen stopped = {.ordered = true, .stop_after = 2u};
  multi_heap_walk(heap, see, &stopped);
  assert_int_equal(stopped.blocks, 2u);
  multi_heap_dump(heap);
  multi_heap_free(heap, a);
  multi_heap_free(heap, c);
}

static void test_two(void **state)
{
  (void)state;
  multi_heap_handle_t one = fresh();
  multi_heap_handle_t two = multi_heap_register(other, sizeof other);
  void *a = multi_heap_malloc(one, 100u);
  void *b = multi_heap_malloc(two, 100u);
  assert_true(inside(a, 100u, memory));
  assert_true(inside(b, 100u, other));
  multi_heap_set_lock(one, NULL);
  multi_heap_free(one, a);
  multi_heap_free(two, b);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
static void test_aligned_free(void **state)
{
  (void)state;
  multi_heap_handle_t heap = fresh();
  size_t all = multi_heap_free_size(heap);
  multi_heap_aligned_free(heap, multi_heap_aligned_alloc(heap, 10u, 128u));
  assert_int_equal(multi_heap_free_size(heap), all);
}
#pragma GCC diagnostic pop

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_register), cmocka_unit_test(test_allocate),     cmocka_unit_test(test_largest),
      cmocka_unit_test(test_aligned),  cmocka_unit_test(test_aligned_offs), cmocka_unit_test(test_resize),
      cmocka_unit_test(test_sizes),    cmocka_unit_test(test_minimum),      cmocka_unit_test(test_info),
      cmocka_unit_test(test_walk),     cmocka_unit_test(test_two),          cmocka_unit_test(test_aligned_free),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
