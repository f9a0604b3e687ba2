/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Physical memory protection for a region, as data: what to load into pmpcfg
 * and pmpaddr so that less privileged code may use the payload but not execute
 * it, and may not touch the metadata.  The allocator runs in machine mode,
 * which entries without ACRE_PMP_LOCK do not bind.
 *
 *   acre_pmp_entry entries[8];
 *   size_t count;
 *   acre_status status = acre_pmp_plan(&heap, (uintptr_t)memory, 0, ACRE_PMP_TOR, 4, entries, 8, &count);
 *
 * Load them in their order, at lower numbers than any entry that gives more:
 * the lowest entry that matches decides.  A TOR entry takes its lower end from
 * the address register before it, so the entries must stay together.
 */
#ifndef ACRE_PMP_H
#define ACRE_PMP_H

#include <acre/region.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The bits of a pmpcfg byte. */
#define ACRE_PMP_R 0x01u
#define ACRE_PMP_W 0x02u
#define ACRE_PMP_X 0x04u
#define ACRE_PMP_A_OFF 0x00u
#define ACRE_PMP_A_TOR 0x08u
#define ACRE_PMP_A_NA4 0x10u
#define ACRE_PMP_A_NAPOT 0x18u
#define ACRE_PMP_LOCK 0x80u

typedef enum acre_pmp_mode {
  ACRE_PMP_TOR,  /* three entries where metadata and payload touch, else four */
  ACRE_PMP_NAPOT /* as many aligned powers of two as the ranges fall into */
} acre_pmp_mode;

typedef struct acre_pmp_entry {
  uintptr_t address; /* for pmpaddr<i>: bits 2 and up of the address */
  uint8_t config;    /* for byte i of the pmpcfg registers */
} acre_pmp_entry;

/*
 * The entries for a region: no access to its metadata, read and write on its
 * payload.  metadata: where they start; metadata_size: their bytes, or 0 if
 * they reach up to the payload, as acre_region_init puts them.  grain: the
 * smallest range that the hart's PMP can protect, in bytes, at least 4.
 *   ACRE_OK             *count entries are in `entries`
 *   ACRE_NULL_ARGUMENT  region, entries or count is NULL
 *   ACRE_BAD_GRANULE    grain is not a power of two from 4
 *   ACRE_MISALIGNED     an end of metadata or payload is no multiple of grain:
 *                       align the memory, and make the metadata's size one
 *   ACRE_RANGE_OVERFLOW metadata_size is 0 and the metadata start behind the
 *                       payload, or the metadata pass the top of the address space
 *   ACRE_NO_SPACE       more than `capacity` entries; *count says how many.
 *                       With NAPOT, align the ranges to powers of two, or use TOR
 * The region of address 0 has its payload from granule 1 on.
 */
acre_status acre_pmp_plan(const acre_region *region, uintptr_t metadata, size_t metadata_size, acre_pmp_mode mode,
                          size_t grain, acre_pmp_entry *entries, size_t capacity, size_t *count);

#ifdef __cplusplus
}
#endif

#endif
