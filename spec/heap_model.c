/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "heap_model.h"

#define EACH(m, r) for (heap_model_region *r = (m)->region; r < (m)->region + HEAP_MODEL_REGIONS; r++)
#define EACH_CONST(m, r) for (const heap_model_region *r = (m)->region; r < (m)->region + HEAP_MODEL_REGIONS; r++)

/* ---- Ranges -------------------------------------------------------------- */

/* [address, address + size) holds x; the size is some, and the range does not
 * pass the top. */
static bool holds(uintptr_t address, size_t size, uintptr_t x)
{
  return x >= address && x - address < size;
}

static bool passes_top(uintptr_t address, size_t size)
{
  return size - 1u > UINTPTR_MAX - address;
}

static bool meet(uintptr_t a, size_t a_size, uintptr_t b, size_t b_size)
{
  return holds(a, a_size, b) || holds(b, b_size, a);
}

/* The first range lies in the second. */
static bool inside(uintptr_t a, size_t a_size, uintptr_t b, size_t b_size)
{
  return holds(b, b_size, a) && holds(b, b_size, a + (a_size - 1u));
}

/* ---- Regions --------------------------------------------------------------- */

static size_t granule_of(const heap_model_region *r)
{
  return (size_t)1u << r->blocks.shift;
}

static acre_stats core_stats(const heap_model_region *r)
{
  acre_stats stats;
  model_stats(&r->blocks, &stats);
  return stats;
}

static size_t total_of(const heap_model_region *r)
{
  return core_stats(r).total;
}

static acre_caps all_caps(const heap_model_region *r)
{
  return r->caps[0] | r->caps[1] | r->caps[2];
}

static bool has(const heap_model_region *r, acre_caps caps)
{
  return (all_caps(r) & caps) == caps;
}

static heap_model_region *find(const heap_model *m, acre_region_id id)
{
  EACH_CONST(m, r)
  {
    if (r->present && r->id == id) {
      return (heap_model_region *)(uintptr_t)r;
    }
  }
  return NULL;
}

const heap_model_region *heap_model_next(const heap_model *m, acre_region_id id)
{
  const heap_model_region *next = NULL;
  EACH_CONST(m, r)
  {
    if (r->present && r->id > id && (next == NULL || r->id < next->id)) {
      next = r;
    }
  }
  return next;
}

/* The smallest region around a range. */
static heap_model_region *around(const heap_model *m, uintptr_t address, size_t size)
{
  const heap_model_region *found = NULL;
  EACH_CONST(m, r)
  {
    if (r->present && inside(address, size, r->address, r->size) && (found == NULL || r->size < found->size)) {
      found = r;
    }
  }
  return (heap_model_region *)(uintptr_t)found;
}

const heap_model_region *heap_model_owner(const heap_model *m, uintptr_t address)
{
  return around(m, address, 1u);
}

/* ---- Marks and sums ---------------------------------------------------------- */

static size_t joint_used(const heap_model *m, acre_caps caps)
{
  size_t used = 0u;
  EACH_CONST(m, r)
  {
    used += (r->present && has(r, caps)) ? core_stats(r).used : 0u;
  }
  return used;
}

static size_t joint_total(const heap_model *m, acre_caps caps)
{
  size_t total = 0u;
  EACH_CONST(m, r)
  {
    total += (r->present && has(r, caps)) ? total_of(r) : 0u;
  }
  return total;
}

static size_t joint_free(const heap_model *m, acre_caps caps)
{
  return joint_total(m, caps) - joint_used(m, caps);
}

static void lower(size_t *mark, size_t value)
{
  if (value < *mark) {
    *mark = value;
  }
}

static void raise(size_t *mark, size_t value)
{
  if (value > *mark) {
    *mark = value;
  }
}

static uint64_t plus(uint64_t a, uint64_t b)
{
  uint64_t sum = a + b;
  return sum < a ? UINT64_MAX : sum;
}

