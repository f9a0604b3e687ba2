/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The four locks.  Say which one when compiling: -DACRE_LOCK=ACRE_LOCK_IRQ.
 *
 *   ACRE_LOCK_NONE     one thread of control, no interrupt that allocates
 *   ACRE_LOCK_IRQ      one hart in machine mode: interrupts are off meanwhile
 *   ACRE_LOCK_SPIN     several harts in machine mode (A extension): a ticket
 *                      lock, taken with this hart's interrupts off
 *   ACRE_LOCK_PTHREAD  a host with POSIX threads; not for signal handlers
 *
 * IRQ and SPIN may be used from interrupt handlers, and nest: what leave gets
 * is the state that enter found, so that interrupts which were off stay off.
 * SPIN must not be taken twice by the same hart, as no spin lock may.
 *
 *   acre_port_state before = acre_port_enter(&lock);
 *   ...
 *   acre_port_leave(&lock, before);
 */
#ifndef ACRE_LOCK_H
#define ACRE_LOCK_H

#include <stdint.h>

#define ACRE_LOCK_NONE 1
#define ACRE_LOCK_IRQ 2
#define ACRE_LOCK_SPIN 3
#define ACRE_LOCK_PTHREAD 4

/* No default: a lock that is missing unnoticed breaks a heap once a year. */
#if !defined(ACRE_LOCK)
#error \
    "acre: which lock? compile with -DACRE_LOCK= one of ACRE_LOCK_NONE, ACRE_LOCK_IRQ, ACRE_LOCK_SPIN, ACRE_LOCK_PTHREAD"
#endif

#if ACRE_LOCK == ACRE_LOCK_PTHREAD
#include <pthread.h>
#include <stdlib.h>
#endif

/* What enter found: mstatus.MIE for IRQ and SPIN, else 0. */
typedef uintptr_t acre_port_state;

#if (ACRE_LOCK == ACRE_LOCK_IRQ) || (ACRE_LOCK == ACRE_LOCK_SPIN)
#if !defined(__riscv)
#error "acre: ACRE_LOCK_IRQ and ACRE_LOCK_SPIN are for RISC-V; on a host take ACRE_LOCK_PTHREAD or ACRE_LOCK_NONE"
#endif
#define ACRE_MSTATUS_MIE 8u

/*
 * csrrci and csrs on mstatus (CSR 0x300).  Written as .insn: assemblers want
 * the zicsr extension in -march for the mnemonics, and the names of GCC's
 * multilibs have none.  The clobber keeps accesses inside the section.
 */
static inline acre_port_state acre_irq_off(void)
{
  uintptr_t before;
  /* csrrci before, mstatus, 8: the immediate stands where rs1 would. */
  __asm__ volatile(".insn i 0x73, 7, %0, x8, 0x300" : "=r"(before) : : "memory");
  return before & ACRE_MSTATUS_MIE;
}

static inline void acre_irq_restore(acre_port_state before)
{
  /* csrrs x0, mstatus, before: sets MIE if it was set, and never clears. */
  __asm__ volatile(".insn i 0x73, 2, x0, %0, 0x300" : : "r"(before) : "memory");
}
#endif

#if ACRE_LOCK == ACRE_LOCK_NONE

#define ACRE_LOCK_NAME_(name) name##_none
typedef struct acre_port_lock_none {
  uint8_t unused; /* C has no empty structures */
} acre_port_lock;
#define ACRE_LOCK_INIT \
  {                    \
    0                  \
  }

static inline acre_port_state acre_port_enter(acre_port_lock *lock)
{
  (void)lock;
  return 0u;
}

static inline void acre_port_leave(acre_port_lock *lock, acre_port_state before)
{
  (void)lock;
  (void)before;
}

#elif ACRE_LOCK == ACRE_LOCK_IRQ

#define ACRE_LOCK_NAME_(name) name##_irq
typedef struct acre_port_lock_irq {
  uint8_t unused;
} acre_port_lock;
#define ACRE_LOCK_INIT \
  {                    \
    0                  \
  }

static inline acre_port_state acre_port_enter(acre_port_lock *lock)
{
  (void)lock;
  return acre_irq_off();
}

static inline void acre_port_leave(acre_port_lock *lock, acre_port_state before)
{
  (void)lock;
  acre_irq_restore(before);
}

#elif ACRE_LOCK == ACRE_LOCK_SPIN

#if !defined(__riscv_atomic)
#error "acre: ACRE_LOCK_SPIN needs the A extension: add `a` to -march, or take ACRE_LOCK_IRQ on a single hart"
#endif
#define ACRE_LOCK_NAME_(name) name##_spin
/* Tickets are served in order, so a hart waits at most for each of the others once. */
typedef struct acre_port_lock_spin {
  uint32_t next;
  uint32_t serving;
} acre_port_lock;
#define ACRE_LOCK_INIT \
  {                    \
    0u, 0u             \
  }

static inline acre_port_state acre_port_enter(acre_port_lock *lock)
{
  /* First interrupts, then the ticket: a handler that waited for the ticket
   * of the code it interrupted would wait for ever. */
  acre_port_state before = acre_irq_off();
  uint32_t ticket = __atomic_fetch_add(&lock->next, 1u, __ATOMIC_RELAXED);
  while (__atomic_load_n(&lock->serving, __ATOMIC_ACQUIRE) != ticket) {}
  return before;
}

static inline void acre_port_leave(acre_port_lock *lock, acre_port_state before)
{
  /* Only the holder writes `serving`. */
  __atomic_store_n(&lock->serving, lock->serving + 1u, __ATOMIC_RELEASE);
  acre_irq_restore(before);
}

#elif ACRE_LOCK == ACRE_LOCK_PTHREAD

#define ACRE_LOCK_NAME_(name) name##_pthread
typedef struct acre_port_lock_pthread {
  pthread_mutex_t mutex;
} acre_port_lock;
/* clang-format off */
#define ACRE_LOCK_INIT {PTHREAD_MUTEX_INITIALIZER}
/* clang-format on */

/* These fail only for a mutex that is none, and then nothing may go on. */
static inline acre_port_state acre_port_enter(acre_port_lock *lock)
{
  if (pthread_mutex_lock(&lock->mutex) != 0) {
    abort();
  }
  return 0u;
}

static inline void acre_port_leave(acre_port_lock *lock, acre_port_state before)
{
  (void)before;
  if (pthread_mutex_unlock(&lock->mutex) != 0) {
    abort();
  }
}

#else
#error "acre: ACRE_LOCK is none of ACRE_LOCK_NONE, ACRE_LOCK_IRQ, ACRE_LOCK_SPIN, ACRE_LOCK_PTHREAD"
#endif

/*
 * The same as a pair of functions with a context, for whoever wants hooks, as
 * the heap of several regions does: an acre_lock (acre/heap.h) is
 *   {acre_port_acquire, acre_port_release, &lock}
 * with `lock` of type acre_port_lock.  The heap calls acquire of a region, then
 * of the heap: two objects, unless the lock is IRQ or NONE, which nest.
 */
static inline uintptr_t acre_port_acquire(void *lock)
{
  return acre_port_enter((acre_port_lock *)lock);
}

static inline void acre_port_release(void *lock, uintptr_t before)
{
  acre_port_leave((acre_port_lock *)lock, before);
}

#endif
