/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * An example of a board: a memory map like that of an ESP32-C5.  RAM that can
 * do everything, of which a part is the first stack; RTC memory, which keeps
 * its contents in deep sleep; external memory.  The linker script names the ends.
 */
#include "esp_heap_caps.h"
#include "heap_caps_board.h"

extern const char board_ram_start[];
extern const char board_stack_start[];
extern const char board_ram_end[];
extern const char board_rtc_start[];
extern const char board_rtc_end[];
extern const char board_external_start[];
extern const char board_external_end[];
/* Static data in the middle of RAM. */
extern const char board_data_start[];
extern const char board_data_end[];

#define ALL_OF_RAM \
  (MALLOC_CAP_DEFAULT | MALLOC_CAP_INTERNAL | MALLOC_CAP_32BIT | MALLOC_CAP_8BIT | MALLOC_CAP_EXEC | MALLOC_CAP_DMA)

static const heap_caps_kind kinds[] = {
    {"RAM", {ALL_OF_RAM, 0u, 0u}, false},
    {"RAM of the first stack", {ALL_OF_RAM, 0u, 0u}, true},
    {"RTCRAM", {MALLOC_CAP_RTCRAM, ALL_OF_RAM, 0u}, false}, /* for others only when RAM is full */
    {"external", {MALLOC_CAP_SPIRAM | MALLOC_CAP_DEFAULT, 0u, MALLOC_CAP_8BIT | MALLOC_CAP_32BIT}, false},
};

static const heap_caps_memory memories[] = {
    {board_ram_start, board_stack_start, 0u},
    {board_stack_start, board_ram_end, 1u},
    {board_rtc_start, board_rtc_end, 2u},
    {board_external_start, board_external_end, 3u},
};

static const heap_caps_reserved reserved[] = {{board_data_start, board_data_end}};

static const heap_caps_wish wishes[] = {
    {MALLOC_CAP_CACHE_ALIGNED, 32u, true},
    {MALLOC_CAP_DMA_DESC_AXI, 8u, true},
};

const heap_caps_board_t heap_caps_board = {
    .kinds = kinds,
    .memories = memories,
    .reserved = reserved,
    .wishes = wishes,
    .kind_count = 4u,
    .memory_count = 4u,
    .reserved_count = 1u,
    .wish_count = 2u,
    .exec_is_words = false,
    .verbose = true,
};
