/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Interrupt use: a timer handler allocates a sample and puts it in a queue;
 * the main loop takes it out and frees it.  Both use one region behind the
 * interrupt lock, the queue uses the lock itself.  -DACRE_LOCK=ACRE_LOCK_IRQ.
 */
#include "bare.h"
#include "machine.h"
#include <acre/guarded.h>

#define SAMPLES 1000u

ACRE_REGION(region, 512u);
static acre_guarded heap = ACRE_GUARDED(&region);

typedef struct sample {
  struct sample *next;
  uint32_t number;
  uint32_t values[6];
} sample;

static acre_port_lock queue_lock = ACRE_LOCK_INIT;
static sample *queue;
static sample **queue_end = &queue;
static uint32_t taken;
static uint32_t lost;

__attribute__((interrupt("machine"), aligned(4))) static void on_timer(void)
{
  sample *s = (sample *)acre_guarded_alloc(&heap, sizeof *s);
  bare_require(CSR_READ(mcause) == CAUSE_TIMER);
  if (s == NULL) {
    lost += 1u; /* the main loop is too slow: say so, do not wait */
  } else {
    s->next = NULL;
    s->number = taken;
    for (uint32_t i = 0u; i < 6u; i++) {
      s->values[i] = taken * i;
    }
    *queue_end = s;
    queue_end = &s->next;
  }
  taken += 1u;
  machine_timer_in(0u, 20u + (taken & 63u));
}

static sample *receive(void)
{
  acre_port_state before = acre_port_enter(&queue_lock);
  sample *s = queue;
  if (s != NULL) {
    queue = s->next;
    if (queue == NULL) {
      queue_end = &queue;
    }
  }
  acre_port_leave(&queue_lock, before);
  return s;
}

int main(void)
{
  uint32_t received = 0u;
  uint32_t last = 0u;
  acre_stats stats;
  acre_finding finding;
  CSR_WRITE(mtvec, (uintptr_t)on_timer);
  machine_timer_in(0u, 20u);
  CSR_SET(mie, MIE_MTIE);
  CSR_SET(mstatus, MSTATUS_MIE);
  while (received < SAMPLES) {
    sample *s = receive();
    if (s != NULL) {
      bare_require(received == 0u || s->number > last);
      bare_require(s->values[5] == s->number * 5u);
      last = s->number;
      bare_require(acre_guarded_free(&heap, s) == ACRE_OK);
      received++;
      if (received % 64u == 0u) { /* work that takes longer: samples pile up */
        for (volatile uint32_t i = 0u; i < 20000u; i++) {}
      }
    }
  }
  CSR_CLEAR(mstatus, MSTATUS_MIE);
  while (receive() != NULL) {
    received++; /* what came since; left in the heap */
  }
  acre_guarded_stats(&heap, &stats);
  bare_report("interrupt: samples received", received);
  bare_report("interrupt: samples lost", lost);
  bare_report("interrupt: most bytes in use", stats.total - stats.low_water);
  bare_require(received + lost == taken && lost > 0u && lost < received);
  bare_require(acre_guarded_check(&heap, &finding) == ACRE_OK);
  return 0;
}