/* All marks follow what is used now. */
static void note(heap_model *m)
{
  for (uint32_t i = 0u; i <= m->watches; i++) {
    heap_model_marks *marks = &m->marks[i];
    raise(&marks->peak, joint_used(m, marks->caps));
    raise(&marks->local_peak, joint_used(m, marks->caps));
    lower(&marks->low, joint_free(m, marks->caps));
    lower(&marks->local_low, joint_free(m, marks->caps));
  }
  EACH(m, r)
  {
    if (r->present) {
      lower(&r->low, core_stats(r).free);
      lower(&r->local_low, core_stats(r).free);
    }
  }
}

/* The local marks, or all of them, begin now. */
static void begin_marks(heap_model *m, bool all)
{
  for (uint32_t i = 0u; i <= m->watches; i++) {
    heap_model_marks *marks = &m->marks[i];
    marks->local_low = joint_free(m, marks->caps);
    marks->local_peak = joint_used(m, marks->caps);
    marks->low = all ? marks->local_low : marks->low;
    marks->peak = all ? marks->local_peak : marks->peak;
  }
  EACH(m, r)
  {
    if (r->present) {
      r->local_low = core_stats(r).free;
      r->low = all ? r->local_low : r->low;
    }
  }
}

/* The region had `before` bytes in use. */
static void changed(heap_model *m, heap_model_region *r, size_t before)
{
  size_t now = core_stats(r).used;
  if (now > before) {
    r->allocated = plus(r->allocated, now - before);
    m->allocated = plus(m->allocated, now - before);
  } else {
    r->freed = plus(r->freed, before - now);
    m->freed = plus(m->freed, before - now);
  }
  note(m);
}

/* ---- Registration -------------------------------------------------------------- */

void heap_model_init(heap_model *m, uint32_t capacity, model_block *blocks, uint32_t length)
{
  EACH(m, r)
  {
    r->present = false;
    model_init(&r->blocks, 0u, 0u, 4u, blocks, length);
    blocks += length;
  }
  m->capacity = capacity;
  m->last_id = 0u;
  m->order = ACRE_ORDER_REGISTERED;
  m->monitored = false;
  m->watches = 0u;
  m->marks[0].caps = 0u;
  begin_marks(m, true);
  m->allocated = 0u;
  m->freed = 0u;
  m->failed = 0u;
}

/* What the ranges of a new region are to one that is there. */
static acre_heap_status beside(const acre_heap_area *area, const heap_model_region *r)
{
  bool same = area->address == r->address && area->size == r->size;
  uintptr_t metadata = (uintptr_t)area->metadata;
  if (same) {
    return ACRE_HEAP_SAME_RANGE;
  }
  if (meet(area->address, area->size, r->address, r->size) && !inside(area->address, area->size, r->address, r->size)) {
    return inside(r->address, r->size, area->address, area->size) ? ACRE_HEAP_ENCLOSES : ACRE_HEAP_STRADDLES;
  }
  if (r->elsewhere && meet(area->address, area->size, r->metadata, r->metadata_size)) {
    return ACRE_HEAP_TOUCHES_METADATA;
  }
  if (metadata != 0u) {
    if (meet(metadata, area->metadata_size, r->address, r->size) &&
        !inside(metadata, area->metadata_size, r->address, r->size)) {
      return ACRE_HEAP_TOUCHES_METADATA;
    }
    if (r->elsewhere && meet(metadata, area->metadata_size, r->metadata, r->metadata_size)) {
      return ACRE_HEAP_TOUCHES_METADATA;
    }
  }
  return ACRE_HEAP_OK;
}

/* The range lies in no region, or in one live block of the innermost. */
static bool in_one_block(const heap_model *m, uintptr_t address, size_t size)
{
  const heap_model_region *r = around(m, address, size);
  if (r == NULL) {
    return true;
  }
  for (uint32_t i = 0u; i < r->blocks.count; i++) {
    uintptr_t start = model_address(&r->blocks, r->blocks.block[i].start);
    if (inside(address, size, start, (size_t)r->blocks.block[i].size * granule_of(r))) {
      return true;
    }
  }
  return false;
}

