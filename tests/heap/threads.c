/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Threads on one heap, built with ThreadSanitizer:  heap_threads [seed [seconds]]
 *
 * Twice: with one lock for the whole heap, and with one for each region besides.
 * Some threads allocate, realloc, free and misuse, each with stamps in its own
 * blocks; one adds, drains and removes a region all the time; one watches:
 * statistics that must be consistent, walks, steps of the check, reports.  In the
 * end everything is given back, the sums agree and the metadata are right.
 */
#define _POSIX_C_SOURCE 200809L /* nanosleep */
#include <acre/heap.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WORKERS 3u
#define REGIONS 3u
#define MINE 40u
#define ROOM 16384u

static acre_heap heap;
static acre_heap_slot slots[6];
static _Alignas(64) uint8_t memory[REGIONS + 1u][ROOM];
static pthread_mutex_t mutexes[REGIONS + 2u];
static acre_region_id ids[REGIONS];
static bool stop_now;
static pthread_mutex_t stop_mutex = PTHREAD_MUTEX_INITIALIZER;

static uintptr_t take_mutex(void *context)
{
  pthread_mutex_lock(context);
  return 0u;
}

static void give_mutex(void *context, uintptr_t saved)
{
  (void)saved;
  pthread_mutex_unlock(context);
}

static void wait_a_little(void)
{
  struct timespec pause = {0, 100000};
  nanosleep(&pause, NULL);
}

static bool stopped(void)
{
  pthread_mutex_lock(&stop_mutex);
  bool now = stop_now;
  pthread_mutex_unlock(&stop_mutex);
  return now;
}

static void set_stopped(bool value)
{
  pthread_mutex_lock(&stop_mutex);
  stop_now = value;
  pthread_mutex_unlock(&stop_mutex);
}

static void expect(bool condition, const char *what)
{
  if (!condition) {
    printf("FAILED threads: %s\n", what);
    fflush(stdout);
    _Exit(1);
  }
}

static uint32_t next_random(uint32_t *state)
{
  *state = *state * 1664525u + 1013904223u;
  return *state >> 8;
}

/* Counted by hooks, which run outside of the locks. */
static pthread_mutex_t count_mutex = PTHREAD_MUTEX_INITIALIZER;
static uint64_t allocated, freed, removed, faults;

static void count_one(uint64_t *counter)
{
  pthread_mutex_lock(&count_mutex);
  ++*counter;
  pthread_mutex_unlock(&count_mutex);
}

static void on_allocated(void *user, void *block, size_t size, acre_caps caps)
{
  (void)user;
  (void)block;
  (void)size;
  (void)caps;
  count_one(&allocated);
}

static void on_freed(void *user, void *block)
{
  (void)user;
  (void)block;
  count_one(&freed);
}

static void on_removed(void *user, acre_region_id region, const char *name)
{
  (void)user;
  (void)region;
  (void)name;
  count_one(&removed);
}

static void on_fault(void *user, acre_heap_status kind, const void *pointer, acre_region_id region)
{
  (void)user;
  (void)kind;
  (void)pointer;
  (void)region;
  count_one(&faults);
}

typedef struct mine {
  uint8_t *block;
  size_t size;
} mine;

static void stamp(const mine *m, uint32_t who)
{
  memset(m->block, (int)(who * 50u + m->size % 50u), m->size);
}

static void check_stamp(const uint8_t *block, size_t count, size_t size, uint32_t who)
{
  for (size_t i = 0u; i < count; i++) {
    expect(block[i] == (uint8_t)(who * 50u + size % 50u), "a block's contents are its owner's");
  }
}

