/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Long random runs of the heap against its model:  heap_random [seed [operations]]
 *
 * Up to six regions of different sizes, granules and capabilities come and go:
 * with metadata at their start, elsewhere, in blocks of another region, and
 * inside blocks of another region; among them operations of every kind, bad
 * pointers, sizes and ranges.  Every live block carries a stamp that realloc has
 * to keep.  With MODEL_TARGET a short run for a small machine, without
 * arguments; the digest is the same on every machine.
 */
#include "both.h"
#include "heap_both.h"

#include <stdio.h>
#include <stdlib.h>

#ifdef MODEL_TARGET
#define OPERATIONS 6000u
#else
#define OPERATIONS 100000u
#endif
#define HEAPS 4u

#define SLOTS 6u
#define ROOM 8192u
#define ROOMS 4u
#define LENGTH 1100u /* blocks per region in the model */
#define LIVE_MAX 600u
#define CANARY 0xC5u

static acre_heap heap;
static acre_heap_slot slots[SLOTS];
static heap_both pair;
static acre_heap_watch watches[HEAP_MODEL_WATCHES];
static model_block blocks[HEAP_MODEL_REGIONS * LENGTH];
/* One array, so that relative addresses are the same on every machine. */
static struct {
  _Alignas(4096) uint8_t room[ROOMS][ROOM];
  _Alignas(4) uint8_t metadata[ROOMS][4096];
} memory;

/* A live block, and what was asked for. */
typedef struct live {
  uint8_t *block;
  size_t size;
  uint32_t stamp;
  bool host; /* a region or its metadata lie in it */
} live;

static live list[LIVE_MAX];
static uint32_t count;
static uint32_t stamps;

static void fill(const live *l)
{
  for (size_t i = 0u; i < l->size; i++) {
    l->block[i] = (uint8_t)(l->stamp * 37u + i * 11u);
  }
}

static void verify(const live *l, size_t size)
{
  for (size_t i = 0u; i < size && !l->host; i++) {
    uint8_t expected = (uint8_t)(l->stamp * 37u + i * 11u);
    if (l->block[i] != expected) {
      heap_both_differ(&pair, "contents", i, expected, l->block[i]);
    }
  }
}

static void born(void *block, size_t size, bool host)
{
  list[count].block = block;
  list[count].size = size;
  list[count].stamp = ++stamps;
  list[count].host = host;
  if (!host) {
    fill(&list[count]);
  }
  count++;
}

static void gone(uint32_t i)
{
  count--;
  list[i] = list[count];
}

/* The entry of the block that a pointer means: a block at the start of a region
 * in a block has the same address as that, and is newer.  `count` if none. */
static uint32_t newest(const void *block)
{
  uint32_t found = count;
  for (uint32_t i = 0u; i < count; i++) {
    if (list[i].block == block && (found == count || list[i].stamp > list[found].stamp)) {
      found = i;
    }
  }
  return found;
}

static uint32_t any_block(rng *r)
{
  return newest(list[rng_below(r, count)].block);
}

/* ---- Random arguments ------------------------------------------------------- */

static acre_caps random_caps(rng *r)
{
  static const acre_caps some[] = {1u, 2u, 4u, 8u, 3u, 5u, 9u, 6u, 1u, 1u, 2u, 0u, 16u, 7u};
  return some[rng_below(r, sizeof some / sizeof some[0])];
}

/* One after the other: the order in which C takes arguments is not the same
 * everywhere, and neither in an initialiser. */
static void random_list(rng *r, acre_caps *caps, uint32_t number)
{
  for (uint32_t i = 0u; i < number; i++) {
    caps[i] = random_caps(r);
  }
}

static size_t random_size(rng *r)
{
  switch (rng_below(r, 100u)) {
  case 0:
    return 0u;
  case 1:
    return SIZE_MAX - rng_below(r, 20u);
  case 2:
    return SIZE_MAX / 2u + rng_below(r, 4u);
  case 3:
    return ROOM - 1000u + rng_below(r, 2000u);
  default:
    return 1u + rng_below(r, 1u << (3u + rng_below(r, 8u)));
  }
}

static size_t random_alignment(rng *r)
{
  switch (rng_below(r, 30u)) {
  case 0:
    return rng_below(r, 20u);
  case 1:
    return (size_t)1u << (sizeof(size_t) * 8u - 1u);
  default:
    return (rng_below(r, 3u) != 0u) ? 1u : (size_t)1u << rng_below(r, 12u);
  }
}

