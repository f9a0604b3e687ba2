/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Check: is the invariant true of these metadata, whatever stands in them?
 *
 * One position runs over the granules and the sentinel behind them, then down
 * over the nodes of the index.  Trusted is only the shape of the region; no
 * frontier, tag, node, counter or cursor leads to a read outside of it.
 */
#include "check.h"
#include "cursor.h"

#ifdef __FRAMAC__
#include "verdict.acsl"
#endif

/* The last index of the tags. */
/*@ requires region: \valid_read(region) && region->granules <= 0xFFFFFF;
    assigns \nothing;
    ensures last: \result == LastTag(region->granules);
    ensures most: region->granules <= \result <= region->granules + 7;
 */
static uint32_t check_last(const acre_region *region)
{
  return (region->granules + 7u) / 8u * 8u;
}

/* A right chunk starts at g, where the cursor stands: count it. */
/*@ requires mem: g < m <= 0xFFFFFF && \valid_read(tag + (0 .. m - 1)) && \valid(cursor);
    requires chunk: Start(tag, g) && SizeOk(tag, m, g);
    requires apart: \valid_read(region) && \separated(region, cursor);
    assigns cursor->start, cursor->end, cursor->used, cursor->blocks, cursor->runs;
    ensures start: cursor->start == g;
    ensures end: To(tag, g, cursor->end);
    ensures seen: Seen(tag, m, g, \old(cursor->start), g) ==> GranuleOk(tag, m, \old(cursor->start), g, g) ==>
      Seen(tag, m, g + 1, cursor->start, cursor->end);
    ensures count: CountedTo(tag, m, g, g, \old(cursor->used), \old(cursor->blocks), \old(cursor->runs)) ==>
      CountedTo(tag, m, g + 1, cursor->end, cursor->used, cursor->blocks, cursor->runs);
    ensures same: SameFields{Pre,Post}(region);
 */
static void check_enter(const uint8_t *tag, acre_check_cursor *cursor, uint32_t g)
/*@ ghost (uint32_t m, const acre_region *region) */
{
  uint32_t size = tag_size(tag, g);
  /*@ assert to: To(tag, g, g + size) && size <= 0xFFFFFF; */
  /*@ assert live: tag[g] < 64 <==> Live(tag, g); */
  check_count(cursor, g, size, tag[g] < TAG_FOOT) /*@ ghost (region) */;
  /*@ assert end: To(tag, g, cursor->end); */
  /*@ assert block: Live(tag, g) ==> \at(CountedTo(tag, m, g, g, cursor->used, cursor->blocks, cursor->runs),Pre) ==>
        CountedTo(tag, m, g + 1, cursor->end, cursor->used, cursor->blocks, cursor->runs); */
  /*@ assert run: Free(tag, g) ==> \at(CountedTo(tag, m, g, g, cursor->used, cursor->blocks, cursor->runs),Pre) ==>
        CountedTo(tag, m, g + 1, cursor->end, cursor->used, cursor->blocks, cursor->runs); */
}

/* The granule at the cursor. */
/*@ requires mem: RegionMem(region) && \valid(cursor) && \separated(region, cursor);
    requires frontier: region->frontier <= region->granules;
    requires at: cursor->at <= LastTag(region->granules);
    assigns cursor->start, cursor->end, cursor->used, cursor->blocks, cursor->runs;
    ensures right: \result == ACRE_RULE_NONE ==> \old(TagsSeen(region, cursor, cursor->at)) ==>
      TagsSeen(region, cursor, cursor->at + 1);
    ensures broken: \result != ACRE_RULE_NONE ==> \old(TagsSeen(region, cursor, cursor->at)) ==>
      !TagsOk(region->tag, region->frontier, LastTag(region->granules));
    ensures rule: \result <= ACRE_RULE_INTERIOR;
    ensures same: SameFields{Pre,Post}(region);
 */
