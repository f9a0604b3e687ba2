/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Blocks of one region, in its section. */
#ifndef ACRE_SRC_HEAP_BLOCK_H
#define ACRE_SRC_HEAP_BLOCK_H

#include "account.h"
#include "place.h"
#include "status.h"

#ifdef __FRAMAC__
#include "heap_block.acsl"
#include "shift.acsl"
#endif

/* A reserve of `bytes` in whole granules, at most the region. */
/*@ requires slot: \valid_read(slot) && RegionRange(&slot->region) && 0 < slot->region.base;
    requires base: slot->region.base == (slot->region.base >> slot->region.shift) << slot->region.shift;
    requires granule: slot->granule == Pow2(slot->region.shift);
    requires total: slot->total == slot->region.granules << slot->region.shift;
    assigns \result \from slot->region.shift, slot->granule, slot->total, bytes;
    ensures T12_all: slot->total <= bytes ==> \result == slot->total;
    ensures T12_enough: bytes < slot->total ==> bytes <= \result < bytes + Pow2(slot->region.shift);
    ensures T12_whole: bytes < slot->total ==> (\result >> slot->region.shift) << slot->region.shift == \result;
 */
static inline size_t whole_reserve(size_t bytes, const acre_heap_slot *slot)
{
  uint32_t shift = slot->region.shift;
  return (bytes < slot->total) ? (((bytes + (slot->granule - 1u)) >> shift) << shift) : slot->total;
}

/* The bytes of the live block that starts at `block`; 0 if none does. */
/*@ requires slot: \valid_read(slot);
    requires region: Region(&slot->region);
    assigns \result \from *slot, slot->region.tag[0 .. slot->region.granules - 1], block;
    ensures T5_block: \forall integer g; BlockAt(&slot->region, (void *)block, g) ==> \result == BytesAt(&slot->region, g);
    ensures T5_none: \result == 0 <==> !\exists integer g; BlockAt(&slot->region, (void *)block, g);
    ensures T1_end: \result != 0 ==> (uintptr_t)block + \result <= UINTPTR_MAX + 1;
 */
static inline size_t slot_bytes_at(const acre_heap_slot *slot, const void *block)
{
  /*@ assert bounded: Bounded(slot->region.tag, slot->region.frontier); */
  /*@ assert end: \forall integer g; LiveAt(&slot->region, g) ==>
        g + SizeAt(&slot->region, g) <= slot->region.granules; */
  /*@ assert top: \forall integer g; LiveAt(&slot->region, g) ==>
        ((g + SizeAt(&slot->region, g)) << slot->region.shift) <= (slot->region.granules << slot->region.shift); */
  /*@ assert sum: \forall integer g; LiveAt(&slot->region, g) ==>
        ((g + SizeAt(&slot->region, g)) << slot->region.shift) ==
        (g << slot->region.shift) + BytesAt(&slot->region, g); */
  return acre_region_usable_size(&slot->region, block);
}

/* The metadata are not what they were. */
/*@ requires memory: SlotMem(heap, slot);
    assigns slot->changes;
    ensures changes: slot->changes != \old(slot->changes);
    ensures T7_same: SameUsed{Pre,Post}(heap, slot);
 */
static inline void slot_changed(acre_heap_slot *slot)
/*@ ghost (acre_heap *heap) */
{
  slot->changes += 1u;
  /*@ assert table: SameTable{Pre,Here}(heap, slot); */
  /*@ assert joint: SameWatch{Pre,Here}(&heap->joint); */
  /*@ assert same_caps: SAME_FIELD(caps); */
  /*@ assert same_total: SAME_FIELD(total); */
  /*@ assert same_used: SAME_FIELD(used); */
  /*@ assert same_low: SAME_FIELD(low); */
  /*@ assert same_saved_low: SAME_FIELD(saved_low); */
  /*@ assert same_peak: SAME_FIELD(peak); */
  /*@ assert same_saved_peak: SAME_FIELD(saved_peak); */
  /*@ assert watches: SameWatches{Pre,Here}(heap->watches, heap->watch_count); */
}

