/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Blocks of one region, in its section. */
#ifndef ACRE_SRC_HEAP_BLOCK_H
#define ACRE_SRC_HEAP_BLOCK_H

#include "account.h"
#include "place.h"
#include "status.h"

/* A reserve of `bytes` in whole granules, at most the region. */
static inline size_t whole_reserve(size_t bytes, const acre_heap_slot *slot)
{
  size_t last = slot->granule - 1u;
  return (bytes < slot->total) ? ((bytes + last) & ~last) : slot->total;
}

/* A block for a request, or NULL; counted. */
static inline void *slot_alloc(acre_heap *heap, acre_heap_slot *slot, acre_caps caps, size_t alignment, size_t size)
{
  void *block = slot_place(slot, caps, alignment, size);
  if (block == NULL) {
    slot->failed = add_saturating(slot->failed, 1u);
  } else {
    slot->changes += 1u;
    account_grown(heap, slot, acre_region_usable_size(&slot->region, block));
  }
  return block;
}

/* A range of another region lies in the live block of `size` bytes; none does
 * in no block, of 0 bytes.  A block as large as its region holds that, too, but
 * then it also holds what is nested. */
static inline bool slot_hosts(const acre_heap *heap, const acre_heap_slot *slot, const void *block, size_t size)
{
  bool hosts = false;
  acre_range range;
  if ((slot->nested != 0u) && range_of((uintptr_t)block, size, &range)) {
    uintptr_t saved = section_lock_heap(heap, slot);
    for (uint32_t i = 0u; i < heap->capacity; i++) {
      const acre_heap_slot *other = &heap->slots[i];
      if (other->state != SLOT_FREE) {
        hosts = hosts || range_inside(&other->area, &range) ||
                (other->elsewhere && range_inside(&other->metadata, &range));
      }
    }
    section_unlock_heap(heap, slot, saved);
  }
  return hosts;
}

/* Frees, or says why not. */
static inline acre_heap_status slot_release(acre_heap *heap, acre_heap_slot *slot, void *block)
{
  size_t size = acre_region_usable_size(&slot->region, block);
  acre_heap_status status = ACRE_HEAP_HOST;
  if (!slot_hosts(heap, slot, block, size)) {
    status = acre_heap_status_of_(acre_region_free(&slot->region, block));
    if (status == ACRE_HEAP_OK) {
      slot->changes += 1u;
      account_shrunk(heap, slot, size);
    }
  }
  return status;
}

/* Whether a live block of `before` bytes may have `size` bytes here. */
static inline acre_heap_status slot_may_resize(const acre_heap_slot *slot, size_t before, acre_caps caps, size_t size)
{
  acre_heap_status status = ACRE_HEAP_OK;
  if (!slot_has(slot, caps)) {
    status = ACRE_HEAP_NO_MATCH;
  } else if (size <= before) {
    /* it stays, or shrinks; the region refuses 0 */
  } else if (slot->state == SLOT_DRAINING) {
    status = ACRE_HEAP_DRAINING;
  } else if (!slot_allows(slot, caps, size - before)) {
    status = ACRE_HEAP_NO_SPACE;
  } else {
    /* if there is room behind it */
  }
  return status;
}

/* Resizes in place, or says why not.  *before: bytes of the block so far. */
static inline acre_heap_status slot_resize(acre_heap *heap, acre_heap_slot *slot, void *block, acre_caps caps,
                                           size_t size, size_t *before)
{
  acre_heap_status status = ACRE_HEAP_OK;
  *before = acre_region_usable_size(&slot->region, block);
  if (slot_hosts(heap, slot, block, *before)) {
    status = ACRE_HEAP_HOST;
  } else if (*before != 0u) {
    status = slot_may_resize(slot, *before, caps, size);
  } else {
    /* not a block; the region says why */
  }
  if (status == ACRE_HEAP_OK) {
    status = acre_heap_status_of_(acre_region_resize(&slot->region, block, size));
    if (status == ACRE_HEAP_OK) {
      slot->changes += 1u;
      account_resized(heap, slot, *before, acre_region_usable_size(&slot->region, block));
    }
  }
  return status;
}

/* The live block or free run that holds an address; false if none does. */
static inline bool slot_block_around(const acre_heap_slot *slot, uintptr_t address, acre_block *block)
{
  acre_iterator iterator;
  acre_block at;
  bool found = false;
  iterator.granule = 0u;
  while (!found && acre_region_next(&slot->region, &iterator, &at)) {
    uintptr_t start = (uintptr_t)at.address;
    if ((address >= start) && ((address - start) < at.size)) {
      block->address = at.address;
      block->size = at.size;
      block->live = at.live;
      found = true;
    }
  }
  return found;
}

#endif
