/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A firmware to be looked at from outside: it stops in `whole`, and in
 * `damaged` after a wild write hit the metadata, and at last in `object` after
 * one hit the region object. */
#include "bare.h"
#include <acre/region.h>

ACRE_REGION_GRANULE(heap, 16384u, 32u);

__attribute__((noinline)) void whole(void);
__attribute__((noinline)) void damaged(void);
__attribute__((noinline)) void object(void);
void whole(void)
{
  __asm__ volatile("");
}
void damaged(void)
{
  __asm__ volatile("");
}
void object(void)
{
  __asm__ volatile("");
}

int main(void)
{
  void *blocks[20];
  for (uint32_t i = 0u; i < 20u; i++) {
    blocks[i] = acre_region_alloc(&heap, 40u * (i + 1u));
    bare_require(blocks[i] != NULL);
  }
  for (uint32_t i = 0u; i < 20u; i += 3u) {
    bare_require(acre_region_free(&heap, blocks[i]) == ACRE_OK);
  }
  whole();
  heap_tags[1u + 6u] ^= 4u;
  damaged();
  heap_tags[1u + 6u] ^= 4u;
  *(volatile uint32_t *)&heap.shift = 77u;
  object();
  return 0;
}