static void *random_pointer(rng *r)
{
  uint8_t *at = memory.room[rng_below(r, ROOMS)];
  switch (rng_below(r, 5u)) {
  case 0:
    return at + rng_below(r, ROOM) / 8u * 8u;
  case 1:
    if (count != 0u) {
      at = list[rng_below(r, count)].block;
    }
    return at + 1u + rng_below(r, 16u);
  case 2:
    return (void *)((uintptr_t)memory.room + (uintptr_t)(intptr_t)(int32_t)rng_next(r));
  case 3:
    return &heap;
  default:
    return at + rng_below(r, ROOM);
  }
}

static acre_region_id random_region(rng *r)
{
  acre_region_id last = pair.model.last_id;
  acre_region_id back = rng_below(r, 8u);
  return (back > last) ? 0u : last - back;
}

/* ---- Operations ------------------------------------------------------------------ */

static void random_area(rng *r, acre_heap_area *area)
{
  static const size_t granules[] = {0u, 8u, 16u, 16u, 32u, 64u};
  uint32_t room = rng_below(r, ROOMS);
  acre_heap_area fresh = {0};
  *area = fresh;
  area->name = "random";
  area->address = (uintptr_t)memory.room[room];
  area->size = ROOM >> rng_below(r, 3u);
  area->granule = granules[rng_below(r, 6u)];
  for (uint32_t p = 0u; p < ACRE_PRIORITIES; p++) {
    area->caps[p] = (rng_below(r, 3u) != 0u) ? rng_below(r, 16u) : 0u;
  }
  area->reserve = (rng_below(r, 3u) == 0u) ? rng_below(r, 1024u) : 0u;
  area->reserved = 8u;
  if (rng_below(r, 2u) == 0u) {
    area->metadata = memory.metadata[rng_below(r, ROOMS)];
    area->metadata_size = 4096u;
  }
  switch (rng_below(r, 24u)) {
  case 0:
    area->address += rng_below(r, ROOM);
    area->size = 1u + rng_below(r, ROOM);
    break;
  case 1:
    area->address -= rng_below(r, ROOM);
    break;
  case 2:
    area->size = rng_below(r, 100u);
    break;
  case 3:
    area->size = SIZE_MAX - rng_below(r, 3u);
    break;
  case 4:
    area->granule = rng_below(r, 100u);
    break;
  case 5:
    area->metadata = (void *)(area->address + rng_below(r, ROOM) / 4u * 4u);
    area->metadata_size = 1u + rng_below(r, 5000u);
    break;
  case 6:
    area->metadata_size = rng_below(r, 200u);
    break;
  default:
    break;
  }
}

static void op_add(rng *r)
{
  acre_heap_area area;
  acre_region_id id = 0u;
  void *host = NULL;
  size_t host_size = 0u;
  random_area(r, &area);
  if (rng_below(r, 2u) == 0u && count < LIVE_MAX) {
    /* In a block of its own, whole or in part. */
    acre_caps caps = random_caps(r);
    host_size = 200u + rng_below(r, 1500u);
    acre_request request = heap_both_request(1u, host_size, &caps, 1u);
    host = heap_both_alloc(&pair, &request);
    if (host != NULL) {
      uintptr_t at = (uintptr_t)host;
      size_t shift = rng_below(r, 2u) * 4u;
      if (rng_below(r, 2u) == 0u) {
        area.address = at + shift;
        area.size = host_size - shift + ((rng_below(r, 8u) == 0u) ? 100u : 0u);
        area.granule = (rng_below(r, 2u) == 0u) ? 8u : 0u;
        area.metadata = NULL;
      } else {
        area.metadata = (void *)at;
        area.metadata_size = host_size;
      }
    }
  }
  bool added = heap_both_add(&pair, &area, &id) == ACRE_HEAP_OK;
  if (host != NULL) {
    born(host, host_size, added);
  }
}

