/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * multi_heap over one region: the handle stands at the start of the memory, the
 * region behind it.  Compiled once for each debug layer (block.h).
 */
#include "multi_heap.h"
#include "../common/block.h"

/* Of the handle itself: the widest type in it. */
#define HANDLE_ALIGNMENT sizeof(uintptr_t)

struct multi_heap_info {
  acre_region region;
  void *lock;
  size_t minimum;     /* the least of what is free, as far as the region has forgotten it */
  uint32_t displaced; /* live blocks whose bytes begin elsewhere than the block */
};

static uintptr_t mh_enter(const struct multi_heap_info *heap)
{
  return (heap->lock != NULL) ? acre_front_acquire(heap->lock) : 0u;
}

static void mh_leave(const struct multi_heap_info *heap, uintptr_t saved)
{
  if (heap->lock != NULL) {
    acre_front_release(heap->lock, saved);
  }
}

/* ---- Registering ------------------------------------------------------------------ */

multi_heap_handle_t multi_heap_register(void *start, size_t size)
{
  struct multi_heap_info *heap = NULL;
  size_t lost = (size_t)(0u - (uintptr_t)start) & (HANDLE_ALIGNMENT - 1u);
  if ((start != NULL) && (size > lost) && ((size - lost) > sizeof(struct multi_heap_info))) {
    uint8_t *memory = (uint8_t *)start + lost;
    size_t left = size - lost - sizeof(struct multi_heap_info);
    struct multi_heap_info *made = (struct multi_heap_info *)(void *)memory;
    uint8_t *behind = memory + sizeof(struct multi_heap_info);
#if ACRE_FRONT_LEVEL >= 3
    fill_bytes((uintptr_t)behind, left, FILL_FREED);
#endif
    if (acre_region_init(&made->region, behind, left, 0u) == ACRE_OK) {
      heap = made;
      heap->lock = NULL;
      heap->minimum = SIZE_MAX;
      heap->displaced = 0u;
    }
  }
  return heap;
}

void multi_heap_set_lock(multi_heap_handle_t heap, void *lock)
{
  if (heap != NULL) {
    heap->lock = lock;
  }
}

/* ---- Finding, under the lock --------------------------------------------------------- */

typedef enum found_block {
  FOUND,
  FOUND_NONE,
  FOUND_BROKEN
} found_block;

static bool live_around(const struct multi_heap_info *heap, const void *pointer, acre_block *block)
{
  acre_iterator iterator;
  bool found = false;
  iterator.granule = 0u;
  while (!found && acre_region_next(&heap->region, &iterator, block)) {
    found = block->live && (((uintptr_t)pointer - (uintptr_t)block->address) < block->size);
  }
  return found;
}

/* A block whose head says where its bytes begin. */
static found_block find_by_head(const struct multi_heap_info *heap, const void *bytes, front_block *block)
{
  acre_block around;
  found_block found = FOUND_NONE;
  if (live_around(heap, bytes, &around)) {
    size_t offset = (size_t)((uintptr_t)bytes - (uintptr_t)around.address);
    if (offset >= head_room(offset)) {
      const block_head *head = head_of(bytes);
      block->base = around.address;
      block->extent = around.size;
      if (head_matches(head, offset, around.size - TAIL)) {
        block->offset = offset;
        block->size = head->size;
        block->owner = head->owner;
        found = FOUND;
      } else if (offset == LEAD) {
        found = FOUND_BROKEN;
#if ACRE_FRONT_LEVEL >= 2
        tell_canary("Bad head", (uintptr_t)&head->canary, HEAD_CANARY, head->canary);
#endif
      } else {
        /* inside a block */
      }
    }
  }
  return found;
}

static found_block mh_find(const struct multi_heap_info *heap, const void *bytes, front_block *block)
{
  found_block found = FOUND_NONE;
  block->extent = (LEAD == 0u) ? acre_region_usable_size(&heap->region, bytes) : 0u;
  if (block->extent != 0u) {
    block->base = (void *)(uintptr_t)bytes;
    block->offset = 0u;
    block->size = block->extent;
    block->owner = 0u;
    found = FOUND;
  } else if ((LEAD != 0u) || (heap->displaced != 0u)) {
    found = find_by_head(heap, bytes, block);
  } else {
    /* none */
  }
  return found;
}

static acre_heap_status mh_why_not(const struct multi_heap_info *heap, const void *bytes)
{
  bool inside = ((uintptr_t)bytes - heap->region.base) < ((uintptr_t)heap->region.granules << heap->region.shift);
  return inside ? ACRE_HEAP_NOT_A_BLOCK : ACRE_HEAP_OUTSIDE;
}

