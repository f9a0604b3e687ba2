/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What hardware asks of a request beside its capabilities. */
#include "caps.h"

/* `size` rounded up to a power of two; false if that overflows. */
static bool round_up(size_t *size, size_t to)
{
  bool fits = *size <= (SIZE_MAX - (to - 1u));
  if (fits) {
    *size = (*size + (to - 1u)) & ~(to - 1u);
  }
  return fits;
}

static bool grant(const heap_caps_wish *wish, size_t *size, size_t *alignment)
{
  if (wish->alignment > *alignment) {
    *alignment = wish->alignment;
  }
  return !wish->padded || round_up(size, *alignment);
}

/* Capabilities that are others in the end, or none. */
static uint32_t caps_of_memory(uint32_t caps)
{
  uint32_t needed = caps & ~(MALLOC_CAP_CACHE_ALIGNED | MALLOC_CAP_SIMD);
  if ((needed & (MALLOC_CAP_DMA_DESC_AHB | MALLOC_CAP_DMA_DESC_AXI)) != 0u) {
    needed &= ~(MALLOC_CAP_DMA_DESC_AHB | MALLOC_CAP_DMA_DESC_AXI);
    needed |= MALLOC_CAP_DMA;
  }
  if ((needed & MALLOC_CAP_SPIRAM) != 0u) {
    needed &= ~MALLOC_CAP_DMA;
  }
  return needed;
}

/* Memory to run code from, where it takes words only. */
static bool exec_rule(uint32_t *caps)
{
  bool fits = true;
  if ((*caps & MALLOC_CAP_EXEC) != 0u) {
    fits = (*caps & (MALLOC_CAP_8BIT | MALLOC_CAP_DMA)) == 0u;
    *caps |= MALLOC_CAP_32BIT;
  }
  return fits;
}

bool acre_esp_adjust_(size_t *size, size_t *alignment, uint32_t *caps)
{
  bool fits = true;
  if (&heap_caps_board != NULL) {
    for (uint32_t i = 0u; (i < heap_caps_board.wish_count) && fits; i++) {
      if ((*caps & heap_caps_board.wishes[i].caps) != 0u) {
        fits = grant(&heap_caps_board.wishes[i], size, alignment);
      }
    }
  }
  *caps = caps_of_memory(*caps);
  if ((&heap_caps_board != NULL) && heap_caps_board.exec_is_words && fits) {
    fits = exec_rule(caps);
  }
  if (((*caps & MALLOC_CAP_32BIT) != 0u) && fits) {
    fits = round_up(size, 4u);
  }
  return fits;
}
