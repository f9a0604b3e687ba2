/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "support.h"

#include <string.h>

_Alignas(4096) uint8_t memory[3][ROOM];

static void on_failed(void *user, size_t size, acre_caps caps, const char *function)
{
  notes *n = user;
  n->failed++;
  n->failed_size = size;
  n->failed_caps = caps;
  n->failed_function = function;
}

static void on_allocated(void *user, void *block, size_t size, acre_caps caps)
{
  notes *n = user;
  n->allocated++;
  n->allocated_block = block;
  n->allocated_size = size;
  n->allocated_caps = caps;
}

static void on_resized(void *user, void *block, size_t size, acre_caps caps)
{
  notes *n = user;
  n->resized++;
  n->resized_block = block;
  n->resized_size = size;
  n->resized_caps = caps;
}

static void on_freed(void *user, void *block)
{
  notes *n = user;
  n->freed++;
  n->freed_block = block;
}

static void on_fault(void *user, acre_heap_status kind, const void *pointer, acre_region_id region)
{
  notes *n = user;
  n->faults++;
  n->fault_kind = kind;
  n->fault_pointer = pointer;
  n->fault_region = region;
}

static bool on_low_memory(void *user, size_t size, acre_caps caps)
{
  notes *n = user;
  (void)size;
  (void)caps;
  n->low++;
  acre_heap_free(n->heap, n->spare);
  n->spare = NULL;
  return n->low_answer;
}

static void on_removed(void *user, acre_region_id region, const char *name)
{
  notes *n = user;
  (void)name;
  n->removed++;
  n->removed_region = region;
}

void fixture_empty(fixture *f)
{
  memset(f, 0, sizeof *f);
  memset(memory, 0xEE, sizeof memory);
  assert_int_equal(acre_heap_init(&f->heap, f->slots, SLOTS), ACRE_HEAP_OK);
  f->notes.heap = &f->heap;
  acre_heap_on_failed(&f->heap, on_failed, &f->notes);
  acre_heap_on_allocated(&f->heap, on_allocated, &f->notes);
  acre_heap_on_resized(&f->heap, on_resized, &f->notes);
  acre_heap_on_freed(&f->heap, on_freed, &f->notes);
  acre_heap_on_fault(&f->heap, on_fault, &f->notes);
  acre_heap_on_low_memory(&f->heap, on_low_memory, &f->notes);
  acre_heap_on_removed(&f->heap, on_removed, &f->notes);
}

acre_heap_area area_at(void *address, size_t size, acre_caps caps)
{
  acre_heap_area area;
  memset(&area, 0, sizeof area);
  area.name = "area";
  area.address = (uintptr_t)address;
  area.size = size;
  area.caps[0] = caps;
  return area;
}

void fixture_open(fixture *f)
{
  acre_heap_area area = area_at(memory[0], 1024u, CAN_DEFAULT | CAN_INTERNAL);
  fixture_empty(f);
  area.name = "internal";
  assert_int_equal(acre_heap_add(&f->heap, &area, &f->internal), ACRE_HEAP_OK);
  area = area_at(memory[1], 2048u, CAN_DMA);
  area.name = "dma";
  area.caps[1] = CAN_DEFAULT | CAN_INTERNAL;
  assert_int_equal(acre_heap_add(&f->heap, &area, &f->dma), ACRE_HEAP_OK);
  area = area_at(memory[2], 4096u, CAN_EXTERNAL);
  area.name = "external";
  area.caps[2] = CAN_DEFAULT;
  area.granule = 32u;
  assert_int_equal(acre_heap_add(&f->heap, &area, &f->external), ACRE_HEAP_OK);
}

void fixture_close(fixture *f)
{
  acre_heap_finding finding;
  assert_int_equal(acre_heap_check(&f->heap, 0u, &finding), ACRE_HEAP_OK);
}

acre_region_id home(fixture *f, const void *block)
{
  acre_region_id found = ACRE_NO_REGION;
  uintptr_t at = (uintptr_t)block;
  for (acre_region_id id = acre_heap_next(&f->heap, 0u); id != ACRE_NO_REGION; id = acre_heap_next(&f->heap, id)) {
    acre_heap_info info;
    assert_int_equal(acre_heap_region_info(&f->heap, id, &info), ACRE_HEAP_OK);
    if (at >= info.address && at - info.address < info.size) {
      found = id;
    }
  }
  return found;
}

static void put(snapshot *s, const void *bytes, size_t length)
{
  assert_true(s->length + length <= sizeof s->bytes);
  memcpy(s->bytes + s->length, bytes, length);
  s->length += length;
}

void snapshot_take(snapshot *s, const fixture *f)
{
  acre_heap heap;
  memset(s, 0, sizeof *s);
  memcpy(&heap, &f->heap, sizeof heap);
  heap.failed = 0u;
  put(s, &heap, sizeof heap);
  for (uint32_t i = 0u; i < SLOTS; i++) {
    if (f->slots[i].state != 0u) {
      acre_heap_slot slot;
      memcpy(&slot, &f->slots[i], sizeof slot);
      slot.failed = 0u;
      put(s, &slot, sizeof slot);
      put(s, slot.region.index, slot.region.nodes * sizeof slot.region.index[0]);
      put(s, slot.region.tag - 1, (slot.region.granules + 7u) / 8u * 8u + 2u);
    }
  }
}

void snapshot_same(const snapshot *s, const fixture *f)
{
  snapshot now;
  snapshot_take(&now, f);
  assert_int_equal(s->length, now.length);
  assert_memory_equal(s->bytes, now.bytes, now.length);
}
