/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the heap's unit tests share: three regions, and hooks that take notes. */
#ifndef ACRE_TESTS_HEAP_SUPPORT_H
#define ACRE_TESTS_HEAP_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <acre/heap.h>

#define CAN_DEFAULT 1u
#define CAN_INTERNAL 2u
#define CAN_DMA 4u
#define CAN_EXTERNAL 8u
#define NOBODY 16u /* a capability that no region has */

#define SLOTS 8u
#define ROOM 4096u

/* Notes of the hooks, newest call. */
typedef struct notes {
  uint32_t failed, allocated, resized, freed, faults, low, removed;
  size_t failed_size;
  acre_caps failed_caps;
  const char *failed_function;
  void *allocated_block;
  size_t allocated_size;
  acre_caps allocated_caps;
  void *resized_block;
  size_t resized_size;
  acre_caps resized_caps;
  void *freed_block;
  acre_heap_status fault_kind;
  const void *fault_pointer;
  acre_region_id fault_region;
  acre_region_id removed_region;
  void *spare;     /* the low-memory hook frees it, */
  acre_heap *heap; /* in this heap, */
  bool low_answer; /* and answers so */
} notes;

typedef struct fixture {
  acre_heap heap;
  acre_heap_slot slots[SLOTS];
  notes notes;
  acre_region_id internal, dma, external;
} fixture;

/* Memory of the three regions; the metadata of each stand in front of it. */
extern uint8_t memory[3][ROOM];

/* An empty heap with all hooks. */
void fixture_empty(fixture *f);

/*
 * internal: 1 KiB, DEFAULT and INTERNAL on priority 0
 * dma:      2 KiB, DMA on priority 0, DEFAULT and INTERNAL on 1
 * external: 4 KiB, EXTERNAL on 0, DEFAULT on 2, granule 32
 */
void fixture_open(fixture *f);

/* The metadata of all regions are right. */
void fixture_close(fixture *f);

/* An area with metadata at its start and one mask on priority 0. */
acre_heap_area area_at(void *address, size_t size, acre_caps caps);

/* The region in which a block lies. */
acre_region_id home(fixture *f, const void *block);

/* Everything that may not change when something is refused: heap, slots and
 * metadata, but for the counters of failure. */
typedef struct snapshot {
  uint8_t bytes[sizeof(acre_heap) + SLOTS * sizeof(acre_heap_slot) + 8192u];
  size_t length;
} snapshot;

void snapshot_take(snapshot *s, const fixture *f);
void snapshot_same(const snapshot *s, const fixture *f);

#endif
