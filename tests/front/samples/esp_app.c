/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A program for ESP-IDF, which knows nothing of acre: buffers for a driver in
 * memory that DMA reaches, a large table wherever there is room, and a report.
 */
#include <stdio.h>
#include <string.h>

#include "esp_heap_caps.h"

#define BUFFERS 4

static void on_failed(size_t size, uint32_t caps, const char *function)
{
  printf("no %u bytes with caps 0x%x for %s\n", (unsigned)size, (unsigned)caps, function);
}

static bool count_used(walker_heap_into_t heap, walker_block_info_t block, void *user)
{
  (void)heap;
  *(unsigned *)user += block.used ? 1u : 0u;
  return true;
}

void app_main(void)
{
  void *buffers[BUFFERS];
  unsigned used = 0, before = 0;
  heap_caps_register_failed_alloc_callback(on_failed);
  heap_caps_walk_all(count_used, &before);

  for (int i = 0; i < BUFFERS; i++) {
    buffers[i] = heap_caps_aligned_alloc(64, 1500, MALLOC_CAP_DMA | MALLOC_CAP_INTERNAL);
    if (buffers[i] == NULL || (uintptr_t)buffers[i] % 64 != 0) {
      printf("no buffer %d\n", i);
      return;
    }
    memset(buffers[i], i, 1500);
  }
  uint32_t *table = heap_caps_malloc_prefer(30000, 2, (uint32_t)(MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT),
                                            (uint32_t)MALLOC_CAP_DEFAULT);
  table[7499] = 1;
  table = heap_caps_realloc(table, 100, MALLOC_CAP_INTERNAL);
  char *name = heap_caps_calloc(1, 32, MALLOC_CAP_DEFAULT);
  strcpy(name, "heap");

  heap_caps_walk_all(count_used, &used);
  printf("%u blocks for %s\n", used - before, name);
  void *none = heap_caps_malloc(1000, MALLOC_CAP_DMA | MALLOC_CAP_RTCRAM | MALLOC_CAP_SPIRAM);
  printf("impossible: %s\n", none == NULL ? "refused" : "given");
  printf("intact: %s\n", heap_caps_check_integrity_all(true) ? "yes" : "no");

  multi_heap_info_t info;
  heap_caps_get_info(&info, MALLOC_CAP_INTERNAL);
  printf("internal: %s free than largest\n",
         info.total_free_bytes >= heap_caps_get_largest_free_block(MALLOC_CAP_INTERNAL) ? "no less" : "less");
  for (int i = 0; i < BUFFERS; i++) {
    heap_caps_free(buffers[i]);
  }
  heap_caps_free(name);
  heap_caps_free(table);
  used = 0;
  heap_caps_walk_all(count_used, &used);
  printf("%u blocks left\n", used - before);
}
