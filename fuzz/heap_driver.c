/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * From the bytes of an input to calls on a heap of several regions.
 *
 *   header  0, 2, 3  the first region, as the bytes 1 to 3 of a record ADD
 *           1, 4, 5  the second one
 *           6        odd; from bit 1 on: slots; from 0xE0 on without hooks
 *           7        bit 0 order, 1 a lock, 2 to 3 watches, 4 defaults, 5 a region where no memory is
 *
 * An operation that one region has, too, is the same with capabilities: those of
 * ALLOC, ZEROED, REALLOC, RESIZE and FILL are number byte 1 / 32 of some_caps.
 */
#include "heap.h"
#include "trace.h"

#define NEAR 0x3Fu

static const acre_caps some_caps[8] = {1u, 2u, 1u, 4u, 3u, HEAP_FAR, 8u, 0u};

static acre_request request_of(const fuzz_heap *h, size_t alignment, size_t size)
{
  acre_request q = {size, alignment, h->list, h->list_count, false, "fuzz"};
  return q;
}

/* The region that sizes and wild pointers are relative to: number `number`, or an empty one. */
static const model *focus(const fuzz_heap *h, uint32_t number)
{
  static model nothing;
  const heap_model_region *r = heap_region(h, number);
  nothing.base = (uintptr_t)h->memory.payload;
  nothing.granules = 1u;
  nothing.shift = 3u;
  return (r == NULL) ? &nothing : &r->blocks;
}

static size_t size_of(const fuzz_heap *h, const uint8_t *record)
{
  return fuzz_size(focus(h, record[1] / 32u), record[2], record[3]);
}

static size_t alignment_of(uint32_t code)
{
  static const size_t wrong[] = {0u, 3u, 24u, SIZE_MAX};
  return (code < 4u) ? wrong[code] : (size_t)1u << (code - 4u) % 13u;
}

/* A list without the memory that must not be touched. */
static void near_list(acre_caps *to, const acre_request *q)
{
  for (uint32_t i = 0u; i < q->count; i++) {
    to[i] = q->caps[i] & NEAR;
  }
}

static void *wild(const fuzz_heap *h, const uint8_t *record)
{
  uint32_t at = record[2] + 256u * record[3];
  switch (record[1] / 10u) {
  case 24: /* 240 and more: what is no payload at all, or whose it is by chance */
    return h->memory.payload + at % HEAP_AREA;
  case 25:
    return (record[1] % 2u == 0u) ? (void *)(h->memory.metadata + at % FUZZ_METADATA) : (void *)(uintptr_t)&h->heap;
  default: {
    const model *m = focus(h, record[1] / 10u);
    if (record[1] % 10u == 8u && sizeof(void *) == 4u && m->count != 0u) {
      /* There a sum that passes 32 bits does not, and here it is in no region. */
      return h->memory.payload + HEAP_AREA;
    }
    return fuzz_wild(m, record);
  }
  }
}

/* The new part of a block gets a stamp of its own. */
static void stamp(fuzz_heap *h, void *block, size_t from)
{
  if (block != NULL && !heap_is_far(h, block)) {
    size_t size = heap_model_usable_size(&h->model, block);
    h->serial++;
    if (from < size) {
      heap_paint(h, (uintptr_t)block + from, size - from, (uint8_t)(h->serial * 37u + 1u), 1u);
    }
  }
}

static void reallocate(fuzz_heap *h, void *block, const acre_request *given, bool by_default)
{
  acre_caps caps[HEAP_MASKS];
  acre_request q = *given;
  size_t before = heap_model_usable_size(&h->model, block);
  near_list(caps, &q);
  q.caps = caps;
  if (heap_is_far(h, block) && before != 0u) {
    /* Its contents cannot be moved, since there are none. */
    heap_resize(h, block, q.size, HEAP_FAR);
    return;
  }
  void *to = by_default ? heap_realloc_default(h, block, q.size) : heap_realloc(h, block, &q);
  if (to != NULL) {
    stamp(h, to, (before < q.size) ? before : q.size);
  }
}

/* ---- Regions ----------------------------------------------------------- */

