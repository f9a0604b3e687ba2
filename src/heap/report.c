/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Reports, in the forms that users of other heaps know: the summary and the
 * dump of ESP-IDF's heap_caps, and the memory layout of esp-alloc.  What is
 * printed is read under the locks and written outside.
 */
#include "account.h"
#include "text.h"

static void put_region(const acre_output *output, const acre_heap_info *info, const acre_heap_stats *stats)
{
  put_text(output, "  At ");
  put_hex(output, info->address);
  put_field(output, " len ", info->size);
  put_field(output, " free ", stats->free);
  put_field(output, " allocated ", stats->used);
  put_field(output, " min_free ", stats->low_water);
  put_field(output, "\n    largest_free_block ", stats->largest);
  put_field(output, " alloc_blocks ", stats->blocks);
  put_field(output, " free_blocks ", stats->free_runs);
  put_field(output, " total_blocks ", (uint64_t)stats->blocks + stats->free_runs);
  put_text(output, "\n");
}

static bool info_has(const acre_heap_info *info, acre_caps caps)
{
  return ((info->caps[0] | info->caps[1] | info->caps[2]) & caps) == caps;
}

/* What is known of the region `id`; false if it has just gone. */
static bool look_at(acre_heap *heap, acre_region_id id, acre_heap_info *info, acre_heap_stats *stats)
{
  return (acre_heap_region_info(heap, id, info) == ACRE_HEAP_OK) &&
         (acre_heap_get_stats_region(heap, id, stats) == ACRE_HEAP_OK);
}

void acre_heap_print_summary(acre_heap *heap, acre_caps caps, const acre_output *output)
{
  acre_heap_stats stats;
  put_text(output, "Heap summary for capabilities ");
  put_hex(output, caps);
  put_text(output, ":\n");
  for (acre_region_id id = acre_heap_next(heap, ACRE_NO_REGION); id != ACRE_NO_REGION; id = acre_heap_next(heap, id)) {
    acre_heap_info info;
    if (look_at(heap, id, &info, &stats) && info_has(&info, caps)) {
      put_region(output, &info, &stats);
    }
  }
  acre_heap_get_stats_caps(heap, caps, &stats);
  put_field(output, "  Totals:\n    free ", stats.free);
  put_field(output, " allocated ", stats.used);
  put_field(output, " min_free ", stats.low_water);
  put_field(output, " largest_free_block ", stats.largest);
  put_text(output, "\n");
}

/* The dump, while it walks. */
typedef struct dump {
  const acre_output *output;
  acre_region_id region; /* whose heading stands */
} dump;

static acre_walk dump_block(void *user, const acre_heap_info *region, const acre_block *block)
{
  dump *state = (dump *)user;
  if (state->region != region->id) {
    state->region = region->id;
    put_text(state->output, "Showing data for heap: ");
    put_hex(state->output, region->address);
    put_text(state->output, "\n");
  }
  put_text(state->output, "Block ");
  put_hex(state->output, (uintptr_t)block->address);
  put_field(state->output, " data, size: ", block->size);
  put_text(state->output, block->live ? " bytes, Free: No\n" : " bytes, Free: Yes\n");
  return ACRE_WALK_ON;
}

void acre_heap_print_blocks(acre_heap *heap, acre_caps caps, const acre_output *output)
{
  dump state;
  state.output = output;
  state.region = ACRE_NO_REGION;
  (void)acre_heap_walk(heap, caps, dump_block, &state);
}

/* 100 * used / total, rounded down; used <= total.  Small cores neither multiply
 * nor divide: `used` is added a hundred times, and carried at `total`. */
static uint32_t percentage(uint64_t used, uint64_t total)
{
  uint64_t rest = 0u;
  uint32_t percent = 0u;
  for (uint32_t i = 0u; i < 100u; i++) {
    rest += used;
    if (rest >= total) {
      rest -= total;
      percent++;
    }
  }
  return percent;
}

#define BAR_LENGTH 35u

/* BAR_LENGTH * percent / 100 cells of the bar are full. */
static void put_bar(const acre_output *output, uint32_t percent)
{
  uint32_t full = 0u; /* cells so far, in hundredths */
  for (uint32_t i = 0u; i < BAR_LENGTH; i++) {
    full += 100u;
    put_text(output,
             (full <= (BAR_LENGTH * percent)) ? "\xE2\x96\x88" : "\xE2\x96\x91"); /* UTF-8 blocks, full and light */
  }
}

static const char *kind_of(const acre_heap_info *info, acre_caps internal, acre_caps external)
{
  acre_caps caps = info->caps[0] | info->caps[1] | info->caps[2];
  const char *kind = "Unknown";
  if ((caps & internal) != 0u) {
    kind = "Internal";
  } else if ((caps & external) != 0u) {
    kind = "External";
  } else {
    /* neither */
  }
  return kind;
}

static void put_layout(const acre_output *output, const char *kind, const acre_heap_stats *stats)
{
  uint32_t percent = percentage(stats->used, stats->total);
  put_text(output, kind);
  put_text(output, " | ");
  put_bar(output, percent);
  put_field(output, " | Used: ", percent);
  put_field(output, "% (Used ", stats->used);
  put_field(output, " of ", stats->total);
  put_field(output, ", free: ", stats->free);
  put_text(output, ")\n");
}

void acre_heap_print_bars(acre_heap *heap, acre_caps internal, acre_caps external, const acre_output *output)
{
  acre_heap_stats stats;
  acre_heap_get_stats(heap, &stats);
  put_field(output, "HEAP INFO\nSize: ", stats.total);
  put_field(output, "\nCurrent usage: ", stats.used);
  put_field(output, "\nMax usage: ", stats.peak);
  put_field(output, "\nTotal freed: ", stats.freed);
  put_field(output, "\nTotal allocated: ", stats.allocated);
  put_text(output, "\nMemory Layout: \n");
  for (acre_region_id id = acre_heap_next(heap, ACRE_NO_REGION); id != ACRE_NO_REGION; id = acre_heap_next(heap, id)) {
    acre_heap_info info;
    if (look_at(heap, id, &info, &stats)) {
      put_layout(output, kind_of(&info, internal, external), &stats);
    }
  }
}
