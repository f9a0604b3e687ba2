/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The benchmark: what an allocator gives it, and what it asks of one.
 *
 * An allocator is plugged in by one file, which defines `plug` and is named on
 * the command line (-DBENCH_PLUG='"plug_..."').  `plug` is a constant, so that the
 * compiler calls the allocator itself and not a pointer: the timed window holds
 * its call and return and nothing else.
 */
#ifndef ACRE_TESTS_BENCH_H
#define ACRE_TESTS_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_KIB 1024u
#define BENCH_LARGEST (4096u * BENCH_KIB) /* the largest region of a workload */
#define BENCH_CLASSES 3u                  /* kinds of memory, in workloads of several regions */

typedef struct bench_plug {
  const char *name;
  /* Empty, with `size` bytes for blocks; what is not beside them counts among them. */
  bool (*init)(size_t size);
  void *(*alloc)(size_t size);
  bool (*free)(void *block); /* false: refused */
  void *(*realloc)(void *block, size_t size);
  /* NULL: the workloads that need these are left out. */
  void *(*alloc_aligned)(size_t alignment, size_t size);
  void *(*alloc_class)(uint32_t class, size_t size);
  /* Bytes in live blocks, as the allocator counts them; of memory that it has had
   * in use, all that is its own included; of that, beside the `size` bytes. */
  size_t (*used)(void);
  size_t (*extent)(void);
  size_t (*beside)(size_t size);
  bool (*check)(void); /* its own check, if it has one */
} bench_plug;

/* ---- Streams of operations, made before the run --------------------------------- */

typedef enum bench_kind {
  BENCH_ALLOC,
  BENCH_FREE,
  BENCH_REALLOC,
  BENCH_ALIGNED, /* class: log2 of the alignment */
  BENCH_CLASS,   /* class: kind of memory */
  BENCH_REFUSED, /* as ALLOC, of a size that cannot be had: counted apart */
  BENCH_SAMPLE   /* not a call: note how much memory is in use */
} bench_kind;

typedef struct bench_op {
  uint32_t kind : 4;
  uint32_t timed : 1;
  uint32_t class : 8;
  uint32_t slot : 19; /* which block */
  uint32_t size;
} bench_op;

#define BENCH_OPS 1000000u
#define BENCH_SLOTS 65536u

typedef struct bench_stream {
  uint32_t region; /* bytes */
  uint32_t count;
  bench_op ops[BENCH_OPS];
} bench_stream;

/* False if there is no workload of that name. */
bool bench_make(bench_stream *stream, const char *workload);

/* The name of workload i, NULL after the last. */
const char *bench_name(uint32_t i);

/* The recorded traces, written by trace.py: +n asks for n bytes, for a block with the next number from 0 on;
 * 0, i frees block i; -1, i, n resizes it. */
typedef struct bench_trace {
  const char *name;
  uint32_t region;
  uint32_t count;
  const int32_t *words;
} bench_trace;

extern const bench_trace bench_traces[];
extern const uint32_t bench_trace_count;

#endif
