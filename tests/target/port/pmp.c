/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Physical memory protection: the application runs in user mode and asks the
 * allocator, in machine mode, by ecall.  It may read and write its blocks; it
 * has to trap when it writes or reads the metadata, and when it executes a
 * block.  Each plan is tried twice: with an entry behind it that gives user
 * mode everything, so that the plan alone forbids; and with none, so that the
 * plan alone allows, and the bytes around the payload trap, too.
 */
#include "bare.h"
#include "machine.h"
#include <acre/pmp.h>

#define MEMORY 8192u
#define ENTRIES 16u
#define CAUSE_FETCH 1u
#define CAUSE_LOAD 5u
#define CAUSE_STORE 7u
#define CAUSE_ECALL_U 8u

/* Two regions: metadata before the payload, and elsewhere in powers of two. */
static uint8_t memory[MEMORY] __attribute__((aligned(4096)));
static uint8_t payload[4096] __attribute__((aligned(4096)));
static uint8_t side[512] __attribute__((aligned(512)));
_Static_assert(sizeof side >= ACRE_METADATA_SIZE(sizeof payload, 16u), "side must hold the metadata");
/* Neither region nor the rest of the firmware: nobody gave user mode access to it. */
static acre_region heap;
static uint8_t user_stack[2048] __attribute__((aligned(4096)));

/* What the application and the trap handler say to each other lies with the
 * stack, which user mode may use. */
typedef struct mailbox {
  volatile uintptr_t cause;
  volatile uintptr_t value;
  volatile uint32_t traps;
  uintptr_t metadata_start;
  uintptr_t metadata_end;
  uintptr_t payload_start;
  uintptr_t payload_end;
  uint32_t open; /* user mode may use all that the plan does not forbid */
} mailbox;
#define BOX ((mailbox *)(void *)user_stack)

/* Where an access that traps goes on. */
extern char user_load[], user_load_done[], user_store[], user_store_done[], user_fetch[], user_fetch_done[];
__asm__(".section .text.user, \"ax\"\n"
        ".balign 4\n"
        "user_load: lbu a0, 0(a0)\n"
        "user_load_done: ret\n"
        "user_store: sb a1, 0(a0)\n"
        "user_store_done: ret\n"
        "user_fetch: jr a0\n"
        "user_fetch_done: ret\n"
        ".text");
uint8_t do_load(const void *at) __asm__("user_load");
void do_store(void *at, uint8_t value) __asm__("user_store");
void do_fetch(void *at) __asm__("user_fetch");

/* The system calls: 1 allocate a1 bytes, 2 free block a1, 3 the end. */
uintptr_t system_call(uintptr_t call, uintptr_t argument);
__asm__(".section .text.user, \"ax\"\n"
        "system_call: ecall\n"
        "ret\n"
        ".text");

uintptr_t on_trap_c(uintptr_t call, uintptr_t argument);

#if __riscv_xlen == 64
#define STORE "sd"
#define LOAD "ld"
#define WORD "8"
#else
#define STORE "sw"
#define LOAD "lw"
#define WORD "4"
#endif

