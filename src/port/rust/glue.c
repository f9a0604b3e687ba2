/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What lib.rs calls.  It holds region and lock in storage of its own, whose
 * size is given here and there and compared: by the assertion below, and by
 * the crate's tests. */
#include <acre/guarded.h>

#define STORAGE_WORDS 32u /* as in lib.rs */

typedef struct rust_heap {
  acre_region region;
  acre_guarded guarded;
} rust_heap;
_Static_assert(sizeof(rust_heap) <= STORAGE_WORDS * sizeof(uintptr_t),
               "acre: STORAGE_WORDS in glue.c and lib.rs is too small");
_Static_assert(_Alignof(rust_heap) <= _Alignof(uintptr_t), "acre: a heap must be aligned as a word is");

_Static_assert((ACRE_NOT_A_BLOCK == 4) && (ACRE_BAD_GRANULE == 9), "acre: Refused in lib.rs has other numbers");

int acre_rust_init(rust_heap *heap, void *memory, size_t size, size_t granule);
void *acre_rust_alloc(rust_heap *heap, size_t size, size_t alignment);
int acre_rust_free(rust_heap *heap, void *block);
int acre_rust_resize(rust_heap *heap, void *block, size_t size);
int acre_rust_check(rust_heap *heap);
void acre_rust_stats(rust_heap *heap, size_t result[5]);
size_t acre_rust_storage_words(void);

size_t acre_rust_storage_words(void)
{
  return STORAGE_WORDS;
}

int acre_rust_init(rust_heap *heap, void *memory, size_t size, size_t granule)
{
  acre_guarded fresh = ACRE_GUARDED(&heap->region);
  acre_status status = acre_region_init(&heap->region, memory, size, granule);
  heap->guarded = fresh;
  return (int)status;
}

/* A granule is the least alignment a block has; above it, alloc_aligned is for. */
void *acre_rust_alloc(rust_heap *heap, size_t size, size_t alignment)
{
  return (alignment <= ACRE_GRANULE_MIN) ? acre_guarded_alloc(&heap->guarded, size)
                                         : acre_guarded_alloc_aligned(&heap->guarded, alignment, size);
}

int acre_rust_free(rust_heap *heap, void *block)
{
  return (int)acre_guarded_free(&heap->guarded, block);
}

int acre_rust_resize(rust_heap *heap, void *block, size_t size)
{
  return (int)acre_guarded_resize(&heap->guarded, block, size);
}

int acre_rust_check(rust_heap *heap)
{
  acre_finding finding;
  return (int)acre_guarded_check(&heap->guarded, &finding);
}

void acre_rust_stats(rust_heap *heap, size_t result[5])
{
  acre_stats stats;
  acre_guarded_stats(&heap->guarded, &stats);
  result[0] = stats.total;
  result[1] = stats.used;
  result[2] = stats.largest;
  result[3] = stats.low_water;
  result[4] = stats.blocks;
}
