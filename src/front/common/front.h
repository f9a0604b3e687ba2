/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the fronts have in common: requests to the default heap, and what is
 * told of them.  Internal to src/front. */
#ifndef ACRE_SRC_FRONT_H
#define ACRE_SRC_FRONT_H

#include <acre/fronts.h>

/* A request of a program. */
typedef struct front_call {
  size_t size;           /* bytes, as asked for; the fronts handle 0 */
  size_t alignment;      /* a power of two; 1 for none */
  const acre_caps *caps; /* masks, in the order in which they are tried */
  uint32_t count;
  bool zeroed;
  size_t told_size; /* what the failed hook is told */
  acre_caps told_caps;
  const char *function;
  const void *caller;
} front_call;

/* A call with one mask. */
static inline void front_call_one(front_call *call, size_t size, const acre_caps *caps, const char *function,
                                  const void *caller)
{
  call->size = size;
  call->alignment = 1u;
  call->caps = caps;
  call->count = 1u;
  call->zeroed = false;
  call->told_size = size;
  call->told_caps = *caps;
  call->function = function;
  call->caller = caller;
}

static inline bool front_power_of_two(size_t number)
{
  return (number != 0u) && ((number & (number - 1u)) == 0u);
}

/* ---- The default heap (alloc.c, once for each debug layer) ------------------------ */

/* heap: the default heap, as acre_front_heap gives it; what starts it is called with it. */

/* NULL, and the failed hook was told; a size of 0 is NULL without that. */
void *acre_front_alloc_(acre_heap *heap, const front_call *call);
/* A NULL block is allocated, size 0 frees.  NULL and nothing has changed, but
 * for the hooks, if there is no room or `block` is none. */
void *acre_front_realloc_(acre_heap *heap, void *block, const front_call *call);
void acre_front_free_(acre_heap *heap, void *block, const char *function, const void *caller);
/* Bytes that the program may use; 0, and a fault is told, if `block` is none. */
size_t acre_front_size_(const void *block, const char *function);
/* Whether `block` is a live block of the default heap. */
bool acre_front_is_block_(const void *block);
/* Free bytes without what the debug layer takes of one block; and what it takes
 * of so many blocks. */
size_t acre_front_net_(size_t bytes);
size_t acre_front_blocks_overhead_(size_t blocks);
/* Whether a call with one mask would get a block now. */
bool acre_front_fits_(const front_call *call);
/* Checks one region, and what the debug layer keeps in its blocks. */
bool acre_front_check_region_(acre_region_id id, bool print);
/* Fills memory that is about to become a region, if the layer does. */
void acre_front_prepare_(acre_heap *heap, const acre_heap_area *area);
/* As acre_front_add (heap.c). */
acre_heap_status acre_front_add_(acre_heap *to, const acre_heap_area *area, acre_region_id *id);

/* A call by the default masks (heap.c), for which there has to be room. */
void acre_front_call_default_(front_call *call, size_t size, acre_caps masks[2], const char *function,
                              const void *caller);

/* ---- Hooks (fault.c) ------------------------------------------------------------------ */

typedef void (*front_failed_hook)(size_t size, uint32_t caps, const char *function);
void acre_front_on_failed_(front_failed_hook hook);
void acre_front_failed_(const front_call *call);
void acre_front_fault_(acre_heap_status kind, const void *pointer, const char *function);
extern const acre_output acre_front_output_;

/* Of the trace.  leaving: before a block is freed or resized; what it returns,
 * left or resized gets afterwards. */
typedef struct front_observer {
  void (*allocated)(void *block, size_t size, acre_caps caps, const void *caller);
  void *(*leaving)(const void *block);
  void (*left)(void *record, bool gone, const void *caller);
  void (*resized)(void *record, void *block, size_t size, acre_caps caps, const void *caller);
} front_observer;
void acre_front_observe_(const front_observer *with);
const front_observer *acre_front_observer_(void);

/* ---- Owners (owners.c) ----------------------------------------------------------------- */

/* A block of `size` bytes comes to the current owner, whose number is returned. */
uint32_t acre_front_owner_enter_(size_t size);
void acre_front_owner_leave_(uint32_t owner, size_t size);
/* The same block has another size. */
void acre_front_owner_change_(uint32_t owner, size_t before, size_t after);
uintptr_t acre_front_owner_tag_(uint32_t owner);

#endif
