/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* check and check_step: each rule broken by hand, and what is said about it.
 * tests/model/check_flip.c compares the verdicts with the naive invariant. */
#include "support.h"

#include <string.h>

/* Sound: said so by check and in steps of one. */
static void sound(const acre_region *region)
{
  acre_check_cursor cursor = {0};
  acre_finding finding = {ACRE_RULE_NODE, 99u};
  uint32_t calls = 1u;
  assert_int_equal(acre_region_check(region, &finding), ACRE_OK);
  assert_int_equal(finding.rule, ACRE_RULE_NONE);
  acre_status status = acre_region_check_step(region, &cursor, 1u, &finding);
  while (status == ACRE_CHECK_MORE) {
    assert_int_equal(finding.rule, ACRE_RULE_NONE);
    status = acre_region_check_step(region, &cursor, 1u, &finding);
    calls++;
  }
  assert_int_equal(status, ACRE_OK);
  assert_int_equal(finding.rule, ACRE_RULE_NONE);
  /* One step for each tag and node. */
  assert_in_range(calls, 1u, region->granules + 9u + region->nodes);
}

/* Corrupt: this rule, there. */
static void corrupt(const acre_region *region, acre_rule rule, uint32_t where)
{
  for (uint32_t budget = 1u; budget <= 64u; budget *= 2u) {
    acre_check_cursor cursor = {0};
    acre_finding finding = {ACRE_RULE_NONE, 12345u};
    acre_status status = ACRE_CHECK_MORE;
    while (status == ACRE_CHECK_MORE) {
      status = acre_region_check_step(region, &cursor, budget, &finding);
    }
    assert_int_equal(status, ACRE_CORRUPT);
    assert_int_equal(finding.rule, rule);
    assert_int_equal(finding.where, where);
  }
  acre_finding finding = {ACRE_RULE_NONE, 12345u};
  assert_int_equal(acre_region_check(region, &finding), ACRE_CORRUPT);
  assert_int_equal(finding.rule, rule);
  assert_int_equal(finding.where, where);
}

/* 700 granules: [0,3) live, [3,5) free, [5,75) live, [75,175) free, 175 live,
 * and from 176 on nothing yet. */
static void open(fixture *f)
{
  static const uint32_t sizes[] = {3u, 2u, 70u, 100u, 1u};
  void *blocks[5];
  fixture_open(f, SOMEWHERE, 700u, 8u);
  for (uint32_t i = 0u; i < 5u; i++) {
    blocks[i] = both_alloc(&f->both, sizes[i] * 8u);
  }
  both_free(&f->both, blocks[1]);
  both_free(&f->both, blocks[3]);
  sound(&f->region);
}

/* One tag changed, what is said, and back. */
static void tag(fixture *f, int32_t at, uint8_t value, acre_rule rule, uint32_t where)
{
  uint8_t old = f->region.tag[at];
  f->region.tag[at] = value;
  corrupt(&f->region, rule, where);
  f->region.tag[at] = old;
}

static void number(fixture *f, uint32_t *at, uint32_t value, acre_rule rule, uint32_t where)
{
  uint32_t old = *at;
  *at = value;
  corrupt(&f->region, rule, where);
  *at = old;
}

static void test_sound(void **state)
{
  (void)state;
  for (uint32_t n = 1u; n <= 700u; n += (n < 20u) ? 1u : 17u) {
    fixture f;
    rng r = {n};
    fixture_open(&f, SOMEWHERE, n, 8u);
    sound(&f.region);
    for (uint32_t i = 0u; i < 100u; i++) {
      if (f.both.model.count != 0u && rng_below(&r, 3u) == 0u) {
        both_free(&f.both, (void *)model_address(&f.both.model, f.blocks[rng_below(&r, f.both.model.count)].start));
      } else {
        both_alloc(&f.both, 1u + rng_below(&r, (i % 5u == 0u) ? 8u * n : 70u));
      }
      snapshot s;
      snapshot_take(&s, &f.region);
      sound(&f.region);
      snapshot_same(&s, &f.region);
    }
    fixture_close(&f);
  }
}

static void test_sentinel(void **state)
{
  (void)state;
  fixture f;
  open(&f);
  for (uint32_t value = 1u; value < 256u; value++) {
    tag(&f, -1, (uint8_t)value, ACRE_RULE_SENTINEL, 0u);
  }
  fixture_close(&f);
}

