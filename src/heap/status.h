/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Statuses of the core, as the heap tells them. */
#ifndef ACRE_SRC_HEAP_STATUS_H
#define ACRE_SRC_HEAP_STATUS_H

#include <acre/heap.h>

#ifdef __FRAMAC__
#include "heap_status.acsl"
#endif

/* What a region's refusal of a pointer, size or initialisation is to the heap. */
/*@ assigns \result \from status;
    ensures told: \result == StatusOf(status);
    ensures ok: \result == ACRE_HEAP_OK <==> status == ACRE_OK;
 */
acre_heap_status acre_heap_status_of_(acre_status status);

#endif