static void op_alloc(rng *r)
{
  acre_caps caps[3];
  random_list(r, caps, 3u);
  uint32_t number = (rng_below(r, 3u) == 0u) ? rng_below(r, 4u) : 1u;
  size_t alignment = random_alignment(r);
  acre_request request = heap_both_request(alignment, random_size(r), caps, number);
  request.zeroed = rng_below(r, 4u) == 0u;
  if (count == LIVE_MAX) {
    return;
  }
  acre_explanation e;
  heap_both_explain(&pair, caps[0], request.alignment, request.size);
  acre_heap_explain(&heap, caps[0], request.alignment, request.size, &e);
  uint8_t *block = heap_both_alloc(&pair, &request);
  if (number == 1u) {
    /* What was said before is what has happened. */
    const heap_model_region *owner = heap_model_owner(&pair.model, (uintptr_t)block);
    acre_region_id id = (block == NULL || owner == NULL) ? ACRE_NO_REGION : owner->id;
    acre_region_id said = (e.reason == ACRE_REASON_NONE) ? e.region : ACRE_NO_REGION;
    if (id != said) {
      heap_both_differ(&pair, "explain and alloc", request.size, said, id);
    }
  }
  if (block != NULL) {
    for (size_t i = 0u; request.zeroed && i < request.size; i++) {
      if (block[i] != 0u) {
        heap_both_differ(&pair, "zeroed", i, 0u, block[i]);
      }
    }
    born(block, request.size, false);
  }
}

static void op_free(rng *r)
{
  if (rng_below(r, 8u) == 0u || count == 0u) {
    void *pointer = random_pointer(r);
    uint32_t i = newest(pointer);
    if (heap_both_free(&pair, pointer) == ACRE_HEAP_OK && i < count) {
      gone(i);
    }
  } else {
    uint32_t i = any_block(r);
    verify(&list[i], list[i].size);
    acre_heap_status status = heap_both_free(&pair, list[i].block);
    if (status == ACRE_HEAP_OK) {
      gone(i);
    }
  }
}

static void op_realloc(rng *r)
{
  acre_caps caps[2];
  random_list(r, caps, 2u);
  size_t alignment = (rng_below(r, 4u) == 0u) ? random_alignment(r) : 1u;
  size_t any_size = random_size(r);
  acre_request request = heap_both_request(alignment, any_size, caps, rng_below(r, 3u));
  if (count == 0u || rng_below(r, 12u) == 0u) {
    void *pointer = random_pointer(r);
    if (heap_both_usable_size(&pair, pointer) == 0u) {
      heap_both_realloc(&pair, pointer, &request);
    }
    return;
  }
  uint32_t i = any_block(r);
  live *l = &list[i];
  if (rng_below(r, 2u) == 0u) {
    request.size = 1u + rng_below(r, 2u * (uint32_t)l->size);
  }
  size_t common = (request.size < l->size) ? request.size : l->size;
  uint8_t *to = heap_both_realloc(&pair, l->block, &request);
  if (to != NULL) {
    bool moved = to != l->block;
    l->block = to;
    verify(l, common);
    l->stamp = moved ? ++stamps : l->stamp;
    l->size = request.size;
    fill(l);
  } else if (request.size == 0u && pair.told.freed == 1u) {
    gone(i);
  } else {
    verify(l, l->size);
  }
}

static void op_resize(rng *r)
{
  if (count == 0u || rng_below(r, 8u) == 0u) {
    void *pointer = random_pointer(r);
    size_t any_size = random_size(r);
    if (heap_both_usable_size(&pair, pointer) == 0u) {
      heap_both_resize(&pair, pointer, any_size, random_caps(r));
    }
    return;
  }
  live *l = &list[any_block(r)];
  size_t size = random_size(r);
  size_t common = (size < l->size) ? size : l->size;
  if (heap_both_resize(&pair, l->block, size, random_caps(r)) == ACRE_HEAP_OK) {
    verify(l, common);
    l->size = size;
    fill(l);
  }
}

/* Which blocks hold a region or its metadata: regions land in blocks by chance,
 * too, and when they are removed, the blocks are the test's again. */
static void recount_hosts(void)
{
  for (uint32_t i = 0u; i < count; i++) {
    bool host = false;
    for (uint32_t k = 0u; k < HEAP_MODEL_REGIONS; k++) {
      const heap_model_region *region = &pair.model.region[k];
      uintptr_t start = (uintptr_t)list[i].block;
      if (region->present &&
          ((region->address >= start && region->address - start < list[i].size) ||
           (region->elsewhere && region->metadata >= start && region->metadata - start < list[i].size))) {
        host = true;
      }
    }
    bool again = list[i].host && !host;
    list[i].host = host;
    if (again) {
      fill(&list[i]);
    }
  }
}

