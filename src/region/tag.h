/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Tags: one byte per granule.
 *
 *   0           interior of a block or free run, or behind the frontier
 *   1..62       a live block of that many granules starts here
 *   63          a larger live block starts here; its size follows as digits
 *   64+d        a digit d of a size; or the last granule of a free run of d
 *               granules (127: of a larger one, its digits stand before)
 *   128+s       a free run of s granules starts here
 *   191         a larger free run starts here; its size follows as digits
 *
 * The low six bits of a start are its size, or 63 for a size in four digits
 * of six bits, least significant first.
 */
#ifndef ACRE_SRC_TAG_H
#define ACRE_SRC_TAG_H

#include <acre/region.h>

#include "hot.h"

#define TAG_LARGE 63u /* low six bits: the size stands in digits */
#define TAG_FOOT 64u  /* last granule of a free run, or a digit */
#define TAG_HEAD 128u /* first granule of a free run */
/* The last index of the tags of n granules. */
#define LAST_TAG(n) (((n) + 7u) / 8u * 8u)

#ifdef __FRAMAC__
#include "tag.acsl"
#endif

/* The size in the four digits from tag[at]. */
/*@ requires at <= 0x1000000;
    requires \valid_read(tag + (at .. at + 3));
    assigns \nothing;
    ensures \result == Digits(tag, at);
 */
static inline uint32_t tag_digits(const uint8_t *tag, uint32_t at)
{
  uint32_t d0 = (uint32_t)tag[at] % 64u;
  uint32_t d1 = (uint32_t)tag[at + 1u] % 64u;
  uint32_t d2 = (uint32_t)tag[at + 2u] % 64u;
  uint32_t d3 = (uint32_t)tag[at + 3u] % 64u;
  return d0 + 64u * d1 + 4096u * d2 + 262144u * d3;
}

/*@ requires at <= 0x1000000 && size <= 0xFFFFFF;
    requires \valid(tag + (at .. at + 3));
    assigns tag[at .. at + 3];
    ensures value: Digits(tag, at) == size;
    ensures codes: 64 <= tag[at] <= 127 && 64 <= tag[at + 1] <= 127 && 64 <= tag[at + 2] <= 127 &&
                   64 <= tag[at + 3] <= 127;
 */
static inline void tag_put_digits(uint8_t *tag, uint32_t at, uint32_t size)
{
  uint32_t d0 = size % 64u;
  uint32_t r1 = size / 64u;
  uint32_t d1 = r1 % 64u;
  uint32_t r2 = r1 / 64u;
  uint32_t d2 = r2 % 64u;
  uint32_t d3 = r2 / 64u;
  /*@ assert small: d0 < 64 && d1 < 64 && d2 < 64 && d3 < 64; */
  /*@ assert sum: size == d0 + 64 * d1 + 4096 * d2 + 262144 * d3; */
  tag[at] = (uint8_t)(TAG_FOOT + d0);
  tag[at + 1u] = (uint8_t)(TAG_FOOT + d1);
  tag[at + 2u] = (uint8_t)(TAG_FOOT + d2);
  tag[at + 3u] = (uint8_t)(TAG_FOOT + d3);
  /*@ assert c0: tag[at] == 64 + d0 && tag[at + 1] == 64 + d1 && tag[at + 2] == 64 + d2 && tag[at + 3] == 64 + d3; */
  /*@ assert m0: tag[at] % 64 == d0; */
  /*@ assert m1: tag[at + 1] % 64 == d1; */
  /*@ assert m2: tag[at + 2] % 64 == d2; */
  /*@ assert m3: tag[at + 3] % 64 == d3; */
}

/* The size of the block or free run that starts at granule i. */
/*@ requires i <= 0xFFFFFF;
    requires \valid_read(tag + i);
    requires large: tag[i] % 64 == 63 ==> \valid_read(tag + (i .. i + 4));
    assigns \nothing;
    ensures \result == Size(tag, i);
 */
static inline uint32_t tag_size(const uint8_t *tag, uint32_t i)
{
  uint32_t size = (uint32_t)tag[i] % 64u;
  if (size == TAG_LARGE) {
    size = tag_digits(tag, i + 1u);
  }
  return size;
}

