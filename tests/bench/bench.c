/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Instructions per call in steady churn, on rv32imac under QEMU's -icount.
 *
 * The counter of retired instructions is read before and after each call, so
 * call and return are counted; two reads with nothing between them differ by
 * an overhead that is measured and subtracted.  Random numbers, the choice of
 * victims and all bookkeeping stay outside of the two reads.
 *
 * Steady churn at p percent: before a request, random live blocks are freed
 * until the request brings the used bytes, as the allocator itself counts
 * them, to at most p percent of the payload.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BENCH_KIB 1024u
#define BENCH_LARGEST (4096u * BENCH_KIB)

#ifndef BENCH_PLUG
#define BENCH_PLUG "plug_acre.h"
#endif
#include BENCH_PLUG

#define LIVE_MAX 65536u
#define COST_MAX 4096u
#define SEED 12345u

/* ---- Counting ----------------------------------------------------------- */

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

typedef struct histogram {
  uint32_t count[COST_MAX];
} histogram;

typedef struct cost {
  uint32_t calls;
  uint32_t mean10; /* ten times the mean, rounded */
  uint32_t p99;
  uint32_t max;
} cost;

static void histogram_add(histogram *h, uint32_t value)
{
  h->count[(value < COST_MAX) ? value : COST_MAX - 1u] += 1u;
}

static cost histogram_cost(const histogram *h)
{
  cost c = {0};
  uint64_t sum = 0u;
  for (uint32_t i = 0u; i < COST_MAX; i++) {
    c.calls += h->count[i];
    sum += (uint64_t)i * h->count[i];
    if (h->count[i] != 0u) {
      c.max = i;
    }
  }
  if (c.calls != 0u) {
    uint64_t seen = 0u;
    c.mean10 = (uint32_t)((10u * sum + c.calls / 2u) / c.calls);
    while ((seen + h->count[c.p99]) * 100u < (uint64_t)c.calls * 99u) {
      seen += h->count[c.p99];
      c.p99 += 1u;
    }
  }
  return c;
}

/* ---- The stream of operations ------------------------------------------- */

static uint32_t seed;

static uint32_t random32(void)
{
  seed ^= seed << 13;
  seed ^= seed >> 17;
  seed ^= seed << 5;
  return seed;
}

static uint32_t random_in(uint32_t least, uint32_t most)
{
  return least + random32() % (most - least + 1u);
}

/* Sizes as firmware asks for them. */
static uint32_t random_size(void)
{
  uint32_t kind = random32() % 100u;
  uint32_t size;
  if (kind < 78u) {
    size = random_in(8u, 64u);
  } else if (kind < 96u) {
    size = random_in(128u, 512u);
  } else {
    size = random_in(1024u, 4096u);
  }
  return size;
}

/* ---- One run ------------------------------------------------------------- */

static plug_state state;
static void *live[LIVE_MAX];
static uint32_t live_count;
static histogram alloc_costs;
static histogram free_costs;
static uint32_t overhead;

typedef struct result {
  cost alloc;
  cost free;
  uint32_t refused;
} result;

static void fail(const char *what)
{
  printf("bench: %s; this is a defect of the allocator or of the benchmark, not of the machine\n", what);
  exit(1);
}

static void free_random(bool timed)
{
  uint32_t at = random32() % live_count;
  void *block = live[at];
  uint32_t before = instructions();
  bool freed = plug_free(&state, block);
  uint32_t after = instructions();
  if (!freed) {
    fail("a live block was not accepted by free");
  }
  live_count -= 1u;
  live[at] = live[live_count];
  if (timed) {
    histogram_add(&free_costs, after - before - overhead);
  }
}

/* One request; false if it was refused. */
static bool request(uint32_t size, bool timed)
{
  uint32_t before = instructions();
  void *block = plug_alloc(&state, size);
  uint32_t after = instructions();
  if (block != NULL) {
    if (live_count == LIVE_MAX) {
      fail("more live blocks than the benchmark has room for");
    }
    live[live_count] = block;
    live_count += 1u;
    if (timed) {
      histogram_add(&alloc_costs, after - before - overhead);
    }
  }
  return block != NULL;
}

static result run(uint32_t size, uint32_t percent, uint32_t warm_up, uint32_t requests)
{
  size_t target = (size_t)((uint64_t)size * percent / 100u);
  result r = {.refused = 0u};
  memset(&alloc_costs, 0, sizeof alloc_costs);
  memset(&free_costs, 0, sizeof free_costs);
  live_count = 0u;
  seed = SEED;
  if (!plug_init(&state, size)) {
    fail("init refused its memory");
  }
  for (uint32_t n = 0u; n < warm_up + requests; n++) {
    bool timed = (n >= warm_up);
    uint32_t wanted = random_size();
    while ((live_count != 0u) && (plug_used(&state) + plug_footprint(wanted) > target)) {
      free_random(timed);
    }
    if (!request(wanted, timed) && timed) {
      r.refused += 1u;
    }
  }
  if (!plug_check(&state)) {
    fail("the region's check found its metadata broken after the run");
  }
  r.alloc = histogram_cost(&alloc_costs);
  r.free = histogram_cost(&free_costs);
  return r;
}

