/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Aligned allocation. */
#include "libc.h"

#define PAGE ((size_t)4096u)

int posix_memalign(void **block, size_t alignment, size_t size);
void *valloc(size_t size);
void *pvalloc(size_t size);

static void *aligned(size_t alignment, size_t size, const char *function, const void *caller)
{
  void *block = NULL;
  if (front_power_of_two(alignment)) {
    block = libc_alloc(alignment, size, false, function, caller);
  } else {
    errno = EINVAL;
  }
  return block;
}

void *memalign(size_t alignment, size_t size)
{
  return aligned(alignment, size, "memalign", CALLER);
}

void *aligned_alloc(size_t alignment, size_t size)
{
  return aligned(alignment, size, "aligned_alloc", CALLER);
}

/* errno stays; *block is written on success only, where a size of 0 is NULL. */
int posix_memalign(void **block, size_t alignment, size_t size)
{
  int status = EINVAL;
  if (front_power_of_two(alignment) && (alignment >= sizeof(void *))) {
    int before = errno;
    void *made = libc_alloc(alignment, size, false, "posix_memalign", CALLER);
    errno = before;
    if ((made == NULL) && (size != 0u)) {
      status = ENOMEM;
    } else {
      *block = made;
      status = 0;
    }
  }
  return status;
}

void *valloc(size_t size)
{
  return aligned(PAGE, size, "valloc", CALLER);
}

/* Whole pages. */
void *pvalloc(size_t size)
{
  size_t pages = (size > (SIZE_MAX - (PAGE - 1u))) ? SIZE_MAX : ((size + (PAGE - 1u)) & ~(PAGE - 1u));
  return aligned(PAGE, pages, "pvalloc", CALLER);
}
