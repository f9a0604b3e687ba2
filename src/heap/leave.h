/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Leaving a region that may go with its last block. */
#ifndef ACRE_SRC_HEAP_LEAVE_H
#define ACRE_SRC_HEAP_LEAVE_H

#include "lock.h"

/* Frees the blocks that hold ranges of this region from holding them. */
void acre_heap_leave_hosts_(acre_heap *heap, const acre_heap_slot *slot);

/* Takes a region that is LEAVING out of the heap, and tells the hook. */
void acre_heap_retire_(acre_heap *heap, acre_heap_slot *slot);

/* Out of the section, and what comes of it. */
static inline void section_end(acre_heap *heap, acre_heap_slot *slot, uintptr_t saved)
{
  if (section_leave(heap, slot, saved)) {
    acre_heap_retire_(heap, slot);
  }
}

#endif
