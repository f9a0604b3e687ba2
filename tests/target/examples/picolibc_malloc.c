/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * malloc and its kin over one acre region between __heap_start and __heap_end.
 * Link it before libc: it defines the whole family, so that nothing of libc's
 * own malloc comes along (a mixture of two would be fatal; `make firmware`
 * looks at the image).  A pointer that is no live block stops the program.
 *
 * One region, one lock: the front for many regions builds on the heap.
 */
#include <acre/guarded.h>
#include <acre/memory.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static acre_region region;
static acre_guarded heap = ACRE_GUARDED(&region);

/* Runs before main, and before the constructors of higher priority numbers. */
__attribute__((constructor(101))) static void set_up(void)
{
  if (acre_region_init_linker(&region, 0u) != ACRE_OK) {
    abort();
  }
}

static _Noreturn void refuse(const char *what)
{
  (void)fputs(what, stderr);
  abort();
}

void *malloc(size_t size)
{
  void *block = acre_guarded_alloc(&heap, (size == 0u) ? 1u : size);
  if (block == NULL) {
    errno = ENOMEM;
  }
  return block;
}

void free(void *block)
{
  if ((block != NULL) && (acre_guarded_free(&heap, block) != ACRE_OK)) {
    refuse("free: not the start of a live block (freed twice, or never allocated); nothing was changed\n");
  }
}

void *calloc(size_t count, size_t size)
{
  void *block = NULL;
  size_t bytes = 0u;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    errno = ENOMEM;
  } else {
    block = malloc(bytes);
    if (block != NULL) {
      (void)memset(block, 0, bytes);
    }
  }
  return block;
}

void *realloc(void *block, size_t size)
{
  void *result = block;
  if (block == NULL) {
    result = malloc(size);
  } else if (size == 0u) {
    free(block);
    result = NULL;
  } else {
    acre_status status = acre_guarded_resize(&heap, block, size);
    if (status == ACRE_NO_SPACE) {
      /* It cannot grow where it stands.  The copy is outside of the lock. */
      size_t old = acre_guarded_usable_size(&heap, block);
      result = malloc(size);
      if (result != NULL) {
        (void)memcpy(result, block, old);
        free(block);
      }
    } else if (status != ACRE_OK) {
      refuse("realloc: not the start of a live block; nothing was changed\n");
    } else {
      /* where it stands */
    }
  }
  return result;
}

void *aligned_alloc(size_t alignment, size_t size)
{
  void *block = acre_guarded_alloc_aligned(&heap, alignment, (size == 0u) ? 1u : size);
  if (block == NULL) {
    errno = ENOMEM;
  }
  return block;
}

void *memalign(size_t alignment, size_t size)
{
  return aligned_alloc(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size)
{
  int status = 0;
  void *block;
  if ((alignment % sizeof(void *) != 0u) || (alignment == 0u) || ((alignment & (alignment - 1u)) != 0u)) {
    return EINVAL;
  }
  block = acre_guarded_alloc_aligned(&heap, alignment, (size == 0u) ? 1u : size);
  if (block == NULL) {
    status = ENOMEM;
  } else {
    *result = block;
  }
  return status;
}

size_t malloc_usable_size(void *block)
{
  return acre_guarded_usable_size(&heap, block);
}

struct mallinfo mallinfo(void)
{
  struct mallinfo info = {0};
  acre_stats stats;
  acre_guarded_stats(&heap, &stats);
  info.arena = stats.total;
  info.ordblks = stats.free_runs;
  info.uordblks = stats.used;
  info.fordblks = stats.free;
  return info;
}
