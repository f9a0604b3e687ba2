/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* heap_caps on a board like an ESP32-C5, by its public headers alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "esp_heap_caps.h"
#include "esp_heap_caps_init.h"

/* What acre has beside ESP-IDF, or ESP-IDF in private headers: without it, this
 * compiles against ESP-IDF's own headers. */
#if defined(ACRE_ESP_HEAP_CAPS_H)
#define OWN 1
#else
#define OWN 0
#endif

#define RAM (MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT)
#define NOBODY (1u << 29) /* a capability that no memory has */
#define LATE (1u << 30)   /* one of memory that is added */

static struct {
  unsigned calls;
  size_t size;
  uint32_t caps;
  const char *function;
} failed;

static void on_failed(size_t size, uint32_t caps, const char *function)
{
  failed.calls++;
  failed.size = size;
  failed.caps = caps;
  failed.function = function;
}

static struct {
  unsigned allocs, frees;
  void *block, *freed;
  size_t size;
  uint32_t caps;
} hooks;

void esp_heap_trace_alloc_hook(void *ptr, size_t size, uint32_t caps)
{
  hooks.allocs++;
  hooks.block = ptr;
  hooks.size = size;
  hooks.caps = caps;
}

void esp_heap_trace_free_hook(void *ptr)
{
  hooks.frees++;
  hooks.freed = ptr;
}

static void fresh(void)
{
  memset(&failed, 0, sizeof failed);
  memset(&hooks, 0, sizeof hooks);
}

/* One failure was told, with these arguments. */
#define assert_failed(size_, caps_, function_)        \
  do {                                                \
    assert_int_equal(failed.calls, 1u);               \
    assert_int_equal(failed.size, (size_));           \
    assert_int_equal(failed.caps, (uint32_t)(caps_)); \
    assert_string_equal(failed.function, function_);  \
    fresh();                                          \
  } while (0)
#define assert_quiet() assert_int_equal(failed.calls, 0u)

static void test_allocate(void **state)
{
  (void)state;
  size_t before = heap_caps_get_free_size(RAM);
  uint8_t *p = heap_caps_malloc(100u, RAM);
  assert_non_null(p);
  memset(p, 0x77, 100u);
  assert_true(heap_caps_get_free_size(RAM) <= before - 100u);
  heap_caps_free(p);
  heap_caps_free(NULL);
  assert_int_equal(heap_caps_get_free_size(RAM), before);
  fresh();
  /* Size 0 is NULL, and nothing is told. */
  assert_null(heap_caps_malloc(0u, RAM));
  assert_quiet();
  assert_null(heap_caps_malloc(SIZE_MAX, RAM));
  assert_failed(SIZE_MAX, RAM, "heap_caps_malloc");
  assert_null(heap_caps_malloc(SIZE_MAX - 2u, RAM | MALLOC_CAP_32BIT)); /* rounding overflows */
  assert_failed(SIZE_MAX - 2u, RAM | MALLOC_CAP_32BIT, "heap_caps_malloc");
  assert_null(heap_caps_malloc(10u, 0u));
  assert_failed(10u, 0u, "heap_caps_malloc");
  assert_null(heap_caps_malloc(10u, MALLOC_CAP_INVALID));
  assert_failed(10u, MALLOC_CAP_INVALID, "heap_caps_malloc");
  assert_null(heap_caps_malloc(10u, NOBODY));
  assert_failed(10u, NOBODY, "heap_caps_malloc");
  assert_null(heap_caps_malloc(10u, MALLOC_CAP_INTERNAL | MALLOC_CAP_SPIRAM));
  assert_failed(10u, MALLOC_CAP_INTERNAL | MALLOC_CAP_SPIRAM, "heap_caps_malloc");
}

