/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What the drop-in fronts share, and what acre offers beside them: the default
 * heap behind heap_caps, malloc and malloc_internal; static heaps in one line;
 * what a program may supply; owners of memory.  The fronts themselves are
 * src/front/: multi_heap.h, esp_heap_caps.h, ... under the names that programs
 * use already.
 */
#ifndef ACRE_FRONTS_H
#define ACRE_FRONTS_H

#include <acre/heap.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The default heap -------------------------------------------------------- */

/* Capabilities in the default heap: the bits of ESP-IDF, whose other flags a
 * region may have, too.  Without heap_caps only these matter. */
#define ACRE_CAP_32BIT 0x2u
#define ACRE_CAP_8BIT 0x4u
#define ACRE_CAP_EXTERNAL 0x400u
#define ACRE_CAP_INTERNAL 0x800u
#define ACRE_CAP_DEFAULT 0x1000u
/* What plain internal RAM can do. */
#define ACRE_CAPS_PLAIN (ACRE_CAP_DEFAULT | ACRE_CAP_INTERNAL | ACRE_CAP_8BIT | ACRE_CAP_32BIT)

/*
 * The heap that the fronts share.  At its first use it gets, in this order,
 *   what acre_front_setup adds, if the program has that function (heap_caps has
 *     one, which registers the board's memory),
 *   all static heaps (ACRE_HEAP, below),
 *   and if that is nothing, the memory from __heap_start to __heap_end, if the
 *     linker script names that.
 * A constructor uses it first, so that threads find it ready.  With a debug
 * layer, allocate from it through the fronts only: its blocks have a head.
 */
acre_heap *acre_front_heap(void);

/* As acre_heap_add, to the default heap.  The comprehensive layer fills the new
 * memory: with it, regions must not be added by acre_heap_add itself. */
acre_heap_status acre_front_add(const acre_heap_area *area, acre_region_id *id);

/* ---- What a program may supply ------------------------------------------------- */

/* All have a default in the library, but for acre_front_setup. */

void acre_front_setup(acre_heap *heap) __attribute__((weak));

/* Slots of the default heap, 8 by default: ACRE_FRONT_SLOTS(20); once in a source file. */
extern acre_heap_slot acre_front_slots[];
extern const uint32_t acre_front_slot_count;
#define ACRE_FRONT_SLOTS(count)             \
  acre_heap_slot acre_front_slots[(count)]; \
  const uint32_t acre_front_slot_count = (count)

/* Where reports and messages go.  The default: stdout. */
void acre_front_write(const char *text, size_t length);

/* The end, for misuse and corruption that no hook takes.  The default: a line
 * on stderr, and abort(). */
__attribute__((noreturn)) void acre_front_panic(const char *text);

/* The lock: libacre-lock-none.a, -irq, -spin and -pthread each have these.  lock:
 * what acre_front_lock gave, or an acre_port_lock of that kind. */
uintptr_t acre_front_acquire(void *lock);
void acre_front_release(void *lock, uintptr_t saved);
typedef enum acre_front_lock_of {
  ACRE_FRONT_LOCK_HEAP = 0, /* of the default heap */
  ACRE_FRONT_LOCK_TOOLS     /* of hooks, owners and trace; the heap's is never taken inside */
} acre_front_lock_of;
void *acre_front_lock(acre_front_lock_of which);

/* Time, for the heap trace; called under the lock of the tools.  The default
 * counts events. */
uint32_t acre_front_clock(void);

/* ---- Misuse ---------------------------------------------------------------------- */

/*
 * A pointer was refused, and nothing has changed.
 *   ACRE_HEAP_OUTSIDE, _NOT_A_BLOCK, _HOST  as acre_heap_free
 *   ACRE_HEAP_CORRUPT  a canary or a fill was overwritten
 * Without a hook a message is written, and acre_front_panic called.
 */
typedef void (*acre_front_fault_hook)(acre_heap_status kind, const void *pointer, const char *function);
void acre_front_on_fault(acre_front_fault_hook hook);

/* ---- Owners ----------------------------------------------------------------------- */

/* With libacre-owners.a, or a poison library, each block has an owner: what
 * acre_front_owner said when it was allocated.  The default says 0, "nobody". */
uintptr_t acre_front_owner(void);

typedef struct acre_owner {
  uintptr_t tag;
  size_t bytes;  /* in live blocks, as asked for */
  size_t peak;   /* most of `bytes` */
  size_t blocks; /* live ones */
} acre_owner;

/* Owners that are told apart; the memory of further ones counts for nobody. */
#define ACRE_OWNERS 16u

/* Fills in up to `capacity` owners, nobody first; how many there are. */
uint32_t acre_front_owners(acre_owner *list, uint32_t capacity);

/* ---- Static heaps --------------------------------------------------------------------- */

/*
 * ACRE_HEAP(name, size, caps): `size` bytes of static memory as a region of the
 * default heap.  ACRE_HEAP_IN(name, size, caps, section): in a section of the
 * linker script, with the name as a string: ".noinit", or memory of a
 * bootloader.  Neither takes room in flash, whatever the section is called;
 * what stands there beforehand does not matter.  In a source file, outside of
 * functions; those of a file are registered in their order.
 */
typedef struct acre_static_heap {
  const char *name;
  void *memory;
  size_t size;
  acre_caps caps;
} acre_static_heap;

#define ACRE_HEAP(name, size, caps)                                  \
  static uint8_t name##_memory[(size)] __attribute__((aligned(16))); \
  ACRE_HEAP_LISTED_(name, size, caps)
#define ACRE_HEAP_IN(name, size, caps, place)                                                      \
  static uint8_t name##_memory[(size)] __attribute__((aligned(16), section(place ACRE_NO_BITS_))); \
  ACRE_HEAP_LISTED_(name, size, caps)

/* GNU as takes the first of two descriptions of a section, and `#` hides the
 * compiler's own, which would be that of .data. */
#if defined(__clang__)
#define ACRE_NO_BITS_ ""
#define ACRE_IN_ORDER_
#else
#define ACRE_IN_ORDER_ no_reorder,
#define ACRE_NO_BITS_ ",\"aw\",@nobits#"
#endif
#define ACRE_HEAP_LISTED_(name, size, caps)                                           \
  static const acre_static_heap name##_heap = {#name, name##_memory, (size), (caps)}; \
  static const acre_static_heap *const name##_listed                                  \
      __attribute__((used, ACRE_IN_ORDER_ section("acre_static_heaps"))) = &name##_heap

#ifdef __cplusplus
}
#endif

#endif
