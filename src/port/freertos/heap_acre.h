/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The FreeRTOS heap interface, for programs that have no FreeRTOS.h.  Say how
 * large the heap is: -DconfigTOTAL_HEAP_SIZE=... */
#ifndef ACRE_HEAP_ACRE_H
#define ACRE_HEAP_ACRE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Names and order of the kernel's structure. */
typedef struct xHeapStats {
  size_t xAvailableHeapSpaceInBytes;
  size_t xSizeOfLargestFreeBlockInBytes;
  size_t xSizeOfSmallestFreeBlockInBytes;
  size_t xNumberOfFreeBlocks;
  size_t xMinimumEverFreeBytesRemaining;
  size_t xNumberOfSuccessfulAllocations;
  size_t xNumberOfSuccessfulFrees;
} HeapStats_t;

void *pvPortMalloc(size_t wanted);
void *pvPortCalloc(size_t count, size_t size);
void vPortFree(void *block);
size_t xPortGetFreeHeapSize(void);
size_t xPortGetMinimumEverFreeHeapSize(void);
void xPortResetHeapMinimumEverFreeHeapSize(void);
void vPortInitialiseBlocks(void);
void vPortHeapResetState(void);
void vPortGetHeapStats(HeapStats_t *result);

#ifdef __cplusplus
}
#endif

#endif
