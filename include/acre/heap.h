/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * acre: a heap of several regions, told apart by what their memory can do.
 *
 * A heap is an object of the caller's, with room for as many regions as the
 * caller gives slots.  Each region is a region of acre/region.h: bookkeeping
 * beside the memory, exact first fit, exact refusal of every bad pointer.  The
 * heap chooses the region, finds the owner of a pointer, keeps statistics, and
 * calls hooks.  There is no global state, and nothing is allocated inside.
 */
#ifndef ACRE_HEAP_H
#define ACRE_HEAP_H

#include <acre/region.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Capabilities, regions, statuses ------------------------------------- */

/* A set of capabilities, one bit each.  What a bit means is the user's affair. */
typedef uint32_t acre_caps;

/* The priorities that a region gives its capabilities; 0 is tried first. */
#define ACRE_PRIORITIES 3u

/* Names a registered region.  Numbers rise in the order of registration and are
 * never used again, so that an old one never means another region. */
typedef uint32_t acre_region_id;
#define ACRE_NO_REGION 0u

typedef enum acre_heap_status {
  ACRE_HEAP_OK = 0,
  /* requests and pointers */
  ACRE_HEAP_NO_SPACE,    /* in place: the block and the free run behind it are too small, or the rest is reserved */
  ACRE_HEAP_BAD_SIZE,    /* size 0 */
  ACRE_HEAP_OUTSIDE,     /* the pointer lies in the payload of no region */
  ACRE_HEAP_NOT_A_BLOCK, /* in a region, but not the start of a live block: interior, free or misaligned */
  ACRE_HEAP_HOST,        /* a region, or the metadata of one, lies in the block: remove that first */
  ACRE_HEAP_NO_MATCH,    /* in place: the block's region lacks one of the capabilities */
  /* registration */
  ACRE_HEAP_NULL_ARGUMENT,     /* a pointer that must not be NULL is, or one lock hook without the other */
  ACRE_HEAP_NO_CAPABILITIES,   /* all masks are 0: nothing could be allocated there */
  ACRE_HEAP_TOO_SMALL,         /* not one granule fits, or metadata_size is too small */
  ACRE_HEAP_MISALIGNED,        /* metadata not aligned to 4, or payload not to the granule */
  ACRE_HEAP_RANGE_OVERFLOW,    /* a range passes the top of the address space */
  ACRE_HEAP_BAD_GRANULE,       /* not a power of two from 8 to 4096 */
  ACRE_HEAP_TOO_MANY_GRANULES, /* take a larger granule */
  ACRE_HEAP_TOO_LARGE,         /* the bytes of all regions together would pass SIZE_MAX */
  ACRE_HEAP_NO_SLOT,           /* all slots are taken: give acre_heap_init more, or remove a region */
  ACRE_HEAP_NOT_IN_BLOCK,      /* inside a region, but not inside one live block of it */
  ACRE_HEAP_TOUCHES_METADATA,  /* the range and metadata overlap, or metadata reach into or out of a region */
  ACRE_HEAP_ENCLOSES,          /* a registered region lies in the range */
  ACRE_HEAP_STRADDLES,         /* the range passes over an edge of a registered region */
  ACRE_HEAP_SAME_RANGE,        /* this range is registered already */
  ACRE_HEAP_UNKNOWN_REGION,    /* no region has this number (any more) */
  ACRE_HEAP_NOT_EMPTY,         /* remove: blocks are live; free them, or drain */
  ACRE_HEAP_BUSY,              /* an operation on it, or a registration, is under way: try again */
  ACRE_HEAP_DRAINING,          /* drain: goes with its last block; in place: no growth in a region that drains */
  /* monitor and check */
  ACRE_HEAP_NOT_MONITORED, /* monitor_stop without monitor_start */
  ACRE_HEAP_CHECK_MORE,    /* check_step: the budget is spent, call again */
  ACRE_HEAP_CORRUPT        /* check: metadata break a rule, see acre_heap_finding */
} acre_heap_status;

/* ---- Locks ----------------------------------------------------------------- */

