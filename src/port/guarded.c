/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A region behind a lock.  Compiled once for each lock that the target has. */
#include <acre/guarded.h>

/* A cursor at its start: zeros.  Byte by byte, for an assignment of the whole
 * may become a call of memset, and firmware may have none. */
static void restart(acre_check_cursor *cursor)
{
  uint8_t *bytes = (uint8_t *)cursor;
  for (size_t i = 0u; i < sizeof *cursor; i++) {
    bytes[i] = 0u;
  }
}

void *acre_guarded_alloc(acre_guarded *guarded, size_t size)
{
  acre_port_state before = acre_port_enter(&guarded->lock);
  void *block = acre_region_alloc(guarded->region, size);
  guarded->changes += 1u;
  acre_port_leave(&guarded->lock, before);
  return block;
}

void *acre_guarded_alloc_aligned(acre_guarded *guarded, size_t alignment, size_t size)
{
  acre_port_state before = acre_port_enter(&guarded->lock);
  void *block = acre_region_alloc_aligned(guarded->region, alignment, size);
  guarded->changes += 1u;
  acre_port_leave(&guarded->lock, before);
  return block;
}

acre_status acre_guarded_free(acre_guarded *guarded, void *block)
{
  acre_port_state before = acre_port_enter(&guarded->lock);
  acre_status status = acre_region_free(guarded->region, block);
  guarded->changes += 1u;
  acre_port_leave(&guarded->lock, before);
  return status;
}

acre_status acre_guarded_resize(acre_guarded *guarded, void *block, size_t size)
{
  acre_port_state before = acre_port_enter(&guarded->lock);
  acre_status status = acre_region_resize(guarded->region, block, size);
  guarded->changes += 1u;
  acre_port_leave(&guarded->lock, before);
  return status;
}

size_t acre_guarded_usable_size(acre_guarded *guarded, const void *block)
{
  acre_port_state before = acre_port_enter(&guarded->lock);
  size_t size = acre_region_usable_size(guarded->region, block);
  acre_port_leave(&guarded->lock, before);
  return size;
}

void acre_guarded_stats(acre_guarded *guarded, acre_stats *stats)
{
  acre_port_state before = acre_port_enter(&guarded->lock);
  acre_region_stats(guarded->region, stats);
  acre_port_leave(&guarded->lock, before);
}

void acre_guarded_reset_low_water(acre_guarded *guarded)
{
  acre_port_state before = acre_port_enter(&guarded->lock);
  acre_region_reset_low_water(guarded->region);
  guarded->changes += 1u;
  acre_port_leave(&guarded->lock, before);
}

acre_status acre_guarded_check(acre_guarded *guarded, acre_finding *finding)
{
  acre_port_state before = acre_port_enter(&guarded->lock);
  acre_status status = acre_region_check(guarded->region, finding);
  acre_port_leave(&guarded->lock, before);
  return status;
}

acre_status acre_guarded_check_step(acre_guarded *guarded, acre_guarded_cursor *cursor, uint32_t budget,
                                    acre_finding *finding)
{
  acre_port_state before = acre_port_enter(&guarded->lock);
  acre_status status;
  if (cursor->changes != guarded->changes) {
    restart(&cursor->cursor);
    cursor->changes = guarded->changes;
  }
  status = acre_region_check_step(guarded->region, &cursor->cursor, budget, finding);
  acre_port_leave(&guarded->lock, before);
  return status;
}
