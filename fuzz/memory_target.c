/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memory of firmware: arrays, and nothing that guards them. */
#include "memory.h"

#include <stdlib.h>

static _Alignas(FUZZ_ALIGNED_TO) uint8_t payload[FUZZ_PAYLOAD];
static _Alignas(8) uint8_t metadata[FUZZ_METADATA];

fuzz_memory fuzz_memory_get(void)
{
  fuzz_memory memory = {metadata, payload};
  return memory;
}

_Noreturn void fuzz_die(void)
{
  exit(1);
}

bool fuzz_can_guard(void)
{
  return false;
}

bool fuzz_guard(void (*function)(void *), void *argument)
{
  (void)function;
  (void)argument;
  return false;
}