/* Capabilities on their priorities. */
static void place_caps(const fuzz_heap *h, acre_heap_area *area, uint32_t code)
{
  static const uint8_t some[14][ACRE_PRIORITIES] = {
      {1u, 0u, 0u}, {2u, 0u, 0u}, {4u, 0u, 0u}, {1u, 2u, 0u}, {2u, 1u, 0u},  {0u, 1u, 2u},  {3u, 0u, 4u},
      {4u, 1u, 2u}, {1u, 8u, 0u}, {8u, 1u, 0u}, {0u, 0u, 1u}, {15u, 0u, 0u}, {0u, 15u, 0u}, {0u, 0u, 0u}};
  for (uint32_t p = 0u; p < ACRE_PRIORITIES; p++) {
    area->caps[p] = (code < 14u) ? some[code][p] : (p < h->list_count) ? h->list[p] & NEAR : 0u;
  }
}

static uint32_t granules_of(uint32_t lo, uint32_t hi)
{
  switch (hi / 64u) {
  case 2: /* the smallest with two levels, and some less */
    return 50u + lo % 32u;
  case 3:
    return 1u + lo * 4u;
  default:
    return 1u + lo % 40u;
  }
}

static uint8_t *metadata_room(const fuzz_heap *h, uint32_t room, size_t size)
{
  uint8_t *at = h->memory.metadata + (size_t)room * HEAP_METADATA_ROOM;
  /* At the start of the room, or at its end: of the last, behind which nothing is. */
  if (room % 2u == 1u && size <= HEAP_METADATA_ROOM) {
    at += (HEAP_METADATA_ROOM - size) / 4u * 4u;
  }
  return (room == HEAP_ROOMS - 1u && size <= FUZZ_METADATA) ? h->memory.metadata + (FUZZ_METADATA - size) / 4u * 4u
                                                            : at;
}

/* Byte 1: place, granule, metadata elsewhere, lock; 2 and 3: granules; 3: capabilities, reserve. */
static acre_heap_area area_of(const fuzz_heap *h, const uint8_t *record)
{
  static const uint32_t granules[] = {8u, 16u, 8u, 32u, 64u, 0u, 256u, 4096u};
  acre_heap_area area = {0};
  uint32_t a = record[1];
  uint32_t hi = record[3];
  uint32_t place = a % 8u;
  uint32_t granule = granules[a / 8u % 8u];
  uint32_t bytes = (granule == 0u) ? (uint32_t)ACRE_GRANULE_DEFAULT : granule;
  uint32_t n = granules_of(record[2], hi);
  bool elsewhere = a / 64u % 2u == 1u || place == 6u;
  uint32_t room = (place < HEAP_ROOMS) ? place : record[2] % HEAP_ROOMS;
  uint32_t offset = room * HEAP_ROOM + ((place == 7u) ? 4u * (hi % 16u) : 0u);
  if (n > HEAP_GRANULES - 8u) {
    n = HEAP_GRANULES - 8u;
  }
  size_t metadata = ACRE_METADATA_SIZE(n * bytes, bytes);
  size_t size = (size_t)n * bytes + (elsewhere ? 0u : metadata) + record[2] % 4u;
  if (size > HEAP_AREA - offset) {
    size = HEAP_AREA - offset;
  }
  place_caps(h, &area, hi % 16u);
  area.address = (uintptr_t)h->memory.payload + offset;
  if (place == 6u) {
    static const uintptr_t far[] = {0x20000000u, 0u, 0x21000000u, 0u};
    area.address = far[hi % 4u];
    size = (size_t)n * bytes;
    area.address = (hi % 4u == 3u) ? (uintptr_t)0u - size : area.address;
    for (uint32_t p = 0u; p < ACRE_PRIORITIES; p++) {
      area.caps[p] = (p == hi / 4u % ACRE_PRIORITIES) ? HEAP_FAR : 0u;
    }
  }
  area.size = size;
  area.granule = granule;
  if (elsewhere) {
    area.metadata_size = metadata + 4u * (hi % 2u);
    area.metadata = metadata_room(h, room, area.metadata_size);
  }
  if (a >= 128u) {
    area.lock.acquire = (uintptr_t(*)(void *))1; /* heap_add puts the hooks in */
    area.lock.release = (void (*)(void *, uintptr_t))1;
  }
  switch (hi / 16u % 4u) {
  case 1:
    area.reserve = 1u;
    break;
  case 2:
    area.reserve = size / 2u;
    break;
  case 3:
    area.reserve = size + 100u;
    break;
  default:
    break;
  }
  area.reserved = (hi / 16u % 4u == 0u) ? 0u : 8u;
  return area;
}

