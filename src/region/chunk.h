/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Changes of chunks (live blocks and free runs), each of which keeps the
 * invariant of the tags.  The contracts say what stood in [a, e) before and
 * what stands there now, as parts (see spec/tags.acsl); all else is kept.
 *
 * m is the frontier before the change, n the number of granules; only the
 * contracts need them.
 */
#ifndef ACRE_SRC_CHUNK_H
#define ACRE_SRC_CHUNK_H

#include "tag.h"
#ifdef __FRAMAC__
#include "count_def.acsl"
#ifdef ACRE_PROVE_CHUNK
/* The lemmas would slow the proofs of the callers, which do not need them. */
#include "count.acsl"
#endif
#endif

/* The free run [a, b), the live block [b, c) and the free run [c, e), each of
 * which may be empty. */
/*@ requires 0 <= a <= b <= c <= e <= 0xFFFFFF && a < e && (b == c ==> c == e);
    requires \valid(tag + (a .. e - 1));
    requires left: NoStart(tag, a + 1, b);
    requires block: NoStart(tag, b + 1, c);
    requires right: NoStart(tag, c + 1, e);
    assigns tag[a .. e - 1];
    ensures parts: Parts(tag, a, b, c, e, e);
    ensures kept: \forall integer j; j < a || e <= j ==> tag[j] == \old(tag[j]);
 */
static inline ACRE_HOT void chunk_put(uint8_t *tag, uint32_t a, uint32_t b, uint32_t c, uint32_t e)
{
  if (b != c) {
    tag_put_live(tag, b, c - b);
  }
  /*@ assert kept: \forall integer j; j < a || e <= j ==> tag[j] == \at(tag[j], Pre); */
  /*@ assert same_left: SameTags{Pre,Here}(tag, a, b); */
  /*@ assert same_right: SameTags{Pre,Here}(tag, c, e); */
  /*@ assert left: NoStart(tag, a + 1, b); */
  /*@ assert right: NoStart(tag, c + 1, e); */
  /*@ assert block: b < c ==> LiveBlock(tag, b, c); */
  /*@ ghost Live: ; */
  if (a != b) {
    tag_put_free(tag, a, b - a);
  }
  /*@ assert kept: \forall integer j; j < a || e <= j ==> tag[j] == \at(tag[j], Live); */
  /*@ assert kept: \forall integer j; j < a || e <= j ==> tag[j] == \at(tag[j], Pre); */
  /*@ assert same: SameTags{Live,Here}(tag, b, e); */
  /*@ assert same1: SameTags{Live,Here}(tag, b, c); */
  /*@ assert right: NoStart(tag, c + 1, e); */
  /*@ assert block: b < c ==> LiveBlock(tag, b, c); */
  /*@ assert left: a < b ==> FreeRun(tag, a, b); */
  /*@ ghost Left: ; */
  if (c != e) {
    tag_put_free(tag, c, e - c);
  }
  /*@ assert kept: \forall integer j; j < a || e <= j ==> tag[j] == \at(tag[j], Left); */
  /*@ assert kept: \forall integer j; j < a || e <= j ==> tag[j] == \at(tag[j], Pre); */
  /*@ assert same2: SameTags{Left,Here}(tag, b, c); */
  /*@ assert same3: SameTags{Left,Here}(tag, a, b); */
  /*@ assert right: c < e ==> FreeRun(tag, c, e); */
  /*@ assert block: b < c ==> LiveBlock(tag, b, c); */
  /*@ assert left: a < b ==> FreeRun(tag, a, b); */
}

/* Where the free run ends that begins at r, where a live block ends; r if
 * there is none. */
/*@ requires mem: 0 < m <= LastTag(n) <= 0x1000000 && m <= 0xFFFFFF && \valid_read(tag + (-1 .. LastTag(n)));
    requires ok: TagsOk(tag, m, LastTag(n));
    requires block: 0 <= i < r <= m && Live(tag, i) && To(tag, i, r);
    assigns \nothing;
    ensures range: r <= \result <= m;
    ensures none: \result == r ==> !Free(tag, r);
    ensures run: r < \result ==> Free(tag, r) && To(tag, r, \result) && \result < m;
    ensures end: !Free(tag, \result);
    ensures next: \result < m ==> Live(tag, \result);
    ensures between: \forall integer j; r <= j < \result ==> !Live(tag, j);
    ensures before: \forall integer j; 0 <= j < r ==> Live(tag, j) ==> j != i ==> j + Size(tag, j) <= i;
 */