/*
 * A pair of hooks, both NULL for no lock.  acquire returns what release is to
 * restore, the interrupt enable bit, say.  The locks of acre/lock.h come as
 * such a pair (interrupts off, ticket lock, pthread mutex), and each lock has
 * an object of type acre_port_lock, which the context names:
 *
 *   static acre_port_lock lock = ACRE_LOCK_INIT;
 *   const acre_lock hooks = {acre_port_acquire, acre_port_release, &lock};
 *   acre_heap_set_lock(&heap, &hooks);
 *
 * The heap's lock guards the table of regions and the joint counters; a
 * region's lock guards that region.  A region without a lock is guarded by the
 * heap's.  With threads or interrupts give the heap a lock; locks for regions
 * are for machines with several harts.  The heap's lock is then taken inside a
 * region's lock, never the other way round, and never two regions' locks at a
 * time: so the locks of regions may be one and the same, but must not be the
 * heap's unless that may be taken twice (masked interrupts may).
 *
 * No hook of the user's but these is called under a lock, and nothing under a
 * lock takes time by the size of a block: copying and zeroing are done outside.
 * Under the heap's lock alone O(slots) steps are done, under a region's lock one
 * operation of the core, whose step bound acre/region.h states.  These are
 * O(granules) there, and said to be so below: aligned allocation, a check in
 * one piece, looking for the block around an address (acre_heap_block_of, and
 * registration inside a block), explain with an alignment, and a step of the
 * walk when the region was changed since the last.
 */
typedef struct acre_lock {
  uintptr_t (*acquire)(void *context);
  void (*release)(void *context, uintptr_t saved);
  void *context;
} acre_lock;

/* ---- Hooks ------------------------------------------------------------------ */

/* All are called outside of every lock, on the caller's thread, with the user's
 * pointer that was registered with them.  They may use the heap. */

/* A request came to nothing, after all masks, regions and the low-memory hook.
 * size: bytes asked for, SIZE_MAX if their product overflowed; caps: the last
 * mask tried; function: the name in the request. */
typedef void (*acre_failed_hook)(void *user, size_t size, acre_caps caps, const char *function);
/* A block was allocated for a request of `size` bytes. */
typedef void (*acre_allocated_hook)(void *user, void *block, size_t size, acre_caps caps);
/* A block was given another size where it stands. */
typedef void (*acre_resized_hook)(void *user, void *block, size_t size, acre_caps caps);
/* A block was freed; it may be someone else's by now. */
typedef void (*acre_freed_hook)(void *user, void *block);
/* A pointer was refused by free, realloc or resize, and nothing has changed.
 * kind: ACRE_HEAP_OUTSIDE, _NOT_A_BLOCK or _HOST; region: whose memory it points
 * into, or ACRE_NO_REGION. */
typedef void (*acre_fault_hook)(void *user, acre_heap_status kind, const void *pointer, acre_region_id region);
/* A request is about to fail: free what can be spared, and return true to have
 * it tried once more.  Not called for a request that fails while it runs. */
typedef bool (*acre_low_memory_hook)(void *user, size_t size, acre_caps caps);
/* A region is no longer part of the heap; its memory and metadata are the caller's. */
typedef void (*acre_removed_hook)(void *user, acre_region_id region, const char *name);

/* ---- Types -------------------------------------------------------------------- */

/* In which order the regions of one priority are tried. */
typedef enum acre_heap_order {
  ACRE_ORDER_REGISTERED = 0, /* as they were registered */
  ACRE_ORDER_SMALLEST        /* the smallest payload first; equal ones as registered */
} acre_heap_order;

/* What a region is to be. */
typedef struct acre_heap_area {
  const char *name;                /* kept as a pointer; may be NULL */
  uintptr_t address;               /* the range, [address, address + size) */
  size_t size;                     /* in bytes */
  size_t granule;                  /* in bytes, 0 for the default */
  void *metadata;                  /* where the metadata stand; NULL: at the start of the range */
  size_t metadata_size;            /* in bytes, at least ACRE_METADATA_SIZE(size, granule); without metadata unused */
  acre_caps caps[ACRE_PRIORITIES]; /* the capabilities, each on its priority */
  size_t reserve;                  /* bytes, rounded up to granules, for requests that name one of: */
  acre_caps reserved;              /* these capabilities */
  acre_lock lock;
} acre_heap_area;

/* What a registered region is. */
typedef struct acre_heap_info {
  acre_region_id id;
  const char *name;
  uintptr_t address; /* the range as registered */
  size_t size;
  acre_caps caps[ACRE_PRIORITIES];
  size_t reserve; /* in bytes */
  acre_caps reserved;
  bool draining;
} acre_heap_info;

/* A request.  Masks are tried in their order; the first that can be met counts. */
typedef struct acre_request {
  size_t size;           /* bytes, at least 1 */
  size_t alignment;      /* a power of two; 1 for that of a granule */
  const acre_caps *caps; /* the masks */
  uint32_t count;        /* and how many */
  bool zeroed;           /* fill the block with zeros, when it is allocated */
  const char *function;  /* for the failed hook */
} acre_request;

