/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Long random runs against the model:  random [seed [operations per region]]
 *
 * With MODEL_TARGET a short run for a small machine, without arguments.  The
 * digest that is printed covers every result as an offset from the region's
 * base: for the same regions, seed and operations it is the same on every
 * machine.
 */
#include "both.h"
#include "naive_invariant.h"

#include <stdio.h>
#include <stdlib.h>

#ifndef MODEL_SEED
#define MODEL_SEED 1u
#endif

#ifdef MODEL_TARGET
#ifndef MODEL_OPERATIONS
#define MODEL_OPERATIONS 4000u
#endif
#define LARGEST (64u * 1024u)
#else
#ifndef MODEL_OPERATIONS
#define MODEL_OPERATIONS 60000u
#endif
#define LARGEST (4096u * 1024u)
#endif

/* Where a region lies.  But for MEMORY nothing is there: the core must not
 * touch what it hands out. */
typedef enum place {
  MEMORY,
  MIDDLE,
  HALF,
  TOP,
  ZERO
} place;

/* Sizes that are asked for. */
typedef enum mix {
  SMALL,
  FIRMWARE,
  LARGE,
  ANY
} mix;

typedef struct scenario {
  uint32_t kib;
  uint32_t granule;
  place where;
  mix sizes;
} scenario;

static const scenario scenarios[] = {
    {1, 16, MEMORY, SMALL},     {1, 8, ZERO, ANY},         {4, 8, TOP, LARGE},         {4, 64, HALF, SMALL},
    {16, 8, MEMORY, FIRMWARE},  {16, 16, HALF, FIRMWARE},  {16, 64, TOP, FIRMWARE},    {16, 16, ZERO, LARGE},
    {16, 16, MIDDLE, ANY},      {64, 8, HALF, LARGE},      {64, 16, MEMORY, FIRMWARE}, {64, 64, ZERO, FIRMWARE},
    {64, 16, TOP, SMALL},       {64, 16, MIDDLE, ANY},
#ifndef MODEL_TARGET
    {256, 8, MIDDLE, FIRMWARE}, {256, 16, TOP, FIRMWARE},  {256, 64, MEMORY, SMALL},   {256, 8, HALF, LARGE},
    {256, 16, ZERO, ANY},       {4096, 8, HALF, FIRMWARE}, {4096, 16, MEMORY, LARGE},  {4096, 64, TOP, FIRMWARE},
    {4096, 8, ZERO, ANY},       {4096, 64, MIDDLE, LARGE}, {4096, 4096, TOP, ANY},
#endif
};

#define GRANULES_MAX (LARGEST / 8u)
#define CANARY 0xC5u

static _Alignas(4096) uint8_t memory[LARGEST];
static _Alignas(4) uint8_t metadata[ACRE_METADATA_SIZE(LARGEST, 8u) + 64u];
static model_block blocks[GRANULES_MAX];

/* A byte that tells where it stands. */
static uint8_t pattern(uint32_t i)
{
  return (uint8_t)(i * 151u + (i >> 8) * 59u + 1u);
}

static void *at_offset(const both *b, uint32_t offset)
{
  return (void *)(b->model.base + (uintptr_t)(intptr_t)(int32_t)offset);
}

/* 1 to 2^bits, small ones as likely as large ones. */
static uint32_t any_scale(rng *r, uint32_t bits)
{
  return 1u + rng_below(r, 1u << rng_below(r, bits + 1u));
}

static size_t random_size(rng *r, const both *b, mix sizes)
{
  uint32_t granule = 1u << b->model.shift;
  uint32_t n = b->model.granules;
  switch (rng_below(r, 400u)) {
  case 0:
    return 0u;
  case 1:
    return SIZE_MAX - rng_below(r, 2u * granule);
  case 2:
    return (size_t)SIZE_MAX / 2u - 1u + rng_below(r, 4u);
  case 3:
    return (size_t)n * granule - 1u + rng_below(r, 3u);
  default:
    break;
  }
  switch (sizes) {
  case SMALL:
    return 1u + rng_below(r, 8u * granule);
  case FIRMWARE:
    return 7u + any_scale(r, 12u);
  case LARGE:
    /* Around the smallest size in digits, and far above. */
    return (rng_below(r, 4u) != 0u) ? (58u + rng_below(r, 10u)) * granule - rng_below(r, granule)
                                    : 1u + rng_below(r, n / 4u * granule);
  default:
    return any_scale(r, 20u) % (n * granule) + 1u;
  }
}

