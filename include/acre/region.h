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
  ACRE_NO_SPACE,    /* no aligned place fits */
  ACRE_BAD_SIZE,    /* size 0 */
  ACRE_OUTSIDE,     /* the pointer lies outside the region's payload */
  ACRE_NOT_A_BLOCK, /* inside, but not the start of a live block */
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

#ifdef __FRAMAC__
#include "metadata.acsl"
#endif

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
/*@ requires region: region != \null ==> \valid(region);
    requires memory: region != \null ==> memory != \null ==> MetadataRoom(memory, size, region);
    requires steps: acre_steps <= ACRE_STEPS(4);
    assigns *region, ((int32_t *)memory)[0 .. size / 4 - 1], ((uint8_t *)memory)[0 .. size - 1], acre_steps;
    assigns \result \from region, memory, size, granule;
    ensures T1_null: \result == ACRE_NULL_ARGUMENT <==> region == \null || memory == \null;
    ensures T1_granule: region != \null && memory != \null ==>
      (\result == ACRE_BAD_GRANULE <==> ShiftOf(granule) == 0);
    ensures T1_many: region != \null && memory != \null && ShiftOf(granule) != 0 ==>
      (\result == ACRE_TOO_MANY_GRANULES <==> (0x1000000 << ShiftOf(granule)) <= size);
    ensures T1_overflow: region != \null && memory != \null && ShiftOf(granule) != 0 ==>
      (\result == ACRE_RANGE_OVERFLOW <==> Pow2(ShiftOf(granule)) <= size < (0x1000000 << ShiftOf(granule)) &&
        (uintptr_t)memory + size > UINTPTR_MAX + 1);
    ensures T1_misaligned: region != \null && memory != \null ==>
      (\result == ACRE_MISALIGNED <==> RangeFits((uintptr_t)memory, size, ShiftOf(granule)) &&
        (uintptr_t)memory % 4 != 0);
    ensures T1_small: region != \null && memory != \null && ShiftOf(granule) != 0 ==>
      (\result == ACRE_TOO_SMALL <==> size < Pow2(ShiftOf(granule)) ||
        (RangeFits((uintptr_t)memory, size, ShiftOf(granule)) && (uintptr_t)memory % 4 == 0 &&
         !SomeRoom((uintptr_t)memory, size, ShiftOf(granule))));
    ensures T1_ok: \result == ACRE_OK <==> region != \null && memory != \null &&
      RangeFits((uintptr_t)memory, size, ShiftOf(granule)) && (uintptr_t)memory % 4 == 0 &&
      SomeRoom((uintptr_t)memory, size, ShiftOf(granule));
    ensures T1_most: \result == ACRE_OK ==>
      MostRoom((uintptr_t)memory, size, ShiftOf(granule), region->granules);
    ensures T1_place: \result == ACRE_OK ==> MetadataAt(region, memory, region->granules) &&
      region->shift == ShiftOf(granule) &&
      region->base == ((EndOf((uintptr_t)memory, size, ShiftOf(granule)) - region->granules) << region->shift);
    ensures T1_region: \result == ACRE_OK ==> Region(region) && Empty(region);
    ensures T3_refused: \result != ACRE_OK ==> region != \null ==> *region == \old(*region);
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
/*@ requires region: region != \null ==> \valid(region);
    requires memory: region != \null ==> metadata != \null ==> MetadataRoom(metadata, metadata_size, region);
    requires steps: acre_steps <= ACRE_STEPS(4);
    assigns *region, ((int32_t *)metadata)[0 .. metadata_size / 4 - 1], ((uint8_t *)metadata)[0 .. metadata_size - 1],
            acre_steps;
    assigns \result \from region, metadata, metadata_size, address, size, granule;
    ensures T1_null: \result == ACRE_NULL_ARGUMENT <==> region == \null || metadata == \null;
    ensures T1_granule: region != \null && metadata != \null ==>
      (\result == ACRE_BAD_GRANULE <==> ShiftOf(granule) == 0);
    ensures T1_many: region != \null && metadata != \null && ShiftOf(granule) != 0 ==>
      (\result == ACRE_TOO_MANY_GRANULES <==> (0x1000000 << ShiftOf(granule)) <= size);
    ensures T1_overflow: region != \null && metadata != \null && ShiftOf(granule) != 0 ==>
      (\result == ACRE_RANGE_OVERFLOW <==> Pow2(ShiftOf(granule)) <= size < (0x1000000 << ShiftOf(granule)) &&
        address + size > UINTPTR_MAX + 1);
    ensures T1_misaligned: region != \null && metadata != \null ==>
      (\result == ACRE_MISALIGNED <==> RangeFits(address, size, ShiftOf(granule)) &&
        !SplitAligned(address, (uintptr_t)metadata, ShiftOf(granule)));
    ensures T1_small: region != \null && metadata != \null && ShiftOf(granule) != 0 ==>
      (\result == ACRE_TOO_SMALL <==> size < Pow2(ShiftOf(granule)) ||
        (RangeFits(address, size, ShiftOf(granule)) && SplitAligned(address, (uintptr_t)metadata, ShiftOf(granule)) &&
         !SplitRoom(address, size, metadata_size, ShiftOf(granule))));
    ensures T1_ok: \result == ACRE_OK <==> region != \null && metadata != \null &&
      RangeFits(address, size, ShiftOf(granule)) && SplitAligned(address, (uintptr_t)metadata, ShiftOf(granule)) &&
      SplitRoom(address, size, metadata_size, ShiftOf(granule));
    ensures T1_place: \result == ACRE_OK ==>
      MetadataAt(region, metadata, SplitGranules(address, size, ShiftOf(granule))) &&
      region->shift == ShiftOf(granule) && region->base == SplitBase(address, ShiftOf(granule));
    ensures T1_region: \result == ACRE_OK ==> Region(region) && Empty(region);
    ensures T3_refused: \result != ACRE_OK ==> region != \null ==> *region == \old(*region);
 */