/* What acre_heap_alloc_default takes for granted: the limit between internal
 * and external memory. */
typedef struct acre_heap_defaults {
  acre_caps internal; /* for requests of up to `limit` bytes */
  acre_caps external; /* for larger ones; 0: there is none, all are internal and there is no fallback */
  acre_caps any;      /* the fallback, wherever there is room */
  size_t limit;       /* in bytes */
  bool strict;        /* no fallback */
} acre_heap_defaults;

/* Sizes in bytes. */
typedef struct acre_heap_stats {
  size_t total;       /* of all payloads; total == used + free */
  size_t used;        /* in live blocks, rounded to granules */
  size_t free;        /* in free runs */
  size_t largest;     /* the largest request that would succeed now */
  size_t low_water;   /* least `free` since registration, reset or the start of the monitor */
  size_t peak;        /* most `used` since then */
  uint64_t allocated; /* sum of all growth of `used`; stops at UINT64_MAX */
  uint64_t freed;     /* sum of all decrease of `used`; stops at UINT64_MAX */
  uint64_t failed;    /* heap: requests that failed; region: times it had the capabilities, but no room */
  uint32_t blocks;    /* live blocks */
  uint32_t free_runs; /* maximal runs of free granules */
} acre_heap_stats;

/* Why a request would fail. */
typedef enum acre_reason {
  ACRE_REASON_NONE = 0, /* it would succeed */
  ACRE_REASON_BAD_SIZE, /* size 0 */
  ACRE_REASON_BAD_ALIGNMENT,
  ACRE_REASON_NO_REGION,  /* no capability asked for, or no region (that does not drain) has them all */
  ACRE_REASON_TOO_LARGE,  /* larger than every such region */
  ACRE_REASON_EXHAUSTED,  /* no such region has as many bytes free */
  ACRE_REASON_FRAGMENTED, /* one has, but not in one piece with this alignment */
  ACRE_REASON_RESERVED    /* one has a place, but the rest of it is reserved */
} acre_reason;

typedef struct acre_explanation {
  acre_reason reason;
  acre_region_id region; /* where it would succeed, or the region the reason is about, or ACRE_NO_REGION */
  size_t free;           /* bytes free in that region */
  size_t largest;        /* its largest free run, in bytes */
} acre_explanation;

/* What a walk's callback wants next. */
typedef enum acre_walk {
  ACRE_WALK_ON = 0,
  ACRE_WALK_NEXT_REGION,
  ACRE_WALK_STOP
} acre_walk;

/* Called for each live block and free run, outside of every lock. */
typedef acre_walk (*acre_walker)(void *user, const acre_heap_info *region, const acre_block *block);

/* The first broken rule, in which region, and where as acre_finding has it. */
typedef struct acre_heap_finding {
  acre_region_id region;
  acre_finding finding;
} acre_heap_finding;

/* Where a stepwise check stands; start with { 0 }. */
typedef struct acre_heap_check_cursor {
  acre_region_id region; /* in hand */
  bool done;             /* with that region */
  uint32_t changes;      /* of that region when its check began */
  acre_check_cursor at;
} acre_heap_check_cursor;

/* Where reports go: `length` characters, not ended by a NUL. */
typedef struct acre_output {
  void (*write)(void *user, const char *text, size_t length);
  void *user;
} acre_output;

/* What the regions that have all of `caps` hold together, at the same time.
 * caps is the user's to set; the other fields are not to be touched. */
typedef struct acre_heap_watch {
  acre_caps caps;
  size_t total;
  size_t used;
  size_t low;       /* least total - used */
  size_t saved_low; /* the same up to the last start of the monitor */
  size_t peak;      /* most used */
  size_t saved_peak;
} acre_heap_watch;

/* First and last address, so that a range may end at the top of the address space. */
typedef struct acre_range {
  uintptr_t first;
  uintptr_t last;
} acre_range;

/* Room for one region.  The fields are not to be touched. */
typedef struct acre_heap_slot {
  acre_region region;
  const char *name;
  acre_lock lock;
  acre_range area;
  acre_range metadata; /* if it stands elsewhere */
  acre_caps caps[ACRE_PRIORITIES];
  acre_caps reserved;
  size_t reserve;   /* whole granules */
  size_t total;     /* of the payload */
  size_t granule;   /* in bytes */
  size_t saved_low; /* low-water mark before the core's was last reset */
  uint64_t allocated;
  uint64_t freed;
  uint64_t failed;
  acre_region_id id;
  uint32_t state;         /* see src/heap/slot.h */
  uint32_t pins;          /* operations under way */
  uint32_t nested;        /* ranges of other regions that lie in live blocks of this one */
  uint32_t changes;       /* operations that changed the metadata */
  uint32_t area_host;     /* 1 + number of the slot in whose block the area lies; 0: none */
  uint32_t metadata_host; /* the same for the metadata */
  bool elsewhere;         /* metadata stand outside of the area */
  bool monitored;         /* low-water mark since the start of the monitor */
} acre_heap_slot;

