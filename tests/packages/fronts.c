/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a program on the fronts does, for every kind of package: memory in one
 * line, heap_caps, multi_heap and esp-alloc; and a bad free is told. */
#include <acre/fronts.h>
#include <esp_alloc.h>
#include <esp_heap_caps.h>
#include <esp_heap_caps_init.h>
#include <esp_heap_trace.h>

ACRE_HEAP(ram, 0x10000u, ACRE_CAPS_PLAIN);
ACRE_HEAP(fast, 0x1000u, ACRE_CAPS_PLAIN | MALLOC_CAP_DMA);
static _Alignas(16) uint8_t own[2048];

#if !__STDC_HOSTED__
/* Without a C library they are the program's. */
void acre_front_write(const char *text, size_t length)
{
  (void)text;
  (void)length;
}
void acre_front_panic(const char *text)
{
  (void)text;
  for (;;) {}
}
#endif

static int faults = 0;
static void count(acre_heap_status kind, const void *pointer, const char *function)
{
  (void)pointer;
  (void)function;
  faults += (kind == ACRE_HEAP_NOT_A_BLOCK) ? 1 : 100;
}

static int use_caps(void)
{
  void *dma = heap_caps_malloc(100u, MALLOC_CAP_DMA);
  void *zeros = heap_caps_calloc(10u, 10u, MALLOC_CAP_8BIT);
  int good = (dma != NULL) && (zeros != NULL) && (((uint8_t *)zeros)[99] == 0u);
  good = good && (heap_caps_malloc(100u, MALLOC_CAP_SPIRAM) == NULL);
  good = good && (heap_caps_get_total_size(MALLOC_CAP_DMA) >= 0x800u) && heap_caps_check_integrity_all(true);
  heap_caps_free(dma);
  heap_caps_free(dma); /* twice */
  heap_caps_free(zeros);
  return good && (faults == 1);
}

static int use_others(void)
{
  multi_heap_handle_t heap = multi_heap_register(own, sizeof own);
  void *a = multi_heap_malloc(heap, 100u);
  void *b = malloc_internal(100u);
  int good = (a != NULL) && (b != NULL) && ((uintptr_t)a - (uintptr_t)own < sizeof own);
  multi_heap_free(heap, a);
  free_internal(b);
  return good && (faults == 1);
}

#ifdef WITH_MALLOC
#include <stdlib.h>
static int use_malloc(void)
{
  acre_block block;
  void *p = malloc(100u);
  int good = (p != NULL) && (acre_heap_block_of(acre_front_heap(), p, &block) == ACRE_HEAP_OK) && block.live;
  free(p);
  return good && (faults == 1);
}
#else
static int use_malloc(void)
{
  return 1;
}
#endif

int main(void)
{
  acre_front_on_fault(count);
  return (use_caps() && use_others() && use_malloc()) ? 0 : 1;
}
