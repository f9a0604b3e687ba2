/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * An example of a board: a memory map like that of an ESP32.  Data RAM, RAM on
 * both buses, instruction RAM that takes 32-bit words only, RTC memory, external
 * memory.  What can do one thing only is used for that first.
 *
 * RAM on both buses cannot be had for code here: its addresses for instructions
 * are others, and acre does not translate them.
 */
#include "esp_heap_caps.h"
#include "heap_caps_board.h"

extern const char board_data_ram_start[];
extern const char board_data_ram_end[];
extern const char board_both_start[];
extern const char board_both_end[];
extern const char board_code_start[];
extern const char board_code_end[];
extern const char board_rtc_start[];
extern const char board_rtc_end[];
extern const char board_external_start[];
extern const char board_external_end[];

static const heap_caps_kind kinds[] = {
    {"DRAM",
     {MALLOC_CAP_8BIT | MALLOC_CAP_DEFAULT, MALLOC_CAP_INTERNAL | MALLOC_CAP_DMA | MALLOC_CAP_32BIT, 0u},
     false},
    {"D/IRAM",
     {0u, MALLOC_CAP_DMA | MALLOC_CAP_8BIT | MALLOC_CAP_INTERNAL | MALLOC_CAP_DEFAULT, MALLOC_CAP_32BIT},
     false},
    {"IRAM", {MALLOC_CAP_INTERNAL | MALLOC_CAP_EXEC | MALLOC_CAP_32BIT, 0u, 0u}, false},
    {"RTCRAM", {MALLOC_CAP_RTCRAM, 0u, MALLOC_CAP_8BIT | MALLOC_CAP_INTERNAL | MALLOC_CAP_32BIT}, false},
    {"SPIRAM", {MALLOC_CAP_SPIRAM, 0u, MALLOC_CAP_DEFAULT | MALLOC_CAP_8BIT | MALLOC_CAP_32BIT}, false},
};

static const heap_caps_memory memories[] = {
    {board_data_ram_start, board_data_ram_end, 0u}, {board_both_start, board_both_end, 1u},
    {board_code_start, board_code_end, 2u},         {board_rtc_start, board_rtc_end, 3u},
    {board_external_start, board_external_end, 4u},
};

const heap_caps_board_t heap_caps_board = {
    .kinds = kinds,
    .memories = memories,
    .reserved = NULL,
    .wishes = NULL,
    .kind_count = 5u,
    .memory_count = 5u,
    .reserved_count = 0u,
    .wish_count = 0u,
    .exec_is_words = true,
    .verbose = false,
};
