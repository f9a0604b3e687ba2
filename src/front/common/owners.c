/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Live bytes per owner.  Number 0 is nobody, and whoever finds the table full. */
#include "front.h"

static acre_owner owners[ACRE_OWNERS];
static uint32_t known = 1u;

__attribute__((weak)) uintptr_t acre_front_owner(void)
{
  return 0u;
}

/* Under the lock of the tools. */
static uint32_t number_of(uintptr_t tag)
{
  uint32_t number = 0u;
  for (uint32_t i = 1u; (i < known) && (number == 0u); i++) {
    if (owners[i].tag == tag) {
      number = i;
    }
  }
  if ((number == 0u) && (tag != 0u) && (known < ACRE_OWNERS)) {
    number = known;
    owners[number].tag = tag;
    known += 1u;
  }
  return number;
}

static void grow(acre_owner *owner, size_t bytes)
{
  owner->bytes += bytes;
  if (owner->bytes > owner->peak) {
    owner->peak = owner->bytes;
  }
}

uint32_t acre_front_owner_enter_(size_t size)
{
  void *lock = acre_front_lock(ACRE_FRONT_LOCK_TOOLS);
  uintptr_t tag = acre_front_owner();
  uintptr_t saved = acre_front_acquire(lock);
  uint32_t number = number_of(tag);
  owners[number].blocks += 1u;
  grow(&owners[number], size);
  acre_front_release(lock, saved);
  return number;
}

/* A number from memory that a program may have overwritten. */
static acre_owner *owner_at(uint32_t number)
{
  return &owners[(number < ACRE_OWNERS) ? number : 0u];
}

void acre_front_owner_leave_(uint32_t owner, size_t size)
{
  void *lock = acre_front_lock(ACRE_FRONT_LOCK_TOOLS);
  uintptr_t saved = acre_front_acquire(lock);
  owner_at(owner)->blocks -= 1u;
  owner_at(owner)->bytes -= size;
  acre_front_release(lock, saved);
}

void acre_front_owner_change_(uint32_t owner, size_t before, size_t after)
{
  void *lock = acre_front_lock(ACRE_FRONT_LOCK_TOOLS);
  uintptr_t saved = acre_front_acquire(lock);
  owner_at(owner)->bytes -= before;
  grow(owner_at(owner), after);
  acre_front_release(lock, saved);
}

uintptr_t acre_front_owner_tag_(uint32_t owner)
{
  return owner_at(owner)->tag;
}

uint32_t acre_front_owners(acre_owner *list, uint32_t capacity)
{
  void *lock = acre_front_lock(ACRE_FRONT_LOCK_TOOLS);
  uintptr_t saved = acre_front_acquire(lock);
  uint32_t count = known;
  for (uint32_t i = 0u; (i < count) && (i < capacity); i++) {
    list[i].tag = owners[i].tag;
    list[i].bytes = owners[i].bytes;
    list[i].peak = owners[i].peak;
    list[i].blocks = owners[i].blocks;
  }
  acre_front_release(lock, saved);
  return count;
}
