/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The custom mutator and trimmer, in the form AFL++ loads them. */
#include "mutate.h"
#include "record.h"

#include <stdlib.h>
#include <string.h>

#define LARGEST (FUZZ_HEADER + FUZZ_RECORD * FUZZ_RECORDS_MAX)

typedef struct mutator {
  uint32_t random;
  uint8_t out[LARGEST];
  /* Trimming: pieces of `piece` records are left out, one after the other,
   * each time from all that is still needed; then pieces of half the size. */
  uint8_t kept[LARGEST];
  uint8_t tried[LARGEST];
  uint32_t count; /* records of kept */
  uint32_t piece;
  uint32_t at;
  int32_t step;
} mutator;

void *afl_custom_init(void *afl, unsigned int seed);
size_t afl_custom_fuzz(void *data, uint8_t *buffer, size_t size, uint8_t **out, uint8_t *other, size_t other_size,
                       size_t most);
int32_t afl_custom_init_trim(void *data, uint8_t *buffer, size_t size);
size_t afl_custom_trim(void *data, uint8_t **out);
int32_t afl_custom_post_trim(void *data, uint8_t success);
void afl_custom_deinit(void *data);

void *afl_custom_init(void *afl, unsigned int seed)
{
  (void)afl;
  mutator *m = calloc(1, sizeof *m);
  if (m != NULL) {
    m->random = seed + 1u;
  }
  return m;
}

size_t afl_custom_fuzz(void *data, uint8_t *buffer, size_t size, uint8_t **out, uint8_t *other, size_t other_size,
                       size_t most)
{
  mutator *m = data;
  size = (size > LARGEST) ? LARGEST : size;
  memcpy(m->out, buffer, size);
  *out = m->out;
  return fuzz_mutate(m->out, size, (most > LARGEST) ? LARGEST : most, other, (other == NULL) ? 0u : other_size,
                     &m->random);
}

/* How many pieces are left to try; an upper bound, as AFL++ wants it. */
int32_t afl_custom_init_trim(void *data, uint8_t *buffer, size_t size)
{
  mutator *m = data;
  if (size < FUZZ_HEADER + 2u * FUZZ_RECORD || size > LARGEST) {
    return 0;
  }
  memcpy(m->kept, buffer, size);
  m->count = (uint32_t)((size - FUZZ_HEADER) / FUZZ_RECORD);
  m->piece = (m->count + 1u) / 2u;
  m->at = 0u;
  m->step = 0;
  return (int32_t)(4u * m->count);
}

size_t afl_custom_trim(void *data, uint8_t **out)
{
  mutator *m = data;
  uint32_t n = (m->piece > m->count - m->at) ? m->count - m->at : m->piece;
  size_t before = FUZZ_HEADER + (size_t)FUZZ_RECORD * m->at;
  size_t after = (size_t)FUZZ_RECORD * (m->count - m->at - n);
  memcpy(m->tried, m->kept, before);
  memcpy(m->tried + before, m->kept + before + (size_t)FUZZ_RECORD * n, after);
  *out = m->tried;
  return before + after;
}

int32_t afl_custom_post_trim(void *data, uint8_t success)
{
  mutator *m = data;
  if (success) {
    uint32_t n = (m->piece > m->count - m->at) ? m->count - m->at : m->piece;
    m->count -= n;
    memcpy(m->kept, m->tried, FUZZ_HEADER + (size_t)FUZZ_RECORD * m->count);
  } else {
    m->at += m->piece;
  }
  if (m->at >= m->count) {
    m->at = 0u;
    m->piece = (m->piece == 1u) ? 0u : (m->piece + 1u) / 2u;
  }
  if (m->piece == 0u || m->count == 0u) {
    return INT32_MAX; /* done */
  }
  return ++m->step;
}

void afl_custom_deinit(void *data)
{
  free(data);
}
