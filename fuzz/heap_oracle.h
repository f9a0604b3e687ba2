/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the operations of heap.h share. */
#ifndef ACRE_FUZZ_HEAP_ORACLE_H
#define ACRE_FUZZ_HEAP_ORACLE_H

#include "heap.h"

/* Prints what differs, and ends so that a fuzzer sees a crash. */
_Noreturn void heap_fail(const fuzz_heap *h, const char *what, uint64_t expected, uint64_t seen);

/* A result becomes part of the hash. */
void heap_mix(fuzz_heap *h, uint64_t value);
void heap_compare(fuzz_heap *h, const char *what, uint64_t expected, uint64_t seen);

/* Hashed as the number of its region and an offset in that: the same on every machine. */
void heap_compare_pointer(fuzz_heap *h, const char *what, const void *expected, const void *seen);
acre_heap_status heap_compare_status(fuzz_heap *h, const char *what, acre_heap_status expected, acre_heap_status seen);

/* How often the hooks must have been called. */
void heap_compare_told(fuzz_heap *h, uint32_t failed, uint32_t allocated, uint32_t resized, uint32_t freed,
                       uint32_t faults);
void heap_compare_fault(fuzz_heap *h, acre_heap_status status, acre_region_id region);

/* Where the shadow of a byte of memory is; NULL if it has none. */
uint8_t *heap_shadow(const fuzz_heap *h, uintptr_t at);

/* What stands in [from, from + bytes) is right. */
void heap_accept(const fuzz_heap *h, uintptr_t from, size_t bytes);

/* From tag[-1] on. */
size_t heap_tag_bytes(const acre_region *r);
bool heap_registered(const acre_heap_slot *slot);

/* The slot of a region, the capacity if it has none. */
uint32_t heap_slot(const fuzz_heap *h, acre_region_id id);

/* The operation may change the region that owns an address. */
void heap_may_change(fuzz_heap *h, const void *pointer);

/* The heap, of which no lock may be held: for hooks. */
fuzz_heap *heap_unlocked(void *user);

/* Regions of the model. */
uint32_t heap_regions(const fuzz_heap *h);

/* Before and after an operation; finish compares all that must hold between operations. */
void heap_begin(fuzz_heap *h);
void heap_finish(fuzz_heap *h);

/* A refusal of the pointer, which the fault hook is told. */
bool heap_is_fault(acre_heap_status status);

/* A region's lock. */
uintptr_t heap_region_acquire(void *context);
void heap_region_release(void *context, uintptr_t saved);

#endif
