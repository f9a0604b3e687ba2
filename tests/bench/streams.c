/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The workloads.  A stream is made before the run and without the allocator, so
 * that all of them get the same one.  What is live is counted in bytes asked for,
 * rounded up to 16; a request that exact first fit in as much memory would refuse
 * does not count.  A region of acre tells: it needs no memory but its metadata.
 */
#include "bench.h"

#include <acre/region.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUND 16u
#define SEED 12345u

/* ---- Random numbers -------------------------------------------------------- */

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
static uint32_t size_mixed(void)
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

static uint32_t size_small(void)
{
  return random_in(8u, 64u);
}

static uint32_t size_message(void)
{
  static const uint32_t sizes[] = {32u, 64u, 128u, 256u};
  return sizes[random32() % (sizeof sizes / sizeof sizes[0])];
}

/* ---- What exact first fit would say ------------------------------------------------ */

static acre_region reference;
static uint32_t reference_metadata[ACRE_METADATA_SIZE(BENCH_LARGEST, ROUND) / 4u + 1u];
#define REFERENCE_BASE 0x10000000u /* of memory that is never touched */

static bool reference_start(uint32_t size)
{
  return acre_region_init_split(&reference, reference_metadata, sizeof reference_metadata, REFERENCE_BASE, size,
                                ROUND) == ACRE_OK;
}

static void *reference_resize(void *block, uint32_t size)
{
  void *to = block;
  if (acre_region_resize(&reference, block, size) != ACRE_OK) {
    to = acre_region_alloc(&reference, size);
    if (to != NULL) {
      (void)acre_region_free(&reference, block);
    }
  }
  return to;
}

/* ---- Blocks that are live as the stream goes ---------------------------------- */

typedef struct maker {
  bench_stream *stream;
  bool timed;
  uint32_t live; /* bytes, rounded up */
  /* Live blocks in the order of their birth from `first` on; where any is freed, the last moves into the gap. */
  uint32_t slot[BENCH_OPS];
  uint32_t size[BENCH_SLOTS];
  void *block[BENCH_SLOTS]; /* the reference's; NULL: refused */
  uint32_t first;
  uint32_t last;
  uint32_t spare[BENCH_SLOTS]; /* slots without a block */
  uint32_t spares;
} maker;

static maker m;

static uint32_t rounded(uint32_t size)
{
  return (size + ROUND - 1u) / ROUND * ROUND;
}

static void fail(const char *what)
{
  printf("bench: %s; enlarge it in tests/bench/bench.h\n", what);
  exit(1);
}

static void put(bench_kind kind, uint32_t class, uint32_t slot, uint32_t size)
{
  bench_stream *s = m.stream;
  if (s->count == BENCH_OPS) {
    fail("a workload has more operations than BENCH_OPS");
  }
  s->ops[s->count].kind = kind;
  s->ops[s->count].timed = m.timed;
  s->ops[s->count].class = class;
  s->ops[s->count].slot = slot;
  s->ops[s->count].size = size;
  s->count += 1u;
}

/* A request; what is refused is no block from then on. */
static uint32_t born(bench_kind kind, uint32_t class, uint32_t size)
{
  if ((m.spares == 0u) || (m.last == BENCH_OPS)) {
    fail("a workload has more live blocks than BENCH_SLOTS");
  }
  uint32_t slot = m.spare[m.spares - 1u];
  put(kind, class, slot, size);
  m.block[slot] = (kind == BENCH_ALIGNED) ? acre_region_alloc_aligned(&reference, (size_t)1u << class, size)
                                          : acre_region_alloc(&reference, size);
  if (m.block[slot] != NULL) {
    m.spares -= 1u;
    m.size[slot] = size;
    m.live += rounded(size);
    m.slot[m.last] = slot;
    m.last += 1u;
  }
  return slot;
}

static void resize(uint32_t slot, uint32_t size)
{
  void *block = reference_resize(m.block[slot], size);
  put(BENCH_REALLOC, 0u, slot, size);
  if (block != NULL) {
    m.block[slot] = block;
    m.live += rounded(size) - rounded(m.size[slot]);
    m.size[slot] = size;
  }
}

