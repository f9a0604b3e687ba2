/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The eight tags of a leaf: the largest free run that starts there, the first
 * that is large enough. */
#ifndef ACRE_SRC_LEAF_H
#define ACRE_SRC_LEAF_H

#include "tag.h"

#ifdef __FRAMAC__
#include "leaf.acsl"
#endif

/* Which of t[at] and t[j] is the larger one; `at` if they are equal. */
/*@ requires at < 8 && j < 8 && \valid_read(t + (0 .. 7));
    assigns \nothing;
    ensures either: \result == at || \result == j;
    ensures larger: t[at] <= t[\result] && t[j] <= t[\result];
 */
static inline uint32_t tag_larger(const uint8_t *t, uint32_t at, uint32_t j)
{
  return (t[j] > t[at]) ? j : at;
}

/* The largest free run that starts in the eight granules from `first`. */
/*@ requires mem: m <= z <= 0x1000000 && first + 7 <= z && \valid_read(tag + (-1 .. z));
    requires ok: TagsOk(tag, m, z);
    assigns \nothing;
    ensures most: Largest8(tag, m, first, \result);
 */
static inline uint32_t tag_largest8(const uint8_t *tag, uint32_t first)
/*@ ghost (uint32_t m, uint32_t z) */
{
  const uint8_t *t = tag + first;
  uint32_t at = 0u;
  uint32_t largest = 0u;
  at = tag_larger(t, at, 1u);
  at = tag_larger(t, at, 2u);
  at = tag_larger(t, at, 3u);
  at = tag_larger(t, at, 4u);
  at = tag_larger(t, at, 5u);
  at = tag_larger(t, at, 6u);
  at = tag_larger(t, at, 7u);
  /*@ assert at: at < 8; */
  /*@ assert max: Top(tag, first, 8, tag[first + at]); */
  /*@ assert top: NoneAbove(tag, first, first + 8, tag[first + at]); */
  if (t[at] >= TAG_HEAD) {
    uint32_t g = first + at;
    /*@ assert g: g == first + at; */
    /*@ assert most: NoneAbove(tag, first, first + 8, tag[g]); */
    /*@ assert free: Free(tag, g) && g < m; */
    /*@ assert size: Fits(tag[g], Size(tag, g)) && g + Size(tag, g) <= m; */
    largest = tag_size(tag, g);
    /*@ assert small: \forall integer j; first <= j < first + 8 ==> j < m ==> Free(tag, j) ==> tag[j] < 191 ==>
          Size(tag, j) == tag[j] - 128 <= largest; */
    /*@ assert one: OneLarge(tag, first); */
    /*@ assert large: \forall integer j; first <= j < first + 8 ==> 191 <= tag[j] ==> j == g; */
    /*@ assert others: \forall integer j; first <= j < first + 8 ==> j < m ==> Free(tag, j) ==>
          Size(tag, j) <= largest; */
  }
  return largest;
}

/* The same where no run is large. */
/*@ requires mem: m <= z <= 0x1000000 && first + 7 <= z && \valid_read(tag + (-1 .. z));
    requires ok: TagsOk(tag, m, z);
    requires small: \forall integer j; first <= j < first + 8 ==> j < m ==> Free(tag, j) ==> Size(tag, j) < 63;
    assigns \nothing;
    ensures most: Largest8(tag, m, first, \result);
 */
static inline ACRE_HOT uint32_t tag_small8(const uint8_t *tag, uint32_t first)
/*@ ghost (uint32_t m, uint32_t z) */
{
  const uint8_t *t = tag + first;
  uint32_t max = t[0];
  if (t[1] > max) {
    max = t[1];
  }
  if (t[2] > max) {
    max = t[2];
  }
  if (t[3] > max) {
    max = t[3];
  }
  if (t[4] > max) {
    max = t[4];
  }
  if (t[5] > max) {
    max = t[5];
  }
  if (t[6] > max) {
    max = t[6];
  }
  if (t[7] > max) {
    max = t[7];
  }
  /*@ assert most: Top(tag, first, 8, max); */
  /*@ assert met: max == 128 || Met8(tag, first, max); */
  /*@ assert codes: \forall integer j; first <= j < first + 8 ==> Free(tag, j) ==>
        j < m && Size(tag, j) == tag[j] - 128; */
  return (max > TAG_HEAD) ? max - TAG_HEAD : 0u;
}