/* A live block with all about it as it was; else the fault is told. */
static bool mh_find_intact(const struct multi_heap_info *heap, const void *bytes, front_block *block,
                           const char *function)
{
  uintptr_t saved = mh_enter(heap);
  found_block found = mh_find(heap, bytes, block);
  bool intact = (found == FOUND) && block_intact(block, true);
  mh_leave(heap, saved);
  if (found == FOUND_NONE) {
    acre_front_fault_(mh_why_not(heap, bytes), bytes, function);
  } else if (!intact) {
    acre_front_fault_(ACRE_HEAP_CORRUPT, bytes, function);
  } else {
    /* well */
  }
  return intact;
}

/* ---- Allocating -------------------------------------------------------------------------- */

/* Where the bytes begin, so that they are aligned `offset` bytes behind, and
 * that a head has room if they do not begin with the block.  SIZE_MAX: nowhere. */
static size_t mh_lead_for(size_t alignment, size_t offset)
{
  size_t lead = (size_t)(0u - offset) & (alignment - 1u);
  if ((lead != 0u) || (LEAD != 0u)) {
    while ((lead < head_room(lead)) && (lead <= (SIZE_MAX - alignment))) {
      lead += alignment;
    }
    if (lead < head_room(lead)) {
      lead = SIZE_MAX;
    }
  }
  return lead;
}

static void *mh_take(struct multi_heap_info *heap, size_t size, size_t alignment, size_t offset)
{
  void *bytes = NULL;
  front_block block = {NULL, 0u, 0u, 0u, 0u};
  size_t lead = mh_lead_for(alignment, offset);
  size_t extent = block_extent(lead, size);
  uintptr_t saved = mh_enter(heap);
  block.base = acre_region_alloc_aligned(&heap->region, alignment, extent);
  if (block.base != NULL) {
    block.extent = acre_region_usable_size(&heap->region, block.base);
    block.offset = lead;
    block.size = size;
    block.owner = 0u;
    bytes = block_bytes(&block);
    block_dress(&block, "multi_heap_malloc");
    if ((LEAD == 0u) && (lead != 0u)) {
      head_put(&block);
      heap->displaced += 1u;
    }
  }
  mh_leave(heap, saved);
  return bytes;
}

void *multi_heap_malloc(multi_heap_handle_t heap, size_t size)
{
  return multi_heap_aligned_alloc_offs(heap, size, 1u, 0u);
}

void *multi_heap_aligned_alloc(multi_heap_handle_t heap, size_t size, size_t alignment)
{
  return multi_heap_aligned_alloc_offs(heap, size, alignment, 0u);
}

void *multi_heap_aligned_alloc_offs(multi_heap_handle_t heap, size_t size, size_t alignment, size_t offset)
{
  void *bytes = NULL;
  if ((heap != NULL) && (size != 0u) && front_power_of_two(alignment)) {
    bytes = mh_take(heap, size, alignment, offset);
  }
  return bytes;
}

/* ---- Freeing ------------------------------------------------------------------------------- */

static void mh_give(struct multi_heap_info *heap, const front_block *block)
{
  uintptr_t saved = mh_enter(heap);
  block_undress(block);
  if ((LEAD == 0u) && (block->offset != 0u)) {
    head_wipe(block);
    heap->displaced -= 1u;
  }
  /* It is a live block, for it was found so: this succeeds. */
  (void)acre_region_free(&heap->region, block->base);
  mh_leave(heap, saved);
}

void multi_heap_free(multi_heap_handle_t heap, void *p)
{
  front_block block = {NULL, 0u, 0u, 0u, 0u};
  if ((heap != NULL) && (p != NULL) && mh_find_intact(heap, p, &block, "multi_heap_free")) {
    mh_give(heap, &block);
  }
}

void multi_heap_aligned_free(multi_heap_handle_t heap, void *p)
{
  multi_heap_free(heap, p);
}

/* ---- Resizing ------------------------------------------------------------------------------- */

/* Where the block stands, or not at all. */
static bool resize_in_place(struct multi_heap_info *heap, const front_block *block, size_t size)
{
  bool done = false;
  if (ACRE_FRONT_LEVEL < 3) {
    size_t extent = block_extent(block->offset, size);
    uintptr_t saved = mh_enter(heap);
    done = acre_region_resize(&heap->region, block->base, extent) == ACRE_OK;
#if ACRE_FRONT_LEVEL >= 1
    if (done) {
      front_block now = {NULL, 0u, 0u, 0u, 0u};
      now.base = block->base;
      now.extent = extent;
      now.offset = block->offset;
      now.size = size;
      now.owner = block->owner;
      acre_front_owner_change_(block->owner, block->size, size);
      head_put(&now);
#if ACRE_FRONT_LEVEL >= 2
      tail_put(&now);
#endif
    }
#else
    if (done && (block->offset != 0u)) {
      head_of(block_bytes(block))->size = size;
    }
#endif
    mh_leave(heap, saved);
  }
  return done;
}