static void gone(uint32_t slot)
{
  put(BENCH_FREE, 0u, slot, 0u);
  (void)acre_region_free(&reference, m.block[slot]);
  m.live -= rounded(m.size[slot]);
  m.spare[m.spares] = slot;
  m.spares += 1u;
}

static void free_any(void)
{
  uint32_t at = m.first + random32() % (m.last - m.first);
  gone(m.slot[at]);
  m.last -= 1u;
  m.slot[at] = m.slot[m.last];
}

static void free_oldest(void)
{
  gone(m.slot[m.first]);
  m.first += 1u;
}

static void free_youngest(void)
{
  m.last -= 1u;
  gone(m.slot[m.last]);
}

static void start(uint32_t region)
{
  m.stream->region = region;
  m.stream->count = 0u;
  m.timed = false;
  m.live = 0u;
  m.first = 0u;
  m.last = 0u;
  m.spares = BENCH_SLOTS;
  for (uint32_t i = 0u; i < BENCH_SLOTS; i++) {
    m.spare[i] = BENCH_SLOTS - 1u - i;
  }
  seed = SEED;
  if (!reference_start(region)) {
    fail("a workload's region is larger than BENCH_LARGEST");
  }
}

static uint32_t part(uint32_t region, uint32_t permille)
{
  return (uint32_t)((uint64_t)region * permille / 1000u);
}

/* ---- Workloads ------------------------------------------------------------------- */

typedef struct workload {
  const char *name;
  uint32_t kib;
  void (*make)(const struct workload *w);
  uint32_t permille; /* of the region that is live */
  uint32_t warm_up;  /* requests before those that are timed */
  uint32_t requests;
  uint32_t (*size)(void);
  void (*free_one)(void);
} workload;

/* As many blocks are freed as it takes for `size` bytes more to stay below the mark. */
static void make_room(uint32_t mark, uint32_t size, void (*free_one)(void))
{
  while ((m.first < m.last) && (m.live + rounded(size) > mark)) {
    free_one();
  }
}

/* Steady churn: what is live stays just below the mark. */
static void make_churn(const workload *w)
{
  uint32_t mark = part(w->kib * BENCH_KIB, w->permille);
  for (uint32_t n = 0u; n < w->warm_up + w->requests; n++) {
    uint32_t size = w->size();
    m.timed = n >= w->warm_up;
    make_room(mark, size, w->free_one);
    (void)born(BENCH_ALLOC, 0u, size);
  }
}

/* Up to the mark and down to nothing, by turns of random length. */
static void make_stack(const workload *w)
{
  uint32_t mark = part(w->kib * BENCH_KIB, w->permille);
  uint32_t n = 0u;
  while (n < w->warm_up + w->requests) {
    uint32_t up = random_in(1u, 64u);
    uint32_t down = random_in(1u, 64u);
    for (uint32_t i = 0u; i < up; i++) {
      uint32_t size = w->size();
      m.timed = n >= w->warm_up;
      if (m.live + rounded(size) <= mark) {
        (void)born(BENCH_ALLOC, 0u, size);
        n++;
      }
    }
    for (uint32_t i = 0u; (i < down) && (m.first < m.last); i++) {
      free_youngest();
    }
  }
}

/* At most 128 messages under way, sent and received in bursts, beside what else is live. */
static void make_queue(const workload *w)
{
  uint32_t n = 0u;
  uint32_t mark = part(w->kib * BENCH_KIB, w->permille);
  while (m.live < mark) {
    (void)born(BENCH_ALLOC, 0u, size_mixed());
  }
  while (m.live > mark / 2u) {
    free_any();
  }
  /* What is live now stays; the messages are behind it in the list. */
  m.first = m.last;
  while (n < w->warm_up + w->requests) {
    uint32_t burst = random_in(1u, 16u);
    m.timed = n >= w->warm_up;
    for (uint32_t i = 0u; (i < burst) && (m.last - m.first < 128u); i++) {
      (void)born(BENCH_ALLOC, 0u, w->size());
      n++;
    }
    burst = random_in(1u, 16u);
    for (uint32_t i = 0u; (i < burst) && (m.first < m.last); i++) {
      free_oldest();
    }
  }
}