static size_t random_alignment(rng *r, uint32_t most)
{
  switch (rng_below(r, 20u)) {
  case 0:
    return rng_below(r, 100u); /* most often none at all */
  case 1:
    return (size_t)1u << (sizeof(size_t) * 8u - 1u);
  default:
    return (size_t)1u << rng_below(r, most + 1u);
  }
}

/* A live block. */
static void *random_block(rng *r, const both *b)
{
  uint32_t count = b->model.count;
  uint32_t number = rng_below(r, count);
  switch (rng_below(r, 16u)) {
  case 0:
    number = 0u;
    break;
  case 1:
  case 2:
    number = count - 1u;
    break;
  default:
    break;
  }
  return (void *)model_address(&b->model, b->model.block[number].start);
}

/* A pointer to anything in or around the region, hardly ever a live block. */
static void *random_pointer(rng *r, const both *b)
{
  uint32_t bytes = b->model.granules << b->model.shift;
  switch (rng_below(r, 6u)) {
  case 0:
    return NULL;
  case 1:
    return at_offset(b, rng_next(r));
  case 2:
    return at_offset(b, bytes - 2u + rng_below(r, 4u));
  case 3:
    return at_offset(b, 0u - rng_below(r, 64u));
  case 4:
    return at_offset(b, rng_below(r, bytes) >> b->model.shift << b->model.shift);
  default:
    return at_offset(b, rng_below(r, bytes));
  }
}

static void one_operation(both *b, rng *r, mix sizes, uint32_t most_alignment, uint32_t target)
{
  /* More allocations than frees below the target, fewer above. */
  uint32_t used = (b->model.count == 0u) ? 0u : b->region->used;
  uint32_t to_alloc = (used < target) ? 55u : 30u;
  uint32_t what = rng_below(r, 100u);
  if (what < 10u) {
    if (rng_below(r, 2u) == 0u || b->model.count == 0u) {
      void *p = random_pointer(r, b);
      both_usable_size(b, p);
      if (rng_below(r, 2u) == 0u) {
        both_free(b, p);
      } else {
        both_resize(b, p, random_size(r, b, sizes));
      }
    } else {
      both_usable_size(b, random_block(r, b));
    }
  } else if (what < 18u && b->model.count != 0u) {
    void *p = random_block(r, b);
    size_t size = both_usable_size(b, p);
    if (rng_below(r, 2u) == 0u) {
      size = 1u + rng_below(r, 2u * (uint32_t)size);
    } else {
      size = random_size(r, b, sizes);
    }
    both_resize(b, p, size);
    both_usable_size(b, p);
  } else if (what < 18u + to_alloc || b->model.count == 0u) {
    size_t size = random_size(r, b, sizes);
    void *p = NULL;
    if (rng_below(r, 6u) == 0u) {
      p = both_alloc_aligned(b, random_alignment(r, most_alignment), size);
    } else {
      p = both_alloc(b, size);
    }
    both_usable_size(b, p);
  } else {
    void *p = random_block(r, b);
    both_free(b, p);
    both_usable_size(b, p);
  }
}

static void check_invariant(const both *b)
{
  uint32_t broken = naive_invariant(b->region);
  if (broken != 0u) {
    both_differ(b, "invariant", "broken rules", 0u, 0u, broken);
  }
  acre_finding finding = {ACRE_RULE_NONE, 0u};
  if (acre_region_check(b->region, &finding) != ACRE_OK) {
    both_differ(b, "check", "where", finding.where, ACRE_RULE_NONE, (uintptr_t)finding.rule);
  }
}

