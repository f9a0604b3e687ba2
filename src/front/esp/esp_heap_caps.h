/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * heap_caps: ESP-IDF's interface to memory by capability, over acre's default
 * heap (acre/fronts.h).  src/front/COMPAT.md says where it differs.  What is
 * acre's own stands at the end.
 */
#ifndef ACRE_ESP_HEAP_CAPS_H
#define ACRE_ESP_HEAP_CAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "esp_err.h"
#include "multi_heap.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Capabilities: bits 22 to 30 are the program's ----------------------------- */

#define MALLOC_CAP_EXEC 0x1u
#define MALLOC_CAP_32BIT 0x2u /* aligned 32-bit accesses */
#define MALLOC_CAP_8BIT 0x4u  /* any access */
#define MALLOC_CAP_DMA 0x8u
#define MALLOC_CAP_PID2 0x10u
#define MALLOC_CAP_PID3 0x20u
#define MALLOC_CAP_PID4 0x40u
#define MALLOC_CAP_PID5 0x80u
#define MALLOC_CAP_PID6 0x100u
#define MALLOC_CAP_PID7 0x200u
#define MALLOC_CAP_SPIRAM 0x400u
#define MALLOC_CAP_INTERNAL 0x800u
#define MALLOC_CAP_DEFAULT 0x1000u
#define MALLOC_CAP_IRAM_8BIT 0x2000u
#define MALLOC_CAP_RETENTION 0x4000u
#define MALLOC_CAP_RTCRAM 0x8000u
#define MALLOC_CAP_SPM 0x10000u
#define MALLOC_CAP_TCM MALLOC_CAP_SPM
#define MALLOC_CAP_DMA_DESC_AHB 0x20000u
#define MALLOC_CAP_DMA_DESC_AXI 0x40000u
#define MALLOC_CAP_CACHE_ALIGNED 0x80000u
#define MALLOC_CAP_SIMD 0x100000u
#define MALLOC_CAP_SPIRAM_NO_ENC 0x200000u
/* No memory has it: allocation fails.  To check, dump and walk it means all heaps. */
#define MALLOC_CAP_INVALID 0x80000000u

/* ---- Allocation -------------------------------------------------------------------- */

/*
 * The first region by priority of its capabilities, and then by size, that has
 * all of caps and room; NULL, and the callback is told, if there is none: always
 * for caps of 0.  Size 0 is NULL without that.
 */
void *heap_caps_malloc(size_t size, uint32_t caps);
void *heap_caps_calloc(size_t n, size_t size, uint32_t caps);
/* NULL allocates, size 0 frees.  In place if that can be; else it moves. */
void *heap_caps_realloc(void *ptr, size_t size, uint32_t caps);
/* NULL is fine; a pointer that is no block is a fault (acre/fronts.h). */
void heap_caps_free(void *ptr);
/* alignment: a power of two, else NULL. */
void *heap_caps_aligned_alloc(size_t alignment, size_t size, uint32_t caps);
void *heap_caps_aligned_calloc(size_t alignment, size_t n, size_t size, uint32_t caps);
void __attribute__((deprecated)) heap_caps_aligned_free(void *ptr);

/* By the first of `num` masks, each a uint32_t, that can be met.  At most
 * HEAP_CAPS_PREFER_MAX are looked at. */
#define HEAP_CAPS_PREFER_MAX 16u
void *heap_caps_malloc_prefer(size_t size, size_t num, ...);
void *heap_caps_realloc_prefer(void *ptr, size_t size, size_t num, ...);
void *heap_caps_calloc_prefer(size_t n, size_t size, size_t num, ...);

/* From now on malloc takes external memory, too: for requests above `limit`
 * bytes first, for others if no internal memory is left. */
void heap_caps_malloc_extmem_enable(size_t limit);
/* What malloc, realloc, aligned_alloc are in ESP-IDF. */
void *heap_caps_malloc_default(size_t size);
void *heap_caps_realloc_default(void *ptr, size_t size);
void *heap_caps_aligned_alloc_default(size_t alignment, size_t size);

/* ---- Hooks ---------------------------------------------------------------------------- */

/* Told of each request that fails: size and caps as asked for, on the caller's
 * thread, outside of all locks. */
typedef void (*esp_alloc_failed_hook_t)(size_t size, uint32_t caps, const char *function_name);
/* One at a time.  ESP_ERR_INVALID_ARG for NULL. */
esp_err_t heap_caps_register_failed_alloc_callback(esp_alloc_failed_hook_t callback);

/* The program may define these: called after each allocation and free.  A block
 * that is resized is told to the first; if it moved, its old place to the second. */
__attribute__((weak)) void esp_heap_trace_alloc_hook(void *ptr, size_t size, uint32_t caps);
__attribute__((weak)) void esp_heap_trace_free_hook(void *ptr);

/* ---- Information: of the regions that have all of caps, 0 for all ----------------------- */

size_t heap_caps_get_total_size(uint32_t caps);
size_t heap_caps_get_free_size(uint32_t caps);
/* The sum of the regions' own minima; 0 for regions that came after the start. */
size_t heap_caps_get_minimum_free_size(uint32_t caps);
/* Exactly the largest size for which heap_caps_malloc succeeds. */
size_t heap_caps_get_largest_free_block(uint32_t caps);
/* Minima count from now on; and again from the beginning: ESP_FAIL if they do. */
esp_err_t heap_caps_monitor_local_minimum_free_size_start(void);
esp_err_t heap_caps_monitor_local_minimum_free_size_stop(void);
void heap_caps_get_info(multi_heap_info_t *info, uint32_t caps);
void heap_caps_print_heap_info(uint32_t caps);

/* ---- Integrity, dump, walk ----------------------------------------------------------------- */

bool heap_caps_check_integrity_all(bool print_errors);
bool heap_caps_check_integrity(uint32_t caps, bool print_errors);
/* Of the region around an address; false if there is none. */
bool heap_caps_check_integrity_addr(intptr_t addr, bool print_errors);

void heap_caps_dump(uint32_t caps);
void heap_caps_dump_all(void);

/* Bytes that may be used at ptr; 0, and a fault, if it is no block. */
size_t heap_caps_get_allocated_size(void *ptr);
/* Bytes of the block around ptr, debug aids included; 0, and a fault, if there is none. */
size_t heap_caps_get_containing_block_size(void *ptr);

typedef struct walker_heap_info {
  intptr_t start;
  intptr_t end;
} walker_heap_into_t;

typedef struct walker_block_info {
  void *ptr;
  size_t size;
  bool used;
} walker_block_info_t;

/* False goes on with the next heap.  Called outside of all locks. */
typedef bool (*heap_caps_walker_cb_t)(walker_heap_into_t heap_info, walker_block_info_t block_info, void *user_data);
void heap_caps_walk(uint32_t caps, heap_caps_walker_cb_t walker_func, void *user_data);
void heap_caps_walk_all(heap_caps_walker_cb_t walker_func, void *user_data);

/* ---- acre's own -------------------------------------------------------------------------------- */

/* The _prefer functions with an array. */
void *heap_caps_malloc_preferv(size_t size, const uint32_t *caps, size_t num);
void *heap_caps_realloc_preferv(void *ptr, size_t size, const uint32_t *caps, size_t num);
void *heap_caps_calloc_preferv(size_t n, size_t size, const uint32_t *caps, size_t num);
void heap_caps_unregister_failed_alloc_callback(void);
/* The start of the live block around ptr; NULL if there is none. */
void *heap_caps_get_block_start(const void *ptr);

#ifdef __cplusplus
}
#endif

#endif