/* How many of the eight tags from `first` come before the first that is at
 * least `least`; there is one. */
/*@ requires first <= 0x1000000 && \valid_read(tag + (first .. first + 7));
    requires met: !Top(tag, first, 8, least - 1);
    assigns \nothing;
    ensures range: \result < 8;
    ensures found: tag[first + \result] >= least;
    ensures before: Top(tag, first, \result, least - 1);
 */
static inline ACRE_HOT uint32_t tag_before8(const uint8_t *tag, uint32_t first, uint32_t least)
{
  const uint8_t *t = tag + first;
  uint32_t k = 7u;
  if (t[0] >= least) {
    k = 0u;
  } else if (t[1] >= least) {
    k = 1u;
  } else if (t[2] >= least) {
    k = 2u;
  } else if (t[3] >= least) {
    k = 3u;
  } else if (t[4] >= least) {
    k = 4u;
  } else if (t[5] >= least) {
    k = 5u;
  } else if (t[6] >= least) {
    k = 6u;
  } else {
    /* the last one */
  }
  return k;
}

/* The first of eight granules from `first` with a tag of at least `least`;
 * there is one. */
/*@ requires first <= 0x1000000 && \valid_read(tag + (first .. first + 7));
    requires met: \exists integer j; first <= j < first + 8 && tag[j] >= least;
    assigns \nothing;
    ensures range: first <= \result < first + 8;
    ensures found: tag[\result] >= least;
    ensures before: \forall integer j; first <= j < \result ==> tag[j] < least;
 */
static inline uint32_t tag_find8(const uint8_t *tag, uint32_t first, uint32_t least)
{
  /*@ assert met: !Top(tag, first, 8, least - 1); */
  uint32_t k = tag_before8(tag, first, least);
  /*@ assert before: NoneAbove(tag, first, first + k, least - 1); */
  return first + k;
}

/* The first free run of at least k granules that starts in the eight granules
 * from `first`; there is one. */
/*@ requires mem: m <= z <= 0x1000000 && first + 7 <= z && \valid_read(tag + (-1 .. z));
    requires ok: TagsOk(tag, m, z);
    requires some: 1 <= k && \exists integer j; first <= j < first + 8 && j < m && Free(tag, j) && k <= Size(tag, j);
    assigns \nothing;
    ensures range: first <= \result < first + 8 && \result < m;
    ensures run: Free(tag, \result) && k <= Size(tag, \result);
    ensures first: \forall integer j; first <= j < \result ==> j < m ==> Free(tag, j) ==> Size(tag, j) < k;
 */
static inline uint32_t tag_fit8(const uint8_t *tag, uint32_t first, uint32_t k)
/*@ ghost (uint32_t m, uint32_t z) */
{
  uint32_t least = TAG_HEAD + ((k < TAG_LARGE) ? k : TAG_LARGE);
  /*@ assert code: \forall integer j; first <= j < first + 8 ==> j < m ==> Free(tag, j) ==>
        k <= Size(tag, j) ==> tag[j] >= least; */
  uint32_t g = tag_find8(tag, first, least);
  /*@ assert free: Free(tag, g) && g < m; */
  /*@ assert one: OneLarge(tag, first); */
  /*@ assert small: k < 63 ==> k <= Size(tag, g); */
  /*@ assert large: k >= 63 ==> \forall integer j; first <= j < first + 8 ==> j < m ==> Free(tag, j) ==>
        k <= Size(tag, j) ==> j == g; */
  /*@ assert size: k <= Size(tag, g); */
  return g;
}

#endif
