/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* PMP entries for a region. */
#include <acre/pmp.h>

/* A range may end at the top of the address space: it is kept with its size. */
typedef struct range {
  uintptr_t start;
  size_t size;
  uint8_t permissions;
} range;

typedef struct plan {
  acre_pmp_entry *entries;
  size_t capacity;
  size_t count; /* entries needed; those beyond capacity are not stored */
} plan;

static void add(plan *p, uintptr_t address, uint8_t config)
{
  if (p->count < p->capacity) {
    p->entries[p->count].address = address;
    p->entries[p->count].config = config;
  }
  p->count += 1u;
}

/* `open`: the address register before already holds the start. */
static void add_tor(plan *p, const range *r, bool open)
{
  if (!open) {
    add(p, r->start >> 2u, ACRE_PMP_A_OFF);
  }
  add(p, (r->start >> 2u) + (r->size >> 2u), (uint8_t)(ACRE_PMP_A_TOR | r->permissions));
}

/* Aligned powers of two, each the largest that starts there and still fits. */
static void add_napot(plan *p, const range *r)
{
  uintptr_t at = r->start;
  size_t left = r->size;
  while (left >= 4u) {
    size_t piece = 4u;
    while ((piece <= (left >> 1u)) && ((at & ((piece << 1u) - 1u)) == 0u)) {
      piece <<= 1u;
    }
    if (piece == 4u) {
      add(p, at >> 2u, (uint8_t)(ACRE_PMP_A_NA4 | r->permissions));
    } else {
      add(p, (at >> 2u) | ((piece >> 3u) - 1u), (uint8_t)(ACRE_PMP_A_NAPOT | r->permissions));
    }
    at += piece;
    left -= piece;
  }
}

static bool whole(const range *r, size_t grain)
{
  return ((r->start | r->size) & (grain - 1u)) == 0u;
}

acre_status acre_pmp_plan(const acre_region *region, uintptr_t metadata, size_t metadata_size, acre_pmp_mode mode,
                          size_t grain, acre_pmp_entry *entries, size_t capacity, size_t *count)
{
  acre_status status = ACRE_OK;
  if ((region == NULL) || (entries == NULL) || (count == NULL)) {
    status = ACRE_NULL_ARGUMENT;
  } else if ((grain < 4u) || ((grain & (grain - 1u)) != 0u)) {
    status = ACRE_BAD_GRANULE;
  } else {
    acre_iterator first = {0u};
    acre_block block = {NULL, 0u, false};
    acre_stats stats;
    range side = {metadata, metadata_size, 0u};
    range payload = {0u, 0u, ACRE_PMP_R | ACRE_PMP_W};
    plan p = {entries, capacity, 0u};
    (void)acre_region_next(region, &first, &block);
    acre_region_stats(region, &stats);
    payload.start = (uintptr_t)block.address;
    payload.size = stats.total;
    if (metadata_size == 0u) {
      side.size = payload.start - metadata;
    }
    if (((metadata_size == 0u) && (metadata >= payload.start)) || ((side.size - 1u) > (UINTPTR_MAX - side.start))) {
      status = ACRE_RANGE_OVERFLOW;
    } else if (!whole(&side, grain) || !whole(&payload, grain)) {
      status = ACRE_MISALIGNED;
    } else if (mode == ACRE_PMP_TOR) {
      add_tor(&p, &side, false);
      add_tor(&p, &payload, (side.start + side.size) == payload.start);
    } else {
      add_napot(&p, &side);
      add_napot(&p, &payload);
    }
    if (status == ACRE_OK) {
      *count = p.count;
      if (p.count > capacity) {
        status = ACRE_NO_SPACE;
      }
    }
  }
  return status;
}