static void test_frontier(void **state)
{
  (void)state;
  fixture f;
  open(&f);
  number(&f, &f.region.frontier, 701u, ACRE_RULE_FRONTIER, 701u);
  number(&f, &f.region.frontier, UINT32_MAX, ACRE_RULE_FRONTIER, UINT32_MAX);
  tag(&f, 176, 1u, ACRE_RULE_FRONTIER, 176u);
  tag(&f, 500, 63u, ACRE_RULE_FRONTIER, 500u);
  tag(&f, 699, 129u, ACRE_RULE_FRONTIER, 699u);
  tag(&f, 704, 255u, ACRE_RULE_FRONTIER, 704u); /* the padding and one more */
  /* Rests of older sizes are no starts. */
  f.region.tag[176] = 64u;
  f.region.tag[700] = 127u;
  f.region.tag[704] = 100u;
  sound(&f.region);
  fixture_close(&f);
}

static void test_start_and_size(void **state)
{
  (void)state;
  fixture f;
  open(&f);
  tag(&f, 0, 0u, ACRE_RULE_START, 0u);
  tag(&f, 5, 64u, ACRE_RULE_START, 5u);
  tag(&f, 175, 127u, ACRE_RULE_START, 175u);
  tag(&f, 0, 2u, ACRE_RULE_START, 2u);            /* ends where nothing starts */
  tag(&f, 0, 128u, ACRE_RULE_SIZE, 0u);           /* a free run of nothing */
  tag(&f, 0, 200u, ACRE_RULE_SIZE, 0u);           /* no tag at all */
  tag(&f, 175, 2u, ACRE_RULE_SIZE, 175u);         /* passes the frontier */
  tag(&f, 175, 63u, ACRE_RULE_SIZE, 175u);        /* a large one that near to it */
  tag(&f, 6, 64u + 63u, ACRE_RULE_INTERIOR, 75u); /* 127 instead of 70 */
  tag(&f, 7, 64u, ACRE_RULE_SIZE, 5u);            /* 6 in digits */
  tag(&f, 9, 127u, ACRE_RULE_SIZE, 5u);           /* far too large */
  f.region.tag[7] = 64u;
  tag(&f, 6, 64u + 62u, ACRE_RULE_SIZE, 5u); /* 62 in digits: would fit into one tag */
  tag(&f, 6, 64u + 63u, ACRE_RULE_START, 68u);
  f.region.tag[7] = 65u;
  number(&f, &f.region.frontier, 174u, ACRE_RULE_SIZE, 75u);
  number(&f, &f.region.frontier, 177u, ACRE_RULE_START, 176u);
  fixture_close(&f);
}

static void test_coalesced(void **state)
{
  (void)state;
  fixture f;
  open(&f);
  tag(&f, 175, 129u, ACRE_RULE_COALESCED, 175u); /* between a free run and the frontier */
  number(&f, &f.region.frontier, 175u, ACRE_RULE_COALESCED, 75u);
  fixture_close(&f);
  /* Two free runs side by side. */
  fixture_open(&f, SOMEWHERE, 20u, 8u);
  both_alloc(&f.both, 16u);
  both_alloc(&f.both, 16u);
  both_alloc(&f.both, 8u);
  f.region.tag[0] = 130u;
  f.region.tag[1] = 66u;
  f.region.tag[2] = 130u;
  f.region.tag[3] = 66u;
  corrupt(&f.region, ACRE_RULE_COALESCED, 2u);
  both_reset(&f.both);
  fixture_close(&f);
}

static void test_end(void **state)
{
  (void)state;
  fixture f;
  open(&f);
  tag(&f, 2, 64u, ACRE_RULE_END, 0u);   /* a block that ends like a free run */
  tag(&f, 74, 127u, ACRE_RULE_END, 5u); /* so does a large one */
  tag(&f, 4, 0u, ACRE_RULE_END, 3u);    /* a free run that does not */
  tag(&f, 4, 67u, ACRE_RULE_END, 3u);
  tag(&f, 4, 2u, ACRE_RULE_END, 3u); /* its size, but as a block's start */
  tag(&f, 4, 127u, ACRE_RULE_END, 3u);
  tag(&f, 174, 0u, ACRE_RULE_END, 75u);
  tag(&f, 174, 126u, ACRE_RULE_END, 75u);
  tag(&f, 170, 64u, ACRE_RULE_END, 75u); /* the digits of the end */
  tag(&f, 173, 65u, ACRE_RULE_END, 75u);
  fixture_close(&f);
}

