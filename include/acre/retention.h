/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A region that survives a warm reset, in memory that keeps its contents and
 * that start-up code leaves alone (.noinit, retention RAM, backup RAM).
 *
 *   acre_retention *kept = (acre_retention *)memory;
 *   if (acre_retention_attach(memory, size, 0) != ACRE_RETENTION_OK) {
 *     (void)acre_retention_format(memory, size, 0);        all blocks are gone
 *   }
 *   acre_retention_open(kept);
 *   kept->root = acre_region_alloc(&kept->region, 100);
 *   acre_retention_seal(kept);
 *
 * Changes are made between open and seal.  Seal computes a checksum over the
 * metadata, the region object and the root; a reset that comes while the
 * region is open finds it refused.  The blocks' contents are not covered:
 * nothing of acre reads them.  The cost of a seal is O(metadata).
 *
 * What a seal wrote must reach the memory: behind a write-back cache, clean it
 * before the reset, or keep the region uncached.  RAM with error correction
 * must have been written once before attach reads it.
 *
 * Addresses are kept, so the memory must be at the same place after the reset,
 * and the firmware of the same data model.  The fields of acre_retention but
 * `region` (as an argument) and `root` are not to be touched.
 */
#ifndef ACRE_RETENTION_H
#define ACRE_RETENTION_H

#include <acre/region.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum acre_retention_verdict {
  ACRE_RETENTION_OK = 0,
  ACRE_RETENTION_ARGUMENT, /* memory is NULL or misaligned, or too small to hold a region */
  ACRE_RETENTION_EMPTY,    /* nothing of the kind is there: a cold start */
  ACRE_RETENTION_LAYOUT,   /* of another address, size, granule or version */
  ACRE_RETENTION_OPEN,     /* the reset came between open and seal */
  ACRE_RETENTION_CHECKSUM, /* a bit of metadata, region object or root has changed */
  ACRE_RETENTION_CORRUPT   /* the checksum fits, but acre_region_check finds a broken rule */
} acre_retention_verdict;

typedef struct acre_retention {
  uint32_t magic;
  uint32_t version;  /* of this structure, and its size */
  uint32_t sealed;   /* one of two words that differ in many bits */
  uint32_t checksum; /* over all from the next field up to the payload */
  uintptr_t address; /* of this structure */
  size_t size;       /* of the whole memory */
  size_t granule;
  size_t covered; /* bytes from `address` that the checksum covers */
  void *root;     /* the user's: where to find the blocks again; may be NULL */
  acre_region region;
} acre_retention;

/*
 * An empty region in `memory`: this structure, then the metadata, then the
 * payload.  It is sealed.  As acre_region_init; memory has to be aligned as a
 * pointer is.
 */
acre_status acre_retention_format(void *memory, size_t size, size_t granule);

/*
 * Whether `memory` holds a region that may be used on, formatted with the same
 * arguments.  If so, it is ready with every block as it was, and sealed.  If
 * not, nothing has changed.  Steps: O(size) in words.
 */
acre_retention_verdict acre_retention_attach(void *memory, size_t size, size_t granule);

/* Changes follow. */
void acre_retention_open(acre_retention *retention);

/* Changes are over. */
void acre_retention_seal(acre_retention *retention);

#ifdef __cplusplus
}
#endif

#endif