/* A heap.  The object is the caller's; its fields are not to be touched. */
typedef struct acre_heap {
  acre_heap_slot *slots;
  uint32_t capacity;
  acre_region_id last_id;
  acre_lock lock;
  acre_heap_order order;
  acre_heap_defaults defaults;
  acre_heap_watch joint;    /* of all regions */
  acre_heap_watch *watches; /* the user's */
  uint32_t watch_count;
  uint64_t allocated;
  uint64_t freed;
  uint64_t failed;
  bool monitored;
  bool adding;    /* a registration is under way */
  bool relieving; /* the low-memory hook runs */
  acre_failed_hook on_failed;
  void *failed_user;
  acre_allocated_hook on_allocated;
  void *allocated_user;
  acre_resized_hook on_resized;
  void *resized_user;
  acre_freed_hook on_freed;
  void *freed_user;
  acre_fault_hook on_fault;
  void *fault_user;
  acre_low_memory_hook on_low_memory;
  void *low_memory_user;
  acre_removed_hook on_removed;
  void *removed_user;
} acre_heap;

/* ---- Functions ------------------------------------------------------------------ */

#ifdef __FRAMAC__
#include "heap_def.acsl"
#endif

/*
 * Sizes are in bytes.  S is the number of slots; "core" stands for the steps of
 * the operation of acre/region.h that is meant.  T1 to T14 are the theorems of
 * the design; spec/heap.md says which of them are proven of the heap today.
 * Pointer arguments but `block`, `pointer` and hooks have to be valid; none may
 * be NULL unless that is said.  Every function but init and set_lock may be
 * called by several threads at a time, if there are locks.
 */

/* An empty heap with room for `capacity` regions.  No lock, no hook, order of
 * registration, no defaults.  ACRE_HEAP_NULL_ARGUMENT if heap or slots is NULL,
 * ACRE_HEAP_NO_SLOT if capacity is 0.  Steps: O(S).  T1. */
/*@ requires memory: heap != \null ==> slots != \null ==> \valid(heap) && \valid(slots + (0 .. capacity - 1)) &&
      \separated(heap, slots + (0 .. capacity - 1));
    assigns *heap, slots[0 .. capacity - 1].state \from *heap, slots, capacity;
    assigns \result \from heap, slots, capacity;
    ensures T1_null: \result == ACRE_HEAP_NULL_ARGUMENT <==> heap == \null || slots == \null;
    ensures T1_none: \result == ACRE_HEAP_NO_SLOT <==> heap != \null && slots != \null && capacity == 0;
    ensures T1_ok: \result == ACRE_HEAP_OK <==> heap != \null && slots != \null && capacity != 0;
    ensures T1_slots: \result == ACRE_HEAP_OK ==> heap->slots == slots && heap->capacity == capacity;
    ensures T14_empty: \result == ACRE_HEAP_OK ==> \forall integer i; 0 <= i < capacity ==> slots[i].state == 0;
    ensures T14_none: \result == ACRE_HEAP_OK ==> heap->last_id == ACRE_NO_REGION;
    ensures T7_joint: \result == ACRE_HEAP_OK ==> heap->joint.caps == 0 && heap->joint.total == 0 && heap->joint.used == 0 && heap->joint.low == 0 &&
      heap->joint.saved_low == 0 && heap->joint.peak == 0 && heap->joint.saved_peak == 0;
    ensures T7_sums: \result == ACRE_HEAP_OK ==> heap->allocated == 0 && heap->freed == 0 && heap->failed == 0;
    ensures T7_watches: \result == ACRE_HEAP_OK ==> heap->watches == \null && heap->watch_count == 0;
    ensures lock: \result == ACRE_HEAP_OK ==> heap->lock.acquire == \null && heap->lock.release == \null && heap->lock.context == \null;
    ensures order: \result == ACRE_HEAP_OK ==> heap->order == ACRE_ORDER_REGISTERED;
    ensures defaults: \result == ACRE_HEAP_OK ==> heap->defaults.internal == 0 && heap->defaults.external == 0 && heap->defaults.any == 0 &&
      heap->defaults.limit == 0 && heap->defaults.strict == 0;
    ensures hooks: \result == ACRE_HEAP_OK ==> heap->on_failed == \null && heap->on_allocated == \null && heap->on_resized == \null &&
      heap->on_freed == \null && heap->on_fault == \null && heap->on_low_memory == \null && heap->on_removed == \null;
    ensures idle: \result == ACRE_HEAP_OK ==> heap->monitored == 0 && heap->adding == 0 && heap->relieving == 0;
    ensures T3_refused: \result != ACRE_HEAP_OK ==> heap != \null ==> *heap == \old(*heap);
    ensures T3_slots: \result != ACRE_HEAP_OK ==> slots != \null ==> \forall integer i; 0 <= i < capacity ==> slots[i].state == \old(slots[i].state);
 */
