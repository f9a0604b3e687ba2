/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "naive_invariant.h"

#define BROKEN(rule) (1u << (unsigned)(rule))

/* Does this tag say that a live block or a free run starts here? */
static bool is_start(uint32_t tag)
{
  return (tag >= 1u && tag <= 63u) || tag >= 128u;
}

static uint32_t digits(const acre_region *region, uint32_t at)
{
  uint32_t value = 0u;
  for (uint32_t i = 4u; i > 0u; i--) {
    value = value * 64u + region->tag[at + i - 1u] % 64u;
  }
  return value;
}

/* Is the size of the chunk as its last tag says?  (A chunk of one granule has
 * one tag, whose low six bits are 1 in either role.) */
static bool end_is_right(const acre_region *region, uint32_t start, uint32_t size, bool live)
{
  uint32_t last = region->tag[start + size - 1u];
  if (live) {
    return last < 64u;
  }
  if (last < 64u) {
    return false;
  }
  if (last % 64u == 63u) {
    return size >= 63u && digits(region, start + size - 5u) == size;
  }
  return last % 64u == size;
}

/* The largest free run that starts in the eight granules of this leaf, by the
 * heads up to the frontier, whose sizes are known to be right. */
static int32_t leaf_value(const acre_region *region, uint32_t leaf)
{
  uint32_t largest = 0u;
  for (uint32_t g = 8u * leaf; g < 8u * leaf + 8u && g < region->frontier; g++) {
    uint32_t tag = region->tag[g];
    if (tag >= 128u) {
      uint32_t size = (tag % 64u == 63u) ? digits(region, g + 1u) : tag % 64u;
      if (size > largest) {
        largest = size;
      }
    }
  }
  return (int32_t)largest;
}

/* What an inner node ought to be. */
static int32_t node_value(const acre_region *region, uint32_t node)
{
  uint32_t first = (node == 0u) ? 1u : 8u * node + region->width - 7u;
  uint32_t children = (node == 0u) ? region->width : 8u;
  if (first >= region->nodes) {
    return 0; /* no children */
  }
  int32_t max = region->index[first];
  for (uint32_t c = first; c < first + children; c++) {
    if (region->index[c] > max) {
      max = region->index[c];
    }
  }
  return max;
}

uint32_t naive_invariant(const acre_region *region)
{
  const uint8_t *tag = region->tag;
  uint32_t frontier = region->frontier;
  uint32_t padded = (region->granules + 7u) / 8u * 8u;
  uint32_t broken = 0u;

  for (uint32_t node = 0u; node < region->first_leaf; node++) {
    if (region->index[node] != node_value(region, node)) {
      broken |= BROKEN(ACRE_RULE_NODE);
    }
  }
  if (tag[-1] != 0u) {
    broken |= BROKEN(ACRE_RULE_SENTINEL);
  }
  if (region->used > region->peak || region->peak > region->granules) {
    broken |= BROKEN(ACRE_RULE_COUNTER);
  }
  if (frontier > region->granules) {
    return broken | BROKEN(ACRE_RULE_FRONTIER);
  }
  for (uint32_t g = frontier; g <= padded; g++) {
    if (is_start(tag[g])) {
      broken |= BROKEN(ACRE_RULE_FRONTIER);
    }
  }

  uint32_t used = 0u;
  uint32_t blocks = 0u;
  uint32_t runs = 0u;
  bool last_free = false;
  uint32_t at = 0u;
  while (at < frontier) {
    uint32_t code = tag[at];
    bool live = code < 64u;
    uint32_t size = code % 64u;
    if (!is_start(code)) {
      return broken | BROKEN(ACRE_RULE_START);
    }
    if (code == 128u || code >= 192u) {
      /* No start at all, or one of an impossible size: both may be said. */
      return broken | BROKEN(ACRE_RULE_START) | BROKEN(ACRE_RULE_SIZE);
    }
    if (size == 63u) {
      /* A size of 63 or more must fit before its digits can be relied upon. */
      if (frontier - at < 63u) {
        return broken | BROKEN(ACRE_RULE_SIZE);
      }
      size = digits(region, at + 1u);
      if (size < 63u) {
        return broken | BROKEN(ACRE_RULE_SIZE);
      }
    }
    if (size > frontier - at) {
      return broken | BROKEN(ACRE_RULE_SIZE);
    }
    for (uint32_t g = at + 1u; g < at + size; g++) {
      if (is_start(tag[g])) {
        broken |= BROKEN(ACRE_RULE_INTERIOR);
      }
    }
    if (!end_is_right(region, at, size, live)) {
      broken |= BROKEN(ACRE_RULE_END);
    }
    if (!live && last_free) {
      broken |= BROKEN(ACRE_RULE_COALESCED);
    }
    if (live) {
      used += size;
      blocks++;
    } else {
      runs++;
    }
    last_free = !live;
    at += size;
  }
  if (last_free) {
    broken |= BROKEN(ACRE_RULE_COALESCED);
  }
  if (region->used != used || region->blocks != blocks || region->runs != runs) {
    broken |= BROKEN(ACRE_RULE_COUNTER);
  }
  if ((broken & BROKEN(ACRE_RULE_INTERIOR)) != 0u) {
    /* Heads inside a chunk make the leaves meaningless. */
    return broken;
  }
  for (uint32_t node = region->first_leaf; node < region->nodes; node++) {
    uint32_t leaf = node - region->first_leaf;
    int32_t value = (leaf < padded / 8u) ? leaf_value(region, leaf) : 0;
    if (region->index[node] != value) {
      broken |= BROKEN(ACRE_RULE_LEAF);
    }
  }
  return broken;
}
