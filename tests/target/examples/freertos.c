/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Code written for pvPortMalloc, on acre: a queue object and what it reports. */
#include "bare.h"
#include "heap_acre.h"

#if defined(configAPPLICATION_ALLOCATED_HEAP)
uint8_t ucHeap[configTOTAL_HEAP_SIZE];
#endif

typedef struct queue {
  size_t length;
  size_t item;
  uint8_t *storage;
} queue;

/* As kernel code does it: two blocks, and the first given back if the second fails. */
static queue *create(size_t length, size_t item)
{
  queue *q = (queue *)pvPortMalloc(sizeof *q);
  if (q != NULL) {
    q->length = length;
    q->item = item;
    q->storage = (uint8_t *)pvPortCalloc(length, item);
    if (q->storage == NULL) {
      vPortFree(q);
      q = NULL;
    }
  }
  return q;
}

static void destroy(queue *q)
{
  vPortFree(q->storage);
  vPortFree(q);
}

int main(void)
{
  HeapStats_t stats;
  queue *queues[64];
  size_t all = xPortGetFreeHeapSize();
  size_t lowest;
  size_t count = 0u;
  while (count < 64u && (queues[count] = create(10u, 8u + count)) != NULL) {
    for (size_t i = 0u; i < queues[count]->length * queues[count]->item; i++) {
      bare_require(queues[count]->storage[i] == 0u);
    }
    count++;
  }
  bare_report("freertos: bytes free at first", all);
  bare_report("freertos: queues that fit", count);
  lowest = xPortGetMinimumEverFreeHeapSize();
  bare_report("freertos: least free", lowest);
  bare_require(count > 10u && count < 64u && lowest <= xPortGetFreeHeapSize());
  bare_require(pvPortMalloc(0u) == NULL && pvPortCalloc((size_t)-1, 2u) == NULL);
  for (size_t i = 0u; i < count; i += 2u) {
    destroy(queues[i]);
  }
  vPortFree(queues[0]); /* twice: refused, nothing changes */
  vPortFree(NULL);
  vPortGetHeapStats(&stats);
  bare_report("freertos: free blocks", stats.xNumberOfFreeBlocks);
  bare_report("freertos: smallest free block", stats.xSizeOfSmallestFreeBlockInBytes);
  bare_report("freertos: largest free block", stats.xSizeOfLargestFreeBlockInBytes);
  bare_require(stats.xNumberOfFreeBlocks > 3u && stats.xMinimumEverFreeBytesRemaining == lowest);
  bare_require(stats.xNumberOfSuccessfulAllocations - stats.xNumberOfSuccessfulFrees == 2u * (count / 2u));
  for (size_t i = 1u; i < count; i += 2u) {
    destroy(queues[i]);
  }
  bare_require(xPortGetFreeHeapSize() == all);
  xPortResetHeapMinimumEverFreeHeapSize();
  bare_require(xPortGetMinimumEverFreeHeapSize() == all);
  bare_require(pvPortMalloc(100u) != NULL);
  vPortHeapResetState();
  vPortGetHeapStats(&stats);
  bare_require(stats.xAvailableHeapSpaceInBytes == all && stats.xNumberOfSuccessfulAllocations == 0u);
  bare_print("freertos: all given back\n");
  return 0;
}
