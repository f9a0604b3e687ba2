/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Checking metadata: at once, or in steps with the locks free between them. */
#include "block.h"
#include "leave.h"

static acre_heap_status checked(acre_status status, acre_region_id id, const acre_finding *found,
                                acre_heap_finding *finding)
{
  finding->region = (status == ACRE_CORRUPT) ? id : ACRE_NO_REGION;
  finding->finding.rule = found->rule;
  finding->finding.where = found->where;
  return acre_heap_status_of_(status);
}

/* In the section, which is left. */
static acre_heap_status check_slot(acre_heap *heap, acre_heap_slot *slot, uintptr_t saved, acre_heap_finding *finding)
{
  acre_region_id id = slot->id;
  acre_finding found;
  acre_status status = acre_region_check(&slot->region, &found);
  section_end(heap, slot, saved);
  return checked(status, id, &found, finding);
}

acre_heap_status acre_heap_check_region(acre_heap *heap, acre_region_id id, acre_heap_finding *finding)
{
  uintptr_t saved;
  acre_heap_slot *slot = section_find(heap, id, &saved);
  return (slot == NULL) ? ACRE_HEAP_UNKNOWN_REGION : check_slot(heap, slot, saved, finding);
}

acre_heap_status acre_heap_check_address(acre_heap *heap, const void *address, acre_heap_finding *finding)
{
  uintptr_t saved;
  acre_heap_slot *slot = section_owner(heap, address, &saved);
  return (slot == NULL) ? ACRE_HEAP_OUTSIDE : check_slot(heap, slot, saved, finding);
}

/* At the beginning of a region. */
static void cursor_begin(acre_heap_check_cursor *cursor, acre_region_id id, uint32_t changes)
{
  cursor->region = id;
  cursor->done = false;
  cursor->changes = changes;
  cursor->at.at = 0u;
  cursor->at.start = 0u;
  cursor->at.end = 0u;
  cursor->at.used = 0u;
  cursor->at.blocks = 0u;
  cursor->at.runs = 0u;
}

/* Into the section of the region in hand, or of the next one if that is done or
 * gone; NULL, and no lock held, after the last. */
static acre_heap_slot *cursor_enter(acre_heap *heap, acre_caps caps, acre_heap_check_cursor *cursor, uintptr_t *saved)
{
  uintptr_t state = lock_acquire(&heap->lock);
  acre_heap_slot *slot = cursor->done ? NULL : slot_find(heap, cursor->region);
  bool begin = slot == NULL;
  if (begin) {
    slot = slot_next_meant(heap, caps, cursor->region);
  }
  if (slot == NULL) {
    lock_release(&heap->lock, state);
  } else {
    *saved = section_enter(heap, slot, state);
    if (begin || (cursor->changes != slot->changes)) {
      cursor_begin(cursor, slot->id, slot->changes);
    }
  }
  return slot;
}

acre_heap_status acre_heap_check_step(acre_heap *heap, acre_caps caps, acre_heap_check_cursor *cursor, uint32_t budget,
                                      acre_heap_finding *finding)
{
  acre_finding found;
  acre_status status = ACRE_OK;
  acre_region_id id = ACRE_NO_REGION;
  bool ended = true;
  uintptr_t saved;
  acre_heap_slot *slot = cursor_enter(heap, caps, cursor, &saved);
  found.rule = ACRE_RULE_NONE;
  found.where = 0u;
  if (slot != NULL) {
    id = slot->id;
    status = acre_region_check_step(&slot->region, &cursor->at, budget, &found);
    section_end(heap, slot, saved);
    cursor->done = status != ACRE_CHECK_MORE;
    ended = false;
  }
  if (!ended && (status == ACRE_OK)) {
    /* this region is right; there may be more */
    status = ACRE_CHECK_MORE;
  }
  return checked(status, id, &found, finding);
}

acre_heap_status acre_heap_check(acre_heap *heap, acre_caps caps, acre_heap_finding *finding)
{
  acre_heap_check_cursor cursor;
  acre_heap_status status;
  cursor_begin(&cursor, ACRE_NO_REGION, 0u);
  do {
    status = acre_heap_check_step(heap, caps, &cursor, UINT32_MAX, finding);
  } while (status == ACRE_HEAP_CHECK_MORE);
  return status;
}
