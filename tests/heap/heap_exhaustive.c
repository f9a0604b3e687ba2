/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Every sequence of operations on two tiny regions:  heap_exhaustive [step]
 *
 * Policy: for each of the 63 * 63 pairs of regions with any masks of two bits on
 * three priorities, each order, and each of the four ways to have them full or
 * empty, every mask is asked for.
 *
 * States: breadth first from the empty heap, every operation in every state, as
 * tests/model/exhaustive.c does it: registration, removal, draining, reserves,
 * order, allocation by every mask and list, and free, realloc and resize of every
 * address.  Only the first priority that names a bit matters to the policy, so
 * the 15 * 15 pairs of regions with each bit on one priority, or none, stand for
 * all.  Sums and marks, which only grow, are compared and then set back, and
 * region numbers are renumbered, so that the search ends.  After a refusal every
 * byte of heap, slots and metadata is as before.
 *
 * `step`: only every so many pairs, for slow machines.
 */
#include "heap_both.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GRANULE 8u
#define REGIONS 2u
#define GRANULES_MAX 3u
#define BLOCKS_MAX 4u
#define STATES_MAX 200000u

static acre_heap heap;
static acre_heap_slot slots[REGIONS];
static heap_both pair;
static model_block blocks[HEAP_MODEL_REGIONS * BLOCKS_MAX];
#define METADATA_SIZE ((ACRE_METADATA_SIZE(GRANULES_MAX * GRANULE, GRANULE) + 3u) / 4u * 4u)
static _Alignas(4) uint8_t metadata[REGIONS][METADATA_SIZE];
static _Alignas(16) uint8_t payload[REGIONS][64];
static acre_heap_area area[REGIONS];

typedef struct state {
  acre_heap heap;
  acre_heap_slot slots[REGIONS];
  heap_model model;
  model_block blocks[HEAP_MODEL_REGIONS * BLOCKS_MAX];
  uint8_t metadata[sizeof metadata];
} state;

static state *states;
static uint32_t state_count;
static uint32_t *table;
#define TABLE_SIZE (4u * STATES_MAX + 1u)
static uint32_t most_granules; /* asked for: one more than the larger region has */
static uint64_t operations;
static uint64_t refusals;

/* Two regions with these granules, and these masks per priority. */
static void prepare(const uint32_t granules[REGIONS], const acre_caps caps[REGIONS][ACRE_PRIORITIES])
{
  memset(&heap, 0, sizeof heap);
  memset(slots, 0, sizeof slots);
  memset(blocks, 0, sizeof blocks);
  memset(metadata, 0, sizeof metadata);
  memset(&pair, 0, sizeof pair);
  most_granules = ((granules[0] > granules[1]) ? granules[0] : granules[1]) + 1u;
  acre_heap_init(&heap, slots, REGIONS);
  heap_both_init(&pair, &heap, blocks, BLOCKS_MAX, 0u);
  for (uint32_t i = 0u; i < REGIONS; i++) {
    memset(&area[i], 0, sizeof area[i]);
    /* The second begins at an odd granule. */
    area[i].address = (uintptr_t)payload[i] + i * GRANULE;
    area[i].size = granules[i] * GRANULE;
    area[i].granule = GRANULE;
    area[i].metadata = metadata[i];
    area[i].metadata_size = sizeof metadata[i];
    memcpy(area[i].caps, caps[i], sizeof area[i].caps);
  }
}

/* ---- States ---------------------------------------------------------------- */

/* The same number for what was registered first, and for what second. */
static void renumber(void)
{
  acre_region_id id = ACRE_NO_REGION;
  acre_region_id next = ACRE_NO_REGION;
  for (const heap_model_region *r = heap_model_next(&pair.model, id); r != NULL; r = heap_model_next(&pair.model, id)) {
    uint32_t number = (uint32_t)(r - pair.model.region);
    id = r->id;
    pair.model.region[number].id = ++next;
    slots[number].id = next;
  }
  pair.model.last_id = next;
  heap.last_id = next;
}

static void normalise(void)
{
  heap_both_reset_marks(&pair);
  renumber();
  heap.allocated = heap.freed = heap.failed = 0u;
  pair.model.allocated = pair.model.freed = pair.model.failed = 0u;
  for (uint32_t i = 0u; i < REGIONS; i++) {
    heap_model_region *r = &pair.model.region[i];
    slots[i].allocated = slots[i].freed = slots[i].failed = 0u;
    slots[i].changes = 0u;
    if (r->present) {
      r->allocated = r->freed = r->failed = 0u;
    } else {
      model empty = r->blocks;
      empty.count = 0u;
      memset(r, 0, sizeof *r);
      r->blocks.block = empty.block;
      r->blocks.capacity = empty.capacity;
      memset(&slots[i], 0, sizeof slots[i]);
    }
  }
}

