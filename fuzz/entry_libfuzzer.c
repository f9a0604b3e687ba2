/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* libFuzzer, and everything that speaks its interface: OSS-Fuzz, Honggfuzz. */
#include "mutate.h"
#include "world.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, const uint8_t *two, size_t two_size, uint8_t *out,
                                 size_t most, unsigned int seed);
#ifdef FUZZ_LIBFUZZER_MUTATE
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  fuzz_run(data, size);
  return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned int seed)
{
  uint32_t random = seed * 2654435761u + 1u;
#ifdef FUZZ_LIBFUZZER_MUTATE
  /* libFuzzer's own changes know what was compared with what. */
  if (seed % 4u == 0u) {
    return LLVMFuzzerMutate(data, size, most);
  }
#endif
  return fuzz_mutate(data, size, most, NULL, 0u, &random);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, const uint8_t *two, size_t two_size, uint8_t *out,
                                 size_t most, unsigned int seed)
{
  uint32_t random = seed * 2654435761u + 1u;
  size_t size = (one_size > most) ? most : one_size;
  memcpy(out, one, size);
  return fuzz_mutate(out, size, most, two, two_size, &random);
}