acre_heap_status acre_heap_init(acre_heap *heap, acre_heap_slot *slots, uint32_t capacity);

/* The heap's lock, before other threads know the heap.  ACRE_HEAP_NULL_ARGUMENT
 * if one hook is NULL and the other is not. */
/*@ requires heap: \valid(heap) && \valid_read(lock) && \separated(heap, lock);
    assigns heap->lock \from heap->lock, *lock;
    assigns \result \from *lock;
    ensures valid: \result == ACRE_HEAP_OK <==> (lock->acquire == \null <==> lock->release == \null);
    ensures refused: \result != ACRE_HEAP_OK ==> \result == ACRE_HEAP_NULL_ARGUMENT && SameLock{Pre,Post}(\at(&heap->lock,Pre));
    ensures lock: \result == ACRE_HEAP_OK ==> LockNow(&heap->lock, lock);
 */
acre_heap_status acre_heap_set_lock(acre_heap *heap, const acre_lock *lock);

/*@ requires heap: \valid(heap) && LockOk(&heap->lock);
    assigns heap->order \from order;
    ensures order: heap->order == order;
 */
void acre_heap_set_order(acre_heap *heap, acre_heap_order order);

/*@ requires heap: \valid(heap) && LockOk(&heap->lock) && \valid_read(defaults) && \separated(heap, defaults);
    assigns heap->defaults \from *defaults;
    ensures caps: heap->defaults.internal == defaults->internal && heap->defaults.external == defaults->external &&
      heap->defaults.any == defaults->any;
    ensures limit: heap->defaults.limit == defaults->limit && (heap->defaults.strict <==> defaults->strict);
 */
void acre_heap_set_defaults(acre_heap *heap, const acre_heap_defaults *defaults);

/* One hook of each kind; NULL for none.  Steps: O(1). */
/*@ requires heap: \valid(heap) && LockOk(&heap->lock);
    assigns heap->on_failed, heap->failed_user \from hook, user;
    ensures hook: heap->on_failed == hook && heap->failed_user == user;
 */
void acre_heap_on_failed(acre_heap *heap, acre_failed_hook hook, void *user);

/*@ requires heap: \valid(heap) && LockOk(&heap->lock);
    assigns heap->on_allocated, heap->allocated_user \from hook, user;
    ensures hook: heap->on_allocated == hook && heap->allocated_user == user;
 */
void acre_heap_on_allocated(acre_heap *heap, acre_allocated_hook hook, void *user);

/*@ requires heap: \valid(heap) && LockOk(&heap->lock);
    assigns heap->on_resized, heap->resized_user \from hook, user;
    ensures hook: heap->on_resized == hook && heap->resized_user == user;
 */
void acre_heap_on_resized(acre_heap *heap, acre_resized_hook hook, void *user);

/*@ requires heap: \valid(heap) && LockOk(&heap->lock);
    assigns heap->on_freed, heap->freed_user \from hook, user;
    ensures hook: heap->on_freed == hook && heap->freed_user == user;
 */
void acre_heap_on_freed(acre_heap *heap, acre_freed_hook hook, void *user);

/*@ requires heap: \valid(heap) && LockOk(&heap->lock);
    assigns heap->on_fault, heap->fault_user \from hook, user;
    ensures hook: heap->on_fault == hook && heap->fault_user == user;
 */
void acre_heap_on_fault(acre_heap *heap, acre_fault_hook hook, void *user);

/*@ requires heap: \valid(heap) && LockOk(&heap->lock);
    assigns heap->on_low_memory, heap->low_memory_user \from hook, user;
    ensures hook: heap->on_low_memory == hook && heap->low_memory_user == user;
 */