static void add(fuzz_heap *h, const uint8_t *record)
{
  acre_heap_area area = area_of(h, record);
  heap_add(h, &area);
}

/* In live block number byte 1: a region, or the metadata of one. */
static void add_in(fuzz_heap *h, const uint8_t *record)
{
  uint8_t as_record[FUZZ_RECORD] = {0u, (uint8_t)(record[3] % 6u), record[2], (uint8_t)(record[3] / 16u)};
  acre_heap_area area = area_of(h, as_record);
  void *block = heap_block(h, record[1] % 64u);
  size_t size = heap_model_usable_size(&h->model, block);
  uint32_t how = record[1] / 64u;
  if (block == NULL || size == 0u || heap_is_far(h, block)) {
    return;
  }
  if (how == 3u) {
    area.metadata = block;
    area.metadata_size = size;
  } else {
    /* All of it; behind its first word; or one word too far. */
    area.address = (uintptr_t)block + ((how == 0u) ? 0u : 4u);
    area.size = (how == 1u) ? size - 4u : size;
    area.granule = 8u << record[3] / 128u;
  }
  if (area.address + area.size <= (uintptr_t)h->memory.payload + HEAP_AREA) {
    heap_add(h, &area);
  }
}

/* Any numbers, but none by which memory would be written that is not ours. */
static void add_odd(fuzz_heap *h, const uint8_t *record)
{
  uint8_t as_record[FUZZ_RECORD] = {0u, record[2], record[3], (uint8_t)(record[3] / 16u)};
  acre_heap_area area = area_of(h, as_record);
  uint32_t v = record[3];
  uint32_t room = record[2] % HEAP_ROOMS;
  uintptr_t low = (uintptr_t)h->memory.payload;
  switch (record[1] % 12u) {
  case 0:
    area.address = low + 37u * v % HEAP_AREA;
    area.size = 1u + (31u * v) % (size_t)(low + HEAP_AREA - area.address);
    break;
  case 1: /* around the start of a room, and from there */
    area.address = low + room * HEAP_ROOM + v % 8u;
    area.size = (area.size <= HEAP_ROOM - 8u) ? area.size : HEAP_ROOM - 8u;
    break;
  case 2:
    area.size = v % 8u;
    break;
  case 3:
    area.size = SIZE_MAX - v % 4u;
    area.address += 8u; /* so that it passes the top */
    break;
  case 4: {
    static const size_t odd[] = {1u, 4u, 7u, 9u, 24u, 8192u, SIZE_MAX, SIZE_MAX / 2u + 1u};
    area.granule = odd[v % 8u];
    break;
  }
  case 5: /* metadata in the range, before or behind it, or in another region */
    area.metadata = (void *)(low + 4u * (49u * v % (HEAP_AREA / 4u)));
    area.metadata_size = low + HEAP_AREA - (uintptr_t)area.metadata;
    area.metadata_size = (area.metadata_size < 16u * (record[2] + 1u)) ? area.metadata_size : 16u * (record[2] + 1u);
    break;
  case 6:
    area.metadata = h->memory.metadata + room * HEAP_METADATA_ROOM + v % 8u;
    area.metadata_size = v;
    break;
  case 7:
    area.metadata = h->memory.metadata;
    area.metadata_size = SIZE_MAX - v;
    break;
  case 8: /* half a lock */
    area.lock.release = NULL;
    area.lock.acquire = (uintptr_t(*)(void *))1;
    break;
  case 9:
    area.address = 0u;
    area.metadata = NULL;
    break;
  case 10: /* metadata that are a byte too small, or far too many granules */
    if (area.metadata != NULL) {
      area.metadata_size -= (v % 2u == 0u) ? 5u : 4u;
    } else {
      area.address = 0u;
      area.size = 8u * ((size_t)ACRE_GRANULES_MAX + 1u);
      area.granule = 8u;
      area.metadata = h->memory.metadata;
      area.metadata_size = 64u;
    }
    break;
  default:
    area.caps[0] = 0u;
    area.caps[1] = 0u;
    area.caps[2] = 0u;
    break;
  }
  heap_add(h, &area);
}

static acre_region_id id_of(const fuzz_heap *h, uint32_t code)
{
  const heap_model_region *r = heap_region(h, code);
  /* Mostly one that is there. */
  return (code % 8u == 7u || r == NULL) ? h->model.last_id + 1u - code / 8u % 8u : r->id;
}

