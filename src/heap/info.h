/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What is told of a region. */
#ifndef ACRE_SRC_HEAP_INFO_H
#define ACRE_SRC_HEAP_INFO_H

#include <acre/heap.h>

#include "slot.h"

#ifdef __FRAMAC__
#include "heap_info.acsl"
#endif

/* Under the heap's lock. */
/*@ requires memory: \valid_read(slot) && \valid(info) && \separated(slot, info);
    requires area: RangeOk(&slot->area);
    assigns *info \from *slot;
    ensures id: info->id == \old(slot->id);
    ensures name: info->name == \old(slot->name);
    ensures address: info->address == \old(slot->area.first);
    ensures size: info->size == (size_t)(\old(slot->area.last) - \old(slot->area.first) + 1);
    ensures caps_0: info->caps[0] == \old(slot->caps[0]);
    ensures caps_1: info->caps[1] == \old(slot->caps[1]);
    ensures caps_2: info->caps[2] == \old(slot->caps[2]);
    ensures reserve: info->reserve == \old(slot->reserve);
    ensures reserved: info->reserved == \old(slot->reserved);
    ensures draining: info->draining != 0 <==> \old(Draining(slot));
 */
static inline void slot_info(const acre_heap_slot *slot, acre_heap_info *info)
{
  /*@ assert range: slot->area.first <= slot->area.last; */
  size_t size = (size_t)(slot->area.last - slot->area.first) + 1u;
  /*@ assert size: size == (size_t)(slot->area.last - slot->area.first + 1); */
  info->id = slot->id;
  info->name = slot->name;
  info->address = slot->area.first;
  info->size = size;
  info->caps[0] = slot->caps[0];
  info->caps[1] = slot->caps[1];
  info->caps[2] = slot->caps[2];
  info->reserve = slot->reserve;
  info->reserved = slot->reserved;
  info->draining = slot->state == SLOT_DRAINING;
}

#endif
