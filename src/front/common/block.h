/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What debug layers put into a block: a head before the program's bytes, a tail
 * behind them, and fills.  Which of these, ACRE_FRONT_LEVEL says:
 *   0  nothing
 *   1  a head, with the owner
 *   2  and a tail: light poisoning
 *   3  and fills of new and of freed memory: comprehensive poisoning
 *
 *   start of the block                                              end
 *   │ ...lead...  offset owner canary size │ program's bytes │ tail │ slack │
 *
 * All is read and written in aligned 32-bit words, as some memory wants it.
 * The files that include this are compiled once for each level.
 */
#ifndef ACRE_SRC_FRONT_BLOCK_H
#define ACRE_SRC_FRONT_BLOCK_H

#include "front.h"
#include "../../heap/copy.h"
#include "../../heap/text.h"

#if !defined(ACRE_FRONT_LEVEL)
#define ACRE_FRONT_LEVEL 0
#endif

#define HEAD_CANARY 0xABBA1234u
#define TAIL_CANARY 0xBAAD5678u
#define FILL_NEW 0xCEu
#define FILL_FREED 0xFEu
#define TAIL_SIZE 4u

/* The canary stands just before the size, and this before the program's bytes. */
typedef struct block_head {
  size_t offset; /* of the program's bytes in the block */
  uint32_t owner;
  uint32_t canary;
  size_t size; /* of the program's bytes */
} block_head;

/* Keeps the alignment of a granule. */
#define HEAD_ROOM ((sizeof(block_head) + 15u) & ~(size_t)15u)

/* A live block, and the program's bytes in it. */
typedef struct front_block {
  void *base;
  size_t extent; /* of the whole block */
  size_t offset;
  size_t size;
  uint32_t owner;
} front_block;

#if ACRE_FRONT_LEVEL >= 1
#define LEAD HEAD_ROOM
#else
#define LEAD ((size_t)0u)
#endif
#if ACRE_FRONT_LEVEL >= 2
#define TAIL ((size_t)TAIL_SIZE)
#else
#define TAIL ((size_t)0u)
#endif
#define OVERHEAD (LEAD + TAIL)

/* lead + size + TAIL, or SIZE_MAX, which no request can have. */
static inline size_t block_extent(size_t lead, size_t size)
{
  size_t sum = SIZE_MAX;
  if ((lead <= (SIZE_MAX - TAIL)) && (size <= (SIZE_MAX - TAIL - lead))) {
    sum = lead + size + TAIL;
  }
  return sum;
}

/* `size` without the overhead of one block. */
static inline size_t block_net(size_t size)
{
  return (size > OVERHEAD) ? (size - OVERHEAD) : 0u;
}

/* The overhead of so many blocks, each of which has it: powers of two, for small
 * cores do not multiply. */
static inline size_t blocks_overhead(size_t blocks)
{
  return (blocks * LEAD) + (blocks * TAIL);
}

static inline void *block_bytes(const front_block *block)
{
  return (void *)((uintptr_t)block->base + block->offset);
}

/* ---- Words --------------------------------------------------------------------- */

/* The word around an address. */
static inline payload_word *word_at(uintptr_t address)
{
  return (payload_word *)(address & ~(uintptr_t)3u);
}

/* The bits of a word that lie below an address in it. */
static inline uint32_t bits_below(uintptr_t address)
{
  uint32_t shift = ((uint32_t)address & 3u) * 8u;
  return ((uint32_t)1u << shift) - 1u;
}

/* Bits of `value` where `mask` has ones. */
static inline void word_merge(payload_word *word, uint32_t value, uint32_t mask)
{
  *word = (*word & ~mask) | (value & mask);
}

/* Fills [first, first + size). */
static inline void fill_bytes(uintptr_t first, size_t size, uint32_t byte)
{
  uint32_t value = byte | (byte << 8u);
  uintptr_t at = first;
  uintptr_t stop = first + size;
  value = value | (value << 16u);
  while (at != stop) {
    uintptr_t base = at & ~(uintptr_t)3u;
    uint32_t mask = ~bits_below(at);
    if ((stop - base) < 4u) {
      mask = mask & bits_below(stop);
      at = stop;
    } else {
      at = base + 4u;
    }
    word_merge(word_at(base), value, mask);
  }
}

/* The first word of [first, first + size), both multiples of 4, that is not
 * full of `byte`; NULL if all are. */
static inline const payload_word *fill_broken(uintptr_t first, size_t size, uint32_t byte)
{
  const payload_word *broken = NULL;
  uint32_t value = byte | (byte << 8u);
  value = value | (value << 16u);
  for (size_t i = 0u; (i < size) && (broken == NULL); i += 4u) {
    const payload_word *word = word_at(first + i);
    if (*word != value) {
      broken = word;
    }
  }
  return broken;
}

/* Exactly `size` bytes, in words where both places allow it. */
static inline void copy_bytes(void *to, const void *from, size_t size)
{
  if ((((uintptr_t)to | (uintptr_t)from) & 3u) == 0u) {
    size_t whole = size & ~(size_t)3u;
    uintptr_t stop = (uintptr_t)to + size;
    copy_contents(to, from, whole);
    if (whole != size) {
      word_merge(word_at(stop), *word_at((uintptr_t)from + whole), bits_below(stop));
    }
  } else {
    uint8_t *target = (uint8_t *)to;
    const uint8_t *source = (const uint8_t *)from;
    for (size_t i = 0u; i < size; i++) {
      target[i] = source[i];
    }
  }
}

