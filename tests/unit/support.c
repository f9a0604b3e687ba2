/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "naive_invariant.h"

#define GUARD 32u
#define GUARD_BYTE 0xA5u

void fixture_open(fixture *f, uintptr_t address, uint32_t n, size_t granule)
{
  size_t size = ACRE_METADATA_SIZE((size_t)n * granule, granule);
  f->room_size = size + 2u * GUARD;
  f->room = malloc(f->room_size);
  assert_non_null(f->room);
  memset(f->room, GUARD_BYTE, f->room_size);
  f->blocks = malloc(n * sizeof *f->blocks);
  assert_non_null(f->blocks);
  assert_int_equal(acre_region_init_split(&f->region, f->room + GUARD, size, address, n * granule, granule), ACRE_OK);
  both_init(&f->both, &f->region, f->blocks, n, 0u);
}

void fixture_check(fixture *f)
{
  both_stats(&f->both);
  both_iterate(&f->both);
  assert_int_equal(naive_invariant(&f->region), 0);
}

void fixture_close(fixture *f)
{
  fixture_check(f);
  for (size_t i = 0u; i < GUARD; i++) {
    assert_int_equal(f->room[i], GUARD_BYTE);
    assert_int_equal(f->room[f->room_size - 1u - i], GUARD_BYTE);
  }
  free(f->room);
  free(f->blocks);
}

void snapshot_take(snapshot *s, const acre_region *region)
{
  s->region = *region;
  s->bytes = malloc(metadata_size(region));
  assert_non_null(s->bytes);
  memcpy(s->bytes, metadata_start(region), metadata_size(region));
}

void snapshot_same(snapshot *s, const acre_region *region)
{
  assert_memory_equal(&s->region, region, sizeof *region);
  assert_memory_equal(s->bytes, metadata_start(region), metadata_size(region));
  free(s->bytes);
}

void exercise(both *b, uint32_t seed)
{
  rng r = {seed};
  uint32_t granule = 1u << b->model.shift;
  b->seed = seed;
  for (uint32_t i = 0u; i < 3000u; i++) {
    uint32_t most = (rng_below(&r, 4u) == 0u) ? b->model.granules : 9u;
    size_t size = 1u + rng_below(&r, most * granule);
    void *block = NULL;
    if (b->model.count != 0u) {
      block = (void *)model_address(&b->model, b->model.block[rng_below(&r, b->model.count)].start);
    }
    switch (rng_below(&r, 8u)) {
    case 0:
    case 1:
      both_alloc(b, size);
      break;
    case 2:
      both_alloc_aligned(b, (size_t)1u << rng_below(&r, 16u), size);
      break;
    case 3:
      both_resize(b, block, size);
      break;
    case 4:
      both_free(b, (void *)(model_address(&b->model, rng_below(&r, b->model.granules + 1u)) + rng_below(&r, 2u)));
      break;
    default:
      both_free(b, block);
      break;
    }
    both_stats(b);
    if (i % 64u == 0u) {
      both_iterate(b);
      assert_int_equal(naive_invariant(b->region), 0);
    }
  }
  while (b->model.count != 0u) {
    both_free(b, (void *)model_address(&b->model, b->model.block[rng_below(&r, b->model.count)].start));
  }
  assert_int_equal(both_stats(b).free_runs, 1);
}
