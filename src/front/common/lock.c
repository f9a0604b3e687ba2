/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The lock of the fronts.  Compiled once for each lock that the target has. */
#include <acre/fronts.h>
#include <acre/lock.h>

void *acre_front_lock(acre_front_lock_of which)
{
  static acre_port_lock locks[2] = {ACRE_LOCK_INIT, ACRE_LOCK_INIT};
  return &locks[(which == ACRE_FRONT_LOCK_HEAP) ? 0 : 1];
}

uintptr_t acre_front_acquire(void *lock)
{
  return acre_port_acquire(lock);
}

void acre_front_release(void *lock, uintptr_t saved)
{
  acre_port_release(lock, saved);
}
