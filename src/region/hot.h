/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Hints to the compiler.  Seldom taken paths stay out of line and are left by
 * tail calls, so that the common ones need no stack frame.  No hint changes
 * what the code does; the provers do not see them.  ACRE_KNOWN says what is
 * always true, so that the compiler leaves out what cannot happen; the provers
 * see it as a call whose precondition they prove.
 */
#ifndef ACRE_SRC_HOT_H
#define ACRE_SRC_HOT_H

#if defined(__GNUC__) && !defined(__FRAMAC__)
#define ACRE_COLD __attribute__((noinline))
#define ACRE_RARELY(condition) (__builtin_expect((condition), 0) != 0)
#else
#define ACRE_COLD
#define ACRE_RARELY(condition) (condition)
#endif
#if defined(__GNUC__) && !defined(__FRAMAC__) && !defined(__OPTIMIZE_SIZE__)
#define ACRE_HOT __attribute__((always_inline))
#else
#define ACRE_HOT
#endif

#ifdef __FRAMAC__
/*@ requires known: holds != 0;
    assigns \nothing; */
static inline void acre_known(int holds)
{
  (void)holds;
}
#define ACRE_KNOWN(condition) acre_known(condition)
#elif defined(__GNUC__)
#define ACRE_KNOWN(condition) ((condition) ? (void)0 : __builtin_unreachable())
#else
#define ACRE_KNOWN(condition) ((void)0)
#endif

#endif
