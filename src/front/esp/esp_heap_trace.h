/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Heap trace, standalone, in the manner of ESP-IDF: records of the allocations
 * of all fronts of the default heap, in a buffer of the program's.  A program
 * that does not call heap_trace_start has nothing of it.
 */
#ifndef ACRE_ESP_HEAP_TRACE_H
#define ACRE_ESP_HEAP_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "esp_err.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Callers are known one deep.  The library and the program have to agree. */
#if !defined(CONFIG_HEAP_TRACING_STACK_DEPTH)
#define CONFIG_HEAP_TRACING_STACK_DEPTH 1
#elif CONFIG_HEAP_TRACING_STACK_DEPTH != 1
#error "acre: the heap trace knows one caller: set CONFIG_HEAP_TRACING_STACK_DEPTH to 1"
#endif

typedef enum {
  HEAP_TRACE_ALL,  /* a record stays when its block is freed, marked so */
  HEAP_TRACE_LEAKS /* it goes */
} heap_trace_mode_t;

typedef struct heap_trace_record_t {
  uint32_t ccount; /* acre_front_clock */
  void *address;
  size_t size; /* as asked for */
  bool freed;
  void *alloced_by[CONFIG_HEAP_TRACING_STACK_DEPTH];
  void *freed_by[CONFIG_HEAP_TRACING_STACK_DEPTH];
  uintptr_t owner;                      /* acre_front_owner */
  struct heap_trace_record_t *next;     /* the trace's own */
  struct heap_trace_record_t *previous; /* the trace's own */
  bool leaving;                         /* the trace's own */
} heap_trace_record_t;

typedef struct {
  heap_trace_mode_t mode;
  size_t total_allocations;
  size_t total_frees;
  size_t count;
  size_t capacity;
  size_t high_water_mark;
  size_t has_overflowed;
} heap_trace_summary_t;

/*   ESP_ERR_INVALID_ARG    no buffer
 *   ESP_ERR_INVALID_STATE  tracing is under way */
esp_err_t heap_trace_init_standalone(heap_trace_record_t *record_buffer, size_t num_records);
/* ESP_ERR_NOT_SUPPORTED */
esp_err_t heap_trace_init_tohost(void);
/* Begins with no records, also if it runs already.  ESP_ERR_INVALID_STATE: no buffer. */
esp_err_t heap_trace_start(heap_trace_mode_t mode);
/* ESP_ERR_INVALID_STATE: it is not under way. */
esp_err_t heap_trace_stop(void);
/* Only frees are recorded from now on.  ESP_ERR_INVALID_STATE: it is not under way. */
esp_err_t heap_trace_alloc_pause(void);
/* Goes on with the records there are.  ESP_ERR_INVALID_STATE: it is under way, or there is no buffer. */
esp_err_t heap_trace_resume(void);

size_t heap_trace_get_count(void);
/* The record of this number, the oldest is 0.
 *   ESP_ERR_INVALID_STATE  no buffer
 *   ESP_ERR_INVALID_ARG    no such record, or record is NULL */
esp_err_t heap_trace_get(size_t index, heap_trace_record_t *record);
/* ESP_ERR_INVALID_ARG: summary is NULL. */
esp_err_t heap_trace_summary(heap_trace_summary_t *summary);
void heap_trace_dump(void);
/* Of memory with MALLOC_CAP_INTERNAL, MALLOC_CAP_SPIRAM, or both. */
void heap_trace_dump_caps(uint32_t caps);

#ifdef __cplusplus
}
#endif

#endif