acre_status acre_region_init_split(acre_region *region, void *metadata, size_t metadata_size, uintptr_t address,
                                   size_t size, size_t granule);

/* Frees every block and resets the low-water mark.  Steps: O(n).  T6, T7. */
/*@ requires region: Region(region);
    requires steps: acre_steps <= ACRE_STEPS(4);
    assigns region->tag[0 .. LastTag(region->granules)], region->index[0 .. region->nodes - 1], region->frontier,
            region->used, region->blocks, region->runs, region->peak, acre_steps;
    ensures region: Region(region) && ShapeKept{Pre,Post}(region);
    ensures T6_empty: Empty(region);
    ensures T10_steps: acre_steps <= \old(acre_steps) + LastTag(region->granules) + 1 + region->nodes;
 */
void acre_region_reset(acre_region *region);

/*
 * The block of at least `size` bytes at the lowest address where it fits, with
 * the alignment of a granule; NULL if it fits nowhere or size is 0, and then
 * nothing has changed.  Steps: at most 19 L + 17.  T2, T3, T4, T7, T10.
 */
/*@ requires region: Region(region);
    requires steps: acre_steps <= ACRE_STEPS(4) + 63; // it is called by alloc_aligned, too
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], region->frontier,
            region->used, region->blocks, region->runs, region->peak, acre_steps;
    assigns \result \from *region, region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], size;
    ensures region: Region(region);
    ensures T2_refused: \result == \null <==> size == 0 || NoFit{Pre}(region, Granules(region->shift, size));
    ensures T2_lowest: \result != \null ==> \exists integer g;
      Allocated{Pre,Post}(region, \result, g, Granules(region->shift, size));
    ensures T3_refused: \result == \null ==> Unchanged{Pre,Post}(region);
    ensures T10_steps: acre_steps <= \old(acre_steps) + StepsAlloc(region->width, region->first_leaf);
 */
void *acre_region_alloc(acre_region *region, size_t size);

/*
 * The same at an address that is a multiple of `alignment`, a power of two;
 * NULL for any other alignment.  Steps: at most n + 20 L + 81, when many free
 * runs are large enough but not aligned.  T2, T3, T4, T7, T10.
 */
/*@ requires region: Region(region);
    requires steps: acre_steps <= ACRE_STEPS(4);
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], region->frontier,
            region->used, region->blocks, region->runs, region->peak, acre_steps;
    assigns \result \from *region, region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], size,
            alignment;
    ensures region: Region(region);
    ensures T2_alignment: (\forall integer o; 0 <= o ==> alignment != Pow2(o)) ==> \result == \null;
    ensures T2_zero: size == 0 ==> \result == \null;
    ensures T2_exact: \forall integer o; 0 <= o ==> alignment == Pow2(o) ==> size != 0 ==>
      AlignedResult{Pre,Post}(region, \result, OrderAbove(region->shift, o), size);
    ensures T3_refused: \result == \null ==> Unchanged{Pre,Post}(region);
    ensures T10_steps: acre_steps <= \old(acre_steps) +
      StepsAligned(region->width, region->first_leaf, region->granules);
 */