/* ---- The report ----------------------------------------------------------- */

typedef struct figure {
  uint32_t mean;
  uint32_t p99; /* 0: the design gives none */
  uint32_t max;
} figure;

typedef struct setting {
  uint32_t kib;
  uint32_t warm_up;
  uint32_t requests;
  figure alloc; /* the design's, at 75 percent */
  figure free;
} setting;

static const setting settings[] = {
    {16u, 50000u, 200000u, {127u, 199u, 258u}, {57u, 104u, 146u}},
    {64u, 50000u, 200000u, {151u, 233u, 304u}, {64u, 146u, 162u}},
    {256u, 50000u, 200000u, {173u, 323u, 375u}, {64u, 145u, 156u}},
    {4096u, 150000u, 200000u, {246u, 0u, 0u}, {69u, 0u, 0u}},
};
#define SETTINGS (sizeof settings / sizeof settings[0])
#define COMPARED_PERCENT 75u

static void print_tenths(uint32_t value10)
{
  printf(" %4" PRIu32 ".%" PRIu32, value10 / 10u, value10 % 10u);
}

static void print_cost(const cost *c)
{
  print_tenths(c->mean10);
  printf(" /%4" PRIu32 " /%4" PRIu32 " ", c->p99, c->max);
}

static void print_result(const setting *s, uint32_t percent, const result *r)
{
  uint32_t size = s->kib * BENCH_KIB;
  uint32_t metadata100 = (uint32_t)(((uint64_t)plug_metadata(size) * 10000u + size / 2u) / size);
  printf("%4" PRIu32 " KiB %3" PRIu32 " %% |", s->kib, percent);
  print_cost(&r->alloc);
  printf("|");
  print_cost(&r->free);
  printf("|");
  print_tenths(r->alloc.mean10 + r->free.mean10);
  printf(" | %5" PRIu32 " of %" PRIu32 " |   %2" PRIu32 ".%02" PRIu32 " %%\n", r->refused, s->requests,
         metadata100 / 100u, metadata100 % 100u);
}

static void print_ratio(uint32_t ours10, uint32_t theirs)
{
  if (theirs == 0u) {
    printf("    -");
  } else {
    uint32_t ratio100 = (10u * ours10 + theirs / 2u) / theirs;
    printf(" %" PRIu32 ".%02" PRIu32, ratio100 / 100u, ratio100 % 100u);
  }
}

static void print_figure(const figure *f)
{
  if (f->p99 == 0u) {
    printf("%3" PRIu32 "        ", f->mean);
  } else {
    printf("%3" PRIu32 "/%3" PRIu32 "/%3" PRIu32, f->mean, f->p99, f->max);
  }
}

/* Whether the mean is at most 1.25 times the design's. */
static bool within(const cost *c, const figure *f)
{
  return 4u * c->mean10 <= 50u * f->mean;
}

static bool compare(const setting *s, const result *r)
{
  bool good = within(&r->alloc, &s->alloc) && within(&r->free, &s->free);
  printf("%4" PRIu32 " KiB | ", s->kib);
  print_figure(&s->alloc);
  print_ratio(r->alloc.mean10, s->alloc.mean);
  print_ratio(10u * r->alloc.p99, s->alloc.p99);
  print_ratio(10u * r->alloc.max, s->alloc.max);
  printf(" | ");
  print_figure(&s->free);
  print_ratio(r->free.mean10, s->free.mean);
  print_ratio(10u * r->free.p99, s->free.p99);
  print_ratio(10u * r->free.max, s->free.max);
  printf(" | %s\n", good ? "yes" : "NO");
  return good;
}

/* What two reads of the counter cost by themselves. */
static void calibrate(void)
{
  uint32_t first = instructions();
  uint32_t second = instructions();
  overhead = second - first;
  if (overhead == 0u || overhead > 8u) {
    fail("the instruction counter does not count; run QEMU with -icount shift=0,sleep=off");
  }
}

int main(void)
{
  static const uint32_t percents[] = {50u, COMPARED_PERCENT, 90u};
  static result compared[SETTINGS];
  bool good = true;
  calibrate();
  printf("%s: instructions per call on rv32imac in steady churn, mean / p99 / max\n", PLUG_NAME);
  printf("  region live |        alloc        |        free         | sum of | refused of      | metadata\n");
  printf("              |                     |                     | means  | requests        |\n");
  for (uint32_t i = 0u; i < SETTINGS; i++) {
    for (uint32_t j = 0u; j < sizeof percents / sizeof percents[0]; j++) {
      result r = run(settings[i].kib * BENCH_KIB, percents[j], settings[i].warm_up, settings[i].requests);
      print_result(&settings[i], percents[j], &r);
      if (percents[j] == COMPARED_PERCENT) {
        compared[i] = r;
      }
    }
  }
  printf("\nThe design's figures at 75 %%, and ours as a ratio of each\n");
  printf("  region | alloc       mean  p99  max | free        mean  p99  max | means within a quarter\n");
  for (uint32_t i = 0u; i < SETTINGS; i++) {
    good = compare(&settings[i], &compared[i]) && good;
  }
  if (!good) {
    printf("bench: a mean is more than a quarter above the design's figure\n");
  }
  return good ? 0 : 1;
}
