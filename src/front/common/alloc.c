/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Requests to the default heap, with what the debug layer puts around the
 * program's bytes.  Compiled once for each layer (block.h).
 */
#include "block.h"

/* Hooks that a program may define: ESP-IDF's, and esp-alloc's. */
void esp_heap_trace_alloc_hook(void *block, size_t size, uint32_t caps) __attribute__((weak));
void esp_heap_trace_free_hook(void *block) __attribute__((weak));
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
void _esp_alloc_alloc(const void *heap, uint32_t caps, uintptr_t block, size_t size) __attribute__((weak));
void _esp_alloc_dealloc(const void *heap, uintptr_t block, size_t size) __attribute__((weak));
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

/* ---- What is under way ---------------------------------------------------------- */

/* Between the heap's taking and the layer's dressing a block looks overwritten.
 * A check judges only what stood still meanwhile. */
#if ACRE_FRONT_LEVEL >= 2
static uint32_t busy = 0u;
static uint32_t changes = 0u;

static void count(uint32_t step)
{
  void *lock = acre_front_lock(ACRE_FRONT_LOCK_TOOLS);
  uintptr_t saved = acre_front_acquire(lock);
  busy += step;
  changes += 1u;
  acre_front_release(lock, saved);
}

static void op_begin(void)
{
  count(1u);
}

static void op_end(void)
{
  count(UINT32_MAX);
}

/* Whether nothing is under way; *state: the number of changes. */
static bool quiet(uint32_t *state)
{
  void *lock = acre_front_lock(ACRE_FRONT_LOCK_TOOLS);
  uintptr_t saved = acre_front_acquire(lock);
  bool is = busy == 0u;
  *state = changes;
  acre_front_release(lock, saved);
  return is;
}
#else
static void op_begin(void) {}

static void op_end(void) {}
#endif

/* ---- Finding ---------------------------------------------------------------------- */

typedef enum front_found {
  FOUND,
  FOUND_NONE,
  FOUND_BROKEN /* a block whose head was overwritten */
} front_found;

#if ACRE_FRONT_LEVEL >= 1
/* The start of the live block that a program's pointer lies in: just before the
 * head, or farther, if the program asked for a large alignment. */
static void *start_of(acre_heap *heap, const void *bytes)
{
  void *base = (void *)((uintptr_t)bytes - LEAD);
  if (acre_heap_usable_size(heap, base) == 0u) {
    acre_block around;
    base = NULL;
    if ((acre_heap_block_of(heap, bytes, &around) == ACRE_HEAP_OK) && around.live &&
        (((uintptr_t)bytes - (uintptr_t)around.address) >= LEAD)) {
      base = around.address;
    }
  }
  return base;
}