/* A chunk of 63 granules or more starts at i, with the tag `code`. */
/*@ requires i <= 0xFFFFFF && size <= 0xFFFFFF && code % 64 == 63;
    requires \valid(tag + (i .. i + 4));
    assigns tag[i .. i + 4];
    ensures code: tag[i] == code;
    ensures size: Size(tag, i) == size;
    ensures digits: NoStart(tag, i + 1, i + 5);
 */
static inline void tag_put_large_start(uint8_t *tag, uint32_t i, uint8_t code, uint32_t size)
{
  uint32_t at = i + 1u;
  /*@ assert at: at == i + 1; */
  tag[i] = code;
  tag_put_digits(tag, at, size);
  /*@ assert d4: NoStart(tag, i + 4, i + 5); */
  /*@ assert d3: NoStart(tag, i + 3, i + 5); */
  /*@ assert d2: NoStart(tag, i + 2, i + 5); */
  /*@ assert d1: NoStart(tag, i + 1, i + 5); */
  /*@ assert first: tag[i] == code; */
  /*@ assert size: Digits(tag, i + 1) == size; */
}

/* A free run of 63 granules or more ends before e. */
/*@ requires 5 <= e <= 0x1000000 && 63 <= size <= 0xFFFFFF;
    requires \valid(tag + (e - 5 .. e - 1));
    assigns tag[e - 5 .. e - 1];
    ensures end: RunEnd(tag, e - size, e);
    ensures digits: NoStart(tag, e - 5, e);
 */
static inline void tag_put_large_end(uint8_t *tag, uint32_t e, uint32_t size)
{
  uint32_t at = e - 5u;
  /*@ assert at: at == e - 5; */
  tag_put_digits(tag, at, size);
  /*@ assert d1: !Start(tag, e - 5); */
  /*@ assert d2: !Start(tag, e - 4); */
  /*@ assert d3: !Start(tag, e - 3); */
  /*@ assert d4: !Start(tag, e - 2); */
  /*@ assert digits: Digits(tag, e - 5) == size; */
  tag[e - 1u] = (uint8_t)(TAG_FOOT + TAG_LARGE);
  /*@ assert codes: !Start(tag, e - 5) && !Start(tag, e - 4) && !Start(tag, e - 3) && !Start(tag, e - 2); */
  /*@ assert n4: NoStart(tag, e - 1, e); */
  /*@ assert n3: NoStart(tag, e - 2, e); */
  /*@ assert n2: NoStart(tag, e - 3, e); */
  /*@ assert n1: NoStart(tag, e - 4, e); */
  /*@ assert n0: NoStart(tag, e - 5, e); */
  /*@ assert digits: Digits(tag, e - 5) == size; */
  /*@ assert last: tag[e - 1] == 127; */
  /*@ assert foot: Foot(tag, e) == size; */
}

/* A live block of `size` granules starts at i. */
/*@ requires 1 <= size <= 0xFFFFFF && i + size <= 0xFFFFFF;
    requires \valid(tag + (i .. i + size - 1));
    requires inner: NoStart(tag, i + 1, i + size);
    assigns tag[i .. i + size - 1];
    ensures block: LiveBlock(tag, i, i + size);
 */
static inline ACRE_HOT void tag_put_live(uint8_t *tag, uint32_t i, uint32_t size)
{
  tag[i + size - 1u] = 0u;
  if (size < TAG_LARGE) {
    tag[i] = (uint8_t)size;
    /*@ assert code: tag[i] == size && Live(tag, i) && Fits(tag[i], size); */
    /*@ assert end: BlockEnd(tag, i + size); */
    /*@ assert small: Size(tag, i) == size; */
    /*@ assert inner: NoStart(tag, i + 1, i + size); */
    /*@ assert block: LiveBlock(tag, i, i + size); */
  } else {
    /*@ ghost Last: ; */
    /*@ assert last: tag[i + size - 1] == 0; */
    tag_put_large_start(tag, i, (uint8_t)TAG_LARGE, size);
    /*@ assert last: tag[i + size - 1] == 0; */
    /*@ assert same: SameTags{Last,Here}(tag, i + 5, i + size); */
    /*@ assert rest: NoStart(tag, i + 5, i + size); */
    /*@ assert end: BlockEnd(tag, i + size); */
    /*@ assert large: Size(tag, i) == size && Live(tag, i) && Fits(tag[i], size); */
    /*@ assert inner: NoStart(tag, i + 1, i + size); */
    /*@ assert block: LiveBlock(tag, i, i + size); */
  }
}

