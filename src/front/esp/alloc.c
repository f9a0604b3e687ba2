/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Allocation by capability. */
#include "caps.h"
#include <stdarg.h>

static void call_begin(front_call *call, size_t size, const uint32_t *caps, const char *function, const void *caller)
{
  heap_caps_init();
  front_call_one(call, size, caps, function, caller);
}

/* Adjusts a call with one mask, which `caps` becomes.  False: told, it failed. */
static bool call_adjust(front_call *call, uint32_t *caps)
{
  bool fits = (call->size == 0u) || acre_esp_adjust_(&call->size, &call->alignment, caps);
  if (!fits) {
    acre_front_failed_(call);
  }
  return fits;
}

static void *allocate(size_t alignment, size_t size, uint32_t caps, bool zeroed, const char *function,
                      const void *caller)
{
  front_call call;
  uint32_t mask = caps;
  call_begin(&call, size, &mask, function, caller);
  call.alignment = alignment;
  call.zeroed = zeroed;
  return call_adjust(&call, &mask) ? acre_front_alloc_(acre_front_heap(), &call) : NULL;
}

void *heap_caps_malloc(size_t size, uint32_t caps)
{
  return allocate(1u, size, caps, false, "heap_caps_malloc", CALLER);
}

void *heap_caps_calloc(size_t n, size_t size, uint32_t caps)
{
  return allocate(1u, acre_heap_product(n, size), caps, true, "heap_caps_calloc", CALLER);
}

void *heap_caps_aligned_alloc(size_t alignment, size_t size, uint32_t caps)
{
  return front_power_of_two(alignment) ? allocate(alignment, size, caps, false, "heap_caps_aligned_alloc", CALLER)
                                       : NULL;
}

void *heap_caps_aligned_calloc(size_t alignment, size_t n, size_t size, uint32_t caps)
{
  return front_power_of_two(alignment)
             ? allocate(alignment, acre_heap_product(n, size), caps, true, "heap_caps_aligned_calloc", CALLER)
             : NULL;
}

void *heap_caps_realloc(void *ptr, size_t size, uint32_t caps)
{
  front_call call;
  uint32_t mask = caps;
  call_begin(&call, size, &mask, "heap_caps_realloc", CALLER);
  return call_adjust(&call, &mask) ? acre_front_realloc_(acre_front_heap(), ptr, &call) : NULL;
}

void heap_caps_free(void *ptr)
{
  acre_front_free_(acre_front_heap(), ptr, "heap_caps_free", CALLER);
}

void heap_caps_aligned_free(void *ptr)
{
  acre_front_free_(acre_front_heap(), ptr, "heap_caps_aligned_free", CALLER);
}

/* ---- Lists of masks ------------------------------------------------------------- */

/* The masks as far as they can be met at all, adjusted; one size and alignment
 * is for all of them. */
static uint32_t adjust_all(front_call *call, const uint32_t *caps, size_t num, uint32_t *masks)
{
  uint32_t count = 0u;
  for (size_t i = 0u; (i < num) && (i < HEAP_CAPS_PREFER_MAX); i++) {
    size_t size = call->size;
    size_t alignment = call->alignment;
    masks[count] = caps[i];
    if (acre_esp_adjust_(&size, &alignment, &masks[count])) {
      call->size = size;
      call->alignment = alignment;
      count++;
    }
  }
  return count;
}

/* *fits: false and told, if no mask can be met. */
static bool call_prefer(front_call *call, size_t size, const uint32_t *caps, size_t num, uint32_t *masks)
{
  masks[0] = MALLOC_CAP_DEFAULT;
  if (num != 0u) {
    masks[0] = caps[((num < HEAP_CAPS_PREFER_MAX) ? num : HEAP_CAPS_PREFER_MAX) - 1u];
  }
  call->told_caps = masks[0];
  call->count = 0u;
  if (size != 0u) {
    call->count = adjust_all(call, caps, num, masks);
    if (call->count == 0u) {
      acre_front_failed_(call);
    }
  }
  return (size == 0u) || (call->count != 0u);
}

static void *allocate_prefer(size_t size, bool zeroed, const uint32_t *caps, size_t num, const char *function,
                             const void *caller)
{
  uint32_t masks[HEAP_CAPS_PREFER_MAX];
  front_call call;
  masks[0] = 0u;
  call_begin(&call, size, masks, function, caller);
  call.zeroed = zeroed;
  return call_prefer(&call, size, caps, num, masks) ? acre_front_alloc_(acre_front_heap(), &call) : NULL;
}