/* A block of `size` bytes was taken: so many more are used. */
/*@ requires memory: SlotMem(heap, slot);
    requires right: WatchesOk(heap);
    requires room: RoomToGrow(heap, slot, size);
    assigns slot->changes, slot->allocated, heap->allocated, heap->joint,
      heap->watches[0 .. heap->watch_count - 1];
    ensures changes: slot->changes != \old(slot->changes);
    ensures T7_failed: slot->failed == \old(slot->failed);
    ensures T7_more: MoreUsed{Pre,Post}(heap, slot, size);
 */
static inline void slot_took(acre_heap *heap, acre_heap_slot *slot, size_t size)
{
  slot_changed(slot) /*@ ghost (heap) */;
  /*@ assert apart: \separated(slot, heap->watches + (0 .. heap->watch_count - 1)); */
  account_grown(heap, slot, size);
}

/* A request found no place in the region. */
/*@ requires memory: SlotMem(heap, slot);
    assigns slot->failed;
    ensures T7_failed: slot->failed == \min(\old(slot->failed) + 1, UINT64_MAX);
    ensures T7_same: SameUsed{Pre,Post}(heap, slot);
 */
static inline void slot_missed(acre_heap_slot *slot)
/*@ ghost (acre_heap *heap) */
{
  slot->failed = add_saturating(slot->failed, 1u);
  /*@ assert table: SameTable{Pre,Here}(heap, slot); */
  /*@ assert joint: SameWatch{Pre,Here}(&heap->joint); */
  /*@ assert same_caps: SAME_FIELD(caps); */
  /*@ assert same_total: SAME_FIELD(total); */
  /*@ assert same_used: SAME_FIELD(used); */
  /*@ assert same_low: SAME_FIELD(low); */
  /*@ assert same_saved_low: SAME_FIELD(saved_low); */
  /*@ assert same_peak: SAME_FIELD(peak); */
  /*@ assert same_saved_peak: SAME_FIELD(saved_peak); */
  /*@ assert watches: SameWatches{Pre,Here}(heap->watches, heap->watch_count); */
}

/* A block for a request, or NULL; counted. */
/*@ requires memory: SlotMem(heap, slot);
    requires region: Region(&slot->region);
    requires right: WatchesOk(heap);
    requires room: RoomToGrow(heap, slot, IdleBytes(&slot->region));
    assigns slot->region.tag[0 .. slot->region.granules - 1], slot->region.index[0 .. slot->region.nodes - 1],
            slot->region.frontier, slot->region.used, slot->region.blocks, slot->region.runs, slot->region.peak, acre_steps,
            slot->failed, slot->changes, slot->allocated, heap->allocated, heap->joint, heap->watches[0 .. heap->watch_count - 1];
    ensures region: Region(&slot->region);
    ensures T12_here: alignment == 1 ==> (\result == \null <==> !FitsHere{Pre}(slot, caps, size));
    ensures T2_lowest: alignment == 1 ==> \result != \null ==> TakenHere{Pre,Post}(\at(&slot->region,Pre), \result, size);
    ensures T12_reserve: !Allows{Pre}(slot, caps, size) ==> \result == \null;
    ensures T2_alignment: alignment != 1 ==> (\forall integer o; 0 <= o ==> alignment != Pow2(o)) ==> \result == \null;
    ensures T2_zero: size == 0 ==> \result == \null;
    ensures T2_aligned: alignment != 1 ==> Allows{Pre}(slot, caps, size) ==> size != 0 ==> \forall integer o; 0 <= o ==>
      alignment == Pow2(o) ==> AlignedResult{Pre,Post}(\at(&slot->region,Pre), \result, OrderAbove(\old(slot->region.shift), o), size);
    ensures T7_more: \result != \null ==>
      MoreUsed{Pre,Post}(heap, slot, Granules(\at(slot->region.shift,Pre), size) << \at(slot->region.shift,Pre));
    ensures T7_failed: slot->failed == (\result == \null ? \min(\old(slot->failed) + 1, UINT64_MAX) : \old(slot->failed));
    ensures changes: slot->changes != \old(slot->changes) <==> \result != \null;
    ensures T3_refused: \result == \null ==> Unchanged{Pre,Post}(\at(&slot->region,Pre)) && SameUsed{Pre,Post}(heap, slot);
    ensures T10_steps: acre_steps <=
      \old(StepsAligned(slot->region.width, slot->region.first_leaf, slot->region.granules));
 */
