/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The FreeRTOS heap interface over one acre region: compile this file instead
 * of the kernel's heap_1.c to heap_5.c, and link libacre.a.
 *
 *   configTOTAL_HEAP_SIZE  bytes of payload; the metadata come on top
 *   configAPPLICATION_ALLOCATED_HEAP 1  the program's ucHeap, of configTOTAL_HEAP_SIZE
 *                          bytes, as in the kernel's heaps; the metadata stand in it
 *   configACRE_LINKER_HEAP 1  __heap_start to __heap_end of the linker script
 * Both of these need libacre-port.a, too.
 *
 * Within FreeRTOS the scheduler is suspended during a call, as in the kernel's
 * own heaps.  Where there is no FreeRTOS.h the lock of acre/lock.h is taken
 * (-DACRE_LOCK=...), so that code written for pvPortMalloc runs without it.
 *
 * Unlike the kernel's heaps it refuses every pointer that is no live block,
 * also in builds without configASSERT: vPortFree then calls configASSERT(0) if
 * there is one, and changes nothing.
 */
#include <acre/region.h>

#if defined(__has_include)
#if __has_include("FreeRTOS.h")
#define ACRE_HAS_FREERTOS 1
#endif
#endif

#ifdef ACRE_HAS_FREERTOS
#include "FreeRTOS.h"
#include "task.h"
#else
#include "heap_acre.h"
#include <acre/lock.h>
#endif
#include <acre/memory.h>

#ifdef ACRE_HAS_FREERTOS

#define ENTER() vTaskSuspendAll()
#define LEAVE() (void)xTaskResumeAll()

#else

static acre_port_lock lock = ACRE_LOCK_INIT;
#define ENTER() acre_port_state before = acre_port_enter(&lock)
#define LEAVE() acre_port_leave(&lock, before)

#endif

#ifndef configASSERT
#define configASSERT(condition) ((void)(condition))
#endif
#ifndef configAPPLICATION_ALLOCATED_HEAP
#define configAPPLICATION_ALLOCATED_HEAP 0
#endif
#ifndef configACRE_LINKER_HEAP
#define configACRE_LINKER_HEAP 0
#endif
#ifndef configUSE_MALLOC_FAILED_HOOK
#define configUSE_MALLOC_FAILED_HOOK 0
#endif

#if configAPPLICATION_ALLOCATED_HEAP || configACRE_LINKER_HEAP

static acre_region heap;
static bool done = false;

#if configACRE_LINKER_HEAP
static acre_status give_memory(void)
{
  return acre_region_init_linker(&heap, 0u);
}
#else
extern uint8_t ucHeap[configTOTAL_HEAP_SIZE];
static acre_status give_memory(void)
{
  const acre_span span = {ucHeap, &ucHeap[configTOTAL_HEAP_SIZE], 0u};
  return acre_region_init_span(&heap, &span);
}
#endif

/* Under the lock, at the first call: FreeRTOS has no place for initialisation. */
static void set_up(void)
{
  if (!done) {
    acre_status status = give_memory();
    configASSERT(status == ACRE_OK);
    done = (status == ACRE_OK);
  }
}

#else

ACRE_REGION(heap, configTOTAL_HEAP_SIZE);

static void set_up(void)
{
  /* static: ready */
}

#endif

static size_t allocations;
static size_t frees;

void *pvPortMalloc(size_t wanted)
{
  void *block;
  {
    ENTER();
    set_up();
    block = acre_region_alloc(&heap, wanted);
    if (block != NULL) {
      allocations += 1u;
    }
    LEAVE();
  }
#if configUSE_MALLOC_FAILED_HOOK
  if (block == NULL) {
    extern void vApplicationMallocFailedHook(void);
    vApplicationMallocFailedHook();
  }
#endif
  return block;
}

void vPortFree(void *block)
{
  if (block != NULL) {
    acre_status status;
    {
      ENTER();
      set_up();
      status = acre_region_free(&heap, block);
      if (status == ACRE_OK) {
        frees += 1u;
      }
      LEAVE();
    }
    configASSERT(status == ACRE_OK);
    (void)status;
  }
}

void *pvPortCalloc(size_t count, size_t size)
{
  void *block = NULL;
  if ((size == 0u) || (count <= (SIZE_MAX / size))) {
    block = pvPortMalloc(count * size);
  }
  if (block != NULL) {
    uint8_t *bytes = (uint8_t *)block;
    for (size_t i = 0u; i < (count * size); i++) {
      bytes[i] = 0u;
    }
  }
  return block;
}

static void get(acre_stats *stats)
{
  ENTER();
  set_up();
  acre_region_stats(&heap, stats);
  LEAVE();
}

size_t xPortGetFreeHeapSize(void)
{
  acre_stats stats;
  get(&stats);
  return stats.free;
}

size_t xPortGetMinimumEverFreeHeapSize(void)
{
  acre_stats stats;
  get(&stats);
  return stats.low_water;
}

void xPortResetHeapMinimumEverFreeHeapSize(void)
{
  ENTER();
  set_up();
  acre_region_reset_low_water(&heap);
  LEAVE();
}

/* Kept for programs that call it: there is nothing to do. */
void vPortInitialiseBlocks(void) {}

/* Before the scheduler is started again: every block is gone. */
void vPortHeapResetState(void)
{
  ENTER();
  set_up();
  acre_region_reset(&heap);
  allocations = 0u;
  frees = 0u;
  LEAVE();
}

void vPortGetHeapStats(HeapStats_t *result)
{
  acre_iterator iterator = {0};
  acre_block block = {NULL, 0u, false};
  acre_stats stats;
  size_t smallest = SIZE_MAX;
  ENTER();
  set_up();
  acre_region_stats(&heap, &stats);
  while (acre_region_next(&heap, &iterator, &block)) {
    if (!block.live && (block.size < smallest)) {
      smallest = block.size;
    }
  }
  result->xNumberOfSuccessfulAllocations = allocations;
  result->xNumberOfSuccessfulFrees = frees;
  LEAVE();
  result->xAvailableHeapSpaceInBytes = stats.free;
  result->xSizeOfLargestFreeBlockInBytes = stats.largest;
  result->xSizeOfSmallestFreeBlockInBytes = (stats.free_runs == 0u) ? 0u : smallest;
  result->xNumberOfFreeBlocks = stats.free_runs;
  result->xMinimumEverFreeBytesRemaining = stats.low_water;
}
