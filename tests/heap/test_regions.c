/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Registration, removal, draining, nesting, reserves. */
#include "support.h"

#include <string.h>

static _Alignas(4) uint8_t metadata[2][8192];

/* Refused, and nothing has changed. */
static void refused(fixture *f, acre_heap_area area, acre_heap_status status)
{
  snapshot s;
  acre_region_id id = 77u;
  snapshot_take(&s, f);
  assert_int_equal(acre_heap_add(&f->heap, &area, &id), status);
  assert_int_equal(id, 77u);
  snapshot_same(&s, f);
}

static acre_region_id added(fixture *f, acre_heap_area area)
{
  acre_region_id id = 0u;
  assert_int_equal(acre_heap_add(&f->heap, &area, &id), ACRE_HEAP_OK);
  assert_int_not_equal(id, 0);
  return id;
}

static uintptr_t no_lock(void *context)
{
  (void)context;
  return 0u;
}

static void test_init(void **state)
{
  acre_heap heap;
  acre_heap_slot slots[1];
  acre_heap_stats stats;
  acre_lock half = {no_lock, NULL, NULL};
  (void)state;
  assert_int_equal(acre_heap_init(NULL, slots, 1u), ACRE_HEAP_NULL_ARGUMENT);
  assert_int_equal(acre_heap_init(&heap, NULL, 1u), ACRE_HEAP_NULL_ARGUMENT);
  assert_int_equal(acre_heap_init(&heap, slots, 0u), ACRE_HEAP_NO_SLOT);
  assert_int_equal(acre_heap_init(&heap, slots, 1u), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_set_lock(&heap, &half), ACRE_HEAP_NULL_ARGUMENT);
  assert_null(acre_heap_alloc(&heap, 1u, 1u));
  assert_int_equal(acre_heap_free(&heap, slots), ACRE_HEAP_OUTSIDE);
  acre_heap_get_stats(&heap, &stats);
  assert_int_equal(stats.total, 0);
  assert_int_equal(stats.failed, 1);
  assert_int_equal(acre_heap_next(&heap, ACRE_NO_REGION), ACRE_NO_REGION);
}

static void test_arguments(void **state)
{
  fixture f;
  acre_region_id id;
  acre_heap_area area = area_at(memory[2], 2048u, 1u);
  (void)state;
  fixture_open(&f);
  assert_int_equal(acre_heap_remove(&f.heap, f.external), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_add(NULL, &area, &id), ACRE_HEAP_NULL_ARGUMENT);
  assert_int_equal(acre_heap_add(&f.heap, NULL, &id), ACRE_HEAP_NULL_ARGUMENT);
  assert_int_equal(acre_heap_add(&f.heap, &area, NULL), ACRE_HEAP_NULL_ARGUMENT);
  area.lock.acquire = no_lock;
  refused(&f, area, ACRE_HEAP_NULL_ARGUMENT);
  area = area_at(memory[2], 2048u, 0u);
  refused(&f, area, ACRE_HEAP_NO_CAPABILITIES);
  area = area_at(memory[2], 0u, 1u);
  refused(&f, area, ACRE_HEAP_TOO_SMALL);
  area = area_at(memory[2], 40u, 1u);
  refused(&f, area, ACRE_HEAP_TOO_SMALL);
  area = area_at(memory[2], SIZE_MAX, 1u);
  refused(&f, area, ACRE_HEAP_RANGE_OVERFLOW);
  area = area_at(memory[2] + 1, 2000u, 1u);
  refused(&f, area, ACRE_HEAP_MISALIGNED);
  area = area_at(NULL, 2000u, 1u);
  refused(&f, area, ACRE_HEAP_NULL_ARGUMENT);
  area = area_at(memory[2], 2048u, 1u);
  area.granule = 24u;
  refused(&f, area, ACRE_HEAP_BAD_GRANULE);
  area = area_at(memory[2], 2048u, 1u);
  area.metadata = metadata[0];
  area.metadata_size = 0u;
  refused(&f, area, ACRE_HEAP_TOO_SMALL);
  area.metadata_size = 50u;
  refused(&f, area, ACRE_HEAP_TOO_SMALL);
  area.metadata_size = SIZE_MAX;
  refused(&f, area, ACRE_HEAP_RANGE_OVERFLOW);
  area.metadata = metadata[0] + 1;
  area.metadata_size = 4096u;
  refused(&f, area, ACRE_HEAP_MISALIGNED);
  area.metadata = memory[2] + 1024;
  refused(&f, area, ACRE_HEAP_TOUCHES_METADATA);
  area.metadata = metadata[0];
  area.address = 0x10000000u;
  area.size = (size_t)0x1000000u * 8u;
  area.granule = 8u;
  refused(&f, area, ACRE_HEAP_TOO_MANY_GRANULES);
  fixture_close(&f);
}