/* The copy is outside of the lock. */
static void *mh_resize(struct multi_heap_info *heap, void *p, size_t size)
{
  void *after = NULL;
  front_block block = {NULL, 0u, 0u, 0u, 0u};
  if (mh_find_intact(heap, p, &block, "multi_heap_realloc")) {
    if (resize_in_place(heap, &block, size)) {
      after = p;
    } else {
      after = mh_take(heap, size, 1u, 0u);
      if (after != NULL) {
        copy_bytes(after, p, (block.size < size) ? block.size : size);
        mh_give(heap, &block);
      }
    }
  }
  return after;
}

void *multi_heap_realloc(multi_heap_handle_t heap, void *p, size_t size)
{
  void *after = NULL;
  if (heap == NULL) {
    /* nowhere */
  } else if (p == NULL) {
    after = multi_heap_malloc(heap, size);
  } else if (size == 0u) {
    multi_heap_free(heap, p);
  } else {
    after = mh_resize(heap, p, size);
  }
  return after;
}

/* ---- Looking -------------------------------------------------------------------------------- */

size_t multi_heap_get_allocated_size(multi_heap_handle_t heap, void *p)
{
  front_block block = {NULL, 0u, 0u, 0u, 0u};
  size_t size = 0u;
  if ((heap != NULL) && mh_find_intact(heap, p, &block, "multi_heap_get_allocated_size")) {
    size = block.size;
  }
  return size;
}

size_t multi_heap_get_full_block_size(multi_heap_handle_t heap, void *p)
{
  size_t size = 0u;
  if (heap != NULL) {
    front_block block = {NULL, 0u, 0u, 0u, 0u};
    uintptr_t saved = mh_enter(heap);
    /* p is what find_containing_block gave, or what was allocated. */
    size = acre_region_usable_size(&heap->region, p);
    mh_leave(heap, saved);
    if ((size == 0u) && mh_find_intact(heap, p, &block, "multi_heap_get_full_block_size")) {
      size = block.extent;
    }
  }
  return size;
}

void *multi_heap_find_containing_block(multi_heap_handle_t heap, void *ptr)
{
  void *start = NULL;
  if (heap != NULL) {
    acre_block around;
    uintptr_t saved = mh_enter(heap);
    bool found = live_around(heap, ptr, &around);
    mh_leave(heap, saved);
    if (found) {
      start = around.address;
    } else {
      acre_front_fault_(mh_why_not(heap, ptr), ptr, "multi_heap_find_containing_block");
    }
  }
  return start;
}

static void get_stats(const struct multi_heap_info *heap, acre_stats *stats)
{
  uintptr_t saved = mh_enter(heap);
  acre_region_stats(&heap->region, stats);
  if (stats->low_water > heap->minimum) {
    stats->low_water = heap->minimum;
  }
  mh_leave(heap, saved);
}

size_t multi_heap_free_size(multi_heap_handle_t heap)
{
  acre_stats stats;
  stats.free = 0u;
  if (heap != NULL) {
    get_stats(heap, &stats);
  }
  return block_net(stats.free);
}

size_t multi_heap_minimum_free_size(multi_heap_handle_t heap)
{
  acre_stats stats;
  stats.low_water = 0u;
  if (heap != NULL) {
    get_stats(heap, &stats);
  }
  return block_net(stats.low_water);
}

size_t multi_heap_reset_minimum_free_bytes(multi_heap_handle_t heap)
{
  size_t before = 0u;
  if (heap != NULL) {
    acre_stats stats;
    uintptr_t saved;
    get_stats(heap, &stats);
    before = stats.low_water;
    saved = mh_enter(heap);
    acre_region_reset_low_water(&heap->region);
    heap->minimum = SIZE_MAX;
    mh_leave(heap, saved);
  }
  return before;
}

void multi_heap_restore_minimum_free_bytes(multi_heap_handle_t heap, size_t new_minimum_free_bytes_value)
{
  if (heap != NULL) {
    uintptr_t saved = mh_enter(heap);
    if (new_minimum_free_bytes_value < heap->minimum) {
      heap->minimum = new_minimum_free_bytes_value;
    }
    mh_leave(heap, saved);
  }
}

