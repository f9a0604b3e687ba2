/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * acre: one region of memory, handed out by exact, address-ordered first fit.
 *
 * A region is cut into granules of equal size.  All bookkeeping stands beside
 * the granules, in metadata of its own; the memory that is handed out (the
 * payload) is never read or written.  See README.md for the picture.
 */
#ifndef ACRE_REGION_H
#define ACRE_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Proof only: loop steps and unrolled comparisons counted; see spec/steps.acsl */
/*@ ghost extern unsigned acre_steps; */

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Sizes ------------------------------------------------------------- */

/* The granule that init takes when it is given 0, in bytes. */
#define ACRE_GRANULE_DEFAULT 16u
#define ACRE_GRANULE_MIN 8u
#define ACRE_GRANULE_MAX 4096u
/* Most granules a region can have: a size is kept in four digits of six bits. */
#define ACRE_GRANULES_MAX 0xFFFFFFu

/* The index has a leaf for every eight granules, and an inner node for every
 * eight nodes below it; ACRE_WIDTH_ is the number of nodes under the root. */
#define ACRE_LEAVES_(n) (((n) + 7u) / 8u)
#define ACRE_DEPTH_(s)   \
  ((s) <= 8u        ? 0u \
   : (s) <= 64u     ? 1u \
   : (s) <= 512u    ? 2u \
   : (s) <= 4096u   ? 3u \
   : (s) <= 32768u  ? 4u \
   : (s) <= 262144u ? 5u \
                    : 6u)
#define ACRE_WIDTH_(s) (((s) + (1u << (3u * ACRE_DEPTH_(s))) - 1u) >> (3u * ACRE_DEPTH_(s)))
#define ACRE_FIRST_LEAF_(s) (1u + ACRE_WIDTH_(s) * (((1u << (3u * ACRE_DEPTH_(s))) - 1u) / 7u))
#define ACRE_NODES_(s) \
  ((s) <= 8u ? 9u : ACRE_WIDTH_(s) + 1u + 8u * ((ACRE_FIRST_LEAF_(s) + (s)-ACRE_WIDTH_(s) - 1u + 7u) / 8u))

/*
 * Bytes of metadata for a payload of `size` bytes in granules of `granule`
 * bytes: a constant expression, exactly what acre_region_init_split needs.
 */
#define ACRE_METADATA_SIZE(size, granule) \
  (4u * ACRE_NODES_(ACRE_LEAVES_((size) / (granule))) + 8u * ACRE_LEAVES_((size) / (granule)) + 2u)

/* ---- Types ------------------------------------------------------------- */

typedef enum acre_status {
  ACRE_OK = 0,
  ACRE_NO_SPACE,      /* no aligned place fits */
  ACRE_BAD_SIZE,      /* size 0 */
  ACRE_BAD_ALIGNMENT, /* not a power of two */
  ACRE_OUTSIDE,       /* the pointer lies outside the region's payload */
  ACRE_NOT_A_BLOCK,   /* inside, but not the start of a live block */
  ACRE_NULL_ARGUMENT,
  ACRE_TOO_SMALL,         /* not even one granule fits beside its metadata */
  ACRE_MISALIGNED,        /* metadata not aligned to 4, or payload not to the granule */
  ACRE_RANGE_OVERFLOW,    /* the range passes the top of the address space */
  ACRE_BAD_GRANULE,       /* not a power of two in [ACRE_GRANULE_MIN, ACRE_GRANULE_MAX] */
  ACRE_TOO_MANY_GRANULES, /* more than ACRE_GRANULES_MAX: take a larger granule */
  ACRE_CHECK_MORE,        /* check_step: the budget is spent, call again */
  ACRE_CORRUPT            /* check: the metadata break a rule, see acre_finding */
} acre_status;

/* A region.  The object is the caller's; its fields are not to be touched. */
typedef struct acre_region {
  uint8_t *tag;        /* one per granule, with a sentinel at -1 and padding to a multiple of 8 */
  int32_t *index;      /* node 0 is the root; a node is the largest free run below it */
  uintptr_t base;      /* address of granule 0 */
  uint32_t granules;   /* granules in the region */
  uint32_t frontier;   /* granules from here on are one free run, without tags */
  uint32_t shift;      /* log2 of the granule */
  uint32_t width;      /* nodes under the root, 1 to 8 */
  uint32_t first_leaf; /* first leaf of the index */
  uint32_t nodes;      /* nodes of the index */
  uint32_t used;       /* granules in live blocks */
  uint32_t peak;       /* most of `used` since it was last reset */
  uint32_t blocks;     /* live blocks */
  uint32_t runs;       /* free runs below the frontier */
} acre_region;

/* Sizes in bytes. */
typedef struct acre_stats {
  size_t total;       /* granules of the region */
  size_t used;        /* granules in live blocks; total == used + free */
  size_t free;        /* granules in free runs */
  size_t largest;     /* the largest request that would succeed now */
  size_t low_water;   /* least `free` since it was last reset */
  uint32_t blocks;    /* live blocks */
  uint32_t free_runs; /* maximal runs of free granules */
} acre_stats;

