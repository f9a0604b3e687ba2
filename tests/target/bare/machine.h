/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Control and status registers, and the timer and reset of QEMU's virt. */
#ifndef ACRE_MACHINE_H
#define ACRE_MACHINE_H

#include <stdint.h>

#define CSR_READ(name)                                                                     \
  (__extension__({                                                                         \
    uintptr_t csr_value_;                                                                  \
    __asm__ volatile(".option push\n.option arch, +zicsr\ncsrr %0, " #name "\n.option pop" \
                     : "=r"(csr_value_)                                                    \
                     :                                                                     \
                     : "memory");                                                          \
    csr_value_;                                                                            \
  }))
#define CSR_DO_(instruction, name, value)                                                           \
  __asm__ volatile(".option push\n.option arch, +zicsr\n" instruction " " #name ", %0\n.option pop" \
                   :                                                                                \
                   : "r"((uintptr_t)(value))                                                        \
                   : "memory")
#define CSR_WRITE(name, value) CSR_DO_("csrw", name, value)
#define CSR_SET(name, value) CSR_DO_("csrs", name, value)
#define CSR_CLEAR(name, value) CSR_DO_("csrc", name, value)

#define MSTATUS_MIE 0x8u
#define MIE_MTIE 0x80u
#define CAUSE_INTERRUPT ((uintptr_t)1u << (sizeof(uintptr_t) * 8u - 1u))
#define CAUSE_TIMER (CAUSE_INTERRUPT | 7u)

#define CLINT 0x02000000u
#define VIRT_TEST ((volatile uint32_t *)0x00100000u)
#define VIRT_TEST_RESET 0x7777u

/* A software interrupt for a hart: start.S lets it go on. */
static inline void machine_start_hart(uintptr_t hart)
{
  ((volatile uint32_t *)CLINT)[hart] = 1u;
}

/* The next timer interrupt of a hart comes in `ticks` of mtime (10 MHz). */
static inline void machine_timer_in(uintptr_t hart, uint32_t ticks)
{
  volatile uint32_t *now = (volatile uint32_t *)(CLINT + 0xBFF8u);
  volatile uint32_t *compare = (volatile uint32_t *)(CLINT + 0x4000u + 8u * hart);
  uint32_t high;
  uint32_t low;
  do {
    high = now[1];
    low = now[0];
  } while (high != now[1]);
  uint64_t at = (((uint64_t)high << 32u) | low) + ticks;
  compare[1] = 0xFFFFFFFFu; /* never, while only one half is written */
  compare[0] = (uint32_t)at;
  compare[1] = (uint32_t)(at >> 32u);
}

#endif