static inline void *slot_alloc(acre_heap *heap, acre_heap_slot *slot, acre_caps caps, size_t alignment, size_t size)
{
  /*@ ghost acre_steps = 0u; */
  /*@ assert apart: \forall integer i; 0 <= i < heap->watch_count ==> \separated(slot, heap->watches + i); */
  void *block = slot_place(slot, caps, alignment, size);
  /*@ ghost Placed: ; */
  /*@ assert count: heap->watch_count == \at(heap->watch_count,Pre); */
  /*@ assert memory: SlotMem(heap, slot); */
  /*@ assert first: slot->caps[0] == \at(slot->caps[0],Pre); */
  /*@ assert second: slot->caps[1] == \at(slot->caps[1],Pre); */
  /*@ assert third: slot->caps[2] == \at(slot->caps[2],Pre); */
  /*@ assert table: SameTable{Pre,Here}(heap, slot); */
  /*@ assert steps: acre_steps <= \at(StepsAligned(slot->region.width, slot->region.first_leaf, slot->region.granules),Pre); */
  /*@ assert aligned: alignment != 1 ==> Allows{Pre}(slot, caps, size) ==> size != 0 ==> \forall integer o; 0 <= o ==>
        alignment == Pow2(o) ==> AlignedResult{Pre,Here}(&slot->region, block, OrderAbove(\at(slot->region.shift,Pre), o), size); */
  /*@ assert joint: SameWatch{Pre,Here}(&heap->joint); */
  /*@ assert same_caps: SAME_FIELD(caps); */
  /*@ assert same_total: SAME_FIELD(total); */
  /*@ assert same_used: SAME_FIELD(used); */
  /*@ assert same_low: SAME_FIELD(low); */
  /*@ assert same_saved_low: SAME_FIELD(saved_low); */
  /*@ assert same_peak: SAME_FIELD(peak); */
  /*@ assert same_saved_peak: SAME_FIELD(saved_peak); */
  /*@ assert watches: SameWatches{Pre,Here}(heap->watches, heap->watch_count); */
  /*@ assert same_used: SameUsed{Pre,Here}(heap, slot); */
  if (block == NULL) {
    slot_missed(slot) /*@ ghost (heap) */;
  } else {
    size_t bytes = slot_bytes_at(slot, block);
    /*@ assert taken: TakenAt{Pre,Here}(&slot->region, block, Granules(slot->region.shift, size)); */
    /*@ assert at: \exists integer g; BlockAt(&slot->region, block, g) &&
          SizeAt(&slot->region, g) == Granules(slot->region.shift, size); */
    /*@ assert bytes: bytes == Granules(slot->region.shift, size) << slot->region.shift; */
    /*@ assert room: bytes <= \at(IdleBytes(&slot->region),Pre); */
    slot_took(heap, slot, bytes);
  }
  /*@ assert same: RegionSame{Placed,Here}(&slot->region); */
  /*@ assert kept: Unchanged{Placed,Here}(&slot->region); */
  /*@ assert memory: RegionMem(&slot->region); */
  /*@ assert right: Region(&slot->region); */
  /*@ assert blocks: BlocksStay{Placed,Here}(&slot->region); */
  return block;
}

/* A range of a region lies in a range. */
/*@ requires memory: \valid_read(slot) && \valid_read(range);
    assigns \result \from *slot, *range;
    ensures inside: \result <==> Taken(slot) &&
      (Inside(&slot->area, range) || (slot->elsewhere != 0 && Inside(&slot->metadata, range)));
 */
