/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* From the bytes of an input to calls. */
#include "heap.h"
#include "trace.h"

#include <string.h>

#define WORD_BITS (sizeof(size_t) * 8u)

uint32_t fuzz_granules(uint32_t lo, uint32_t hi)
{
  switch (hi % 16u) {
  case 12: /* the smallest with two levels, and some less */
    return 50u + lo % 32u;
  case 13:
    return 1u + lo;
  case 14: /* around the smallest with three levels */
    return 500u + lo;
  case 15: /* up to four levels */
    return 1u + lo * 16u + hi / 16u * 256u;
  default:
    return 1u + lo % 40u;
  }
}

/* The bytes in free run number `number`, modulo their count; 0 if there is none. */
static size_t run_size(const model *m, uint32_t number)
{
  size_t found = 0u;
  uint32_t at = 0u;
  for (uint32_t pass = 0u; pass < 2u; pass++) {
    uint32_t before = 0u;
    for (uint32_t i = 0u; i <= m->count; i++) {
      uint32_t end = (i == m->count) ? m->granules : m->block[i].start;
      if (end > before) {
        found = (size_t)(end - before) << m->shift;
        if (at++ == number) {
          return found;
        }
      }
      before = (i == m->count) ? end : end + m->block[i].size;
    }
    if (at == 0u) {
      return 0u;
    }
    number %= at;
    at = 0u;
  }
  return found;
}

static size_t huge(const model *m, uint32_t lo, uint32_t d)
{
  size_t granule = (size_t)1u << m->shift;
  switch (d % 8u) {
  case 0:
    return SIZE_MAX - lo;
  case 1:
    return SIZE_MAX / 2u - 127u + lo;
  case 2: /* wraps in a 32-bit number of bytes, */
    return (WORD_BITS > 32u) ? ((size_t)1u << (WORD_BITS / 2u)) + lo : SIZE_MAX - lo;
  case 3: /* or of granules */
    return (WORD_BITS > 32u) ? (((size_t)1u << (WORD_BITS / 2u)) + lo) * granule : SIZE_MAX - lo;
  case 4: /* more granules than any region has */
    return (((size_t)ACRE_GRANULES_MAX + 1u) << 3u) + lo;
  case 5:
    return SIZE_MAX - lo * granule;
  case 6:
    return (WORD_BITS > 32u) ? SIZE_MAX / granule + lo : SIZE_MAX - lo;
  default:
    return ((size_t)1u << (WORD_BITS - 1u)) + lo * granule;
  }
}

size_t fuzz_size(const model *m, uint32_t lo, uint32_t hi)
{
  size_t granule = (size_t)1u << m->shift;
  uint32_t d = hi % 32u;
  int32_t near = (int32_t)(lo % 128u) - 64;
  size_t size;
  switch (hi / 32u) {
  case 0:
    return lo + 256u * (d % 4u);
  case 1: /* some granules, or a little less */
    return (lo % 16u + 1u) * granule - d % granule;
  case 2:
    return lo * granule - d % granule;
  case 3:
    return (lo + 256u * d) * granule;
  case 4: /* the size of a free run, or near it */
    size = run_size(m, d);
    break;
  case 5: /* the size of a live block, or near it */
    size = (m->count == 0u) ? granule : (size_t)m->block[d % m->count].size * granule;
    break;
  case 6:
    size = ((size_t)m->granules << m->shift) / (d % 8u + 1u);
    break;
  default:
    return huge(m, lo, d);
  }
  if (lo >= 128u) {
    near *= (int32_t)granule / 16 + 1;
  }
  if (near < 0 && size <= (size_t)-near) {
    return size;
  }
  return size + (size_t)(intptr_t)near;
}

