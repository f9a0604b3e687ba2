/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The board's memory becomes regions of the default heap. */
#include "caps.h"
#include "../../heap/text.h"

/* Both ends are in it, so that it may reach the top of the address space. */
typedef struct span {
  uintptr_t first;
  uintptr_t last;
} span;

/* ---- Late regions ------------------------------------------------------------------ */

/* Numbers of regions rise: up to these their minimum counts. */
static acre_region_id counted = UINT32_MAX;
static acre_region_id monitored = ACRE_NO_REGION;

static acre_region_id last_region(void)
{
  acre_heap *heap = acre_front_heap();
  acre_region_id last = ACRE_NO_REGION;
  acre_region_id id = acre_heap_next(heap, ACRE_NO_REGION);
  while (id != ACRE_NO_REGION) {
    last = id;
    id = acre_heap_next(heap, id);
  }
  return last;
}

bool acre_esp_minimum_counts_(acre_region_id id)
{
  return (id <= counted) || (id <= monitored);
}

void acre_esp_monitored_(bool on)
{
  monitored = on ? last_region() : ACRE_NO_REGION;
}

acre_region_id acre_esp_next_(acre_region_id id, uint32_t caps, acre_heap_info *info)
{
  acre_heap *heap = acre_front_heap();
  acre_region_id next = acre_heap_next(heap, id);
  while ((next != ACRE_NO_REGION) &&
         ((acre_heap_region_info(heap, next, info) != ACRE_HEAP_OK) || !info_has(info, caps))) {
    next = acre_heap_next(heap, next);
  }
  return next;
}

/* ---- Memory that takes words only: its metadata stand in a block of other memory ------ */

#define KEPT 4u /* regions of such memory, at most */

/* Which block belongs to which region; the block is NULL if the entry is unused. */
typedef struct kept_metadata {
  acre_region_id region;
  void *block;
} kept_metadata;

static bool words_only(const uint32_t caps[ACRE_PRIORITIES])
{
  uint32_t all = caps[0] | caps[1] | caps[2];
  return ((all & MALLOC_CAP_8BIT) == 0u) && ((all & (MALLOC_CAP_32BIT | MALLOC_CAP_EXEC)) != 0u);
}

static kept_metadata *kept_of(acre_region_id region, bool used)
{
  static kept_metadata kept[KEPT];
  kept_metadata *found = NULL;
  for (uint32_t i = 0u; i < KEPT; i++) {
    if (((kept[i].block != NULL) == used) && (!used || (kept[i].region == region))) {
      found = &kept[i];
    }
  }
  return found;
}

/* At least ACRE_METADATA_SIZE of `size` bytes in granules of 16, without its
 * divisions: 8 tags a leaf, and at most one and a half nodes. */
static size_t metadata_bound(size_t size)
{
  size_t leaves = (size / 128u) + 1u;
  return (leaves * 16u) + 128u;
}

static bool give_metadata(acre_heap *heap, acre_heap_area *area, kept_metadata *keep)
{
  uint32_t caps = MALLOC_CAP_8BIT | MALLOC_CAP_INTERNAL;
  front_call call;
  front_call_one(&call, metadata_bound(area->size), &caps, "heap_caps_add_region", NULL);
  if (keep != NULL) {
    keep->block = acre_front_alloc_(heap, &call);
    area->metadata = keep->block;
    area->metadata_size = call.size;
  }
  return area->metadata != NULL;
}

/* ---- Registering ------------------------------------------------------------------------- */

static esp_err_t error_of(acre_heap_status status)
{
  esp_err_t error = ESP_FAIL;
  switch (status) {
  case ACRE_HEAP_OK:
    error = ESP_OK;
    break;
  case ACRE_HEAP_NO_SLOT:
    error = ESP_ERR_NO_MEM;
    break;
  case ACRE_HEAP_TOO_SMALL:
  case ACRE_HEAP_TOO_LARGE:
  case ACRE_HEAP_TOO_MANY_GRANULES:
    error = ESP_ERR_INVALID_SIZE;
    break;
  case ACRE_HEAP_NO_CAPABILITIES:
  case ACRE_HEAP_RANGE_OVERFLOW:
    error = ESP_ERR_INVALID_ARG;
    break;
  default:
    /* it meets another region */
    break;
  }
  return error;
}

static void area_of(acre_heap_area *area, const char *name, const uint32_t caps[ACRE_PRIORITIES], const span *at)
{
  area->name = name;
  area->address = at->first;
  area->size = (size_t)(at->last - at->first) + 1u;
  area->granule = 0u;
  area->metadata = NULL;
  area->metadata_size = 0u;
  area->caps[0] = caps[0];
  area->caps[1] = caps[1];
  area->caps[2] = caps[2];
  area->reserve = 0u;
  area->reserved = 0u;
  area->lock.acquire = NULL;
  area->lock.release = NULL;
  area->lock.context = NULL;
}