static inline bool slot_inside(const acre_heap_slot *slot, const acre_range *range)
{
  return (slot->state != SLOT_FREE) &&
         (range_inside(&slot->area, range) || (slot->elsewhere && range_inside(&slot->metadata, range)));
}

/* A range of another region lies in the live block of `size` bytes; none does
 * in no block, of 0 bytes.  A block as large as its region holds that, too, but
 * then it also holds what is nested. */
/*@ requires memory: SlotsRead(heap) && \valid_read(slot) && LockOk(&heap->lock) && LockOk(&slot->lock);
    assigns \result \from *heap, heap->slots[0 .. heap->capacity - 1], *slot, block, size;
    ensures T13_none: size == 0 ==> !\result;
    ensures T13_hosts: 1 <= size ==> (uintptr_t)block + size <= UINTPTR_MAX + 1 ==>
      (\result <==> Hosts(heap, slot, (uintptr_t)block, size));
 */
static inline bool slot_hosts(const acre_heap *heap, const acre_heap_slot *slot, const void *block, size_t size)
{
  bool hosts = false;
  acre_range range;
  if ((slot->nested != 0u) && range_of((uintptr_t)block, size, &range)) {
    uintptr_t saved = section_lock_heap(heap, slot);
    /*@ loop invariant bound: 0 <= i <= heap->capacity;
        loop invariant hosts: hosts ==> \exists integer j; 0 <= j < heap->capacity &&
          HoldsSlot((uintptr_t)block, size, heap->slots + j);
        loop invariant none: !hosts ==> \forall integer j; 0 <= j < i ==>
          !HoldsSlot((uintptr_t)block, size, heap->slots + j);
        loop assigns i, hosts;
        loop variant heap->capacity - i;
     */
    for (uint32_t i = 0u; (i < heap->capacity) && !hosts; i++) {
      hosts = slot_inside(&heap->slots[i], &range);
      /*@ assert holds: hosts <==> HoldsSlot((uintptr_t)block, size, heap->slots + i); */
    }
    section_unlock_heap(heap, slot, saved);
  }
  return hosts;
}

/* A block of `size` bytes was freed: so many fewer are used. */
/*@ requires memory: SlotMem(heap, slot);
    requires room: RoomToShrink(heap, slot, size);
    assigns slot->changes, slot->freed, heap->freed, heap->joint, heap->watches[0 .. heap->watch_count - 1];
    ensures changes: slot->changes != \old(slot->changes);
    ensures T7_less: LessUsed{Pre,Post}(heap, slot, size);
 */
static inline void slot_freed(acre_heap *heap, acre_heap_slot *slot, size_t size)
{
  slot_changed(slot) /*@ ghost (heap) */;
  /*@ assert apart: \separated(slot, heap->watches + (0 .. heap->watch_count - 1)); */
  account_shrunk(heap, slot, size);
}

/* Frees, or says why not. */
/*@ requires memory: SlotMem(heap, slot) && SlotsRead(heap);
    requires region: Region(&slot->region);
    requires room: RoomToShrink(heap, slot, UsedBytes(&slot->region));
    assigns slot->region.tag[0 .. slot->region.granules - 1], slot->region.index[0 .. slot->region.nodes - 1],
            slot->region.frontier, slot->region.used, slot->region.blocks, slot->region.runs, acre_steps,
            slot->changes, slot->freed, heap->freed, heap->joint, heap->watches[0 .. heap->watch_count - 1];
    ensures region: Region(&slot->region);
    ensures T5_status: \result \in {ACRE_HEAP_OK, ACRE_HEAP_OUTSIDE, ACRE_HEAP_NOT_A_BLOCK, ACRE_HEAP_HOST};
    ensures T13_host: \result == ACRE_HEAP_HOST <==> IsHost{Pre}(heap, slot, block);
    ensures T5_exact: \result == ACRE_HEAP_OK <==> (\exists integer g; BlockAt{Pre}(\at(&slot->region,Pre), block, g)) &&
      !IsHost{Pre}(heap, slot, block);
    ensures T5_outside: \result == ACRE_HEAP_OUTSIDE <==> !(slot->region.base <= (uintptr_t)block <
      Address(slot->region.base, slot->region.shift, slot->region.granules));
    ensures T5_freed: \result == ACRE_HEAP_OK ==> \forall integer g; BlockAt{Pre}(\at(&slot->region,Pre), block, g) ==>
      Freed{Pre,Post}(\at(&slot->region,Pre), g) &&
      LessUsed{Pre,Post}(heap, slot, BytesAt{Pre}(\at(&slot->region,Pre), g));
    ensures changes: slot->changes != \old(slot->changes) <==> \result == ACRE_HEAP_OK;
    ensures T3_refused: \result != ACRE_HEAP_OK ==> Unchanged{Pre,Post}(\at(&slot->region,Pre)) &&
      SameUsed{Pre,Post}(heap, slot);
    ensures T10_steps: acre_steps <= \max(\old(acre_steps), StepsFree(slot->region.width, slot->region.first_leaf));
 */