static acre_rule check_tags(const acre_region *region, acre_check_cursor *cursor)
{
  const uint8_t *tag = region->tag;
  uint32_t m = region->frontier;
  uint32_t g = cursor->at;
  acre_rule rule = check_granule(tag, m, cursor->start, cursor->end, g);
  /*@ assert none: rule == ACRE_RULE_NONE ==> (m <= g || g != cursor->end) ==> !Start(tag, g); */
  if ((rule == ACRE_RULE_NONE) && (g < m) && (g == cursor->end)) {
    check_enter(tag, cursor, g) /*@ ghost (m, region) */;
  }
  /*@ assert fields: SameFields{Pre,Here}(region); */
  /*@ assert seen: rule == ACRE_RULE_NONE ==> \at(Seen(region->tag, region->frontier, cursor->at, cursor->start, cursor->end),Pre) ==>
        Seen(tag, m, g + 1, cursor->start, cursor->end); */
  /*@ assert count: rule == ACRE_RULE_NONE ==>
        \at(CountedTo(region->tag, region->frontier, cursor->at, cursor->end, cursor->used, cursor->blocks, cursor->runs),Pre) ==>
        CountedTo(tag, m, g + 1, cursor->end, cursor->used, cursor->blocks, cursor->runs); */
  /*@ assert same: region->tag == tag && region->frontier == m && cursor->at == g; */
  return rule;
}

/* A node, when those above it are right. */
/*@ requires mem: RegionMem(region) && node < region->nodes;
    requires frontier: region->frontier <= region->granules;
    requires steps: acre_steps <= ACRE_STEPS(6);
    assigns acre_steps;
    ensures right: Sized(region->tag, region->frontier) ==> NodesSeen(region, node + 1) ==>
      \result == ACRE_RULE_NONE ==> NodesSeen(region, node);
    ensures broken: Sized(region->tag, region->frontier) ==> NodesSeen(region, node + 1) ==>
      \result != ACRE_RULE_NONE ==> !IndexRight(region);
    ensures rule: \result == ACRE_RULE_NONE || \result == ACRE_RULE_NODE || \result == ACRE_RULE_LEAF;
    ensures steps: acre_steps <= \old(acre_steps) + 8;
 */
static acre_rule check_node(const acre_region *region, uint32_t node)
{
  acre_rule rule = ACRE_RULE_NONE;
  uint32_t leaf = region->first_leaf;
  /*@ assert few: 1 <= region->width <= 8 && 9 <= region->nodes <= 0x280000 && Shaped(region); */
  if (node < leaf) {
    if (!check_inner(region->index, region->width, region->nodes, node)) {
      rule = ACRE_RULE_NODE;
    }
  } else if (!check_leaf(region->tag, region->frontier, 8u * (node - leaf), region->index[node])) {
    rule = ACRE_RULE_LEAF;
  } else {
    /* a right leaf */
  }
  /*@ assert exact: Sized(region->tag, region->frontier) ==> NodesSeen(region, node + 1) ==>
        (rule == ACRE_RULE_NONE <==>
         NodeOk(region->tag, region->frontier, region->index, region->width, region->first_leaf, region->nodes, node)); */
  return rule;
}

/*@ requires mem: \valid_read(region) && \valid_read(cursor);
    requires small: region->frontier <= region->granules;
    assigns \nothing;
    ensures exact: TagsSeen(region, cursor, Behind(region)) ==>
      region->frontier <= LastTag(region->granules) ==> (\result != 0 <==> CountersOk(region));
 */
static bool check_counters(const acre_region *region, const acre_check_cursor *cursor)
{
  return (region->used == cursor->used) && (region->blocks == cursor->blocks) && (region->runs == cursor->runs) &&
         (region->used <= region->peak) && (region->peak <= region->granules);
}

/* The granule or node at the cursor. */
/*@ requires mem: RegionMem(region) && \valid(cursor) && \separated(region, cursor);
    requires frontier: region->frontier <= region->granules && region->tag[-1] == 0;
    requires at: cursor->at < Total(region);
    requires steps: acre_steps <= ACRE_STEPS(5);
    assigns cursor->start, cursor->end, cursor->used, cursor->blocks, cursor->runs, acre_steps;
    ensures right: \result == ACRE_RULE_NONE ==> \old(Checked(region, cursor)) ==>
      CheckedTo(region, cursor, cursor->at + 1);
    ensures broken: \result != ACRE_RULE_NONE ==> \old(Checked(region, cursor)) ==> !RegionOk(region);
    ensures steps: acre_steps <= \old(acre_steps) + 8;
 */
