/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A program that uses init, alloc, free and resize, and nothing else, for their size. */
#include <acre/region.h>

static acre_region region;
static uint32_t memory[1024];

void *volatile linked_block;

void _start(void);

void _start(void)
{
  (void)acre_region_init(&region, memory, sizeof memory, 0u);
  linked_block = acre_region_alloc(&region, 100u);
  (void)acre_region_resize(&region, linked_block, 200u);
  (void)acre_region_free(&region, linked_block);
}