static inline uint32_t chunk_right(const uint8_t *tag, uint32_t r) /*@ ghost (uint32_t i, uint32_t m, uint32_t n) */
{
  /*@ assert run: Free(tag, r) ==> r < m && To(tag, r, r + Size(tag, r)) && r + Size(tag, r) < m; */
  /*@ assert large: Free(tag, r) ==> tag[r] % 64 == 63 ==> 63 <= Size(tag, r); */
  /*@ assert start: \forall integer c, e; 0 <= c < m ==> To(tag, c, e) ==> e < m ==> Hit(tag, e) && Start(tag, e); */
  /*@ assert separate: Separate(tag, m) && Blank(tag, m, LastTag(n)); */
  return tag_right(tag, r);
}

/* Where the free run begins that ends at i, where a live block begins; i if
 * there is none. */
/*@ requires mem: 0 < m <= LastTag(n) <= 0x1000000 && m <= 0xFFFFFF && \valid_read(tag + (-1 .. LastTag(n)));
    requires ok: TagsOk(tag, m, LastTag(n));
    requires block: 0 <= i < m && Live(tag, i);
    assigns \nothing;
    ensures range: 0 <= \result <= i;
    ensures run: \result < i ==> Free(tag, \result) && To(tag, \result, i);
    ensures alone: \forall integer c; 0 <= c < m ==> To(tag, c, \result) ==> !Free(tag, c);
 */
static inline uint32_t chunk_left(const uint8_t *tag, uint32_t i) /*@ ghost (uint32_t m, uint32_t n) */
{
  /*@ assert start: i == 0 ==> tag[i - 1] == 0; */
  /*@ assert positive: 64 <= tag[i - 1] ==> 0 < i; */
  /*@ assert hit: 0 < i ==> Hit(tag, i - 1); */
  /*@ assert left: 0 < i ==> \exists integer c; To(tag, c, i); */
  /*@ assert run: \forall integer c; To(tag, c, i) ==> 64 <= tag[i - 1] ==> Free(tag, c) && Foot(tag, i) == i - c &&
        Fits(tag[i - 1], i - c); */
  /*@ assert none: \forall integer c; To(tag, c, i) ==> tag[i - 1] < 64 ==> !Free(tag, c); */
  /*@ assert apart: \forall integer c, d; 0 <= c < m ==> To(tag, c, d) ==> To(tag, d, i) ==> Free(tag, d) ==> !Free(tag, c); */
  uint32_t a = tag_left(tag, i);
  /*@ assert foot: 64 <= tag[i - 1] ==> FootAt(tag, a, i); */
  /*@ assert there: 64 <= tag[i - 1] ==> To(tag, a, i); */
  /*@ assert there: 64 <= tag[i - 1] ==> Free(tag, a); */
  /*@ assert alone: 64 <= tag[i - 1] ==> \forall integer c; 0 <= c < m ==> To(tag, c, a) ==> !Free(tag, c); */
  /*@ assert beside: tag[i - 1] < 64 ==> \forall integer c; 0 <= c < m ==> To(tag, c, i) ==> !Free(tag, c); */
  return a;
}

/* Whether live blocks stand on both sides of the live block [i, r): then
 * nothing merges with it. */
/*@ requires mem: 0 < m <= LastTag(n) <= 0x1000000 && m <= 0xFFFFFF && \valid_read(tag + (-1 .. LastTag(n)));
    requires ok: TagsOk(tag, m, LastTag(n));
    requires block: 0 <= i < r <= m && Live(tag, i) && To(tag, i, r);
    assigns \nothing;
    ensures alone: \result ==> r < m && Alone(tag, m, i, r);
 */
static inline bool chunk_between(const uint8_t *tag, uint32_t i, uint32_t r) /*@ ghost (uint32_t m, uint32_t n) */
{
  uint32_t left = (tag + i)[-1];
  uint32_t right = tag[r];
  /*@ assert none: \forall integer c; To(tag, c, i) ==> tag[i - 1] < 64 ==> !Free(tag, c); */
  uint32_t code = right - 1u;
  bool between = false;
  /*@ assert none: right == 0 ==> code == 0xFFFFFFFF; */
  /*@ assert some: 0 < right ==> code == right - 1; */
  if ((left < TAG_FOOT) && (code < TAG_LARGE)) {
    /*@ assert live: Live(tag, r); */
    /*@ assert below: r < m; */
    /*@ assert left: \forall integer c; 0 <= c < m ==> To(tag, c, i) ==> !Free(tag, c); */
    between = true;
  }
  return between;
}