/* Saves what C may change, on the machine's stack, which mscratch keeps. */
__asm__(".section .text.trap, \"ax\"\n"
        ".option push\n.option arch, +zicsr\n"
        ".balign 4\n"
        "on_trap:\n"
        "csrrw sp, mscratch, sp\n"
        "addi sp, sp, -16*" WORD "\n" STORE " ra, 0*" WORD "(sp)\n" STORE " t0, 1*" WORD "(sp)\n" STORE " t1, 2*" WORD
        "(sp)\n" STORE " t2, 3*" WORD "(sp)\n" STORE " a1, 4*" WORD "(sp)\n" STORE " a2, 5*" WORD "(sp)\n" STORE
        " a3, 6*" WORD "(sp)\n" STORE " a4, 7*" WORD "(sp)\n" STORE " a5, 8*" WORD "(sp)\n" STORE " a6, 9*" WORD
        "(sp)\n" STORE " a7, 10*" WORD "(sp)\n" STORE " t3, 11*" WORD "(sp)\n" STORE " t4, 12*" WORD "(sp)\n" STORE
        " t5, 13*" WORD "(sp)\n" STORE " t6, 14*" WORD "(sp)\n"
        "call on_trap_c\n" LOAD " ra, 0*" WORD "(sp)\n" LOAD " t0, 1*" WORD "(sp)\n" LOAD " t1, 2*" WORD "(sp)\n" LOAD
        " t2, 3*" WORD "(sp)\n" LOAD " a1, 4*" WORD "(sp)\n" LOAD " a2, 5*" WORD "(sp)\n" LOAD " a3, 6*" WORD
        "(sp)\n" LOAD " a4, 7*" WORD "(sp)\n" LOAD " a5, 8*" WORD "(sp)\n" LOAD " a6, 9*" WORD "(sp)\n" LOAD
        " a7, 10*" WORD "(sp)\n" LOAD " t3, 11*" WORD "(sp)\n" LOAD " t4, 12*" WORD "(sp)\n" LOAD " t5, 13*" WORD
        "(sp)\n" LOAD " t6, 14*" WORD "(sp)\n"
        "addi sp, sp, 16*" WORD "\n"
        "csrrw sp, mscratch, sp\n"
        "mret\n"
        /* enter_user(function, stack): leaves through leave_user */
        "enter_user:\n"
        "addi sp, sp, -16*" WORD "\n" STORE " ra, 0*" WORD "(sp)\n" STORE " s0, 1*" WORD "(sp)\n" STORE " s1, 2*" WORD
        "(sp)\n" STORE " s2, 3*" WORD "(sp)\n" STORE " s3, 4*" WORD "(sp)\n" STORE " s4, 5*" WORD "(sp)\n" STORE
        " s5, 6*" WORD "(sp)\n" STORE " s6, 7*" WORD "(sp)\n" STORE " s7, 8*" WORD "(sp)\n" STORE " s8, 9*" WORD
        "(sp)\n" STORE " s9, 10*" WORD "(sp)\n" STORE " s10, 11*" WORD "(sp)\n" STORE " s11, 12*" WORD "(sp)\n"
        "csrw mscratch, sp\n"
        "mv sp, a1\n"
        "csrw mepc, a0\n"
        "li t0, 0x1800\n" /* MPP = U */
        "csrc mstatus, t0\n"
        "mret\n"
        "leave_user:\n"
        "csrr sp, mscratch\n" LOAD " ra, 0*" WORD "(sp)\n" LOAD " s0, 1*" WORD "(sp)\n" LOAD " s1, 2*" WORD
        "(sp)\n" LOAD " s2, 3*" WORD "(sp)\n" LOAD " s3, 4*" WORD "(sp)\n" LOAD " s4, 5*" WORD "(sp)\n" LOAD
        " s5, 6*" WORD "(sp)\n" LOAD " s6, 7*" WORD "(sp)\n" LOAD " s7, 8*" WORD "(sp)\n" LOAD " s8, 9*" WORD
        "(sp)\n" LOAD " s9, 10*" WORD "(sp)\n" LOAD " s10, 11*" WORD "(sp)\n" LOAD " s11, 12*" WORD "(sp)\n"
        "addi sp, sp, 16*" WORD "\n"
        "ret\n"
        ".option pop\n.text");
extern char on_trap[], leave_user[];
void enter_user(void (*function)(void), void *stack);

uintptr_t on_trap_c(uintptr_t call, uintptr_t argument)
{
  uintptr_t cause = CSR_READ(mcause);
  uintptr_t at = CSR_READ(mepc);
  uintptr_t result = call;
  if (cause == CAUSE_ECALL_U) {
    at += 4u;
    if (call == 1u) {
      result = (uintptr_t)acre_region_alloc(&heap, argument);
    } else if (call == 2u) {
      result = (uintptr_t)acre_region_free(&heap, (void *)argument);
    } else {
      /* back to machine mode, behind enter_user */
      CSR_SET(mstatus, 0x1800u);
      at = (uintptr_t)leave_user;
    }
  } else {
    BOX->cause = cause;
    BOX->value = CSR_READ(mtval);
    BOX->traps += 1u;
    if (at == (uintptr_t)user_load) {
      at = (uintptr_t)user_load_done;
    } else if (at == (uintptr_t)user_store) {
      at = (uintptr_t)user_store_done;
    } else {
      bare_require(cause == CAUSE_FETCH && at == BOX->value);
      at = (uintptr_t)user_fetch_done;
    }
  }
  CSR_WRITE(mepc, at);
  return result;
}

/* ---- Loading the plan ------------------------------------------------------- */

#define LOAD_ADDRESS(i) CSR_WRITE(pmpaddr##i, plan[i].address)