/* Every second one of many small blocks goes; larger ones, which fit into no gap, come and go behind them. */
static void make_checkerboard(const workload *w)
{
  uint32_t mark = part(w->kib * BENCH_KIB, w->permille);
  while (m.live + 32u <= mark) {
    (void)born(BENCH_ALLOC, 0u, 32u);
  }
  uint32_t small = m.last;
  for (uint32_t i = 0u; i < small; i += 2u) {
    gone(m.slot[i]);
  }
  m.first = small;
  for (uint32_t n = 0u; n < w->warm_up + w->requests; n++) {
    m.timed = n >= w->warm_up;
    if (m.last - m.first == 16u) {
      free_any();
    }
    (void)born(BENCH_ALLOC, 0u, random_in(48u, 96u));
  }
}

/* Eight buffers grow by half until they pass 4 KiB and begin anew, small blocks come and go between them. */
static void make_growing(const workload *w)
{
  uint32_t mark = part(w->kib * BENCH_KIB, w->permille);
  uint32_t buffer[8];
  for (uint32_t i = 0u; i < 8u; i++) {
    buffer[i] = born(BENCH_ALLOC, 0u, 16u);
  }
  m.first = m.last;
  for (uint32_t n = 0u; n < w->warm_up + w->requests; n++) {
    uint32_t i = random32() % 8u;
    uint32_t size = m.size[buffer[i]];
    uint32_t wanted = w->size();
    m.timed = n >= w->warm_up;
    resize(buffer[i], (size > 4096u) ? 16u : size + size / 2u);
    make_room(mark, wanted, free_any);
    (void)born(BENCH_ALLOC, 0u, wanted);
  }
}

/* Alignments of 32 to 1024. */
static void make_aligned(const workload *w)
{
  uint32_t mark = part(w->kib * BENCH_KIB, w->permille);
  for (uint32_t n = 0u; n < w->warm_up + w->requests; n++) {
    uint32_t size = w->size();
    m.timed = n >= w->warm_up;
    make_room(mark, size, free_any);
    (void)born(BENCH_ALIGNED, random_in(5u, 10u), size);
  }
}

/* Three kinds of memory; half of the requests are for the first. */
static void make_classes(const workload *w)
{
  uint32_t mark = part(w->kib * BENCH_KIB, w->permille);
  for (uint32_t n = 0u; n < w->warm_up + w->requests; n++) {
    uint32_t size = w->size();
    uint32_t class = random32() % 4u;
    m.timed = n >= w->warm_up;
    make_room(mark, size, free_any);
    (void)born(BENCH_CLASS, (class < BENCH_CLASSES) ? class : 0u, size);
  }
}

/* In steady churn, requests for half of the region, which nobody can meet. */
static void make_refused(const workload *w)
{
  make_churn(w);
  m.timed = true;
  for (uint32_t n = 0u; n < 1000u; n++) {
    free_any();
    (void)born(BENCH_ALLOC, 0u, w->size());
    put(BENCH_REFUSED, 0u, 0u, w->kib * BENCH_KIB / 2u);
  }
}

/* The mark rises from nothing; samples at every hundredth. */
static void make_ramp(const workload *w)
{
  uint32_t region = w->kib * BENCH_KIB;
  for (uint32_t percent = 1u; percent <= w->permille / 10u; percent++) {
    uint32_t mark = region / 100u * percent;
    for (uint32_t n = 0u; n < w->requests; n++) {
      uint32_t size = w->size();
      make_room(mark, size, free_any);
      (void)born(BENCH_ALLOC, 0u, size);
    }
    put(BENCH_SAMPLE, 0u, 0u, m.live);
  }
}

#define CHURN(name, kib, percent, warm_up)                                       \
  {                                                                              \
    name, kib, make_churn, percent * 10u, warm_up, 200000u, size_mixed, free_any \
  }

