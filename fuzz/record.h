/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The format of a fuzzer's input: a header of eight bytes, then records of
 * four bytes, one operation each.  Every byte sequence is a valid input: what
 * is missing of the header is 0, a started record is left out.
 *
 *   header  0 where the region lies (enum fuzz_place)
 *           1 granule: 8 << (byte % 10)
 *           2 and 3 granules, see fuzz_granules
 *           4 offset of the base in granules, or of the memory in bytes
 *           5 bytes beyond the last whole granule, or less metadata than needed
 *           6 even: one region, as above; odd: a heap of several, see heap_driver.c,
 *             and all the other bytes say something else
 *           7 how the heap is set up; of one region, nothing
 *   record  0 operation: byte % FUZZ_OPS
 *           1 slot, block number, or alignment: see the operations
 *           2 and 3 size or place, see fuzz_size
 */
#ifndef ACRE_FUZZ_RECORD_H
#define ACRE_FUZZ_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#define FUZZ_HEADER 8u
#define FUZZ_RECORD 4u
#define FUZZ_SLOTS 32u
/* Longer inputs are cut: long enough to fill and empty a region of 64 granules
 * many times. */
#define FUZZ_RECORDS_MAX 1024u

/* Where the payload lies.  In the last four nothing is there: the core must
 * not touch what it hands out. */
enum fuzz_place {
  FUZZ_FRONT,  /* memory; the metadata begin where their memory begins */
  FUZZ_BACK,   /* memory; the metadata end where their memory ends */
  FUZZ_INSIDE, /* acre_region_init: the metadata at the start of the memory */
  FUZZ_STATIC, /* ACRE_REGION_GRANULE: one of a few, chosen by bytes 2 and 3 */
  FUZZ_MIDDLE, /* nothing special about the addresses */
  FUZZ_HALF,   /* across the middle of the address space */
  FUZZ_TOP,    /* ends where the address space ends */
  FUZZ_ZERO,   /* starts at address 0 */
  FUZZ_PLACES
};

/* The operations, on one region; of a heap they mean the same as far as it has it,
 * see heap_driver.c.  Those from FUZZ_CORE_OPS on are of the heap alone. */
enum fuzz_op {
  FUZZ_ALLOC,       /* into slot a */
  FUZZ_ALIGNED,     /* into slot a % 8, alignment 2^(a / 8) */
  FUZZ_ZEROED,      /* as ALLOC, but the caller clears the block */
  FUZZ_FREE,        /* live block number a */
  FUZZ_FREE_SLOT,   /* what slot a holds, which may have been freed before */
  FUZZ_FREE_WILD,   /* any pointer, see fuzz_wild */
  FUZZ_RESIZE,      /* live block number a */
  FUZZ_RESIZE_SLOT, /* what slot a holds */
  FUZZ_RESIZE_WILD, /* any pointer */
  FUZZ_REALLOC,     /* live block number a: resize, or move; to 0 frees */
  FUZZ_USABLE,      /* of any pointer */
  FUZZ_LOW_WATER,   /* reset the low-water mark */
  FUZZ_RESET,
  FUZZ_WALK,       /* all blocks and runs */
  FUZZ_NEXT,       /* some more steps of an iteration that lives on across changes */
  FUZZ_CHECK_STEP, /* a budget more of a check that lives on */
  FUZZ_SCRIBBLE,   /* write into the payload: a block and beyond, or anywhere */
  FUZZ_FILL,       /* allocate the same size until nothing fits, at most a times */
  FUZZ_COMB,       /* free every other block, or every third, ... */
  FUZZ_INIT,       /* initialise another region with any arguments */
  FUZZ_CORRUPT,    /* change the metadata; any other operation first undoes it */
  FUZZ_MISUSE,     /* an operation on changed metadata; adopts them if they are sound */
  FUZZ_CORE_OPS,
  FUZZ_CAPS = FUZZ_CORE_OPS, /* the list of masks for ALIGNED, PREFER and REALLOC_ANY */
  FUZZ_ADD,                  /* a region in one of the rooms, or where nothing is */
  FUZZ_ADD_IN,               /* a region, or its metadata, in a live block */
  FUZZ_ADD_ODD,              /* any range, metadata and granule */
  FUZZ_LEAVE,                /* remove or drain a region */
  FUZZ_RESERVE,
  FUZZ_SET,         /* order, defaults, watches, the low-memory hook */
  FUZZ_EXPLAIN,     /* what would become of a request */
  FUZZ_PREFER,      /* by the list of masks */
  FUZZ_REALLOC_ANY, /* by the list, with an alignment */
  FUZZ_OPS
};

static inline bool fuzz_is_heap(const uint8_t *header)
{
  return header[6] % 2u == 1u;
}

#endif