void acre_heap_on_low_memory(acre_heap *heap, acre_low_memory_hook hook, void *user);

/*@ requires heap: \valid(heap) && LockOk(&heap->lock);
    assigns heap->on_removed, heap->removed_user \from hook, user;
    ensures hook: heap->on_removed == hook && heap->removed_user == user;
 */
void acre_heap_on_removed(acre_heap *heap, acre_removed_hook hook, void *user);

/* ---- Regions -------------------------------------------------------------------- */

/*
 * Registers a region.  Its range, and its metadata if they stand elsewhere, must
 * not meet any registered range, unless they lie inside one live block: a
 * region may be made in a block of another, and metadata may be kept in one.
 * Such a block cannot be freed or resized before the region is removed.
 * Refusals, the first that applies, and then nothing has changed:
 *   ACRE_HEAP_NULL_ARGUMENT       heap, area or id is NULL, or one lock hook without the other
 *   ACRE_HEAP_NO_CAPABILITIES
 *   ACRE_HEAP_TOO_SMALL           size 0
 *   ACRE_HEAP_RANGE_OVERFLOW      the range, or that of the metadata
 *   ACRE_HEAP_TOUCHES_METADATA    the metadata elsewhere overlap the range
 *   ACRE_HEAP_BUSY                another thread registers a region, or removes one in the way
 *   ACRE_HEAP_NO_SLOT
 *   ACRE_HEAP_SAME_RANGE, _STRADDLES, _ENCLOSES, _TOUCHES_METADATA  (the first of these)
 *   ACRE_HEAP_NOT_IN_BLOCK
 *   ACRE_HEAP_BAD_GRANULE, _TOO_SMALL, _TOO_MANY_GRANULES, _NULL_ARGUMENT, _MISALIGNED  as acre_region_init
 *   ACRE_HEAP_TOO_LARGE
 * On success *id is the region's number.  Steps: O(S + granules).  T13, T14.
 */
acre_heap_status acre_heap_add(acre_heap *heap, const acre_heap_area *area, acre_region_id *id);

/*
 * Removes an empty region at once.
 *   ACRE_HEAP_UNKNOWN_REGION
 *   ACRE_HEAP_BUSY       an operation or walk is in the region
 *   ACRE_HEAP_NOT_EMPTY  blocks are live
 * The joint low-water mark becomes what is free then, if that is less.
 * Steps: O(S).  T14.
 */
acre_heap_status acre_heap_remove(acre_heap *heap, acre_region_id id);

/*
 * No more allocations in the region; it is removed when its last block is freed,
 * which the removed hook tells; until then its range counts.  Its blocks can be freed and shrunk, and realloc
 * moves them elsewhere when they are to grow.
 *   ACRE_HEAP_OK        it was empty, and is removed
 *   ACRE_HEAP_DRAINING  it will be
 *   ACRE_HEAP_UNKNOWN_REGION
 * Steps: O(S).  T14.
 */
acre_heap_status acre_heap_drain(acre_heap *heap, acre_region_id id);

/* `bytes` of the region, rounded up to granules and at most all, are for requests
 * only that name one of `reserved`.  ACRE_HEAP_UNKNOWN_REGION.  Steps: O(S). */
acre_heap_status acre_heap_set_reserve(acre_heap *heap, acre_region_id id, size_t bytes, acre_caps reserved);

/* The region registered next after `id`, ACRE_NO_REGION for the first; and
 * ACRE_NO_REGION after the last.  Steps: O(S). */
acre_region_id acre_heap_next(acre_heap *heap, acre_region_id id);

/* ACRE_HEAP_UNKNOWN_REGION.  Steps: O(S). */
acre_heap_status acre_heap_region_info(acre_heap *heap, acre_region_id id, acre_heap_info *info);

/* ---- Allocation ------------------------------------------------------------------ */

/*
 * The region is the first, by priority and then by the order set, that has all
 * capabilities asked for, at least one of them on that priority, does not drain,
 * and in which the request fits beside the reserve; in it the block is at the
 * lowest address (acre_region_alloc).  NULL iff there is none: always if no
 * capability is asked for.  Blocks have the alignment of a granule, at least.
 *
 * If there is none, the low-memory hook is called, and if it says so all is tried
 * once more.  If that fails too, `failed` is counted and the failed hook called.
 * A size of 0 or a bad alignment is refused without either.  Steps: O(S * S + S *
 * core), and outside of the locks O(size) for zeros.  T2, T3, T4, T7, T12.
 */
void *acre_heap_alloc(acre_heap *heap, size_t size, acre_caps caps);