/* Where the free run ends that begins at r, where a live block ends; r if a
 * live block begins there; r + 63 if the run is larger, or at the frontier. */
/*@ requires mem: 0 < m <= LastTag(n) <= 0x1000000 && m <= 0xFFFFFF && \valid_read(tag + (-1 .. LastTag(n)));
    requires ok: TagsOk(tag, m, LastTag(n));
    requires block: 0 <= i < r <= m && Live(tag, i) && To(tag, i, r);
    assigns \nothing;
    ensures range: r <= \result <= r + 63;
    ensures inside: \result < r + 63 ==> \result < m;
    ensures run: r < \result < r + 63 ==> Free(tag, r) && To(tag, r, \result);
    ensures end: \result < r + 63 ==> !Free(tag, \result);
 */
static inline ACRE_HOT uint32_t chunk_right_small(const uint8_t *tag, uint32_t r)
/*@ ghost (uint32_t i, uint32_t m, uint32_t n) */
{
  uint32_t t = tag[r];
  uint32_t e = r;
  /*@ assert run: Free(tag, r) ==> r < m && To(tag, r, r + Size(tag, r)) && r + Size(tag, r) < m; */
  /*@ assert code: Free(tag, r) ==> tag[r] <= 191; */
  /*@ assert blank: Start(tag, r) ==> r < m; */
  /*@ assert separate: \forall integer x; To(tag, r, x) ==> Free(tag, r) ==> !Free(tag, x); */
  if (t >= TAG_HEAD) {
    e = r + (t - TAG_HEAD);
    /*@ assert small: e < r + 63 ==> Size(tag, r) == e - r; */
    /*@ assert there: e < r + 63 ==> To(tag, r, e); */
  } else if ((t == 0u) || (t > TAG_LARGE)) {
    e = r + TAG_LARGE;
  } else {
    /*@ assert live: Live(tag, r) && r < m; */
    /* a live block begins here */
  }
  return e;
}

/* Where the free run begins that ends at i, where a live block begins; i if
 * there is none; i - 63 if the run is larger. */
/*@ requires mem: 0 < m <= LastTag(n) <= 0x1000000 && m <= 0xFFFFFF && \valid_read(tag + (-1 .. LastTag(n)));
    requires ok: TagsOk(tag, m, LastTag(n));
    requires block: 0 <= i < m && Live(tag, i);
    assigns \nothing;
    ensures range: 0 <= \result <= i <= \result + 63;
    ensures run: i - 63 < \result < i ==> Free(tag, \result) && To(tag, \result, i);
    ensures alone: i - 63 < \result ==> \forall integer c; 0 <= c < m ==> To(tag, c, \result) ==> !Free(tag, c);
 */
static inline ACRE_HOT uint32_t chunk_left_small(const uint8_t *tag, uint32_t i) /*@ ghost (uint32_t m, uint32_t n) */
{
  uint32_t t = (tag + i)[-1];
  uint32_t a = i;
  /*@ assert start: i == 0 ==> tag[i - 1] == 0; */
  /*@ assert positive: 64 <= tag[i - 1] ==> 0 < i; */
  /*@ assert hit: 0 < i ==> Hit(tag, i - 1); */
  /*@ assert left: 0 < i ==> \exists integer c; To(tag, c, i); */
  /*@ assert run: \forall integer c; To(tag, c, i) ==> 64 <= tag[i - 1] ==> Free(tag, c) && Foot(tag, i) == i - c &&
        Fits(tag[i - 1], i - c); */
  /*@ assert none: \forall integer c; To(tag, c, i) ==> tag[i - 1] < 64 ==> !Free(tag, c); */
  /*@ assert apart: \forall integer c, d; 0 <= c < m ==> To(tag, c, d) ==> To(tag, d, i) ==> Free(tag, d) ==> !Free(tag, c); */
  if (t >= TAG_FOOT) {
    /*@ assert inside: tag[i - 1] % 64 <= i; */
    a = i - t % 64u;
    /*@ assert foot: i - 63 < a ==> FootAt(tag, a, i); */
    /*@ assert there: i - 63 < a ==> To(tag, a, i); */
    /*@ assert there: i - 63 < a ==> Free(tag, a); */
    /*@ assert alone: i - 63 < a ==> \forall integer c; 0 <= c < m ==> To(tag, c, a) ==> !Free(tag, c); */
  }
  /*@ assert beside: tag[i - 1] < 64 ==> \forall integer c; 0 <= c < m ==> To(tag, c, i) ==> !Free(tag, c); */
  return a;
}

