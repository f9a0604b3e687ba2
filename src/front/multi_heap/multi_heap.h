/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * multi_heap: ESP-IDF's interface to heaps in single pieces of memory, over one
 * region of acre each.  src/front/COMPAT.md says where it differs.
 */
#ifndef ACRE_MULTI_HEAP_H
#define ACRE_MULTI_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#if __STDC_HOSTED__ == 1
#include <stdlib.h> /* programs count on it */
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct multi_heap_info *multi_heap_handle_t;

/* Makes a heap of [start, start + size): its own bookkeeping at the start, then
 * the memory.  NULL if that is too small.  Doing it again begins anew. */
multi_heap_handle_t multi_heap_register(void *start, size_t size);

/* NULL if there is no room, for size 0, and for a NULL heap. */
void *multi_heap_malloc(multi_heap_handle_t heap, size_t size);
/* Mind the order: size, then alignment, which has to be a power of two. */
void *multi_heap_aligned_alloc(multi_heap_handle_t heap, size_t size, size_t alignment);
/* The address `offset` bytes behind the result is aligned. */
void *multi_heap_aligned_alloc_offs(multi_heap_handle_t heap, size_t size, size_t alignment, size_t offset);
/* NULL is fine; a pointer that is no block is a fault (acre/fronts.h). */
void multi_heap_free(multi_heap_handle_t heap, void *p);
void __attribute__((deprecated)) multi_heap_aligned_free(multi_heap_handle_t heap, void *p);
/* NULL allocates, size 0 frees.  If it fails, the block is as it was. */
void *multi_heap_realloc(multi_heap_handle_t heap, void *p, size_t size);

/* Bytes that may be used at p. */
size_t multi_heap_get_allocated_size(multi_heap_handle_t heap, void *p);
/* Bytes of the whole block that starts at p, debug aids included. */
size_t multi_heap_get_full_block_size(multi_heap_handle_t heap, void *p);
/* The start of the live block around a pointer; NULL, and a fault, if there is none. */
void *multi_heap_find_containing_block(multi_heap_handle_t heap, void *ptr);

/* NULL for none, or an acre_port_lock (acre/lock.h) of the kind that is linked. */
void multi_heap_set_lock(multi_heap_handle_t heap, void *lock);

size_t multi_heap_free_size(multi_heap_handle_t heap);
size_t multi_heap_minimum_free_size(multi_heap_handle_t heap);
/* The minimum counts from now on; what it was. */
size_t multi_heap_reset_minimum_free_bytes(multi_heap_handle_t heap);
/* The minimum is at most `new_minimum_free_bytes_value`. */
void multi_heap_restore_minimum_free_bytes(multi_heap_handle_t heap, size_t new_minimum_free_bytes_value);

typedef struct {
  size_t total_free_bytes;
  size_t total_allocated_bytes; /* without debug aids */
  size_t largest_free_block;    /* the largest request that will succeed */
  size_t minimum_free_bytes;
  size_t allocated_blocks;
  size_t free_blocks;
  size_t total_blocks;
} multi_heap_info_t;

void multi_heap_get_info(multi_heap_handle_t heap, multi_heap_info_t *info);

/* Whether all is as it has to be; what is not is printed if asked for. */
bool multi_heap_check(multi_heap_handle_t heap, bool print_errors);
void multi_heap_dump(multi_heap_handle_t heap);

/* False ends the walk. */
typedef bool (*multi_heap_walker_cb_t)(void *block_ptr, size_t block_size, int block_used, void *user_data);
void multi_heap_walk(multi_heap_handle_t heap, multi_heap_walker_cb_t walker_func, void *user_data);

#ifdef __cplusplus
}
#endif

#endif