/* Where the payload of an area lies, or why it cannot be a region. */
static acre_heap_status geometry(const acre_heap_area *area, uintptr_t *base, size_t *count, uint32_t *shift)
{
  size_t granule = area->granule == 0u ? ACRE_GRANULE_DEFAULT : area->granule;
  uintptr_t start = area->address;
  size_t n = area->size / granule;
  for (*shift = 3u; *shift <= 12u && ((size_t)1u << *shift) != granule; ++*shift) {}
  if (area->metadata == NULL && area->address == 0u) {
    return ACRE_HEAP_NULL_ARGUMENT;
  }
  if (*shift > 12u) {
    return ACRE_HEAP_BAD_GRANULE;
  }
  if (n == 0u) {
    return ACRE_HEAP_TOO_SMALL;
  }
  if (n > ACRE_GRANULES_MAX) {
    return ACRE_HEAP_TOO_MANY_GRANULES;
  }
  if (area->metadata != NULL) {
    if (start == 0u) {
      start += granule;
      n--;
    }
    if (start % granule != 0u || (uintptr_t)area->metadata % 4u != 0u) {
      return ACRE_HEAP_MISALIGNED;
    }
    if (n == 0u || area->metadata_size < ACRE_METADATA_SIZE((uint32_t)(n * granule), (uint32_t)granule)) {
      return ACRE_HEAP_TOO_SMALL;
    }
  } else {
    uintptr_t last = start + (area->size - 1u);
    /* The end of the last whole granule, less one. */
    last -= (last % granule == granule - 1u) ? 0u : last % granule + 1u;
    if (start % 4u != 0u) {
      return ACRE_HEAP_MISALIGNED;
    }
    while (n != 0u &&
           (n * granule > last - start + 1u ||
            last - start + 1u - n * granule < ACRE_METADATA_SIZE((uint32_t)(n * granule), (uint32_t)granule))) {
      n--;
    }
    if (n == 0u) {
      return ACRE_HEAP_TOO_SMALL;
    }
    start = last - n * granule + 1u;
  }
  *base = start;
  *count = n;
  return ACRE_HEAP_OK;
}

static size_t whole(size_t bytes, const heap_model_region *r)
{
  size_t reserve = 0u;
  while (reserve < bytes && reserve < total_of(r)) {
    reserve += granule_of(r);
  }
  return reserve;
}

/* What is said of an area by itself. */
static acre_heap_status area_status(const acre_heap_area *area)
{
  uintptr_t metadata = (uintptr_t)area->metadata;
  if ((area->lock.acquire == NULL) != (area->lock.release == NULL)) {
    return ACRE_HEAP_NULL_ARGUMENT;
  }
  if (area->caps[0] == 0u && area->caps[1] == 0u && area->caps[2] == 0u) {
    return ACRE_HEAP_NO_CAPABILITIES;
  }
  if (area->size == 0u || (metadata != 0u && area->metadata_size == 0u)) {
    return ACRE_HEAP_TOO_SMALL;
  }
  if (passes_top(area->address, area->size) || (metadata != 0u && passes_top(metadata, area->metadata_size))) {
    return ACRE_HEAP_RANGE_OVERFLOW;
  }
  if (metadata != 0u && meet(area->address, area->size, metadata, area->metadata_size)) {
    return ACRE_HEAP_TOUCHES_METADATA;
  }
  return ACRE_HEAP_OK;
}

/* And beside all regions. */
static acre_heap_status all_status(const heap_model *m, const acre_heap_area *area)
{
  acre_heap_status status = ACRE_HEAP_OK;
  uint32_t count = 0u;
  EACH_CONST(m, r)
  {
    count += r->present ? 1u : 0u;
  }
  if (count == m->capacity) {
    return ACRE_HEAP_NO_SLOT;
  }
  EACH_CONST(m, r)
  {
    acre_heap_status one = r->present ? beside(area, r) : ACRE_HEAP_OK;
    status = one > status ? one : status;
  }
  if (status == ACRE_HEAP_OK &&
      (!in_one_block(m, area->address, area->size) ||
       (area->metadata != NULL && !in_one_block(m, (uintptr_t)area->metadata, area->metadata_size)))) {
    status = ACRE_HEAP_NOT_IN_BLOCK;
  }
  return status;
}