/* The free run [a, e) becomes parts. */
/*@ requires mem: 0 < m <= LastTag(n) <= 0x1000000 && \valid(tag + (-1 .. LastTag(n)));
    requires ok: TagsOk(tag, m, LastTag(n));
    requires where: 0 <= a <= b < c <= e < m;
    requires run: Free(tag, a) && To(tag, a, e);
    assigns tag[a .. e - 1];
    ensures ok: TagsOk(tag, m, LastTag(n));
    ensures before: Parts{Old}(tag, a, e, e, e, e);
    ensures parts: Parts(tag, a, b, c, e, e);
    ensures kept: Kept{Old,Here}(tag, m, a, e);
    ensures used: Used(tag, m) == \old(Used(tag, m)) + (c - b);
    ensures blocks: Blocks(tag, m) == \old(Blocks(tag, m)) + 1;
    ensures heads: HeadsKept{Old,Here}(tag, m, m, a, c);
    ensures live: LiveKept{Old,Here}(tag, m, m, b);
    ensures block: Live(tag, b) && Size(tag, b) == c - b && !\old(Live(tag, b));
    ensures left: a < b ==> Free(tag, a) && Size(tag, a) == b - a;
    ensures right: c < e ==> Free(tag, c) && Size(tag, c) == e - c;
    ensures none: c == e ==> a == b ==> !Free(tag, a);
    ensures few: Used(tag, m) <= m && Blocks(tag, m) <= m && 1 <= \old(Runs(tag, m)) && Runs(tag, m) <= m;
    ensures edge: !Free(tag, e) && !\old(Free(tag, e));
    ensures runs: Runs(tag, m) == \old(Runs(tag, m)) - 1 + (a < b ? 1 : 0) + (c < e ? 1 : 0);
 */
static inline ACRE_HOT void chunk_carve(uint8_t *tag, uint32_t a, uint32_t b, uint32_t c, uint32_t e)
/*@ ghost (uint32_t m, uint32_t n) */
{
  /*@ assert run: FreeRun(tag, a, e); */
  /*@ assert some: 1 <= Runs(tag, m); */
  /*@ assert before: Parts(tag, a, e, e, e, e); */
  /*@ assert next: Start(tag, e); */
  /*@ assert cut: Cut(tag, m, a, e); */
  /*@ assert apart: Apart(tag, m, a, b, c, e); */
  chunk_put(tag, a, b, c, e);
  /*@ assert kept: TagsKept{Pre,Here}(tag, LastTag(n), a, e); */
  /*@ assert reach: Reach(m, m, a, b, c, e, e); */
  /*@ assert kept: Kept{Pre,Here}(tag, m, a, e); */
}

/* The free run behind the frontier gives parts up to c, where the frontier moves. */
/*@ requires mem: 0 <= m <= LastTag(n) <= 0x1000000 && \valid(tag + (-1 .. LastTag(n)));
    requires ok: TagsOk(tag, m, LastTag(n));
    requires where: m <= b < c <= LastTag(n) && c <= 0xFFFFFF;
    assigns tag[m .. c - 1];
    ensures ok: TagsOk(tag, c, LastTag(n));
    ensures before: Parts{Old}(tag, m, m, m, m, c);
    ensures parts: Parts(tag, m, b, c, c, c);
    ensures kept: Kept{Old,Here}(tag, m, m, c);
    ensures used: Used(tag, c) == \old(Used(tag, m)) + (c - b);
    ensures blocks: Blocks(tag, c) == \old(Blocks(tag, m)) + 1;
    ensures heads: HeadsKept{Old,Here}(tag, m, c, m, m);
    ensures live: LiveKept{Old,Here}(tag, m, c, b);
    ensures block: Live(tag, b) && Size(tag, b) == c - b;
    ensures left: m < b ==> Free(tag, m) && Size(tag, m) == b - m;
    ensures none: m == b ==> !Free(tag, m);
    ensures few: Used(tag, c) <= c && Blocks(tag, c) <= c && Runs(tag, c) <= c;
    ensures runs: Runs(tag, c) == \old(Runs(tag, m)) + (m < b ? 1 : 0);
 */