size_t fuzz_alignment(const world *w, uint32_t code)
{
  static const size_t wrong[] = {0u, 3u, 24u, SIZE_MAX};
  uint32_t exponent = code - 4u;
  if (code < 4u) {
    return wrong[code];
  }
  if (w->place == FUZZ_STATIC) {
    /* How a linker aligns it beyond its granule is another matter on each machine. */
    exponent %= w->model.shift + 1u;
  } else if (w->real) {
    exponent %= 17u;
  } else if (exponent >= 24u) {
    exponent += (uint32_t)WORD_BITS - 28u;
  } else if (exponent >= 20u) {
    exponent += 4u;
  } else {
    /* as it is */
  }
  return (size_t)1u << exponent;
}

void *fuzz_block(const model *m, uint32_t number)
{
  if (m->count == 0u) {
    return NULL;
  }
  return (void *)model_address(m, m->block[number % m->count].start);
}

void *fuzz_wild(const model *m, const uint8_t *record)
{
  uint32_t lo = record[2];
  uint32_t hi = record[3];
  uintptr_t v = lo + 256u * hi;
  uintptr_t end = m->base + ((uintptr_t)m->granules << m->shift);
  uintptr_t block = (uintptr_t)fuzz_block(m, lo);
  switch (record[1] % 10u) {
  case 0:
    return NULL;
  case 1:
    return (void *)(m->base + v);
  case 2: /* just before */
    return (void *)(m->base - 1u - v % 64u);
  case 3: /* around the end */
    return (void *)(end + v % 64u - 2u);
  case 4: /* any granule */
    return (void *)(m->base + ((v % m->granules) << m->shift));
  case 5: /* inside a block */
    return (void *)(block + 1u + hi);
  case 6: /* a granule further inside, or behind */
    return (void *)(block + ((uintptr_t)(hi % 8u + 1u) << m->shift));
  case 7: /* a block of a neighbour of another size */
    return (void *)(end + ((v % 64u) << m->shift));
  case 8: /* the number of its granule wraps in 32 bits */
    return (void *)((WORD_BITS > 32u && block != 0u)
                        ? block + (((uintptr_t)1u << (WORD_BITS / 2u)) << (lo % 2u * m->shift))
                        : m->base - 1u);
  default:
    return (void *)(UINTPTR_MAX - v);
  }
}

/* What a caller's realloc does. */
static void reallocate(world *w, void *block, size_t size)
{
  if (block == NULL) {
    world_fill_block(w, world_alloc(w, size), false);
  } else if (size == 0u) {
    world_free(w, block);
  } else if (world_resize(w, block, size) != ACRE_OK) {
    size_t old = model_usable_size(&w->model, block);
    void *other = world_alloc(w, size);
    if (other != NULL) {
      world_move(w, other, block, (old < size) ? old : size);
      world_free(w, block);
    }
  } else {
    /* done in place */
  }
}

static void fill(world *w, uint32_t times, size_t size)
{
  for (uint32_t i = 0u; i < times && w->work < FUZZ_WORK && world_alloc(w, size) != NULL; i++) {
    /* until nothing fits */
  }
}

static void comb(world *w, uint32_t every, uint32_t first)
{
  for (uint32_t i = first; i < w->model.count && w->work < FUZZ_WORK; i += every) {
    world_free(w, fuzz_block(&w->model, i));
  }
}

static void wild_cursor(world *w, const uint8_t *record)
{
  if (record[1] >= 128u) {
    uint32_t at = w->cursor.at;
    uint32_t v = record[2];
    acre_check_cursor wild = {at, v, v + record[3], ~v, v << 24, 0u};
    wild.at = (record[1] % 2u == 0u) ? v : 0u - v;
    w->cursor = wild;
    w->cursor_void = true;
    TRACE("  cursor = (acre_check_cursor){%luu, %luu, %luu, %luu, %luu, 0u};\n", (unsigned long)wild.at,
          (unsigned long)wild.start, (unsigned long)wild.end, (unsigned long)wild.used, (unsigned long)wild.blocks);
  }
}