static void op_region(rng *r)
{
  acre_region_id id;
  size_t bytes;
  switch (rng_below(r, 8u)) {
  case 0:
    heap_both_drain(&pair, random_region(r));
    break;
  case 1:
    id = random_region(r);
    bytes = rng_below(r, 2000u);
    heap_both_set_reserve(&pair, id, bytes, random_caps(r));
    break;
  case 2:
    heap_both_set_order(&pair, (acre_heap_order)rng_below(r, 2u));
    break;
  case 3:
  case 4:
    heap_both_remove(&pair, random_region(r));
    break;
  default:
    op_add(r);
    break;
  }
}

static void op_marks(rng *r)
{
  switch (rng_below(r, 5u)) {
  case 4:
    for (uint32_t i = 0u; i < HEAP_MODEL_WATCHES; i++) {
      watches[i].caps = random_caps(r);
    }
    heap_both_set_watches(&pair, watches, rng_below(r, HEAP_MODEL_WATCHES + 1u));
    break;
  case 0:
    heap_both_monitor_start(&pair);
    break;
  case 1:
  case 2:
    heap_both_monitor_stop(&pair);
    break;
  default:
    heap_both_reset_marks(&pair);
    break;
  }
}

static void one_operation(rng *r, uint32_t target)
{
  uint32_t what = rng_below(r, 100u);
  uint32_t to_alloc = (count < target) ? 45u : 20u;
  if (what < 4u) {
    op_region(r);
  } else if (what < 5u) {
    op_marks(r);
  } else if (what < 20u) {
    op_realloc(r);
  } else if (what < 28u) {
    op_resize(r);
  } else if (what < 30u) {
    heap_both_block_of(&pair, random_pointer(r));
  } else if (what < 30u + to_alloc) {
    op_alloc(r);
  } else {
    op_free(r);
  }
}

/* All blocks freed, regions removed: hosts after their guests. */
static void tear_down(void)
{
  bool progress = true;
  while (progress) {
    progress = false;
    for (uint32_t i = count; i-- > 0u;) {
      uint32_t meant = newest(list[i].block);
      if (heap_both_free(&pair, list[i].block) == ACRE_HEAP_OK) {
        gone(meant);
        progress = true;
      }
    }
    for (uint32_t i = 0u; i < HEAP_MODEL_REGIONS; i++) {
      if (pair.model.region[i].present && heap_both_remove(&pair, pair.model.region[i].id) == ACRE_HEAP_OK) {
        progress = true;
      }
    }
  }
  acre_heap_stats stats = heap_both_stats(&pair, 0u);
  if (count != 0u || stats.total != 0u || stats.used != 0u) {
    heap_both_differ(&pair, "all is given back", count, 0u, stats.total);
  }
}

static uint32_t run(uint32_t seed, uint32_t operations)
{
  rng r = {seed};
  uint32_t target = 0u;
  acre_heap_init(&heap, slots, SLOTS);
  heap_both_init(&pair, &heap, blocks, LENGTH, seed);
  pair.origin = (uintptr_t)memory.room;
  count = 0u;
  for (uint32_t i = 0u; i < 5u; i++) {
    op_add(&r);
  }
  for (uint32_t done = 0u; done < operations; done++) {
    if (done % 300u == 0u) {
      static const uint32_t targets[] = {5u, 20u, 60u, 150u, 400u};
      target = targets[rng_below(&r, 5u)];
    }
    one_operation(&r, target);
    recount_hosts();
    if (done % 4u == 0u) {
      heap_both_stats(&pair, random_caps(&r));
      for (uint32_t i = 0u; i < pair.model.watches; i++) {
        heap_both_stats(&pair, watches[i].caps);
      }
    }
    if (done % 64u == 0u) {
      heap_both_walk(&pair);
    }
  }
  tear_down();
  return pair.digest;
}

int main(int argc, char **argv)
{
  uint32_t seed = 1u;
  uint32_t operations = OPERATIONS;
#ifdef MODEL_TARGET
  (void)argc;
  (void)argv;
#else
  if (argc > 1) {
    seed = (uint32_t)strtoul(argv[1], NULL, 0);
  }
  if (argc > 2) {
    operations = (uint32_t)strtoul(argv[2], NULL, 0);
  }
#endif
  uint32_t digest = 0u;
  for (uint32_t i = 0u; i < HEAPS; i++) {
    digest = digest * 31u + run(seed + i, operations);
  }
  printf("heap_random: seed %lu, %lu operations in each of %u heaps, digest %08lx: passed, 0 failed\n",
         (unsigned long)seed, (unsigned long)operations, HEAPS, (unsigned long)digest);
  return 0;
}