static void *work(void *argument)
{
  uint32_t who = *(uint32_t *)argument;
  uint32_t state = who * 7919u + 17u;
  mine list[MINE];
  memset(list, 0, sizeof list);
  while (!stopped()) {
    mine *m = &list[next_random(&state) % MINE];
    acre_caps caps = 1u << (next_random(&state) % 5u);
    size_t size = 1u + next_random(&state) % 500u;
    if (m->block == NULL) {
      m->block = (next_random(&state) % 4u == 0u) ? acre_heap_alloc_aligned(&heap, 64u, size, caps)
                                                  : acre_heap_alloc(&heap, size, caps);
      m->size = size;
      if (m->block != NULL) {
        expect(acre_heap_usable_size(&heap, m->block) >= size, "a block has its size");
        stamp(m, who);
      }
    } else if (next_random(&state) % 2u == 0u) {
      uint8_t *to = acre_heap_realloc(&heap, m->block, size, caps);
      if (to != NULL) {
        check_stamp(to, (size < m->size) ? size : m->size, m->size, who);
        m->block = to;
        m->size = size;
        stamp(m, who);
      } else {
        check_stamp(m->block, m->size, m->size, who);
      }
    } else {
      check_stamp(m->block, m->size, m->size, who);
      expect(acre_heap_free(&heap, m->block + 1) == ACRE_HEAP_NOT_A_BLOCK, "an interior pointer is refused");
      expect(acre_heap_free(&heap, m->block) == ACRE_HEAP_OK, "a block of one's own is freed");
      m->block = NULL;
    }
  }
  for (uint32_t i = 0u; i < MINE; i++) {
    if (list[i].block != NULL) {
      check_stamp(list[i].block, list[i].size, list[i].size, who);
      expect(acre_heap_free(&heap, list[i].block) == ACRE_HEAP_OK, "all is freed in the end");
    }
  }
  return NULL;
}

/* A region with capability 8 and 1 that comes and goes, now and then in a block. */
static void *come_and_go(void *argument)
{
  bool own = *(bool *)argument;
  uint32_t round = 0u;
  while (!stopped()) {
    acre_heap_area area;
    acre_region_id id;
    uint8_t *host = NULL;
    memset(&area, 0, sizeof area);
    area.name = "late";
    area.address = (uintptr_t)memory[REGIONS];
    area.size = 4096u;
    if (round % 2u == 0u) {
      host = acre_heap_alloc(&heap, 2048u, 4u);
      if (host != NULL) {
        area.address = (uintptr_t)host;
        area.size = 2048u;
      }
    }
    area.caps[0] = 8u;
    area.caps[1] = 1u;
    if (own) {
      area.lock.acquire = take_mutex;
      area.lock.release = give_mutex;
      area.lock.context = &mutexes[REGIONS];
    }
    acre_heap_status status = acre_heap_add(&heap, &area, &id);
    while (status == ACRE_HEAP_BUSY) {
      /* Its predecessor is gone for all others, but just being taken out. */
      wait_a_little();
      status = acre_heap_add(&heap, &area, &id);
    }
    expect(status == ACRE_HEAP_OK, "the region can be added again");
    if (host != NULL) {
      acre_heap_status held = acre_heap_free(&heap, host);
      expect(held != ACRE_HEAP_OK, "the block that holds it is held");
    }
    for (uint32_t i = 0u; i < 200u && !stopped(); i++) {
      (void)acre_heap_free(&heap, acre_heap_alloc(&heap, 64u, 8u));
    }
    status = acre_heap_remove(&heap, id);
    if (status != ACRE_HEAP_OK) {
      expect(status == ACRE_HEAP_NOT_EMPTY || status == ACRE_HEAP_BUSY, "remove says why not");
      status = acre_heap_drain(&heap, id);
      acre_heap_info info;
      /* The others free their blocks in time; in the end, all of them. */
      while (acre_heap_region_info(&heap, id, &info) == ACRE_HEAP_OK) {
        wait_a_little();
      }
    }
    if (host != NULL) {
      /* It is gone for all others before its host is told: but it will be. */
      while (acre_heap_free(&heap, host) != ACRE_HEAP_OK) {
        wait_a_little();
      }
    }
    round++;
  }
  return NULL;
}

static acre_walk look(void *user, const acre_heap_info *info, const acre_block *block)
{
  (void)info;
  *(size_t *)user += block->size;
  return ACRE_WALK_ON;
}

static void swallow(void *user, const char *text, size_t length)
{
  (void)text;
  *(size_t *)user += length;
}

