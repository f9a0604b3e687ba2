/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the functions of the malloc family share. */
#ifndef ACRE_SRC_FRONT_LIBC_H
#define ACRE_SRC_FRONT_LIBC_H

#include "../common/front.h"
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

/* Whom a block is for; of the function itself, not of one it calls. */
#define CALLER __builtin_return_address(0)

/* A request by the default masks.  NULL and ENOMEM if there is no room; NULL
 * alone for size 0. */
static inline void *libc_alloc(size_t alignment, size_t size, bool zeroed, const char *function, const void *caller)
{
  front_call call;
  acre_caps masks[2];
  void *block;
  acre_front_call_default_(&call, size, masks, function, caller);
  call.alignment = alignment;
  call.zeroed = zeroed;
  block = acre_front_alloc_(acre_front_heap(), &call);
  if ((block == NULL) && (size != 0u)) {
    errno = ENOMEM;
  }
  return block;
}

static inline void *libc_realloc(void *block, size_t size, const char *function, const void *caller)
{
  front_call call;
  acre_caps masks[2];
  void *after;
  acre_front_call_default_(&call, size, masks, function, caller);
  after = acre_front_realloc_(acre_front_heap(), block, &call);
  if ((after == NULL) && (size != 0u)) {
    errno = ENOMEM;
  }
  return after;
}

#endif
