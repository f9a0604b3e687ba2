/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Console and end by semihosting, which QEMU and debug probes provide. */
#include "bare.h"

#define SYS_WRITE0 0x04u
#define SYS_EXIT_EXTENDED 0x20u
#define APPLICATION_EXIT 0x20026u

/* In start.S. */
uintptr_t bare_semihost(uintptr_t operation, const void *argument);

void bare_print(const char *text)
{
  (void)bare_semihost(SYS_WRITE0, text);
}

/* By subtraction of powers of ten: the smallest cores cannot divide. */
void bare_print_number(uintptr_t number)
{
  static const uint32_t powers[] = {1000000000u, 100000000u, 10000000u, 1000000u, 100000u,
                                    10000u,      1000u,      100u,      10u,      1u};
  char text[16];
  size_t length = 0u;
  uint32_t rest = (number > 0xFFFFFFFFu) ? 0xFFFFFFFFu : (uint32_t)number;
  for (size_t i = 0u; i < sizeof powers / sizeof powers[0]; i++) {
    char digit = '0';
    while (rest >= powers[i]) {
      rest -= powers[i];
      digit++;
    }
    if ((digit != '0') || (length != 0u) || (powers[i] == 1u)) {
      text[length] = digit;
      length++;
    }
  }
  text[length] = '\0';
  bare_print(text);
}

void bare_report(const char *what, uintptr_t number)
{
  bare_print(what);
  bare_print(": ");
  bare_print_number(number);
  bare_print("\n");
}

void bare_exit(int status)
{
  uintptr_t block[2] = {APPLICATION_EXIT, (uintptr_t)status};
  for (;;) {
    (void)bare_semihost(SYS_EXIT_EXTENDED, block);
  }
}

void bare_require_(int holds, const char *condition, const char *file, int line)
{
  if (holds == 0) {
    bare_print(file);
    bare_print(":");
    bare_print_number((uintptr_t)line);
    bare_print(": this does not hold: ");
    bare_print(condition);
    bare_print("\n");
    bare_exit(1);
  }
}
