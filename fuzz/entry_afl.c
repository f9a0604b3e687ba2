/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * AFL++: persistent mode, inputs in shared memory.  With FUZZ_COUNT=file in
 * the environment the operations are counted in that file, for the report.
 */
#include "world.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

__AFL_FUZZ_INIT();

static uint64_t *count_file(void)
{
  static uint64_t none;
  uint64_t *count = &none;
  const char *name = getenv("FUZZ_COUNT");
  int file = (name == NULL) ? -1 : open(name, O_RDWR | O_CREAT, 0644);
  if (file >= 0 && ftruncate(file, sizeof *count) == 0) {
    void *p = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    count = (p == MAP_FAILED) ? &none : p;
  }
  return count;
}

int main(void)
{
  uint64_t *count = count_file();
  /* Whatever happens only once happens here, so that the first input takes the
   * same edges as the same input later. */
  fuzz_memory_get();
  fuzz_run(NULL, 0u);
  __AFL_INIT();
  const uint8_t *data = __AFL_FUZZ_TESTCASE_BUF;
  while (__AFL_LOOP(100000)) {
    const fuzz_result r = fuzz_run(data, (size_t)__AFL_FUZZ_TESTCASE_LEN);
    *count += r.operations;
  }
  return 0;
}
