/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * acre_region_check against the naive invariant:  check_flip [seed [rounds]]
 *
 * For regions of several sizes in many states: flip every bit of the metadata
 * and of the counters, set every byte to telling values, and write random
 * patterns of several bytes.  Where only the tags were touched, once more with
 * the index and the counters made right for the new tags, so that the rules of
 * the tags alone decide.  check must say what naive_invariant says, name a
 * rule that is broken, and say the same in steps of any budget.
 */
#include "both.h"
#include "naive_invariant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint32_t sizes[] = {1, 2, 3, 5, 7, 8, 9, 12, 16, 17, 63, 64, 65, 66, 72, 100, 130, 200, 520, 600};

/* Tags at the borders of their meanings. */
static const uint8_t telling[] = {0,   1,   2,   3,   61,  62,  63,  64,  65,  66, 126,
                                  127, 128, 129, 130, 190, 191, 192, 193, 254, 255};

static acre_region region;
static both pair;
static model_block blocks[1024];
static rng dice;
static unsigned long sound;
static unsigned long corrupt;
static unsigned long found[32]; /* by rule */

/* Print the metadata, so that a difference can be understood. */
static void dump(void)
{
  printf("frontier %lu, used %lu, peak %lu, blocks %lu, runs %lu; tags from -1:", (unsigned long)region.frontier,
         (unsigned long)region.used, (unsigned long)region.peak, (unsigned long)region.blocks,
         (unsigned long)region.runs);
  for (uint32_t i = 0u; i < (region.granules + 7u) / 8u * 8u + 2u; i++) {
    printf(" %u", (unsigned)(region.tag - 1)[i]);
  }
  printf("; index:");
  for (uint32_t i = 0u; i < region.nodes; i++) {
    printf(" %ld", (long)region.index[i]);
  }
  printf("\n");
}

static void expect(bool holds, const char *what, uint32_t expected, uint32_t seen)
{
  if (!holds) {
    dump();
    both_differ(&pair, what, "case", sound + corrupt, expected, seen);
  }
}

/* The verdict in steps, each of a random budget up to `most`. */
static void compare_steps(acre_status status, const acre_finding *finding, uint32_t most)
{
  acre_check_cursor cursor = {0};
  acre_finding step_finding = {ACRE_RULE_NONE, 0u};
  acre_status step = ACRE_CHECK_MORE;
  uint32_t calls = 0u;
  while (step == ACRE_CHECK_MORE) {
    /* One unit of the budget does something, so that it ends. */
    expect(calls < 8u * (region.granules + region.nodes) + 64u, "check_step ends: calls", 0u, calls);
    step = acre_region_check_step(&region, &cursor, 1u + rng_below(&dice, most), &step_finding);
    calls++;
  }
  expect(step == status, "check_step: status", (uint32_t)status, (uint32_t)step);
  if (status == ACRE_CORRUPT) {
    expect(step_finding.rule == finding->rule, "check_step: rule", (uint32_t)finding->rule,
           (uint32_t)step_finding.rule);
    expect(step_finding.where == finding->where, "check_step: where", finding->where, step_finding.where);
  }
}

/* A cursor that nobody has ever handed out: any answer, but an answer, and the
 * sanitizers see to it that nothing outside the metadata is read. */
static void wild_cursor(void)
{
  acre_check_cursor cursor = {0};
  acre_finding finding = {ACRE_RULE_NONE, 0u};
  uint8_t *bytes = (uint8_t *)&cursor;
  for (size_t i = 0u; i < sizeof cursor; i++) {
    bytes[i] = (uint8_t)rng_next(&dice);
  }
  if (rng_below(&dice, 2u) == 0u) {
    cursor.at = rng_below(&dice, region.granules + region.nodes + 16u);
  }
  acre_status status = acre_region_check_step(&region, &cursor, rng_below(&dice, 2u * region.granules), &finding);
  expect(status == ACRE_OK || status == ACRE_CORRUPT || status == ACRE_CHECK_MORE, "check_step from a wild cursor",
         ACRE_OK, (uint32_t)status);
}

static void compare(void)
{
  uint32_t broken = naive_invariant(&region);
  acre_finding finding = {ACRE_RULE_NONE, 0u};
  acre_status expected = (broken == 0u) ? ACRE_OK : ACRE_CORRUPT;
  acre_status status = acre_region_check(&region, &finding);
  expect(status == expected, "check: status (broken rules follow)", (uint32_t)expected, (uint32_t)status);
  if (broken != 0u) {
    expect(finding.rule > ACRE_RULE_NONE && finding.rule <= ACRE_RULE_COUNTER && ((broken >> finding.rule) & 1u) != 0u,
           "check: rule (expected: one of this set)", broken, (uint32_t)finding.rule);
    found[finding.rule]++;
    corrupt++;
  } else {
    sound++;
  }
  if (rng_below(&dice, 4u) == 0u) {
    compare_steps(status, &finding, 1u << rng_below(&dice, 12u));
    wild_cursor();
  }
}

/* Index and counters as they have to be for the tags, if these make sense at
 * all; else something, within bounds. */
