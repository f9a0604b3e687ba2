/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Another region is initialised with any arguments: tiny and odd sizes,
 * misaligned memory, ranges past the top, missing pointers.  It must be
 * refused exactly if the interface gives a reason for that, and with one of
 * the reasons that hold; nothing beside its memory may be written; and if it
 * is taken, all of it can be had.
 */
#include "trace.h"
#include "world.h"

#include <string.h>

#define SPACE 1024u
#define EDGE 32u
#define CANARY 0x5Au

static _Alignas(64) uint8_t space[EDGE + SPACE + EDGE];

/* The set of reasons to refuse, bit 1 << status each; 0 if there is none. */
static uint32_t reasons(uintptr_t address, size_t size, size_t granule)
{
  uint32_t set = 0u;
  size_t bytes = (granule == 0u) ? ACRE_GRANULE_DEFAULT : granule;
  if (bytes < ACRE_GRANULE_MIN || bytes > ACRE_GRANULE_MAX || (bytes & (bytes - 1u)) != 0u) {
    return 1u << ACRE_BAD_GRANULE;
  }
  if (size < bytes) {
    set |= 1u << ACRE_TOO_SMALL;
  }
  if (size / bytes > ACRE_GRANULES_MAX) {
    set |= 1u << ACRE_TOO_MANY_GRANULES;
  }
  if (size != 0u && address + (size - 1u) < address) {
    set |= 1u << ACRE_RANGE_OVERFLOW;
  }
  return set;
}

static size_t any_size(uint32_t lo, uint32_t hi)
{
  switch (hi % 8u) {
  case 0:
    return SIZE_MAX - lo;
  case 1:
    return SIZE_MAX / 2u - 127u + lo;
  case 2:
    return ((size_t)1u << (hi / 8u % 28u)) - 1u + lo;
  default:
    return (lo + 256u * (hi / 8u)) % (SPACE + 1u);
  }
}

static size_t any_granule(uint32_t code)
{
  static const size_t odd[] = {0u, 1u, 4u, 7u, 9u, 24u, 8192u, SIZE_MAX, SIZE_MAX / 2u + 1u, 6144u};
  return (code % 4u != 0u) ? (size_t)8u << code / 4u % 10u : odd[code / 4u % 10u];
}

/* A region of n granules from `base` was made; try it. */
static void use(world *w, acre_region *r, uint32_t n, uintptr_t base, size_t granule)
{
  acre_finding finding = {ACRE_RULE_NONE, 0u};
  world_compare(w, "try init: granules", n, r->granules);
  world_compare(w, "try init: base", 0u, r->base - base);
  world_compare(w, "try init: check", ACRE_OK, (uintptr_t)acre_region_check(r, &finding));
  world_compare(w, "try init: all of it", 0u, (uintptr_t)acre_region_alloc(r, n * granule) - base);
  world_compare(w, "try init: no more", 0u, (uintptr_t)acre_region_alloc(r, 1u));
  world_compare(w, "try init: check when full", ACRE_OK, (uintptr_t)acre_region_check(r, &finding));
  world_compare(w, "try init: free", ACRE_OK, (uintptr_t)acre_region_free(r, (void *)base));
  world_compare(w, "try init: check when empty", ACRE_OK, (uintptr_t)acre_region_check(r, &finding));
}

static void judge(world *w, uint32_t set, acre_status status, const acre_region *r, const acre_region *before)
{
  if (set == 0u || status == ACRE_OK) {
    world_compare(w, "try init: taken iff nothing speaks against it; reasons", set,
                  (status == ACRE_OK) ? 0u : 1u << status);
  } else if ((set >> status & 1u) == 0u) {
    world_fail(w, "try init: one of the reasons that hold", set, 1u << status);
  } else {
    /* refused with a reason that holds */
  }
  if (status != ACRE_OK && memcmp(r, before, sizeof *r) != 0) {
    world_fail(w, "try init: when refused, the region is as it was", 1u, 0u);
  }
}

static void try_inside(world *w, acre_region *r, const uint8_t *record)
{
  acre_region before = *r;
  size_t size = any_size(record[2], record[3]);
  size_t granule = any_granule(record[1]);
  size_t bytes = (granule == 0u) ? ACRE_GRANULE_DEFAULT : granule;
  uint8_t *memory = space + EDGE + record[2] % 16u;
  uint32_t n = 0u;
  uintptr_t base = 0u;
  if (size > SPACE - 16u && size < SIZE_MAX / 4u) {
    size = SPACE - 16u;
  }
  uint32_t set = reasons((uintptr_t)memory, size, granule);
  if ((uintptr_t)memory % 4u != 0u) {
    set |= 1u << ACRE_MISALIGNED;
  }
  if (set == 0u) {
    uintptr_t end = ((uintptr_t)memory + size) / bytes * bytes;
    while (end >= (uintptr_t)memory + (n + 1u) * bytes &&
           end - (n + 1u) * bytes - (uintptr_t)memory >= ACRE_METADATA_SIZE((n + 1u) * bytes, bytes)) {
      n++;
    }
    base = end - n * bytes;
    set = (n == 0u) ? 1u << ACRE_TOO_SMALL : 0u;
  }
  TRACE("  /* another region: acre_region_init(&other, memory + %u, %s, %s) */\n", (unsigned)(record[2] % 16u),
        trace_size(size), trace_size(granule));
  acre_status status = acre_region_init(r, memory, size, granule);
  judge(w, set, status, r, &before);
  if (status == ACRE_OK) {
    use(w, r, n, base, bytes);
    for (uint8_t *p = (uint8_t *)base; p < space + sizeof space; p++) {
      if (*p != CANARY) {
        world_fail(w, "try init: the payload is not written", CANARY, *p);
      }
    }
  }
  for (uint8_t *p = space; p < ((status == ACRE_OK) ? memory : space + sizeof space); p++) {
    if (*p != CANARY) {
      world_fail(w, "try init: nothing is written before the metadata, or when refused", CANARY, *p);
    }
  }
}