static esp_err_t add_words(acre_heap *heap, acre_heap_area *area)
{
  esp_err_t error = ESP_ERR_NO_MEM;
  kept_metadata *keep = kept_of(ACRE_NO_REGION, false);
  /* The payload has to be whole granules. */
  size_t lost = (size_t)(0u - area->address) & (ACRE_GRANULE_DEFAULT - 1u);
  if (area->size <= lost) {
    error = ESP_ERR_INVALID_SIZE;
  } else if (give_metadata(heap, area, keep)) {
    area->address += lost;
    area->size -= lost;
    error = error_of(acre_front_add_(heap, area, &keep->region));
    if (error != ESP_OK) {
      acre_front_free_(heap, keep->block, "heap_caps_add_region", NULL);
      keep->block = NULL;
    }
  } else {
    /* no room for metadata */
  }
  return error;
}

/* A region in a span, from the next multiple of 4 on. */
static esp_err_t add_span(acre_heap *heap, const char *name, const uint32_t caps[ACRE_PRIORITIES], const span *at)
{
  esp_err_t error = ESP_ERR_INVALID_SIZE;
  uintptr_t lost = (uintptr_t)(0u - at->first) & 3u;
  if ((at->last - at->first) >= lost) {
    acre_heap_area area;
    span whole;
    whole.first = at->first + lost;
    whole.last = at->last;
    area_of(&area, name, caps, &whole);
    if (words_only(caps)) {
      error = add_words(heap, &area);
    } else {
      acre_region_id id;
      error = error_of(acre_front_add_(heap, &area, &id));
    }
  }
  return error;
}

/* ---- The board's table --------------------------------------------------------------------- */

/* What is gathered of neighbours of one kind. */
typedef struct gathering {
  span at;
  uint32_t kind;
  bool any;
} gathering;

/* Which kinds are registered now. */
typedef enum round {
  ROUND_BYTES,  /* memory for all accesses */
  ROUND_WORDS,  /* memory for words, whose metadata stand in the former */
  ROUND_STACKS, /* memory of stacks that were for starting only */
} round;

static bool in_round(const heap_caps_kind *kind, round now)
{
  round its = words_only(kind->caps) ? ROUND_WORDS : ROUND_BYTES;
  if (kind->startup_stack) {
    its = ROUND_STACKS;
  }
  return its == now;
}

/* Eight digits, as capitals. */
static void put_capitals(uintptr_t number)
{
  static const char digits[] = "0123456789ABCDEF";
  for (uint32_t left = 8u; left > 0u; left--) {
    acre_front_write(&digits[((uint32_t)(number >> ((left - 1u) * 4u))) & 15u], 1u);
  }
}

static void tell_region(const span *at, const heap_caps_kind *kind)
{
  size_t size = (size_t)(at->last - at->first) + 1u;
  put_text(&acre_front_output_, "At ");
  put_capitals(at->first);
  put_text(&acre_front_output_, " len ");
  put_capitals(size);
  put_field(&acre_front_output_, " (", size / 1024u);
  put_text(&acre_front_output_, " KiB): ");
  put_text(&acre_front_output_, kind->name);
  put_text(&acre_front_output_, "\n");
}

/* What is left over of up to 16 bytes is dropped.  So is what the heap refuses:
 * a table that overlaps itself. */
static void flush(acre_heap *heap, gathering *gathered, round now)
{
  if (gathered->any && ((gathered->at.last - gathered->at.first) >= 16u)) {
    const heap_caps_kind *kind = &heap_caps_board.kinds[gathered->kind];
    if (in_round(kind, now) && (add_span(heap, kind->name, kind->caps, &gathered->at) == ESP_OK) &&
        heap_caps_board.verbose) {
      tell_region(&gathered->at, kind);
    }
  }
  gathered->any = false;
}

static void gather(acre_heap *heap, gathering *gathered, uintptr_t first, uintptr_t last, uint32_t kind, round now)
{
  if (gathered->any && (gathered->kind == kind) && (first != 0u) && (gathered->at.last == (first - 1u))) {
    gathered->at.last = last;
  } else {
    flush(heap, gathered, now);
    gathered->at.first = first;
    gathered->at.last = last;
    gathered->kind = kind;
    gathered->any = true;
  }
}

/* Whole words; false if it is empty. */
static bool span_between(const void *start, const void *end, uintptr_t below, span *at)
{
  uintptr_t last = (uintptr_t)end - 1u; /* NULL is the top */
  at->first = (uintptr_t)start & ~below;
  at->last = last | below;
  return (uintptr_t)start <= last;
}

/* The first reserved span that meets [from, to]. */
static bool next_reserved(uintptr_t from, uintptr_t to, span *found)
{
  bool any = false;
  for (uint32_t i = 0u; i < heap_caps_board.reserved_count; i++) {
    span at;
    if (span_between(heap_caps_board.reserved[i].start, heap_caps_board.reserved[i].end, 3u, &at) &&
        (at.last >= from) && (at.first <= to) && (!any || (at.first < found->first))) {
      found->first = at.first;
      found->last = at.last;
      any = true;
    }
  }
  return any;
}

