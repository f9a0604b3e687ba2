/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Regions in memory that the linker script names.
 *
 * One region between __heap_start and __heap_end, as picolibc's and many other
 * scripts define them:
 *   acre_region heap;
 *   acre_status status = acre_region_init_linker(&heap, 0);
 *
 * Several, from a table:
 *   extern char __dtcm_start[], __dtcm_end[], __psram_start[], __psram_end[];
 *   static const acre_span spans[] = {{__dtcm_start, __dtcm_end, 0},
 *                                     {__psram_start, __psram_end, 64}};
 *   static acre_region regions[2];
 *   status = acre_regions_init_spans(regions, spans, 2, &failed);
 *
 * Memory that only the start-up code needs can be handed out afterwards: mark
 * functions with ACRE_BOOT_CODE and objects with ACRE_BOOT_DATA, let the linker
 * script name the ends of where it puts .acre.boot.*, and make a region of that
 * span when booting is over (tests/target/bare/bare.ld does so).
 */
#ifndef ACRE_MEMORY_H
#define ACRE_MEMORY_H

#include <acre/region.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Neither cleared nor loaded at start-up; the linker script has to keep .noinit out of .bss. */
#define ACRE_NOINIT __attribute__((section(".noinit")))
/* For start-up only; a function must not be inlined where it would stay. */
#define ACRE_BOOT_CODE __attribute__((section(".acre.boot.text"), noinline))
#define ACRE_BOOT_DATA __attribute__((section(".acre.boot.data")))

/* The memory from start up to, and not including, end; with any alignment. */
typedef struct acre_span {
  void *start;
  void *end;
  size_t granule; /* bytes, 0 for the default */
} acre_span;

/*
 * An empty region in a span, metadata at its start, which is rounded up as
 * acre_region_init wants it.  As acre_region_init, and
 *   ACRE_NULL_ARGUMENT   region or span is NULL, or the span starts at NULL
 *   ACRE_RANGE_OVERFLOW  the span ends before it starts
 *   ACRE_TOO_SMALL       nothing is left of it after rounding
 */
acre_status acre_region_init_span(acre_region *region, const acre_span *span);

/* The same from __heap_start to __heap_end of the linker script. */
acre_status acre_region_init_linker(acre_region *region, size_t granule);

/*
 * One region for each of `count` spans.  Stops at the first that is refused;
 * *failed is its number, or `count` if there was none.  Whether spans overlap
 * is for the linker script to rule out.
 */
acre_status acre_regions_init_spans(acre_region *regions, const acre_span *spans, size_t count, size_t *failed);

#ifdef __cplusplus
}
#endif

#endif