static void save(state *to)
{
  memset(to, 0, sizeof *to);
  memcpy(&to->heap, &heap, sizeof heap);
  memcpy(to->slots, slots, sizeof slots);
  memcpy(&to->model, &pair.model, sizeof pair.model);
  for (uint32_t i = 0u; i < REGIONS; i++) {
    memcpy(to->blocks + i * BLOCKS_MAX, pair.model.region[i].blocks.block,
           pair.model.region[i].blocks.count * sizeof(model_block));
  }
  memcpy(to->metadata, metadata, sizeof metadata);
}

static void restore(const state *from)
{
  memcpy(&heap, &from->heap, sizeof heap);
  memcpy(slots, from->slots, sizeof slots);
  memcpy(&pair.model, &from->model, sizeof pair.model);
  memcpy(blocks, from->blocks, sizeof blocks);
  memcpy(metadata, from->metadata, sizeof metadata);
}

static uint32_t hash(const state *s)
{
  const uint8_t *bytes = (const uint8_t *)s;
  uint32_t h = 2166136261u;
  for (size_t i = 0u; i + 8u <= sizeof *s; i += 8u) {
    uint64_t word;
    memcpy(&word, bytes + i, 8u);
    word *= 0x9E3779B97F4A7C15u;
    h = (h ^ (uint32_t)(word >> 32)) * 0x85EBCA6Bu;
  }
  return h ^ (h >> 15);
}

/* ---- What is done in every state ------------------------------------------------ */

static const acre_caps lists[][2] = {{0u, 0u}, {1u, 1u}, {2u, 2u}, {3u, 3u}, {1u, 2u}, {2u, 1u}, {3u, 1u}};
#define MASKS 4u /* the first ones are those of one mask each */
#define LISTS (sizeof lists / sizeof lists[0])

/* Once for each new state. */
static void look_at_state(void)
{
  heap_both_walk(&pair);
  for (acre_caps caps = 0u; caps < 4u; caps++) {
    heap_both_stats(&pair, caps);
    for (uint32_t size = 0u; size <= most_granules * GRANULE; size += GRANULE) {
      heap_both_explain(&pair, caps, 1u, size);
      heap_both_explain(&pair, caps, 2u * GRANULE, size);
    }
  }
  for (uint32_t i = 0u; i < REGIONS; i++) {
    for (uintptr_t at = area[i].address - 1u; at <= area[i].address + area[i].size; at += GRANULE / 2u) {
      heap_both_usable_size(&pair, (void *)at);
      heap_both_block_of(&pair, (void *)at);
    }
  }
}

static void keep(void)
{
  static state found;
  save(&found);
  uint32_t at = hash(&found) % TABLE_SIZE;
  while (table[at] != 0u) {
    if (memcmp(&states[table[at] - 1u], &found, sizeof found) == 0) {
      return;
    }
    at = (at + 1u) % TABLE_SIZE;
  }
  if (state_count == STATES_MAX) {
    heap_both_differ(&pair, "the search must end: more states than", STATES_MAX, 0u, 1u);
  }
  look_at_state();
  memcpy(&states[state_count], &found, sizeof found);
  state_count++;
  table[at] = state_count;
}

/* After an operation from the state `before`. */
static void after(const state *before, bool refused)
{
  operations++;
  if (refused) {
    /* But for the counts of failure, which are compared here, all is as before. */
    static state now;
    refusals++;
    if (heap.failed != pair.model.failed || slots[0].failed != pair.model.region[0].failed ||
        slots[1].failed != pair.model.region[1].failed) {
      heap_both_differ(&pair, "failed", 0u, pair.model.failed, heap.failed);
    }
    heap.failed = pair.model.failed = 0u;
    for (uint32_t i = 0u; i < REGIONS; i++) {
      slots[i].failed = pair.model.region[i].failed = 0u;
      if (!pair.model.region[i].present) {
        memset(&slots[i], 0, sizeof slots[i]); /* what a refused registration wrote there */
      }
    }
    save(&now);
    if (memcmp(&now, before, sizeof now) != 0) {
      heap_both_differ(&pair, "a refusal changes nothing", 0u, 0u, 1u);
    }
  } else {
    heap_both_stats(&pair, 0u);
    normalise();
    keep();
    restore(before);
  }
}