static void test_zeroed(void **state)
{
  (void)state;
  fresh();
  uint8_t *p = heap_caps_malloc(300u, RAM);
  memset(p, 0xFF, 300u);
  heap_caps_free(p);
  p = heap_caps_calloc(100u, 3u, RAM);
  for (size_t i = 0u; i < 300u; i++) {
    assert_int_equal(p[i], 0u);
  }
  heap_caps_free(p);
  assert_quiet();
  assert_null(heap_caps_calloc((SIZE_MAX / 2u) + 1u, 2u, RAM));
  assert_int_equal(failed.calls, 1u);
  fresh();
  assert_null(heap_caps_calloc(0u, 8u, RAM));
  assert_null(heap_caps_calloc(8u, 0u, RAM));
  assert_quiet();
}

static void test_resize(void **state)
{
  (void)state;
  fresh();
  size_t before = heap_caps_get_free_size(0u);
  assert_null(heap_caps_realloc(NULL, 0u, RAM));
  assert_quiet();
  char *p = heap_caps_realloc(NULL, 20u, RAM);
  strcpy(p, "kept");
  void *wall = heap_caps_malloc(20u, RAM);
  p = heap_caps_realloc(p, 2000u, RAM);
  assert_string_equal(p, "kept");
  assert_null(heap_caps_realloc(p, SIZE_MAX, RAM));
  assert_failed(SIZE_MAX, RAM, "heap_caps_realloc");
  assert_string_equal(p, "kept");
  assert_null(heap_caps_realloc(p, 100u, NOBODY));
  assert_failed(100u, NOBODY, "heap_caps_realloc");
  assert_string_equal(p, "kept");
  /* Other capabilities: it moves there. */
  p = heap_caps_realloc(p, 100u, MALLOC_CAP_SPIRAM);
  assert_string_equal(p, "kept");
  assert_true(heap_caps_check_integrity_all(true));
  fresh();
  assert_null(heap_caps_realloc(p, 0u, MALLOC_CAP_SPIRAM));
  assert_quiet();
  heap_caps_free(wall);
  assert_int_equal(heap_caps_get_free_size(0u), before);
}