static void load(const acre_pmp_entry plan[ENTRIES])
{
  uintptr_t config[4] = {0u};
  for (uint32_t i = 0u; i < ENTRIES; i++) {
    config[i / sizeof(uintptr_t)] |= (uintptr_t)plan[i].config << (8u * (i % sizeof(uintptr_t)));
  }
  CSR_WRITE(pmpcfg0, 0u);
  CSR_WRITE(pmpcfg2, 0u);
  LOAD_ADDRESS(0);
  LOAD_ADDRESS(1);
  LOAD_ADDRESS(2);
  LOAD_ADDRESS(3);
  LOAD_ADDRESS(4);
  LOAD_ADDRESS(5);
  LOAD_ADDRESS(6);
  LOAD_ADDRESS(7);
  LOAD_ADDRESS(8);
  LOAD_ADDRESS(9);
  LOAD_ADDRESS(10);
  LOAD_ADDRESS(11);
  LOAD_ADDRESS(12);
  LOAD_ADDRESS(13);
  LOAD_ADDRESS(14);
  LOAD_ADDRESS(15);
#if __riscv_xlen == 64
  CSR_WRITE(pmpcfg0, config[0]);
  CSR_WRITE(pmpcfg2, config[1]);
#else
  CSR_WRITE(pmpcfg0, config[0]);
  CSR_WRITE(pmpcfg1, config[1]);
  CSR_WRITE(pmpcfg2, config[2]);
  CSR_WRITE(pmpcfg3, config[3]);
#endif
}

/* ---- The application, in user mode ------------------------------------------- */

/* User mode cannot use the console: it leaves what went wrong for the report. */
static void user_require(int holds, uint32_t line)
{
  if (holds == 0) {
    BOX->value = line;
    BOX->cause = 99u;
    (void)system_call(3u, 0u);
  }
}
#define USER_REQUIRE(condition) user_require((condition) ? 1 : 0, __LINE__)

/* Each kind of access at `at` has to trap, with its cause and address. */
static void forbidden(uintptr_t at)
{
  uint32_t traps = BOX->traps;
  do_store((void *)at, 0xEEu);
  USER_REQUIRE(BOX->traps == traps + 1u && BOX->cause == CAUSE_STORE && BOX->value == at);
  (void)do_load((void *)at);
  USER_REQUIRE(BOX->traps == traps + 2u && BOX->cause == CAUSE_LOAD && BOX->value == at);
}

static void application(void)
{
  uint8_t *blocks[8];
  uint32_t traps = BOX->traps;
  for (uint32_t i = 0u; i < 8u; i++) {
    blocks[i] = (uint8_t *)system_call(1u, 100u + i);
    USER_REQUIRE(blocks[i] != NULL);
    for (uint32_t j = 0u; j < 100u; j++) {
      do_store(blocks[i] + j, (uint8_t)(i + j));
    }
  }
  USER_REQUIRE(BOX->traps == traps);
  USER_REQUIRE(do_load(blocks[7] + 99) == (uint8_t)(7u + 99u));
  do_store((void *)BOX->payload_start, 0u);
  do_store((void *)(BOX->payload_end - 1u), 0u);
  USER_REQUIRE(BOX->traps == traps);
  /* every 4 bytes of the metadata, and what stands around the payload */
  for (uintptr_t at = BOX->metadata_start; at < BOX->metadata_end; at += 4u) {
    forbidden(at);
    forbidden(at + 3u);
  }
  if (BOX->open == 0u) {
    forbidden(BOX->payload_start - 1u);
    forbidden(BOX->payload_end);
  }
  /* a block is data: its first instruction is not even fetched */
  traps = BOX->traps;
  do_store(blocks[0], 0x82u); /* c.jr ra: would return at once */
  do_store(blocks[0] + 1, 0x80u);
  do_fetch(blocks[0]);
  USER_REQUIRE(BOX->traps == traps + 1u && BOX->cause == CAUSE_FETCH && BOX->value == (uintptr_t)blocks[0]);
  for (uint32_t i = 0u; i < 8u; i++) {
    USER_REQUIRE(system_call(2u, (uintptr_t)blocks[i]) == (uintptr_t)ACRE_OK);
  }
  BOX->cause = 0u;
  (void)system_call(3u, 0u);
}

