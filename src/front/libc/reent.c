/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The family as newlib calls it from inside, with its state of a thread: errno
 * is set where the macro of that name says, which is the same. */
#include "libc.h"

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
struct _reent;

void *_malloc_r(struct _reent *state, size_t size);
void _free_r(struct _reent *state, void *block);
void *_calloc_r(struct _reent *state, size_t number, size_t size);
void *_realloc_r(struct _reent *state, void *block, size_t size);
void *_memalign_r(struct _reent *state, size_t alignment, size_t size);
size_t _malloc_usable_size_r(struct _reent *state, void *block);
struct mallinfo _mallinfo_r(struct _reent *state);

void *_malloc_r(struct _reent *state, size_t size)
{
  (void)state;
  return libc_alloc(1u, size, false, "malloc", CALLER);
}

void _free_r(struct _reent *state, void *block)
{
  (void)state;
  acre_front_free_(acre_front_heap(), block, "free", CALLER);
}

void *_calloc_r(struct _reent *state, size_t number, size_t size)
{
  (void)state;
  return libc_alloc(1u, acre_heap_product(number, size), true, "calloc", CALLER);
}

void *_realloc_r(struct _reent *state, void *block, size_t size)
{
  (void)state;
  return libc_realloc(block, size, "realloc", CALLER);
}

void *_memalign_r(struct _reent *state, size_t alignment, size_t size)
{
  (void)state;
  return memalign(alignment, size);
}

size_t _malloc_usable_size_r(struct _reent *state, void *block)
{
  (void)state;
  return malloc_usable_size(block);
}

struct mallinfo _mallinfo_r(struct _reent *state)
{
  (void)state;
  return mallinfo();
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
