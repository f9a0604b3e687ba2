/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Plain replayer:  replay [-c | -s] FILE...
 *
 * Runs every input and prints the hash of all results.  -c prints the calls as
 * C; -s prints one line for each input.  A difference ends it with SIGABRT.
 */
#include "trace.h"
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST (1u << 20)

static uint8_t input[LARGEST];

int main(int argc, char **argv)
{
  uint64_t hash = 0u;
  unsigned long long operations = 0u;
  unsigned long inputs = 0u;
  bool each = false;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "-c") == 0) {
      fuzz_tracing = true;
      continue;
    }
    if (strcmp(argv[i], "-s") == 0) {
      each = true;
      continue;
    }
    FILE *file = fopen(argv[i], "rb");
    if (file == NULL) {
      fprintf(stderr, "replay: cannot open %s\n", argv[i]);
      return 2;
    }
    size_t size = fread(input, 1, sizeof input, file);
    fclose(file);
    /* In a buffer of its own, so that reading past the end is seen. */
    uint8_t *data = malloc(size + 1u);
    if (data == NULL) {
      fprintf(stderr, "replay: no memory\n");
      return 2;
    }
    memcpy(data, input, size);
    const fuzz_result r = fuzz_run(data, size);
    free(data);
    hash = hash * 0x100000001B3u + r.hash;
    operations += r.operations;
    inputs++;
    if (each) {
      printf("%016llx %lu %s\n", (unsigned long long)r.hash, (unsigned long)r.operations, argv[i]);
    }
  }
  if (!fuzz_tracing) {
    printf("replay: %lu inputs, %llu operations, hash %016llx\n", inputs, operations, (unsigned long long)hash);
  }
#ifdef FUZZ_CONTRACTS
  printf("replay: the proven invariant was run on %lu sound and %lu corrupt regions, and said the same as check\n",
         fuzz_contracts_run[1], fuzz_contracts_run[0]);
  return (fuzz_contracts_run[0] != 0u && fuzz_contracts_run[1] != 0u) ? 0 : 1;
#else
  return 0;
#endif
}