void *acre_region_alloc_aligned(acre_region *region, size_t alignment, size_t size);

/*
 * Frees the live block that starts at `block`, which may be any pointer.
 *   ACRE_OK
 *   ACRE_OUTSIDE      not in the payload (NULL, too)
 *   ACRE_NOT_A_BLOCK  in it, but no live block starts there: interior, free or misaligned
 * When refused, nothing has changed.  Steps: at most 10 L + 10.  T3, T5, T6, T7, T10.
 */
/*@ requires region: Region(region);
    requires steps: acre_steps <= ACRE_STEPS(4);
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], region->frontier,
            region->used, region->blocks, region->runs, acre_steps;
    assigns \result \from *region, region->tag[0 .. region->granules - 1], block;
    ensures region: Region(region);
    ensures T5_status: \result \in {ACRE_OK, ACRE_OUTSIDE, ACRE_NOT_A_BLOCK};
    ensures T5_exact: \result == ACRE_OK <==> \exists integer g; BlockAt{Pre}(region, block, g);
    ensures T5_freed: \forall integer g; BlockAt{Pre}(region, block, g) ==> Freed{Pre,Post}(region, g);
    ensures T5_outside: \result == ACRE_OUTSIDE <==>
      !(region->base <= (uintptr_t)block < Address(region->base, region->shift, region->granules));
    ensures T3_refused: \result != ACRE_OK ==> Unchanged{Pre,Post}(region);
    ensures T10_steps: acre_steps <= \old(acre_steps) + StepsFree(region->width, region->first_leaf);
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
/*@ requires region: Region(region);
    requires steps: acre_steps <= ACRE_STEPS(4);
    assigns region->tag[0 .. region->granules - 1], region->index[0 .. region->nodes - 1], region->frontier,
            region->used, region->runs, region->peak, acre_steps;
    assigns \result \from *region, region->tag[0 .. region->granules - 1], block, size;
    ensures region: Region(region);
    ensures T9_status: \result \in {ACRE_OK, ACRE_NO_SPACE, ACRE_BAD_SIZE, ACRE_OUTSIDE, ACRE_NOT_A_BLOCK};
    ensures T9_refused: \result == ACRE_OUTSIDE || \result == ACRE_NOT_A_BLOCK <==>
      !\exists integer g; BlockAt{Pre}(region, block, g);
    ensures T9_outside: \result == ACRE_OUTSIDE <==>
      !(region->base <= (uintptr_t)block < Address(region->base, region->shift, region->granules));
    ensures T9_size: \forall integer g; BlockAt{Pre}(region, block, g) ==> (\result == ACRE_BAD_SIZE <==> size == 0);
    ensures T9_exact: \forall integer g; BlockAt{Pre}(region, block, g) ==> size != 0 ==>
      (\result == ACRE_OK <==> RoomAt{Pre}(region, g, Granules(region->shift, size)));
    ensures T9_resized: \forall integer g; BlockAt{Pre}(region, block, g) ==> \result == ACRE_OK ==>
      Resized{Pre,Post}(region, g, Granules(region->shift, size));
    ensures T3_refused: \result != ACRE_OK ==> Unchanged{Pre,Post}(region);
    ensures T10_steps: acre_steps <= \old(acre_steps) + StepsFree(region->width, region->first_leaf);
 */
acre_status acre_region_resize(acre_region *region, void *block, size_t size);

/* The bytes of the live block that starts at `block`, at least those asked
 * for; 0 if none starts there.  Steps: O(1). */
/*@ requires region: Region(region);
    assigns \result \from *region, region->tag[0 .. region->granules - 1], block;
    ensures T5_block: \forall integer g; BlockAt(region, (void *)block, g) ==>
      \result == (SizeAt(region, g) << region->shift);
    ensures T5_none: \result == 0 <==> !\exists integer g; BlockAt(region, (void *)block, g);
 */
size_t acre_region_usable_size(const acre_region *region, const void *block);