static void set(fuzz_heap *h, const uint8_t *record)
{
  uint32_t v = record[2];
  acre_heap_defaults d = {some_caps[v % 4u], some_caps[v / 4u % 8u] & NEAR, some_caps[v / 32u % 4u], record[3],
                          record[1] % 16u >= 8u};
  switch (record[1] % 4u) {
  case 0:
    heap_order(h, (acre_heap_order)(v % 2u));
    break;
  case 1:
    heap_set_defaults(h, &d);
    break;
  case 2:
    heap_set_watches(h, v % 40u);
    break;
  default:
    heap_arm(h, (record[3] % 4u == 3u) ? h->slot[v % FUZZ_SLOTS] : heap_block(h, v));
    break;
  }
}

/* ---- Operations -------------------------------------------------------- */

static void *alloc(fuzz_heap *h, const uint8_t *record, bool zeroed)
{
  acre_caps caps = some_caps[record[1] / 32u];
  acre_request q = {size_of(h, record), 1u, &caps, 1u, zeroed, "fuzz"};
  if (zeroed) {
    caps &= NEAR;
    q.size = (q.size > SIZE_MAX / 2u) ? SIZE_MAX : q.size;
  } else if (caps == 0u) {
    return heap_alloc_default(h, q.size);
  } else {
    /* by one mask */
  }
  return heap_alloc(h, &q);
}

static void *alloc_any(fuzz_heap *h, const uint8_t *record, bool aligned)
{
  acre_request q = request_of(h, 1u, size_of(h, record));
  if (aligned) {
    q.alignment = alignment_of(record[1] / 8u);
    q.count = (q.count == 0u) ? 0u : 1u;
  }
  return heap_alloc(h, &q);
}

static void scribble(fuzz_heap *h, const uint8_t *record)
{
  void *block = heap_block(h, record[1] / 2u);
  if (record[1] % 2u == 0u) {
    heap_paint(h, (uintptr_t)h->memory.payload, HEAP_AREA, record[2], record[3] % 2u);
  } else if (block != NULL && !heap_is_far(h, block)) {
    heap_paint(h, (uintptr_t)block - record[3] % 16u, record[2], record[3], 0u);
  } else {
    /* nothing to write to */
  }
  heap_painted(h);
}

/* What several of the records do; see enum fuzz_op. */
static void fill(fuzz_heap *h, const uint8_t *record)
{
  for (uint32_t i = record[1] % 32u + 1u; i != 0u && h->work < FUZZ_WORK && alloc(h, record, false) != NULL; i--) {
    /* until nothing fits */
  }
}

static void comb(fuzz_heap *h, uint32_t every, uint32_t at)
{
  uint32_t before = UINT32_MAX;
  acre_heap_stats stats;
  heap_model_get_stats(&h->model, &stats);
  while (at < stats.blocks && stats.blocks < before && h->work < FUZZ_WORK) {
    before = stats.blocks;
    heap_free(h, heap_block(h, at));
    heap_model_get_stats(&h->model, &stats);
    at += every;
  }
}

