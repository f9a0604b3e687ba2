/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The mutator that knows the records; used by AFL++ and by libFuzzer. */
#include "mutate.h"
#include "record.h"

#include <string.h>

static uint32_t draw(uint32_t *random, uint32_t below)
{
  /* xorshift32; 0 would stay 0 */
  uint32_t x = (*random == 0u) ? 0x9E3779B9u : *random;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  *random = x;
  return x % below;
}

/* Operations by how often a new record is to have them. */
static const uint8_t likely[] = {
    FUZZ_ALLOC,       FUZZ_ALLOC,  FUZZ_ALLOC,     FUZZ_ALLOC,  FUZZ_ALLOC,   FUZZ_ALIGNED,   FUZZ_ALIGNED,
    FUZZ_ZEROED,      FUZZ_FREE,   FUZZ_FREE,      FUZZ_FREE,   FUZZ_FREE,    FUZZ_FREE_SLOT, FUZZ_FREE_SLOT,
    FUZZ_FREE_WILD,   FUZZ_RESIZE, FUZZ_RESIZE,    FUZZ_RESIZE, FUZZ_REALLOC, FUZZ_REALLOC,   FUZZ_RESIZE_SLOT,
    FUZZ_RESIZE_WILD, FUZZ_USABLE, FUZZ_LOW_WATER, FUZZ_RESET,  FUZZ_WALK,    FUZZ_NEXT,      FUZZ_CHECK_STEP,
    FUZZ_SCRIBBLE,    FUZZ_FILL,   FUZZ_FILL,      FUZZ_COMB,   FUZZ_INIT,    FUZZ_CORRUPT,   FUZZ_CORRUPT,
    FUZZ_CORRUPT,     FUZZ_MISUSE};

/* And in a heap. */
static const uint8_t likely_heap[] = {
    FUZZ_ALLOC,     FUZZ_ALLOC,     FUZZ_ALLOC,   FUZZ_ALLOC,       FUZZ_ALIGNED,     FUZZ_PREFER,
    FUZZ_ZEROED,    FUZZ_ZEROED,    FUZZ_FREE,    FUZZ_FREE,        FUZZ_FREE,        FUZZ_FREE_SLOT,
    FUZZ_FREE_WILD, FUZZ_FREE_WILD, FUZZ_RESIZE,  FUZZ_RESIZE,      FUZZ_RESIZE_SLOT, FUZZ_RESIZE_WILD,
    FUZZ_REALLOC,   FUZZ_REALLOC,   FUZZ_REALLOC, FUZZ_REALLOC_ANY, FUZZ_REALLOC_ANY, FUZZ_USABLE,
    FUZZ_LOW_WATER, FUZZ_LOW_WATER, FUZZ_RESET,   FUZZ_WALK,        FUZZ_NEXT,        FUZZ_CHECK_STEP,
    FUZZ_SCRIBBLE,  FUZZ_FILL,      FUZZ_FILL,    FUZZ_COMB,        FUZZ_INIT,        FUZZ_CORRUPT,
    FUZZ_CAPS,      FUZZ_CAPS,      FUZZ_ADD,     FUZZ_ADD,         FUZZ_ADD_IN,      FUZZ_ADD_IN,
    FUZZ_ADD_ODD,   FUZZ_LEAVE,     FUZZ_LEAVE,   FUZZ_RESERVE,     FUZZ_SET,         FUZZ_SET,
    FUZZ_EXPLAIN};

static uint8_t any_op(bool heap, uint32_t *random)
{
  return heap ? likely_heap[draw(random, sizeof likely_heap)] : likely[draw(random, sizeof likely)];
}

