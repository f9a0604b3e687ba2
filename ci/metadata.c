/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Prints what the metadata of a region take, as README.md states it. */
#include <acre/region.h>
#include <stdio.h>

int main(void)
{
  static const size_t sizes[] = {4096u, 16384u, 65536u, 262144u, 4194304u};
  static const size_t granules[] = {8u, 16u, 32u, 64u};
  printf("Metadata in bytes, and in percent of the payload; beside them the region object:\n"
         "%zu bytes here, %zu on a 32-bit machine.\n%10s",
         sizeof(acre_region), sizeof(acre_region) - 3u * sizeof(void *) + 12u, "payload");
  for (size_t g = 0u; g < sizeof granules / sizeof granules[0]; g++) {
    printf("%13s %2zu", "granule", granules[g]);
  }
  for (size_t s = 0u; s < sizeof sizes / sizeof sizes[0]; s++) {
    printf("\n%6zu KiB", sizes[s] / 1024u);
    for (size_t g = 0u; g < sizeof granules / sizeof granules[0]; g++) {
      size_t bytes = ACRE_METADATA_SIZE(sizes[s], granules[g]);
      printf("%8zu %5.1f %%", bytes, 100.0 * (double)bytes / (double)sizes[s]);
    }
  }
  printf("\n");
  return 0;
}
