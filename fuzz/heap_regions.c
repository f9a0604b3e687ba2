/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Operations on regions, and settings of the heap. */
#include "heap_oracle.h"
#include "heap_trace.h"

acre_heap_status heap_add(fuzz_heap *h, const acre_heap_area *given)
{
  acre_heap_area area = *given;
  acre_region_id expected_id = 77u;
  acre_region_id id = 77u;
  heap_begin(h);
  area.name = "region";
  if (area.lock.acquire != NULL) {
    area.lock.acquire = heap_region_acquire;
  }
  if (area.lock.release != NULL) {
    area.lock.release = heap_region_release;
  }
  area.lock.context = h;
  acre_heap_status expected = heap_model_add(&h->model, &area, &expected_id);
  TRACE("  status(add((uintptr_t)%s, %s, %s,", heap_text_pointer(h, (const void *)area.address), trace_size(area.size),
        trace_size(area.granule));
  TRACE(" %s, %s, ", heap_text_pointer(h, area.metadata), trace_size(area.metadata_size));
  TRACE("%luu, %luu, %luu, %s, %luu, %d), %s);\n", (unsigned long)area.caps[0], (unsigned long)area.caps[1],
        (unsigned long)area.caps[2], trace_size(area.reserve), (unsigned long)area.reserved,
        (area.lock.acquire != NULL ? 1 : 0) + (area.lock.release != NULL ? 2 : 0), heap_text_status(expected));
  acre_heap_status seen = acre_heap_add(&h->heap, &area, &id);
  heap_compare_status(h, "add", expected, seen);
  heap_compare(h, "add: id", expected_id, id);
  heap_compare_told(h, 0u, 0u, 0u, 0u, 0u);
  if (seen == ACRE_HEAP_OK) {
    /* Its slot, and those of the hosts of its ranges. */
    uint32_t i = heap_slot(h, id);
    const heap_model_region *r = heap_model_next(&h->model, id - 1u);
    heap_compare(h, "add: base", 0u, h->slots[i].region.base - r->blocks.base);
    heap_compare(h, "add: granules", r->blocks.granules, h->slots[i].region.granules);
    h->changed |= 1u << i;
    h->loose = true;
  }
  heap_finish(h);
  return seen;
}

acre_heap_status heap_remove(fuzz_heap *h, acre_region_id id)
{
  heap_begin(h);
  acre_heap_status expected = heap_model_remove(&h->model, id);
  TRACE("  status(acre_heap_remove(&h, %luu), %s);\n", (unsigned long)id, heap_text_status(expected));
  acre_heap_status seen = heap_compare_status(h, "remove", expected, acre_heap_remove(&h->heap, id));
  heap_compare_told(h, 0u, 0u, 0u, 0u, 0u);
  h->loose = seen == ACRE_HEAP_OK;
  heap_finish(h);
  return seen;
}

acre_heap_status heap_drain(fuzz_heap *h, acre_region_id id)
{
  heap_begin(h);
  acre_heap_status expected = heap_model_drain(&h->model, id);
  TRACE("  status(acre_heap_drain(&h, %luu), %s);\n", (unsigned long)id, heap_text_status(expected));
  acre_heap_status seen = heap_compare_status(h, "drain", expected, acre_heap_drain(&h->heap, id));
  heap_compare_told(h, 0u, 0u, 0u, 0u, 0u);
  h->loose = seen != ACRE_HEAP_UNKNOWN_REGION;
  heap_finish(h);
  return seen;
}

void heap_reserve(fuzz_heap *h, acre_region_id id, size_t bytes, acre_caps reserved)
{
  heap_begin(h);
  acre_heap_status expected = heap_model_set_reserve(&h->model, id, bytes, reserved);
  TRACE("  status(acre_heap_set_reserve(&h, %luu, %s, %luu), %s);\n", (unsigned long)id, trace_size(bytes),
        (unsigned long)reserved, heap_text_status(expected));
  heap_compare_status(h, "set_reserve", expected, acre_heap_set_reserve(&h->heap, id, bytes, reserved));
  h->loose = expected == ACRE_HEAP_OK;
  heap_finish(h);
}

void heap_order(fuzz_heap *h, acre_heap_order order)
{
  heap_begin(h);
  TRACE("  acre_heap_set_order(&h, (acre_heap_order)%d);\n", (int)order);
  h->model.order = order;
  acre_heap_set_order(&h->heap, order);
  heap_finish(h);
}

void heap_set_defaults(fuzz_heap *h, const acre_heap_defaults *defaults)
{
  heap_begin(h);
  TRACE("  defaults(%luu, %luu, %luu, %luu, %d);\n", (unsigned long)defaults->internal,
        (unsigned long)defaults->external, (unsigned long)defaults->any, (unsigned long)defaults->limit,
        defaults->strict ? 1 : 0);
  h->defaults = *defaults;
  acre_heap_set_defaults(&h->heap, defaults);
  heap_finish(h);
}

void heap_set_watches(fuzz_heap *h, uint32_t count)
{
  acre_caps caps[HEAP_MODEL_WATCHES];
  heap_begin(h);
  for (uint32_t i = 0u; i < HEAP_MODEL_WATCHES; i++) {
    static const acre_caps some[] = {1u, 2u, 3u, HEAP_FAR, 4u, 8u, 0u, 5u};
    caps[i] = some[(count + 3u * i) % 8u];
    h->watches[i].caps = caps[i];
    TRACE("  watches[%lu].caps = %luu;\n", (unsigned long)i, (unsigned long)caps[i]);
  }
  count %= HEAP_MODEL_WATCHES + 1u;
  TRACE("  acre_heap_set_watches(&h, watches, %luu);\n", (unsigned long)count);
  heap_model_set_watches(&h->model, caps, count);
  acre_heap_set_watches(&h->heap, h->watches, count);
  heap_finish(h);
}

void heap_arm(fuzz_heap *h, void *victim)
{
  if (h->mute) {
    return; /* there is no hook */
  }
  TRACE("  victim = %s, armed = true;\n", heap_text_pointer(h, victim));
  h->victim = victim;
  h->armed = true;
}

void heap_marks(fuzz_heap *h, uint32_t what)
{
  heap_begin(h);
  switch (what % 3u) {
  case 0:
    TRACE("  acre_heap_reset_marks(&h);\n");
    heap_model_reset_marks(&h->model);
    acre_heap_reset_marks(&h->heap);
    break;
  case 1:
    TRACE("  acre_heap_monitor_start(&h);\n");
    heap_model_monitor_start(&h->model);
    acre_heap_monitor_start(&h->heap);
    break;
  default: {
    acre_heap_status expected = heap_model_monitor_stop(&h->model);
    TRACE("  status(acre_heap_monitor_stop(&h), %s);\n", heap_text_status(expected));
    heap_compare_status(h, "monitor_stop", expected, acre_heap_monitor_stop(&h->heap));
    break;
  }
  }
  h->loose = true;
  heap_finish(h);
}
