/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Check: is the invariant true of these metadata, whatever stands in them?
 *
 * One position runs over the granules and the sentinel behind them, then down
 * over the nodes of the index.  Trusted is only the shape of the region; no
 * frontier, tag, node, counter or cursor leads to a read outside of it.
 */
#include "tag.h"

/* The last index of the tags. */
static uint32_t check_last(const acre_region *region)
{
  return (region->granules + 7u) / 8u * 8u;
}

static bool check_is_start(uint32_t code)
{
  return ((code != 0u) && (code <= TAG_LARGE)) || (code >= TAG_HEAD);
}

/* The size of what starts at g; 0 if it is not canonical, or passes m. */
static uint32_t check_size(const uint8_t *tag, uint32_t m, uint32_t g)
{
  uint32_t code = tag[g];
  uint32_t size = code % 64u;
  if (code > (TAG_HEAD + TAG_LARGE)) {
    size = 0u;
  } else if (size == TAG_LARGE) {
    size = 0u;
    if ((m - g) >= TAG_LARGE) {
      size = tag_digits(tag, g + 1u);
      if (size < TAG_LARGE) {
        size = 0u;
      }
    }
  } else {
    /* the size stands in the tag itself */
  }
  return (size <= (m - g)) ? size : 0u;
}

/* Does the last tag of the free run [c, e) tell its size? */
static bool check_foot(const uint8_t *tag, uint32_t c, uint32_t e)
{
  uint32_t code = tag[e - 1u];
  uint32_t size = code % 64u;
  if ((size == TAG_LARGE) && ((e - c) >= TAG_LARGE)) {
    size = tag_digits(tag, e - 5u);
  } else if (size == TAG_LARGE) {
    size = 0u;
  } else {
    /* the size stands in the tag itself */
  }
  return (code >= TAG_FOOT) && (size == (e - c));
}

/* What is wrong with the start at g < m, right of the chunk that starts at
 * `start` if g is not the first granule. */
static acre_rule check_head(const uint8_t *tag, uint32_t m, uint32_t start, uint32_t g)
{
  acre_rule rule = ACRE_RULE_NONE;
  uint32_t code = tag[g];
  if (!check_is_start(code)) {
    rule = ACRE_RULE_START;
  } else {
    uint32_t size = check_size(tag, m, g);
    if (size == 0u) {
      rule = ACRE_RULE_SIZE;
    } else if (code < TAG_FOOT) {
      if (tag[g + (size - 1u)] >= TAG_FOOT) {
        rule = ACRE_RULE_END;
      }
    } else if ((size == (m - g)) || ((start < g) && (tag[start] >= TAG_HEAD))) {
      rule = ACRE_RULE_COALESCED;
    } else if (!check_foot(tag, g, g + size)) {
      rule = ACRE_RULE_END;
    } else {
      /* a right free run */
    }
  }
  return rule;
}

/* The cursor stands at the start of a right chunk: count it. */
static void check_enter(const uint8_t *tag, acre_check_cursor *cursor)
{
  uint32_t g = cursor->at;
  uint32_t size = tag_size(tag, g);
  cursor->start = g;
  cursor->end = g + size;
  if (tag[g] < TAG_FOOT) {
    cursor->used += size;
    cursor->blocks += 1u;
  } else {
    cursor->runs += 1u;
  }
}

/* The granule at the cursor. */
static acre_rule check_granule(const acre_region *region, acre_check_cursor *cursor)
{
  const uint8_t *tag = region->tag;
  uint32_t g = cursor->at;
  acre_rule rule = ACRE_RULE_NONE;
  if (g >= region->frontier) {
    if (check_is_start(tag[g])) {
      rule = ACRE_RULE_FRONTIER;
    }
  } else if (g != cursor->end) {
    if (check_is_start(tag[g])) {
      rule = ACRE_RULE_INTERIOR;
    }
  } else {
    rule = check_head(tag, region->frontier, cursor->start, g);
    if (rule == ACRE_RULE_NONE) {
      check_enter(tag, cursor);
    }
  }
  return rule;
}

