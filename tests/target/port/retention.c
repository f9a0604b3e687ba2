/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A region that survives warm resets.  The machine is reset again and again;
 * each start finds out in .noinit how far the test has come:
 *   start 0  nothing there: refused as empty; formatted, filled, sealed
 *   start 1  attached with all live blocks; changed, sealed
 *   start 2  attached again; opened, and reset before it is sealed
 *   start 3  refused as open; formatted, sealed; then, for each of many bits of
 *            object and metadata: the bit flipped, refused, and flipped back;
 *            at the end one bit left flipped
 *   start 4  refused by its checksum
 * Whatever one start learns about addresses is printed by that start alone.
 */
#include "bare.h"
#include "machine.h"
#include <acre/retention.h>

#define SIZE 8192u
#define BLOCKS 40u
#define PROGRESS_MAGIC 0x7E57u

static union {
  acre_retention retention;
  uint8_t bytes[SIZE];
} kept __attribute__((section(".noinit"), aligned(16)));
static uint32_t progress[2] __attribute__((section(".noinit")));

/* What the root points to: the blocks, as a list. */
typedef struct node {
  struct node *next;
  uint32_t number;
  uint32_t size;
  uint8_t bytes[];
} node;

static void add(uint32_t number)
{
  uint32_t size = 1u + (number * 37u) % 90u;
  node *n = (node *)acre_region_alloc(&kept.retention.region, sizeof(node) + size);
  bare_require(n != NULL);
  n->next = (node *)kept.retention.root;
  n->number = number;
  n->size = size;
  for (uint32_t i = 0u; i < size; i++) {
    n->bytes[i] = (uint8_t)(number + i);
  }
  kept.retention.root = n;
}

/* Every block from `last` down to 0 in steps, whole and live. */
static void verify(uint32_t last, uint32_t step)
{
  acre_stats stats;
  uint32_t found = 0u;
  uint32_t expected = last;
  for (const node *n = (const node *)kept.retention.root; n != NULL; n = n->next) {
    bare_require(n->number == expected);
    bare_require(acre_region_usable_size(&kept.retention.region, n) >= sizeof(node) + n->size);
    for (uint32_t i = 0u; i < n->size; i++) {
      bare_require(n->bytes[i] == (uint8_t)(n->number + i));
    }
    expected -= step;
    found++;
  }
  acre_region_stats(&kept.retention.region, &stats);
  bare_require(stats.blocks == found && found == last / step + 1u);
  bare_report("retention:   live blocks found again", found);
}

static void drop_odd(void)
{
  node **link = (node **)&kept.retention.root;
  while (*link != NULL) {
    node *n = *link;
    if (n->number % 2u == 1u) {
      *link = n->next;
      bare_require(acre_region_free(&kept.retention.region, n) == ACRE_OK);
    } else {
      link = &n->next;
    }
  }
}

static void reset(void)
{
  progress[1]++;
  bare_print("retention: warm reset\n");
  *VIRT_TEST = VIRT_TEST_RESET;
  for (;;) {}
}

/* Each bit of the structure, and every 7th of the metadata. */
static void damage(void)
{
  uint32_t bits = 0u;
  uint32_t end = (uint32_t)kept.retention.covered * 8u;
  for (uint32_t bit = 0u; bit < end; bit += (bit < sizeof(acre_retention) * 8u) ? 1u : 7u) {
    kept.bytes[bit / 8u] ^= (uint8_t)(1u << (bit % 8u));
    bare_require(acre_retention_attach(kept.bytes, SIZE, 0u) != ACRE_RETENTION_OK);
    kept.bytes[bit / 8u] ^= (uint8_t)(1u << (bit % 8u));
    bits++;
  }
  bare_require(acre_retention_attach(kept.bytes, SIZE, 0u) == ACRE_RETENTION_OK);
  bare_report("retention:   bits flipped one by one, all refused", bits);
}

static void other_layouts(void)
{
  bare_require(acre_retention_attach(kept.bytes, SIZE - 64u, 0u) == ACRE_RETENTION_LAYOUT);
  bare_require(acre_retention_attach(kept.bytes, SIZE, 32u) == ACRE_RETENTION_LAYOUT);
  bare_require(acre_retention_attach(kept.bytes + 1, SIZE - 1u, 0u) == ACRE_RETENTION_ARGUMENT);
  bare_require(acre_retention_attach(NULL, SIZE, 0u) == ACRE_RETENTION_ARGUMENT);
  bare_require(acre_retention_format(NULL, SIZE, 0u) == ACRE_NULL_ARGUMENT);
  bare_require(acre_retention_format(kept.bytes + 1, SIZE, 0u) == ACRE_MISALIGNED);
  bare_require(acre_retention_format(kept.bytes, sizeof(acre_retention), 0u) == ACRE_TOO_SMALL);
}

/* The metadata changed by a wild write while open, then sealed as if all were
 * well: the checksum fits, the check does not. */
static void sealed_over(void)
{
  uint8_t *last = &kept.bytes[sizeof(acre_retention)];
  acre_retention_open(&kept.retention);
  *last ^= 1u;
  acre_retention_seal(&kept.retention);
  bare_require(acre_retention_attach(kept.bytes, SIZE, 0u) == ACRE_RETENTION_CORRUPT);
  *last ^= 1u;
  acre_retention_seal(&kept.retention);
  bare_require(acre_retention_attach(kept.bytes, SIZE, 0u) == ACRE_RETENTION_OK);
}

int main(void)
{
  acre_retention_verdict verdict = acre_retention_attach(kept.bytes, SIZE, 0u);
  uint32_t start = (progress[0] == PROGRESS_MAGIC) ? progress[1] : 0u;
  bare_report("retention: start", start);
  bare_report("retention:   verdict", (uintptr_t)verdict);
  switch (start) {
  case 0u:
    bare_require(verdict == ACRE_RETENTION_EMPTY);
    progress[0] = PROGRESS_MAGIC;
    progress[1] = 0u;
    bare_require(acre_retention_format(kept.bytes, SIZE, 0u) == ACRE_OK);
    acre_retention_open(&kept.retention);
    for (uint32_t i = 0u; i < BLOCKS; i++) {
      add(i);
    }
    acre_retention_seal(&kept.retention);
    reset();
    break;
  case 1u:
    bare_require(verdict == ACRE_RETENTION_OK);
    verify(BLOCKS - 1u, 1u);
    acre_retention_open(&kept.retention);
    drop_odd();
    acre_retention_seal(&kept.retention);
    reset();
    break;
  case 2u:
    bare_require(verdict == ACRE_RETENTION_OK);
    verify(BLOCKS - 2u, 2u);
    acre_retention_open(&kept.retention);
    add(BLOCKS);
    reset();
    break;
  case 3u:
    bare_require(verdict == ACRE_RETENTION_OPEN);
    bare_require(acre_retention_format(kept.bytes, SIZE, 0u) == ACRE_OK);
    acre_retention_open(&kept.retention);
    add(0u);
    add(1u);
    acre_retention_seal(&kept.retention);
    damage();
    other_layouts();
    bare_require(acre_retention_format(kept.bytes, SIZE, 0u) == ACRE_OK);
    sealed_over();
    kept.bytes[sizeof(acre_retention) + 5u] ^= 0x10u;
    reset();
    break;
  default:
    bare_require(start == 4u && verdict == ACRE_RETENTION_CHECKSUM);
    bare_print("retention: attached with all blocks, or refused with the reason\n");
    break;
  }
  return 0;
}
