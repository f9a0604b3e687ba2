/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The malloc family, by the C library's headers alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/* Not in every header of every library. */
int posix_memalign(void **block, size_t alignment, size_t size);
void *reallocarray(void *block, size_t number, size_t size);
void *reallocf(void *block, size_t size);
void *valloc(size_t size);
void *pvalloc(size_t size);

struct _reent;
void *_malloc_r(struct _reent *state, size_t size);
void _free_r(struct _reent *state, void *block);
void *_calloc_r(struct _reent *state, size_t number, size_t size);
void *_realloc_r(struct _reent *state, void *block, size_t size);
void *_memalign_r(struct _reent *state, size_t alignment, size_t size);
size_t _malloc_usable_size_r(struct _reent *state, void *block);

/* What the compiler cannot see through. */
static volatile size_t huge = SIZE_MAX;
static volatile size_t half = (SIZE_MAX / 2u) + 1u;
static volatile size_t none = 0u;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#pragma GCC diagnostic ignored "-Wuse-after-free" /* what failed has left the block alone */
static size_t in_use(void)
{
  return (size_t)mallinfo().uordblks;
}

static void test_allocate(void **state)
{
  (void)state;
  size_t before = in_use();
  uint8_t *p = malloc(100u);
  assert_non_null(p);
  assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0u);
  memset(p, 0x11, 100u);
  assert_true(in_use() >= before + 100u);
  free(p);
  free(NULL);
  assert_int_equal(in_use(), before);
  /* Size 0 is NULL, and no error. */
  errno = 0;
  assert_null(malloc(none));
  assert_int_equal(errno, 0);
  assert_null(malloc(huge));
  assert_int_equal(errno, ENOMEM);
  errno = 0;
  assert_null(malloc(half));
  assert_int_equal(errno, ENOMEM);
  assert_int_equal(in_use(), before);
}

static void test_zeroed(void **state)
{
  (void)state;
  size_t before = in_use();
  uint8_t *dirty = malloc(999u);
  memset(dirty, 0xFF, 999u);
  free(dirty);
  uint8_t *p = calloc(333u, 3u);
  assert_non_null(p);
  for (size_t i = 0u; i < 999u; i++) {
    assert_int_equal(p[i], 0u);
  }
  free(p);
  errno = 0;
  assert_null(calloc(half, 2u));
  assert_int_equal(errno, ENOMEM);
  errno = 0;
  assert_null(calloc(huge, huge));
  assert_int_equal(errno, ENOMEM);
  errno = 0;
  assert_null(calloc(none, 8u));
  assert_null(calloc(8u, none));
  assert_int_equal(errno, 0);
  assert_int_equal(in_use(), before);
}

static void test_resize(void **state)
{
  (void)state;
  size_t before = in_use();
  uint8_t *p = realloc(NULL, 10u);
  void *wall = malloc(10u);
  memcpy(p, "123456789", 10u);
  p = realloc(p, 5000u);
  assert_string_equal((char *)p, "123456789");
  errno = 0;
  uint8_t *q = realloc(p, huge);
  assert_null(q);
  assert_int_equal(errno, ENOMEM);
  assert_string_equal((char *)p, "123456789");
  p = realloc(p, 10u);
  assert_string_equal((char *)p, "123456789");
  errno = 0;
  q = reallocarray(p, half, 2u);
  assert_null(q);
  assert_int_equal(errno, ENOMEM);
  p = reallocarray(p, 20u, 3u);
  assert_non_null(p);
  assert_string_equal((char *)p, "123456789");
  free(wall);
  /* Size 0 frees. */
  errno = 0;
  assert_null(realloc(p, none));
  assert_int_equal(errno, 0);
  assert_int_equal(in_use(), before);
  p = malloc(10u);
  p = reallocf(p, 20u);
  assert_non_null(p);
  assert_null(reallocf(p, huge)); /* and p is free */
  assert_int_equal(in_use(), before);
}