static inline acre_heap_status slot_release(acre_heap *heap, acre_heap_slot *slot, void *block)
{
  size_t size = slot_bytes_at(slot, block);
  acre_heap_status status = ACRE_HEAP_HOST;
  /*@ assert host: IsHost(heap, slot, block) <==> size != 0 && Hosts(heap, slot, (uintptr_t)block, size); */
  if (!slot_hosts(heap, slot, block, size)) {
    /*@ ghost acre_steps = 0u; */
    status = acre_heap_status_of_(acre_region_free(&slot->region, block));
    /*@ ghost Freed: ; */
    if (status == ACRE_HEAP_OK) {
      /*@ assert room: size <= \at(UsedBytes(&slot->region),Pre); */
      /*@ assert same_used: SameUsed{Pre,Here}(heap, slot); */
      slot_freed(heap, slot, size);
    }
    /*@ assert same: RegionSame{Freed,Here}(&slot->region); */
    /*@ assert kept: Unchanged{Freed,Here}(&slot->region); */
    /*@ assert memory: RegionMem(&slot->region); */
    /*@ assert right: Region(&slot->region); */
    /*@ assert blocks: BlocksStay{Freed,Here}(&slot->region); */
  }
  return status;
}

/* Whether a live block of `before` bytes may have `size` bytes here. */
/*@ requires slot: \valid_read(slot);
    requires region: Region(&slot->region);
    assigns \result \from *slot, slot->region.index[0], before, caps, size;
    ensures T9_verdict: MayResize(slot, before, caps, size, \result);
 */
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

/* A block had `before` bytes and has `after` now. */
/*@ requires memory: SlotMem(heap, slot);
    requires right: WatchesOk(heap);
    requires more: before < after ==> RoomToGrow(heap, slot, after - before);
    requires less: after < before ==> RoomToShrink(heap, slot, before - after);
    assigns slot->changes, heap->joint, heap->watches[0 .. heap->watch_count - 1],
      heap->allocated, slot->allocated, heap->freed, slot->freed;
    ensures changes: slot->changes != \old(slot->changes);
    ensures T7_more: before < after ==> MoreUsed{Pre,Post}(heap, slot, after - before);
    ensures T7_less: after < before ==> LessUsed{Pre,Post}(heap, slot, before - after);
    ensures T7_same: before == after ==> SameUsed{Pre,Post}(heap, slot);
 */
static inline void slot_resized(acre_heap *heap, acre_heap_slot *slot, size_t before, size_t after)
{
  slot_changed(slot) /*@ ghost (heap) */;
  /*@ assert apart: \separated(slot, heap->watches + (0 .. heap->watch_count - 1)); */
  account_resized(heap, slot, before, after);
}

/* Whether the block of `before` bytes, 0 if it is none, may have `size` bytes
 * here; what is no block is left to the region to refuse. */