/* The plan, then what the application needs besides: code, its stack, its constants. */
static void try_plan(acre_pmp_mode mode, uintptr_t metadata, size_t metadata_size, const char *name, uint32_t open)
{
  static acre_pmp_entry plan[ENTRIES];
  acre_finding finding;
  acre_stats stats;
  acre_iterator first = {0};
  acre_block block;
  size_t count = 0u;
  for (uint32_t i = 0u; i < ENTRIES; i++) {
    plan[i].config = ACRE_PMP_A_OFF;
  }
  bare_require(acre_pmp_plan(&heap, metadata, metadata_size, mode, 4u, plan, ENTRIES - 2u, &count) == ACRE_OK);
  bare_print("pmp: ");
  bare_print(name);
  bare_report(", entries", count);
  bare_require(acre_region_next(&heap, &first, &block));
  acre_region_stats(&heap, &stats);
  BOX->metadata_start = metadata;
  BOX->payload_start = (uintptr_t)block.address;
  BOX->payload_end = BOX->payload_start + stats.total;
  BOX->metadata_end = (metadata_size == 0u) ? BOX->payload_start : metadata + metadata_size;
  plan[count].address = ((uintptr_t)user_stack >> 2u) | (2048u / 8u - 1u);
  plan[count].config = ACRE_PMP_A_NAPOT | ACRE_PMP_R | ACRE_PMP_W;
  if (open != 0u) {
    plan[count + 1u].address = UINTPTR_MAX >> 1u; /* the whole address space */
    plan[count + 1u].config = ACRE_PMP_A_NAPOT | ACRE_PMP_R | ACRE_PMP_W | ACRE_PMP_X;
  } else {
    plan[count + 1u].address = (0x80000000u >> 2u) | (0x200000u / 8u - 1u); /* flash */
    plan[count + 1u].config = ACRE_PMP_A_NAPOT | ACRE_PMP_R | ACRE_PMP_X;
  }
  BOX->open = open;
  load(plan);
  BOX->traps = 0u;
  CSR_WRITE(mtvec, (uintptr_t)on_trap);
  enter_user(application, user_stack + sizeof user_stack);
  bare_report("pmp:   accesses that trapped", BOX->traps);
  if (BOX->cause != 0u) {
    bare_report("pmp: tests/target/port/pmp.c: not as it should be, line", BOX->value);
    bare_exit(1);
  }
  bare_require(BOX->traps > 100u);
  bare_require(acre_region_check(&heap, &finding) == ACRE_OK);
}

static void run(acre_pmp_mode mode, uintptr_t metadata, size_t metadata_size, const char *name)
{
  try_plan(mode, metadata, metadata_size, name, 1u);
  try_plan(mode, metadata, metadata_size, name, 0u);
}

static void refusals(void)
{
  acre_pmp_entry plan[2];
  size_t count = 0u;
  bare_require(acre_pmp_plan(NULL, 0u, 0u, ACRE_PMP_TOR, 4u, plan, 2u, &count) == ACRE_NULL_ARGUMENT);
  bare_require(acre_pmp_plan(&heap, (uintptr_t)side, sizeof side, ACRE_PMP_TOR, 3u, plan, 2u, &count) ==
               ACRE_BAD_GRANULE);
  bare_require(acre_pmp_plan(&heap, (uintptr_t)side + 2u, 8u, ACRE_PMP_TOR, 4u, plan, 2u, &count) == ACRE_MISALIGNED);
  bare_require(acre_pmp_plan(&heap, (uintptr_t)side, sizeof side, ACRE_PMP_TOR, 8192u, plan, 2u, &count) ==
               ACRE_MISALIGNED);
  bare_require(acre_pmp_plan(&heap, UINTPTR_MAX - 3u, 0u, ACRE_PMP_TOR, 4u, plan, 2u, &count) == ACRE_RANGE_OVERFLOW);
  bare_require(acre_pmp_plan(&heap, UINTPTR_MAX - 3u, 8u, ACRE_PMP_TOR, 4u, plan, 2u, &count) == ACRE_RANGE_OVERFLOW);
  bare_require(acre_pmp_plan(&heap, (uintptr_t)side, sizeof side, ACRE_PMP_TOR, 4u, plan, 2u, &count) ==
                   ACRE_NO_SPACE &&
               count == 4u);
}

int main(void)
{
  bare_require(acre_region_init(&heap, memory, sizeof memory, 0u) == ACRE_OK);
  run(ACRE_PMP_TOR, (uintptr_t)memory, 0u, "metadata before the payload, TOR");
  run(ACRE_PMP_NAPOT, (uintptr_t)memory, 0u, "metadata before the payload, NAPOT");
  bare_require(acre_region_init_split(&heap, side, sizeof side, (uintptr_t)payload, sizeof payload, 0u) == ACRE_OK);
  run(ACRE_PMP_TOR, (uintptr_t)side, sizeof side, "metadata elsewhere, TOR");
  run(ACRE_PMP_NAPOT, (uintptr_t)side, sizeof side, "metadata elsewhere, NAPOT");
  refusals();
  bare_print("pmp: user mode reached its blocks and nothing else\n");
  return 0;
}
