/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Statuses of the core, as the heap tells them. */
#include "status.h"

acre_heap_status acre_heap_status_of_(acre_status status)
{
  acre_heap_status told = ACRE_HEAP_CORRUPT;
  switch (status) {
  case ACRE_OK:
    told = ACRE_HEAP_OK;
    break;
  case ACRE_NO_SPACE:
    told = ACRE_HEAP_NO_SPACE;
    break;
  case ACRE_BAD_SIZE:
    told = ACRE_HEAP_BAD_SIZE;
    break;
  case ACRE_OUTSIDE:
    told = ACRE_HEAP_OUTSIDE;
    break;
  case ACRE_NOT_A_BLOCK:
    told = ACRE_HEAP_NOT_A_BLOCK;
    break;
  case ACRE_NULL_ARGUMENT:
    told = ACRE_HEAP_NULL_ARGUMENT;
    break;
  case ACRE_TOO_SMALL:
    told = ACRE_HEAP_TOO_SMALL;
    break;
  case ACRE_MISALIGNED:
    told = ACRE_HEAP_MISALIGNED;
    break;
  case ACRE_RANGE_OVERFLOW:
    told = ACRE_HEAP_RANGE_OVERFLOW;
    break;
  case ACRE_BAD_GRANULE:
    told = ACRE_HEAP_BAD_GRANULE;
    break;
  case ACRE_TOO_MANY_GRANULES:
    told = ACRE_HEAP_TOO_MANY_GRANULES;
    break;
  case ACRE_CHECK_MORE:
    told = ACRE_HEAP_CHECK_MORE;
    break;
  default:
    /* ACRE_CORRUPT */
    break;
  }
  return told;
}