/* Steps: O(1).  T7. */
/*@ requires region: Region(region) && \valid(stats) && \separated(region, stats);
    assigns *stats \from *region, region->index[0];
    ensures T7_total: stats->total == \old(region->granules << region->shift) && stats->total == stats->used + stats->free;
    ensures T7_used: stats->used == \old(Used(region->tag, region->frontier) << region->shift);
    ensures T7_largest: \forall integer k; 1 <= k ==>
      (\old(!NoFit(region, k)) <==> \old(k << region->shift) <= stats->largest);
    ensures T7_low_water: stats->low_water == \old((region->granules - region->peak) << region->shift);
    ensures T7_blocks: stats->blocks == \old(Blocks(region->tag, region->frontier));
    ensures T7_runs: stats->free_runs == \old(Runs(region->tag, region->frontier) +
      (region->frontier < region->granules ? 1 : 0));
 */
void acre_region_stats(const acre_region *region, acre_stats *stats);

/* The low-water mark is what is free now.  Steps: O(1).  T7. */
/*@ requires region: Region(region);
    assigns region->peak;
    ensures region: Region(region);
    ensures T7_peak: region->peak == region->used;
 */
void acre_region_reset_low_water(acre_region *region);

/*
 * The next block or free run in address order; false, and `block` as it was,
 * after the last.  The iteration may stop anywhere.  If the region changes in
 * between, it goes on at the next start behind where it stood.  Steps: O(1) if
 * nothing changed.
 */
/*@ requires region: Region(region) && \valid(iterator) && \valid(block) && \separated(region, iterator, block);
    requires steps: acre_steps <= ACRE_STEPS(4);
    assigns *iterator, *block, acre_steps;
    assigns \result \from *region, region->tag[0 .. region->granules - 1], *iterator;
    ensures end: !\result ==> *block == \old(*block) &&
      \old(region->frontier == region->granules || region->frontier < iterator->granule) &&
      \old(\forall integer j; iterator->granule <= j < region->frontier ==> !Start(region->tag, j));
    ensures place: \result ==> \exists integer g; Next{Pre}(region, \old(iterator->granule), g, block->address,
      block->size, block->live, iterator->granule);
    ensures T10_steps: acre_steps <= \old(acre_steps + region->frontier);
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
 * `size` bytes in default granules, ready to use, in C and C++.  Metadata and
 * payload lie in .bss: metadata of zeros are those of an empty region.
 */
#define ACRE_REGION(name, size) ACRE_REGION_GRANULE(name, size, ACRE_GRANULE_DEFAULT)
#define ACRE_REGION_GRANULE(name, size, granule)                                                                     \
  ACRE_ASSERT_((granule) >= ACRE_GRANULE_MIN && (granule) <= ACRE_GRANULE_MAX && ((granule) & ((granule)-1u)) == 0u, \
               "acre: the granule must be a power of two from 8 to 4096");                                           \
  ACRE_ASSERT_((size) / (granule) >= 1u && (size) / (granule) <= ACRE_GRANULES_MAX,                                  \
               "acre: a region has 1 to ACRE_GRANULES_MAX granules");                                                \
  static uint8_t name##_tags[8u * ACRE_LEAVES_((size) / (granule)) + 2u];                                            \
  static int32_t name##_index[ACRE_NODES_(ACRE_LEAVES_((size) / (granule)))];                                        \
  ACRE_STATIC_ALIGNED_(granule) uint8_t name##_payload[(size) / (granule) * (granule)];                              \
  /* in the order of the fields: C++ before C++20 has no names for them */                                           \
  static acre_region name = {name##_tags + 1,                                                                        \
                             name##_index,                                                                           \
                             (uintptr_t)name##_payload,                                                              \
                             (size) / (granule),                                                                     \
                             0u,                                                                                     \
                             ACRE_LOG2_(granule),                                                                    \
                             ACRE_WIDTH_(ACRE_LEAVES_((size) / (granule))),                                          \
                             ACRE_FIRST_LEAF_(ACRE_LEAVES_((size) / (granule))),                                     \
                             ACRE_NODES_(ACRE_LEAVES_((size) / (granule))),                                          \
                             0u,                                                                                     \
                             0u,                                                                                     \
                             0u,                                                                                     \
                             0u}
#ifdef __cplusplus
#define ACRE_ASSERT_ static_assert
#define ACRE_STATIC_ALIGNED_(alignment) alignas(alignment) static
#else
#define ACRE_ASSERT_ _Static_assert
#define ACRE_STATIC_ALIGNED_(alignment) static _Alignas(alignment)
#endif
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
