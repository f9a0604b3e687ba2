/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The pthread lock, and the functions of acre/guarded.h one by one.  Threads
 * allocate, resize and free against each other while one checks in steps; the
 * thread sanitizer watches.  `pthread none` runs the threads without a lock,
 * for a build with ACRE_LOCK_NONE that has to be found out.
 */
#include <acre/guarded.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 4u
#define SLOTS 16u
#ifndef ROUNDS
#define ROUNDS 250000u
#endif

ACRE_REGION(region, 16384u);
static acre_guarded heap = ACRE_GUARDED(&region);

#define REQUIRE(condition)                                                                 \
  do {                                                                                     \
    if (!(condition)) {                                                                    \
      (void)fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
      exit(1);                                                                             \
    }                                                                                      \
  } while (0)

static void *work(void *argument)
{
  unsigned seed = *(unsigned *)argument;
  unsigned char stamp = (unsigned char)seed;
  unsigned char *block[SLOTS] = {NULL};
  size_t size[SLOTS] = {0u};
  for (unsigned i = 0u; i < ROUNDS; i++) {
    unsigned slot;
    size_t wanted;
    seed = seed * 1664525u + 1013904223u;
    slot = (seed >> 8u) % SLOTS;
    wanted = 1u + (seed >> 16u) % 300u;
    if (block[slot] == NULL) {
      block[slot] = (seed % 8u == 0u) ? acre_guarded_alloc_aligned(&heap, 64u, wanted)
                                      : acre_guarded_alloc(&heap, wanted);
    } else {
      REQUIRE(block[slot][0] == stamp && block[slot][size[slot] - 1u] == stamp);
      if (seed % 4u == 0u && acre_guarded_resize(&heap, block[slot], wanted) == ACRE_OK) {
        /* of the new size, below */
      } else {
        REQUIRE(acre_guarded_free(&heap, block[slot]) == ACRE_OK);
        block[slot] = NULL;
      }
    }
    if (block[slot] != NULL) {
      size[slot] = wanted;
      (void)memset(block[slot], stamp, wanted);
    }
  }
  for (unsigned i = 0u; i < SLOTS; i++) {
    REQUIRE(block[i] == NULL || acre_guarded_free(&heap, block[i]) == ACRE_OK);
  }
  return NULL;
}

/* A check in steps starts anew when the region changed, and ends when not. */
static void steps(void)
{
  acre_guarded_cursor cursor = {0};
  acre_finding finding;
  void *block = acre_guarded_alloc(&heap, 5000u);
  unsigned count = 0u;
  REQUIRE(block != NULL && acre_guarded_usable_size(&heap, block) == 5008u);
  REQUIRE(acre_guarded_check_step(&heap, &cursor, 100u, &finding) == ACRE_CHECK_MORE);
  REQUIRE(cursor.cursor.at > 0u);
  REQUIRE(acre_guarded_free(&heap, block) == ACRE_OK);
  REQUIRE(acre_guarded_check_step(&heap, &cursor, 1u, &finding) == ACRE_CHECK_MORE);
  REQUIRE(cursor.cursor.at <= 1u); /* from the start */
  while (acre_guarded_check_step(&heap, &cursor, 100u, &finding) == ACRE_CHECK_MORE) {
    count++;
  }
  REQUIRE(count > 1u && acre_guarded_check_step(&heap, &cursor, 100u, &finding) == ACRE_OK);
}

int main(void)
{
  pthread_t threads[THREADS];
  unsigned seeds[THREADS];
  acre_finding finding;
  acre_stats stats;
  unsigned checks = 0u;
  for (unsigned i = 0u; i < THREADS; i++) {
    seeds[i] = 11u + i;
    REQUIRE(pthread_create(&threads[i], NULL, work, &seeds[i]) == 0);
  }
  for (unsigned i = 0u; i < 200u; i++) {
    REQUIRE(acre_guarded_check(&heap, &finding) == ACRE_OK);
    checks++;
  }
  for (unsigned i = 0u; i < THREADS; i++) {
    REQUIRE(pthread_join(threads[i], NULL) == 0);
  }
  acre_guarded_stats(&heap, &stats);
  REQUIRE(stats.used == 0u && stats.low_water < stats.total && stats.largest == stats.total);
  acre_guarded_reset_low_water(&heap);
  acre_guarded_stats(&heap, &stats);
  REQUIRE(stats.low_water == stats.total);
  steps();
  (void)printf("pthread: %u threads, %u rounds each, %u checks in between: all held\n", THREADS, ROUNDS, checks);
  return 0;
}