static void test_overlap(void **state)
{
  fixture f;
  acre_heap_area area = area_at(memory[2] + 1024, 1024u, 1u);
  (void)state;
  fixture_empty(&f);
  added(&f, area);
  refused(&f, area, ACRE_HEAP_SAME_RANGE);
  for (size_t size = 1024u; size <= 2048u; size += 128u) {
    /* From below, up to the first byte or beyond. */
    refused(&f, area_at(memory[2], size + 1u, 1u), (size == 2048u) ? ACRE_HEAP_ENCLOSES : ACRE_HEAP_STRADDLES);
  }
  refused(&f, area_at(memory[2], 2048u, 1u), ACRE_HEAP_ENCLOSES);
  refused(&f, area_at(memory[2] + 1024, 1025u, 1u), ACRE_HEAP_ENCLOSES);
  refused(&f, area_at(memory[2] + 1028, 1024u, 1u), ACRE_HEAP_STRADDLES);
  refused(&f, area_at(memory[2] + 2044, 1024u, 1u), ACRE_HEAP_STRADDLES);
  /* Nested in free memory, in the metadata, in all but one byte. */
  refused(&f, area_at(memory[2] + 1024, 128u, 1u), ACRE_HEAP_NOT_IN_BLOCK);
  refused(&f, area_at(memory[2] + 1792, 256u, 1u), ACRE_HEAP_NOT_IN_BLOCK);
  refused(&f, area_at(memory[2] + 1028, 1020u, 1u), ACRE_HEAP_NOT_IN_BLOCK);
  /* Neighbours on both sides. */
  added(&f, area_at(memory[2] + 2048, 1024u, 1u));
  added(&f, area_at(memory[2], 1024u, 1u));
  fixture_close(&f);
}

static void test_metadata_elsewhere(void **state)
{
  fixture f;
  acre_heap_area area = area_at(memory[2], 2048u, 1u);
  (void)state;
  fixture_empty(&f);
  added(&f, area_at(memory[0], 1024u, 1u));
  area.metadata = metadata[0];
  area.metadata_size = 1000u;
  added(&f, area);
  /* Over them, the other way round, partly in a region, in its free memory. */
  refused(&f, area_at(metadata[0] + 500, 2000u, 1u), ACRE_HEAP_TOUCHES_METADATA);
  refused(&f, area_at(metadata[0] - 0, 1000u, 1u), ACRE_HEAP_TOUCHES_METADATA);
  area = area_at(memory[2] + 2048, 1024u, 1u);
  area.metadata = metadata[0] + 996;
  area.metadata_size = 1000u;
  refused(&f, area, ACRE_HEAP_TOUCHES_METADATA);
  area.metadata = memory[0] + 1000;
  refused(&f, area, ACRE_HEAP_TOUCHES_METADATA);
  area.metadata = memory[0] + 512;
  area.metadata_size = 400u;
  refused(&f, area, ACRE_HEAP_NOT_IN_BLOCK);
  area.metadata = metadata[0] + 1000;
  area.metadata_size = 1000u;
  added(&f, area);
  fixture_close(&f);
}