static void test_interior(void **state)
{
  (void)state;
  fixture f;
  open(&f);
  static const int32_t inside[] = {1, 6, 9, 10, 40, 76, 79, 80, 100, 169};
  static const uint8_t starts[] = {1u, 62u, 63u, 128u, 129u, 191u, 192u, 255u};
  for (uint32_t i = 0u; i < 10u; i++) {
    for (uint32_t j = 0u; j < 8u; j++) {
      bool digit = (inside[i] >= 6 && inside[i] <= 9) || (inside[i] >= 76 && inside[i] <= 79);
      if (!digit) {
        tag(&f, inside[i], starts[j], ACRE_RULE_INTERIOR, (uint32_t)inside[i]);
      }
    }
  }
  /* The low six bits of a digit are right, but it is a start. */
  tag(&f, 8, 128u, ACRE_RULE_INTERIOR, 8u);
  tag(&f, 6, 128u + 6u, ACRE_RULE_INTERIOR, 6u);
  /* Anything else may stand inside. */
  for (uint32_t value = 64u; value < 128u; value++) {
    f.region.tag[1] = (uint8_t)value;
    f.region.tag[40] = (uint8_t)value;
    f.region.tag[100] = (uint8_t)value;
    sound(&f.region);
  }
  fixture_close(&f);
}

static void test_index(void **state)
{
  (void)state;
  fixture f;
  open(&f);
  /* Free runs start at 3 (2 granules) and at 75 (100): leaves 0 and 9. */
  uint32_t leaves = (700u + 7u) / 8u;
  for (uint32_t node = 0u; node < f.region.nodes; node++) {
    int32_t old = f.region.index[node];
    int32_t wrong[] = {old + 1, old - 1, -1, INT32_MAX, INT32_MIN, 0};
    for (uint32_t i = 0u; i < 6u; i++) {
      if (wrong[i] != old) {
        acre_rule rule = (node < f.region.first_leaf) ? ACRE_RULE_NODE : ACRE_RULE_LEAF;
        f.region.index[node] = wrong[i];
        corrupt(&f.region, rule, (rule == ACRE_RULE_LEAF) ? 8u * (node - f.region.first_leaf) : node);
      }
    }
    f.region.index[node] = old;
    if (node >= f.region.first_leaf) {
      uint32_t leaf = node - f.region.first_leaf;
      assert_int_equal(old, (leaf == 0u) ? 2 : (leaf == 9u) ? 100 : 0);
    }
  }
  assert_true(f.region.first_leaf + leaves <= f.region.nodes);
  fixture_close(&f);
}

static void test_counters(void **state)
{
  (void)state;
  fixture f;
  open(&f);
  assert_int_equal(f.region.used, 74);
  number(&f, &f.region.used, 75u, ACRE_RULE_COUNTER, 0u);
  number(&f, &f.region.used, 73u, ACRE_RULE_COUNTER, 0u);
  number(&f, &f.region.blocks, 2u, ACRE_RULE_COUNTER, 0u);
  number(&f, &f.region.blocks, UINT32_MAX, ACRE_RULE_COUNTER, 0u);
  number(&f, &f.region.runs, 3u, ACRE_RULE_COUNTER, 0u);
  number(&f, &f.region.runs, 1u, ACRE_RULE_COUNTER, 0u);
  number(&f, &f.region.peak, 73u, ACRE_RULE_COUNTER, 0u);
  number(&f, &f.region.peak, 701u, ACRE_RULE_COUNTER, 0u);
  number(&f, &f.region.peak, UINT32_MAX, ACRE_RULE_COUNTER, 0u);
  /* Any peak from used to granules is possible. */
  uint32_t old = f.region.peak;
  f.region.peak = 74u;
  sound(&f.region);
  f.region.peak = 700u;
  sound(&f.region);
  f.region.peak = old;
  fixture_close(&f);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sound),          cmocka_unit_test(test_sentinel),  cmocka_unit_test(test_frontier),
      cmocka_unit_test(test_start_and_size), cmocka_unit_test(test_coalesced), cmocka_unit_test(test_end),
      cmocka_unit_test(test_interior),       cmocka_unit_test(test_index),     cmocka_unit_test(test_counters),
  };
  return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