static const workload workloads[] = {
    CHURN("churn-16-50", 16u, 50u, 50000u),
    CHURN("churn-16-75", 16u, 75u, 50000u),
    CHURN("churn-16-90", 16u, 90u, 50000u),
    CHURN("churn-64-50", 64u, 50u, 50000u),
    CHURN("churn-64-75", 64u, 75u, 50000u),
    CHURN("churn-64-90", 64u, 90u, 50000u),
    CHURN("churn-256-50", 256u, 50u, 50000u),
    CHURN("churn-256-75", 256u, 75u, 50000u),
    CHURN("churn-256-90", 256u, 90u, 50000u),
    CHURN("churn-4096-50", 4096u, 50u, 150000u),
    CHURN("churn-4096-75", 4096u, 75u, 150000u),
    CHURN("churn-4096-90", 4096u, 90u, 150000u),
    {"small-64", 64u, make_churn, 750u, 50000u, 200000u, size_small, free_any},
    {"lifo-64", 64u, make_stack, 750u, 20000u, 100000u, size_mixed, NULL},
    {"fifo-64", 64u, make_churn, 750u, 20000u, 100000u, size_mixed, free_oldest},
    {"queue-64", 64u, make_queue, 600u, 20000u, 100000u, size_message, NULL},
    {"checkerboard-64", 64u, make_checkerboard, 800u, 2000u, 20000u, NULL, NULL},
    {"growing-64", 64u, make_growing, 700u, 20000u, 100000u, size_small, NULL},
    {"aligned-64", 64u, make_aligned, 500u, 20000u, 50000u, size_mixed, NULL},
    {"regions-336", 336u, make_classes, 600u, 50000u, 100000u, size_mixed, NULL},
    {"refused-64", 64u, make_refused, 750u, 20000u, 2000u, size_mixed, free_any},
    {"ramp-64", 64u, make_ramp, 950u, 0u, 2000u, size_mixed, NULL},
};
#define WORKLOADS (sizeof workloads / sizeof workloads[0])

/* "sustained-P": steady churn at P per mille of 64 KiB. */
static bool make_sustained(const char *name)
{
  static const char prefix[] = "sustained-";
  bool known = strncmp(name, prefix, sizeof prefix - 1u) == 0;
  if (known) {
    const workload w = {name, 64u,     make_churn, (uint32_t)atoi(name + sizeof prefix - 1u),
                        0u,   100000u, size_mixed, free_any};
    start(w.kib * BENCH_KIB);
    make_churn(&w);
  }
  return known;
}

static bool make_trace(const char *name)
{
  bool known = false;
  for (uint32_t i = 0u; i < bench_trace_count; i++) {
    const bench_trace *t = &bench_traces[i];
    if (strcmp(t->name, name) == 0) {
      static uint32_t number[BENCH_OPS]; /* slots; a trace fits into its region, so that none is refused */
      uint32_t births = 0u;
      known = true;
      start(t->region);
      m.timed = true;
      for (uint32_t at = 0u; at < t->count; at++) {
        int32_t word = t->words[at];
        if (word > 0) {
          number[births] = born(BENCH_ALLOC, 0u, (uint32_t)word);
          births += 1u;
        } else if (word == 0) {
          at += 1u;
          gone(number[t->words[at]]);
        } else {
          resize(number[t->words[at + 1u]], (uint32_t)t->words[at + 2u]);
          at += 2u;
        }
      }
    }
  }
  return known;
}

bool bench_make(bench_stream *stream, const char *name)
{
  bool known = false;
  m.stream = stream;
  for (uint32_t i = 0u; i < WORKLOADS; i++) {
    if (strcmp(workloads[i].name, name) == 0) {
      start(workloads[i].kib * BENCH_KIB);
      workloads[i].make(&workloads[i]);
      known = true;
    }
  }
  return known || make_sustained(name) || make_trace(name);
}

const char *bench_name(uint32_t i)
{
  const char *name = NULL;
  if (i < WORKLOADS) {
    name = workloads[i].name;
  } else if (i < WORKLOADS + bench_trace_count) {
    name = bench_traces[i - WORKLOADS].name;
  } else {
    /* after the last */
  }
  return name;
}