static void operate(fuzz_heap *h, const uint8_t *record)
{
  uint32_t a = record[1];
  void **slot = &h->slot[a % FUZZ_SLOTS];
  acre_caps caps = some_caps[a / 32u];
  acre_request q = {size_of(h, record), 1u, &caps, 1u, false, "fuzz"};
  switch (record[0] % FUZZ_OPS) {
  case FUZZ_ALLOC:
    *slot = alloc(h, record, false);
    stamp(h, *slot, 0u);
    break;
  case FUZZ_ZEROED:
    *slot = alloc(h, record, true);
    break;
  case FUZZ_ALIGNED:
    h->slot[a % 8u] = alloc_any(h, record, true);
    stamp(h, h->slot[a % 8u], 0u);
    break;
  case FUZZ_PREFER:
    *slot = alloc_any(h, record, false);
    stamp(h, *slot, 0u);
    break;
  case FUZZ_FREE:
    heap_free(h, heap_block(h, a));
    break;
  case FUZZ_FREE_SLOT:
    heap_free(h, *slot);
    break;
  case FUZZ_FREE_WILD:
    heap_free(h, wild(h, record));
    break;
  case FUZZ_RESIZE:
    heap_resize(h, heap_block(h, a), q.size, (a >= 128u) ? caps : 0u);
    break;
  case FUZZ_RESIZE_SLOT:
    heap_resize(h, *slot, q.size, caps);
    break;
  case FUZZ_RESIZE_WILD:
    heap_resize(h, wild(h, record), record[2], 0u);
    break;
  case FUZZ_REALLOC:
    reallocate(h, heap_block(h, a), &q, caps == 0u);
    break;
  case FUZZ_REALLOC_ANY:
    q = request_of(h, alignment_of((a < 224u) ? 4u + a / 32u : a % 4u), q.size);
    reallocate(h, (record[3] % 8u == 7u) ? wild(h, record) : *slot, &q, false);
    break;
  case FUZZ_USABLE:
    heap_look(h, wild(h, record));
    heap_look(h, *slot);
    break;
  case FUZZ_LOW_WATER:
    heap_marks(h, a);
    break;
  case FUZZ_RESET: /* all are freed */
    comb(h, 0u, 0u);
    break;
  case FUZZ_WALK:
    heap_walk(h, caps, a % 4u, record[2] % 8u);
    break;
  case FUZZ_NEXT:
    heap_next(h);
    break;
  case FUZZ_CHECK_STEP:
    heap_check_step(h, (record[3] < 250u) ? record[2] : UINT32_MAX - record[2]);
    break;
  case FUZZ_SCRIBBLE:
    scribble(h, record);
    break;
  case FUZZ_FILL:
    fill(h, record);
    break;
  case FUZZ_COMB:
    comb(h, a % 8u, record[2] % 8u);
    break;
  case FUZZ_INIT:
    heap_refuse(h, a);
    break;
  case FUZZ_CORRUPT:
  case FUZZ_MISUSE:
    heap_corrupt(h, record);
    break;
  case FUZZ_CAPS:
    h->list_count = a % (HEAP_MASKS + 1u);
    h->list[0] = record[2] % 128u;
    h->list[1] = record[3] % 128u;
    h->list[2] = a / 4u;
    break;
  case FUZZ_ADD:
    add(h, record);
    break;
  case FUZZ_ADD_IN:
    add_in(h, record);
    break;
  case FUZZ_ADD_ODD:
    add_odd(h, record);
    break;
  case FUZZ_LEAVE:
    if (record[2] % 2u == 0u) {
      heap_drain(h, id_of(h, a));
    } else {
      heap_remove(h, id_of(h, a));
    }
    break;
  case FUZZ_RESERVE:
    heap_reserve(h, id_of(h, a), q.size, caps);
    break;
  case FUZZ_SET:
    set(h, record);
    break;
  case FUZZ_EXPLAIN:
    heap_explain(h, caps, (a % 4u == 1u) ? 1u : alignment_of(a % 32u), q.size);
    break;
  default:
    break;
  }
}

fuzz_result fuzz_run_heap(const uint8_t *header, const uint8_t *data, size_t size)
{
  static fuzz_heap h;
  const uint8_t first[FUZZ_RECORD] = {0u, header[0], header[2], header[3]};
  const uint8_t second[FUZZ_RECORD] = {0u, header[1], header[4], header[5]};
  const uint8_t far[FUZZ_RECORD] = {0u, 6u, header[2], (uint8_t)(header[7] / 64u)};
  const uint8_t defaults[FUZZ_RECORD] = {0u, 1u, (uint8_t)(2u + 4u * header[7] / 32u), 32u};
  uint32_t slots = header[6] / 2u % (HEAP_SLOTS + 1u);
  heap_start(&h, (slots == 0u) ? HEAP_SLOTS : slots, (header[7] & 2u) != 0u, header[6] >= 0xE0u);
  h.list_count = 1u;
  h.list[0] = 1u;
  if ((header[7] & 1u) != 0u) {
    heap_order(&h, ACRE_ORDER_SMALLEST);
  }
  if (header[7] / 4u % 4u != 0u) {
    heap_set_watches(&h, header[7] / 4u % 4u);
  }
  if ((header[7] & 16u) != 0u) {
    set(&h, defaults);
  }
  add(&h, first);
  add(&h, second);
  if ((header[7] & 32u) != 0u) {
    add(&h, far);
  }
  uint32_t records = 0u;
  for (size_t at = FUZZ_HEADER; at + FUZZ_RECORD <= size && records < FUZZ_RECORDS_MAX && h.work < FUZZ_WORK;
       at += FUZZ_RECORD) {
    operate(&h, data + at);
    records++;
  }
  heap_end(&h);
  fuzz_result result = {h.hash, h.operations};
  return result;
}