void multi_heap_get_info(multi_heap_handle_t heap, multi_heap_info_t *info)
{
  acre_stats stats;
  stats.free = 0u;
  stats.used = 0u;
  stats.largest = 0u;
  stats.low_water = 0u;
  stats.blocks = 0u;
  stats.free_runs = 0u;
  if (heap != NULL) {
    get_stats(heap, &stats);
  }
  info->total_free_bytes = block_net(stats.free);
  info->total_allocated_bytes = stats.used - blocks_overhead(stats.blocks);
  info->largest_free_block = block_net(stats.largest);
  info->minimum_free_bytes = block_net(stats.low_water);
  info->allocated_blocks = stats.blocks;
  info->free_blocks = stats.free_runs;
  info->total_blocks = (size_t)stats.blocks + stats.free_runs;
}

/* ---- Walking and checking -------------------------------------------------------------------- */

static bool next_block(const struct multi_heap_info *heap, acre_iterator *iterator, acre_block *block)
{
  uintptr_t saved = mh_enter(heap);
  bool more = acre_region_next(&heap->region, iterator, block);
  mh_leave(heap, saved);
  return more;
}

void multi_heap_walk(multi_heap_handle_t heap, multi_heap_walker_cb_t walker_func, void *user_data)
{
  if ((heap != NULL) && (walker_func != NULL)) {
    acre_iterator iterator;
    acre_block block;
    bool on = true;
    iterator.granule = 0u;
    while (on && next_block(heap, &iterator, &block)) {
      on = walker_func(block.address, block.size, block.live ? 1 : 0, user_data);
    }
  }
}

void multi_heap_dump(multi_heap_handle_t heap)
{
  if (heap != NULL) {
    acre_iterator iterator;
    acre_block block;
    iterator.granule = 0u;
    put_text(&acre_front_output_, "Showing data for heap: ");
    put_hex(&acre_front_output_, (uintptr_t)heap);
    put_text(&acre_front_output_, "\n");
    while (next_block(heap, &iterator, &block)) {
      put_text(&acre_front_output_, "Block ");
      put_hex(&acre_front_output_, (uintptr_t)block.address);
      put_field(&acre_front_output_, " data, size: ", block.size);
      put_text(&acre_front_output_, block.live ? " bytes, Free: No\n" : " bytes, Free: Yes\n");
    }
  }
}

static bool mh_check_metadata(const struct multi_heap_info *heap, bool print)
{
  acre_finding finding;
  bool right = acre_region_check(&heap->region, &finding) == ACRE_OK;
  if (!right && print) {
    put_field(&acre_front_output_, "CORRUPT HEAP: Bad metadata, rule ", (uint64_t)finding.rule);
    put_field(&acre_front_output_, " at ", finding.where);
    put_text(&acre_front_output_, "\n");
  }
  return right;
}

#if ACRE_FRONT_LEVEL >= 2
/* A head that matches stands somewhere in the block, on a multiple of the least alignment. */
static bool mh_judge_live(const acre_block *at, bool print)
{
  bool found = false;
  front_block block = {NULL, 0u, 0u, 0u, 0u};
  block.base = at->address;
  block.extent = at->size;
  block.offset = LEAD;
  for (size_t lead = LEAD; (lead < at->size) && !found; lead++) {
    const block_head *head = head_of((const uint8_t *)at->address + lead);
    if ((lead >= head_room(lead)) && head_matches(head, lead, at->size - TAIL)) {
      block.offset = lead;
      block.size = head->size;
      found = true;
    }
  }
  if (!found && print) {
    const block_head *head = head_of(block_bytes(&block));
    tell_canary("Bad head", (uintptr_t)&head->canary, HEAD_CANARY, head->canary);
  }
  return found && block_intact(&block, print);
}

static bool mh_check_blocks(const struct multi_heap_info *heap, bool print)
{
  bool right = true;
  acre_iterator iterator;
  acre_block block;
  iterator.granule = 0u;
  while (acre_region_next(&heap->region, &iterator, &block)) {
    if (block.live) {
      right = mh_judge_live(&block, print) && right;
    }
#if ACRE_FRONT_LEVEL >= 3
    if (!block.live) {
      right = freed_intact(block.address, block.size, print) && right;
    }
#endif
  }
  return right;
}
#else
static bool mh_check_blocks(const struct multi_heap_info *heap, bool print)
{
  (void)heap;
  (void)print;
  return true;
}
#endif

bool multi_heap_check(multi_heap_handle_t heap, bool print_errors)
{
  bool right = false;
  if (heap != NULL) {
    uintptr_t saved = mh_enter(heap);
    /* Blocks are where the metadata say. */
    right = mh_check_metadata(heap, print_errors) && mh_check_blocks(heap, print_errors);
    mh_leave(heap, saved);
  }
  return right;
}
