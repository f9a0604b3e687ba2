/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Every sequence of operations on tiny regions:  exhaustive [states]
 *
 * Breadth first from the empty region: in each state every operation is done
 * on the region and its model, and address, status and statistics compared;
 * a state is the counters and every byte of the metadata.  States that were
 * seen before are not entered again, which loses nothing, since an operation
 * depends on nothing but the state and its arguments.  Where the search ends
 * because there are no new states ("closed"), sequences of every length are
 * covered; otherwise all up to the depth printed.  `states` bounds the
 * states per region; three times as many for up to 9 granules, which is
 * enough to close them by default.
 */
#include "both.h"
#include "naive_invariant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATES_DEFAULT 100000u /* 9 granules have 293991 */
#define BYTES_MAX 1024u        /* of metadata */
#define BLOCKS_MAX 24u         /* live at once */
#define SIZES_MAX 16u

typedef struct scenario {
  uint32_t granules;
  uint32_t start;            /* the base, in granules above a multiple of 64 of them: alignments differ */
  bool peak;                 /* whether states that differ in the peak alone are told apart */
  uint32_t sizes[SIZES_MAX]; /* in granules, up to a 0; none: 1 to granules + 1 */
} scenario;

static const scenario scenarios[] = {
    {1, 0, true, {0}},
    {2, 1, true, {0}},
    {3, 2, true, {0}},
    {4, 3, true, {0}},
    {5, 0, true, {0}},
    {6, 1, true, {0}},
    {7, 6, true, {0}},
    {8, 0, false, {0}},
    {9, 3, false, {0}},
    {10, 1, false, {0}},
    {11, 5, false, {0}},
    {12, 7, false, {0}},
    {66, 1, false, {1, 2, 61, 62, 63, 64, 65, 66, 0}},
    {130, 3, false, {1, 62, 63, 64, 67, 0}},
    {200, 7, false, {1, 5, 58, 62, 63, 64, 70, 0}},
    {520, 0, false, {1, 63, 64, 130, 250, 0}}, /* two levels of inner nodes: 65 leaves */
};

#define GRANULE 8u

/* The state in hand. */
static acre_region region;
static both pair;
static model_block blocks[BLOCKS_MAX];
static _Alignas(4) uint8_t metadata[BYTES_MAX];

/* A state as it is kept: these, and the metadata behind them. */
typedef struct counters {
  uint32_t frontier, used, peak, blocks, runs;
  uint32_t model_peak, model_count;
  model_block model[BLOCKS_MAX];
} counters;

static uint8_t *states; /* the queue, which is also the set of all states */
static size_t state_size;
static uint32_t state_count;
static uint32_t state_limit; /* for this region */
static uint32_t *table;      /* hash table of numbers of states, 0: none, else number + 1 */
static uint32_t table_size;
static bool spilled; /* a new state found no room */

static uint64_t operations;
static uint64_t refusals;

static void save(uint8_t *to)
{
  counters c;
  memset(&c, 0, sizeof c);
  c.frontier = region.frontier;
  c.used = region.used;
  c.peak = region.peak;
  c.blocks = region.blocks;
  c.runs = region.runs;
  c.model_peak = pair.model.peak;
  c.model_count = pair.model.count;
  memcpy(c.model, blocks, pair.model.count * sizeof blocks[0]);
  memcpy(to, &c, sizeof c);
  memcpy(to + sizeof c, metadata, metadata_size(&region));
}

static void restore(const uint8_t *from)
{
  counters c;
  memcpy(&c, from, sizeof c);
  region.frontier = c.frontier;
  region.used = c.used;
  region.peak = c.peak;
  region.blocks = c.blocks;
  region.runs = c.runs;
  pair.model.peak = c.model_peak;
  pair.model.count = c.model_count;
  memcpy(blocks, c.model, c.model_count * sizeof blocks[0]);
  memcpy(metadata, from + sizeof c, metadata_size(&region));
}

static uint32_t hash(const uint8_t *bytes, size_t size)
{
  uint32_t h = 2166136261u;
  for (size_t i = 0u; i < size; i += 4u) {
    uint32_t word = 0u;
    memcpy(&word, bytes + i, (size - i < 4u) ? size - i : 4u);
    h = (h ^ word) * 0x85EBCA6Bu;
    h ^= h >> 15;
  }
  return h;
}

/* What must hold in every state, checked once for each new one. */
static void look_at_state(void)
{
  both_iterate(&pair);
  uint32_t broken = naive_invariant(&region);
  if (broken != 0u) {
    both_differ(&pair, "invariant", "broken rules", 0u, 0u, broken);
  }
  acre_finding finding = {ACRE_RULE_NONE, 0u};
  if (acre_region_check(&region, &finding) != ACRE_OK) {
    both_differ(&pair, "check", "where", finding.where, ACRE_RULE_NONE, (uintptr_t)finding.rule);
  }
  for (uint32_t g = 0u; g <= region.granules; g++) {
    both_usable_size(&pair, (void *)model_address(&pair.model, g));
    both_usable_size(&pair, (void *)(model_address(&pair.model, g) + GRANULE / 2u));
  }
}

/* Keep the state in hand if it is new. */
static void keep(void)
{
  static uint8_t found[sizeof(counters) + BYTES_MAX];
  save(found);
  uint32_t at = hash(found, state_size) % table_size;
  while (table[at] != 0u) {
    if (memcmp(states + (table[at] - 1u) * state_size, found, state_size) == 0) {
      return;
    }
    at = (at + 1u) % table_size;
  }
  look_at_state();
  if (state_count == state_limit) {
    spilled = true;
    return;
  }
  memcpy(states + state_count * state_size, found, state_size);
  state_count++;
  table[at] = state_count;
}

