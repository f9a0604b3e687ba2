/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The locks under fire: on each hart a main loop and a timer interrupt
 * allocate, resize, verify and free blocks of one region.  The interrupt
 * comes every 100 to 800 instructions on one hart, so it hits every place of
 * every call; two harts run at the same time, and it comes when QEMU manages.
 * ROUNDS rounds of the main loops in all, HARTS harts.
 *
 * Every block carries a stamp that its owner verifies before giving it back,
 * so two owners of one granule are noticed; and at the end the metadata are
 * checked and everything is counted.  Built with ACRE_LOCK_NONE this fails,
 * which `make test-locks` requires, too.
 */
#include "bare.h"
#include "machine.h"
#include <acre/guarded.h>
#include <acre/region.h>

#ifndef ROUNDS
#define ROUNDS 1000000u
#endif
#ifndef HARTS
#define HARTS 1u
#endif
#define SLOTS 12u

/* Small enough that requests are refused now and then. */
ACRE_REGION(heap, 2048u * HARTS);
static acre_guarded shared = ACRE_GUARDED(&heap);

/* One for each main loop, and one for each interrupt handler. */
typedef struct worker {
  uint32_t seed;
  uint32_t rounds;
  uint32_t refused; /* allocations that did not fit */
  uint8_t *block[SLOTS];
  uint32_t size[SLOTS];
  uint8_t stamp[SLOTS];
} worker;

static worker loops[HARTS];
static worker handlers[HARTS];
static volatile uint32_t handled[HARTS];
static volatile uint32_t finished[HARTS];

static uint32_t random32(worker *w)
{
  w->seed ^= w->seed << 13;
  w->seed ^= w->seed >> 17;
  w->seed ^= w->seed << 5;
  return w->seed;
}

/* First and last bytes are enough to notice an overlap of granules. */
static void stamp(const worker *w, uint32_t slot)
{
  for (uint32_t i = 0u; i < w->size[slot]; i += 16u) {
    w->block[slot][i] = w->stamp[slot];
  }
  w->block[slot][w->size[slot] - 1u] = w->stamp[slot];
}

static void verify(const worker *w, uint32_t slot)
{
  for (uint32_t i = 0u; i < w->size[slot]; i += 16u) {
    bare_require(w->block[slot][i] == w->stamp[slot]);
  }
  bare_require(w->block[slot][w->size[slot] - 1u] == w->stamp[slot]);
}

static void one_round(worker *w)
{
  uint32_t random = random32(w);
  uint32_t slot = (random & 0xFFFFu) % SLOTS;
  uint32_t size = 1u + ((random >> 16u) & 0xFFu);
  if (w->block[slot] == NULL) {
    w->block[slot] = (uint8_t *)acre_guarded_alloc(&shared, size);
    if (w->block[slot] == NULL) {
      w->refused += 1u;
    } else {
      w->size[slot] = size;
      w->stamp[slot] = (uint8_t)(random >> 24u);
      stamp(w, slot);
    }
  } else {
    verify(w, slot);
    if ((random & 0x70000000u) == 0u) {
      if (acre_guarded_resize(&shared, w->block[slot], size) == ACRE_OK) {
        w->size[slot] = size;
        stamp(w, slot);
      }
    } else {
      bare_require(acre_guarded_usable_size(&shared, w->block[slot]) >= w->size[slot]);
      bare_require(acre_guarded_free(&shared, w->block[slot]) == ACRE_OK);
      w->block[slot] = NULL;
    }
  }
  w->rounds += 1u;
}

__attribute__((interrupt("machine"), aligned(4))) static void on_trap(void)
{
  uintptr_t hart = CSR_READ(mhartid);
  bare_require(CSR_READ(mcause) == CAUSE_TIMER);
  one_round(&handlers[hart]);
  handled[hart] = handlers[hart].rounds;
  machine_timer_in(hart, 1u + (handlers[hart].seed & 7u));
}