/*@ requires memory: SlotsRead(heap) && \valid_read(slot) && LockOk(&heap->lock) && LockOk(&slot->lock);
    requires region: Region(&slot->region);
    requires fits: before != 0 ==> (uintptr_t)block + before <= UINTPTR_MAX + 1;
    assigns \result \from *heap, heap->slots[0 .. heap->capacity - 1], *slot, slot->region.index[0], block, before, caps, size;
    ensures T9_none: before == 0 ==> \result == ACRE_HEAP_OK;
    ensures T13_host: \result == ACRE_HEAP_HOST <==> before != 0 && Hosts(heap, slot, (uintptr_t)block, before);
    ensures T9_verdict: before != 0 ==> !Hosts(heap, slot, (uintptr_t)block, before) ==>
      MayResize(slot, before, caps, size, \result);
 */
static inline acre_heap_status slot_permits(const acre_heap *heap, const acre_heap_slot *slot, const void *block,
                                            size_t before, acre_caps caps, size_t size)
{
  acre_heap_status status = ACRE_HEAP_OK;
  if (slot_hosts(heap, slot, block, before)) {
    status = ACRE_HEAP_HOST;
  } else if (before != 0u) {
    status = slot_may_resize(slot, before, caps, size);
  } else {
    /* not a block; the region says why */
  }
  return status;
}

/* Resizes in place, or says why not.  *before: bytes of the block so far. */
/*@ requires memory: SlotMem(heap, slot) && SlotsRead(heap);
    requires before: \valid(before) && \separated(before, heap) && \separated(before, slot) &&
      \separated(before, heap->slots + (0 .. heap->capacity - 1)) &&
      \separated(before, heap->watches + (0 .. heap->watch_count - 1));
    requires region: Region(&slot->region);
    requires right: WatchesOk(heap);
    requires room: CountedHere(heap, slot);
    assigns slot->region.tag[0 .. slot->region.granules - 1], slot->region.index[0 .. slot->region.nodes - 1],
            slot->region.frontier, slot->region.used, slot->region.runs, slot->region.peak, acre_steps,
            slot->changes, heap->joint, heap->watches[0 .. heap->watch_count - 1],
            heap->allocated, slot->allocated, heap->freed, slot->freed, *before;
    ensures region: Region(&slot->region);
    ensures T9_before: \forall integer g; BlockAt{Pre}(\at(&slot->region,Pre), block, g) ==>
      *before == BytesAt{Pre}(\at(&slot->region,Pre), g);
    ensures T9_none: *before == 0 <==> !\exists integer g; BlockAt{Pre}(\at(&slot->region,Pre), block, g);
    ensures T13_host: \result == ACRE_HEAP_HOST <==> IsHost{Pre}(heap, slot, block);
    ensures T9_refused: \result == ACRE_HEAP_OUTSIDE || \result == ACRE_HEAP_NOT_A_BLOCK <==> *before == 0;
    ensures T9_outside: \result == ACRE_HEAP_OUTSIDE <==> !(slot->region.base <= (uintptr_t)block <
      Address(slot->region.base, slot->region.shift, slot->region.granules));
    ensures T9_may: *before != 0 ==> !IsHost{Pre}(heap, slot, block) ==>
      ResizeVerdict{Pre}(slot, *before, caps, size, \result);
    ensures T9_exact: \forall integer g; BlockAt{Pre}(\at(&slot->region,Pre), block, g) ==>
      (\result == ACRE_HEAP_OK <==> !IsHost{Pre}(heap, slot, block) && size != 0 &&
        MayResize{Pre}(slot, *before, caps, size, ACRE_HEAP_OK) &&
        RoomAt{Pre}(\at(&slot->region,Pre), g, Granules(slot->region.shift, size)));
    ensures T9_resized: \result == ACRE_HEAP_OK ==> \forall integer g; BlockAt{Pre}(\at(&slot->region,Pre), block, g) ==>
      Resized{Pre,Post}(\at(&slot->region,Pre), g, Granules(slot->region.shift, size));
    ensures T7_resized: \result == ACRE_HEAP_OK ==>
      ChangedBytes{Pre,Post}(heap, slot, *before, Granules(slot->region.shift, size) << slot->region.shift);
    ensures changes: slot->changes != \old(slot->changes) <==> \result == ACRE_HEAP_OK;
    ensures T3_refused: \result != ACRE_HEAP_OK ==> Unchanged{Pre,Post}(\at(&slot->region,Pre)) &&
      SameUsed{Pre,Post}(heap, slot);
    ensures T10_steps: acre_steps <= \max(\old(acre_steps), StepsFree(slot->region.width, slot->region.first_leaf));
 */