/* A free run of `size` granules starts at i. */
/*@ requires 1 <= size <= 0xFFFFFF && i + size <= 0xFFFFFF;
    requires \valid(tag + (i .. i + size - 1));
    requires inner: NoStart(tag, i + 1, i + size);
    assigns tag[i .. i + size - 1];
    ensures run: FreeRun(tag, i, i + size);
 */
static inline ACRE_HOT void tag_put_free(uint8_t *tag, uint32_t i, uint32_t size)
{
  if (size < TAG_LARGE) {
    tag[i + size - 1u] = (uint8_t)(TAG_FOOT + size);
    tag[i] = (uint8_t)(TAG_HEAD + size);
    /*@ assert small: Size(tag, i) == size && Free(tag, i) && tag[i] <= 191 && Fits(tag[i], size); */
    /*@ assert end: RunEnd(tag, i, i + size); */
    /*@ assert inner: NoStart(tag, i + 1, i + size); */
  } else {
    uint32_t e = i + size;
    /*@ assert e: e == i + size && e - size == i; */
    tag_put_large_end(tag, e, size);
    /*@ assert end: RunEnd(tag, i, e); */
    /*@ assert same: SameTags{Pre,Here}(tag, i, e - 5); */
    /*@ assert rest: NoStart(tag, i + 1, e - 5); */
    /*@ assert inner: NoStart(tag, i + 1, e); */
    /*@ assert rest: NoStart(tag, i + 5, e); */
    /*@ ghost End: ; */
    tag_put_large_start(tag, i, (uint8_t)(TAG_HEAD + TAG_LARGE), size);
    /*@ assert same: SameTags{End,Here}(tag, i + 5, e); */
    /*@ assert same_end: SameTags{End,Here}(tag, e - 5, e); */
    /*@ assert rest: NoStart(tag, i + 5, e); */
    /*@ assert end: RunEnd(tag, i, e); */
    /*@ assert end: RunEnd(tag, i, i + size); */
    /*@ assert large: Size(tag, i) == size && Free(tag, i) && tag[i] <= 191 && Fits(tag[i], size); */
    /*@ assert inner: NoStart(tag, i + 1, i + size); */
  }
}

/* Where the free run begins that ends before granule i; i if there is none. */
/*@ requires i <= 0xFFFFFF && \valid_read(tag + (i - 1));
    requires large: 64 <= tag[i - 1] && tag[i - 1] % 64 == 63 ==> 5 <= i && \valid_read(tag + (i - 5 .. i - 1));
    requires inside: 64 <= tag[i - 1] ==> Foot(tag, i) <= i;
    assigns \nothing;
    ensures none: tag[i - 1] < 64 ==> \result == i;
    ensures run: 64 <= tag[i - 1] ==> \result == i - Foot(tag, i);
 */
static inline uint32_t tag_left(const uint8_t *tag, uint32_t i)
{
  uint32_t left = (tag + i)[-1];
  uint32_t start = i;
  if (left >= TAG_FOOT) {
    uint32_t size = left % 64u;
    if (size == TAG_LARGE) {
      uint32_t at = i - 5u;
      size = tag_digits(tag, at);
    }
    start = i - size;
  }
  return start;
}

/* Where the free run ends that begins at granule i; i if there is none. */
/*@ requires i <= 0xFFFFFF && \valid_read(tag + i);
    requires large: 128 <= tag[i] && tag[i] % 64 == 63 ==> \valid_read(tag + (i .. i + 4));
    requires inside: 128 <= tag[i] ==> i + Size(tag, i) <= 0x1000000;
    assigns \nothing;
    ensures none: tag[i] < 128 ==> \result == i;
    ensures run: 128 <= tag[i] ==> \result == i + Size(tag, i);
 */
static inline uint32_t tag_right(const uint8_t *tag, uint32_t i)
{
  uint32_t end = i;
  if (tag[i] >= TAG_HEAD) {
    end = i + tag_size(tag, i);
  }
  return end;
}

#endif
