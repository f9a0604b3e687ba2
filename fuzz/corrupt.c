/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Changed metadata: check has to say what the naive invariant says, at once
 * and in steps.  Where the changed metadata are sound, they are those of
 * another state, and the input may go on from there with the full oracle.
 * Where they are not, operations on them have to come to an end.
 */
#include "naive_invariant.h"
#include "trace.h"
#include "world.h"

#include <string.h>

/* Tags at the borders of their meanings. */
static const uint8_t telling[] = {0,   1,   2,   61,  62,  63,  64,  65,  66,  126,
                                  127, 128, 129, 130, 190, 191, 192, 193, 254, 255};

static uint32_t mixed(uint32_t x)
{
  x = (x ^ (x >> 16)) * 0x85EBCA6Bu;
  x = (x ^ (x >> 13)) * 0xC2B2AE35u;
  return x ^ (x >> 16);
}

static uint32_t value_near(const world *w, uint32_t old, uint32_t code)
{
  switch (code % 6u) {
  case 0:
    return old ^ (1u << (code / 6u % 32u));
  case 1:
    return old + 1u;
  case 2:
    return old - 1u;
  case 3:
    return w->region.granules + code / 6u % 3u - 1u;
  case 4:
    return mixed(code);
  default:
    return code / 6u;
  }
}

static void judge(world *w)
{
  uint32_t broken = naive_invariant(&w->region);
  acre_finding finding = {ACRE_RULE_NONE, 0u};
  acre_status expected = (broken == 0u) ? ACRE_OK : ACRE_CORRUPT;
  TRACE("  status(acre_region_check(&r, &finding), %s);\n", trace_status(expected));
  acre_status seen = acre_region_check(&w->region, &finding);
  world_compare(w, "check, metadata changed", (uintptr_t)expected, (uintptr_t)seen);
  world_contracts(w, (broken == 0u) ? 1u : 0u);
  if (seen == ACRE_CORRUPT && ((uint32_t)finding.rule > ACRE_RULE_COUNTER || (broken >> finding.rule & 1u) == 0u)) {
    world_fail(w, "check names a broken rule; broken are", broken, (uintptr_t)finding.rule);
  }
  world_hash(w, (uint64_t)finding.rule << 32 | finding.where);
  acre_check_cursor cursor;
  memset(&cursor, 0, sizeof cursor);
  acre_finding again = {ACRE_RULE_NONE, 0u};
  acre_status status = ACRE_CHECK_MORE;
  uint32_t units = w->region.granules + 8u + w->region.nodes;
  for (uint32_t calls = 0u; status == ACRE_CHECK_MORE; calls++) {
    if (calls > units / 7u + 1u) {
      world_fail(w, "check_step comes to an end: calls", units / 7u + 1u, calls);
    }
    status = acre_region_check_step(&w->region, &cursor, 7u, &again);
  }
  world_compare(w, "check in steps", (uintptr_t)expected, (uintptr_t)status);
  world_compare(w, "check in steps: rule", (uintptr_t)finding.rule, (uintptr_t)again.rule);
  world_compare(w, "check in steps: where", finding.where, again.where);
  /* The statistics read nothing that could lead anywhere. */
  acre_stats stats;
  acre_region_stats(&w->region, &stats);
  w->work += 4u * units;
}

void world_corrupt(world *w, const uint8_t *record)
{
  static const char *const names[] = {"frontier", "used", "peak", "blocks", "runs"};
  (void)names;
  acre_region *r = &w->region;
  uint32_t *const counters[] = {&r->frontier, &r->used, &r->peak, &r->blocks, &r->runs};
  uint32_t place = record[2] | (uint32_t)record[3] << 8;
  uint32_t tags = (r->granules + 7u) / 8u * 8u + 2u;
  uint32_t kind = record[1] % 8u;
  uint32_t detail = record[1] / 8u;
  w->operations++;
  w->corrupt = true;
  if (kind < 5u) {
    uint32_t t = place % tags;
    uint8_t *tag = &(r->tag - 1)[t];
    if (kind == 0u) {
      *tag ^= (uint8_t)(1u << detail % 8u);
    } else if (kind == 1u) {
      *tag = (uint8_t)(*tag + 1u + detail);
    } else if (kind == 2u) {
      *tag = (r->tag - 1)[(t + detail + 1u) % tags];
    } else {
      *tag = telling[detail % sizeof telling];
    }
    TRACE("  (r.tag - 1)[%lu] = %u;\n", (unsigned long)t, (unsigned)*tag);
  } else if (kind < 7u) {
    uint32_t node = place % r->nodes;
    r->index[node] = (int32_t)value_near(w, (uint32_t)r->index[node], detail + 32u * (place / r->nodes));
    TRACE("  r.index[%lu] = %ld;\n", (unsigned long)node, (long)r->index[node]);
  } else {
    uint32_t c = detail % 5u;
    *counters[c] = value_near(w, *counters[c], place);
    TRACE("  r.%s = %luu;\n", names[c], (unsigned long)*counters[c]);
  }
  judge(w);
}

/* One call on corrupt metadata, under guard; its result means nothing. */
typedef struct call {
  world *w;
  const uint8_t *record;
} call;

static void blind_call(void *argument)
{
  const call *c = argument;
  world *w = c->w;
  acre_region *r = &w->region;
  size_t size = fuzz_size(&w->model, c->record[2], c->record[3]);
  void *block = fuzz_block(&w->model, c->record[3]);
  acre_iterator iterator = {c->record[2]};
  acre_block found;
  switch (c->record[1] % 8u) {
  case 0:
    acre_region_alloc(r, size);
    break;
  case 1:
    acre_region_alloc_aligned(r, (size_t)1u << c->record[1] / 8u, size);
    break;
  case 2:
    acre_region_free(r, block);
    break;
  case 3:
    acre_region_resize(r, block, size);
    break;
  case 4:
    acre_region_free(r, fuzz_wild(&w->model, c->record));
    break;
  case 5:
    acre_region_next(r, &iterator, &found);
    break;
  case 6:
    acre_region_usable_size(r, block);
    break;
  default:
    acre_region_reset_low_water(r);
    break;
  }
}

void world_misuse(world *w, const uint8_t *record)
{
  if (!w->corrupt) {
    return;
  }
  w->operations++;
  if (naive_invariant(&w->region) == 0u) {
    TRACE("  /* the changed metadata are sound: from here on they are the region's state */\n");
    world_adopt(w);
  } else if (record[1] % 8u == 7u && record[1] >= 128u) {
    /* Reset heals all but the sentinel, which it does not write. */
    bool sentinel = w->region.tag[-1] == 0u;
    acre_finding finding = {ACRE_RULE_NONE, 0u};
    TRACE("  acre_region_reset(&r);\n");
    acre_region_reset(&w->region);
    world_compare(w, "reset heals", sentinel ? ACRE_OK : ACRE_CORRUPT,
                  (uintptr_t)acre_region_check(&w->region, &finding));
    world_bring_back(w);
  } else if (fuzz_can_guard() && w->place != FUZZ_STATIC) {
    /* Metadata in .bss have no guard behind them, but the driver's own data. */
    call c = {w, record};
    TRACE("  /* a call on corrupt metadata, whose result means nothing, was here */\n");
    fuzz_guard(blind_call, &c);
    world_mend_memory(w);
    world_bring_back(w);
  } else {
    world_bring_back(w);
  }
}