static void test_aligned(void **state)
{
  (void)state;
  size_t before = in_use();
  for (size_t alignment = 1u; alignment <= 4096u; alignment *= 2u) {
    void *p = aligned_alloc(alignment, 30u);
    void *q = memalign(alignment, 30u);
    assert_non_null(p);
    assert_non_null(q);
    assert_int_equal(((uintptr_t)p | (uintptr_t)q) % alignment, 0u);
    memset(p, 1, 30u);
    memset(q, 2, 30u);
    free(p);
    free(q);
  }
  void *page = valloc(10u);
  assert_int_equal((uintptr_t)page % 4096u, 0u);
  free(page);
  page = pvalloc(4097u);
  assert_int_equal((uintptr_t)page % 4096u, 0u);
  assert_true(malloc_usable_size(page) >= 8192u);
  free(page);
  assert_null(pvalloc(huge));
  volatile size_t odd = 24u;
  errno = 0;
  assert_null(aligned_alloc(odd, 100u));
  assert_int_equal(errno, EINVAL);
  errno = 0;
  assert_null(memalign(none, 100u));
  assert_int_equal(errno, EINVAL);
  errno = 0;
  assert_null(aligned_alloc(64u, huge));
  assert_int_equal(errno, ENOMEM);
  assert_null(aligned_alloc(half, 10u));
  assert_int_equal(in_use(), before);
}

static void test_posix(void **state)
{
  (void)state;
  size_t before = in_use();
  void *const poison = &before;
  void *p = poison;
  errno = 0;
  /* Not a power of two, or no multiple of a pointer's size: EINVAL, and p stays. */
  assert_int_equal(posix_memalign(&p, none, 10u), EINVAL);
  assert_int_equal(posix_memalign(&p, 24u, 10u), EINVAL);
  assert_int_equal(posix_memalign(&p, sizeof(void *) / 2u, 10u), EINVAL);
  assert_int_equal(posix_memalign(&p, 64u, huge), ENOMEM);
  assert_ptr_equal(p, poison);
  assert_int_equal(errno, 0);
  assert_int_equal(posix_memalign(&p, 64u, none), 0);
  assert_null(p);
  assert_int_equal(posix_memalign(&p, sizeof(void *), 10u), 0);
  free(p);
  assert_int_equal(posix_memalign(&p, 1024u, 10u), 0);
  assert_int_equal((uintptr_t)p % 1024u, 0u);
  free(p);
  assert_int_equal(errno, 0);
  assert_int_equal(in_use(), before);
}

static void test_info(void **state)
{
  (void)state;
  struct mallinfo start = mallinfo();
  void *p = malloc(50u);
  assert_true(malloc_usable_size(p) >= 50u);
  assert_int_equal(malloc_usable_size(NULL), 0u);
  struct mallinfo now = mallinfo();
  assert_int_equal(now.arena, start.arena);
  assert_int_equal(now.uordblks + now.fordblks, now.arena);
  assert_true((size_t)now.uordblks >= (size_t)start.uordblks + 50u);
  assert_true(now.ordblks >= 1);
  free(p);
  assert_int_equal(mallopt(1, 1), 0);
  malloc_stats();
}
#pragma GCC diagnostic pop

static void test_reentrant(void **state)
{
  (void)state;
  uint8_t *p = _malloc_r(NULL, 10u);
  assert_non_null(p);
  p = _realloc_r(NULL, p, 1000u);
  assert_true(_malloc_usable_size_r(NULL, p) >= 1000u);
  _free_r(NULL, p);
  p = _calloc_r(NULL, 10u, 10u);
  assert_int_equal(p[99], 0u);
  _free_r(NULL, p);
  p = _memalign_r(NULL, 256u, 10u);
  assert_int_equal((uintptr_t)p % 256u, 0u);
  _free_r(NULL, p);
  _free_r(NULL, NULL);
  errno = 0;
  assert_null(_malloc_r(NULL, huge));
  assert_int_equal(errno, ENOMEM);
  assert_null(_calloc_r(NULL, half, 2u));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_allocate),  cmocka_unit_test(test_zeroed), cmocka_unit_test(test_resize),
      cmocka_unit_test(test_aligned),   cmocka_unit_test(test_posix),  cmocka_unit_test(test_info),
      cmocka_unit_test(test_reentrant),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
