/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Text without stdio: strings and numbers to an output. */
#ifndef ACRE_SRC_HEAP_TEXT_H
#define ACRE_SRC_HEAP_TEXT_H

#include <acre/heap.h>

/* A string that ends with a NUL. */
static inline void put_text(const acre_output *output, const char *text)
{
  size_t length = 0u;
  while (text[length] != '\0') {
    length++;
  }
  output->write(output->user, text, length);
}

/* A digit, 0 to 15. */
static inline void put_digit(const acre_output *output, uint32_t digit)
{
  static const char digits[] = "0123456789abcdef";
  output->write(output->user, &digits[digit], 1u);
}

/* In decimal: by subtraction, since small cores do not divide. */
static inline void put_number(const acre_output *output, uint64_t number)
{
  static const uint64_t powers[20] = {10000000000000000000u,
                                      1000000000000000000u,
                                      100000000000000000u,
                                      10000000000000000u,
                                      1000000000000000u,
                                      100000000000000u,
                                      10000000000000u,
                                      1000000000000u,
                                      100000000000u,
                                      10000000000u,
                                      1000000000u,
                                      100000000u,
                                      10000000u,
                                      1000000u,
                                      100000u,
                                      10000u,
                                      1000u,
                                      100u,
                                      10u,
                                      1u};
  uint64_t rest = number;
  bool begun = false;
  for (uint32_t i = 0u; i < 20u; i++) {
    uint32_t digit = 0u;
    while (rest >= powers[i]) {
      rest -= powers[i];
      digit++;
    }
    begun = begun || (digit != 0u) || (i == 19u);
    if (begun) {
      put_digit(output, digit);
    }
  }
}

/* In hexadecimal, with 0x and at least eight digits. */
static inline void put_hex(const acre_output *output, uintptr_t number)
{
  uint32_t digits = (uint32_t)sizeof(uintptr_t) * 2u;
  bool begun = false;
  put_text(output, "0x");
  for (uint32_t left = digits; left > 0u; left--) {
    uint32_t shift = 4u * (left - 1u);
    uintptr_t above = number >> shift;
    uint32_t digit = (uint32_t)above & 15u;
    begun = begun || (digit != 0u) || (left <= 8u);
    if (begun) {
      put_digit(output, digit);
    }
  }
}

/* " name number" */
static inline void put_field(const acre_output *output, const char *name, uint64_t number)
{
  put_text(output, name);
  put_number(output, number);
}

#endif