/* number * size bytes of zeros.  A product that overflows fails as a request of
 * SIZE_MAX bytes. */
void *acre_heap_alloc_zeroed(acre_heap *heap, size_t number, size_t size, acre_caps caps);

/* At a multiple of `alignment`, a power of two.  core is O(granules) here. */
void *acre_heap_alloc_aligned(acre_heap *heap, size_t alignment, size_t size, acre_caps caps);

/* By the first of `count` masks that can be met. */
void *acre_heap_alloc_prefer(acre_heap *heap, size_t size, const acre_caps *caps, uint32_t count);

/* By the masks that acre_heap_default_caps gives. */
void *acre_heap_alloc_default(acre_heap *heap, size_t size);

/* The masks for a default allocation of `size` bytes, one or two; their number. */
uint32_t acre_heap_default_caps(acre_heap *heap, size_t size, acre_caps caps[2]);

/* Any request. */
void *acre_heap_alloc_request(acre_heap *heap, const acre_request *request);

/* number * size, or SIZE_MAX if that overflows, which no request can have.
 * For requests of zeroed arrays. */
/*@ assigns \result \from number, size;
    ensures product: number * size <= SIZE_MAX ==> \result == number * size;
    ensures overflow: number * size > SIZE_MAX ==> \result == SIZE_MAX;
 */
size_t acre_heap_product(size_t number, size_t size);

/* ---- Resizing and freeing ---------------------------------------------------------- */

/*
 * Frees the live block that starts at `block`, which may be any pointer; NULL is
 * accepted and nothing is done.  Owner of a pointer is the innermost region whose
 * range holds it.
 *   ACRE_HEAP_OUTSIDE      in no payload
 *   ACRE_HEAP_NOT_A_BLOCK  in one, but not the start of a live block
 *   ACRE_HEAP_HOST         another region lies in the block
 * When refused, nothing has changed, and the fault hook is told.
 * Steps: O(S) + core.  T3, T5, T6, T7, T13.
 */
acre_heap_status acre_heap_free(acre_heap *heap, void *block);

/*
 * Gives the block another size: where it stands, if its region has all
 * capabilities asked for and there is room (a block that shrinks stays); else in
 * the first region as for a new request, with the contents, up to the lesser
 * size, and the old block is freed.  NULL and then nothing has changed, if
 * neither can be done.  A NULL block is allocated; size 0 frees and returns NULL.
 * A pointer that free would refuse is refused with NULL, and the fault hook told.
 * With a list of masks each is tried so, in its place and elsewhere, before the
 * next.  Copying is done in 32-bit words, outside of the locks.  Steps: as for
 * allocating and freeing, and O(size) outside of the locks.  T3, T9, T12, T13.
 */
void *acre_heap_realloc(acre_heap *heap, void *block, size_t size, acre_caps caps);
void *acre_heap_realloc_prefer(acre_heap *heap, void *block, size_t size, const acre_caps *caps, uint32_t count);
void *acre_heap_realloc_default(acre_heap *heap, void *block, size_t size);
/* Any request, with an alignment that is kept; `zeroed` counts for a new block only. */
void *acre_heap_realloc_request(acre_heap *heap, void *block, const acre_request *request);

/*
 * In place, or not at all.
 *   ACRE_HEAP_OUTSIDE, _NOT_A_BLOCK, _HOST  as free; the fault hook is told
 *   ACRE_HEAP_NO_MATCH  the region lacks one of caps (0 always matches)
 *   ACRE_HEAP_BAD_SIZE  size is 0
 *   ACRE_HEAP_DRAINING  it drains, and the block would grow
 *   ACRE_HEAP_NO_SPACE
 * When refused, nothing has changed.  Steps: O(S) + core.  T3, T9.
 */
acre_heap_status acre_heap_resize(acre_heap *heap, void *block, size_t size, acre_caps caps);

/* The bytes of the live block that starts at `block`; 0 if none does.  Steps: O(S). */
size_t acre_heap_usable_size(acre_heap *heap, const void *block);

/* The live block or free run around `pointer`, which may be any.
 * ACRE_HEAP_OUTSIDE: in no payload.  Steps: O(S + granules). */
acre_heap_status acre_heap_block_of(acre_heap *heap, const void *pointer, acre_block *block);

/* ---- Statistics ------------------------------------------------------------------- */

/* Overall: the joint marks are those of all regions at the same time, low_water
 * the least of their joint free bytes (a region that is added later counts as if
 * it had always been there), and the sums include removed regions.  largest is
 * the largest free run that does not drain.  Steps: O(S * S).  T7. */
