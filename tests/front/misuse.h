/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A panic that a test survives: expects that a statement panics. */
#ifndef ACRE_TESTS_FRONT_MISUSE_H
#define ACRE_TESTS_FRONT_MISUSE_H

#include <setjmp.h>
#include <stdlib.h>

#include <acre/fronts.h>

static jmp_buf panicked;
static volatile int panic_expected;

void acre_front_panic(const char *text)
{
  (void)text;
  if (panic_expected == 0) {
    abort();
  }
  longjmp(panicked, 1);
}

#define assert_panic(statement)  \
  do {                           \
    volatile int came_ = 0;      \
    panic_expected = 1;          \
    if (setjmp(panicked) == 0) { \
      statement;                 \
    } else {                     \
      came_ = 1;                 \
    }                            \
    panic_expected = 0;          \
    assert_int_equal(came_, 1);  \
  } while (0)

#endif