static inline acre_heap_status slot_resize(acre_heap *heap, acre_heap_slot *slot, void *block, acre_caps caps,
                                           size_t size, size_t *before)
{
  size_t bytes = slot_bytes_at(slot, block);
  acre_heap_status status;
  /*@ assert host: IsHost(heap, slot, block) <==> bytes != 0 && Hosts(heap, slot, (uintptr_t)block, bytes); */
  status = slot_permits(heap, slot, block, bytes, caps, size);
  if (status == ACRE_HEAP_OK) {
    /*@ ghost acre_steps = 0u; */
    status = acre_heap_status_of_(acre_region_resize(&slot->region, block, size));
    /*@ ghost Resized: ; */
    if (status == ACRE_HEAP_OK) {
      size_t after = slot_bytes_at(slot, block);
      /*@ assert after: after == Granules(slot->region.shift, size) << slot->region.shift; */
      /*@ assert more: bytes < after ==> after - bytes <= \at(IdleBytes(&slot->region),Pre); */
      /*@ assert less: after < bytes ==> bytes - after <= \at(UsedBytes(&slot->region),Pre); */
      /*@ assert same_used: SameUsed{Pre,Here}(heap, slot); */
      slot_resized(heap, slot, bytes, after);
    }
    /*@ assert same: RegionSame{Resized,Here}(&slot->region); */
    /*@ assert kept: Unchanged{Resized,Here}(&slot->region); */
    /*@ assert memory: RegionMem(&slot->region); */
    /*@ assert right: Region(&slot->region); */
    /*@ assert blocks: BlocksStay{Resized,Here}(&slot->region); */
  }
  *before = bytes;
  return status;
}

/* The live block or free run that holds an address; false if none does. */
/*@ requires memory: \valid_read(slot) && \valid(block) && \separated(block, slot);
    requires region: Region(&slot->region);
    assigns *block, acre_steps;
    ensures none: !\result ==> *block == \old(*block);
    ensures around: \result ==> HoldsAddress((uintptr_t)block->address, block->size, address);
    ensures chunk: \result ==> \exists integer g; ChunkIs(&slot->region, block, g);
 */
static inline bool slot_block_around(const acre_heap_slot *slot, uintptr_t address, acre_block *block)
{
  acre_iterator iterator;
  acre_block at;
  bool found = false;
  iterator.granule = 0u;
  /*@ ghost acre_steps = 0u; */
  /*@ loop invariant at: 0 <= iterator.granule <= slot->region.granules;
      loop invariant steps: acre_steps == 0;
      loop invariant none: !found ==> *block == \at(*block,Pre);
      loop invariant around: found ==> HoldsAddress((uintptr_t)block->address, block->size, address);
      loop invariant chunk: found ==> \exists integer g; ChunkIs(&slot->region, block, g);
      loop assigns iterator, at, found, *block, acre_steps;
      loop variant slot->region.granules - iterator.granule;
   */
  while (!found && acre_region_next(&slot->region, &iterator, &at)) {
    uintptr_t start = (uintptr_t)at.address;
    /*@ assert step: \at(iterator.granule,LoopCurrent) < iterator.granule <= slot->region.granules; */
    /*@ assert here: \exists integer g; ChunkIs(&slot->region, &at, g); */
    if ((address >= start) && ((address - start) < at.size)) {
      block->address = at.address;
      block->size = at.size;
      block->live = at.live;
      found = true;
    }
    /*@ ghost acre_steps = 0u; */
  }
  return found;
}

#endif