acre_heap_status heap_model_add(heap_model *m, const acre_heap_area *area, acre_region_id *id)
{
  uintptr_t base = 0u;
  size_t n = 0u;
  uint32_t shift = 0u;
  heap_model_region *r = m->region;
  acre_heap_status status = area_status(area);
  status = status == ACRE_HEAP_OK ? all_status(m, area) : status;
  status = status == ACRE_HEAP_OK ? geometry(area, &base, &n, &shift) : status;
  if (status != ACRE_HEAP_OK) {
    return status;
  }
  if ((n << shift) > SIZE_MAX - joint_total(m, 0u)) {
    return ACRE_HEAP_TOO_LARGE;
  }
  while (r->present) {
    r++;
  }
  r->present = true;
  r->draining = false;
  r->id = ++m->last_id;
  r->address = area->address;
  r->size = area->size;
  r->elsewhere = area->metadata != NULL;
  r->metadata = (uintptr_t)area->metadata;
  r->metadata_size = area->metadata_size;
  for (uint32_t p = 0u; p < ACRE_PRIORITIES; p++) {
    r->caps[p] = area->caps[p];
  }
  model_init(&r->blocks, base, (uint32_t)n, shift, r->blocks.block, r->blocks.capacity);
  r->reserve = whole(area->reserve, r);
  r->reserved = area->reserved;
  r->low = total_of(r);
  r->local_low = total_of(r);
  r->allocated = 0u;
  r->freed = 0u;
  r->failed = 0u;
  for (uint32_t i = 0u; i <= m->watches; i++) {
    if (has(r, m->marks[i].caps)) {
      m->marks[i].low += total_of(r);
      m->marks[i].local_low += total_of(r);
    }
  }
  *id = r->id;
  return ACRE_HEAP_OK;
}

static void leave(heap_model *m, heap_model_region *r)
{
  r->present = false;
  note(m);
}

acre_heap_status heap_model_remove(heap_model *m, acre_region_id id)
{
  heap_model_region *r = find(m, id);
  if (r == NULL) {
    return ACRE_HEAP_UNKNOWN_REGION;
  }
  if (r->blocks.count != 0u) {
    return ACRE_HEAP_NOT_EMPTY;
  }
  leave(m, r);
  return ACRE_HEAP_OK;
}

/* It drains, and is empty. */
static bool leave_drained(heap_model *m, heap_model_region *r)
{
  bool leaves = r->draining && r->blocks.count == 0u;
  if (leaves) {
    leave(m, r);
  }
  return leaves;
}

acre_heap_status heap_model_drain(heap_model *m, acre_region_id id)
{
  heap_model_region *r = find(m, id);
  if (r == NULL) {
    return ACRE_HEAP_UNKNOWN_REGION;
  }
  r->draining = true;
  return leave_drained(m, r) ? ACRE_HEAP_OK : ACRE_HEAP_DRAINING;
}

acre_heap_status heap_model_set_reserve(heap_model *m, acre_region_id id, size_t bytes, acre_caps reserved)
{
  heap_model_region *r = find(m, id);
  if (r == NULL) {
    return ACRE_HEAP_UNKNOWN_REGION;
  }
  r->reserve = whole(bytes, r);
  r->reserved = reserved;
  return ACRE_HEAP_OK;
}

/* ---- The policy --------------------------------------------------------------------- */

/* The priority on which the region is tried, or ACRE_PRIORITIES. */
static uint32_t level_of(const heap_model_region *r, acre_caps caps)
{
  uint32_t level = 0u;
  while (level < ACRE_PRIORITIES && (r->caps[level] & caps) == 0u) {
    level++;
  }
  return level;
}

/* Is region a tried before region b? */
static bool before(const heap_model *m, acre_caps caps, const heap_model_region *a, const heap_model_region *b)
{
  if (level_of(a, caps) != level_of(b, caps)) {
    return level_of(a, caps) < level_of(b, caps);
  }
  if (m->order == ACRE_ORDER_SMALLEST && total_of(a) != total_of(b)) {
    return total_of(a) < total_of(b);
  }
  return a->id < b->id;
}

/* The regions that a request may use, in the order in which they are tried. */
static uint32_t candidates(heap_model *m, acre_caps caps, heap_model_region *list[HEAP_MODEL_REGIONS])
{
  uint32_t count = 0u;
  EACH(m, r)
  {
    if (r->present && !r->draining && has(r, caps) && level_of(r, caps) < ACRE_PRIORITIES) {
      uint32_t i = count;
      for (; i > 0u && before(m, caps, r, list[i - 1u]); i--) {
        list[i] = list[i - 1u];
      }
      list[i] = r;
      count++;
    }
  }
  return count;
}