/* Where signed comparisons break: the payload is never touched. */
static void test_places(void **state)
{
  static const uintptr_t half = (uintptr_t)1u << (sizeof(uintptr_t) * 8u - 1u);
  fixture f;
  acre_heap_area area = area_at(NULL, 1024u, 1u);
  (void)state;
  fixture_empty(&f);
  area.metadata = metadata[0];
  area.metadata_size = 1000u;
  acre_region_id zero = added(&f, area);
  /* Granule 0 is left out. */
  assert_ptr_equal(acre_heap_alloc(&f.heap, 16u, 1u), (void *)16);
  area.address = half - 512u;
  area.metadata = metadata[0] + 1000u;
  area.caps[0] = 2u;
  added(&f, area);
  void *middle = acre_heap_alloc(&f.heap, 1024u, 2u);
  assert_ptr_equal(middle, (void *)(half - 512u));
  area.address = (uintptr_t)0u - 1024u;
  area.metadata = metadata[0] + 2000u;
  area.caps[0] = 4u;
  added(&f, area);
  void *top = acre_heap_alloc(&f.heap, 1024u, 4u);
  assert_ptr_equal(top, (void *)((uintptr_t)0u - 1024u));
  assert_int_equal(acre_heap_free(&f.heap, (void *)UINTPTR_MAX), ACRE_HEAP_NOT_A_BLOCK);
  /* Ranges over the middle are seen to overlap, those beside it are not. */
  area.metadata = metadata[0] + 3000u;
  area.address = half;
  area.size = 1024u;
  refused(&f, area, ACRE_HEAP_STRADDLES);
  area.address = half - 1024u;
  refused(&f, area, ACRE_HEAP_STRADDLES);
  area.size = 2048u;
  refused(&f, area, ACRE_HEAP_ENCLOSES);
  area.size = 512u;
  added(&f, area);
  area.address = half + 512u;
  area.metadata = metadata[0] + 4000u;
  added(&f, area);
  assert_int_equal(acre_heap_free(&f.heap, top), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_free(&f.heap, middle), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_remove(&f.heap, zero), ACRE_HEAP_NOT_EMPTY);
  assert_int_equal(acre_heap_free(&f.heap, (void *)16), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_remove(&f.heap, zero), ACRE_HEAP_OK);
  fixture_close(&f);
}

static void test_too_large(void **state)
{
  fixture f;
  acre_heap_area area = area_at(memory[0], 1024u, 1u);
  (void)state;
  fixture_empty(&f);
  added(&f, area);
  f.heap.joint.total = SIZE_MAX - 100u; /* as if there were as much */
  refused(&f, area_at(memory[2], 1024u, 1u), ACRE_HEAP_TOO_LARGE);
  f.heap.joint.total = 0u;
  f.heap.last_id = UINT32_MAX; /* as if there had been as many */
  refused(&f, area_at(memory[2], 1024u, 1u), ACRE_HEAP_NO_SLOT);
  f.heap.adding = true; /* as if another thread were at it */
  refused(&f, area_at(memory[2], 1024u, 1u), ACRE_HEAP_BUSY);
}

static void test_slots(void **state)
{
  fixture f;
  acre_region_id ids[SLOTS];
  (void)state;
  fixture_empty(&f);
  for (uint32_t i = 0u; i < SLOTS; i++) {
    ids[i] = added(&f, area_at(memory[2] + i * 400u, 400u, 1u));
    assert_int_equal(ids[i], i + 1u);
  }
  refused(&f, area_at(memory[0], 1024u, 1u), ACRE_HEAP_NO_SLOT);
  assert_int_equal(acre_heap_remove(&f.heap, ids[3]), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_next(&f.heap, ids[2]), ids[4]);
  acre_region_id fresh = added(&f, area_at(memory[0], 1024u, 1u));
  assert_int_equal(fresh, SLOTS + 1u);
  assert_int_equal(acre_heap_remove(&f.heap, ids[3]), ACRE_HEAP_UNKNOWN_REGION);
  assert_int_equal(acre_heap_next(&f.heap, ids[7]), fresh);
  assert_int_equal(acre_heap_next(&f.heap, fresh), ACRE_NO_REGION);
  fixture_close(&f);
}