static acre_rule check_one(const acre_region *region, acre_check_cursor *cursor)
{
  acre_rule rule;
  uint32_t at = cursor->at;
  uint32_t behind = check_last(region) + 1u;
  /*@ assert few: 9 <= region->nodes <= 0x280000 && Shaped(region); */
  /*@ assert to: Checked(region, cursor) ==> CheckedTo(region, cursor, at); */
  if (at < behind) {
    /*@ assert before: Checked(region, cursor) ==> TagsSeen(region, cursor, at); */
    rule = check_tags(region, cursor);
    /*@ assert at: cursor->at == at; */
    /*@ assert shape: Shaped(region); */
    /*@ assert where: at + 1 < Behind(region) || at + 1 == Behind(region); */
    /*@ assert seen: rule == ACRE_RULE_NONE ==> Checked{Pre}(region, cursor) ==> TagsSeen(region, cursor, at + 1); */
    /*@ assert start: NodesLeft(region, Behind(region)); */
    /*@ assert total: Behind(region) <= Total(region); */
    /*@ assert right1: rule == ACRE_RULE_NONE ==> Checked{Pre}(region, cursor) ==> at + 1 < Behind(region) ==>
          CheckedTo(region, cursor, at + 1); */
    /*@ assert right2: TagsSeen(region, cursor, Behind(region)) ==> CheckedTo(region, cursor, Behind(region)); */
    /*@ assert seen2: rule == ACRE_RULE_NONE ==> Checked{Pre}(region, cursor) ==> at + 1 == Behind(region) ==>
          TagsSeen(region, cursor, Behind(region)); */
    /*@ assert right3: rule == ACRE_RULE_NONE ==> Checked{Pre}(region, cursor) ==> at + 1 == Behind(region) ==>
          CheckedTo(region, cursor, at + 1); */
    /*@ assert right: rule == ACRE_RULE_NONE ==> Checked{Pre}(region, cursor) ==> CheckedTo(region, cursor, at + 1); */
    /*@ assert broken: rule != ACRE_RULE_NONE ==> Checked{Pre}(region, cursor) ==> !TagsRight(region); */
  } else {
    uint32_t node = (behind + region->nodes - 1u) - at;
    /*@ assert node: node + 1 + at == Total(region); */
    /*@ assert before: Checked(region, cursor) ==> TagsSeen(region, cursor, Behind(region)) &&
          NodesLeft(region, at); */
    /*@ assert from: node + 1 == NodeFrom(Total(region), at) && node == NodeFrom(Total(region), at + 1); */
    /*@ assert left0: Checked(region, cursor) ==> NodesSeen(region, NodeFrom(Total(region), at)); */
    /*@ assert above: Checked(region, cursor) ==> NodesSeen(region, node + 1); */
    /*@ assert sized: Checked(region, cursor) ==> Sized(region->tag, region->frontier); */
    rule = check_node(region, node);
    /*@ assert seen: rule == ACRE_RULE_NONE ==> Checked(region, cursor) ==> NodesSeen(region, node); */
    /*@ assert left: rule == ACRE_RULE_NONE ==> Checked(region, cursor) ==> NodesLeft(region, at + 1); */
    /*@ assert right: rule == ACRE_RULE_NONE ==> Checked(region, cursor) ==> CheckedTo(region, cursor, at + 1); */
    /*@ assert broken: rule != ACRE_RULE_NONE ==> Checked(region, cursor) ==> !IndexRight(region); */
  }
  return rule;
}

/* At most `budget` steps. */
/*@ requires mem: RegionMem(region) && \valid(cursor) && \separated(region, cursor);
    requires frontier: region->frontier <= region->granules && region->tag[-1] == 0;
    requires steps: acre_steps <= ACRE_STEPS(4);
    assigns *cursor, acre_steps;
    ensures right: \result == ACRE_RULE_NONE ==> \old(Checked(region, cursor)) ==> Checked(region, cursor);
    ensures broken: \result != ACRE_RULE_NONE ==> \old(Checked(region, cursor)) ==> !RegionOk(region);
    ensures far: \result == ACRE_RULE_NONE ==> cursor->at < Total(region) ==>
      cursor->at == \old(cursor->at) + budget;
    ensures steps: acre_steps <= \old(acre_steps) + 9 * budget;
    ensures most: acre_steps <= \old(acre_steps) + 9 * (Total(region));
 */
