/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Hints to the compiler.  Seldom taken paths stay out of line and are left by
 * tail calls, so that the common ones need no stack frame.  No hint changes
 * what the code does; the provers do not see them.
 */
#ifndef ACRE_SRC_HOT_H
#define ACRE_SRC_HOT_H

#if defined(__GNUC__) && !defined(__FRAMAC__)
#define ACRE_COLD __attribute__((noinline))
#define ACRE_RARELY(condition) __builtin_expect((condition), 0)
#else
#define ACRE_COLD
#define ACRE_RARELY(condition) (condition)
#endif
#if defined(__GNUC__) && !defined(__FRAMAC__) && !defined(__OPTIMIZE_SIZE__)
#define ACRE_HOT __attribute__((always_inline))
#else
#define ACRE_HOT
#endif

#endif
