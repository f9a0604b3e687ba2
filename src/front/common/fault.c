/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the fronts tell: requests that failed, pointers that are none. */
#include "front.h"
#include "../../heap/text.h"

static front_failed_hook failed_hook = NULL;
static acre_front_fault_hook fault_hook = NULL;
static const front_observer *observing = NULL;

static void write_output(void *user, const char *text, size_t length)
{
  (void)user;
  acre_front_write(text, length);
}

const acre_output acre_front_output_ = {write_output, NULL};

void acre_front_on_failed_(front_failed_hook hook)
{
  failed_hook = hook;
}

void acre_front_on_fault(acre_front_fault_hook hook)
{
  fault_hook = hook;
}

void acre_front_observe_(const front_observer *with)
{
  observing = with;
}

const front_observer *acre_front_observer_(void)
{
  return observing;
}

void acre_front_failed_(const front_call *call)
{
  front_failed_hook hook = failed_hook;
  if (hook != NULL) {
    hook(call->told_size, call->told_caps, call->function);
  }
#if defined(CONFIG_HEAP_ABORT_WHEN_ALLOCATION_FAILS)
  put_text(&acre_front_output_, "Mem alloc fail. size ");
  put_hex(&acre_front_output_, call->told_size);
  put_text(&acre_front_output_, " caps ");
  put_hex(&acre_front_output_, call->told_caps);
  put_text(&acre_front_output_, "\n");
  acre_front_panic("acre: an allocation failed, and CONFIG_HEAP_ABORT_WHEN_ALLOCATION_FAILS is set");
#endif
}

static const char *fault_text(acre_heap_status kind)
{
  const char *text = "not the start of a live block (freed twice, or inside a block)";
  switch (kind) {
  case ACRE_HEAP_OUTSIDE:
    text = "outside of all heaps";
    break;
  case ACRE_HEAP_HOST:
    text = "a region of the heap lies in this block";
    break;
  case ACRE_HEAP_CORRUPT:
    text = "its surroundings were overwritten";
    break;
  default:
    /* as above */
    break;
  }
  return text;
}

void acre_front_fault_(acre_heap_status kind, const void *pointer, const char *function)
{
  acre_front_fault_hook hook = fault_hook;
  if (hook != NULL) {
    hook(kind, pointer, function);
  } else {
    put_text(&acre_front_output_, function);
    put_text(&acre_front_output_, ": ");
    put_hex(&acre_front_output_, (uintptr_t)pointer);
    put_text(&acre_front_output_, ": ");
    put_text(&acre_front_output_, fault_text(kind));
    put_text(&acre_front_output_, "\n");
    acre_front_panic("acre: a bad pointer; nothing was changed");
  }
}