static acre_rule check_walk(const acre_region *region, acre_check_cursor *cursor, uint32_t budget)
{
  uint32_t total = check_last(region) + 1u + region->nodes;
  uint32_t left = budget;
  acre_rule rule = ACRE_RULE_NONE;
  /*@ ghost uint32_t begin = cursor->at; */
  /*@ assert total: total == Total(region) && total <= 0x1280008; */
  /*@ loop invariant at: begin <= cursor->at && (cursor->at <= total || cursor->at == begin);
      loop invariant budget: left <= budget &&
        cursor->at - begin + (rule == ACRE_RULE_NONE ? 0 : 1) == budget - left;
      loop invariant found: rule == ACRE_RULE_NONE || cursor->at < total;
      loop invariant right: rule == ACRE_RULE_NONE ==> Checked{Pre}(region, cursor) ==> Checked(region, cursor);
      loop invariant broken: rule != ACRE_RULE_NONE ==> Checked{Pre}(region, cursor) ==> !RegionOk(region);
      loop invariant few: budget - left <= total;
      loop invariant steps: acre_steps <= \at(acre_steps, Pre) + 9 * (budget - left);
      loop assigns *cursor, left, rule, acre_steps;
      loop variant left;
   */
  while ((left > 0u) && (cursor->at < total) && (rule == ACRE_RULE_NONE)) {
    /*@ ghost uint32_t at = cursor->at; */
    /*@ ghost acre_steps += 1; */
    rule = check_one(region, cursor);
    if (rule == ACRE_RULE_NONE) {
      check_next(cursor) /*@ ghost (region) */;
    }
    /*@ assert moved: cursor->at == at + (rule == ACRE_RULE_NONE ? 1 : 0); */
    /*@ assert steps: acre_steps <= \at(acre_steps, LoopCurrent) + 9; */
    left -= 1u;
  }
  return rule;
}

/* The first broken rule; none if there is none, or the budget is spent. */
/*@ requires mem: RegionMem(region) && \valid(cursor) && \separated(region, cursor);
    requires steps: acre_steps <= ACRE_STEPS(4);
    assigns *cursor, acre_steps;
    ensures ok: \result == ACRE_RULE_NONE ==> Total(region) <= cursor->at ==>
      \old(Checked(region, cursor)) ==> RegionOk(region);
    ensures broken: \result != ACRE_RULE_NONE ==> \old(Checked(region, cursor)) ==> !RegionOk(region);
    ensures more: \result == ACRE_RULE_NONE ==> \old(Checked(region, cursor)) ==> Checked(region, cursor);
    ensures far: \result == ACRE_RULE_NONE ==> cursor->at < Total(region) ==>
      cursor->at == \old(cursor->at) + budget;
    ensures steps: acre_steps <= \old(acre_steps) + 9 * budget;
    ensures most: acre_steps <= \old(acre_steps) + 9 * (Total(region));
 */
static acre_rule check_rules(const acre_region *region, acre_check_cursor *cursor, uint32_t budget)
{
  acre_rule rule = ACRE_RULE_NONE;
  if (region->tag[-1] != 0u) {
    rule = ACRE_RULE_SENTINEL;
    /*@ assert sentinel: !RegionOk(region); */
  } else if (region->frontier > region->granules) {
    rule = ACRE_RULE_FRONTIER;
    /*@ assert frontier: !RegionOk(region); */
  } else {
    rule = check_walk(region, cursor, budget);
    /*@ assert shape: Shaped(region); */
    if ((rule == ACRE_RULE_NONE) && (cursor->at >= (check_last(region) + 1u + region->nodes)) &&
        !check_counters(region, cursor)) {
      rule = ACRE_RULE_COUNTER;
      /*@ assert counter: Checked(region, cursor) ==> !CountersOk(region); */
    }
  }
  return rule;
}

