/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Leaving a region that may go with its last block. */
#ifndef ACRE_SRC_HEAP_LEAVE_H
#define ACRE_SRC_HEAP_LEAVE_H

#include "lock.h"

#ifdef __FRAMAC__
#include "heap_leave.acsl"
#endif

/* Frees the blocks that hold ranges of this region from holding them. */
/*@ requires memory: SlotsMem(heap) && LockOk(&heap->lock) && IsSlot(heap, slot);
    requires hosts: HostsOf(heap, slot);
    assigns heap->slots[0 .. heap->capacity - 1].pins, heap->slots[0 .. heap->capacity - 1].nested,
            heap->slots[0 .. heap->capacity - 1].state;
    ensures T14_left: HostsLeft{Pre,Post}(heap, \old(slot->area_host), \old(slot->metadata_host));
    ensures pins: SamePins{Pre,Post}(heap, \null);
    ensures states: SameStates{Pre,Post}(heap, \null);
 */
void acre_heap_leave_hosts_(acre_heap *heap, const acre_heap_slot *slot);

/* Takes a region that is LEAVING out of the heap, and tells the hook. */
/*@ requires may: MayLeave(heap, slot);
    requires empty: slot->region.blocks == 0;
    assigns heap->slots[0 .. heap->capacity - 1].pins, heap->slots[0 .. heap->capacity - 1].nested,
            heap->slots[0 .. heap->capacity - 1].state, heap->joint,
            heap->watches[0 .. heap->watch_count - 1];
    ensures T14_gone: !Taken(slot) && SameStates{Pre,Post}(heap, slot);
    ensures T14_left: HostsLeft{Pre,Post}(heap, \old(slot->area_host), \old(slot->metadata_host));
    ensures T7_removed: JointRemoved{Pre,Post}(heap, slot, slot->total);
    ensures pins: SamePins{Pre,Post}(heap, \null);
 */
void acre_heap_retire_(acre_heap *heap, acre_heap_slot *slot);

/* Out of the section, and what comes of it. */
/*@ requires may: MayLeave(heap, slot);
    requires pinned: 1 <= slot->pins;
    assigns heap->slots[0 .. heap->capacity - 1].pins, heap->slots[0 .. heap->capacity - 1].nested,
            heap->slots[0 .. heap->capacity - 1].state, heap->joint,
            heap->watches[0 .. heap->watch_count - 1];
    ensures pins: slot->pins == \old(slot->pins) - 1 && SamePins{Pre,Post}(heap, slot);
    ensures T14_others: SameStates{Pre,Post}(heap, slot);
    ensures T14_stays: !\old(Leaves(slot)) ==> slot->state == \old(slot->state) && SameNested{Pre,Post}(heap) &&
      SameUsed{Pre,Post}(heap, slot);
    ensures T14_gone: \old(Leaves(slot)) ==> !Taken(slot) && JointRemoved{Pre,Post}(heap, slot, slot->total) &&
      HostsLeft{Pre,Post}(heap, \old(slot->area_host), \old(slot->metadata_host));
 */
static inline void section_end(acre_heap *heap, acre_heap_slot *slot, uintptr_t saved)
{
  if (section_leave(heap, slot, saved)) {
    acre_heap_retire_(heap, slot);
  }
}

#endif
