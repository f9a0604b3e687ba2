/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the parts of heap_caps share. */
#ifndef ACRE_SRC_FRONT_CAPS_H
#define ACRE_SRC_FRONT_CAPS_H

#include "../common/front.h"
#include "esp_heap_caps.h"
#include "esp_heap_caps_init.h"
#include "heap_caps_board.h"

/* Whom a block is for; of the function itself, not of one it calls. */
#define CALLER __builtin_return_address(0)

static inline bool info_has(const acre_heap_info *info, uint32_t caps)
{
  return ((info->caps[0] | info->caps[1] | info->caps[2]) & caps) == caps;
}

/* To check, dump and walk, INVALID is all. */
static inline uint32_t all_if_invalid(uint32_t caps)
{
  return ((caps & MALLOC_CAP_INVALID) != 0u) ? 0u : caps;
}

/* The next region after `id` that has all of caps, and what is known of it;
 * ACRE_NO_REGION after the last. */
acre_region_id acre_esp_next_(acre_region_id id, uint32_t caps, acre_heap_info *info);

/* Whether the minimum of a region counts; see late regions in init.c. */
bool acre_esp_minimum_counts_(acre_region_id id);
/* While the minimum is monitored, those of all regions there are now count. */
void acre_esp_monitored_(bool on);

/* What a request becomes by the board's wishes and rules; false if it cannot be met. */
bool acre_esp_adjust_(size_t *size, size_t *alignment, uint32_t *caps);

#endif
