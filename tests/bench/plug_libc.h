/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The malloc that the program is linked with: picolibc's on the target, here
 * glibc's, or that of jemalloc or mimalloc where the program is linked with these
 * (-ljemalloc, -lmimalloc).  BENCH_LIBC names it.
 */
#include <malloc.h>
#include <stdlib.h>

#ifdef BENCH_TARGET
#include <errno.h>

/* picolibc takes memory from sbrk: a workload's, instead of all there is.  It never
 * gives any back, so each run is a program of its own. */
static _Alignas(4096) char plug_memory[BENCH_LARGEST];
static size_t plug_size;
static size_t plug_taken;

void *sbrk(ptrdiff_t size)
{
  char *at = plug_memory + plug_taken;
  if ((size > 0) && ((size_t)size > plug_size - plug_taken)) {
    errno = ENOMEM;
    return (void *)-1;
  }
  plug_taken += (size_t)size;
  return at;
}

static bool plug_init(size_t size)
{
  plug_size = size;
  plug_taken = 0u;
  return size <= sizeof plug_memory;
}

static size_t plug_used(void)
{
  return mallinfo().uordblks;
}

static size_t plug_extent(void)
{
  return plug_taken;
}
#else
/* This machine's have all the memory they want, and are asked for time alone. */
static bool plug_init(size_t size)
{
  return size != 0u;
}

static size_t plug_used(void)
{
  return 0u;
}

static size_t plug_extent(void)
{
  return 0u;
}
#endif

static bool plug_free(void *block)
{
  free(block);
  return true;
}

static size_t plug_beside(size_t size)
{
  (void)size;
  return 0u;
}

static bool plug_check(void)
{
  return true;
}

static const bench_plug plug = {
    .name = BENCH_LIBC,
    .init = plug_init,
    .alloc = malloc,
    .free = plug_free,
    .realloc = realloc,
    .alloc_aligned = memalign,
    .alloc_class = NULL,
    .used = plug_used,
    .extent = plug_extent,
    .beside = plug_beside,
    .check = plug_check,
};
