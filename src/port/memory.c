/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Regions in spans of memory. */
#include <acre/memory.h>

/* What acre_region_init asks of the start. */
#define START_ALIGNMENT 4u

acre_status acre_region_init_span(acre_region *region, const acre_span *span)
{
  acre_status status;
  if ((region == NULL) || (span == NULL) || (span->start == NULL)) {
    status = ACRE_NULL_ARGUMENT;
  } else {
    uintptr_t start = (uintptr_t)span->start;
    uintptr_t end = (uintptr_t)span->end;
    uintptr_t lost = (START_ALIGNMENT - (start % START_ALIGNMENT)) % START_ALIGNMENT;
    if (end < start) {
      status = ACRE_RANGE_OVERFLOW;
    } else if ((end - start) <= lost) {
      status = ACRE_TOO_SMALL;
    } else {
      status = acre_region_init(region, (void *)(start + lost), (size_t)(end - start - lost), span->granule);
    }
  }
  return status;
}

acre_status acre_regions_init_spans(acre_region *regions, const acre_span *spans, size_t count, size_t *failed)
{
  acre_status status = ACRE_OK;
  size_t at = 0u;
  while ((at < count) && (status == ACRE_OK)) {
    status = acre_region_init_span(&regions[at], &spans[at]);
    if (status == ACRE_OK) {
      at += 1u;
    }
  }
  *failed = at;
  return status;
}