static void operate(world *w, const uint8_t *record)
{
  uint32_t a = record[1];
  uint32_t lo = record[2];
  uint32_t hi = record[3];
  void **slot = &w->slot[a % FUZZ_SLOTS];
  uint32_t op = record[0] % FUZZ_OPS;
  if (w->corrupt && op != FUZZ_CORRUPT && op != FUZZ_MISUSE) {
    world_bring_back(w);
  }
  switch (op) {
  case FUZZ_ALLOC:
  case FUZZ_ZEROED:
    *slot = world_alloc(w, fuzz_size(&w->model, lo, hi));
    world_fill_block(w, *slot, op == FUZZ_ZEROED);
    break;
  case FUZZ_ALIGNED:
    w->slot[a % 8u] = world_alloc_aligned(w, fuzz_alignment(w, a / 8u), fuzz_size(&w->model, lo, hi));
    world_fill_block(w, w->slot[a % 8u], false);
    break;
  case FUZZ_FREE:
    world_free(w, fuzz_block(&w->model, a));
    break;
  case FUZZ_FREE_SLOT:
    world_free(w, *slot);
    break;
  case FUZZ_FREE_WILD:
    world_free(w, fuzz_wild(&w->model, record));
    break;
  case FUZZ_RESIZE:
    world_resize(w, fuzz_block(&w->model, a), fuzz_size(&w->model, lo, hi));
    break;
  case FUZZ_RESIZE_SLOT:
    world_resize(w, *slot, fuzz_size(&w->model, lo, hi));
    break;
  case FUZZ_RESIZE_WILD:
    world_resize(w, fuzz_wild(&w->model, record), (size_t)lo);
    break;
  case FUZZ_REALLOC:
    reallocate(w, fuzz_block(&w->model, a), fuzz_size(&w->model, lo, hi));
    break;
  case FUZZ_USABLE:
    world_usable_size(w, fuzz_wild(&w->model, record));
    world_usable_size(w, *slot);
    break;
  case FUZZ_LOW_WATER:
    world_reset_low_water(w);
    break;
  case FUZZ_RESET:
    world_reset(w);
    break;
  case FUZZ_WALK:
    world_walk(w);
    break;
  case FUZZ_NEXT:
    for (uint32_t i = 0u; i <= a % 4u && world_next(w); i++) {
      /* the iteration lives on */
    }
    break;
  case FUZZ_CHECK_STEP:
    wild_cursor(w, record);
    world_check_step(w, (hi < 250u) ? lo : UINT32_MAX - lo);
    break;
  case FUZZ_SCRIBBLE:
    if (a % 2u == 0u) {
      world_scribble(w, (uintptr_t)w->area, w->area_bytes, (uint8_t)lo);
    } else {
      world_scribble(w, (uintptr_t)fuzz_block(&w->model, a / 2u) - hi % 16u, lo, (uint8_t)hi);
    }
    break;
  case FUZZ_FILL:
    fill(w, a + 1u, fuzz_size(&w->model, lo, hi));
    break;
  case FUZZ_COMB:
    comb(w, a % 8u + 1u, lo % 8u);
    break;
  case FUZZ_INIT:
    world_try_init(w, record);
    world_check(w, true);
    break;
  case FUZZ_CORRUPT:
    world_corrupt(w, record);
    break;
  case FUZZ_MISUSE:
    world_misuse(w, record);
    break;
  default:
    /* of the heap of many regions */
    break;
  }
}

fuzz_result fuzz_run(const uint8_t *data, size_t size)
{
  static world w;
  uint8_t header[FUZZ_HEADER] = {0u};
  for (size_t i = 0u; i < FUZZ_HEADER && i < size; i++) {
    header[i] = data[i];
  }
  if (fuzz_is_heap(header)) {
    return fuzz_run_heap(header, data, size);
  }
  if (world_init(&w, header)) {
    uint32_t records = 0u;
    for (size_t at = FUZZ_HEADER; at + FUZZ_RECORD <= size && records < FUZZ_RECORDS_MAX && w.work < FUZZ_WORK;
         at += FUZZ_RECORD) {
      operate(&w, data + at);
      records++;
    }
    world_end(&w);
  }
  fuzz_result result = {w.hash, w.operations};
  return result;
}
