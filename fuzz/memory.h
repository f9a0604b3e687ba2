/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the driver needs of the machine: memory, an end, a guard. */
#ifndef ACRE_FUZZ_MEMORY_H
#define ACRE_FUZZ_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of memory for metadata, and for a payload (or both of FUZZ_INSIDE). */
#define FUZZ_METADATA 16384u
#define FUZZ_PAYLOAD 98304u
/* The payload's memory is aligned to this. */
#define FUZZ_ALIGNED_TO 65536u

typedef struct fuzz_memory {
  uint8_t *metadata; /* between pages without access, where there are such */
  uint8_t *payload;
} fuzz_memory;

/* The same addresses each time. */
fuzz_memory fuzz_memory_get(void);

/* After a failure has been printed: end so that a fuzzer sees a crash. */
_Noreturn void fuzz_die(void);

/* Runs `function`, and says whether it came to an end without touching memory
 * that nobody may touch.  A machine that cannot tell runs nothing. */
bool fuzz_guard(void (*function)(void *), void *argument);
bool fuzz_can_guard(void);
/* Whether the last guarded call was ended by SIGALRM, if a timer was set. */
bool fuzz_guard_late(void);

#endif
