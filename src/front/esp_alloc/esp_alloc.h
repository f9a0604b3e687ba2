/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The C interface of esp-alloc, over acre's default heap: memory that has
 * ACRE_CAP_INTERNAL.  src/front/COMPAT.md says where it differs.  malloc and its
 * kin, which esp-alloc exports, too, are libacre-libc.a.
 */
#ifndef ACRE_ESP_ALLOC_H
#define ACRE_ESP_ALLOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Size 0 is a block, too, as small as any.  NULL if there is no room. */
void *malloc_internal(size_t size);
void free_internal(void *block);
/* NULL if the product overflows. */
void *calloc_internal(uint32_t number, size_t size);
/* Size 0 gives the smallest block.  If it fails, the block is as it was. */
void *realloc_internal(void *block, size_t size);
size_t get_free_internal_heap_size(void);

/*
 * The program may define these.  The first is called after each attempt of any
 * front, with a block of 0 if it failed; the second before a block is freed, and
 * for NULL.  Both outside of all locks.  caps: 1 for internal memory, 2 for
 * external, 0 for any.  A block that is resized is told as freed and allocated.
 */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
void _esp_alloc_alloc(const void *heap, uint32_t caps, uintptr_t block, size_t size) __attribute__((weak));
void _esp_alloc_dealloc(const void *heap, uintptr_t block, size_t size) __attribute__((weak));
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

/* The text that esp-alloc prints of its statistics; with the lines of its
 * feature internal-heap-stats, or without them. */
void esp_alloc_print_stats(bool internal_heap_stats);

#ifdef __cplusplus
}
#endif

#endif