/* The bytes of a size: mostly of a few granules, or near one that is there. */
static void new_size(uint8_t *record, uint32_t *random)
{
  record[2] = (uint8_t)draw(random, 256u);
  record[3] = (uint8_t)draw(random, 256u);
  switch (draw(random, 8u)) {
  case 0:
  case 1:
  case 2: /* up to sixteen granules */
    record[3] = (uint8_t)(32u + draw(random, 32u));
    break;
  case 3: /* around the smallest size in digits */
    record[2] = (uint8_t)(60u + draw(random, 8u));
    record[3] = 96u;
    break;
  case 4: /* a free run: exactly, or off by one byte or so */
    record[2] = (uint8_t)(62u + draw(random, 5u));
    record[3] = (uint8_t)(128u + draw(random, 32u));
    break;
  case 5: /* a live block */
    record[2] = (uint8_t)(62u + draw(random, 5u));
    record[3] = (uint8_t)(160u + draw(random, 32u));
    break;
  default:
    break;
  }
}

/* The bytes of a region, mostly a small one with its metadata inside. */
static void new_region(uint8_t *a, uint8_t *sizes, uint32_t *random)
{
  *a = (uint8_t)(draw(random, 8u) + 8u * draw(random, (draw(random, 3u) == 0u) ? 8u : 3u) +
                 ((draw(random, 3u) == 0u) ? 64u : 0u) + ((draw(random, 6u) == 0u) ? 128u : 0u));
  sizes[0] = (uint8_t)draw(random, (draw(random, 4u) == 0u) ? 256u : 24u);
  sizes[1] = (uint8_t)draw(random, (draw(random, 3u) == 0u) ? 256u : 14u);
}

static void new_record(uint8_t *record, bool heap, uint32_t *random)
{
  record[0] = any_op(heap, random);
  record[1] = (uint8_t)draw(random, (draw(random, 2u) == 0u) ? 8u : 256u);
  new_size(record, random);
  if (record[0] == FUZZ_ADD) {
    new_region(&record[1], &record[2], random);
  } else if (record[0] == FUZZ_CAPS) {
    record[2] = (uint8_t)draw(random, 16u);
    record[3] = (uint8_t)draw(random, 16u);
  } else if (record[0] == FUZZ_REALLOC_ANY) {
    record[1] = (uint8_t)(draw(random, 8u) + 32u * draw(random, 8u)); /* a slot in use, any alignment */
  } else {
    /* a size */
  }
}

static void new_header(uint8_t *header, uint32_t *random)
{
  if (draw(random, 12u) == 0u) {
    header[6] ^= 1u; /* a region becomes a heap, or a heap a region */
    return;
  }
  if (fuzz_is_heap(header)) {
    switch (draw(random, 4u)) {
    case 0:
      new_region(&header[0], &header[2], random);
      break;
    case 1:
      new_region(&header[1], &header[4], random);
      break;
    case 2:
      header[6] = (uint8_t)(1u + 2u * draw(random, (draw(random, 3u) == 0u) ? 128u : 7u));
      break;
    default:
      header[7] = (uint8_t)draw(random, 256u);
      break;
    }
    return;
  }
  switch (draw(random, 6u)) {
  case 0:
    header[0] = (uint8_t)draw(random, FUZZ_PLACES);
    break;
  case 1:
    header[1] = (uint8_t)draw(random, 10u);
    break;
  case 2: /* tiny */
    header[2] = (uint8_t)draw(random, 12u);
    header[3] = 0u;
    break;
  case 3: /* one or two levels */
    header[2] = (uint8_t)draw(random, 256u);
    header[3] = (uint8_t)draw(random, 14u);
    break;
  case 4:
    header[2] = (uint8_t)draw(random, 256u);
    header[3] = (uint8_t)draw(random, 256u);
    break;
  default:
    header[4] = (uint8_t)draw(random, 256u);
    header[5] = (uint8_t)draw(random, 256u);
    break;
  }
}

/* Opens a gap of `n` records at record `at`; returns how many there is room for. */
static uint32_t open_gap(uint8_t *data, uint32_t *count, uint32_t most, uint32_t at, uint32_t n)
{
  uint8_t *records = data + FUZZ_HEADER;
  if (n > most - *count) {
    n = most - *count;
  }
  memmove(records + (size_t)FUZZ_RECORD * (at + n), records + (size_t)FUZZ_RECORD * at,
          (size_t)FUZZ_RECORD * (*count - at));
  *count += n;
  return n;
}

