/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Firmware on acre, behind the interrupt lock. */
#include "bare.h"
#include <acre/guarded.h>

ACRE_REGION(region, 8192u);
static acre_guarded heap = ACRE_GUARDED(&region); /* for interrupt handlers, too */

int main(void)
{
  acre_stats stats;
  void *first = acre_guarded_alloc(&heap, 100u);
  void *second = acre_guarded_alloc_aligned(&heap, 256u, 1000u);
  if ((first == NULL) || (second == NULL)) {
    return 1;
  }
  if (acre_guarded_free(&heap, first) != ACRE_OK) {
    return 2;
  }
  if (acre_guarded_free(&heap, first) != ACRE_NOT_A_BLOCK) { /* twice: refused, nothing changes */
    return 3;
  }
  acre_guarded_stats(&heap, &stats);
  bare_report("acre runs; bytes free", stats.free);
  return 0;
}