/* `size` bytes more leave the reserve alone, or may use it. */
static bool allowed(const heap_model_region *r, acre_caps caps, size_t size)
{
  size_t left = core_stats(r).free;
  if ((caps & r->reserved) != 0u || r->reserve == 0u) {
    return true;
  }
  while (size != 0u && left != 0u) {
    left -= granule_of(r);
    size -= size < granule_of(r) ? size : granule_of(r);
  }
  return size == 0u && left >= r->reserve;
}

static bool valid(const acre_request *request)
{
  return request->size != 0u && request->alignment != 0u && (request->alignment & (request->alignment - 1u)) == 0u;
}

/* By one mask. */
static void *take(heap_model *m, acre_caps caps, size_t alignment, size_t size)
{
  heap_model_region *list[HEAP_MODEL_REGIONS];
  uint32_t count = candidates(m, caps, list);
  for (uint32_t i = 0u; i < count; i++) {
    size_t used = core_stats(list[i]).used;
    void *block = allowed(list[i], caps, size) ? model_alloc_aligned(&list[i]->blocks, alignment, size) : NULL;
    if (block != NULL) {
      changed(m, list[i], used);
      return block;
    }
    list[i]->failed = plus(list[i]->failed, 1u);
  }
  return NULL;
}

void *heap_model_alloc(heap_model *m, const acre_request *request)
{
  if (!valid(request)) {
    return NULL;
  }
  for (uint32_t i = 0u; i < request->count; i++) {
    void *block = take(m, request->caps[i], request->alignment, request->size);
    if (block != NULL) {
      return block;
    }
  }
  m->failed = plus(m->failed, 1u);
  return NULL;
}

/* ---- Blocks ------------------------------------------------------------------------------ */

/* What a pointer is: OK and its region and size, or why it is refused. */
static acre_heap_status look_up(const heap_model *m, const void *block, heap_model_region **owner, size_t *size)
{
  heap_model_region *r = around(m, (uintptr_t)block, 1u);
  *owner = r;
  if (r == NULL) {
    return ACRE_HEAP_OUTSIDE;
  }
  *size = model_usable_size(&r->blocks, block);
  if (*size == 0u) {
    return holds(r->blocks.base, total_of(r), (uintptr_t)block) ? ACRE_HEAP_NOT_A_BLOCK : ACRE_HEAP_OUTSIDE;
  }
  EACH_CONST(m, other)
  {
    if (other->present && other != r &&
        (inside(other->address, other->size, (uintptr_t)block, *size) ||
         (other->elsewhere && inside(other->metadata, other->metadata_size, (uintptr_t)block, *size)))) {
      return ACRE_HEAP_HOST;
    }
  }
  return ACRE_HEAP_OK;
}

acre_heap_status heap_model_free(heap_model *m, const void *block)
{
  heap_model_region *r;
  size_t size = 0u;
  if (block == NULL) {
    return ACRE_HEAP_OK;
  }
  acre_heap_status status = look_up(m, block, &r, &size);
  if (status == ACRE_HEAP_OK) {
    size_t used = core_stats(r).used;
    model_free(&r->blocks, block);
    changed(m, r, used);
    leave_drained(m, r);
  }
  return status;
}

acre_heap_status heap_model_resize(heap_model *m, const void *block, size_t size, acre_caps caps)
{
  heap_model_region *r;
  size_t old = 0u;
  acre_heap_status status = look_up(m, block, &r, &old);
  if (status != ACRE_HEAP_OK) {
    return status;
  }
  if (!has(r, caps)) {
    return ACRE_HEAP_NO_MATCH;
  }
  if (size == 0u) {
    return ACRE_HEAP_BAD_SIZE;
  }
  if (size > old && r->draining) {
    return ACRE_HEAP_DRAINING;
  }
  if (size > old && !allowed(r, caps, size - old)) {
    return ACRE_HEAP_NO_SPACE;
  }
  size_t used = core_stats(r).used;
  if (model_resize(&r->blocks, block, size) != ACRE_OK) {
    return ACRE_HEAP_NO_SPACE;
  }
  changed(m, r, used);
  return ACRE_HEAP_OK;
}

