/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Memory on a host with memory protection.  The addresses are fixed, so that
 * an input does the same each time.  The metadata stand above the payload and
 * nothing above them: what an operation on corrupt metadata touches lies up to
 * 16 GiB above them, and has to be nothing of ours.
 */
#include "memory.h"

#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define PAYLOAD_AT ((uintptr_t)0x200000000000u)
#define METADATA_AT (PAYLOAD_AT + 0x1000000u)

static sigjmp_buf out;
static volatile sig_atomic_t guarding;
static volatile sig_atomic_t late;

static uint8_t *map(uintptr_t address, size_t size)
{
  void *p = mmap((void *)address, size, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | MAP_NORESERVE, -1, 0);
  if (p != (void *)address) {
    fprintf(stderr, "fuzz: cannot map %lu bytes at 0x%lx, where something stands already; change PAYLOAD_AT in %s\n",
            (unsigned long)size, (unsigned long)address, __FILE__);
    exit(2);
  }
  return p;
}

static void fault(int signal_number)
{
  if (guarding) {
    guarding = 0;
    late = signal_number == SIGALRM;
    siglongjmp(out, 1);
  }
  /* A real crash: it happens again, and now nobody catches it. */
  signal(signal_number, SIG_DFL);
}

fuzz_memory fuzz_memory_get(void)
{
  static fuzz_memory memory;
  if (memory.payload == NULL) {
    memory.payload = map(PAYLOAD_AT, FUZZ_PAYLOAD);
    memory.metadata = map(METADATA_AT, FUZZ_METADATA);
  }
  return memory;
}

_Noreturn void fuzz_die(void)
{
  abort();
}

bool fuzz_can_guard(void)
{
#ifdef FUZZ_NO_GUARD
  /* The sanitizers would end the program for what is expected here. */
  return false;
#else
  return true;
#endif
}

bool fuzz_guard(void (*function)(void *), void *argument)
{
  struct sigaction mine = {.sa_handler = fault, .sa_flags = SA_NODEFER};
  struct sigaction segv;
  struct sigaction bus;
  struct sigaction alarm;
  volatile bool ended = false;
  late = 0;
  sigaction(SIGSEGV, &mine, &segv);
  sigaction(SIGBUS, &mine, &bus);
  sigaction(SIGALRM, &mine, &alarm);
  if (sigsetjmp(out, 0) == 0) {
    guarding = 1;
    function(argument);
    ended = true;
  }
  guarding = 0;
  sigaction(SIGSEGV, &segv, NULL);
  sigaction(SIGBUS, &bus, NULL);
  sigaction(SIGALRM, &alarm, NULL);
  return ended;
}

bool fuzz_guard_late(void)
{
  return late != 0;
}