static void *watch(void *argument)
{
  size_t sum = 0u;
  acre_output output = {swallow, &sum};
  acre_heap_check_cursor cursor;
  uint32_t round = 0u;
  (void)argument;
  memset(&cursor, 0, sizeof cursor);
  while (!stopped()) {
    acre_heap_stats stats;
    acre_heap_finding finding;
    acre_explanation e;
    acre_heap_get_stats(&heap, &stats);
    expect(stats.total == stats.used + stats.free, "used and free are all");
    expect(stats.low_water <= stats.free, "the low-water mark is not above what is free");
    expect(stats.peak >= stats.used, "the peak is not below what is used");
    expect(stats.allocated - stats.freed == stats.used, "the sums agree");
    for (uint32_t i = 0u; i < REGIONS; i++) {
      expect(acre_heap_get_stats_region(&heap, ids[i], &stats) == ACRE_HEAP_OK, "the region is there");
      expect(stats.allocated - stats.freed == stats.used, "the sums of a region agree");
      expect(stats.low_water <= stats.free, "the low-water mark of a region is not above what is free");
    }
    (void)acre_heap_walk(&heap, 0u, look, &sum);
    expect(acre_heap_check_step(&heap, 0u, &cursor, 64u, &finding) != ACRE_HEAP_CORRUPT, "the metadata are right");
    expect(acre_heap_check(&heap, 0u, &finding) == ACRE_HEAP_OK, "all metadata are right");
    acre_heap_explain(&heap, 1u, 64u, 300u, &e);
    acre_heap_print_bars(&heap, 1u, 2u, &output);
    if (round % 16u == 0u) {
      acre_heap_monitor_start(&heap);
    } else if (round % 16u == 8u) {
      (void)acre_heap_monitor_stop(&heap);
      acre_heap_set_order(&heap, (acre_heap_order)(round / 16u % 2u));
      (void)acre_heap_set_reserve(&heap, ids[1], round % 3000u, 2u);
    }
    round++;
  }
  return NULL;
}

static void run(bool own, uint32_t seconds)
{
  static uint32_t who[WORKERS];
  pthread_t threads[WORKERS + 2u];
  acre_lock lock = {take_mutex, give_mutex, &mutexes[REGIONS + 1u]};
  acre_heap_stats stats;
  acre_heap_finding finding;
  struct timespec time = {(time_t)seconds, 0};
  expect(acre_heap_init(&heap, slots, 6u) == ACRE_HEAP_OK, "init");
  expect(acre_heap_set_lock(&heap, &lock) == ACRE_HEAP_OK, "set_lock");
  acre_heap_on_allocated(&heap, on_allocated, NULL);
  acre_heap_on_freed(&heap, on_freed, NULL);
  acre_heap_on_removed(&heap, on_removed, NULL);
  acre_heap_on_fault(&heap, on_fault, NULL);
  for (uint32_t i = 0u; i < REGIONS; i++) {
    acre_heap_area area;
    memset(&area, 0, sizeof area);
    area.name = "early";
    area.address = (uintptr_t)memory[i];
    area.size = ROOM;
    area.caps[0] = 1u << i;
    area.caps[1] = 1u;
    if (own) {
      area.lock.acquire = take_mutex;
      area.lock.release = give_mutex;
      area.lock.context = &mutexes[i];
    }
    expect(acre_heap_add(&heap, &area, &ids[i]) == ACRE_HEAP_OK, "add");
  }
  set_stopped(false);
  for (uint32_t i = 0u; i < WORKERS; i++) {
    who[i] = i;
    pthread_create(&threads[i], NULL, work, &who[i]);
  }
  pthread_create(&threads[WORKERS], NULL, come_and_go, &own);
  pthread_create(&threads[WORKERS + 1u], NULL, watch, NULL);
  nanosleep(&time, NULL);
  set_stopped(true);
  for (uint32_t i = 0u; i < WORKERS + 2u; i++) {
    pthread_join(threads[i], NULL);
  }
  acre_heap_get_stats(&heap, &stats);
  expect(stats.used == 0u && stats.blocks == 0u, "all is given back");
  expect(stats.allocated == stats.freed, "the sums agree in the end");
  expect(allocated == freed, "the hooks saw every block come and go");
  expect(acre_heap_check(&heap, 0u, &finding) == ACRE_HEAP_OK, "the metadata are right in the end");
  for (uint32_t i = 0u; i < REGIONS; i++) {
    expect(acre_heap_remove(&heap, ids[i]) == ACRE_HEAP_OK, "every region can be removed");
  }
  printf("heap_threads: %s: %llu blocks, %llu faults refused, %llu regions removed: passed\n",
         own ? "a lock for each region" : "one lock", (unsigned long long)allocated, (unsigned long long)faults,
         (unsigned long long)removed);
  allocated = freed = faults = removed = 0u;
}

int main(int argc, char **argv)
{
  uint32_t seconds = (argc > 2) ? (uint32_t)strtoul(argv[2], NULL, 0) : 5u;
  for (uint32_t i = 0u; i < REGIONS + 2u; i++) {
    pthread_mutex_init(&mutexes[i], NULL);
  }
  run(false, seconds);
  run(true, seconds);
  return 0;
}
