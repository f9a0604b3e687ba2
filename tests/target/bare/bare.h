/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the examples need of a machine: a console and an end, by semihosting. */
#ifndef ACRE_BARE_H
#define ACRE_BARE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

void bare_print(const char *text);
void bare_print_number(uintptr_t number);
/* "what: number\n" */
void bare_report(const char *what, uintptr_t number);
__attribute__((noreturn)) void bare_exit(int status);
/* Ends with status 1 after naming the condition, if it does not hold. */
void bare_require_(int holds, const char *condition, const char *file, int line);

#define bare_require(condition) bare_require_((condition) ? 1 : 0, #condition, __FILE__, __LINE__)

#ifdef __cplusplus
}
#endif

#endif