/* Is `value` the largest free run that starts in the eight granules from x? */
static bool check_leaf(const uint8_t *tag, uint32_t m, uint32_t x, int32_t value)
{
  uint32_t best = 0u;
  for (uint32_t g = x; (g < (x + 8u)) && (g < m); g++) {
    if (tag[g] >= TAG_HEAD) {
      uint32_t size = check_size(tag, m, g);
      if (size > best) {
        best = size;
      }
    }
  }
  return value == (int32_t)best;
}

/* Is inner node p the largest of its children, or 0 without any? */
static bool check_inner(const int32_t *index, uint32_t width, uint32_t nodes, uint32_t p)
{
  uint32_t last = 8u * p + width;
  int32_t best = 0;
  for (uint32_t c = (p == 0u) ? 1u : (last - 7u); (c <= last) && (c < nodes); c++) {
    if (index[c] > best) {
      best = index[c];
    }
  }
  return index[p] == best;
}

static acre_rule check_node(const acre_region *region, uint32_t node)
{
  acre_rule rule = ACRE_RULE_NONE;
  if (node < region->first_leaf) {
    if (!check_inner(region->index, region->width, region->nodes, node)) {
      rule = ACRE_RULE_NODE;
    }
  } else if (!check_leaf(region->tag, region->frontier, 8u * (node - region->first_leaf), region->index[node])) {
    rule = ACRE_RULE_LEAF;
  } else {
    /* a right leaf */
  }
  return rule;
}

static bool check_counters(const acre_region *region, const acre_check_cursor *cursor)
{
  return (region->used == cursor->used) && (region->blocks == cursor->blocks) && (region->runs == cursor->runs) &&
         (region->used <= region->peak) && (region->peak <= region->granules);
}

/* At most `budget` steps; the frontier is right. */
static acre_rule check_walk(const acre_region *region, acre_check_cursor *cursor, uint32_t budget, uint32_t *where)
{
  uint32_t behind = check_last(region) + 1u;
  uint32_t total = behind + region->nodes;
  uint32_t left = budget;
  acre_rule rule = ACRE_RULE_NONE;
  while ((left > 0u) && (cursor->at < total) && (rule == ACRE_RULE_NONE)) {
    if (cursor->at < behind) {
      *where = cursor->at;
      rule = check_granule(region, cursor);
    } else {
      uint32_t node = total - 1u - cursor->at;
      rule = check_node(region, node);
      *where = (rule == ACRE_RULE_LEAF) ? (8u * (node - region->first_leaf)) : node;
    }
    if (rule == ACRE_RULE_NONE) {
      cursor->at += 1u;
    }
    left -= 1u;
  }
  return rule;
}

acre_status acre_region_check_step(const acre_region *region, acre_check_cursor *cursor, uint32_t budget,
                                   acre_finding *finding)
{
  uint32_t where = 0u;
  acre_rule rule = ACRE_RULE_NONE;
  acre_status status = ACRE_OK;
  if (region->tag[-1] != 0u) {
    rule = ACRE_RULE_SENTINEL;
  } else if (region->frontier > region->granules) {
    rule = ACRE_RULE_FRONTIER;
    where = region->frontier;
  } else {
    rule = check_walk(region, cursor, budget, &where);
    if (rule != ACRE_RULE_NONE) {
      /* found */
    } else if (cursor->at < (check_last(region) + 1u + region->nodes)) {
      status = ACRE_CHECK_MORE;
    } else if (!check_counters(region, cursor)) {
      rule = ACRE_RULE_COUNTER;
      where = 0u;
    } else {
      /* all of the invariant holds */
    }
  }
  if (rule != ACRE_RULE_NONE) {
    status = ACRE_CORRUPT;
  } else {
    where = 0u;
  }
  finding->rule = rule;
  finding->where = where;
  return status;
}

acre_status acre_region_check(const acre_region *region, acre_finding *finding)
{
  acre_check_cursor cursor = {0};
  return acre_region_check_step(region, &cursor, UINT32_MAX, finding);
}
