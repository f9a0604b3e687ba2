/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What check asks of one granule and of one node, whatever stands in the
 * metadata.  m is the frontier; nothing is read outside of the region.
 */
#ifndef ACRE_SRC_CHECK_H
#define ACRE_SRC_CHECK_H

#include "tag.h"

#ifdef __FRAMAC__
#include "check.acsl"
#include "steps.acsl"
#endif

/*@ requires code <= 255;
    assigns \nothing;
    ensures \result != 0 <==> 1 <= code <= 63 || 128 <= code;
 */
static inline bool check_is_start(uint32_t code)
{
  return ((code != 0u) && (code <= TAG_LARGE)) || (code >= TAG_HEAD);
}

/* The size of what starts at g; 0 if it is not canonical, or passes m. */
/*@ requires g < m <= 0xFFFFFF && \valid_read(tag + (0 .. m - 1));
    assigns \nothing;
    ensures most: \result <= m - g;
    ensures size: \result != 0 ==> \result == Size(tag, g);
    ensures exact: \result != 0 <==> SizeOk(tag, m, g);
 */
static inline uint32_t check_size(const uint8_t *tag, uint32_t m, uint32_t g)
{
  uint32_t code = tag[g];
  uint32_t size = code % 64u;
  if (code > (TAG_HEAD + TAG_LARGE)) {
    size = 0u;
  } else if (size == TAG_LARGE) {
    size = 0u;
    if ((m - g) >= TAG_LARGE) {
      uint32_t at = g + 1u;
      /*@ assert at: at == g + 1; */
      size = tag_digits(tag, at);
      /*@ assert value: size == Digits(tag, g + 1); */
      /*@ assert large: tag[g] % 64 == 63; */
      /*@ assert digits: size == Size(tag, g); */
      if (size < TAG_LARGE) {
        size = 0u;
      }
    }
  } else {
    /* the size stands in the tag itself */
  }
  /*@ assert none: size == 0 ==> !SizeOk(tag, m, g); */
  /*@ assert some: size != 0 ==> size == Size(tag, g) && tag[g] <= 191 && Fits(tag[g], size); */
  return (size <= (m - g)) ? size : 0u;
}

/* Does the last tag of the free run [c, e) tell its size? */
/*@ requires c < e <= 0xFFFFFF && \valid_read(tag + (0 .. e - 1));
    assigns \nothing;
    ensures \result != 0 <==> RunEnd(tag, c, e);
 */
static inline bool check_foot(const uint8_t *tag, uint32_t c, uint32_t e)
{
  uint32_t code = tag[e - 1u];
  uint32_t size = code % 64u;
  if (size == TAG_LARGE) {
    size = 0u;
    if ((e - c) >= TAG_LARGE) {
      uint32_t at = e - 5u;
      /*@ assert at: at == e - 5; */
      size = tag_digits(tag, at);
      /*@ assert digits: size == Digits(tag, e - 5); */
      /*@ assert last: tag[e - 1] % 64 == 63; */
      /*@ assert foot: size == Foot(tag, e); */
    }
  }
  /*@ assert none: code % 64 == 63 ==> e - c < 63 ==> size == 0 && !Fits(code, e - c); */
  /*@ assert small: code % 64 != 63 ==> size == Foot(tag, e); */
  /*@ assert large: code % 64 == 63 ==> e - c >= 63 ==> size == Foot(tag, e); */
  /*@ assert end: RunEnd(tag, c, e) <==> code >= 64 && Fits(code, e - c) && size == e - c; */
  return (code >= TAG_FOOT) && (size == (e - c));
}

/* What is wrong with the start at g, right of the chunk that starts at `start`
 * if g is not the first granule. */
/*@ requires g < m <= 0xFFFFFF && \valid_read(tag + (0 .. m - 1));
    assigns \nothing;
    ensures exact: \result == ACRE_RULE_NONE <==> HeadOk(tag, m, start, g);
    ensures start: \result == ACRE_RULE_START ==> !Start(tag, g);
    ensures size: \result == ACRE_RULE_SIZE ==> Start(tag, g) && !SizeOk(tag, m, g);
    ensures coalesced: \result == ACRE_RULE_COALESCED ==>
      Start(tag, g) && (!Inside(tag, m, g) || BothFree(tag, start, g));
    ensures end: \result == ACRE_RULE_END ==> Start(tag, g) && SizeOk(tag, m, g) && !EndOk(tag, g);
    ensures rules: \result \in {ACRE_RULE_NONE, ACRE_RULE_START, ACRE_RULE_SIZE, ACRE_RULE_COALESCED, ACRE_RULE_END};
 */
