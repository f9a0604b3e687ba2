/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Where the memory of heap_caps comes from. */
#ifndef ACRE_ESP_HEAP_CAPS_INIT_H
#define ACRE_ESP_HEAP_CAPS_INIT_H

#include "esp_err.h"
#include "esp_heap_caps.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Registers what the board's table (heap_caps_board.h) says.  Each function
 * does this by itself first; again it does nothing. */
void heap_caps_init(void);

/* Registers the memory of the stacks that were for starting only.  What is
 * added from here on counts as late: its minimum is 0. */
void heap_caps_enable_nonos_stack_heaps(void);

/*
 * Registers [start, end) with the capabilities that the table gives for start.
 * An end of 0 is the top of the address space.
 *   ESP_ERR_INVALID_ARG   start is 0, or end not above it
 *   ESP_ERR_NOT_FOUND     start is in no memory of the table
 *   and as heap_caps_add_region_with_caps
 */
esp_err_t heap_caps_add_region(intptr_t start, intptr_t end);

/*
 * The same with capabilities, by priority.
 *   ESP_ERR_INVALID_ARG   or caps is NULL, or all 0
 *   ESP_ERR_NO_MEM        no slot is left (ACRE_FRONT_SLOTS), or no room for metadata elsewhere
 *   ESP_ERR_INVALID_SIZE  too small, or too large for acre
 *   ESP_FAIL              it meets a region, and does not lie in one block of it
 */
esp_err_t heap_caps_add_region_with_caps(const uint32_t caps[], intptr_t start, intptr_t end);

/* acre's own: takes a region away again once nothing in it is live.
 *   ESP_ERR_NOT_FOUND      no region starts there
 *   ESP_ERR_INVALID_STATE  blocks are live */
esp_err_t heap_caps_remove_region(intptr_t start);

/* Whether [start, end) may be registered beside [heap_start, heap_end): apart
 * from it, or inside, but not the same.  1 or 0. */
int heap_caps_check_add_region_allowed(intptr_t heap_start, intptr_t heap_end, intptr_t start, intptr_t end);

#ifdef __cplusplus
}
#endif

#endif