void *heap_model_realloc(heap_model *m, void *block, const acre_request *request, acre_heap_status *fault)
{
  heap_model_region *r;
  size_t old;
  *fault = ACRE_HEAP_OK;
  if (block == NULL) {
    return heap_model_alloc(m, request);
  }
  if (request->size == 0u) {
    *fault = heap_model_free(m, block);
    return NULL;
  }
  if (!valid(request)) {
    return NULL;
  }
  if (request->count != 0u) {
    *fault = look_up(m, block, &r, &old);
  }
  for (uint32_t i = 0u; i < request->count && *fault == ACRE_HEAP_OK; i++) {
    if ((uintptr_t)block % request->alignment == 0u &&
        heap_model_resize(m, block, request->size, request->caps[i]) == ACRE_HEAP_OK) {
      return block;
    }
    void *to = take(m, request->caps[i], request->alignment, request->size);
    if (to != NULL) {
      heap_model_free(m, block);
      return to;
    }
  }
  if (*fault == ACRE_HEAP_OK) {
    m->failed = plus(m->failed, 1u);
  }
  return NULL;
}

size_t heap_model_usable_size(const heap_model *m, const void *block)
{
  const heap_model_region *r = around(m, (uintptr_t)block, 1u);
  return r == NULL ? 0u : model_usable_size(&r->blocks, block);
}

acre_heap_status heap_model_block_of(const heap_model *m, const void *pointer, acre_block *block)
{
  const heap_model_region *r = around(m, (uintptr_t)pointer, 1u);
  uint32_t at = 0u;
  if (r == NULL) {
    return ACRE_HEAP_OUTSIDE;
  }
  while (model_next(&r->blocks, &at, block)) {
    if (holds((uintptr_t)block->address, block->size, (uintptr_t)pointer)) {
      return ACRE_HEAP_OK;
    }
  }
  return ACRE_HEAP_OUTSIDE;
}

/* ---- Statistics ---------------------------------------------------------------------------- */

/* The largest request for `caps` that succeeds here, found by trying them all. */
static size_t largest_for(const heap_model_region *r, acre_caps caps)
{
  size_t largest = core_stats(r).largest;
  if (r->draining) {
    return 0u;
  }
  while (caps != 0u && largest != 0u && !allowed(r, caps, largest)) {
    largest -= granule_of(r);
  }
  return largest;
}

static void one_region(const heap_model *m, const heap_model_region *r, acre_caps caps, acre_heap_stats *stats)
{
  acre_stats core = core_stats(r);
  stats->total = core.total;
  stats->used = core.used;
  stats->free = core.free;
  stats->largest = largest_for(r, caps);
  stats->low_water = m->monitored ? r->local_low : r->low;
  stats->peak = core.total - stats->low_water;
  stats->allocated = r->allocated;
  stats->freed = r->freed;
  stats->failed = r->failed;
  stats->blocks = core.blocks;
  stats->free_runs = core.free_runs;
}

static void put_marks(const heap_model *m, const heap_model_marks *marks, acre_heap_stats *stats)
{
  stats->low_water = m->monitored ? marks->local_low : marks->low;
  stats->peak = m->monitored ? marks->local_peak : marks->peak;
}

static void sum(const heap_model *m, acre_caps caps, acre_heap_stats *stats)
{
  static const acre_heap_stats none = {0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u};
  *stats = none;
  EACH_CONST(m, r)
  {
    if (r->present && has(r, caps)) {
      acre_heap_stats one;
      one_region(m, r, caps, &one);
      stats->total += one.total;
      stats->used += one.used;
      stats->free += one.free;
      raise(&stats->largest, one.largest);
      stats->low_water += one.low_water;
      stats->peak += one.peak;
      stats->allocated = plus(stats->allocated, one.allocated);
      stats->freed = plus(stats->freed, one.freed);
      stats->failed = plus(stats->failed, one.failed);
      stats->blocks += one.blocks;
      stats->free_runs += one.free_runs;
    }
  }
}

