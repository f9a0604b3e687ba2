/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* esp-alloc's C interface, and its text byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "esp_alloc.h"
#include "text.h"

#if ACRE_FRONT_LEVEL == 0
#define EXACT 1
#endif

/* Memory for so many bytes of payload, with the metadata before them. */
#define WITH_METADATA(size) ((size) + ((ACRE_METADATA_SIZE(size, 16u) + 15u) / 16u * 16u))
ACRE_HEAP(internal, WITH_METADATA(6400u), ACRE_CAP_INTERNAL | ACRE_CAP_DEFAULT);
ACRE_HEAP(external, WITH_METADATA(3200u), ACRE_CAP_EXTERNAL);
ACRE_HEAP(other, WITH_METADATA(320u), 1u << 25);

typedef struct event {
  char what;
  uint32_t caps;
  uintptr_t block;
  size_t size;
} event;
static event events[16];
static unsigned happened;

void _esp_alloc_alloc(const void *heap, uint32_t caps, uintptr_t block, size_t size)
{
  (void)heap;
  if (happened < 16u) {
    events[happened++] = (event){'a', caps, block, size};
  }
}

void _esp_alloc_dealloc(const void *heap, uintptr_t block, size_t size)
{
  (void)heap;
  if (happened < 16u) {
    events[happened++] = (event){'d', 0u, block, size};
  }
}

static void assert_event(unsigned number, char what, const void *block)
{
  assert_true(number < happened);
  assert_int_equal(events[number].what, what);
  assert_ptr_equal(events[number].block, block);
}

/* First, while nothing was ever allocated. */
static void test_text(void **state)
{
  (void)state;
  acre_heap_stats stats;
  acre_heap_get_stats(acre_front_heap(), &stats);
  void *p = malloc_internal(stats.total / 4u);
  free_internal(malloc_internal(1000u));
  written_clear();
  esp_alloc_print_stats(false);
  char *layout = strstr(written, "Memory Layout: \n");
  assert_non_null(layout);
  assert_null(strstr(written, "Max usage"));
  assert_true(strncmp(written, "HEAP INFO\nSize: ", 16u) == 0);
  char plain[sizeof written];
  strcpy(plain, layout);
  written_clear();
  esp_alloc_print_stats(true);
  layout = strstr(written, "Memory Layout: \n");
  assert_non_null(layout);
  assert_string_equal(layout, plain);
  char *line = strstr(written, "\nCurrent usage: ");
  assert_non_null(line);
  char *max = strstr(line, "\nMax usage: ");
  assert_non_null(max);
  char *freed = strstr(max, "\nTotal freed: ");
  assert_non_null(freed);
  char *allocated = strstr(freed, "\nTotal allocated: ");
  assert_non_null(allocated);
  assert_true(allocated < layout);
  assert_non_null(strstr(layout, "\nInternal | \xE2\x96\x88"));
  assert_non_null(strstr(layout, "\nExternal | \xE2\x96\x91"));
  assert_non_null(strstr(layout, "\nUnknown | \xE2\x96\x91"));
  free_internal(p);
#if defined(EXACT)
  /* The whole of it, once. */
  p = malloc_internal(1600u);
  written_clear();
  esp_alloc_print_stats(false);
  assert_string_equal(written,
                      "HEAP INFO\nSize: 9920\nCurrent usage: 1600\nMemory Layout: \n"
                      "Internal | ████████░░░░░░░░░░░░░░░░░░░░░░░░░░░ | Used: 25% (Used 1600 of 6400, free: 4800)\n"
                      "External | ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ | Used: 0% (Used 0 of 3200, free: 3200)\n"
                      "Unknown | ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ | Used: 0% (Used 0 of 320, free: 320)\n");
  free_internal(p);
#endif
}

static void test_allocate(void **state)
{
  (void)state;
  size_t all = get_free_internal_heap_size();
  assert_int_equal(all, 6400u); /* the internal region alone */
  void *p = malloc_internal(100u);
  assert_true(get_free_internal_heap_size() <= all - 100u);
  free_internal(p);
  assert_int_equal(get_free_internal_heap_size(), all);
  /* Size 0 is a block. */
  p = malloc_internal(0u);
  assert_non_null(p);
  free_internal(p);
  /* What upstream wraps. */
  assert_null(malloc_internal(SIZE_MAX));
  assert_null(malloc_internal(SIZE_MAX - 3u));
  assert_null(calloc_internal(0x10001u, (SIZE_MAX / 0x10000u) + 1u));
  assert_null(malloc_internal(all + 1u));
  uint8_t *z = calloc_internal(10u, 20u);
  for (size_t i = 0u; i < 200u; i++) {
    assert_int_equal(z[i], 0u);
  }
  free_internal(z);
  z = calloc_internal(0u, 20u);
  assert_non_null(z);
  free_internal(z);
  assert_int_equal(get_free_internal_heap_size(), all);
}

static void test_resize(void **state)
{
  (void)state;
  size_t all = get_free_internal_heap_size();
  char *p = realloc_internal(NULL, 10u);
  strcpy(p, "kept");
  void *wall = malloc_internal(10u);
  p = realloc_internal(p, 1000u);
  assert_string_equal(p, "kept");
  assert_null(realloc_internal(p, SIZE_MAX));
  assert_string_equal(p, "kept");
  p = realloc_internal(p, 0u); /* a block still */
  assert_non_null(p);
  free_internal(p);
  free_internal(wall);
  assert_int_equal(get_free_internal_heap_size(), all);
}

static void test_hooks(void **state)
{
  (void)state;
  happened = 0u;
  void *p = malloc_internal(100u);
  assert_event(0u, 'a', p);
  assert_int_equal(events[0].caps, 1u);
  assert_int_equal(events[0].size, 100u);
  /* After a failure, too. */
  assert_null(malloc_internal(SIZE_MAX));
  assert_event(1u, 'a', NULL);
  free_internal(p);
  assert_event(2u, 'd', p);
  assert_true(events[2].size >= 100u);
  free_internal(NULL);
  assert_event(3u, 'd', NULL);
  assert_int_equal(happened, 4u);
  p = malloc_internal(16u);
  void *q = realloc_internal(p, 64u);
  assert_event(5u, 'd', p);
  assert_event(6u, 'a', q);
  assert_null(realloc_internal(q, SIZE_MAX));
  assert_event(7u, 'a', NULL);
  free_internal(q);
  assert_int_equal(happened, 9u);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_text),
      cmocka_unit_test(test_allocate),
      cmocka_unit_test(test_resize),
      cmocka_unit_test(test_hooks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