size_t fuzz_mutate(uint8_t *data, size_t size, size_t most, const uint8_t *other, size_t other_size, uint32_t *random)
{
  if (most < FUZZ_HEADER + FUZZ_RECORD) {
    return (size < most) ? size : most;
  }
  if (size < FUZZ_HEADER) {
    memset(data + size, 0, FUZZ_HEADER - size);
    size = FUZZ_HEADER;
  }
  uint8_t *records = data + FUZZ_HEADER;
  uint32_t count = (uint32_t)((size - FUZZ_HEADER) / FUZZ_RECORD);
  uint32_t room = (uint32_t)((most - FUZZ_HEADER) / FUZZ_RECORD);
  if (room > FUZZ_RECORDS_MAX) {
    room = FUZZ_RECORDS_MAX;
  }
  if (count > room) {
    count = room;
  }
  for (uint32_t changes = 1u + draw(random, 4u); changes != 0u; changes--) {
    uint32_t at = draw(random, count + 1u);
    uint32_t n = 1u + draw(random, (draw(random, 3u) == 0u) ? 16u : 3u);
    uint8_t *record = records + (size_t)FUZZ_RECORD * at;
    uint32_t what = (at == count) ? 0u : draw(random, 14u);
    switch (what) {
    case 0:
    case 1: /* insert new ones */
      n = open_gap(data, &count, room, at, n);
      for (uint32_t i = 0u; i < n; i++) {
        new_record(record + (size_t)FUZZ_RECORD * i, fuzz_is_heap(data), random);
      }
      break;
    case 2: /* delete */
      n = (n > count - at) ? count - at : n;
      memmove(record, record + (size_t)FUZZ_RECORD * n, (size_t)FUZZ_RECORD * (count - at - n));
      count -= n;
      break;
    case 3: /* duplicate: the same again */
      n = (n > count - at) ? count - at : n;
      n = open_gap(data, &count, room, at, n);
      memcpy(record, record + (size_t)FUZZ_RECORD * n, (size_t)FUZZ_RECORD * n);
      break;
    case 4: { /* swap */
      uint8_t *second = records + (size_t)FUZZ_RECORD * draw(random, count);
      uint8_t kept[FUZZ_RECORD];
      memcpy(kept, record, FUZZ_RECORD);
      memmove(record, second, FUZZ_RECORD);
      memcpy(second, kept, FUZZ_RECORD);
      break;
    }
    case 5: { /* the same slot or block as another record */
      record[1] = records[(size_t)FUZZ_RECORD * draw(random, count) + 1u];
      break;
    }
    case 6: { /* the same size as another record, or off by one */
      const uint8_t *model = records + (size_t)FUZZ_RECORD * draw(random, count);
      record[3] = model[3];
      record[2] = (uint8_t)(model[2] + draw(random, 3u) - 1u);
      break;
    }
    case 7:
    case 8:
      new_size(record, random);
      break;
    case 9:
      record[1] = (uint8_t)draw(random, 256u);
      break;
    case 10:
      record[0] = any_op(fuzz_is_heap(data), random);
      break;
    case 11:
      record[draw(random, 4u)] ^= (uint8_t)(1u << draw(random, 8u));
      break;
    case 12: /* splice: records of another input */
      if (other_size >= FUZZ_HEADER + FUZZ_RECORD) {
        uint32_t others = (uint32_t)((other_size - FUZZ_HEADER) / FUZZ_RECORD);
        uint32_t from = draw(random, others);
        n = (n > others - from) ? others - from : n;
        n = open_gap(data, &count, room, at, n);
        memcpy(record, other + FUZZ_HEADER + (size_t)FUZZ_RECORD * from, (size_t)FUZZ_RECORD * n);
      }
      break;
    default:
      new_header(data, random);
      break;
    }
  }
  return FUZZ_HEADER + (size_t)FUZZ_RECORD * count;
}