static inline acre_rule check_head(const uint8_t *tag, uint32_t m, uint32_t start, uint32_t g)
{
  acre_rule rule = ACRE_RULE_NONE;
  uint32_t code = tag[g];
  if (!check_is_start(code)) {
    rule = ACRE_RULE_START;
  } else {
    uint32_t size = check_size(tag, m, g);
    if (size == 0u) {
      rule = ACRE_RULE_SIZE;
    } else {
      uint32_t e = g + size;
      /*@ assert to: To(tag, g, e) && SizeOk(tag, m, g); */
      /*@ assert only: \forall integer x; To(tag, g, x) ==> x == e; */
      /*@ assert block: Live(tag, g) ==> (EndOk(tag, g) <==> BlockEnd(tag, e)); */
      /*@ assert run: Free(tag, g) ==> (EndOk(tag, g) <==> RunEnd(tag, g, e)); */
      /*@ assert inside: Inside(tag, m, g) <==> (Free(tag, g) ==> e < m); */
      if (code < TAG_FOOT) {
        /*@ assert live: Live(tag, g) && !Free(tag, g); */
        if (tag[e - 1u] >= TAG_FOOT) {
          rule = ACRE_RULE_END;
          /*@ assert bad_block: !EndOk(tag, g); */
        }
        /*@ assert right_block: rule == ACRE_RULE_NONE ==> HeadOk(tag, m, start, g); */
      } else if ((e == m) || ((start < g) && (tag[start] >= TAG_HEAD))) {
        rule = ACRE_RULE_COALESCED;
        /*@ assert twins: !Inside(tag, m, g) || BothFree(tag, start, g); */
      } else if (!check_foot(tag, g, e)) {
        rule = ACRE_RULE_END;
        /*@ assert bad_run: !EndOk(tag, g); */
      } else {
        /*@ assert right_run: HeadOk(tag, m, start, g); */
        /* a right free run */
      }
    }
  }
  return rule;
}

/* What is wrong with granule g, when the last chunk entered is [start, end). */
/*@ requires m <= 0xFFFFFF && \valid_read(tag + (0 .. m - 1)) && \valid_read(tag + g);
    assigns \nothing;
    ensures exact: \result == ACRE_RULE_NONE <==> GranuleOk(tag, m, start, end, g);
    ensures frontier: \result == ACRE_RULE_FRONTIER ==> m <= g && Start(tag, g);
    ensures interior: \result == ACRE_RULE_INTERIOR ==> g < m && g != end && Start(tag, g);
    ensures head: g < m && g == end ==> 
      (\result == ACRE_RULE_START ==> !Start(tag, g)) &&
      (\result == ACRE_RULE_SIZE ==> Start(tag, g) && !SizeOk(tag, m, g)) &&
      (\result == ACRE_RULE_COALESCED ==> Start(tag, g) && (!Inside(tag, m, g) || BothFree(tag, start, g))) &&
      (\result == ACRE_RULE_END ==> Start(tag, g) && SizeOk(tag, m, g) && !EndOk(tag, g));
    ensures rules: \result <= ACRE_RULE_INTERIOR && \result != ACRE_RULE_SENTINEL;
 */
static inline acre_rule check_granule(const uint8_t *tag, uint32_t m, uint32_t start, uint32_t end, uint32_t g)
{
  acre_rule rule = ACRE_RULE_NONE;
  if (g >= m) {
    if (check_is_start(tag[g])) {
      rule = ACRE_RULE_FRONTIER;
    }
  } else if (g != end) {
    if (check_is_start(tag[g])) {
      rule = ACRE_RULE_INTERIOR;
    }
  } else {
    rule = check_head(tag, m, start, g);
  }
  return rule;
}