static void mend(void)
{
  uint32_t last = (region.granules + 7u) / 8u * 8u;
  memset(region.index, 0, region.nodes * sizeof *region.index);
  if (region.frontier > region.granules) {
    return;
  }
  region.used = 0u;
  region.blocks = 0u;
  region.runs = 0u;
  uint32_t at = 0u;
  while (at < region.frontier) {
    uint32_t tag = region.tag[at];
    uint32_t size = tag % 64u;
    if (size == 63u && at + 5u <= last) {
      size = region.tag[at + 1u] % 64u + region.tag[at + 2u] % 64u * 64u + region.tag[at + 3u] % 64u * 4096u +
             region.tag[at + 4u] % 64u * 262144u;
    }
    if (tag >= 128u) {
      int32_t *leaf = &region.index[region.first_leaf + at / 8u];
      region.runs++;
      if ((int32_t)size > *leaf) {
        *leaf = (int32_t)size;
      }
    } else if (tag >= 1u && tag < 64u) {
      region.blocks++;
      region.used += size;
    } else {
      size = 1u;
    }
    at += (size == 0u || size > region.frontier - at) ? 1u : size;
  }
  region.peak = region.used + rng_below(&dice, region.granules - region.used % (region.granules + 1u) + 1u);
  for (uint32_t node = region.first_leaf; node > 0u; node--) {
    uint32_t p = node - 1u;
    uint32_t first = (p == 0u) ? 1u : 8u * p + region.width - 7u;
    uint32_t children = (p == 0u) ? region.width : 8u;
    for (uint32_t c = first; c < first + children && c < region.nodes; c++) {
      if (region.index[c] > region.index[p]) {
        region.index[p] = region.index[c];
      }
    }
  }
}

/* The state to come back to. */
static acre_region kept;
static uint8_t kept_bytes[8192];

static void keep(void)
{
  kept = region;
  memcpy(kept_bytes, metadata_start(&region), metadata_size(&region));
}

static void bring_back(void)
{
  region = kept;
  memcpy(metadata_start(&region), kept_bytes, metadata_size(&region));
}

static uint32_t *counter(uint32_t number)
{
  switch (number) {
  case 0:
    return &region.frontier;
  case 1:
    return &region.used;
  case 2:
    return &region.peak;
  case 3:
    return &region.blocks;
  default:
    return &region.runs;
  }
}

static void every_bit(void)
{
  uint8_t *bytes = metadata_start(&region);
  size_t size = metadata_size(&region);
  for (size_t i = 0u; i < size; i++) {
    for (uint32_t bit = 0u; bit < 8u; bit++) {
      bytes[i] ^= (uint8_t)(1u << bit);
      compare();
      bytes[i] ^= (uint8_t)(1u << bit);
    }
  }
  for (uint32_t c = 0u; c < 5u; c++) {
    for (uint32_t bit = 0u; bit < 32u; bit++) {
      *counter(c) ^= 1u << bit;
      compare();
      *counter(c) ^= 1u << bit;
    }
  }
}

/* Every tag, sentinel and padding included, at every telling value. */
static void every_tag(void)
{
  uint32_t tags = (region.granules + 7u) / 8u * 8u + 2u;
  for (uint32_t i = 0u; i < tags; i++) {
    for (uint32_t v = 0u; v < sizeof telling; v++) {
      (region.tag - 1)[i] = telling[v];
      compare();
      mend();
      compare();
      bring_back();
    }
  }
}

static uint32_t random_value(uint32_t old)
{
  switch (rng_below(&dice, 5u)) {
  case 0:
    return rng_next(&dice);
  case 1:
    return old + 1u;
  case 2:
    return old - 1u;
  case 3:
    return rng_below(&dice, region.granules + 2u);
  default:
    return 0u - rng_below(&dice, 64u);
  }
}

/* One to four random writes. */
static void random_writes(uint32_t times)
{
  uint32_t tags = (region.granules + 7u) / 8u * 8u + 2u;
  for (uint32_t i = 0u; i < times; i++) {
    uint32_t writes = 1u + rng_below(&dice, 4u);
    for (uint32_t w = 0u; w < writes; w++) {
      uint32_t t = rng_below(&dice, tags);
      switch (rng_below(&dice, 8u)) {
      case 0: {
        uint32_t node = rng_below(&dice, region.nodes);
        region.index[node] = (int32_t)random_value((uint32_t)region.index[node]);
        break;
      }
      case 1: {
        uint32_t *c = counter(rng_below(&dice, 5u));
        *c = random_value(*c);
        break;
      }
      case 2:
        (region.tag - 1)[t] = (uint8_t)rng_next(&dice);
        break;
      case 3: /* a tag from elsewhere */
        (region.tag - 1)[t] = (region.tag - 1)[rng_below(&dice, tags)];
        break;
      case 4: /* live for free, or free for live */
        (region.tag - 1)[t] ^= 128u;
        break;
      default:
        (region.tag - 1)[t] = telling[rng_below(&dice, sizeof telling)];
        break;
      }
    }
    compare();
    if (rng_below(&dice, 2u) == 0u) {
      mend();
      compare();
    }
    bring_back();
  }
}