/* A live block or a free run, as acre_region_next gives it. */
typedef struct acre_block {
  void *address;
  size_t size; /* bytes */
  bool live;
} acre_block;

/* Where an iteration stands; start with { 0 }. */
typedef struct acre_iterator {
  uint32_t granule;
} acre_iterator;

/* The rules that acre_region_check knows. */
typedef enum acre_rule {
  ACRE_RULE_NONE = 0,
  ACRE_RULE_SENTINEL,  /* tag[-1] is 0 */
  ACRE_RULE_FRONTIER,  /* frontier <= granules, and nothing starts at or behind it */
  ACRE_RULE_START,     /* a block or free run starts where its left neighbour ends */
  ACRE_RULE_SIZE,      /* its size is positive, canonical, and ends by the frontier */
  ACRE_RULE_COALESCED, /* no free run beside a free run or the frontier */
  ACRE_RULE_END,       /* the last tag of a free run gives its size, that of a block gives none */
  ACRE_RULE_INTERIOR,  /* nothing starts inside a block or free run */
  ACRE_RULE_LEAF,      /* a leaf is the largest free run that starts in its eight granules */
  ACRE_RULE_NODE,      /* an inner node is the largest of its children */
  ACRE_RULE_COUNTER    /* used, peak, blocks, runs are what they count */
} acre_rule;

/* The first broken rule, and the granule (for RULE_NODE the node) where. */
typedef struct acre_finding {
  acre_rule rule;
  uint32_t where;
} acre_finding;

/* Where a stepwise check stands; start with { 0 }. */
typedef struct acre_check_cursor {
  uint32_t at;    /* granules, then nodes, found right */
  uint32_t start; /* the last block or free run entered is [start, end) */
  uint32_t end;
  uint32_t used; /* counted so far, as in acre_region */
  uint32_t blocks;
  uint32_t runs;
} acre_check_cursor;

/* ---- Functions --------------------------------------------------------- */

/*
 * Sizes are in bytes and rounded up to whole granules.  n is the number of
 * granules, L the number of index levels below the root: 1 for up to 64
 * granules, and one more for every eightfold.  A step is one turn of a loop or
 * one tag or node looked at.  T1 to T11 are the theorems of the design; they
 * hold of a region that was initialised and whose metadata nobody else writes.
 * Every pointer argument but `block` has to be valid; none may be NULL unless
 * that is said.  No function locks.
 */

/*
 * Makes an empty region of `size` bytes at `memory`: the metadata at its start,
 * the payload up to its last whole granule.  granule: bytes per granule, 0 for
 * the default.  Takes as many granules as fit beside their metadata.
 *   ACRE_OK
 *   ACRE_NULL_ARGUMENT      region or memory is NULL
 *   ACRE_BAD_GRANULE        not a power of two from 8 to 4096
 *   ACRE_TOO_SMALL          not one granule fits
 *   ACRE_TOO_MANY_GRANULES  size / granule is above ACRE_GRANULES_MAX
 *   ACRE_RANGE_OVERFLOW     memory + size passes the top of the address space
 *   ACRE_MISALIGNED         memory is not a multiple of 4
 * When refused, the region is as it was.  Steps: O(n).  T1.
 */
acre_status acre_region_init(acre_region *region, void *memory, size_t size, size_t granule);

/*
 * The same with the payload at `address`, which is never read or written and
 * need not be memory of this program, and the metadata elsewhere.  They take
 * ACRE_METADATA_SIZE(size, granule) bytes.  A payload may start at address 0
 * (granule 0 is left out: a block there could not be told from "no block"),
 * cross the middle of the address space, and end at its top.
 *   as acre_region_init, and
 *   ACRE_NULL_ARGUMENT      region or metadata is NULL
 *   ACRE_TOO_SMALL          or metadata_size is too small
 *   ACRE_MISALIGNED         metadata not a multiple of 4, or address of the granule
 * Steps: O(n).  T1.
 */
acre_status acre_region_init_split(acre_region *region, void *metadata, size_t metadata_size, uintptr_t address,
                                   size_t size, size_t granule);

/* Frees every block and resets the low-water mark.  Steps: O(n).  T6, T7. */
void acre_region_reset(acre_region *region);

/*
 * The block of at least `size` bytes at the lowest address where it fits, with
 * the alignment of a granule; NULL if it fits nowhere or size is 0, and then
 * nothing has changed.  Steps: at most 19 L + 17.  T2, T3, T4, T7, T10.
 */
void *acre_region_alloc(acre_region *region, size_t size);

/*
 * The same at an address that is a multiple of `alignment`, a power of two;
 * NULL for any other alignment.  Steps: O(n), when many free runs are large
 * enough but not aligned.  T2, T3, T4, T7.
 */
void *acre_region_alloc_aligned(acre_region *region, size_t alignment, size_t size);