void acre_heap_get_stats(acre_heap *heap, acre_heap_stats *stats);

/* Of the regions that have all of `caps`, 0 for all.  With a watch for exactly
 * these caps the marks are joint ones, as above; without, they are sums of the
 * regions' own, so low_water is a lower and peak an upper bound.  largest is exactly the largest request with `caps` that succeeds;
 * for 0, the largest free run.  Steps: O(S * S).  T7. */
void acre_heap_get_stats_caps(acre_heap *heap, acre_caps caps, acre_heap_stats *stats);

/* Keeps joint marks for each of `count` masks, in the user's array, whose caps
 * are set; they begin now.  0 ends it.  Every allocation and free looks at each
 * watch.  To be called before other threads know the heap.  Steps: O(S * count). */
void acre_heap_set_watches(acre_heap *heap, acre_heap_watch *watches, uint32_t count);

/* Of one region.  largest is 0 if it drains, and counts what is reserved.
 * ACRE_HEAP_UNKNOWN_REGION.  Steps: O(S).  T7. */
acre_heap_status acre_heap_get_stats_region(acre_heap *heap, acre_region_id id, acre_heap_stats *stats);

/* All marks, the regions' and the joint ones, are what is free and used now.
 * Ends the monitor.  Steps: O(S * S). */
void acre_heap_reset_marks(acre_heap *heap);

/* All marks count from now on.  A second start begins anew.  Steps: O(S * S). */
void acre_heap_monitor_start(acre_heap *heap);

/* All marks are again those since registration or reset, the time between start
 * and stop included.  ACRE_HEAP_NOT_MONITORED.  Steps: O(S * S). */
acre_heap_status acre_heap_monitor_stop(acre_heap *heap);

/* What would become of a request now, without doing it (the low-memory hook not
 * counted).  Of several reasons the last in the list of acre_reason counts, in
 * the first region by order that has it.  Steps: O(S * S), with an alignment
 * above a granule O(S * (S + granules)).  T12. */
void acre_heap_explain(acre_heap *heap, acre_caps caps, size_t alignment, size_t size, acre_explanation *explanation);

/* ---- Walk and check ----------------------------------------------------------------- */

/* Calls the walker for each live block and free run of the regions that have all
 * of `caps` (0: all), regions in the order of registration, blocks by address.
 * False if the walker stopped it.  The walker may free, allocate and drain; what
 * it changes behind the walk is seen, what lies before is not.  Steps: O(S) + core
 * for each block. */
bool acre_heap_walk(acre_heap *heap, acre_caps caps, acre_walker walker, void *user);

/* Whether the metadata of a region, or of all regions with `caps` (0: all), are
 * those of a region; ACRE_HEAP_CORRUPT: finding tells the first that are not.
 * ACRE_HEAP_UNKNOWN_REGION.  O(granules) under the region's lock; T11. */
acre_heap_status acre_heap_check_region(acre_heap *heap, acre_region_id id, acre_heap_finding *finding);
acre_heap_status acre_heap_check(acre_heap *heap, acre_caps caps, acre_heap_finding *finding);

/* The region whose range holds the address.  ACRE_HEAP_OUTSIDE. */
acre_heap_status acre_heap_check_address(acre_heap *heap, const void *address, acre_heap_finding *finding);

/*
 * The same in steps: at most `budget` granules and nodes at a time.  Start with a
 * cursor of zeros.
 *   ACRE_HEAP_CHECK_MORE  call again; a region that was changed since is begun anew
 *   ACRE_HEAP_CORRUPT     call again to go on with the next region
 *   ACRE_HEAP_OK          all others are right
 * A budget of 0 does nothing.  Steps: O(S + budget).  T10, T11.
 */
acre_heap_status acre_heap_check_step(acre_heap *heap, acre_caps caps, acre_heap_check_cursor *cursor, uint32_t budget,
                                      acre_heap_finding *finding);

/* ---- Reports ------------------------------------------------------------------------ */

/* A line or two per region with `caps` (0: all), and the sums. */
void acre_heap_print_summary(acre_heap *heap, acre_caps caps, const acre_output *output);

/* Every block and free run. */
void acre_heap_print_blocks(acre_heap *heap, acre_caps caps, const acre_output *output);

/* Joint statistics, and a bar per region: "Internal" if it has one of `internal`,
 * else "External" if it has one of `external`, else "Unknown". */
void acre_heap_print_bars(acre_heap *heap, acre_caps internal, acre_caps external, const acre_output *output);

#ifdef __cplusplus
}
#endif

#endif