static inline void chunk_append(uint8_t *tag, uint32_t m, uint32_t b, uint32_t c)
/*@ ghost (uint32_t n) */
{
  /*@ assert before: Parts(tag, m, m, m, m, c); */
  /*@ assert before0: Parts(tag, m, m, m, m, m); */
  /*@ assert cut: Cut(tag, m, m, c); */
  /*@ assert left: \forall integer x; 0 <= x < m ==> To(tag, x, m) ==> !Free(tag, x); */
  /*@ assert apart: Apart(tag, m, m, b, c, c); */
  chunk_put(tag, m, b, c, c);
  /*@ assert kept: TagsKept{Pre,Here}(tag, LastTag(n), m, c); */
  /*@ assert reach: Reach(m, c, m, b, c, c, c); */
  /*@ assert kept: Kept{Pre,Here}(tag, m, m, c); */
}

/* The live block [i, r), with the free runs [a, i) and [r, e) beside it, which
 * may be empty, becomes one free run. */
/*@ requires mem: 0 < m <= LastTag(n) <= 0x1000000 && \valid(tag + (-1 .. LastTag(n)));
    requires ok: TagsOk(tag, m, LastTag(n));
    requires where: 0 <= a <= i < r <= e < m && e <= 0xFFFFFF;
    requires block: Live(tag, i) && To(tag, i, r);
    requires left: a < i ==> Free(tag, a) && To(tag, a, i);
    requires right: r < e ==> Free(tag, r) && To(tag, r, e);
    requires alone: Alone(tag, m, a, e);
    assigns tag[a .. e - 1];
    ensures ok: TagsOk(tag, m, LastTag(n));
    ensures before: Parts{Old}(tag, a, i, r, e, e);
    ensures parts: Parts(tag, a, e, e, e, e);
    ensures kept: Kept{Old,Here}(tag, m, a, e);
    ensures used: Used(tag, m) == \old(Used(tag, m)) - (r - i);
    ensures blocks: Blocks(tag, m) == \old(Blocks(tag, m)) - 1;
    ensures heads: HeadsKept{Old,Here}(tag, m, m, a, r);
    ensures live: LiveKept{Old,Here}(tag, m, m, i) && !Live(tag, i);
    ensures run: Free(tag, a) && Size(tag, a) == e - a;
    ensures gone: !Free(tag, r);
    ensures few: 0 <= Runs(tag, m) <= m && 0 <= Blocks(tag, m) && 0 <= Used(tag, m) <= m;
    ensures runs: Runs(tag, m) == \old(Runs(tag, m)) + 1 - (a < i ? 1 : 0) - (r < e ? 1 : 0);
 */
static inline ACRE_HOT void chunk_release(uint8_t *tag, uint32_t a, uint32_t i, uint32_t r, uint32_t e)
/*@ ghost (uint32_t m, uint32_t n) */
{
  /*@ assert block: LiveBlock(tag, i, r); */
  /*@ assert left: a < i ==> FreeRun(tag, a, i); */
  /*@ assert right: r < e ==> FreeRun(tag, r, e); */
  /*@ assert before: Parts(tag, a, i, r, e, e); */
  /*@ assert next: Start(tag, e); */
  /*@ assert cut: Cut(tag, m, a, e); */
  /*@ assert apart: Apart(tag, m, a, e, e, e); */
  /*@ assert valid: \valid(tag + (a .. e - 1)); */
  /*@ assert starts: \forall integer j; a <= j < e ==> j != a ==> j != i ==> j != r ==> !Start(tag, j); */
  tag[i] = 0u;
  if (r < e) {
    tag[r] = 0u;
  }
  /*@ assert same: \forall integer j; a < j < e ==> j != i ==> j != r ==> tag[j] == \at(tag[j],Pre); */
  /*@ assert kept0: TagsKept{Pre,Here}(tag, LastTag(n), a, e); */
  /*@ assert clear: NoStart(tag, a + 1, e); */
  /*@ ghost Clear: ; */
  chunk_put(tag, a, e, e, e);
  /*@ assert kept1: TagsKept{Clear,Here}(tag, LastTag(n), a, e); */
  /*@ assert kept: TagsKept{Pre,Here}(tag, LastTag(n), a, e); */
  /*@ assert reach: Reach(m, m, a, e, e, e, e); */
  /*@ assert kept: Kept{Pre,Here}(tag, m, a, e); */
}