/* All of the metadata at random: any bytes, or a free composition of small
 * chunks, every other one a little wrong. */
static void random_tags(uint32_t times)
{
  uint32_t last = (region.granules + 7u) / 8u * 8u;
  for (uint32_t i = 0u; i < times; i++) {
    region.frontier = rng_below(&dice, region.granules + 1u);
    for (uint32_t g = 0u; g <= last; g++) {
      region.tag[g] = (rng_below(&dice, 3u) == 0u) ? (uint8_t)(64u + rng_below(&dice, 64u)) : 0u;
    }
    if (rng_below(&dice, 20u) == 0u) {
      for (uint32_t g = 0u; g <= last; g++) {
        region.tag[g] = (uint8_t)rng_next(&dice);
      }
    }
    bool last_free = false;
    for (uint32_t at = 0u; at < region.frontier;) {
      uint32_t size = 1u + rng_below(&dice, (rng_below(&dice, 4u) == 0u) ? 90u : 6u);
      if (size > region.frontier - at) {
        size = region.frontier - at;
      }
      bool live = last_free || at + size == region.frontier || rng_below(&dice, 2u) == 0u;
      /* A size in digits that would fit into one tag is wrong. */
      bool large = size >= 63u || (size >= 10u && rng_below(&dice, 30u) == 0u);
      uint32_t digits = large ? 4u : 0u;
      uint32_t end = at + size;
      region.tag[end - 1u] = live ? 0u : (uint8_t)(64u + (large ? 63u : size));
      region.tag[at] = (uint8_t)((live ? 0u : 128u) + (large ? 63u : size));
      for (uint32_t d = 0u; d < digits; d++) {
        uint8_t digit = (uint8_t)(64u + ((size >> (6u * d)) & 63u));
        region.tag[at + 1u + d] = digit;
        if (!live) {
          region.tag[end - 5u + d] = digit;
        }
      }
      last_free = !live;
      at = end;
    }
    if (rng_below(&dice, 2u) == 0u) {
      region.tag[rng_below(&dice, last + 1u)] = telling[rng_below(&dice, sizeof telling)];
    }
    mend();
    compare();
    bring_back();
  }
}

/* Operations that lead to another state, which is sound. */
static void drift(uint32_t operations)
{
  uint32_t n = region.granules;
  uint32_t keep_used = rng_below(&dice, n + 1u);
  for (uint32_t i = 0u; i < operations; i++) {
    void *block = NULL;
    if (pair.model.count != 0u) {
      block = (void *)model_address(&pair.model, blocks[rng_below(&dice, pair.model.count)].start);
    }
    uint32_t size = 1u + rng_below(&dice, (rng_below(&dice, 3u) == 0u) ? 8u * n : 64u);
    if (block != NULL && rng_below(&dice, 5u) == 0u) {
      both_resize(&pair, block, size);
    } else if (block == NULL || region.used < keep_used || rng_below(&dice, 3u) == 0u) {
      both_alloc_aligned(&pair, (size_t)8u << rng_below(&dice, 5u), size);
    } else {
      both_free(&pair, block);
    }
    uint32_t broken = naive_invariant(&region);
    expect(broken == 0u, "invariant after an operation: broken rules", 0u, broken);
  }
}

int main(int argc, char **argv)
{
  uint32_t seed = (argc > 1) ? (uint32_t)strtoul(argv[1], NULL, 0) : 1u;
  uint32_t rounds = (argc > 2) ? (uint32_t)strtoul(argv[2], NULL, 0) : 10u;
  uint32_t count = (uint32_t)(sizeof sizes / sizeof sizes[0]);
  dice.state = seed;
  for (uint32_t s = 0u; s < count; s++) {
    uint32_t n = sizes[s];
    size_t need = ACRE_METADATA_SIZE(n * 8u, 8u);
    void *metadata = malloc(need); /* exactly: reading past it is an error */
    acre_status status = (metadata == NULL) ? ACRE_NO_SPACE
                                            : acre_region_init_split(&region, metadata, need, 0x10000000u, n * 8u, 8u);
    both_init(&pair, &region, blocks, 1024u, seed);
    expect(status == ACRE_OK, "init_split: status", ACRE_OK, (uint32_t)status);
    for (uint32_t r = 0u; r < rounds; r++) {
      keep();
      compare();
      if (n < 200u || r % 4u == 3u) {
        every_bit();
        every_tag();
      }
      random_writes(2000u);
      random_tags(1000u);
      if (r % 5u == 4u) {
        both_reset(&pair);
      }
      drift(2u + 2u * n);
    }
    free(metadata);
  }
  printf("check_flip: rules found:");
  for (uint32_t r = 1u; r <= ACRE_RULE_COUNTER; r++) {
    printf(" %lu", found[r]);
    expect(found[r] != 0u, "a rule is never found broken", r, 0u);
  }
  printf("\ncheck_flip: seed %lu, %lu sound and %lu corrupt regions judged: %lu passed, 0 failed\n",
         (unsigned long)seed, sound, corrupt, sound + corrupt);
  return 0;
}