static void try_split(world *w, acre_region *r, const uint8_t *record)
{
  acre_region before = *r;
  size_t granule = any_granule(record[1]);
  size_t bytes = (granule == 0u) ? ACRE_GRANULE_DEFAULT : granule;
  size_t size = any_size(record[2], record[3]);
  uintptr_t address;
  switch (record[3] / 8u % 4u) {
  case 0:
    address = 0u;
    break;
  case 1: /* around the last place where it fits */
    address = (uintptr_t)0u - size + record[2] % 3u - 1u;
    break;
  case 2:
    address = 0x40000000u + record[2] % 4u * (bytes / 2u);
    break;
  default:
    address = 0x40000000u;
    break;
  }
  uint32_t set = reasons(address, size, granule);
  uintptr_t base = address;
  size_t n = 0u;
  size_t need = 0u;
  if ((set & (1u << ACRE_BAD_GRANULE)) == 0u) {
    n = size / bytes;
    if (address == 0u) {
      base = bytes;
      n = (n == 0u) ? 0u : n - 1u;
    }
    if (n == 0u) {
      set |= 1u << ACRE_TOO_SMALL;
    }
    if (base % bytes != 0u) {
      set |= 1u << ACRE_MISALIGNED;
    }
    if ((set & (1u << ACRE_TOO_MANY_GRANULES)) == 0u && n != 0u) {
      need = ACRE_METADATA_SIZE(n * bytes, bytes);
    }
  }
  /* Exactly what is needed, or a byte less, or a byte more; as far as there is memory. */
  size_t given = need + record[2] / 64u % 3u - ((need == 0u) ? 0u : 1u);
  uint32_t skew = (record[1] >= 224u) ? record[2] % 4u : 0u;
  if (given > SPACE - 4u) {
    given = SPACE - 4u;
  }
  if (need > given) {
    set |= 1u << ACRE_TOO_SMALL;
  }
  if (skew != 0u) {
    set |= 1u << ACRE_MISALIGNED;
  }
  bool no_region = record[1] == 253u;
  bool no_metadata = record[1] == 251u;
  if (no_region || no_metadata) {
    set |= 1u << ACRE_NULL_ARGUMENT;
  }
  uint8_t *metadata = space + EDGE + skew;
  TRACE("  /* another region: acre_region_init_split(%s, %s + %u, %s, 0x%lx, %s, %s) */\n",
        no_region ? "NULL" : "&other", no_metadata ? "NULL" : "metadata", (unsigned)skew, trace_size(given),
        (unsigned long)address, trace_size(size), trace_size(granule));
  acre_status status = acre_region_init_split(no_region ? NULL : r, no_metadata ? NULL : metadata, given, address, size,
                                              granule);
  judge(w, set, status, r, &before);
  if (status == ACRE_OK) {
    use(w, r, (uint32_t)n, base, bytes);
  }
  size_t taken = (status == ACRE_OK) ? need : 0u;
  for (size_t i = 0u; i < sizeof space; i++) {
    if ((i < EDGE + skew || i >= EDGE + skew + taken) && space[i] != CANARY) {
      world_fail(w, "try init: nothing is written beside the metadata", CANARY, space[i]);
    }
  }
}

void world_try_init(world *w, const uint8_t *record)
{
  acre_region other;
  uint64_t hash = w->hash;
  w->operations++;
  w->work += 200u;
  memset(&other, (int)CANARY, sizeof other);
  memset(space, (int)CANARY, sizeof space);
  if (record[1] % 2u == 0u) {
    try_inside(w, &other, record);
  } else {
    try_split(w, &other, record);
  }
  if (record[1] == 254u) {
    world_compare(w, "init without memory", ACRE_NULL_ARGUMENT, (uintptr_t)acre_region_init(&other, NULL, 100u, 0u));
    world_compare(w, "init without region", ACRE_NULL_ARGUMENT, (uintptr_t)acre_region_init(NULL, space, 100u, 0u));
  }
  /* What is too large depends on the machine. */
  w->hash = hash;
}
