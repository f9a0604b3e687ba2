/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Runs one workload on one allocator, and prints what it cost as a line of JSON.
 *
 * On the target (rv32imac under QEMU's -icount) the counter of retired
 * instructions is read before and after each call, so call and return are
 * counted; two reads with nothing between them differ by an overhead that is
 * measured and subtracted.  On this machine the time of the whole stream is
 * taken, which is good for ratios in one run and nothing else.
 */
#include "bench.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include BENCH_PLUG

#ifdef BENCH_TARGET
#include <semihost.h>
#else
#include <time.h>
#endif

/* Costs are told exactly below COST_EXACT, above in steps of COST_STEP. */
#define COST_EXACT 65536u
#define COST_STEP 256u
#define COST_MAX 131072u
#define SAMPLES_MAX 128u

/* ---- Counting ----------------------------------------------------------- */

#ifdef BENCH_TARGET
static inline uint32_t instructions(void)
{
  uint32_t count;
  /* The compiler's multilibs know rv32imac only; the csr extension is asked
   * for here alone. */
  __asm__ volatile(".option push\n"
                   ".option arch, +zicsr\n"
                   "csrr %0, instret\n"
                   ".option pop"
                   : "=r"(count)
                   :
                   : "memory");
  return count;
}
#else
static inline uint32_t instructions(void)
{
  return 0u;
}
#endif

static void fail(const char *what)
{
  printf("bench: %s; this is a defect of the allocator or of the benchmark, not of the machine\n", what);
  exit(1);
}

typedef struct histogram {
  uint32_t count[COST_MAX];
} histogram;

static histogram alloc_costs;
static histogram free_costs;
static histogram realloc_costs;
static histogram refused_costs;
static uint32_t overhead;

static void add(histogram *h, uint32_t before, uint32_t after)
{
  uint32_t cost = after - before - overhead;
  uint32_t at = (cost < COST_EXACT) ? cost : COST_EXACT + (cost - COST_EXACT) / COST_STEP;
  if (at >= COST_MAX) {
    fail("a call cost more than tests/bench/bench.c can note (COST_MAX)");
  }
  h->count[at] += 1u;
}

#ifdef BENCH_TARGET
static void print_costs(const char *name, const histogram *h)
{
  const char *comma = "";
  printf(", \"%s\": [", name);
  for (uint32_t i = 0u; i < COST_MAX; i++) {
    if (h->count[i] != 0u) {
      uint32_t cost = (i < COST_EXACT) ? i : COST_EXACT + (i - COST_EXACT) * COST_STEP;
      printf("%s[%" PRIu32 ",%" PRIu32 "]", comma, cost, h->count[i]);
      comma = ",";
    }
  }
  printf("]");
}
#endif

/* What two reads of the counter cost by themselves. */
static void calibrate(void)
{
#ifdef BENCH_TARGET
  uint32_t first = instructions();
  uint32_t second = instructions();
  overhead = second - first;
  if ((overhead == 0u) || (overhead > 8u)) {
    fail("the instruction counter does not count; run QEMU with -icount shift=0,sleep=off");
  }
#endif
}

/* ---- The run -------------------------------------------------------------- */

static bench_stream stream;
static void *block[BENCH_SLOTS];
static uint32_t asked[BENCH_SLOTS]; /* bytes */

typedef struct totals {
  uint32_t requests; /* that are timed */
  uint32_t refused;  /* of these */
  uint32_t live_bytes;
  uint32_t live_blocks;
  uint32_t most_bytes; /* live at a time, and then: */
  uint32_t most_blocks;
  size_t most_used;
  uint32_t samples;
  uint32_t sample_live[SAMPLES_MAX];
  size_t sample_used[SAMPLES_MAX];
  size_t sample_extent[SAMPLES_MAX];
} totals;

static totals t;

/* How much memory is in use when most is live. */
static void note_most(void)
{
  if (t.live_bytes > t.most_bytes) {
    t.most_bytes = t.live_bytes;
    t.most_blocks = t.live_blocks;
    t.most_used = plug.used();
  }
}

static void got(const bench_op *op, void *p)
{
  t.requests += op->timed;
  if (p == NULL) {
    t.refused += op->timed;
  } else {
    t.live_bytes += op->size;
    t.live_blocks += 1u;
    asked[op->slot] = op->size;
    note_most();
  }
  block[op->slot] = p;
}

static void step(const bench_op *op)
{
  uint32_t before;
  uint32_t after;
  void *p;
  bool ok;
  histogram *h = &alloc_costs;
  /* Before the window. */
  void *old = block[op->slot];
  uint32_t size = op->size;
  uint32_t class = op->class;
  switch (op->kind) {
  case BENCH_ALLOC:
  case BENCH_REFUSED:
    before = instructions();
    p = plug.alloc(size);
    after = instructions();
    if (op->kind == BENCH_ALLOC) {
      got(op, p);
    } else if (p != NULL) {
      fail("half of the region was had where three quarters are live");
    } else {
      h = &refused_costs;
    }
    break;
  case BENCH_ALIGNED:
    before = instructions();
    p = plug.alloc_aligned((size_t)1u << class, size);
    after = instructions();
    got(op, p);
    break;
  case BENCH_CLASS:
    before = instructions();
    p = plug.alloc_class(class, size);
    after = instructions();
    got(op, p);
    break;
  case BENCH_REALLOC:
    h = &realloc_costs;
    before = instructions();
    p = plug.realloc(old, size);
    after = instructions();
    if (p == NULL) {
      t.refused += op->timed;
    } else {
      t.live_bytes += op->size - asked[op->slot];
      asked[op->slot] = op->size;
      block[op->slot] = p;
      note_most();
    }
    t.requests += op->timed;
    break;
  default:
    h = &free_costs;
    before = instructions();
    ok = plug.free(old);
    after = instructions();
    if (!ok) {
      fail("a live block was not accepted by free");
    }
    t.live_bytes -= asked[op->slot];
    t.live_blocks -= 1u;
    block[op->slot] = NULL;
    break;
  }
  if (op->timed) {
    add(h, before, after);
  }
}

static void sample(void)
{
  if (t.samples < SAMPLES_MAX) {
    t.sample_live[t.samples] = t.live_bytes;
    t.sample_used[t.samples] = plug.used();
    t.sample_extent[t.samples] = plug.extent();
    t.samples += 1u;
  }
}

/* A stream frees what was refused, too, and resizes it. */
static bool to_do(const bench_op *op)
{
  return ((op->kind != BENCH_FREE) && (op->kind != BENCH_REALLOC)) || (block[op->slot] != NULL);
}

static bool can(const bench_stream *s)
{
  bool good = true;
  for (uint32_t i = 0u; i < s->count; i++) {
    good = good && ((s->ops[i].kind != BENCH_ALIGNED) || (plug.alloc_aligned != NULL)) &&
           ((s->ops[i].kind != BENCH_CLASS) || (plug.alloc_class != NULL));
  }
  return good;
}

static void run(void)
{
  for (uint32_t i = 0u; i < stream.count; i++) {
    const bench_op *op = &stream.ops[i];
    if (op->kind == BENCH_SAMPLE) {
      sample();
    } else if (to_do(op)) {
      step(op);
    } else {
      /* never was */
    }
  }
}

#ifdef BENCH_TARGET
static void measure(void)
{
  run();
}
#else
/* Nanoseconds of the fastest of a few runs. */
static double best = 0.0;

static void measure(void)
{
  for (int i = 0; i < 5; i++) {
    struct timespec begin;
    struct timespec end;
    memset(&t, 0, sizeof t);
    for (uint32_t slot = 0u; slot < BENCH_SLOTS; slot++) {
      if (block[slot] != NULL) {
        (void)plug.free(block[slot]);
        block[slot] = NULL;
      }
    }
    if (!plug.init(stream.region)) {
      fail("init refused its memory");
    }
    clock_gettime(CLOCK_MONOTONIC, &begin);
    run();
    clock_gettime(CLOCK_MONOTONIC, &end);
    double ns = 1e9 * (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec);
    best = ((i == 0) || (ns < best)) ? ns : best;
  }
}
#endif

static void report(const char *workload)
{
  printf("{\"workload\": \"%s\", \"allocator\": \"%s\", \"region\": %" PRIu32 ", \"beside\": %zu", workload, plug.name,
         stream.region, plug.beside(stream.region));
  printf(", \"requests\": %" PRIu32 ", \"refused\": %" PRIu32, t.requests, t.refused);
  printf(", \"most_bytes\": %" PRIu32 ", \"most_blocks\": %" PRIu32, t.most_bytes, t.most_blocks);
  printf(", \"most_used\": %zu, \"extent\": %zu", t.most_used, plug.extent());
#ifdef BENCH_TARGET
  print_costs("alloc", &alloc_costs);
  print_costs("free", &free_costs);
  print_costs("realloc", &realloc_costs);
  print_costs("refusal", &refused_costs);
#else
  printf(", \"ns\": %.0f, \"ops\": %" PRIu32, best, stream.count);
#endif
  printf(", \"samples\": [");
  for (uint32_t i = 0u; i < t.samples; i++) {
    printf("%s[%" PRIu32 ",%zu,%zu]", (i == 0u) ? "" : ",", t.sample_live[i], t.sample_used[i], t.sample_extent[i]);
  }
  printf("]}\n");
}

int main(int argc, char **argv)
{
#ifdef BENCH_TARGET
  static char line[128];
  (void)argc;
  (void)argv;
  if (sys_semihost_get_cmdline(line, sizeof line) != 0) {
    fail("no workload was named");
  }
  char *space = strchr(line, ' ');
  const char *workload = (space == NULL) ? line : space + 1;
#else
  const char *workload = (argc > 1) ? argv[1] : "";
#endif
  if (strcmp(workload, "list") == 0) {
    for (uint32_t i = 0u; bench_name(i) != NULL; i++) {
      printf("%s\n", bench_name(i));
    }
    return 0;
  }
  calibrate();
  if (!bench_make(&stream, workload)) {
    printf("bench: there is no workload '%s'; `list` lists them\n", workload);
    return 2;
  }
  if (!can(&stream)) {
    printf("{\"workload\": \"%s\", \"allocator\": \"%s\", \"left_out\": true}\n", workload, plug.name);
    return 0;
  }
  if (!plug.init(stream.region)) {
    fail("init refused its memory");
  }
  measure();
  if (!plug.check()) {
    fail("the allocator's own check found it broken after the run");
  }
  report(workload);
  return 0;
}
