/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What check writes: its cursor and its finding.  Neither changes what the
 * metadata say; in a file of its own, without lemmas, this is quickly proven.
 */
#ifndef ACRE_SRC_CURSOR_H
#define ACRE_SRC_CURSOR_H

#include <acre/region.h>

#ifdef __FRAMAC__
#include "seen.acsl"
#endif

/* Enters and counts the chunk [g, g + size). */
/*@ requires mem: \valid_read(region) && \valid(cursor) && \separated(region, cursor) && g + size <= UINT32_MAX;
    assigns cursor->start, cursor->end, cursor->used, cursor->blocks, cursor->runs;
    ensures place: cursor->start == g && cursor->end == g + size;
    ensures block: live ==> cursor->used == (uint32_t)(\old(cursor->used) + size) &&
      cursor->blocks == (uint32_t)(\old(cursor->blocks) + 1) && cursor->runs == \old(cursor->runs);
    ensures run: !live ==> cursor->used == \old(cursor->used) && cursor->blocks == \old(cursor->blocks) &&
      cursor->runs == (uint32_t)(\old(cursor->runs) + 1);
    ensures same: SameFields{Pre,Post}(region);
 */
static inline void check_count(acre_check_cursor *cursor, uint32_t g, uint32_t size, bool live)
/*@ ghost (const acre_region *region) */
{
  cursor->start = g;
  cursor->end = g + size;
  /*@ assert same: SameFields{Pre,Here}(region); */
  /*@ ghost Placed: ; */
  if (live) {
    cursor->used += size;
    cursor->blocks += 1u;
    /*@ assert same: SameFields{Placed,Here}(region); */
  } else {
    cursor->runs += 1u;
    /*@ assert same: SameFields{Placed,Here}(region); */
  }
}

/* The cursor goes on: nothing else changes. */
/*@ requires mem: \valid_read(region) && \valid(cursor) && \separated(region, cursor) && cursor->at < UINT32_MAX;
    assigns cursor->at;
    ensures at: cursor->at == \old(cursor->at) + 1;
    ensures right: \old(CheckedTo(region, cursor, cursor->at + 1)) ==> Checked(region, cursor);
    ensures same: RegionOk(region) <==> \old(RegionOk(region));
 */
static inline void check_next(acre_check_cursor *cursor) /*@ ghost (const acre_region *region) */
{
  uint32_t at = cursor->at + 1u;
  /*@ assert at: at == cursor->at + 1; */
  /*@ assert old: CheckedTo(region, cursor, cursor->at + 1) ==> CheckedTo(region, cursor, at); */
  cursor->at = at;
  /*@ assert same: SameFields{Pre,Here}(region); */
  /*@ assert same_behind: Behind(region) == Behind{Pre}(region); */
  /*@ assert same_total: Total(region) == Total{Pre}(region); */
  /*@ assert same_left: \forall integer x; NodesLeft{Pre}(region, x) <==> NodesLeft(region, x); */
  /*@ assert same_index: IndexRight(region) <==> IndexRight{Pre}(region); */
  /*@ assert same_tags: TagsRight(region) <==> TagsRight{Pre}(region); */
  /*@ assert same_seen: \forall integer x; TagsSeen{Pre}(region, cursor, x) <==> TagsSeen(region, cursor, x); */
  /*@ assert same_to: \forall integer x; CheckedTo{Pre}(region, cursor, x) ==> CheckedTo(region, cursor, x); */
  /*@ assert same_counters: CountersOk(region) <==> CountersOk{Pre}(region); */
  /*@ assert here: CheckedTo(region, cursor, at) ==> Checked(region, cursor); */
}

/* Tells what was found: nothing else changes. */
/*@ requires mem: \valid_read(region) && \valid(cursor) && \valid(finding) && \separated(region, cursor, finding);
    assigns *finding;
    ensures told: finding->rule == rule && finding->where == where;
    ensures same: SameFields{Pre,Post}(region) && SameCursor{Pre,Post}(cursor);
    ensures same_region: RegionOk(region) <==> \old(RegionOk(region));
    ensures same_checked: \old(Checked(region, cursor)) ==> Checked(region, cursor);
 */
static inline void check_tell(acre_finding *finding, acre_rule rule, uint32_t where)
/*@ ghost (const acre_region *region, acre_check_cursor *cursor) */
{
  finding->where = where;
  finding->rule = rule;
  /*@ assert same: SameFields{Pre,Here}(region); */
  /*@ assert same_cursor: SameCursor{Pre,Here}(cursor); */
  /*@ assert same_behind: Behind(region) == Behind{Pre}(region); */
  /*@ assert same_total: Total(region) == Total{Pre}(region); */
  /*@ assert same_left: \forall integer x; NodesLeft{Pre}(region, x) <==> NodesLeft(region, x); */
  /*@ assert same_index: IndexRight(region) <==> IndexRight{Pre}(region); */
  /*@ assert same_tags: TagsRight(region) <==> TagsRight{Pre}(region); */
  /*@ assert same_seen: \forall integer x; TagsSeen{Pre}(region, cursor, x) <==> TagsSeen(region, cursor, x); */
  /*@ assert same_to: \forall integer x; CheckedTo{Pre}(region, cursor, x) ==> CheckedTo(region, cursor, x); */
  /*@ assert same_counters: CountersOk(region) <==> CountersOk{Pre}(region); */
}

#endif
