/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the unit tests share: regions with their model, and snapshots. */
#ifndef ACRE_TESTS_SUPPORT_H
#define ACRE_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "both.h"

/* Where most regions lie: nothing is mapped there, so that touching the
 * payload would crash.  A multiple of 64 KiB. */
#define SOMEWHERE ((uintptr_t)0x12340000u)

/* A region over nothing, with metadata between guard bytes, and its model. */
typedef struct fixture {
  acre_region region;
  both both;
  uint8_t *room;
  size_t room_size;
  model_block *blocks;
} fixture;

/* n granules of `granule` bytes from `address`, in exactly as many bytes of
 * metadata as the macro says. */
void fixture_open(fixture *f, uintptr_t address, uint32_t n, size_t granule);

/* Checks the guard bytes and the invariant, and ends the fixture. */
void fixture_close(fixture *f);

/* The invariant, the statistics and the iteration, against the model. */
void fixture_check(fixture *f);

/* A copy of the region object and its metadata. */
typedef struct snapshot {
  acre_region region;
  uint8_t *bytes;
} snapshot;

void snapshot_take(snapshot *s, const acre_region *region);

/* Every byte of the region object and the metadata is as it was; ends the snapshot. */
void snapshot_same(snapshot *s, const acre_region *region);

/* Some thousand operations of all kinds, compared one by one; ends with an empty region. */
void exercise(both *b, uint32_t seed);

#endif