/* Is `value` the largest free run that starts in the eight granules from x? */
/*@ requires m <= 0xFFFFFF && x <= 0x10000000 && \valid_read(tag + (0 .. m - 1));
    requires steps: acre_steps <= ACRE_STEPS(8);
    assigns acre_steps;
    ensures range: \result != 0 ==> 0 <= value <= 0xFFFFFF;
    ensures exact: Sized(tag, m) ==> (\result != 0 <==> Largest8(tag, m, x, value));
    ensures steps: acre_steps <= \old(acre_steps) + 8;
 */
static inline bool check_leaf(const uint8_t *tag, uint32_t m, uint32_t x, int32_t value)
{
  uint32_t best = 0u;
  /*@ loop invariant at: x <= g <= x + 8 && best <= 0xFFFFFF;
      loop invariant most: Sized(tag, m) ==>
        \forall integer j; x <= j < g ==> j < m ==> Free(tag, j) ==> Size(tag, j) <= best;
      loop invariant one: Sized(tag, m) ==> best == 0 ||
        \exists integer j; x <= j < g && j < m && Free(tag, j) && Size(tag, j) == best;
      loop invariant steps: acre_steps == \at(acre_steps, Pre) + (g - x);
      loop assigns g, best, acre_steps;
      loop variant x + 8 - g;
   */
  for (uint32_t g = x; (g < (x + 8u)) && (g < m); g++) {
    /*@ ghost acre_steps += 1; */
    if (tag[g] >= TAG_HEAD) {
      uint32_t size = check_size(tag, m, g);
      /*@ assert sized: Sized(tag, m) ==> size == Size(tag, g); */
      if (size > best) {
        best = size;
      }
    }
  }
  /*@ assert largest: Sized(tag, m) ==> Largest8(tag, m, x, best); */
  /*@ assert only: \forall integer v; Largest8(tag, m, x, v) ==> Largest8(tag, m, x, best) ==> v == best; */
  return value == (int32_t)best;
}

/* Is inner node p the largest of its children, or 0 without any? */
/*@ requires mem: \valid_read(index + (0 .. nodes - 1)) && p < nodes <= 0x1000000 && 9 <= nodes;
    requires width: 1 <= width <= 8;
    requires steps: acre_steps <= ACRE_STEPS(8);
    assigns acre_steps;
    ensures range: InRange(index, p + 1, nodes) ==> \result != 0 ==> 0 <= Nd(index, p) <= 0x1000000;
    ensures exact: InRange(index, p + 1, nodes) ==> (\result != 0 <==> InnerOk(index, width, nodes, p));
    ensures steps: acre_steps <= \old(acre_steps) + 8;
 */
static inline bool check_inner(const int32_t *index, uint32_t width, uint32_t nodes, uint32_t p)
{
  uint32_t last = 8u * p + width;
  uint32_t first = (p == 0u) ? 1u : (last - 7u);
  int32_t best = 0;
  /*@ assert first: first <= last && \forall integer c; Child(width, p, c) <==> first <= c <= last; */
  /*@ loop invariant at: first <= c <= last + 1 && 0 <= best;
      loop invariant most: \forall integer i; first <= i < c ==> i < nodes ==> Nd(index, i) <= best;
      loop invariant one: best == 0 || \exists integer i; first <= i < c && i < nodes && Nd(index, i) == best;
      loop invariant steps: acre_steps == \at(acre_steps, Pre) + (c - first);
      loop assigns c, best, acre_steps;
      loop variant last + 1 - c;
   */
  for (uint32_t c = first; (c <= last) && (c < nodes); c++) {
    /*@ ghost acre_steps += 1; */
    if (index[c] > best) {
      best = index[c];
    }
  }
  /*@ assert above: NoChildAbove(index, width, nodes, p, best); */
  /*@ assert child: 8 * p + width - 7 < nodes ==> first < nodes && Child(width, p, first); */
  /*@ assert zero: InRange(index, p + 1, nodes) ==> first < nodes ==> best == 0 ==> Nd(index, first) == 0; */
  /*@ assert some: best != 0 ==> IndexHas(index, width, nodes, p, best); */
  /*@ assert met: InRange(index, p + 1, nodes) ==>
        (8 * p + width - 7 < nodes ? IndexHas(index, width, nodes, p, best) : best == 0); */
  return index[p] == best;
}

#endif
