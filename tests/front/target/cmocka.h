/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * As much of cmocka as the fronts' tests use, for machines that have none: the
 * same tests run there.  A test that fails prints where and what, and the rest
 * is not run.
 */
#ifndef ACRE_TESTS_FRONT_CMOCKA_H
#define ACRE_TESTS_FRONT_CMOCKA_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK_(holds)                                                        \
  do {                                                                       \
    if (!(holds)) {                                                          \
      printf("%s:%d: this does not hold: %s\n", __FILE__, __LINE__, #holds); \
      exit(1);                                                               \
    }                                                                        \
  } while (0)
#define CHECK_NUMBERS_(a, relation, b)                                                                           \
  do {                                                                                                           \
    uintmax_t a_ = (uintmax_t)(a);                                                                               \
    uintmax_t b_ = (uintmax_t)(b);                                                                               \
    if (!(a_ relation b_)) {                                                                                     \
      printf("%s:%d: %s %s %s: 0x%llx, 0x%llx\n", __FILE__, __LINE__, #a, #relation, #b, (unsigned long long)a_, \
             (unsigned long long)b_);                                                                            \
      exit(1);                                                                                                   \
    }                                                                                                            \
  } while (0)

#define assert_true(c) CHECK_(c)
#define assert_false(c) CHECK_(!(c))
#define assert_null(p) CHECK_((p) == NULL)
#define assert_non_null(p) CHECK_((p) != NULL)
#define assert_int_equal(a, b) CHECK_NUMBERS_(a, ==, b)
#define assert_int_not_equal(a, b) CHECK_NUMBERS_(a, !=, b)
#define assert_ptr_equal(a, b) CHECK_NUMBERS_((uintptr_t)(a), ==, (uintptr_t)(b))
#define assert_ptr_not_equal(a, b) CHECK_NUMBERS_((uintptr_t)(a), !=, (uintptr_t)(b))
#define assert_string_equal(a, b)                                       \
  do {                                                                  \
    if (strcmp((a), (b)) != 0) {                                        \
      printf("%s:%d:\n%s\nis not\n%s\n", __FILE__, __LINE__, (a), (b)); \
      exit(1);                                                          \
    }                                                                   \
  } while (0)
#define assert_memory_equal(a, b, n) CHECK_(memcmp((a), (b), (n)) == 0)

struct CMUnitTest {
  const char *name;
  void (*test)(void **state);
};
#define cmocka_unit_test(f) \
  {                         \
#f, f                   \
  }

static inline int cmocka_run_(const struct CMUnitTest *tests, size_t count)
{
  for (size_t i = 0u; i < count; i++) {
    void *state = NULL;
    tests[i].test(&state);
    printf("ok %s\n", tests[i].name);
  }
  return 0;
}
#define cmocka_run_group_tests(tests, setup, teardown) cmocka_run_((tests), sizeof(tests) / sizeof((tests)[0]))

#endif