static void *realloc_prefer(void *ptr, size_t size, const uint32_t *caps, size_t num, const void *caller)
{
  uint32_t masks[HEAP_CAPS_PREFER_MAX];
  front_call call;
  masks[0] = 0u;
  call_begin(&call, size, masks, "heap_caps_realloc_prefer", caller);
  return call_prefer(&call, size, caps, num, masks) ? acre_front_realloc_(acre_front_heap(), ptr, &call) : NULL;
}

void *heap_caps_malloc_preferv(size_t size, const uint32_t *caps, size_t num)
{
  return allocate_prefer(size, false, caps, num, "heap_caps_malloc_prefer", CALLER);
}

void *heap_caps_calloc_preferv(size_t n, size_t size, const uint32_t *caps, size_t num)
{
  return allocate_prefer(acre_heap_product(n, size), true, caps, num, "heap_caps_calloc_prefer", CALLER);
}

void *heap_caps_realloc_preferv(void *ptr, size_t size, const uint32_t *caps, size_t num)
{
  return realloc_prefer(ptr, size, caps, num, CALLER);
}

/* The masks of a call as an array. */
static void collect(uint32_t *caps, size_t num, va_list arguments)
{
  for (size_t i = 0u; (i < num) && (i < HEAP_CAPS_PREFER_MAX); i++) {
    caps[i] = va_arg(arguments, uint32_t);
  }
}

void *heap_caps_malloc_prefer(size_t size, size_t num, ...)
{
  uint32_t caps[HEAP_CAPS_PREFER_MAX];
  va_list arguments;
  va_start(arguments, num);
  collect(caps, num, arguments);
  va_end(arguments);
  return allocate_prefer(size, false, caps, num, "heap_caps_malloc_prefer", CALLER);
}

void *heap_caps_calloc_prefer(size_t n, size_t size, size_t num, ...)
{
  uint32_t caps[HEAP_CAPS_PREFER_MAX];
  va_list arguments;
  va_start(arguments, num);
  collect(caps, num, arguments);
  va_end(arguments);
  return allocate_prefer(acre_heap_product(n, size), true, caps, num, "heap_caps_calloc_prefer", CALLER);
}

void *heap_caps_realloc_prefer(void *ptr, size_t size, size_t num, ...)
{
  uint32_t caps[HEAP_CAPS_PREFER_MAX];
  va_list arguments;
  va_start(arguments, num);
  collect(caps, num, arguments);
  va_end(arguments);
  return realloc_prefer(ptr, size, caps, num, CALLER);
}

/* ---- What malloc is --------------------------------------------------------------- */

void heap_caps_malloc_extmem_enable(size_t limit)
{
  acre_heap_defaults defaults;
  defaults.internal = MALLOC_CAP_DEFAULT | MALLOC_CAP_INTERNAL;
  defaults.external = MALLOC_CAP_DEFAULT | MALLOC_CAP_SPIRAM;
  defaults.any = MALLOC_CAP_DEFAULT;
  defaults.limit = limit;
  defaults.strict = false;
  acre_heap_set_defaults(acre_front_heap(), &defaults);
}

void *heap_caps_malloc_default(size_t size)
{
  front_call call;
  acre_caps masks[2];
  heap_caps_init();
  acre_front_call_default_(&call, size, masks, "heap_caps_malloc_default", CALLER);
  return acre_front_alloc_(acre_front_heap(), &call);
}

void *heap_caps_aligned_alloc_default(size_t alignment, size_t size)
{
  void *block = NULL;
  if (front_power_of_two(alignment)) {
    front_call call;
    acre_caps masks[2];
    heap_caps_init();
    acre_front_call_default_(&call, size, masks, "heap_caps_aligned_alloc_default", CALLER);
    call.alignment = alignment;
    block = acre_front_alloc_(acre_front_heap(), &call);
  }
  return block;
}

void *heap_caps_realloc_default(void *ptr, size_t size)
{
  front_call call;
  acre_caps masks[2];
  heap_caps_init();
  acre_front_call_default_(&call, size, masks, "heap_caps_realloc_default", CALLER);
  return acre_front_realloc_(acre_front_heap(), ptr, &call);
}

/* ---- Hooks -------------------------------------------------------------------------- */

esp_err_t heap_caps_register_failed_alloc_callback(esp_alloc_failed_hook_t callback)
{
  esp_err_t error = ESP_ERR_INVALID_ARG;
  if (callback != NULL) {
    acre_front_on_failed_(callback);
    error = ESP_OK;
  }
  return error;
}

void heap_caps_unregister_failed_alloc_callback(void)
{
  acre_front_on_failed_(NULL);
}
