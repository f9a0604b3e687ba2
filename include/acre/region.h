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

acre_status acre_region_init(acre_region *region, void *memory, size_t size, size_t granule);

acre_status acre_region_init_split(acre_region *region, void *metadata, size_t metadata_size, uintptr_t address,
                                   size_t size, size_t granule);

void acre_region_reset(acre_region *region);

void *acre_region_alloc(acre_region *region, size_t size);

void *acre_region_alloc_aligned(acre_region *region, size_t alignment, size_t size);

acre_status acre_region_free(acre_region *region, void *block);

acre_status acre_region_resize(acre_region *region, void *block, size_t size);

size_t acre_region_usable_size(const acre_region *region, const void *block);

void acre_region_stats(const acre_region *region, acre_stats *stats);

void acre_region_reset_low_water(acre_region *region);

bool acre_region_next(const acre_region *region, acre_iterator *iterator, acre_block *block);

acre_status acre_region_check(const acre_region *region, acre_finding *finding);

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
