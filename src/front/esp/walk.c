/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Integrity, dump, walk, and single blocks. */
#include "caps.h"

/* ---- Integrity ------------------------------------------------------------------ */

/* All are checked, whether one is wrong or not. */
bool heap_caps_check_integrity(uint32_t caps, bool print_errors)
{
  bool right = true;
  acre_heap_info region;
  uint32_t mask = all_if_invalid(caps);
  acre_region_id id = acre_esp_next_(ACRE_NO_REGION, mask, &region);
  while (id != ACRE_NO_REGION) {
    right = acre_front_check_region_(id, print_errors) && right;
    id = acre_esp_next_(id, mask, &region);
  }
  return right;
}

bool heap_caps_check_integrity_all(bool print_errors)
{
  return heap_caps_check_integrity(MALLOC_CAP_INVALID, print_errors);
}

/* Of the innermost region: that is the smallest. */
bool heap_caps_check_integrity_addr(intptr_t addr, bool print_errors)
{
  acre_heap_info region;
  acre_region_id owner = ACRE_NO_REGION;
  size_t smallest = SIZE_MAX;
  acre_region_id id = acre_esp_next_(ACRE_NO_REGION, 0u, &region);
  while (id != ACRE_NO_REGION) {
    if ((((uintptr_t)addr - region.address) < region.size) && (region.size <= smallest)) {
      owner = id;
      smallest = region.size;
    }
    id = acre_esp_next_(id, 0u, &region);
  }
  return (owner != ACRE_NO_REGION) && acre_front_check_region_(owner, print_errors);
}

/* ---- Dump and walk ---------------------------------------------------------------- */

void heap_caps_dump(uint32_t caps)
{
  acre_heap_print_blocks(acre_front_heap(), all_if_invalid(caps), &acre_front_output_);
}

void heap_caps_dump_all(void)
{
  heap_caps_dump(MALLOC_CAP_INVALID);
}

typedef struct esp_walk {
  heap_caps_walker_cb_t walker;
  void *user;
} esp_walk;

static acre_walk walk_block(void *user, const acre_heap_info *region, const acre_block *block)
{
  const esp_walk *walk = (const esp_walk *)user;
  walker_heap_into_t heap_info;
  walker_block_info_t block_info;
  heap_info.start = (intptr_t)region->address;
  heap_info.end = (intptr_t)(region->address + region->size);
  block_info.ptr = block->address;
  block_info.size = block->size;
  block_info.used = block->live;
  return walk->walker(heap_info, block_info, walk->user) ? ACRE_WALK_ON : ACRE_WALK_NEXT_REGION;
}

void heap_caps_walk(uint32_t caps, heap_caps_walker_cb_t walker_func, void *user_data)
{
  if (walker_func != NULL) {
    esp_walk walk;
    walk.walker = walker_func;
    walk.user = user_data;
    (void)acre_heap_walk(acre_front_heap(), all_if_invalid(caps), walk_block, &walk);
  }
}

void heap_caps_walk_all(heap_caps_walker_cb_t walker_func, void *user_data)
{
  heap_caps_walk(MALLOC_CAP_INVALID, walker_func, user_data);
}

/* ---- Single blocks ------------------------------------------------------------------ */

size_t heap_caps_get_allocated_size(void *ptr)
{
  return acre_front_size_(ptr, "heap_caps_get_allocated_size");
}

void *heap_caps_get_block_start(const void *ptr)
{
  acre_block around;
  acre_heap_status status = acre_heap_block_of(acre_front_heap(), ptr, &around);
  return ((status == ACRE_HEAP_OK) && around.live) ? around.address : NULL;
}

size_t heap_caps_get_containing_block_size(void *ptr)
{
  const void *start = heap_caps_get_block_start(ptr);
  size_t size = 0u;
  if (start == NULL) {
    acre_front_fault_(ACRE_HEAP_NOT_A_BLOCK, ptr, "heap_caps_get_containing_block_size");
  } else {
    size = acre_heap_usable_size(acre_front_heap(), start);
  }
  return size;
}