static void test_remove(void **state)
{
  fixture f;
  snapshot s;
  acre_heap_stats stats;
  acre_heap_info info;
  (void)state;
  fixture_open(&f);
  void *block = acre_heap_alloc(&f.heap, 100u, CAN_DMA);
  snapshot_take(&s, &f);
  assert_int_equal(acre_heap_remove(&f.heap, f.dma), ACRE_HEAP_NOT_EMPTY);
  assert_int_equal(acre_heap_remove(&f.heap, ACRE_NO_REGION), ACRE_HEAP_UNKNOWN_REGION);
  assert_int_equal(acre_heap_remove(&f.heap, 99u), ACRE_HEAP_UNKNOWN_REGION);
  assert_int_equal(acre_heap_drain(&f.heap, 99u), ACRE_HEAP_UNKNOWN_REGION);
  assert_int_equal(acre_heap_set_reserve(&f.heap, 99u, 1u, 1u), ACRE_HEAP_UNKNOWN_REGION);
  assert_int_equal(acre_heap_region_info(&f.heap, 99u, &info), ACRE_HEAP_UNKNOWN_REGION);
  assert_int_equal(acre_heap_get_stats_region(&f.heap, 99u, &stats), ACRE_HEAP_UNKNOWN_REGION);
  snapshot_same(&s, &f);
  assert_int_equal(acre_heap_free(&f.heap, block), ACRE_HEAP_OK);
  acre_heap_get_stats(&f.heap, &stats);
  size_t before = stats.total;
  assert_int_equal(acre_heap_remove(&f.heap, f.dma), ACRE_HEAP_OK);
  assert_int_equal(f.notes.removed, 1);
  assert_int_equal(f.notes.removed_region, f.dma);
  acre_heap_get_stats(&f.heap, &stats);
  assert_true(stats.total < before);
  assert_null(acre_heap_alloc(&f.heap, 1u, CAN_DMA));
  /* The memory is the caller's again, and can be registered anew. */
  memset(memory[1], 0, ROOM);
  added(&f, area_at(memory[1] + 128, 1024u, CAN_DMA));
  assert_non_null(acre_heap_alloc(&f.heap, 1u, CAN_DMA));
  fixture_close(&f);
}

static void test_drain(void **state)
{
  fixture f;
  acre_heap_stats stats;
  acre_heap_info info;
  (void)state;
  fixture_open(&f);
  uint8_t *a = acre_heap_alloc(&f.heap, 100u, CAN_DMA);
  uint8_t *b = acre_heap_alloc(&f.heap, 100u, CAN_DMA);
  assert_int_equal(acre_heap_drain(&f.heap, f.dma), ACRE_HEAP_DRAINING);
  assert_int_equal(acre_heap_drain(&f.heap, f.dma), ACRE_HEAP_DRAINING);
  assert_int_equal(acre_heap_region_info(&f.heap, f.dma, &info), ACRE_HEAP_OK);
  assert_true(info.draining);
  assert_null(acre_heap_alloc(&f.heap, 1u, CAN_DMA));
  acre_heap_get_stats_region(&f.heap, f.dma, &stats);
  assert_int_equal(stats.largest, 0);
  assert_int_equal(stats.blocks, 2);
  /* No growth there; it may shrink, and moves to grow. */
  assert_int_equal(acre_heap_resize(&f.heap, b, 300u, 0u), ACRE_HEAP_DRAINING);
  assert_int_equal(acre_heap_resize(&f.heap, b, 50u, CAN_DMA), ACRE_HEAP_OK);
  memset(b, 0x5A, 50u);
  b = acre_heap_realloc(&f.heap, b, 200u, CAN_INTERNAL);
  assert_int_equal(home(&f, b), f.internal);
  assert_int_equal(b[49], 0x5A);
  assert_int_equal(f.notes.removed, 0);
  assert_int_equal(acre_heap_free(&f.heap, a), ACRE_HEAP_OK);
  assert_int_equal(f.notes.removed, 1);
  assert_int_equal(acre_heap_region_info(&f.heap, f.dma, &info), ACRE_HEAP_UNKNOWN_REGION);
  assert_int_equal(acre_heap_free(&f.heap, a), ACRE_HEAP_OUTSIDE);
  /* Empty: at once. */
  assert_int_equal(acre_heap_drain(&f.heap, f.external), ACRE_HEAP_OK);
  assert_int_equal(f.notes.removed, 2);
  fixture_close(&f);
}