/* ---- Head and tail ------------------------------------------------------------- */

/* Where the head of the program's bytes at `bytes` stands. */
static inline block_head *head_of(const void *bytes)
{
  return (block_head *)(((uintptr_t)bytes - sizeof(block_head)) & ~(uintptr_t)(sizeof(size_t) - 1u));
}

/* The least lead for bytes at `lead` behind an aligned start. */
static inline size_t head_room(size_t lead)
{
  return ((lead & 15u) == 0u) ? HEAD_ROOM : (HEAD_ROOM + 8u);
}

/* What stands before the head is cleared: it may look like a head. */
static inline void head_put(const front_block *block)
{
  block_head *head = head_of(block_bytes(block));
  fill_bytes((uintptr_t)block->base, (size_t)((uintptr_t)head - (uintptr_t)block->base), 0u);
  head->offset = block->offset;
  head->owner = block->owner;
  head->canary = HEAD_CANARY;
  head->size = block->size;
}

/* It is none any more. */
static inline void head_wipe(const front_block *block)
{
  head_of(block_bytes(block))->canary = 0u;
}

/* Whether a head belongs to the block around it. */
static inline bool head_matches(const block_head *head, size_t offset, size_t extent)
{
  return (head->canary == HEAD_CANARY) && (head->offset == offset) && (offset <= extent) &&
         (head->size <= (extent - offset));
}

#if ACRE_FRONT_LEVEL >= 2
static inline void tail_put(const front_block *block)
{
  uintptr_t at = (uintptr_t)block_bytes(block) + block->size;
  uint32_t shift = ((uint32_t)at & 3u) * 8u;
  if (shift == 0u) {
    *word_at(at) = TAIL_CANARY;
  } else {
    word_merge(word_at(at), TAIL_CANARY << shift, ~bits_below(at));
    word_merge(word_at(at + 4u), TAIL_CANARY >> (32u - shift), bits_below(at));
  }
}

static inline uint32_t tail_get(uintptr_t at)
{
  uint32_t shift = ((uint32_t)at & 3u) * 8u;
  uint32_t value = *word_at(at);
  if (shift != 0u) {
    value = (value >> shift) | (*word_at(at + 4u) << (32u - shift));
  }
  return value;
}

/* "Bad head at 0x... Expected 0x... got 0x..." */
static inline void tell_canary(const char *what, uintptr_t at, uint32_t expected, uint32_t got)
{
  put_text(&acre_front_output_, "CORRUPT HEAP: ");
  put_text(&acre_front_output_, what);
  put_text(&acre_front_output_, " at ");
  put_hex(&acre_front_output_, at);
  put_text(&acre_front_output_, ". Expected ");
  put_hex(&acre_front_output_, expected);
  put_text(&acre_front_output_, " got ");
  put_hex(&acre_front_output_, got);
  put_text(&acre_front_output_, "\n");
}
#endif

/* ---- A block's dress ------------------------------------------------------------ */

#if ACRE_FRONT_LEVEL >= 3
/* A run of free memory must be as it was filled. */
static inline bool freed_intact(const void *base, size_t size, bool print)
{
  const payload_word *broken = fill_broken((uintptr_t)base, size, FILL_FREED);
  if ((broken != NULL) && print) {
    tell_canary("Invalid data", (uintptr_t)broken, 0xFEFEFEFEu, *broken);
  }
  return broken == NULL;
}
#endif

/* Makes a new block of `extent` bytes one for the program. */
static inline void block_dress(front_block *block, const char *function)
{
  (void)block;
  (void)function;
#if ACRE_FRONT_LEVEL >= 3
  if (!freed_intact(block->base, block->extent, true)) {
    acre_front_fault_(ACRE_HEAP_CORRUPT, block->base, function);
  }
  fill_bytes((uintptr_t)block_bytes(block), block->size, FILL_NEW);
#endif
#if ACRE_FRONT_LEVEL >= 2
  tail_put(block);
#endif
#if ACRE_FRONT_LEVEL >= 1
  block->owner = acre_front_owner_enter_(block->size);
  head_put(block);
#endif
}

/* Whether canaries are as they were; what it says is for a block whose head matches. */
static inline bool block_intact(const front_block *block, bool print)
{
  bool intact = true;
#if ACRE_FRONT_LEVEL >= 2
  uintptr_t stop = (uintptr_t)block_bytes(block) + block->size;
  uint32_t tail = tail_get(stop);
  intact = tail == TAIL_CANARY;
  if (!intact && print) {
    tell_canary("Bad tail", stop, TAIL_CANARY, tail);
  }
#else
  (void)block;
  (void)print;
#endif
  return intact;
}

/* Before a block is freed. */
static inline void block_undress(const front_block *block)
{
  (void)block;
#if ACRE_FRONT_LEVEL >= 1
  acre_front_owner_leave_(block->owner, block->size);
  head_wipe(block);
#endif
#if ACRE_FRONT_LEVEL >= 3
  fill_bytes((uintptr_t)block->base, block->extent, FILL_FREED);
#endif
}

#endif
