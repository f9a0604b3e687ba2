/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The smallest firmware: a heap of 4 KiB, no libc, no libgcc, RV32E is enough.
 * `make firmware` runs it on every target that the library is built for.
 */
#include "bare.h"
#include <acre/region.h>

ACRE_REGION(heap, 4096u);

/* A message queue, as firmware has many: a list of blocks of different sizes. */
typedef struct message {
  struct message *next;
  size_t length;
  uint8_t bytes[];
} message;

static message *send(message *queue, size_t length, uint8_t value)
{
  message *m = (message *)acre_region_alloc(&heap, sizeof(message) + length);
  if (m == NULL) {
    return queue; /* a full heap is no accident: the message is dropped */
  }
  m->next = queue;
  m->length = length;
  for (size_t i = 0u; i < length; i++) {
    m->bytes[i] = (uint8_t)(value + i);
  }
  return m;
}

int main(void)
{
  message *queue = NULL;
  acre_stats stats;
  acre_finding finding;
  uint32_t received = 0u;
  for (uint8_t i = 0u; i < 100u; i++) { /* more than fit */
    queue = send(queue, 20u + i, i);
  }
  acre_region_stats(&heap, &stats);
  bare_report("minimal: messages in the heap", stats.blocks);
  bare_report("minimal: bytes free", stats.free);
  bare_require(stats.blocks > 30u && stats.blocks < 100u);
  bare_require(acre_region_check(&heap, &finding) == ACRE_OK);
  while (queue != NULL) {
    message *next = queue->next;
    for (size_t i = 0u; i < queue->length; i++) {
      bare_require(queue->bytes[i] == (uint8_t)(queue->length - 20u + i));
    }
    bare_require(acre_region_free(&heap, queue) == ACRE_OK);
    bare_require(acre_region_free(&heap, queue) == ACRE_NOT_A_BLOCK);
    queue = next;
    received++;
  }
  bare_require(received == stats.blocks);
  acre_region_stats(&heap, &stats);
  bare_require(stats.used == 0u && stats.free_runs == 1u && stats.largest == stats.total);
  bare_print("minimal: all received, the heap is empty\n");
  return 0;
}