/* After an operation from the state `before`: a refusal has changed nothing,
 * anything else may have led to a new state. */
static void after(const uint8_t *before, bool refused, bool peak_counts)
{
  operations++;
  if (refused) {
    static uint8_t now[sizeof(counters) + BYTES_MAX];
    refusals++;
    save(now);
    if (memcmp(now, before, state_size) != 0) {
      both_differ(&pair, "a refusal changes nothing", "byte", 0u, 0u, 1u);
    }
    return;
  }
  both_stats(&pair);
  if (!peak_counts) {
    both_reset_low_water(&pair);
  }
  keep();
  restore(before);
}

/* Every operation from one state. */
static void expand(const uint8_t *state, const scenario *s, const uint32_t *sizes)
{
  static const size_t odd_alignments[] = {0u, 3u, SIZE_MAX, SIZE_MAX / 2u + 1u};
  bool peak = s->peak;
  restore(state);

  for (uint32_t i = 0u; sizes[i] != 0u; i++) {
    after(state, both_alloc(&pair, sizes[i] * GRANULE - i % GRANULE) == NULL, peak);
    for (size_t alignment = GRANULE; alignment <= 16u * GRANULE; alignment *= 2u) {
      after(state, both_alloc_aligned(&pair, alignment, sizes[i] * GRANULE) == NULL, peak);
    }
  }
  for (uint32_t i = 0u; i < 4u; i++) {
    after(state, both_alloc_aligned(&pair, odd_alignments[i], 1u) == NULL, peak);
  }
  after(state, both_alloc(&pair, 0u) == NULL, peak);
  after(state, both_alloc(&pair, SIZE_MAX) == NULL, peak);
  after(state, both_alloc_aligned(&pair, 4u * GRANULE, 0u) == NULL, peak);

  after(state, both_free(&pair, NULL) != ACRE_OK, peak);
  after(state, both_free(&pair, (void *)(region.base - GRANULE)) != ACRE_OK, peak);
  for (uint32_t g = 0u; g <= region.granules; g++) {
    uintptr_t address = model_address(&pair.model, g);
    after(state, both_free(&pair, (void *)(address + 1u + g % (GRANULE - 1u))) != ACRE_OK, peak);
    after(state, both_free(&pair, (void *)address) != ACRE_OK, peak);
    if (model_usable_size(&pair.model, (void *)address) == 0u) {
      after(state, both_resize(&pair, (void *)address, GRANULE) != ACRE_OK, peak);
    } else {
      for (uint32_t i = 0u; sizes[i] != 0u; i++) {
        after(state, both_resize(&pair, (void *)address, sizes[i] * GRANULE - i % GRANULE) != ACRE_OK, peak);
      }
      after(state, both_resize(&pair, (void *)address, 0u) != ACRE_OK, peak);
      after(state, both_resize(&pair, (void *)address, SIZE_MAX) != ACRE_OK, peak);
    }
  }

  both_reset(&pair);
  after(state, false, peak);
  both_reset_low_water(&pair);
  after(state, false, peak);
}

static void search(const scenario *s, uint32_t limit)
{
  static uint32_t every_size[SIZES_MAX];
  const uint32_t *sizes = s->sizes;
  if (sizes[0] == 0u) {
    for (uint32_t i = 0u; i <= s->granules; i++) {
      every_size[i] = i + 1u;
    }
    every_size[s->granules + 1u] = 0u;
    sizes = every_size;
  }
  memset(metadata, 0xEE, sizeof metadata);
  uintptr_t base = 0x10000000u + s->start * GRANULE;
  acre_status status = acre_region_init_split(&region, metadata, sizeof metadata, base, s->granules * GRANULE, GRANULE);
  both_init(&pair, &region, blocks, BLOCKS_MAX, 0u);
  if (status != ACRE_OK) {
    both_differ(&pair, "init_split", "granules", s->granules, ACRE_OK, (uintptr_t)status);
  }
  state_size = sizeof(counters) + metadata_size(&region);
  state_limit = (s->granules <= 9u) ? 3u * limit : limit;
  state_count = 0u;
  spilled = false;
  table_size = 4u * state_limit + 1u;
  states = malloc(state_limit * state_size);
  table = calloc(table_size, sizeof *table);
  if (states == NULL || table == NULL) {
    printf("exhaustive: out of memory: give fewer states\n");
    exit(1);
  }

  uint64_t operations_before = operations;
  uint32_t depth = 0u;
  uint32_t level_end = 0u;
  keep();
  for (uint32_t next = 0u; next < state_count && !spilled; next++) {
    if (next == level_end) {
      /* All states of this depth have been found. */
      level_end = state_count;
      depth++;
    }
    pair.operation = 0u;
    pair.seed = next;
    expand(states + next * state_size, s, sizes);
  }
  if (spilled) {
    depth--;
  }
  printf("exhaustive: %3lu granules: %7lu states, %10llu operations, %s %lu\n", (unsigned long)s->granules,
         (unsigned long)state_count, (unsigned long long)(operations - operations_before),
         spilled ? "all sequences up to" : "closed at depth", (unsigned long)depth);
  free(states);
  free(table);
}

int main(int argc, char **argv)
{
  uint32_t count = (uint32_t)(sizeof scenarios / sizeof scenarios[0]);
  uint32_t limit = STATES_DEFAULT;
  if (argc > 1) {
    limit = (uint32_t)strtoul(argv[1], NULL, 0);
  }
  for (uint32_t i = 0u; i < count; i++) {
    search(&scenarios[i], limit);
    fflush(stdout);
  }
  printf("exhaustive: %llu operations, %llu of them refused: %lu passed, 0 failed\n", (unsigned long long)operations,
         (unsigned long long)refusals, (unsigned long)count);
  return 0;
}