static void test_aligned(void **state)
{
  (void)state;
  fresh();
  for (size_t alignment = 1u; alignment <= 1024u; alignment *= 2u) {
    uint8_t *p = heap_caps_aligned_alloc(alignment, 50u, RAM);
    uint8_t *q = heap_caps_aligned_calloc(alignment, 5u, 10u, RAM);
    assert_non_null(p);
    assert_non_null(q);
    assert_int_equal(((uintptr_t)p | (uintptr_t)q) % alignment, 0u);
    for (size_t i = 0u; i < 50u; i++) {
      assert_int_equal(q[i], 0u);
    }
    memset(p, 0x99, 50u);
    assert_true(heap_caps_check_integrity_all(true));
    heap_caps_free(p);
    heap_caps_free(q);
  }
  assert_null(heap_caps_aligned_alloc(0u, 10u, RAM));
  assert_null(heap_caps_aligned_alloc(24u, 10u, RAM));
  assert_null(heap_caps_aligned_alloc(16u, 0u, RAM));
  assert_null(heap_caps_aligned_calloc(0u, 1u, 10u, RAM));
  assert_null(heap_caps_aligned_calloc(24u, 1u, 10u, RAM));
  assert_null(heap_caps_aligned_calloc(16u, 0u, 10u, RAM));
  assert_quiet();
  assert_null(heap_caps_aligned_alloc((SIZE_MAX / 2u) + 1u, 10u, RAM));
  assert_failed(10u, RAM, "heap_caps_aligned_alloc");
  assert_null(heap_caps_aligned_alloc(16u, SIZE_MAX, RAM));
  assert_failed(SIZE_MAX, RAM, "heap_caps_aligned_alloc");
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
static void test_aligned_free(void **state)
{
  (void)state;
  size_t before = heap_caps_get_free_size(RAM);
  heap_caps_aligned_free(heap_caps_aligned_alloc(64u, 10u, RAM));
  assert_int_equal(heap_caps_get_free_size(RAM), before);
}
#pragma GCC diagnostic pop

static void test_prefer(void **state)
{
  (void)state;
  fresh();
  size_t external = heap_caps_get_free_size(MALLOC_CAP_SPIRAM);
  /* The first that can be met. */
  char *p = heap_caps_malloc_prefer(100u, 2, (uint32_t)MALLOC_CAP_SPIRAM, (uint32_t)RAM);
  assert_true(heap_caps_get_free_size(MALLOC_CAP_SPIRAM) < external);
  assert_int_equal(hooks.caps, MALLOC_CAP_SPIRAM);
  char *q = heap_caps_malloc_prefer(100u, 3, (uint32_t)NOBODY, (uint32_t)MALLOC_CAP_RTCRAM, (uint32_t)RAM);
  assert_non_null(q);
  assert_int_equal(hooks.caps, MALLOC_CAP_RTCRAM);
  assert_quiet();
  heap_caps_free(q);
  strcpy(p, "kept");
  p = heap_caps_realloc_prefer(p, 200u, 2, (uint32_t)NOBODY, (uint32_t)RAM);
  assert_string_equal(p, "kept");
  assert_int_equal(heap_caps_get_free_size(MALLOC_CAP_SPIRAM), external);
  assert_quiet();
  /* If all fail, one failure is told, with the last. */
  assert_null(heap_caps_realloc_prefer(p, SIZE_MAX, 2, (uint32_t)RAM, (uint32_t)MALLOC_CAP_SPIRAM));
  assert_failed(SIZE_MAX, MALLOC_CAP_SPIRAM, "heap_caps_realloc_prefer");
  assert_string_equal(p, "kept");
  assert_null(heap_caps_realloc_prefer(p, 0u, 2, (uint32_t)RAM, (uint32_t)RAM));
  assert_null(heap_caps_malloc_prefer(SIZE_MAX, 2, (uint32_t)RAM, (uint32_t)NOBODY));
  assert_failed(SIZE_MAX, NOBODY, "heap_caps_malloc_prefer");
  p = heap_caps_calloc_prefer(10u, 10u, 2, (uint32_t)NOBODY, (uint32_t)RAM);
  for (size_t i = 0u; i < 100u; i++) {
    assert_int_equal(p[i], 0);
  }
  heap_caps_free(p);
  assert_null(heap_caps_calloc_prefer((SIZE_MAX / 2u) + 1u, 2u, 1, (uint32_t)RAM));
  assert_int_equal(failed.calls, 1u);
  fresh();
  /* Size 0: NULL, and nothing is told.  No masks: it fails. */
  assert_null(heap_caps_malloc_prefer(0u, 1, (uint32_t)RAM));
  assert_null(heap_caps_calloc_prefer(0u, 10u, 1, (uint32_t)RAM));
  assert_quiet();
  assert_null(heap_caps_malloc_prefer(10u, 0));
  assert_failed(10u, MALLOC_CAP_DEFAULT, "heap_caps_malloc_prefer");
}

static void test_hooks(void **state)
{
  (void)state;
  fresh();
  void *p = heap_caps_malloc(30u, RAM);
  assert_int_equal(hooks.allocs, 1u);
  assert_ptr_equal(hooks.block, p);
  assert_int_equal(hooks.size, 30u);
  assert_int_equal(hooks.caps, RAM);
  /* Failed: no hook. */
  assert_null(heap_caps_malloc(SIZE_MAX, RAM));
  assert_int_equal(hooks.allocs, 1u);
  void *wall = heap_caps_malloc(30u, RAM);
  /* It moves: a new block, and the old one is free. */
  void *q = heap_caps_realloc(p, 3000u, RAM);
  assert_int_equal(hooks.allocs, 3u);
  assert_ptr_equal(hooks.block, q);
  assert_int_equal(hooks.frees, 1u);
  assert_ptr_equal(hooks.freed, p);
  heap_caps_free(q);
  assert_int_equal(hooks.frees, 2u);
  assert_ptr_equal(hooks.freed, q);
  heap_caps_free(NULL);
  assert_int_equal(hooks.frees, 2u);
  heap_caps_free(wall);
  /* 32-bit memory: the size is rounded up. */
  p = heap_caps_malloc(30u, RAM | MALLOC_CAP_32BIT);
  assert_int_equal(hooks.size, 32u);
  heap_caps_free(p);
}

static void test_wishes(void **state)
{
  (void)state;
  fresh();
  /* Of the board: cache lines of 32 bytes, padded. */
  uint8_t *p = heap_caps_malloc(33u, RAM | MALLOC_CAP_CACHE_ALIGNED);
  assert_non_null(p);
  assert_int_equal((uintptr_t)p % 32u, 0u);
  assert_int_equal(hooks.size, 64u);
  assert_true(heap_caps_get_allocated_size(p) >= 64u);
  heap_caps_free(p);
  p = heap_caps_malloc(9u, MALLOC_CAP_DMA_DESC_AXI);
  assert_non_null(p);
  assert_int_equal((uintptr_t)p % 8u, 0u);
  assert_int_equal(hooks.caps, MALLOC_CAP_DMA);
  heap_caps_free(p);
  p = heap_caps_malloc(9u, MALLOC_CAP_SPIRAM | MALLOC_CAP_DMA);
  assert_non_null(p);
  assert_int_equal(hooks.caps, MALLOC_CAP_SPIRAM);
  heap_caps_free(p);
  assert_quiet();
  /* The padding overflows: told with what was asked for. */
  assert_null(heap_caps_malloc(SIZE_MAX - 10u, RAM | MALLOC_CAP_CACHE_ALIGNED));
  assert_failed(SIZE_MAX - 10u, RAM | MALLOC_CAP_CACHE_ALIGNED, "heap_caps_malloc");
  size_t largest = heap_caps_get_largest_free_block(RAM | MALLOC_CAP_CACHE_ALIGNED);
  assert_null(heap_caps_malloc(largest + 1u, RAM | MALLOC_CAP_CACHE_ALIGNED));
  p = heap_caps_malloc(largest, RAM | MALLOC_CAP_CACHE_ALIGNED);
  assert_non_null(p);
  heap_caps_free(p);
}

static void test_callback(void **state)
{
  (void)state;
  assert_int_equal(heap_caps_register_failed_alloc_callback(NULL), ESP_ERR_INVALID_ARG);
  fresh();
  assert_null(heap_caps_malloc(SIZE_MAX, RAM));
  assert_failed(SIZE_MAX, RAM, "heap_caps_malloc");
#if OWN
  heap_caps_unregister_failed_alloc_callback();
  assert_null(heap_caps_malloc(SIZE_MAX, RAM));
  assert_quiet();
#endif
  assert_int_equal(heap_caps_register_failed_alloc_callback(on_failed), ESP_OK);
}

static void test_information(void **state)
{
  (void)state;
  fresh();
  assert_true(heap_caps_get_total_size(0u) >= 90000u);
  assert_true(heap_caps_get_total_size(MALLOC_CAP_SPIRAM) == 65536u);
  assert_int_equal(heap_caps_get_total_size(NOBODY), 0u);
  assert_int_equal(heap_caps_get_free_size(NOBODY), 0u);
  assert_int_equal(heap_caps_get_free_size(MALLOC_CAP_INVALID), 0u);
  assert_int_equal(heap_caps_get_largest_free_block(NOBODY), 0u);
  assert_true(heap_caps_get_free_size(0u) > heap_caps_get_free_size(MALLOC_CAP_SPIRAM));
  assert_true(heap_caps_get_largest_free_block(0u) > 0u);
  /* Of RAM alone: RTCRAM can do all that RAM can, but RAM comes first. */
  size_t largest = heap_caps_get_largest_free_block(RAM);
  assert_null(heap_caps_malloc(largest + 1u, RAM));
  uint8_t *p = heap_caps_malloc(largest, RAM);
  assert_non_null(p);
  multi_heap_info_t info;
  heap_caps_get_info(&info, RAM);
  assert_int_equal(info.total_free_bytes, heap_caps_get_free_size(RAM));
  assert_int_equal(info.minimum_free_bytes, heap_caps_get_minimum_free_size(RAM));
  assert_int_equal(info.largest_free_block, heap_caps_get_largest_free_block(RAM));
  assert_int_equal(info.total_blocks, info.allocated_blocks + info.free_blocks);
  assert_true(info.total_allocated_bytes >= largest);
  heap_caps_free(p);
  memset(&info, 0xFF, sizeof info);
  heap_caps_get_info(&info, NOBODY);
  assert_int_equal(info.total_blocks, 0u);
  assert_int_equal(info.total_free_bytes, 0u);
  heap_caps_print_heap_info(MALLOC_CAP_SPIRAM);
}

static void test_monitor(void **state)
{
  (void)state;
  size_t all = heap_caps_get_minimum_free_size(MALLOC_CAP_SPIRAM);
  assert_int_equal(heap_caps_monitor_local_minimum_free_size_stop(), ESP_FAIL);
  assert_int_equal(heap_caps_monitor_local_minimum_free_size_start(), ESP_OK);
  size_t now = heap_caps_get_free_size(MALLOC_CAP_SPIRAM);
  assert_int_equal(heap_caps_get_minimum_free_size(MALLOC_CAP_SPIRAM), now);
  heap_caps_free(heap_caps_malloc(1000u, MALLOC_CAP_SPIRAM));
  assert_true(heap_caps_get_minimum_free_size(MALLOC_CAP_SPIRAM) <= now - 1000u);
  /* A second start begins anew. */
  assert_int_equal(heap_caps_monitor_local_minimum_free_size_start(), ESP_OK);
  assert_int_equal(heap_caps_get_minimum_free_size(MALLOC_CAP_SPIRAM), now);
  assert_int_equal(heap_caps_monitor_local_minimum_free_size_stop(), ESP_OK);
  assert_true(heap_caps_get_minimum_free_size(MALLOC_CAP_SPIRAM) <= all);
  assert_true(heap_caps_get_minimum_free_size(MALLOC_CAP_SPIRAM) <= now - 1000u);
  /* A new low stays. */
  assert_int_equal(heap_caps_monitor_local_minimum_free_size_start(), ESP_OK);
  heap_caps_free(heap_caps_malloc(30000u, MALLOC_CAP_SPIRAM));
  assert_int_equal(heap_caps_monitor_local_minimum_free_size_stop(), ESP_OK);
  assert_true(heap_caps_get_minimum_free_size(MALLOC_CAP_SPIRAM) <= now - 30000u);
}

static void test_integrity(void **state)
{
  (void)state;
  uint8_t *p = heap_caps_malloc(10u, RAM);
  assert_true(heap_caps_check_integrity_all(true));
  assert_true(heap_caps_check_integrity(RAM, true));
  assert_true(heap_caps_check_integrity(MALLOC_CAP_INVALID, true));
  assert_true(heap_caps_check_integrity(NOBODY, true));
  assert_true(heap_caps_check_integrity_addr((intptr_t)p, true));
  int local = 0;
  assert_false(heap_caps_check_integrity_addr((intptr_t)&local, true));
  assert_false(heap_caps_check_integrity_addr(0, true));
  heap_caps_free(p);
}

static void test_sizes(void **state)
{
  (void)state;
  for (size_t size = 1u; size < 100u; size++) {
    uint8_t *p = heap_caps_malloc(size, RAM);
    size_t has = heap_caps_get_allocated_size(p);
    assert_true(has >= size);
    if ((size == 16u) || (size == 32u)) {
      assert_int_equal(has, size);
    }
    assert_true(heap_caps_get_containing_block_size(p) >= has);
    assert_int_equal(heap_caps_get_containing_block_size(p + (size - 1u)), heap_caps_get_containing_block_size(p));
#if OWN
    assert_true((uintptr_t)heap_caps_get_block_start(p + (size - 1u)) <= (uintptr_t)p);
#endif
    heap_caps_free(p);
  }
}

typedef struct walked {
  unsigned heaps, blocks, used;
  intptr_t heap;
  bool stop;
  const void *looked_for;
  bool found;
} walked;

static bool walker(walker_heap_into_t heap, walker_block_info_t block, void *user)
{
  walked *w = user;
  w->blocks++;
  if (heap.start != w->heap) {
    w->heap = heap.start;
    w->heaps++;
  }
  assert_true((intptr_t)block.ptr >= heap.start);
  assert_true(((intptr_t)block.ptr + (intptr_t)block.size) <= heap.end);
  if (block.used) {
    w->used++;
    uintptr_t at = (uintptr_t)w->looked_for - (uintptr_t)block.ptr;
    w->found = w->found || (at < block.size);
  }
  return !w->stop;
}

static void test_walk(void **state)
{
  (void)state;
  void *p = heap_caps_malloc(10u, RAM);
  walked all = {.looked_for = p};
  heap_caps_walk_all(walker, &all);
  assert_true(all.found && (all.heaps >= 4u));
  /* INVALID means all, too. */
  walked invalid = {.looked_for = p};
  heap_caps_walk(MALLOC_CAP_INVALID, walker, &invalid);
  assert_int_equal(invalid.blocks, all.blocks);
  walked external = {.looked_for = p};
  heap_caps_walk(MALLOC_CAP_SPIRAM, walker, &external);
  assert_int_equal(external.heaps, 1u);
  assert_false(external.found);
  walked nobody = {.looked_for = p};
  heap_caps_walk(NOBODY, walker, &nobody);
  assert_int_equal(nobody.blocks, 0u);
  /* False goes on with the next heap: one call for each. */
  walked stopped = {.looked_for = p, .stop = true};
  heap_caps_walk_all(walker, &stopped);
  assert_int_equal(stopped.blocks, all.heaps);
  heap_caps_dump(MALLOC_CAP_SPIRAM);
  heap_caps_dump_all();
  heap_caps_free(p);
}

#if OWN
static void test_default(void **state)
{
  (void)state;
  fresh();
  /* Without external memory it is not taken, and both are told. */
  size_t external = heap_caps_get_free_size(MALLOC_CAP_SPIRAM);
  assert_null(heap_caps_malloc_default(50000u));
  assert_failed(50000u, MALLOC_CAP_DEFAULT | MALLOC_CAP_INTERNAL, "heap_caps_malloc_default");
  heap_caps_malloc_extmem_enable(1000u);
  void *small = heap_caps_malloc_default(1000u);
  assert_int_equal(heap_caps_get_free_size(MALLOC_CAP_SPIRAM), external);
  void *large = heap_caps_malloc_default(1001u);
  assert_true(heap_caps_get_free_size(MALLOC_CAP_SPIRAM) < external);
  small = heap_caps_realloc_default(small, 2000u);
  assert_non_null(small);
  void *aligned = heap_caps_aligned_alloc_default(64u, 10u);
  assert_int_equal((uintptr_t)aligned % 64u, 0u);
  assert_null(heap_caps_aligned_alloc_default(24u, 10u));
  fresh();
  assert_null(heap_caps_malloc_default(SIZE_MAX));
  assert_failed(SIZE_MAX, MALLOC_CAP_DEFAULT, "heap_caps_malloc_default");
  heap_caps_free(small);
  heap_caps_free(large);
  heap_caps_free(aligned);
  /* All that fits is internal from here on. */
  heap_caps_malloc_extmem_enable(SIZE_MAX);
  large = heap_caps_malloc_default(1001u);
  assert_int_equal(heap_caps_get_free_size(MALLOC_CAP_SPIRAM), external);
  heap_caps_free(large);
}

#endif

static _Alignas(16) uint8_t added[8192];

static void test_add(void **state)
{
  (void)state;
  const uint32_t caps[3] = {LATE, 0u, 0u};
  intptr_t start = (intptr_t)added;
  intptr_t end = start + 4096;
  assert_int_equal(heap_caps_add_region_with_caps(NULL, start, end), ESP_ERR_INVALID_ARG);
  assert_int_equal(heap_caps_add_region_with_caps(caps, 0, end), ESP_ERR_INVALID_ARG);
  assert_int_equal(heap_caps_add_region_with_caps(caps, start, start), ESP_ERR_INVALID_ARG);
  assert_int_equal(heap_caps_add_region_with_caps(caps, end, start), ESP_ERR_INVALID_ARG);
  assert_int_equal(heap_caps_add_region_with_caps(caps, start, start + 16), ESP_ERR_INVALID_SIZE);
  assert_int_equal(heap_caps_add_region_with_caps(caps, start, end), ESP_OK);
  assert_true(heap_caps_get_free_size(LATE) > 3000u);
  /* It came late: its minimum is 0, unless it is monitored. */
  assert_int_equal(heap_caps_get_minimum_free_size(LATE), 0u);
  multi_heap_info_t info;
  heap_caps_get_info(&info, LATE);
  assert_int_equal(info.minimum_free_bytes, 0u);
  assert_int_equal(heap_caps_monitor_local_minimum_free_size_start(), ESP_OK);
  assert_int_equal(heap_caps_get_minimum_free_size(LATE), heap_caps_get_free_size(LATE));
  assert_int_equal(heap_caps_monitor_local_minimum_free_size_stop(), ESP_OK);
  assert_int_equal(heap_caps_get_minimum_free_size(LATE), 0u);
  /* The start is over once. */
  heap_caps_enable_nonos_stack_heaps();
  assert_int_equal(heap_caps_get_minimum_free_size(LATE), 0u);
  /* The same again, and over an edge: refused. */
  assert_int_equal(heap_caps_add_region_with_caps(caps, start, end), ESP_FAIL);
  assert_int_equal(heap_caps_add_region_with_caps(caps, start + 2048, end + 2048), ESP_FAIL);
  assert_int_equal(heap_caps_add_region_with_caps(caps, start, end + 2048), ESP_FAIL);
  /* In it, but not in one live block: refused; upstream takes it. */
  assert_int_equal(heap_caps_add_region_with_caps(caps, start + 1024, start + 2048), ESP_FAIL);
  /* In a live block it is fine. */
  uint8_t *block = heap_caps_malloc(2000u, LATE);
  const uint32_t other[3] = {NOBODY, 0u, 0u};
  size_t free_before = heap_caps_get_free_size(LATE);
  intptr_t inner = (intptr_t)block + 16;
  assert_int_equal(heap_caps_add_region_with_caps(other, inner, inner + 1024), ESP_OK);
  assert_int_equal(heap_caps_get_free_size(LATE), free_before);
  void *nested = heap_caps_malloc(100u, NOBODY);
  assert_true(((intptr_t)nested > inner) && ((intptr_t)nested < inner + 1024));
  heap_caps_free(nested);
  assert_true(heap_caps_check_integrity_all(true));
#if OWN
  /* And away again: not before it is empty. */
  nested = heap_caps_malloc(100u, NOBODY);
  assert_int_equal(heap_caps_remove_region(inner), ESP_ERR_INVALID_STATE);
  heap_caps_free(nested);
  assert_int_equal(heap_caps_remove_region(inner), ESP_OK);
  assert_int_equal(heap_caps_remove_region(inner), ESP_ERR_NOT_FOUND);
  heap_caps_free(block);
  /* Beside it: a heap of its own. */
  assert_int_equal(heap_caps_add_region_with_caps(other, end, end + 2048), ESP_OK);
  assert_int_equal(heap_caps_remove_region(end), ESP_OK);
#endif
}

extern const char board_ram_start[], board_ram_end[];

static void test_add_by_table(void **state)
{
  (void)state;
  int unknown = 0;
  intptr_t start = (intptr_t)board_ram_start;
  assert_int_equal(heap_caps_add_region(0, start), ESP_ERR_INVALID_ARG);
  assert_int_equal(heap_caps_add_region((intptr_t)&unknown, (intptr_t)&unknown + 4), ESP_ERR_NOT_FOUND);
  assert_int_equal(heap_caps_add_region(start, start), ESP_ERR_INVALID_ARG);
  assert_int_equal(heap_caps_add_region(start, start + 100000), ESP_FAIL); /* known, and registered */
  /* What the table reserves can be given later. */
  extern const char board_data_start[];
  size_t before = heap_caps_get_free_size(MALLOC_CAP_DMA);
  assert_int_equal(heap_caps_add_region((intptr_t)board_data_start, (intptr_t)board_data_start + 1020), ESP_OK);
  assert_true(heap_caps_get_free_size(MALLOC_CAP_DMA) > before + 500u);
}

#if OWN
static void test_allowed(void **state)
{
  (void)state;
  assert_int_equal(heap_caps_check_add_region_allowed(0x1000, 0x3000, 0x0800, 0x1000), 1);
  assert_int_equal(heap_caps_check_add_region_allowed(0x1000, 0x3000, 0x3000, 0x4000), 1);
  assert_int_equal(heap_caps_check_add_region_allowed(0x1000, 0x3000, 0x1000, 0x2000), 1);
  assert_int_equal(heap_caps_check_add_region_allowed(0x1000, 0x3000, 0x2000, 0x3000), 1);
  assert_int_equal(heap_caps_check_add_region_allowed(0x1000, 0x3000, 0x1800, 0x2000), 1);
  assert_int_equal(heap_caps_check_add_region_allowed(0x1000, 0x3000, 0x1000, 0x3000), 0);
  assert_int_equal(heap_caps_check_add_region_allowed(0x1000, 0x3000, 0x0800, 0x2000), 0);
  assert_int_equal(heap_caps_check_add_region_allowed(0x1000, 0x3000, 0x2000, 0x4000), 0);
  assert_int_equal(heap_caps_check_add_region_allowed(0x1000, 0x3000, 0x0800, 0x4000), 0);
}

#endif

/* Before the stack's memory is given: runs first. */
static void test_start(void **state)
{
  (void)state;
  assert_int_equal(heap_caps_register_failed_alloc_callback(on_failed), ESP_OK);
  heap_caps_init();
  size_t total = heap_caps_get_total_size(MALLOC_CAP_DMA);
  heap_caps_init();
  assert_int_equal(heap_caps_get_total_size(MALLOC_CAP_DMA), total);
  heap_caps_enable_nonos_stack_heaps();
  assert_int_equal(heap_caps_get_total_size(MALLOC_CAP_DMA), total + 4096u);
  heap_caps_enable_nonos_stack_heaps();
  assert_int_equal(heap_caps_get_total_size(MALLOC_CAP_DMA), total + 4096u);
  /* Two pieces of RAM around the data, the stack, RTC memory. */
  walked w = {.looked_for = NULL};
  heap_caps_walk(MALLOC_CAP_DMA, walker, &w);
  assert_int_equal(w.heaps, 4u);
  assert_int_equal(w.used, 0u);
}

/* The smallest region that can is taken first, so that large ones stay large. */
static void test_order(void **state)
{
  (void)state;
  extern const char board_stack_start[];
  void *p = heap_caps_malloc(100u, RAM);
  assert_true(((const char *)p > board_stack_start) && ((const char *)p < board_ram_end));
  /* RTC memory is smaller still, but has these on a later priority. */
  void *q = heap_caps_malloc(100u, MALLOC_CAP_RTCRAM);
  assert_false(((const char *)q >= board_ram_start) && ((const char *)q < board_ram_end));
  heap_caps_free(p);
  heap_caps_free(q);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_start),
    cmocka_unit_test(test_order),
    cmocka_unit_test(test_allocate),
    cmocka_unit_test(test_zeroed),
    cmocka_unit_test(test_resize),
    cmocka_unit_test(test_aligned),
    cmocka_unit_test(test_aligned_free),
    cmocka_unit_test(test_prefer),
    cmocka_unit_test(test_hooks),
    cmocka_unit_test(test_wishes),
    cmocka_unit_test(test_callback),
    cmocka_unit_test(test_information),
    cmocka_unit_test(test_monitor),
    cmocka_unit_test(test_integrity),
    cmocka_unit_test(test_sizes),
    cmocka_unit_test(test_walk),
#if OWN
    cmocka_unit_test(test_default),
#endif
    cmocka_unit_test(test_add),
    cmocka_unit_test(test_add_by_table),
#if OWN
    cmocka_unit_test(test_allowed),
#endif
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
