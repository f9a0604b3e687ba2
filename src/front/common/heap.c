/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The default heap, and what memory it begins with. */
#include "front.h"

/* Names of linkers and their scripts; NULL where there are none. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
extern char __heap_start[] __attribute__((weak));
extern char __heap_end[] __attribute__((weak));
extern const acre_static_heap *const __start_acre_static_heaps[] __attribute__((weak));
extern const acre_static_heap *const __stop_acre_static_heaps[] __attribute__((weak));
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

static acre_heap heap;
static bool started = false;

/* An area with its metadata at its start, and all capabilities on one priority. */
static void area_plain(acre_heap_area *area, const char *name, uintptr_t address, size_t size, acre_caps caps)
{
  area->name = name;
  area->address = address;
  area->size = size;
  area->granule = 0u;
  area->metadata = NULL;
  area->metadata_size = 0u;
  area->caps[0] = caps;
  area->caps[1] = 0u;
  area->caps[2] = 0u;
  area->reserve = 0u;
  area->reserved = 0u;
  area->lock.acquire = NULL;
  area->lock.release = NULL;
  area->lock.context = NULL;
}

acre_heap_status acre_front_add_(acre_heap *to, const acre_heap_area *area, acre_region_id *id)
{
  acre_front_prepare_(to, area);
  return acre_heap_add(to, area, id);
}

acre_heap_status acre_front_add(const acre_heap_area *area, acre_region_id *id)
{
  return acre_front_add_(acre_front_heap(), area, id);
}

/* Registers memory; a program cannot go on without the heap that it counts on. */
static void add_plain(const char *name, uintptr_t address, size_t size, acre_caps caps)
{
  acre_heap_area area;
  acre_region_id id;
  area_plain(&area, name, address, size, caps);
  if (acre_front_add_(&heap, &area, &id) != ACRE_HEAP_OK) {
    acre_front_panic("acre: static memory was refused as a heap: too small, or more than ACRE_FRONT_SLOTS");
  }
}

static void add_static(void)
{
  for (const acre_static_heap *const *at = __start_acre_static_heaps; at != __stop_acre_static_heaps; at++) {
    add_plain((*at)->name, (uintptr_t)(*at)->memory, (*at)->size, (*at)->caps);
  }
}

/* From 4 on, as regions want it. */
static void add_linker(void)
{
  uintptr_t first = ((uintptr_t)__heap_start + 3u) & ~(uintptr_t)3u;
  uintptr_t end = (uintptr_t)__heap_end;
  if ((first != 0u) && (end > first)) {
    add_plain("heap", first, (size_t)(end - first), ACRE_CAPS_PLAIN);
  }
}

static void start_start(void)
{
  acre_lock lock;
  acre_heap_defaults defaults;
  lock.acquire = acre_front_acquire;
  lock.release = acre_front_release;
  lock.context = acre_front_lock(ACRE_FRONT_LOCK_HEAP);
  defaults.internal = ACRE_CAP_DEFAULT | ACRE_CAP_INTERNAL;
  defaults.external = 0u;
  defaults.any = ACRE_CAP_DEFAULT;
  defaults.limit = 0u;
  defaults.strict = false;
  started = true; /* what follows uses the heap */
  if ((acre_heap_init(&heap, acre_front_slots, acre_front_slot_count) != ACRE_HEAP_OK) ||
      (acre_heap_set_lock(&heap, &lock) != ACRE_HEAP_OK)) {
    acre_front_panic("acre: the default heap has no slots");
  }
  acre_heap_set_defaults(&heap, &defaults);
  if (acre_front_setup != NULL) {
    acre_front_setup(&heap);
  }
  add_static();
  if (acre_heap_next(&heap, ACRE_NO_REGION) == ACRE_NO_REGION) {
    add_linker();
  }
}

acre_heap *acre_front_heap(void)
{
  if (!started) {
    start_start();
  }
  return &heap;
}

void acre_front_call_default_(front_call *call, size_t size, acre_caps masks[2], const char *function,
                              const void *caller)
{
  uint32_t count = acre_heap_default_caps(acre_front_heap(), size, masks);
  front_call_one(call, size, masks, function, caller);
  call->count = count;
  call->told_caps = masks[count - 1u];
}

/* Before main, and before the constructors of higher numbers: no thread finds
 * the heap unready. */
__attribute__((constructor(101))) static void start_first(void)
{
  (void)acre_front_heap();
}
