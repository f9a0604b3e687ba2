/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Heap trace.  Records are in a list from the oldest to the newest; a full
 * buffer gives up the oldest.  A block that is about to be freed or resized
 * leaves: its record is held until it is known whether it did, so that neither
 * a failure nor another thread that gets the same address disturbs it.
 */
#include "../esp/esp_heap_trace.h"
#include "../common/front.h"
#include "../../heap/text.h"

typedef enum trace_state {
  STOPPED,
  RUNNING,
  PAUSED /* frees only */
} trace_state;

static struct {
  trace_state state;
  heap_trace_mode_t mode;
  heap_trace_record_t *buffer;
  size_t capacity;
  heap_trace_record_t *oldest;
  heap_trace_record_t *newest;
  heap_trace_record_t *unused; /* linked by next */
  size_t count;
  size_t high_water;
  size_t allocations;
  size_t frees;
  bool overflowed;
  uint32_t clock;
} trace;

static uintptr_t trace_enter(void)
{
  return acre_front_acquire(acre_front_lock(ACRE_FRONT_LOCK_TOOLS));
}

static void trace_leave(uintptr_t saved)
{
  acre_front_release(acre_front_lock(ACRE_FRONT_LOCK_TOOLS), saved);
}

/* Without a clock of the program's the order of events is told. */
__attribute__((weak)) uint32_t acre_front_clock(void)
{
  trace.clock += 1u;
  return trace.clock;
}

/* ---- The list, under the lock --------------------------------------------------- */

static void list_clear(void)
{
  trace.oldest = NULL;
  trace.newest = NULL;
  trace.unused = NULL;
  trace.count = 0u;
  for (size_t i = 0u; i < trace.capacity; i++) {
    trace.buffer[i].next = trace.unused;
    trace.buffer[i].leaving = false;
    trace.unused = &trace.buffer[i];
  }
}

static void list_remove(heap_trace_record_t *record)
{
  if (record->previous == NULL) {
    trace.oldest = record->next;
  } else {
    record->previous->next = record->next;
  }
  if (record->next == NULL) {
    trace.newest = record->previous;
  } else {
    record->next->previous = record->previous;
  }
  record->leaving = false;
  record->next = trace.unused;
  trace.unused = record;
  trace.count -= 1u;
}

/* A new record at the end; there is room for one at least. */
static heap_trace_record_t *list_append(void)
{
  heap_trace_record_t *record;
  if (trace.unused == NULL) {
    trace.overflowed = true;
    list_remove(trace.oldest);
  }
  record = trace.unused;
  trace.unused = record->next;
  record->next = NULL;
  record->previous = trace.newest;
  if (trace.newest == NULL) {
    trace.oldest = record;
  } else {
    trace.newest->next = record;
  }
  trace.newest = record;
  trace.count += 1u;
  if (trace.count > trace.high_water) {
    trace.high_water = trace.count;
  }
  return record;
}

static heap_trace_record_t *list_find(const void *address)
{
  heap_trace_record_t *record = trace.newest;
  while ((record != NULL) && ((record->address != address) || record->freed || record->leaving)) {
    record = record->previous;
  }
  return record;
}

/* ---- Events ------------------------------------------------------------------------ */

static void record_new(void *block, size_t size, uintptr_t owner, const void *caller)
{
  heap_trace_record_t *record = list_append();
  record->ccount = acre_front_clock();
  record->address = block;
  record->size = size;
  record->freed = false;
  record->alloced_by[0] = (void *)(uintptr_t)caller;
  record->freed_by[0] = NULL;
  record->owner = owner;
  record->leaving = false;
  trace.allocations += 1u;
}

/* What left has left.  A record that had to make room meanwhile is no more. */
static void record_gone(heap_trace_record_t *record, const void *caller)
{
  trace.frees += 1u;
  if ((record != NULL) && record->leaving) {
    if (trace.mode == HEAP_TRACE_LEAKS) {
      list_remove(record);
    } else {
      record->leaving = false;
      record->freed = true;
      record->freed_by[0] = (void *)(uintptr_t)caller;
    }
  }
}

static void on_allocated(void *block, size_t size, acre_caps caps, const void *caller)
{
  uintptr_t owner = acre_front_owner();
  uintptr_t saved = trace_enter();
  (void)caps;
  if (trace.state == RUNNING) {
    record_new(block, size, owner, caller);
  }
  trace_leave(saved);
}