void heap_model_get_stats_caps(const heap_model *m, acre_caps caps, acre_heap_stats *stats)
{
  sum(m, caps, stats);
  for (uint32_t i = 1u; i <= m->watches; i++) {
    if (m->marks[i].caps == caps) {
      put_marks(m, &m->marks[i], stats);
    }
  }
}

void heap_model_get_stats(const heap_model *m, acre_heap_stats *stats)
{
  sum(m, 0u, stats);
  put_marks(m, &m->marks[0], stats);
  stats->allocated = m->allocated;
  stats->freed = m->freed;
  stats->failed = m->failed;
}

acre_heap_status heap_model_get_stats_region(const heap_model *m, acre_region_id id, acre_heap_stats *stats)
{
  const heap_model_region *r = find(m, id);
  if (r == NULL) {
    return ACRE_HEAP_UNKNOWN_REGION;
  }
  one_region(m, r, 0u, stats);
  return ACRE_HEAP_OK;
}

void heap_model_set_watches(heap_model *m, const acre_caps *caps, uint32_t count)
{
  m->watches = count;
  for (uint32_t i = 1u; i <= count; i++) {
    heap_model_marks *marks = &m->marks[i];
    marks->caps = caps[i - 1u];
    marks->low = marks->local_low = joint_free(m, marks->caps);
    marks->peak = marks->local_peak = joint_used(m, marks->caps);
  }
}

void heap_model_reset_marks(heap_model *m)
{
  m->monitored = false;
  begin_marks(m, true);
}

void heap_model_monitor_start(heap_model *m)
{
  m->monitored = true;
  begin_marks(m, false);
}

acre_heap_status heap_model_monitor_stop(heap_model *m)
{
  acre_heap_status status = m->monitored ? ACRE_HEAP_OK : ACRE_HEAP_NOT_MONITORED;
  m->monitored = false;
  return status;
}

/* An aligned place for `size` bytes, tried at every granule. */
static bool has_place(const heap_model_region *r, size_t alignment, size_t size)
{
  uint32_t at = 0u;
  acre_block block;
  while (model_next(&r->blocks, &at, &block)) {
    for (size_t skip = 0u; !block.live && skip < block.size; skip += granule_of(r)) {
      if (((uintptr_t)block.address + skip) % alignment == 0u && size <= block.size - skip) {
        return true;
      }
    }
  }
  return false;
}

static acre_reason reason_of(const heap_model_region *r, acre_caps caps, size_t alignment, size_t size)
{
  acre_stats core = core_stats(r);
  if (has_place(r, alignment, size)) {
    return allowed(r, caps, size) ? ACRE_REASON_NONE : ACRE_REASON_RESERVED;
  }
  if (size > core.total) {
    return ACRE_REASON_TOO_LARGE;
  }
  return size > core.free ? ACRE_REASON_EXHAUSTED : ACRE_REASON_FRAGMENTED;
}

void heap_model_explain(const heap_model *m, acre_caps caps, size_t alignment, size_t size,
                        acre_explanation *explanation)
{
  heap_model_region *list[HEAP_MODEL_REGIONS];
  uint32_t count = candidates((heap_model *)(uintptr_t)m, caps, list);
  const heap_model_region *about = NULL;
  acre_reason worst = ACRE_REASON_NO_REGION;
  if (size == 0u) {
    worst = ACRE_REASON_BAD_SIZE;
  } else if (alignment == 0u || (alignment & (alignment - 1u)) != 0u) {
    worst = ACRE_REASON_BAD_ALIGNMENT;
  } else {
    for (uint32_t i = 0u; i < count; i++) {
      acre_reason one = reason_of(list[i], caps, alignment, size);
      if (one == ACRE_REASON_NONE || one > worst) {
        worst = one;
        about = list[i];
      }
      if (one == ACRE_REASON_NONE) {
        break;
      }
    }
  }
  explanation->reason = worst;
  explanation->region = about == NULL ? ACRE_NO_REGION : about->id;
  explanation->free = about == NULL ? 0u : core_stats(about).free;
  explanation->largest = about == NULL ? 0u : core_stats(about).largest;
}
