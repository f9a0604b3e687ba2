// SPDX-License-Identifier: MIT OR Apache-2.0
// Every header from C++, and every macro that makes a static object.  A global
// constructor allocates before main: so the objects must need none themselves.
#include <acre/fronts.h>
#include <acre/guarded.h>
#include <acre/heap.h>
#include <acre/memory.h>
#include <acre/pmp.h>
#include <acre/region.h>
#include <acre/retention.h>
#include <esp_alloc.h>
#include <esp_heap_caps.h>
#include <esp_heap_caps_init.h>
#include <esp_heap_trace.h>
#include <heap_caps_board.h>
#include <heap_acre.h>
#include <multi_heap.h>

ACRE_REGION(region, 64 * 1024);
ACRE_REGION_GRANULE(longs, sizeof(long) * 1000, 64u);
static acre_guarded shared = ACRE_GUARDED(&region);
ACRE_HEAP(ram, 64u * 1024u, ACRE_CAPS_PLAIN);
ACRE_HEAP_IN(kept, 32u * 1024u, ACRE_CAPS_PLAIN | MALLOC_CAP_RETENTION, ".noinit");
ACRE_FRONT_SLOTS(20);
static acre_port_lock lock = ACRE_LOCK_INIT;
static const acre_lock hooks = {acre_port_acquire, acre_port_release, &lock};

extern "C" {
int on_region(void *early);
int on_heap();
int on_fronts();
}

int on_region(void *early)
{
  ACRE_REGION(local, 1024);
  acre_stats stats;
  acre_finding finding;
  acre_region_stats(&longs, &stats);
  return early != nullptr && acre_guarded_free(&shared, early) == ACRE_OK &&
         reinterpret_cast<uintptr_t>(acre_region_alloc_aligned(&local, 64u, 100u)) % 64u == 0u &&
         stats.total == sizeof(long) * 1000u / 64u * 64u && acre_region_check(&longs, &finding) == ACRE_OK;
}

int on_heap()
{
  static acre_heap heap;
  static acre_heap_slot slots[1];
  alignas(16) static unsigned char memory[1024];
  acre_heap_area area = {};
  acre_region_id id;
  area.name = "static";
  area.address = reinterpret_cast<uintptr_t>(memory);
  area.size = sizeof memory;
  area.caps[0] = 1u;
  return acre_heap_init(&heap, slots, 1u) == ACRE_HEAP_OK && acre_heap_set_lock(&heap, &hooks) == ACRE_HEAP_OK &&
         acre_heap_add(&heap, &area, &id) == ACRE_HEAP_OK && acre_heap_alloc(&heap, 100u, 1u) != nullptr;
}

int on_fronts()
{
  void *block = heap_caps_malloc(100u, MALLOC_CAP_RETENTION);
  bool good = block != nullptr && heap_caps_get_total_size(0u) > 90u * 1024u;
  heap_caps_free(block);
  return good && malloc_internal(10u) != nullptr;
}

#ifdef RUN
namespace {
struct before_main {
  void *block;
  before_main() : block(acre_guarded_alloc(&shared, 1000u)) {}
};
const before_main first;
} // namespace

int main()
{
  return (on_region(first.block) != 0 && on_heap() != 0 && on_fronts() != 0) ? 0 : 1;
}
#endif