/* The live block [i, m), with the free run [a, i) beside it, which may be
 * empty, goes back behind the frontier, which moves to a. */
/*@ requires mem: 0 < m <= LastTag(n) <= 0x1000000 && \valid(tag + (-1 .. LastTag(n)));
    requires ok: TagsOk(tag, m, LastTag(n));
    requires where: 0 <= a <= i < m;
    requires block: Live(tag, i) && To(tag, i, m);
    requires left: a < i ==> Free(tag, a) && To(tag, a, i);
    requires alone: Alone(tag, m, a, m);
    assigns tag[a .. i];
    ensures ok: TagsOk(tag, a, LastTag(n));
    ensures before: Parts{Old}(tag, a, i, m, m, m);
    ensures parts: NoStart(tag, a, m);
    ensures kept: Kept{Old,Here}(tag, m, a, m);
    ensures used: Used(tag, a) == \old(Used(tag, m)) - (m - i);
    ensures blocks: Blocks(tag, a) == \old(Blocks(tag, m)) - 1;
    ensures heads: HeadsKept{Old,Here}(tag, m, a, a, a);
    ensures live: LiveKept{Old,Here}(tag, m, a, i);
    ensures few: 0 <= Blocks(tag, a) && 0 <= Runs(tag, a) && 0 <= Used(tag, a) <= a;
    ensures runs: Runs(tag, a) == \old(Runs(tag, m)) - (a < i ? 1 : 0);
 */
static inline void chunk_retract(uint8_t *tag, uint32_t a, uint32_t i)
/*@ ghost (uint32_t m, uint32_t n) */
{
  /*@ assert block: LiveBlock(tag, i, m); */
  /*@ assert left: a < i ==> FreeRun(tag, a, i); */
  /*@ assert before: Parts(tag, a, i, m, m, m); */
  /*@ assert cut: Cut(tag, m, a, m); */
  /*@ assert apart: Apart(tag, m, a, a, a, m); */
  /*@ assert starts: \forall integer j; a <= j < m ==> j != a ==> j != i ==> !Start(tag, j); */
  tag[i] = 0u;
  tag[a] = 0u;
  /*@ assert same: \forall integer j; a < j < m ==> j != i ==> tag[j] == \at(tag[j],Pre); */
  /*@ assert kept: TagsKept{Pre,Here}(tag, LastTag(n), a, m); */
  /*@ assert clear: NoStart(tag, a, m); */
  /*@ assert parts: Parts(tag, a, a, a, a, m); */
  /*@ assert reach: Reach(m, a, a, a, a, a, m); */
  /*@ assert kept: Kept{Pre,Here}(tag, m, a, m); */
}

/* The live block [i, r) and the free run [r, e), which may be empty, become a
 * live block [i, c) and a free run [c, e), which may be empty. */
/*@ requires mem: 0 < m <= LastTag(n) <= 0x1000000 && \valid(tag + (-1 .. LastTag(n)));
    requires ok: TagsOk(tag, m, LastTag(n));
    requires where: 0 <= i < r <= e < m && i < c <= e && e <= 0xFFFFFF;
    requires block: Live(tag, i) && To(tag, i, r);
    requires right: r < e ==> Free(tag, r) && To(tag, r, e);
    requires alone: !Free(tag, e);
    assigns tag[i .. e - 1];
    ensures ok: TagsOk(tag, m, LastTag(n));
    ensures before: Parts{Old}(tag, i, i, r, e, e);
    ensures parts: Parts(tag, i, i, c, e, e);
    ensures kept: Kept{Old,Here}(tag, m, i, e);
    ensures used: Used(tag, m) == \old(Used(tag, m)) - (r - i) + (c - i);
    ensures blocks: Blocks(tag, m) == \old(Blocks(tag, m));
    ensures heads: HeadsKept{Old,Here}(tag, m, m, r, c);
    ensures live: LiveKept{Old,Here}(tag, m, m, i);
    ensures block: Live(tag, i) && Size(tag, i) == c - i;
    ensures rest: c < e ==> Free(tag, c) && Size(tag, c) == e - c;
    ensures gone: r < e ==> r != c ==> !Free(tag, r);
    ensures full: c == e ==> !Free(tag, c);
    ensures few: 0 <= Used(tag, m) <= m && (r < e ==> 1 <= \old(Runs(tag, m))) && Runs(tag, m) <= m;
    ensures runs: Runs(tag, m) == \old(Runs(tag, m)) - (r < e ? 1 : 0) + (c < e ? 1 : 0);
 */