/* The contents of a block depend on where it stands, so need not be kept. */
static void stamp(uint8_t *block, size_t size)
{
  for (size_t i = 0u; i < size; i++) {
    block[i] = (uint8_t)((uintptr_t)block * 31u + i * 7u + 1u);
  }
}

static void check_stamp(const uint8_t *block, const uint8_t *from, size_t size)
{
  for (size_t i = 0u; i < size; i++) {
    uint8_t expected = (uint8_t)((uintptr_t)from * 31u + i * 7u + 1u);
    if (block[i] != expected) {
      heap_both_differ(&pair, "contents after realloc", i, expected, block[i]);
    }
  }
}

static void one_realloc(const state *before, uint8_t *block, size_t alignment, size_t size, const acre_caps *caps,
                        uint32_t count)
{
  acre_request request = heap_both_request(alignment, size, caps, count);
  size_t old = heap_both_usable_size(&pair, block);
  stamp(block, old);
  uint8_t *to = heap_both_realloc(&pair, block, &request);
  if (to != NULL) {
    check_stamp(to, block, (size < old) ? size : old);
  } else if (size != 0u) {
    check_stamp(block, block, old);
  }
  after(before, to == NULL && (size != 0u || old == 0u));
}

/* Everything that can be done with one address. */
static void with_address(const state *before, uint8_t *block)
{
  bool live = heap_both_usable_size(&pair, block) != 0u;
  size_t most = live ? most_granules * GRANULE : GRANULE;
  after(before, heap_both_free(&pair, block) != ACRE_HEAP_OK);
  for (size_t size = 0u; size <= most; size += GRANULE) {
    for (uint32_t i = 0u; i < LISTS; i++) {
      one_realloc(before, block, 1u, size, lists[i], (i < MASKS) ? 1u : 2u);
    }
    one_realloc(before, block, 2u * GRANULE, size, lists[1], 1u);
    for (acre_caps caps = 0u; caps < 4u; caps++) {
      after(before, heap_both_resize(&pair, block, size, caps) != ACRE_HEAP_OK);
    }
  }
  one_realloc(before, block, 3u, GRANULE, lists[1], 1u);
  one_realloc(before, block, 1u, SIZE_MAX, lists[1], 1u);
}

static void with_region(const state *before, uint32_t i)
{
  acre_region_id id = 0u;
  after(before, heap_both_add(&pair, &area[i], &id) != ACRE_HEAP_OK);
  for (uint32_t number = 0u; number < REGIONS; number++) {
    if (pair.model.region[number].present && pair.model.region[number].address == area[i].address) {
      id = pair.model.region[number].id;
    }
  }
  after(before, heap_both_remove(&pair, id) != ACRE_HEAP_OK);
  after(before, heap_both_drain(&pair, id) == ACRE_HEAP_UNKNOWN_REGION);
  after(before, heap_both_set_reserve(&pair, id, 0u, 0u) != ACRE_HEAP_OK);
  after(before, heap_both_set_reserve(&pair, id, 1u, 1u) != ACRE_HEAP_OK);
}

static void expand(const state *s)
{
  restore(s);
  for (uint32_t i = 0u; i < LISTS; i++) {
    uint32_t count = (i < MASKS) ? 1u : 2u;
    for (uint32_t n = 0u; n <= most_granules; n++) {
      acre_request request = heap_both_request(1u, n * GRANULE, lists[i], count);
      after(s, heap_both_alloc(&pair, &request) == NULL);
      request.alignment = 2u * GRANULE;
      after(s, heap_both_alloc(&pair, &request) == NULL);
    }
  }
  acre_request odd = heap_both_request(3u, GRANULE, lists[3], 1u);
  after(s, heap_both_alloc(&pair, &odd) == NULL);
  odd = heap_both_request(1u, SIZE_MAX, lists[3], 0u);
  after(s, heap_both_alloc(&pair, &odd) == NULL);
  after(s, heap_both_free(&pair, NULL) != ACRE_HEAP_OK);
  for (uint32_t i = 0u; i < REGIONS; i++) {
    with_region(s, i);
    for (uint32_t g = 0u; g * GRANULE <= area[i].size; g++) {
      uint8_t *at = (uint8_t *)area[i].address + g * GRANULE;
      with_address(s, at);
      after(s, heap_both_free(&pair, at + 4) != ACRE_HEAP_OK);
    }
  }
  heap_both_set_order(&pair, (heap.order == ACRE_ORDER_SMALLEST) ? ACRE_ORDER_REGISTERED : ACRE_ORDER_SMALLEST);
  after(s, false);
}