/* A memory without what is reserved in it. */
static void gather_memory(acre_heap *heap, gathering *gathered, const heap_caps_memory *memory, round now)
{
  span at;
  bool more = span_between(memory->start, memory->end, 0u, &at);
  uintptr_t from = at.first;
  while (more) {
    span hole = {0u, 0u};
    if (next_reserved(from, at.last, &hole)) {
      if (hole.first > from) {
        gather(heap, gathered, from, hole.first - 1u, memory->kind, now);
      }
      more = hole.last < at.last;
      from = hole.last + 1u;
    } else {
      gather(heap, gathered, from, at.last, memory->kind, now);
      more = false;
    }
  }
}

static void register_round(acre_heap *heap, round now)
{
  if (&heap_caps_board != NULL) {
    gathering gathered;
    gathered.any = false;
    gathered.kind = 0u;
    gathered.at.first = 0u;
    gathered.at.last = 0u;
    for (uint32_t i = 0u; i < heap_caps_board.memory_count; i++) {
      gather_memory(heap, &gathered, &heap_caps_board.memories[i], now);
    }
    flush(heap, &gathered, now);
  }
}

/* At the first use of the default heap. */
void acre_front_setup(acre_heap *heap)
{
  acre_heap_set_order(heap, ACRE_ORDER_SMALLEST);
  register_round(heap, ROUND_BYTES);
  register_round(heap, ROUND_WORDS);
}

void heap_caps_init(void)
{
  (void)acre_front_heap();
}

void heap_caps_enable_nonos_stack_heaps(void)
{
  heap_caps_init();
  if (counted == UINT32_MAX) {
    register_round(acre_front_heap(), ROUND_STACKS);
    counted = last_region();
  }
}

/* ---- At run time ------------------------------------------------------------------------------ */

esp_err_t heap_caps_add_region_with_caps(const uint32_t caps[], intptr_t start, intptr_t end)
{
  esp_err_t error = ESP_ERR_INVALID_ARG;
  span at;
  at.first = (uintptr_t)start;
  at.last = (uintptr_t)end - 1u; /* 0 is the top */
  if ((caps != NULL) && (start != 0) && (at.first <= at.last)) {
    error = add_span(acre_front_heap(), "added", caps, &at);
  }
  return error;
}

static const heap_caps_kind *kind_at(uintptr_t address)
{
  const heap_caps_kind *kind = NULL;
  if (&heap_caps_board != NULL) {
    for (uint32_t i = 0u; (i < heap_caps_board.memory_count) && (kind == NULL); i++) {
      const heap_caps_memory *memory = &heap_caps_board.memories[i];
      span at;
      if (span_between(memory->start, memory->end, 0u, &at) && (address >= at.first) && (address <= at.last)) {
        kind = &heap_caps_board.kinds[memory->kind];
      }
    }
  }
  return kind;
}

esp_err_t heap_caps_add_region(intptr_t start, intptr_t end)
{
  esp_err_t error = ESP_ERR_INVALID_ARG;
  if (start != 0) {
    const heap_caps_kind *kind = kind_at((uintptr_t)start);
    error = (kind == NULL) ? ESP_ERR_NOT_FOUND : heap_caps_add_region_with_caps(kind->caps, start, end);
  }
  return error;
}

static esp_err_t remove_id(acre_region_id id)
{
  esp_err_t error = ESP_ERR_INVALID_STATE;
  if (acre_heap_remove(acre_front_heap(), id) == ACRE_HEAP_OK) {
    kept_metadata *keep = kept_of(id, true);
    if (keep != NULL) {
      acre_front_free_(acre_front_heap(), keep->block, "heap_caps_remove_region", NULL);
      keep->block = NULL;
    }
    error = ESP_OK;
  }
  return error;
}

esp_err_t heap_caps_remove_region(intptr_t start)
{
  esp_err_t error = ESP_ERR_NOT_FOUND;
  acre_heap_info info;
  acre_region_id id = acre_esp_next_(ACRE_NO_REGION, 0u, &info);
  while ((id != ACRE_NO_REGION) && (error == ESP_ERR_NOT_FOUND)) {
    /* It was registered from the next multiple of 4, or of a granule, on. */
    if ((info.address >= (uintptr_t)start) && ((info.address - (uintptr_t)start) < ACRE_GRANULE_DEFAULT)) {
      error = remove_id(id);
    }
    id = acre_esp_next_(id, 0u, &info);
  }
  return error;
}

int heap_caps_check_add_region_allowed(intptr_t heap_start, intptr_t heap_end, intptr_t start, intptr_t end)
{
  uintptr_t first = (uintptr_t)start;
  uintptr_t last = (uintptr_t)end - 1u;
  uintptr_t heap_first = (uintptr_t)heap_start;
  uintptr_t heap_last = (uintptr_t)heap_end - 1u;
  bool apart = (last < heap_first) || (first > heap_last);
  bool inside = (first >= heap_first) && (last <= heap_last);
  bool same = (first == heap_first) && (last == heap_last);
  return (apart || (inside && !same)) ? 1 : 0;
}
