/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Records what a program asks of malloc, for fuzz/seeds.py:
 *
 *   FUZZ_TRACE=file LD_PRELOAD=build/fuzz/record_malloc.so program
 *
 * One line per call: m SIZE RESULT, a ALIGNMENT SIZE RESULT, z SIZE RESULT,
 * f POINTER, r POINTER SIZE RESULT.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static void (*real_free)(void *);
static int (*real_memalign)(void **, size_t, size_t);
static int out = -1;
static __thread int busy;

/* dlsym itself asks for memory before there is a malloc. */
static char early[65536];
static size_t early_used;

static void *early_alloc(size_t size)
{
  void *p = early + early_used;
  early_used += (size + 15u) / 16u * 16u;
  return (early_used <= sizeof early) ? p : NULL;
}

static int is_early(const void *p)
{
  return (const char *)p >= early && (const char *)p < early + sizeof early;
}

static void start(void)
{
  static int started;
  if (!started) {
    started = 1;
    busy = 1;
    *(void **)&real_malloc = dlsym(RTLD_NEXT, "malloc");
    *(void **)&real_calloc = dlsym(RTLD_NEXT, "calloc");
    *(void **)&real_realloc = dlsym(RTLD_NEXT, "realloc");
    *(void **)&real_free = dlsym(RTLD_NEXT, "free");
    *(void **)&real_memalign = dlsym(RTLD_NEXT, "posix_memalign");
    const char *name = getenv("FUZZ_TRACE");
    if (name != NULL) {
      out = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    }
    busy = 0;
  }
}

static void say(const char *format, ...)
{
  if (out >= 0 && !busy) {
    char line[96];
    va_list arguments;
    busy = 1;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (write(out, line, (size_t)length) != length) {
      out = -1;
    }
    busy = 0;
  }
}

void *malloc(size_t size)
{
  start();
  void *p = (real_malloc == NULL) ? early_alloc(size) : real_malloc(size);
  say("m %zu %p\n", size, p);
  return p;
}

void *calloc(size_t n, size_t size)
{
  start();
  void *p = (real_calloc == NULL) ? early_alloc(n * size) : real_calloc(n, size);
  say("z %zu %p\n", n * size, p);
  return p;
}

void *realloc(void *old, size_t size)
{
  start();
  if (is_early(old)) {
    void *p = malloc(size);
    memcpy(p, old, size);
    return p;
  }
  void *p = real_realloc(old, size);
  say("r %p %zu %p\n", old, size, p);
  return p;
}

int posix_memalign(void **p, size_t alignment, size_t size)
{
  start();
  int status = real_memalign(p, alignment, size);
  say("a %zu %zu %p\n", alignment, size, *p);
  return status;
}

void free(void *p)
{
  start();
  if (!is_early(p)) {
    say("f %p\n", p);
    real_free(p);
  }
}
