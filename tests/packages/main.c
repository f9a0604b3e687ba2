/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a user's first program does, for every kind of package: a region behind
 * a lock, and a heap with a lock of the port. */
#include <acre/guarded.h>
#include <acre/heap.h>
#include <acre/region.h>

ACRE_REGION(region, 4096u);
static acre_guarded heap = ACRE_GUARDED(&region);

static _Alignas(16) uint8_t memory[4096];
static acre_port_lock lock = ACRE_LOCK_INIT;
static acre_heap several;
static acre_heap_slot slots[2];

static int use_region(void)
{
  void *a = acre_guarded_alloc(&heap, 100u);
  void *b = acre_guarded_alloc_aligned(&heap, 256u, 100u);
  acre_finding finding;
  acre_stats stats;
  int good = (a != NULL) && (b != NULL) && (((uintptr_t)b % 256u) == 0u);
  good = good && (acre_guarded_free(&heap, a) == ACRE_OK) && (acre_guarded_free(&heap, a) == ACRE_NOT_A_BLOCK);
  acre_guarded_stats(&heap, &stats);
  return good && (stats.blocks == 1u) && (acre_guarded_check(&heap, &finding) == ACRE_OK);
}

static int use_heap(void)
{
  const acre_lock hooks = {acre_port_acquire, acre_port_release, &lock};
  /* Static: at run time a compiler may call memset for it, which firmware may lack. */
  static const acre_heap_area area = {.name = "ram", .address = (uintptr_t)memory, .size = sizeof memory, .caps = {1u}};
  acre_region_id id;
  int good = (acre_heap_init(&several, slots, 2u) == ACRE_HEAP_OK);
  good = good && (acre_heap_set_lock(&several, &hooks) == ACRE_HEAP_OK);
  good = good && (acre_heap_add(&several, &area, &id) == ACRE_HEAP_OK);
  void *a = acre_heap_alloc(&several, 100u, 1u);
  a = acre_heap_realloc(&several, a, 200u, 1u);
  good = good && (a != NULL) && (acre_heap_alloc(&several, 100u, 2u) == NULL);
  return good && (acre_heap_free(&several, a) == ACRE_HEAP_OK);
}

int main(void)
{
  return (use_region() && use_heap()) ? 0 : 1;
}