static front_found find(acre_heap *heap, const void *bytes, front_block *block)
{
  front_found found = FOUND_NONE;
  void *base = start_of(heap, bytes);
  if ((base != NULL) && (((uintptr_t)bytes & 7u) == 0u)) {
    const block_head *head = head_of(bytes);
    size_t offset = (size_t)((uintptr_t)bytes - (uintptr_t)base);
    block->base = base;
    block->extent = acre_heap_usable_size(heap, base);
    if (head_matches(head, offset, block->extent - TAIL)) {
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
  return found;
}
#else
static front_found find(acre_heap *heap, const void *bytes, front_block *block)
{
  block->base = (void *)(uintptr_t)bytes;
  block->extent = acre_heap_usable_size(heap, bytes);
  block->offset = 0u;
  block->size = block->extent;
  block->owner = 0u;
  return (block->extent == 0u) ? FOUND_NONE : FOUND;
}
#endif

/* Why a pointer is no block. */
static acre_heap_status why_not(acre_heap *heap, const void *bytes)
{
  acre_block around;
  acre_heap_status status = acre_heap_block_of(heap, bytes, &around);
  return (status == ACRE_HEAP_OK) ? ACRE_HEAP_NOT_A_BLOCK : status;
}

/* A live block with all about it as it was; else false, and the fault is told. */
static bool find_intact(acre_heap *heap, const void *bytes, front_block *block, const char *function)
{
  front_found found = find(heap, bytes, block);
  bool intact = (found == FOUND) && block_intact(block, true);
  if (found == FOUND_NONE) {
    acre_front_fault_(why_not(heap, bytes), bytes, function);
  } else if (!intact) {
    acre_front_fault_(ACRE_HEAP_CORRUPT, bytes, function);
  } else {
    /* well */
  }
  return intact;
}

/* ---- Telling ------------------------------------------------------------------------ */

static bool region_has(const acre_heap_info *info, acre_caps caps)
{
  return ((info->caps[0] | info->caps[1] | info->caps[2]) & caps) == caps;
}

/* The mask that a block was allocated by: the first that its region has, since
 * an earlier one would have been met there, too. */
static acre_caps caps_met(acre_heap *heap, const void *block, const front_call *call)
{
  acre_caps met = call->told_caps;
  acre_region_id id = acre_heap_next(heap, ACRE_NO_REGION);
  bool found = call->count == 1u;
  if (found) {
    met = call->caps[0];
  }
  while ((id != ACRE_NO_REGION) && !found) {
    acre_heap_info info;
    if ((acre_heap_region_info(heap, id, &info) == ACRE_HEAP_OK) && (((uintptr_t)block - info.address) < info.size)) {
      for (uint32_t i = 0u; (i < call->count) && !found; i++) {
        met = call->caps[i];
        found = region_has(&info, met);
      }
    }
    id = acre_heap_next(heap, id);
  }
  return met;
}

/* esp-alloc numbers its capabilities otherwise: 1 is internal, 2 is external. */
static uint32_t esp_alloc_caps(const front_call *call)
{
  uint32_t caps = 0u;
  if ((call->caps[0] & ACRE_CAP_INTERNAL) != 0u) {
    caps = 1u;
  } else if ((call->caps[0] & ACRE_CAP_EXTERNAL) != 0u) {
    caps = 2u;
  } else {
    /* any */
  }
  return caps;
}

/* After every attempt. */
static void tell_attempt(const acre_heap *heap, const void *block, const front_call *call)
{
  if (_esp_alloc_alloc != NULL) {
    _esp_alloc_alloc(heap, esp_alloc_caps(call), (uintptr_t)block, call->size);
  }
}

/* Before a block is freed, and for NULL. */
static void tell_freeing(const acre_heap *heap, const void *block, size_t size)
{
  if (_esp_alloc_dealloc != NULL) {
    _esp_alloc_dealloc(heap, (uintptr_t)block, size);
  }
}

static void tell_alloc_hook(acre_heap *heap, void *block, const front_call *call)
{
  if (esp_heap_trace_alloc_hook != NULL) {
    esp_heap_trace_alloc_hook(block, call->size, caps_met(heap, block, call));
  }
}

static void tell_free_hook(void *block)
{
  if (esp_heap_trace_free_hook != NULL) {
    esp_heap_trace_free_hook(block);
  }
}

static void tell_new(acre_heap *heap, void *block, const front_call *call)
{
  const front_observer *observer = acre_front_observer_();
  if (observer != NULL) {
    observer->allocated(block, call->size, caps_met(heap, block, call), call->caller);
  }
  tell_alloc_hook(heap, block, call);
}

/* ---- Allocating --------------------------------------------------------------------- */

/* The request for the whole block. */
static void whole_request(acre_request *request, const front_call *call, size_t lead, size_t alignment)
{
  request->size = block_extent(lead, call->size);
  request->alignment = alignment;
  request->caps = call->caps;
  request->count = call->count;
  request->zeroed = call->zeroed && (ACRE_FRONT_LEVEL == 0);
  request->function = call->function;
}

/* How far behind its start the program's bytes begin, for an alignment. */
static size_t lead_for(size_t alignment)
{
  return ((LEAD != 0u) && (alignment > LEAD)) ? alignment : LEAD;
}

/* A dressed block, of which nothing is told yet; NULL. */
static void *take(acre_heap *heap, const front_call *call)
{
  void *bytes = NULL;
  acre_request request;
  front_block block = {NULL, 0u, 0u, 0u, 0u};
  size_t lead = lead_for(call->alignment);
  whole_request(&request, call, lead, call->alignment);
  op_begin();
  block.base = acre_heap_alloc_request(heap, &request);
  if (block.base != NULL) {
    block.extent = acre_heap_usable_size(heap, block.base);
    block.offset = lead;
    block.size = call->size;
    block.owner = 0u;
    bytes = block_bytes(&block);
    block_dress(&block, call->function);
#if ACRE_FRONT_LEVEL >= 1
    if (call->zeroed) {
      fill_bytes((uintptr_t)bytes, call->size, 0u);
    }
#endif
  }
  op_end();
  return bytes;
}

void *acre_front_alloc_(acre_heap *heap, const front_call *call)
{
  void *bytes = NULL;
  if (call->size != 0u) {
    bytes = take(heap, call);
    tell_attempt(heap, bytes, call);
    if (bytes == NULL) {
      acre_front_failed_(call);
    } else {
      tell_new(heap, bytes, call);
    }
  }
  return bytes;
}

/* ---- Freeing -------------------------------------------------------------------------- */

/* Whether a live block may be freed: not if a region lies in it.  A block that
 * gets the size it has tells. */
static acre_heap_status may_leave(acre_heap *heap, const front_block *block)
{
  return acre_heap_resize(heap, block->base, block->extent, 0u);
}

/* Gives a block back to the heap. */
#if ACRE_FRONT_LEVEL >= 1
static acre_heap_status give(acre_heap *heap, const front_block *block)
{
  acre_heap_status status;
  op_begin();
  /* What is undressed has to leave. */
  status = may_leave(heap, block);
  if (status == ACRE_HEAP_OK) {
    block_undress(block);
    status = acre_heap_free(heap, block->base);
  }
  op_end();
  return status;
}
#else
static acre_heap_status give(acre_heap *heap, const front_block *block)
{
  return acre_heap_free(heap, block->base);
}
#endif

static void *observe_leaving(const void *bytes)
{
  const front_observer *observer = acre_front_observer_();
  return (observer != NULL) ? observer->leaving(bytes) : NULL;
}

static void observe_left(void *record, bool gone, const void *caller)
{
  const front_observer *observer = acre_front_observer_();
  if (observer != NULL) {
    observer->left(record, gone, caller);
  }
}

/* A live block with all about it as it has to be. */
static acre_heap_status free_found(acre_heap *heap, void *block, const front_block *found, const void *caller)
{
  void *record = observe_leaving(block);
  acre_heap_status status;
  tell_freeing(heap, block, found->size);
  status = give(heap, found);
  observe_left(record, status == ACRE_HEAP_OK, caller);
  return status;
}

#if ACRE_FRONT_LEVEL >= 1
static bool watched(void)
{
  return true;
}
#else
/* Whether someone wants to know of a free beforehand. */
static bool watched(void)
{
  return (acre_front_observer_() != NULL) || (_esp_alloc_dealloc != NULL);
}
#endif

/* OK, or why not; told already if it was seen before the heap was asked. */
static acre_heap_status free_block(acre_heap *heap, void *block, const char *function, const void *caller, bool *told)
{
  acre_heap_status status = ACRE_HEAP_NOT_A_BLOCK;
  *told = false;
  if (watched()) {
    front_block found = {NULL, 0u, 0u, 0u, 0u};
    if (find_intact(heap, block, &found, function)) {
      status = free_found(heap, block, &found, caller);
    } else {
      *told = true;
    }
  } else {
    status = acre_heap_free(heap, block);
  }
  return status;
}

void acre_front_free_(acre_heap *heap, void *block, const char *function, const void *caller)
{
  if (block == NULL) {
    tell_freeing(heap, block, 0u);
  } else {
    bool told;
    acre_heap_status status = free_block(heap, block, function, caller, &told);
    if (status == ACRE_HEAP_OK) {
      tell_free_hook(block);
    } else if (!told) {
      acre_front_fault_(status, block, function);
    } else {
      /* the fault is known */
    }
  }
}

/* ---- Resizing --------------------------------------------------------------------------- */

#if ACRE_FRONT_LEVEL < 3
/* By the heap: where the block stands, or elsewhere. */
static void *resize_whole(acre_heap *heap, const front_block *block, const front_call *call)
{
  void *bytes = NULL;
  acre_request request;
  front_block now = {NULL, 0u, 0u, 0u, 0u};
  whole_request(&request, call, block->offset, (LEAD == 0u) ? call->alignment : 1u);
  op_begin();
  now.base = acre_heap_realloc_request(heap, block->base, &request);
  if (now.base != NULL) {
    now.extent = request.size;
    now.offset = block->offset;
    now.size = call->size;
    bytes = block_bytes(&now);
#if ACRE_FRONT_LEVEL >= 1
    now.owner = block->owner;
    acre_front_owner_change_(block->owner, block->size, now.size);
    head_put(&now);
#endif
#if ACRE_FRONT_LEVEL >= 2
    tail_put(&now);
#endif
  }
  op_end();
  return bytes;
}
#endif

#if ACRE_FRONT_LEVEL >= 1
/* By a new block, a copy and a free. */
static void *renew(acre_heap *heap, const front_block *block, const front_call *call)
{
  void *bytes = NULL;
  if (may_leave(heap, block) == ACRE_HEAP_OK) {
    bytes = take(heap, call);
  }
  if (bytes != NULL) {
    copy_bytes(bytes, block_bytes(block), (block->size < call->size) ? block->size : call->size);
    /* It may leave, as was seen. */
    (void)give(heap, block);
  }
  return bytes;
}

static void *resize(acre_heap *heap, const front_block *block, const front_call *call)
{
#if ACRE_FRONT_LEVEL >= 3
  return renew(heap, block, call);
#else
  return (call->alignment > LEAD) ? renew(heap, block, call) : resize_whole(heap, block, call);
#endif
}
#else
static void *resize(acre_heap *heap, const front_block *block, const front_call *call)
{
  return resize_whole(heap, block, call);
}
#endif

/* What became of a block is told: to the hooks a move is a new block, and then
 * the old one is free. */
static void tell_resized(acre_heap *heap, void *before, void *after, const front_call *call, void *record)
{
  const front_observer *observer = acre_front_observer_();
  if (observer != NULL) {
    observer->resized(record, after, call->size, caps_met(heap, after, call), call->caller);
  }
  tell_alloc_hook(heap, after, call);
  if (after != before) {
    tell_free_hook(before);
  }
}

/* A block that is as it was: no room, or a region lies in it. */
static void tell_stayed(acre_heap *heap, const front_block *block, const front_call *call)
{
  acre_heap_status status = may_leave(heap, block);
  if (status == ACRE_HEAP_OK) {
    acre_front_failed_(call);
  } else {
    acre_front_fault_(status, block_bytes(block), call->function);
  }
}

static void *resize_live(acre_heap *heap, void *block, const front_call *call)
{
  void *after = NULL;
  front_block found = {NULL, 0u, 0u, 0u, 0u};
  if (find_intact(heap, block, &found, call->function)) {
    void *record = observe_leaving(block);
    after = resize(heap, &found, call);
    if (after != NULL) {
      tell_freeing(heap, block, found.size);
    }
    tell_attempt(heap, after, call);
    if (after == NULL) {
      observe_left(record, false, call->caller);
      tell_stayed(heap, &found, call);
    } else {
      tell_resized(heap, block, after, call, record);
    }
  }
  return after;
}

void *acre_front_realloc_(acre_heap *heap, void *block, const front_call *call)
{
  void *after = NULL;
  if (block == NULL) {
    after = acre_front_alloc_(heap, call);
  } else if (call->size == 0u) {
    acre_front_free_(heap, block, call->function, call->caller);
  } else {
    after = resize_live(heap, block, call);
  }
  return after;
}

/* ---- Looking --------------------------------------------------------------------------- */

size_t acre_front_size_(const void *block, const char *function)
{
  front_block found = {NULL, 0u, 0u, 0u, 0u};
  return find_intact(acre_front_heap(), block, &found, function) ? found.size : 0u;
}

bool acre_front_is_block_(const void *block)
{
  front_block found = {NULL, 0u, 0u, 0u, 0u};
  return find(acre_front_heap(), block, &found) == FOUND;
}

size_t acre_front_net_(size_t bytes)
{
  return block_net(bytes);
}

size_t acre_front_blocks_overhead_(size_t blocks)
{
  return blocks_overhead(blocks);
}

bool acre_front_fits_(const front_call *call)
{
  acre_explanation why;
  acre_heap_explain(acre_front_heap(), call->caps[0], call->alignment,
                    block_extent(lead_for(call->alignment), call->size), &why);
  return why.reason == ACRE_REASON_NONE;
}

/* ---- Checking --------------------------------------------------------------------------- */

static bool check_metadata(acre_heap *heap, acre_region_id id, bool print)
{
  acre_heap_finding finding;
  bool right = acre_heap_check_region(heap, id, &finding) != ACRE_HEAP_CORRUPT;
  if (!right && print) {
    put_text(&acre_front_output_, "CORRUPT HEAP: Bad metadata of region ");
    put_number(&acre_front_output_, id);
    put_field(&acre_front_output_, ", rule ", (uint64_t)finding.finding.rule);
    put_field(&acre_front_output_, " at ", finding.finding.where);
    put_text(&acre_front_output_, "\n");
  }
  return right;
}

#if ACRE_FRONT_LEVEL >= 2
/* A check of blocks, while it walks. */
typedef struct front_check {
  acre_region_id region;
  bool print;
  bool right;
  bool still;       /* nothing was under way before the walk came to the next block */
  uint32_t changes; /* up to then */
} front_check;

/* The block that the walk came to.  Its head says where the program's bytes
 * begin: just behind, or as far as an alignment. */
static bool judge_live(const acre_block *at, bool print)
{
  bool right = false;
  front_block block = {NULL, 0u, 0u, 0u, 0u};
  block.base = at->address;
  block.extent = at->size;
  block.offset = LEAD;
  for (size_t lead = LEAD; (lead != 0u) && (lead < at->size) && !right; lead *= 2u) {
    const block_head *head = head_of((const uint8_t *)at->address + lead);
    if (head_matches(head, lead, at->size - TAIL)) {
      block.offset = lead;
      block.size = head->size;
      right = true;
    }
  }
  if (right) {
    right = block_intact(&block, print);
  } else if (print) {
    const block_head *head = head_of(block_bytes(&block));
    tell_canary("Bad head", (uintptr_t)&head->canary, HEAD_CANARY, head->canary);
  } else {
    /* wrong, without a word */
  }
  return right;
}

static bool judge(const acre_block *at, bool print)
{
  bool right = true;
  if (at->live) {
    right = judge_live(at, print);
  }
#if ACRE_FRONT_LEVEL >= 3
  if (!at->live) {
    right = freed_intact(at->address, at->size, print);
  }
#endif
  return right;
}

/* What the walk tells of a block may be history already: a verdict counts if
 * nothing has changed since before the walk came to it. */
static acre_walk check_block(void *user, const acre_heap_info *region, const acre_block *at)
{
  front_check *check = (front_check *)user;
  acre_walk wish = ACRE_WALK_NEXT_REGION;
  if (region->id == check->region) {
    uint32_t after;
    wish = ACRE_WALK_ON;
    if (check->still && !judge(at, false) && quiet(&after) && (after == check->changes)) {
      check->right = false;
      (void)judge(at, check->print);
    }
  }
  check->still = quiet(&check->changes);
  return wish;
}

static bool check_blocks(acre_heap *heap, acre_region_id id, bool print)
{
  front_check check;
  check.region = id;
  check.print = print;
  check.right = true;
  check.still = quiet(&check.changes);
  (void)acre_heap_walk(heap, 0u, check_block, &check);
  return check.right;
}
#else
static bool check_blocks(acre_heap *heap, acre_region_id id, bool print)
{
  (void)heap;
  (void)id;
  (void)print;
  return true;
}
#endif

bool acre_front_check_region_(acre_region_id id, bool print)
{
  acre_heap *heap = acre_front_heap();
  /* Blocks are where the metadata say. */
  return check_metadata(heap, id, print) && check_blocks(heap, id, print);
}

#if ACRE_FRONT_LEVEL >= 3
/* Whether a range meets no region, or lies in one live block: else registering
 * it will be refused, and it must not be written to. */
static bool may_fill(acre_heap *heap, const acre_heap_area *area)
{
  acre_block around;
  bool apart = true;
  bool inside = (acre_heap_block_of(heap, (const void *)area->address, &around) == ACRE_HEAP_OK) && around.live &&
                (area->size <= (around.size - (size_t)(area->address - (uintptr_t)around.address)));
  acre_region_id id = acre_heap_next(heap, ACRE_NO_REGION);
  while (id != ACRE_NO_REGION) {
    acre_heap_info info;
    if (acre_heap_region_info(heap, id, &info) == ACRE_HEAP_OK) {
      apart = apart && ((area->address - info.address) >= info.size) && ((info.address - area->address) >= area->size);
    }
    id = acre_heap_next(heap, id);
  }
  return apart || inside;
}

void acre_front_prepare_(acre_heap *heap, const acre_heap_area *area)
{
  if ((area != NULL) && (area->size <= (size_t)(UINTPTR_MAX - area->address)) && may_fill(heap, area)) {
    fill_bytes(area->address, area->size, FILL_FREED);
  }
}
#else
void acre_front_prepare_(acre_heap *heap, const acre_heap_area *area)
{
  (void)heap;
  (void)area;
}
#endif
