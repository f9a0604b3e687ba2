/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Writing into the payload, and the end of an input. */
#include "heap_oracle.h"
#include "heap_trace.h"

/* The end of what may be painted from `at` on, or `at` itself if nothing may, for
 * *skip bytes. */
static uintptr_t paintable(const fuzz_heap *h, uintptr_t at, uintptr_t end, uintptr_t *skip)
{
  *skip = 0u;
  for (uint32_t i = 0u; i < h->heap.capacity; i++) {
    const acre_region *r = &h->slots[i].region;
    const uintptr_t from[] = {(uintptr_t)r->tag - 1u, (uintptr_t)r->index};
    const size_t bytes[] = {heap_tag_bytes(r), 4u * (size_t)r->nodes};
    for (uint32_t k = 0u; heap_registered(&h->slots[i]) && k < 2u; k++) {
      if (at - from[k] < bytes[k]) {
        *skip = from[k] + bytes[k] - at;
        return at;
      }
      if (from[k] > at && from[k] < end) {
        end = from[k];
      }
    }
  }
  return end;
}

void heap_paint(fuzz_heap *h, uintptr_t from, size_t bytes, uint8_t value, uint8_t step)
{
  uintptr_t at = from;
  uintptr_t end = from + bytes;
  while (at < end) {
    uintptr_t skip;
    uintptr_t stop = paintable(h, at, end, &skip);
    uint8_t *to = heap_shadow(h, at);
    if (to != NULL && stop > at && heap_shadow(h, stop - 1u) == to + (stop - at - 1u)) {
      TRACE("  paint(%s, %luu, %luu, %luu);\n", heap_text_pointer(h, (void *)at), (unsigned long)(stop - at),
            (unsigned long)(uint8_t)(value + (at - from) * step), (unsigned long)step);
      for (uintptr_t i = at; i < stop; i++) {
        *to = (uint8_t)(value + (i - from) * step);
        *(uint8_t *)i = *to++;
      }
    }
    at = stop + skip;
  }
  h->work += (uint32_t)(bytes / 64u);
}

void heap_painted(fuzz_heap *h)
{
  heap_begin(h);
  heap_finish(h);
}

/* ---- The end ----------------------------------------------------------- */

/* An empty region: one free run, all of which can be had at once. */
static void compare_empty(fuzz_heap *h, const heap_model_region *r)
{
  acre_heap_stats stats;
  uint32_t slot = heap_slot(h, r->id);
  acre_region *region = &h->slots[slot].region;
  heap_compare(h, "all freed: stats", ACRE_HEAP_OK, (uint64_t)acre_heap_get_stats_region(&h->heap, r->id, &stats));
  heap_compare(h, "all freed: one free run", 1u, stats.free_runs);
  heap_compare(h, "all freed: nothing is used", 0u, stats.used);
  if (!r->draining) {
    heap_compare(h, "all freed: the largest request is everything", stats.total, stats.largest);
  }
  for (size_t i = 0u; i < heap_tag_bytes(region); i++) {
    heap_mix(h, (region->tag - 1)[i]);
  }
  for (uint32_t i = 0u; i < region->nodes; i++) {
    heap_mix(h, (uint32_t)region->index[i]);
  }
}

void heap_end(fuzz_heap *h)
{
  bool progress = true;
  heap_walk(h, 0u, 0u, 0u);
  h->armed = false;
  while (progress) {
    progress = false;
    /* Hosts stay until their guests are gone. */
    for (const heap_model_region *r = heap_model_next(&h->model, 0u); r != NULL;) {
      acre_region_id id = r->id;
      uint32_t stay = 0u;
      while (r != NULL && r->id == id && stay < r->blocks.count) {
        uint32_t left = r->blocks.count - stay;
        /* From both ends. */
        uint32_t number = stay + ((left % 2u == 0u) ? left - 1u : 0u);
        acre_heap_status status = heap_free(h, (void *)model_address(&r->blocks, r->blocks.block[number].start));
        if (status == ACRE_HEAP_OK) {
          progress = true;
        } else if (status == ACRE_HEAP_HOST || status == ACRE_HEAP_NOT_A_BLOCK || status == ACRE_HEAP_OUTSIDE) {
          /* It holds a region, or starts in one, whose pointer it then is. */
          stay++;
        } else {
          heap_fail(h, "free at the end", ACRE_HEAP_OK, (uint64_t)status);
        }
        r = heap_model_next(&h->model, id - 1u);
      }
      if (r != NULL && r->id == id && r->blocks.count == 0u) {
        compare_empty(h, r);
        heap_compare_status(h, "remove at the end", ACRE_HEAP_OK, heap_remove(h, id));
        progress = true;
      }
      r = heap_model_next(&h->model, id);
    }
  }
  heap_compare(h, "the end: no region is left", 0u, heap_regions(h));
}
