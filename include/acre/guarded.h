/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A region behind a lock: the calls of acre/region.h, each as one critical
 * section.  Choose the lock with -DACRE_LOCK=... (see acre/lock.h).
 *
 *   ACRE_REGION(heap, 64 * 1024);
 *   static acre_guarded shared = ACRE_GUARDED(&heap);
 *   void *p = acre_guarded_alloc(&shared, 100);
 *
 * The names carry the lock (acre_guarded_alloc_irq, ...), so objects that were
 * compiled for different locks do not link.  libacre-port.a holds all locks
 * that the target can have.
 */
#ifndef ACRE_GUARDED_H
#define ACRE_GUARDED_H

#include <acre/lock.h>
#include <acre/region.h>

#ifdef __cplusplus
extern "C" {
#endif

#define acre_guarded ACRE_LOCK_NAME_(acre_guarded)
#define acre_guarded_alloc ACRE_LOCK_NAME_(acre_guarded_alloc)
#define acre_guarded_alloc_aligned ACRE_LOCK_NAME_(acre_guarded_alloc_aligned)
#define acre_guarded_free ACRE_LOCK_NAME_(acre_guarded_free)
#define acre_guarded_resize ACRE_LOCK_NAME_(acre_guarded_resize)
#define acre_guarded_usable_size ACRE_LOCK_NAME_(acre_guarded_usable_size)
#define acre_guarded_stats ACRE_LOCK_NAME_(acre_guarded_stats)
#define acre_guarded_reset_low_water ACRE_LOCK_NAME_(acre_guarded_reset_low_water)
#define acre_guarded_check ACRE_LOCK_NAME_(acre_guarded_check)
#define acre_guarded_check_step ACRE_LOCK_NAME_(acre_guarded_check_step)

/* The object is the caller's; its fields are not to be touched. */
typedef struct acre_guarded {
  acre_region *region;
  acre_port_lock lock;
  uint32_t changes; /* counts what changed the metadata; may wrap */
} acre_guarded;

/* clang-format off */
#define ACRE_GUARDED(region_) {(region_), ACRE_LOCK_INIT, 0u}
/* clang-format on */

/* Where a stepwise check stands, and of which state; start with { 0 }. */
typedef struct acre_guarded_cursor {
  acre_check_cursor cursor;
  uint32_t changes;
} acre_guarded_cursor;

/* As the function of acre/region.h with the same end; all may be called from
 * interrupt handlers if the lock may. */
void *acre_guarded_alloc(acre_guarded *guarded, size_t size);
void *acre_guarded_alloc_aligned(acre_guarded *guarded, size_t alignment, size_t size);
acre_status acre_guarded_free(acre_guarded *guarded, void *block);
acre_status acre_guarded_resize(acre_guarded *guarded, void *block, size_t size);
size_t acre_guarded_usable_size(acre_guarded *guarded, const void *block);
void acre_guarded_stats(acre_guarded *guarded, acre_stats *stats);
void acre_guarded_reset_low_water(acre_guarded *guarded);

/* The whole check in one critical section, which is O(granules) long. */
acre_status acre_guarded_check(acre_guarded *guarded, acre_finding *finding);

/*
 * The check in short critical sections of at most `budget` granules and nodes.
 * If the region changed since the last call, it starts anew by itself; it
 * gets through once nothing changed for as many calls as it needs.
 */
acre_status acre_guarded_check_step(acre_guarded *guarded, acre_guarded_cursor *cursor, uint32_t budget,
                                    acre_finding *finding);

#ifdef __cplusplus
}
#endif

#endif
