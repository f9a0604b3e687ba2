/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "model.h"

/*
 * Gap i lies before block i, and gap `count` behind the last block; a gap may
 * be empty.  The maximal free runs are the gaps that are not.
 */
static uint32_t gap_start(const model *m, uint32_t i)
{
  return (i == 0u) ? 0u : m->block[i - 1u].start + m->block[i - 1u].size;
}

static uint32_t gap_end(const model *m, uint32_t i)
{
  return (i == m->count) ? m->granules : m->block[i].start;
}

static uint32_t used_granules(const model *m)
{
  uint32_t used = 0u;
  for (uint32_t i = 0u; i < m->count; i++) {
    used += m->block[i].size;
  }
  return used;
}

static void mend_peak(model *m)
{
  uint32_t used = used_granules(m);
  if (used > m->peak) {
    m->peak = used;
  }
}

/* Bytes in granules, rounded up. */
static size_t to_granules(const model *m, size_t size)
{
  size_t granule = (size_t)1u << m->shift;
  return size / granule + ((size % granule != 0u) ? 1u : 0u);
}

/* What `address` is: ACRE_OK and the number of the live block that starts
 * there, or why there is none. */
static acre_status look_up(const model *m, uintptr_t address, uint32_t *number)
{
  if (address < m->base || ((address - m->base) >> m->shift) >= m->granules) {
    return ACRE_OUTSIDE;
  }
  for (uint32_t i = 0u; i < m->count; i++) {
    if (model_address(m, m->block[i].start) == address) {
      *number = i;
      return ACRE_OK;
    }
  }
  return ACRE_NOT_A_BLOCK;
}

/* A new live block of k granules from `start`, in gap i. */
static bool insert(model *m, uint32_t i, uint32_t start, uint32_t k)
{
  if (m->count == m->capacity) {
    m->overflow = true;
    return false;
  }
  for (uint32_t j = m->count; j > i; j--) {
    m->block[j] = m->block[j - 1u];
  }
  m->block[i].start = start;
  m->block[i].size = k;
  m->count++;
  mend_peak(m);
  return true;
}

void model_init(model *m, uintptr_t base, uint32_t granules, uint32_t shift, model_block *block, uint32_t capacity)
{
  m->base = base;
  m->granules = granules;
  m->shift = shift;
  m->block = block;
  m->capacity = capacity;
  m->overflow = false;
  model_reset(m);
}

void model_reset(model *m)
{
  m->count = 0u;
  m->peak = 0u;
}

uintptr_t model_address(const model *m, uint32_t g)
{
  return m->base + ((uintptr_t)g << m->shift);
}

void *model_alloc(model *m, size_t size)
{
  return model_alloc_aligned(m, 1u, size);
}

void *model_alloc_aligned(model *m, size_t alignment, size_t size)
{
  size_t k = to_granules(m, size);
  if (size == 0u || alignment == 0u || (alignment & (alignment - 1u)) != 0u) {
    return NULL;
  }
  for (uint32_t i = 0u; i <= m->count; i++) {
    uint32_t start = gap_start(m, i);
    uint32_t end = gap_end(m, i);
    if (k <= end - start) {
      /* Bytes up to the next multiple of the alignment.  They are whole
       * granules: the granules themselves lie at multiples of their size. */
      uintptr_t skip = (0u - model_address(m, start)) & (alignment - 1u);
      skip >>= m->shift;
      if (skip <= end - start && k <= end - start - skip) {
        start += (uint32_t)skip;
        return insert(m, i, start, (uint32_t)k) ? (void *)model_address(m, start) : NULL;
      }
    }
  }
  return NULL;
}

acre_status model_free(model *m, const void *block)
{
  uint32_t number = 0u;
  acre_status status = look_up(m, (uintptr_t)block, &number);
  if (status == ACRE_OK) {
    m->count--;
    for (uint32_t j = number; j < m->count; j++) {
      m->block[j] = m->block[j + 1u];
    }
  }
  return status;
}

acre_status model_resize(model *m, const void *block, size_t size)
{
  uint32_t number = 0u;
  acre_status status = look_up(m, (uintptr_t)block, &number);
  if (status != ACRE_OK) {
    return status;
  }
  if (size == 0u) {
    return ACRE_BAD_SIZE;
  }
  size_t k = to_granules(m, size);
  if (k > gap_end(m, number + 1u) - m->block[number].start) {
    return ACRE_NO_SPACE;
  }
  m->block[number].size = (uint32_t)k;
  mend_peak(m);
  return ACRE_OK;
}

size_t model_usable_size(const model *m, const void *block)
{
  uint32_t number = 0u;
  if (look_up(m, (uintptr_t)block, &number) != ACRE_OK) {
    return 0u;
  }
  return (size_t)m->block[number].size << m->shift;
}

void model_stats(const model *m, acre_stats *stats)
{
  uint32_t used = used_granules(m);
  uint32_t largest = 0u;
  uint32_t runs = 0u;
  for (uint32_t i = 0u; i <= m->count; i++) {
    uint32_t size = gap_end(m, i) - gap_start(m, i);
    if (size > 0u) {
      runs++;
    }
    if (size > largest) {
      largest = size;
    }
  }
  stats->total = (size_t)m->granules << m->shift;
  stats->used = (size_t)used << m->shift;
  stats->free = (size_t)(m->granules - used) << m->shift;
  stats->largest = (size_t)largest << m->shift;
  stats->low_water = (size_t)(m->granules - m->peak) << m->shift;
  stats->blocks = m->count;
  stats->free_runs = runs;
}

void model_reset_low_water(model *m)
{
  m->peak = used_granules(m);
}

bool model_next(const model *m, uint32_t *at, acre_block *block)
{
  for (uint32_t i = 0u; i <= m->count; i++) {
    uint32_t start = gap_start(m, i);
    uint32_t end = gap_end(m, i);
    if (start < end && start >= *at) {
      block->address = (void *)model_address(m, start);
      block->size = (size_t)(end - start) << m->shift;
      block->live = false;
      *at = end;
      return true;
    }
    if (i < m->count && m->block[i].start >= *at) {
      block->address = (void *)model_address(m, m->block[i].start);
      block->size = (size_t)m->block[i].size << m->shift;
      block->live = true;
      *at = m->block[i].start + m->block[i].size;
      return true;
    }
  }
  return false;
}