/*
 * Frees the live block that starts at `block`, which may be any pointer.
 *   ACRE_OK
 *   ACRE_OUTSIDE      not in the payload (NULL, too)
 *   ACRE_NOT_A_BLOCK  in it, but no live block starts there: interior, free or misaligned
 * When refused, nothing has changed.  Steps: at most 10 L + 10.  T3, T5, T6, T7, T10.
 */
acre_status acre_region_free(acre_region *region, void *block);

/*
 * Shrinks or grows a live block where it stands, whenever it can: to fewer
 * granules, or into the free run behind it.  The contents stay.
 *   ACRE_OK
 *   ACRE_NO_SPACE     the block and the free run behind it are too small
 *   ACRE_BAD_SIZE     size is 0
 *   ACRE_OUTSIDE, ACRE_NOT_A_BLOCK  as acre_region_free
 * When refused, nothing has changed.  Steps: at most 10 L + 10.  T3, T7, T9, T10.
 */
acre_status acre_region_resize(acre_region *region, void *block, size_t size);

/* The bytes of the live block that starts at `block`, at least those asked
 * for; 0 if none starts there.  Steps: O(1). */
size_t acre_region_usable_size(const acre_region *region, const void *block);

/* Steps: O(1).  T7. */
void acre_region_stats(const acre_region *region, acre_stats *stats);

/* The low-water mark is what is free now.  Steps: O(1).  T7. */
void acre_region_reset_low_water(acre_region *region);

/*
 * The next block or free run in address order; false, and `block` as it was,
 * after the last.  The iteration may stop anywhere.  If the region changes in
 * between, it goes on at the next start behind where it stood.  Steps: O(1) if
 * nothing changed.
 */
bool acre_region_next(const acre_region *region, acre_iterator *iterator, acre_block *block);

/*
 * Whether the metadata are those of a region: tags, index and counters may
 * hold anything; the rest of the region object is trusted.
 *   ACRE_OK       finding->rule is ACRE_RULE_NONE
 *   ACRE_CORRUPT  finding tells the first broken rule, and where
 * Steps: O(n).  T11.
 */
acre_status acre_region_check(const acre_region *region, acre_finding *finding);

/*
 * The same in steps, with interrupts on between the calls: at most `budget`
 * granules and nodes at a time.  Start with a cursor of zeros.
 *   ACRE_CHECK_MORE  call again
 * A change in between makes the verdict void: start anew.  Any cursor is safe.
 * A budget of 0 does nothing.  Steps: at most 9 * budget.  T10, T11.
 */
acre_status acre_region_check_step(const acre_region *region, acre_check_cursor *cursor, uint32_t budget,
                                   acre_finding *finding);

/*
 * ACRE_REGION(name, size): declares a static region `name` with a payload of
 * `size` bytes in default granules, ready to use.  Metadata and payload lie in
 * .bss: metadata of zeros are those of an empty region.
 */
#define ACRE_REGION(name, size) ACRE_REGION_GRANULE(name, size, ACRE_GRANULE_DEFAULT)
#define ACRE_REGION_GRANULE(name, size, granule)                                                                       \
  _Static_assert((granule) >= ACRE_GRANULE_MIN && (granule) <= ACRE_GRANULE_MAX && ((granule) & ((granule)-1u)) == 0u, \
                 "acre: the granule must be a power of two from 8 to 4096");                                           \
  _Static_assert((size) / (granule) >= 1u && (size) / (granule) <= ACRE_GRANULES_MAX,                                  \
                 "acre: a region has 1 to ACRE_GRANULES_MAX granules");                                                \
  static uint8_t name##_tags[8u * ACRE_LEAVES_((size) / (granule)) + 2u];                                              \
  static int32_t name##_index[ACRE_NODES_(ACRE_LEAVES_((size) / (granule)))];                                          \
  static _Alignas(granule) uint8_t name##_payload[(size) / (granule) * (granule)];                                     \
  static acre_region name = {.tag = name##_tags + 1,                                                                   \
                             .index = name##_index,                                                                    \
                             .base = (uintptr_t)name##_payload,                                                        \
                             .granules = (size) / (granule),                                                           \
                             .shift = ACRE_LOG2_(granule),                                                             \
                             .width = ACRE_WIDTH_(ACRE_LEAVES_((size) / (granule))),                                   \
                             .first_leaf = ACRE_FIRST_LEAF_(ACRE_LEAVES_((size) / (granule))),                         \
                             .nodes = ACRE_NODES_(ACRE_LEAVES_((size) / (granule)))}
#define ACRE_LOG2_(g)   \
  ((g) <= 8u      ? 3u  \
   : (g) <= 16u   ? 4u  \
   : (g) <= 32u   ? 5u  \
   : (g) <= 64u   ? 6u  \
   : (g) <= 128u  ? 7u  \
   : (g) <= 256u  ? 8u  \
   : (g) <= 512u  ? 9u  \
   : (g) <= 1024u ? 10u \
   : (g) <= 2048u ? 11u \
                  : 12u)

#ifdef __cplusplus
}
#endif

#endif
