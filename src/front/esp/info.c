/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What is free, and what was. */
#include "caps.h"
#include "../../heap/text.h"

/* What is told of one region: less what debug layers take. */
static void region_info(acre_region_id id, multi_heap_info_t *info)
{
  acre_heap_stats stats;
  stats.free = 0u;
  stats.used = 0u;
  stats.largest = 0u;
  stats.low_water = 0u;
  stats.blocks = 0u;
  stats.free_runs = 0u;
  /* A region that has just gone has nothing. */
  (void)acre_heap_get_stats_region(acre_front_heap(), id, &stats);
  info->total_free_bytes = acre_front_net_(stats.free);
  info->total_allocated_bytes = stats.used - acre_front_blocks_overhead_(stats.blocks);
  info->largest_free_block = acre_front_net_(stats.largest);
  info->minimum_free_bytes = acre_esp_minimum_counts_(id) ? acre_front_net_(stats.low_water) : 0u;
  info->allocated_blocks = stats.blocks;
  info->free_blocks = stats.free_runs;
  info->total_blocks = (size_t)stats.blocks + stats.free_runs;
}

size_t heap_caps_get_total_size(uint32_t caps)
{
  size_t total = 0u;
  acre_heap_info region;
  acre_region_id id = acre_esp_next_(ACRE_NO_REGION, caps, &region);
  while (id != ACRE_NO_REGION) {
    total += region.size;
    id = acre_esp_next_(id, caps, &region);
  }
  return total;
}

void heap_caps_get_info(multi_heap_info_t *info, uint32_t caps)
{
  acre_heap_info region;
  acre_region_id id = acre_esp_next_(ACRE_NO_REGION, caps, &region);
  info->total_free_bytes = 0u;
  info->total_allocated_bytes = 0u;
  info->largest_free_block = 0u;
  info->minimum_free_bytes = 0u;
  info->allocated_blocks = 0u;
  info->free_blocks = 0u;
  info->total_blocks = 0u;
  while (id != ACRE_NO_REGION) {
    multi_heap_info_t one;
    region_info(id, &one);
    info->total_free_bytes += one.total_free_bytes;
    info->total_allocated_bytes += one.total_allocated_bytes;
    info->minimum_free_bytes += one.minimum_free_bytes;
    info->allocated_blocks += one.allocated_blocks;
    info->free_blocks += one.free_blocks;
    info->total_blocks += one.total_blocks;
    if (one.largest_free_block > info->largest_free_block) {
      info->largest_free_block = one.largest_free_block;
    }
    id = acre_esp_next_(id, caps, &region);
  }
}

size_t heap_caps_get_free_size(uint32_t caps)
{
  multi_heap_info_t info;
  heap_caps_get_info(&info, caps);
  return info.total_free_bytes;
}

size_t heap_caps_get_minimum_free_size(uint32_t caps)
{
  multi_heap_info_t info;
  heap_caps_get_info(&info, caps);
  return info.minimum_free_bytes;
}

/* Whether heap_caps_malloc would succeed. */
static bool would_fit(size_t size, uint32_t caps)
{
  front_call call;
  uint32_t mask = caps;
  front_call_one(&call, size, &mask, "heap_caps_malloc", NULL);
  return acre_esp_adjust_(&call.size, &call.alignment, &mask) && acre_front_fits_(&call);
}

/* By halving: what does not fit does not fit larger.  Nothing is found that
 * heap_caps_malloc would refuse, by wishes, rules or reserves.  For caps of 0,
 * with which nothing can be allocated, it is the largest free run. */
size_t heap_caps_get_largest_free_block(uint32_t caps)
{
  multi_heap_info_t all;
  size_t fits = 0u;
  heap_caps_get_info(&all, 0u);
  if (caps == 0u) {
    fits = all.largest_free_block;
  } else {
    size_t above = all.largest_free_block;
    while (fits < above) {
      size_t middle = fits + ((above - fits) / 2u) + 1u;
      if (would_fit(middle, caps)) {
        fits = middle;
      } else {
        above = middle - 1u;
      }
    }
  }
  return fits;
}

esp_err_t heap_caps_monitor_local_minimum_free_size_start(void)
{
  heap_caps_init();
  acre_heap_monitor_start(acre_front_heap());
  acre_esp_monitored_(true);
  return ESP_OK;
}

esp_err_t heap_caps_monitor_local_minimum_free_size_stop(void)
{
  acre_heap_status status = acre_heap_monitor_stop(acre_front_heap());
  acre_esp_monitored_(false);
  return (status == ACRE_HEAP_OK) ? ESP_OK : ESP_FAIL;
}

/* ---- In words --------------------------------------------------------------------- */

static void print_region(const acre_heap_info *region, const multi_heap_info_t *info)
{
  put_text(&acre_front_output_, "  At ");
  put_hex(&acre_front_output_, region->address);
  put_field(&acre_front_output_, " len ", region->size);
  put_field(&acre_front_output_, " free ", info->total_free_bytes);
  put_field(&acre_front_output_, " allocated ", info->total_allocated_bytes);
  put_field(&acre_front_output_, " min_free ", info->minimum_free_bytes);
  put_field(&acre_front_output_, "\n    largest_free_block ", info->largest_free_block);
  put_field(&acre_front_output_, " alloc_blocks ", info->allocated_blocks);
  put_field(&acre_front_output_, " free_blocks ", info->free_blocks);
  put_field(&acre_front_output_, " total_blocks ", info->total_blocks);
  put_text(&acre_front_output_, "\n");
}

void heap_caps_print_heap_info(uint32_t caps)
{
  multi_heap_info_t info;
  acre_heap_info region;
  acre_region_id id = acre_esp_next_(ACRE_NO_REGION, caps, &region);
  put_text(&acre_front_output_, "Heap summary for capabilities ");
  put_hex(&acre_front_output_, caps);
  put_text(&acre_front_output_, ":\n");
  while (id != ACRE_NO_REGION) {
    region_info(id, &info);
    print_region(&region, &info);
    id = acre_esp_next_(id, caps, &region);
  }
  heap_caps_get_info(&info, caps);
  put_field(&acre_front_output_, "  Totals:\n    free ", info.total_free_bytes);
  put_field(&acre_front_output_, " allocated ", info.total_allocated_bytes);
  put_field(&acre_front_output_, " min_free ", info.minimum_free_bytes);
  put_field(&acre_front_output_, " largest_free_block ", info.largest_free_block);
  put_text(&acre_front_output_, "\n");
}