/* Nested, and with interrupts off before: they must be as they were. */
static void states(void)
{
#if ACRE_LOCK != ACRE_LOCK_NONE
  static acre_port_lock outer = ACRE_LOCK_INIT;
  static acre_port_lock inner = ACRE_LOCK_INIT;
  acre_port_state before_outer;
  acre_port_state before_inner;
  CSR_CLEAR(mstatus, MSTATUS_MIE);
  before_outer = acre_port_enter(&outer);
  bare_require((CSR_READ(mstatus) & MSTATUS_MIE) == 0u);
  acre_port_leave(&outer, before_outer);
  bare_require((CSR_READ(mstatus) & MSTATUS_MIE) == 0u);
  CSR_SET(mstatus, MSTATUS_MIE);
  before_outer = acre_port_enter(&outer);
  bare_require((CSR_READ(mstatus) & MSTATUS_MIE) == 0u);
  before_inner = acre_port_enter(&inner);
  acre_port_leave(&inner, before_inner);
  bare_require((CSR_READ(mstatus) & MSTATUS_MIE) == 0u);
  acre_port_leave(&outer, before_outer);
  bare_require((CSR_READ(mstatus) & MSTATUS_MIE) != 0u);
  /* As hooks, in the place of either. */
  uintptr_t (*acquire)(void *) = acre_port_acquire;
  void (*release)(void *, uintptr_t) = acre_port_release;
  before_outer = acquire(&outer);
  bare_require((CSR_READ(mstatus) & MSTATUS_MIE) == 0u);
  before_inner = acquire(&inner);
  release(&inner, before_inner);
  bare_require((CSR_READ(mstatus) & MSTATUS_MIE) == 0u);
  release(&outer, before_outer);
  bare_require((CSR_READ(mstatus) & MSTATUS_MIE) != 0u);
  CSR_CLEAR(mstatus, MSTATUS_MIE);
#endif
}

static void run(uintptr_t hart)
{
  loops[hart].seed = 0x1234567u + (uint32_t)hart;
  handlers[hart].seed = 0x89ABCDEu + (uint32_t)hart;
  CSR_WRITE(mtvec, (uintptr_t)on_trap);
  states();
  machine_timer_in(hart, 1u);
  CSR_SET(mie, MIE_MTIE);
  CSR_SET(mstatus, MSTATUS_MIE);
  /* How many interrupts come meanwhile is QEMU's to say when harts run at the
   * same time: enough of them are waited for. */
  while ((loops[hart].rounds < ROUNDS / HARTS) || (handled[hart] < ROUNDS / HARTS / 100u)) {
    one_round(&loops[hart]);
  }
  CSR_CLEAR(mstatus, MSTATUS_MIE);
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  finished[hart] = 1u;
}

void other_hart(uintptr_t hart);
void other_hart(uintptr_t hart)
{
  if (hart < HARTS) {
    run(hart);
  }
  /* Asleep for good, so that it takes no time from the others. */
  CSR_WRITE(mie, 0u);
  for (;;) {
    __asm__ volatile("wfi");
  }
}

static void count(const worker *w, acre_stats *sum)
{
  for (uint32_t i = 0u; i < SLOTS; i++) {
    if (w->block[i] != NULL) {
      verify(w, i);
      sum->blocks += 1u;
      sum->used += acre_guarded_usable_size(&shared, w->block[i]);
    }
  }
}

int main(void)
{
  acre_stats stats;
  acre_stats sum = {0};
  acre_finding finding;
  acre_guarded_cursor cursor = {0};
  acre_status status;
  uint32_t steps = 0u;
  for (uintptr_t hart = 1u; hart < HARTS; hart++) {
    machine_start_hart(hart);
  }
  run(0u);
  for (uint32_t hart = 0u; hart < HARTS; hart++) {
    while (finished[hart] == 0u) {}
  }
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  bare_require(acre_guarded_check(&shared, &finding) == ACRE_OK);
  do {
    status = acre_guarded_check_step(&shared, &cursor, 7u, &finding);
    steps++;
  } while (status == ACRE_CHECK_MORE);
  bare_require(status == ACRE_OK && steps > 1u);
  acre_guarded_stats(&shared, &stats);
  for (uint32_t hart = 0u; hart < HARTS; hart++) {
    count(&loops[hart], &sum);
    count(&handlers[hart], &sum);
    bare_report("locks: hart", hart);
    bare_report("locks:   rounds of the main loop", loops[hart].rounds);
    bare_report("locks:   rounds in the timer interrupt", handlers[hart].rounds);
    bare_report("locks:   requests that did not fit", loops[hart].refused + handlers[hart].refused);
  }
  bare_require(sum.blocks == stats.blocks && sum.used == stats.used);
  bare_print("locks: the check holds, and every block is accounted for\n");
  return 0;
}
