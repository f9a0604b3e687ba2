/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Firmware on acre, without a C library. */
#include "bare.h"
#include <acre/region.h>

ACRE_REGION(heap, 8192u); /* in .bss, ready to use */

int main(void)
{
  acre_stats stats;
  void *first = acre_region_alloc(&heap, 100u);
  void *second = acre_region_alloc_aligned(&heap, 256u, 1000u);
  if ((first == NULL) || (second == NULL)) {
    return 1;
  }
  if (acre_region_free(&heap, first) != ACRE_OK) {
    return 2;
  }
  if (acre_region_free(&heap, first) != ACRE_NOT_A_BLOCK) { /* twice: refused, nothing changes */
    return 3;
  }
  acre_region_stats(&heap, &stats);
  bare_report("acre runs; bytes free", stats.free);
  return 0;
}
