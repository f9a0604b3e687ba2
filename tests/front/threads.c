/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Threads allocate, resize and free by heap_caps and by malloc_internal, with
 * the trace running, while another checks the heap over and over: no check may
 * find a heap corrupt that is not, no block lose what was written to it, and in
 * the end all is free, for owners and trace, too.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <acre/fronts.h>
#include <acre/lock.h>

#include "esp_alloc.h"
#include "esp_heap_caps.h"
#include "esp_heap_trace.h"

#define THREADS 3u
#define ROUNDS 20000u
#define HELD 16u

ACRE_HEAP(small, 65536u, ACRE_CAPS_PLAIN);
ACRE_HEAP(large, 262144u, ACRE_CAPS_PLAIN);

static volatile int done;
/* A multi_heap that all share, with a lock of its own. */
static multi_heap_handle_t shared;
static acre_port_lock shared_lock = ACRE_LOCK_INIT;
static _Alignas(16) unsigned char shared_memory[65536];
static heap_trace_record_t records[THREADS * HELD * 2u];

static void require(int holds, const char *what)
{
  if (!holds) {
    fprintf(stderr, "threads: %s\n", what);
    abort();
  }
}

static uint32_t next(uint32_t *state)
{
  *state = *state * 1664525u + 1013904223u;
  return *state >> 8;
}

typedef struct held {
  unsigned char *block;
  size_t size;
  unsigned char stamp;
} held;

static void look(const held *h)
{
  for (size_t i = 0u; i < h->size; i++) {
    require(h->block[i] == h->stamp, "a block lost its contents");
  }
}

static void step(held *h, uint32_t *state)
{
  size_t size = 1u + next(state) % 700u;
  unsigned char *block;
  look(h);
  switch (next(state) % 4u) {
  case 0u:
    heap_caps_free(h->block);
    h->block = NULL;
    h->size = 0u;
    break;
  case 1u:
    heap_caps_free(h->block);
    h->block = heap_caps_aligned_alloc((size_t)1u << (next(state) % 8u), size, MALLOC_CAP_8BIT);
    h->size = (h->block == NULL) ? 0u : size;
    break;
  default:
    block = (next(state) % 2u == 0u) ? heap_caps_realloc(h->block, size, MALLOC_CAP_8BIT)
                                     : realloc_internal(h->block, size);
    if (block != NULL) {
      size_t kept = (h->size < size) ? h->size : size;
      for (size_t i = 0u; i < kept; i++) {
        require(block[i] == h->stamp, "realloc lost contents");
      }
      h->block = block;
      h->size = size;
    }
    break;
  }
  h->stamp = (unsigned char)next(state);
  if (h->block != NULL) {
    memset(h->block, h->stamp, h->size);
  }
}

static void step_shared(held *h, uint32_t *state)
{
  size_t size = 1u + next(state) % 300u;
  unsigned char *block;
  look(h);
  if (next(state) % 3u == 0u) {
    multi_heap_free(shared, h->block);
    h->block = multi_heap_aligned_alloc_offs(shared, size, 32u, next(state) % 40u);
    h->size = (h->block == NULL) ? 0u : size;
  } else {
    block = multi_heap_realloc(shared, h->block, size);
    if (block != NULL) {
      h->block = block;
      h->size = (h->size < size) ? h->size : size;
      look(h);
      h->size = size;
    }
  }
  h->stamp = (unsigned char)next(state);
  if (h->block != NULL) {
    memset(h->block, h->stamp, h->size);
  }
}

static void *work(void *argument)
{
  held in_shared = {NULL, 0u, 0u};
  held blocks[HELD];
  uint32_t state = (uint32_t)(uintptr_t)argument + 1u;
  memset(blocks, 0, sizeof blocks);
  for (unsigned i = 0u; i < ROUNDS; i++) {
    step(&blocks[next(&state) % HELD], &state);
    step_shared(&in_shared, &state);
  }
  for (unsigned i = 0u; i < HELD; i++) {
    look(&blocks[i]);
    free_internal(blocks[i].block);
  }
  multi_heap_free(shared, in_shared.block);
  return NULL;
}

static void *check(void *argument)
{
  unsigned checks = 0u;
  while (done == 0) {
    require(heap_caps_check_integrity_all(true), "a heap was found corrupt");
    require(multi_heap_check(shared, true), "a multi_heap was found corrupt");
    checks++;
  }
  printf("threads: %u checks\n", checks);
  return argument;
}

int main(void)
{
  pthread_t workers[THREADS];
  pthread_t checker;
  size_t before = heap_caps_get_free_size(0u);
  shared = multi_heap_register(shared_memory, sizeof shared_memory);
  multi_heap_set_lock(shared, &shared_lock);
  size_t shared_before = multi_heap_free_size(shared);
  require(heap_trace_init_standalone(records, THREADS * HELD * 2u) == ESP_OK, "trace");
  require(heap_trace_start(HEAP_TRACE_LEAKS) == ESP_OK, "trace");
  require(pthread_create(&checker, NULL, check, NULL) == 0, "pthread_create");
  for (uintptr_t i = 0u; i < THREADS; i++) {
    require(pthread_create(&workers[i], NULL, work, (void *)i) == 0, "pthread_create");
  }
  for (unsigned i = 0u; i < THREADS; i++) {
    require(pthread_join(workers[i], NULL) == 0, "pthread_join");
  }
  done = 1;
  require(pthread_join(checker, NULL) == 0, "pthread_join");
  require(heap_caps_get_free_size(0u) == before, "bytes are missing");
  require(heap_caps_check_integrity_all(true), "corrupt in the end");
  require(multi_heap_free_size(shared) == shared_before && multi_heap_check(shared, true),
          "multi_heap is not as it was");
  require(heap_trace_get_count() == 0u, "the trace lost a free");
  heap_trace_summary_t summary;
  require(heap_trace_summary(&summary) == ESP_OK && summary.total_allocations == summary.total_frees,
          "the trace miscounts");
  acre_owner owners[ACRE_OWNERS];
  (void)acre_front_owners(owners, ACRE_OWNERS);
  require(owners[0].blocks == 0u && owners[0].bytes == 0u, "owners miscount");
  printf("threads: right\n");
  return 0;
}