static void *on_leaving(const void *block)
{
  uintptr_t saved = trace_enter();
  heap_trace_record_t *record = (trace.state == STOPPED) ? NULL : list_find(block);
  if (record != NULL) {
    record->leaving = true;
  }
  trace_leave(saved);
  return record;
}

static void on_left(void *record, bool gone, const void *caller)
{
  heap_trace_record_t *held = (heap_trace_record_t *)record;
  uintptr_t saved = trace_enter();
  if (gone && (trace.state != STOPPED)) {
    record_gone(held, caller);
  } else if (held != NULL) {
    held->leaving = false;
  } else {
    /* it was not recorded */
  }
  trace_leave(saved);
}

/* A free and an allocation, but nothing happened in between. */
static void on_resized(void *record, void *block, size_t size, acre_caps caps, const void *caller)
{
  on_left(record, true, caller);
  on_allocated(block, size, caps, caller);
}

static const front_observer trace_observer = {on_allocated, on_leaving, on_left, on_resized};

/* ---- Control -------------------------------------------------------------------------- */

esp_err_t heap_trace_init_standalone(heap_trace_record_t *record_buffer, size_t num_records)
{
  esp_err_t error = ESP_OK;
  uintptr_t saved = trace_enter();
  if (trace.state != STOPPED) {
    error = ESP_ERR_INVALID_STATE;
  } else if ((record_buffer == NULL) || (num_records == 0u)) {
    error = ESP_ERR_INVALID_ARG;
  } else {
    trace.buffer = record_buffer;
    trace.capacity = num_records;
    list_clear();
  }
  trace_leave(saved);
  return error;
}

esp_err_t heap_trace_init_tohost(void)
{
  return ESP_ERR_NOT_SUPPORTED;
}

esp_err_t heap_trace_start(heap_trace_mode_t mode)
{
  esp_err_t error = ESP_ERR_INVALID_STATE;
  uintptr_t saved = trace_enter();
  if (trace.buffer != NULL) {
    list_clear();
    trace.mode = mode;
    trace.high_water = 0u;
    trace.allocations = 0u;
    trace.frees = 0u;
    trace.overflowed = false;
    trace.state = RUNNING;
    error = ESP_OK;
  }
  trace_leave(saved);
  if (error == ESP_OK) {
    acre_front_observe_(&trace_observer);
  }
  return error;
}

/* From one of two states to another. */
static esp_err_t change(trace_state from, trace_state or_from, trace_state to)
{
  esp_err_t error = ESP_ERR_INVALID_STATE;
  uintptr_t saved = trace_enter();
  if ((trace.buffer != NULL) && ((trace.state == from) || (trace.state == or_from))) {
    trace.state = to;
    error = ESP_OK;
  }
  trace_leave(saved);
  return error;
}

esp_err_t heap_trace_stop(void)
{
  return change(RUNNING, PAUSED, STOPPED);
}

esp_err_t heap_trace_alloc_pause(void)
{
  return change(RUNNING, RUNNING, PAUSED);
}

esp_err_t heap_trace_resume(void)
{
  esp_err_t error = change(STOPPED, PAUSED, RUNNING);
  if (error == ESP_OK) {
    acre_front_observe_(&trace_observer);
  }
  return error;
}

/* ---- Looking ---------------------------------------------------------------------------- */

size_t heap_trace_get_count(void)
{
  uintptr_t saved = trace_enter();
  size_t count = trace.count;
  trace_leave(saved);
  return count;
}

static void copy_record(heap_trace_record_t *to, const heap_trace_record_t *from)
{
  to->ccount = from->ccount;
  to->address = from->address;
  to->size = from->size;
  to->freed = from->freed;
  to->alloced_by[0] = from->alloced_by[0];
  to->freed_by[0] = from->freed_by[0];
  to->owner = from->owner;
  to->next = NULL;
  to->previous = NULL;
  to->leaving = false;
}