/* One region; the digest of all that happened in it. */
static uint32_t run(const scenario *s, uint32_t seed, uint32_t operations)
{
  acre_region region;
  both b;
  rng r = {seed};
  uint32_t size = s->kib * 1024u;
  uint32_t bookkeeping = ACRE_METADATA_SIZE(size, s->granule);
  uint32_t most_alignment = 16u;
  uintptr_t address = 0u;
  acre_status status;

  for (uint32_t i = 0u; i < sizeof metadata; i++) {
    metadata[i] = CANARY;
  }
  if (s->where == MEMORY) {
    for (uint32_t i = 0u; i < size; i++) {
      memory[i] = pattern(i);
    }
    most_alignment = 12u; /* the memory itself is aligned to no more */
    status = acre_region_init(&region, memory, size, s->granule);
  } else {
    switch (s->where) {
    case MIDDLE:
      address = 0x20000000u + 5u * s->granule;
      break;
    case HALF:
      address = ((uintptr_t)1u << (sizeof(uintptr_t) * 8u - 1u)) - size / 2u / s->granule * s->granule;
      break;
    case TOP:
      address = (uintptr_t)0u - size;
      break;
    default:
      address = 0u;
      break;
    }
    status = acre_region_init_split(&region, metadata, bookkeeping, address, size, s->granule);
  }
  both_init(&b, &region, blocks, GRANULES_MAX, seed);
  if (status != ACRE_OK) {
    both_differ(&b, "init", "KiB", s->kib, ACRE_OK, (uintptr_t)status);
  }

  uint32_t target = 0u;
  uint32_t period = 500u + region.granules / 32u;
  uint32_t next_stats = 0u;
  uint32_t next_look = 0u;
  for (uint32_t done = 0u; done < operations; done++) {
    if (done % period == 0u) {
      /* Drift to another load; now and then from an empty region. */
      static const uint32_t percent[] = {5u, 30u, 50u, 75u, 90u, 100u};
      target = (uint32_t)((uint64_t)region.granules * percent[rng_below(&r, 6u)] / 100u);
      if (rng_below(&r, 16u) == 0u) {
        both_reset(&b);
      }
    }
    if (rng_below(&r, 300u) == 0u) {
      both_reset_low_water(&b);
    }
    one_operation(&b, &r, s->sizes, most_alignment, target);
    /* The model's linear searches and the naive invariant are slow where there
     * is much to look at. */
    if (next_stats-- == 0u) {
      both_stats(&b);
      next_stats = b.model.count / 64u;
    }
    if (next_look-- == 0u) {
      both_iterate(&b);
      check_invariant(&b);
      next_look = 50u + region.granules / 16u + b.model.count * 2u;
    }
  }
  both_stats(&b);
  both_iterate(&b);
  check_invariant(&b);
  while (b.model.count != 0u) {
    both_free(&b, random_block(&r, &b));
  }
  both_stats(&b);
  check_invariant(&b);

  if (s->where == MEMORY) {
    for (uint32_t i = (uint32_t)metadata_size(&region); i < size; i++) {
      if (memory[i] != pattern(i)) {
        both_differ(&b, "payload untouched", "byte", i, pattern(i), memory[i]);
      }
    }
    bookkeeping = 0u;
  }
  for (uint32_t i = bookkeeping; i < sizeof metadata; i++) {
    if (metadata[i] != CANARY) {
      both_differ(&b, "nothing written behind the metadata", "byte", i, CANARY, metadata[i]);
    }
  }
  return b.digest;
}

int main(int argc, char **argv)
{
  uint32_t seed = MODEL_SEED;
  uint32_t operations = MODEL_OPERATIONS;
#ifdef MODEL_TARGET
  (void)argc;
  (void)argv;
#else
  if (argc > 1) {
    seed = (uint32_t)strtoul(argv[1], NULL, 0);
  }
  if (argc > 2) {
    operations = (uint32_t)strtoul(argv[2], NULL, 0);
  }
#endif
  uint32_t count = (uint32_t)(sizeof scenarios / sizeof scenarios[0]);
  uint32_t digest = 0u;
  for (uint32_t i = 0u; i < count; i++) {
    digest = digest * 31u + run(&scenarios[i], seed + i, operations);
  }
  printf("random: seed %lu, %lu operations in each of %lu regions, digest %08lx: %lu passed, 0 failed\n",
         (unsigned long)seed, (unsigned long)operations, (unsigned long)count, (unsigned long)digest,
         (unsigned long)count);
  return 0;
}