static uint32_t search(const uint32_t granules[REGIONS], const acre_caps caps[REGIONS][ACRE_PRIORITIES])
{
  prepare(granules, caps);
  memset(table, 0, TABLE_SIZE * sizeof *table);
  state_count = 0u;
  normalise();
  keep();
  for (uint32_t next = 0u; next < state_count; next++) {
    pair.seed = next;
    pair.operation = 0u;
    expand(&states[next]);
  }
  return state_count;
}

/* ---- The policy with all masks --------------------------------------------------------- */

/* 64 ways to give two bits to three priorities. */
static void spread(uint32_t code, acre_caps caps[ACRE_PRIORITIES])
{
  caps[0] = code % 4u;
  caps[1] = code / 4u % 4u;
  caps[2] = code / 16u;
}

static void ask_all(void)
{
  for (uint32_t order = 0u; order < 2u; order++) {
    heap_both_set_order(&pair, (acre_heap_order)order);
    for (acre_caps caps = 0u; caps < 8u; caps++) { /* one bit that no region has, too */
      acre_request request = heap_both_request(1u, GRANULE, &caps, 1u);
      heap_both_explain(&pair, caps, 1u, GRANULE);
      heap_both_free(&pair, heap_both_alloc(&pair, &request));
      operations += 3u;
    }
  }
}

static void policy(void)
{
  static const uint32_t granules[REGIONS] = {2u, 1u};
  for (uint32_t a = 1u; a < 64u; a++) {
    for (uint32_t b = 1u; b < 64u; b++) {
      acre_caps caps[REGIONS][ACRE_PRIORITIES];
      acre_region_id id[REGIONS] = {0u, 0u};
      spread(a, caps[0]);
      spread(b, caps[1]);
      prepare(granules, (const acre_caps(*)[ACRE_PRIORITIES])caps);
      for (uint32_t i = 0u; i < REGIONS; i++) {
        if (heap_both_add(&pair, &area[i], &id[i]) != ACRE_HEAP_OK) {
          heap_both_differ(&pair, "add", i, 0u, heap_both_add(&pair, &area[i], &id[i]));
        }
      }
      for (uint32_t full = 0u; full < 4u; full++) {
        void *fill[REGIONS] = {NULL, NULL};
        for (uint32_t i = 0u; i < REGIONS; i++) {
          if ((full >> i) % 2u == 1u) {
            /* By the core, behind the heap's back on both sides. */
            fill[i] = acre_region_alloc(&slots[i].region, granules[i] * GRANULE);
            heap.joint.used += granules[i] * GRANULE;
            if (fill[i] != model_alloc(&pair.model.region[i].blocks, granules[i] * GRANULE)) {
              heap_both_differ(&pair, "fill", i, 0u, 1u);
            }
          }
        }
        ask_all();
        for (uint32_t i = 0u; i < REGIONS; i++) {
          if (fill[i] != NULL) {
            heap_both_free(&pair, fill[i]);
          }
        }
      }
    }
  }
}

int main(int argc, char **argv)
{
  uint32_t step = (argc > 1) ? (uint32_t)strtoul(argv[1], NULL, 0) : 1u;
  /* Each bit on a priority, or (code 3) on none. */
  static const uint32_t small[REGIONS] = {1u, 2u};
  static const uint32_t larger[REGIONS] = {2u, 3u};
  uint32_t searches = 0u;
  uint64_t all_states = 0u;
  states = malloc(STATES_MAX * sizeof *states);
  table = malloc(TABLE_SIZE * sizeof *table);
  if (states == NULL || table == NULL) {
    printf("heap_exhaustive: out of memory\n");
    return 1;
  }
  policy();
  printf("heap_exhaustive: policy: 3969 pairs of regions, %llu operations\n", (unsigned long long)operations);
  for (uint32_t code = 0u; code < 225u; code += step) {
    acre_caps caps[REGIONS][ACRE_PRIORITIES];
    memset(caps, 0, sizeof caps);
    for (uint32_t i = 0u; i < REGIONS; i++) {
      uint32_t one = (i == 0u) ? code % 15u : code / 15u;
      if (one % 4u < 3u) {
        caps[i][one % 4u] |= 1u;
      }
      if (one / 4u < 3u) {
        caps[i][one / 4u] |= 2u;
      }
    }
    all_states += search((code == 0u || code == 112u) ? larger : small, (const acre_caps(*)[ACRE_PRIORITIES])caps);
    searches++;
  }
  printf("heap_exhaustive: %lu pairs closed, %llu states, %llu operations, %llu of them refused: passed, 0 failed\n",
         (unsigned long)searches, (unsigned long long)all_states, (unsigned long long)operations,
         (unsigned long long)refusals);
  free(states);
  free(table);
  return 0;
}
