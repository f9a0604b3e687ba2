/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The board's memory, as a table.  A program has one heap_caps_board; examples
 * are in src/front/esp/boards.  Programs that only call malloc link with
 * `-u heap_caps_init`, so that the table is read.
 */
#ifndef ACRE_HEAP_CAPS_BOARD_H
#define ACRE_HEAP_CAPS_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A kind of memory.  One without MALLOC_CAP_8BIT, but with MALLOC_CAP_32BIT or
 * MALLOC_CAP_EXEC, is accessed in 32-bit words only: acre keeps its metadata in
 * a block of other memory. */
typedef struct heap_caps_kind {
  const char *name;
  uint32_t caps[3];   /* by priority: 0 is tried first */
  bool startup_stack; /* in use until heap_caps_enable_nonos_stack_heaps */
} heap_caps_kind;

/* [start, end), end NULL for the top of the address space; in ascending order,
 * so that neighbours of a kind become one region. */
typedef struct heap_caps_memory {
  const void *start;
  const void *end;
  uint32_t kind; /* number in the table of kinds */
} heap_caps_memory;

/* Not for the heap: static data, what a ROM needs.  In any order. */
typedef struct heap_caps_reserved {
  const void *start;
  const void *end;
} heap_caps_reserved;

/* What a capability asks of addresses and sizes: both are multiples of this,
 * the size only if it is padded.  CACHE_ALIGNED and SIMD are such wishes and
 * nothing else; no memory needs to have them. */
typedef struct heap_caps_wish {
  uint32_t caps;
  size_t alignment; /* a power of two */
  bool padded;
} heap_caps_wish;

typedef struct heap_caps_board_t {
  const heap_caps_kind *kinds;
  const heap_caps_memory *memories;
  const heap_caps_reserved *reserved;
  const heap_caps_wish *wishes;
  uint32_t kind_count;
  uint32_t memory_count;
  uint32_t reserved_count;
  uint32_t wish_count;
  bool exec_is_words; /* EXEC with 8BIT or DMA is refused, whatever a region has; else EXEC means 32BIT, too */
  bool verbose;       /* tells each region when it is registered */
} heap_caps_board_t;

/* Weak: a program without a table links, too. */
extern const heap_caps_board_t heap_caps_board __attribute__((weak));

#ifdef __cplusplus
}
#endif

#endif