static void test_nested(void **state)
{
  fixture f;
  snapshot s;
  acre_heap_stats stats;
  (void)state;
  fixture_open(&f);
  uint8_t *host = acre_heap_alloc(&f.heap, 1024u, CAN_EXTERNAL);
  uint8_t *other = acre_heap_alloc(&f.heap, 512u, CAN_EXTERNAL);
  /* Over the block's end, over two blocks. */
  refused(&f, area_at(host, 1025u, NOBODY), ACRE_HEAP_NOT_IN_BLOCK);
  refused(&f, area_at(host + 900, 400u, NOBODY), ACRE_HEAP_NOT_IN_BLOCK);
  /* The whole block, and one in a block of that. */
  acre_region_id inner = added(&f, area_at(host, 1024u, NOBODY));
  uint8_t *guest = acre_heap_alloc(&f.heap, 400u, NOBODY);
  assert_true(guest > host && guest < host + 1024);
  acre_region_id innermost = added(&f, area_at(guest + 8, 300u, 32u));
  uint8_t *leaf = acre_heap_alloc(&f.heap, 16u, 32u);
  assert_true(leaf > guest && leaf < guest + 400);
  acre_heap_get_stats(&f.heap, &stats);
  assert_int_equal(stats.blocks, 4);
  /* Blocks that hold a region: not freed, not resized, not moved. */
  snapshot_take(&s, &f);
  assert_int_equal(acre_heap_free(&f.heap, guest), ACRE_HEAP_HOST);
  assert_int_equal(f.notes.fault_kind, ACRE_HEAP_HOST);
  assert_int_equal(f.notes.fault_region, inner);
  assert_int_equal(acre_heap_resize(&f.heap, guest, 500u, 0u), ACRE_HEAP_HOST);
  assert_int_equal(acre_heap_resize(&f.heap, guest, 0u, 0u), ACRE_HEAP_HOST);
  assert_null(acre_heap_realloc(&f.heap, guest, 500u, NOBODY));
  assert_null(acre_heap_realloc(&f.heap, guest, 500u, CAN_DMA));
  assert_int_equal(f.notes.faults, 5);
  assert_int_equal(f.notes.failed, 0);
  /* The start of the host block belongs to the innermost region there. */
  assert_int_equal(acre_heap_free(&f.heap, host), ACRE_HEAP_OUTSIDE);
  assert_int_equal(acre_heap_remove(&f.heap, inner), ACRE_HEAP_NOT_EMPTY);
  assert_int_equal(acre_heap_remove(&f.heap, f.external), ACRE_HEAP_NOT_EMPTY);
  snapshot_same(&s, &f);
  /* A block of the same region that holds nothing. */
  assert_int_equal(acre_heap_free(&f.heap, other), ACRE_HEAP_OK);
  /* From the inside out. */
  assert_int_equal(acre_heap_drain(&f.heap, inner), ACRE_HEAP_DRAINING);
  assert_int_equal(acre_heap_drain(&f.heap, innermost), ACRE_HEAP_DRAINING);
  assert_int_equal(acre_heap_free(&f.heap, leaf), ACRE_HEAP_OK);
  assert_int_equal(f.notes.removed_region, innermost);
  assert_int_equal(acre_heap_free(&f.heap, guest), ACRE_HEAP_OK);
  assert_int_equal(f.notes.removed_region, inner);
  assert_int_equal(acre_heap_free(&f.heap, host), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_remove(&f.heap, f.external), ACRE_HEAP_OK);
  fixture_close(&f);
}

/* Metadata in a block of another region hold that block, too. */
static void test_metadata_in_block(void **state)
{
  fixture f;
  acre_heap_area area;
  (void)state;
  fixture_open(&f);
  assert_int_equal(acre_heap_remove(&f.heap, f.external), ACRE_HEAP_OK);
  uint8_t *block = acre_heap_alloc(&f.heap, 400u, CAN_INTERNAL);
  area = area_at(memory[2], 1024u, CAN_EXTERNAL);
  area.metadata = block;
  area.metadata_size = 401u;
  assert_int_equal(acre_heap_usable_size(&f.heap, block), 400);
  refused(&f, area, ACRE_HEAP_NOT_IN_BLOCK);
  area.metadata_size = 400u;
  acre_region_id id = added(&f, area);
  assert_int_equal(acre_heap_free(&f.heap, block), ACRE_HEAP_HOST);
  /* Also when the registration was refused late, nothing stays pinned. */
  assert_int_equal(acre_heap_remove(&f.heap, id), ACRE_HEAP_OK);
  area.granule = 24u;
  refused(&f, area, ACRE_HEAP_BAD_GRANULE);
  area = area_at(block, 400u, CAN_EXTERNAL);
  area.granule = 24u;
  refused(&f, area, ACRE_HEAP_BAD_GRANULE);
  area = area_at(block, 200u, CAN_EXTERNAL);
  area.metadata = memory[0] + 8;
  area.metadata_size = 100u;
  refused(&f, area, ACRE_HEAP_NOT_IN_BLOCK);
  assert_int_equal(acre_heap_free(&f.heap, block), ACRE_HEAP_OK);
  fixture_close(&f);
}