static inline void chunk_reshape(uint8_t *tag, uint32_t i, uint32_t r, uint32_t c, uint32_t e)
/*@ ghost (uint32_t m, uint32_t n) */
{
  /*@ assert some: r < e ==> 1 <= Runs(tag, m); */
  /*@ assert block: LiveBlock(tag, i, r); */
  /*@ assert right: r < e ==> FreeRun(tag, r, e); */
  /*@ assert before: Parts(tag, i, i, r, e, e); */
  /*@ assert next: Start(tag, e); */
  /*@ assert cut: Cut(tag, m, i, e); */
  /*@ assert apart: Apart(tag, m, i, i, c, e); */
  /*@ assert starts: \forall integer j; i < j < e ==> j != r ==> !Start(tag, j); */
  if (r < e) {
    tag[r] = 0u;
  }
  /*@ assert same: \forall integer j; i < j < e ==> j != r ==> tag[j] == \at(tag[j],Pre); */
  /*@ assert kept0: TagsKept{Pre,Here}(tag, LastTag(n), i, e); */
  /*@ assert clear: NoStart(tag, i + 1, e); */
  /*@ ghost Clear: ; */
  chunk_put(tag, i, i, c, e);
  /*@ assert kept1: TagsKept{Clear,Here}(tag, LastTag(n), i, e); */
  /*@ assert kept: TagsKept{Pre,Here}(tag, LastTag(n), i, e); */
  /*@ assert reach: Reach(m, m, i, i, c, e, e); */
  /*@ assert kept: Kept{Pre,Here}(tag, m, i, e); */
}

/* The live block [i, m) becomes [i, c), and the frontier moves to c. */
/*@ requires mem: 0 < m <= LastTag(n) <= 0x1000000 && \valid(tag + (-1 .. LastTag(n)));
    requires ok: TagsOk(tag, m, LastTag(n));
    requires where: 0 <= i < m && i < c <= LastTag(n) && c <= 0xFFFFFF;
    requires block: Live(tag, i) && To(tag, i, m);
    assigns tag[i .. c - 1];
    ensures ok: TagsOk(tag, c, LastTag(n));
    ensures before: Parts{Old}(tag, i, i, m, m, m);
    ensures parts: LiveBlock(tag, i, c);
    ensures kept: Kept{Old,Here}(tag, m, i, m);
    ensures used: Used(tag, c) == \old(Used(tag, m)) - (m - i) + (c - i);
    ensures blocks: Blocks(tag, c) == \old(Blocks(tag, m));
    ensures heads: HeadsKept{Old,Here}(tag, m, c, i, i);
    ensures live: LiveKept{Old,Here}(tag, m, c, i);
    ensures few: 0 <= Used(tag, c) <= c;
    ensures runs: Runs(tag, c) == \old(Runs(tag, m));
 */
static inline void chunk_reshape_last(uint8_t *tag, uint32_t i, uint32_t c)
/*@ ghost (uint32_t m, uint32_t n) */
{
  /*@ ghost uint32_t e = m < c ? c : m; */
  /*@ assert block: LiveBlock(tag, i, m); */
  /*@ assert before: Parts(tag, i, i, m, m, m); */
  /*@ assert cut: Cut(tag, m, i, e); */
  /*@ assert apart: Apart(tag, m, i, i, c, e); */
  /*@ assert starts: NoStart(tag, i + 1, e); */
  chunk_put(tag, i, i, c, c);
  /*@ assert kept0: TagsKept{Pre,Here}(tag, LastTag(n), i, c); */
  /*@ assert kept: TagsKept{Pre,Here}(tag, LastTag(n), i, e); */
  /*@ assert behind: NoStart(tag, c, e); */
  /*@ assert parts: Parts(tag, i, i, c, c, e); */
  /*@ assert reach: Reach(m, c, i, i, c, c, e); */
  /*@ assert kept: Kept{Pre,Here}(tag, m, i, e); */
}

#endif