/* Always from the oldest: what was looked at before may be gone. */
esp_err_t heap_trace_get(size_t index, heap_trace_record_t *record)
{
  esp_err_t error = ESP_ERR_INVALID_ARG;
  uintptr_t saved = trace_enter();
  if (trace.buffer == NULL) {
    error = ESP_ERR_INVALID_STATE;
  } else if ((record != NULL) && (index < trace.count)) {
    const heap_trace_record_t *at = trace.oldest;
    for (size_t i = 0u; i < index; i++) {
      at = at->next;
    }
    copy_record(record, at);
    error = ESP_OK;
  } else {
    /* none */
  }
  trace_leave(saved);
  return error;
}

esp_err_t heap_trace_summary(heap_trace_summary_t *summary)
{
  esp_err_t error = ESP_ERR_INVALID_ARG;
  if (summary != NULL) {
    uintptr_t saved = trace_enter();
    summary->mode = trace.mode;
    summary->total_allocations = trace.allocations;
    summary->total_frees = trace.frees;
    summary->count = trace.count;
    summary->capacity = trace.capacity;
    summary->high_water_mark = trace.high_water;
    summary->has_overflowed = trace.overflowed ? 1u : 0u;
    trace_leave(saved);
    error = ESP_OK;
  }
  return error;
}

/* ---- In words ------------------------------------------------------------------------------ */

static const acre_output *const out = &acre_front_output_;

/* Whether an address is in external memory: all other is internal. */
static acre_caps memory_of(const void *address)
{
  acre_heap *heap = acre_front_heap();
  acre_caps caps = 0u;
  acre_region_id id = acre_heap_next(heap, ACRE_NO_REGION);
  while (id != ACRE_NO_REGION) {
    acre_heap_info info;
    if ((acre_heap_region_info(heap, id, &info) == ACRE_HEAP_OK) && (((uintptr_t)address - info.address) < info.size)) {
      caps = info.caps[0] | info.caps[1] | info.caps[2];
    }
    id = acre_heap_next(heap, id);
  }
  return ((caps & ACRE_CAP_EXTERNAL) != 0u) ? ACRE_CAP_EXTERNAL : ACRE_CAP_INTERNAL;
}

static void put_named(const char *name, uintptr_t number)
{
  put_text(out, name);
  put_hex(out, number);
}

static void dump_record(const heap_trace_record_t *record, acre_caps memory)
{
  put_number(out, record->size);
  put_named(" bytes at ", (uintptr_t)record->address);
  put_text(out, (memory == ACRE_CAP_EXTERNAL) ? " (external)" : " (internal)");
  put_named(", time ", record->ccount);
  put_named(", caller ", (uintptr_t)record->alloced_by[0]);
  put_named(", owner ", record->owner);
  if (record->freed) {
    put_named(", freed by ", (uintptr_t)record->freed_by[0]);
  }
  put_text(out, "\n");
}

static void dump_summary(size_t live, size_t bytes)
{
  heap_trace_summary_t summary;
  (void)heap_trace_summary(&summary);
  put_text(out, "====== Heap Trace Summary ======\n");
  put_text(out, (summary.mode == HEAP_TRACE_LEAKS) ? "Mode: leaks\n" : "Mode: all\n");
  put_field(out, "live: ", live);
  put_field(out, " blocks, ", bytes);
  put_field(out, " bytes\nrecords: ", summary.count);
  put_field(out, " of ", summary.capacity);
  put_field(out, ", at most ", summary.high_water_mark);
  put_field(out, "\nallocations: ", summary.total_allocations);
  put_field(out, ", frees: ", summary.total_frees);
  put_text(out, (summary.has_overflowed != 0u) ? "\nThe oldest records were dropped.\n" : "\n");
}

void heap_trace_dump_caps(uint32_t caps)
{
  heap_trace_record_t record;
  size_t live = 0u;
  size_t bytes = 0u;
  put_field(out, "====== Heap Trace: ", heap_trace_get_count());
  put_text(out, " records ======\n");
  for (size_t i = 0u; heap_trace_get(i, &record) == ESP_OK; i++) {
    acre_caps memory = memory_of(record.address);
    if ((memory & caps) != 0u) {
      dump_record(&record, memory);
      if (!record.freed) {
        live += 1u;
        bytes += record.size;
      }
    }
  }
  dump_summary(live, bytes);
}

void heap_trace_dump(void)
{
  heap_trace_dump_caps(ACRE_CAP_INTERNAL | ACRE_CAP_EXTERNAL);
}
