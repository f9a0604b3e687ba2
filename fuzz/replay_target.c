/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Firmware that replays the corpus, which fuzz/embed.py makes an array of. */
#include "world.h"

#include <stdio.h>

extern const uint8_t fuzz_corpus[];
extern const uint32_t fuzz_corpus_sizes[];
extern const uint32_t fuzz_corpus_count;

int main(void)
{
  uint64_t hash = 0u;
  unsigned long operations = 0u;
  const uint8_t *data = fuzz_corpus;
  for (uint32_t i = 0u; i < fuzz_corpus_count; i++) {
    const fuzz_result r = fuzz_run(data, fuzz_corpus_sizes[i]);
    hash = hash * 0x100000001B3u + r.hash;
    operations += r.operations;
    data += fuzz_corpus_sizes[i];
  }
  printf("replay: %lu inputs, %lu operations, hash %08lx%08lx\n", (unsigned long)fuzz_corpus_count, operations,
         (unsigned long)(hash >> 32), (unsigned long)(hash & 0xFFFFFFFFu));
  return 0;
}