/* The granule or node where `rule` was found, with the cursor there. */
/*@ requires region: RegionMem(region);
    assigns \nothing;
 */
static uint32_t check_where(const acre_region *region, uint32_t at, acre_rule rule)
{
  uint32_t behind = check_last(region) + 1u;
  uint32_t where = 0u;
  if ((rule == ACRE_RULE_NODE) || (rule == ACRE_RULE_LEAF)) {
    where = region->nodes - 1u - (at - behind);
    if (rule == ACRE_RULE_LEAF) {
      where = 8u * (where - region->first_leaf);
    }
  } else if (region->frontier > region->granules) {
    where = (rule == ACRE_RULE_FRONTIER) ? region->frontier : 0u;
  } else if ((rule >= ACRE_RULE_FRONTIER) && (rule <= ACRE_RULE_INTERIOR)) {
    where = at;
  } else {
    /* no place */
  }
  return where;
}

/*@ requires mem: RegionMem(region) && \valid(cursor) && \valid(finding);
    requires apart: \separated(region, cursor, finding);
    requires steps: acre_steps <= ACRE_STEPS(4);
    assigns *cursor, *finding, acre_steps;
    ensures T11_status: \result \in {ACRE_OK, ACRE_CHECK_MORE, ACRE_CORRUPT};
    ensures T11_rule: \result == ACRE_CORRUPT <==> finding->rule != ACRE_RULE_NONE;
    ensures T11_ok: \result == ACRE_OK ==> \old(Checked(region, cursor)) ==> RegionOk(region);
    ensures T11_corrupt: \result == ACRE_CORRUPT ==> \old(Checked(region, cursor)) ==> !RegionOk(region);
    ensures T11_more: \result == ACRE_CHECK_MORE ==> \old(Checked(region, cursor)) ==> Checked(region, cursor);
    ensures T11_progress: \result == ACRE_CHECK_MORE ==>
      cursor->at == \old(cursor->at) + budget < \old(Total(region));
    ensures T10_steps: acre_steps <= \old(acre_steps) + 9 * budget;
    ensures T10_most: acre_steps <= \old(acre_steps + 9 * Total(region));
 */
acre_status acre_region_check_step(const acre_region *region, acre_check_cursor *cursor, uint32_t budget,
                                   acre_finding *finding)
{
  acre_rule rule = check_rules(region, cursor, budget);
  acre_status status = ACRE_OK;
  if (rule != ACRE_RULE_NONE) {
    status = ACRE_CORRUPT;
  } else if (cursor->at < (check_last(region) + 1u + region->nodes)) {
    status = ACRE_CHECK_MORE;
  } else {
    /* all of the invariant holds */
  }
  check_tell(finding, rule, check_where(region, cursor->at, rule)) /*@ ghost (region, cursor) */;
  return status;
}

/*@ requires mem: RegionMem(region) && \valid(finding) && \separated(region, finding);
    requires steps: acre_steps <= ACRE_STEPS(4);
    assigns *finding, acre_steps;
    ensures T11_status: \result == ACRE_OK || \result == ACRE_CORRUPT;
    ensures T11_exact: \result == ACRE_OK <==> RegionOk(region);
    ensures T11_rule: \result == ACRE_CORRUPT <==> finding->rule != ACRE_RULE_NONE;
    ensures T10_steps: acre_steps <= \old(acre_steps + 9 * Total(region));
 */
acre_status acre_region_check(const acre_region *region, acre_finding *finding)
{
  /*@ assert total: Total(region) < UINT32_MAX; */
  /* Field by field: as a whole it would be cleared by a call of memset. */
  acre_check_cursor cursor;
  cursor.at = 0u;
  cursor.start = 0u;
  cursor.end = 0u;
  cursor.used = 0u;
  cursor.blocks = 0u;
  cursor.runs = 0u;
  /*@ assert checked: Checked(region, &cursor); */
  acre_status status = acre_region_check_step(region, &cursor, UINT32_MAX, finding);
  /*@ assert more: status != ACRE_CHECK_MORE; */
  /*@ assert ok: status == ACRE_OK ==> RegionOk(region); */
  /*@ assert corrupt: status == ACRE_CORRUPT ==> !RegionOk(region); */
  return status;
}