static void test_reserve(void **state)
{
  fixture f;
  acre_heap_info info;
  acre_heap_stats stats;
  acre_explanation e;
  (void)state;
  fixture_open(&f);
  acre_heap_get_stats_region(&f.heap, f.dma, &stats);
  size_t total = stats.total;
  assert_int_equal(acre_heap_set_reserve(&f.heap, f.dma, 1001u, CAN_DMA), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_region_info(&f.heap, f.dma, &info), ACRE_HEAP_OK);
  assert_int_equal(info.reserve, 1008); /* whole granules */
  assert_int_equal(info.reserved, CAN_DMA);
  /* Fill internal, so that default requests come to dma. */
  acre_heap_get_stats_region(&f.heap, f.internal, &stats);
  assert_non_null(acre_heap_alloc(&f.heap, stats.total, CAN_INTERNAL));
  acre_heap_get_stats_caps(&f.heap, CAN_INTERNAL, &stats);
  assert_int_equal(stats.largest, total - 1008u);
  acre_heap_get_stats_caps(&f.heap, CAN_INTERNAL | CAN_DMA, &stats);
  assert_int_equal(stats.largest, total);
  acre_heap_explain(&f.heap, CAN_INTERNAL, 1u, total - 1007u, &e);
  assert_int_equal(e.reason, ACRE_REASON_RESERVED);
  assert_int_equal(e.region, f.dma);
  assert_null(acre_heap_alloc(&f.heap, total - 1007u, CAN_INTERNAL));
  uint8_t *block = acre_heap_alloc(&f.heap, total - 1008u, CAN_INTERNAL);
  assert_int_equal(home(&f, block), f.dma);
  /* In place, too. */
  assert_int_equal(acre_heap_resize(&f.heap, block, total - 1000u, CAN_INTERNAL), ACRE_HEAP_NO_SPACE);
  assert_int_equal(acre_heap_resize(&f.heap, block, total - 1000u, CAN_INTERNAL | CAN_DMA), ACRE_HEAP_OK);
  assert_int_equal(acre_heap_resize(&f.heap, block, 16u, CAN_INTERNAL), ACRE_HEAP_OK);
  assert_non_null(acre_heap_alloc(&f.heap, total - 16u, CAN_DMA));
  /* More than there is: all. */
  assert_int_equal(acre_heap_set_reserve(&f.heap, f.external, SIZE_MAX, CAN_EXTERNAL), ACRE_HEAP_OK);
  assert_null(acre_heap_alloc(&f.heap, 1u, CAN_DEFAULT));
  assert_non_null(acre_heap_alloc(&f.heap, 1u, CAN_EXTERNAL));
  assert_int_equal(acre_heap_set_reserve(&f.heap, f.external, 0u, CAN_EXTERNAL), ACRE_HEAP_OK);
  assert_non_null(acre_heap_alloc(&f.heap, 1u, CAN_DEFAULT));
  fixture_close(&f);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_init),
      cmocka_unit_test(test_arguments),
      cmocka_unit_test(test_overlap),
      cmocka_unit_test(test_metadata_elsewhere),
      cmocka_unit_test(test_places),
      cmocka_unit_test(test_too_large),
      cmocka_unit_test(test_slots),
      cmocka_unit_test(test_remove),
      cmocka_unit_test(test_drain),
      cmocka_unit_test(test_nested),
      cmocka_unit_test(test_metadata_in_block),
      cmocka_unit_test(test_reserve),
  };
  return cmocka_run_group_tests_name("heap: regions", tests, NULL, NULL);
}
