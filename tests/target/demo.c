/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A small firmware on one region: it allocates, frees, misuses, prints a map
 * of its region and its statistics, and has the metadata checked.  What it
 * prints is the same on every machine and is compared with demo.expected.
 */
#include <acre/region.h>
#include <inttypes.h>
#include <stdio.h>

#define GRANULES 64u

ACRE_REGION(heap, GRANULES *ACRE_GRANULE_DEFAULT);

static const char *status_name(acre_status status)
{
  static const char *const names[] = {
      [ACRE_OK] = "ok",
      [ACRE_NO_SPACE] = "no space",
      [ACRE_BAD_SIZE] = "bad size",
      [ACRE_OUTSIDE] = "outside the region",
      [ACRE_NOT_A_BLOCK] = "not the start of a live block",
      [ACRE_NULL_ARGUMENT] = "null argument",
      [ACRE_TOO_SMALL] = "too small",
      [ACRE_MISALIGNED] = "misaligned",
      [ACRE_RANGE_OVERFLOW] = "range overflow",
      [ACRE_BAD_GRANULE] = "bad granule",
      [ACRE_TOO_MANY_GRANULES] = "too many granules",
      [ACRE_CHECK_MORE] = "check not at its end",
      [ACRE_CORRUPT] = "corrupt",
  };
  return ((size_t)status < sizeof names / sizeof names[0]) ? names[status] : "unknown";
}

/* One character per granule: '[' where a block starts, '#' inside it, '.' free. */
static void print_map(void)
{
  acre_iterator iterator = {0};
  acre_block block;
  printf("  |");
  while (acre_region_next(&heap, &iterator, &block)) {
    for (size_t at = 0u; at < block.size; at += ACRE_GRANULE_DEFAULT) {
      char character = '.';
      if (block.live) {
        character = (at == 0u) ? '[' : '#';
      }
      putchar(character);
    }
  }
  printf("|\n");
}

static void print_stats(void)
{
  acre_stats stats;
  acre_region_stats(&heap, &stats);
  printf("  used %lu of %lu, free %lu in %" PRIu32 " runs, largest %lu, low water %lu, blocks %" PRIu32 "\n",
         (unsigned long)stats.used, (unsigned long)stats.total, (unsigned long)stats.free, stats.free_runs,
         (unsigned long)stats.largest, (unsigned long)stats.low_water, stats.blocks);
}

static void print_state(void)
{
  print_map();
  print_stats();
}

/* Addresses as offsets into the region, which are the same on every machine. */
static void print_place(const char *what, const void *block)
{
  if (block == NULL) {
    printf("  %s: none\n", what);
  } else {
    printf("  %s: at offset %lu, usable %lu\n", what, (unsigned long)((uintptr_t)block - (uintptr_t)heap_payload),
           (unsigned long)acre_region_usable_size(&heap, block));
  }
}

static void print_status(const char *what, acre_status status)
{
  printf("  %s: %s\n", what, status_name(status));
}

static void allocate(void *blocks[4])
{
  printf("Allocate\n");
  blocks[0] = acre_region_alloc(&heap, 100u);
  print_place("100 bytes", blocks[0]);
  blocks[1] = acre_region_alloc(&heap, 16u);
  print_place("16 bytes", blocks[1]);
  blocks[2] = acre_region_alloc(&heap, 200u);
  print_place("200 bytes", blocks[2]);
  blocks[3] = acre_region_alloc(&heap, 1u);
  print_place("1 byte", blocks[3]);
  print_state();
}

static void free_and_fill(void *blocks[4])
{
  printf("Free the first and the third, then fill the lowest holes\n");
  print_status("free", acre_region_free(&heap, blocks[0]));
  print_status("free", acre_region_free(&heap, blocks[2]));
  print_state();
  print_place("150 bytes", acre_region_alloc(&heap, 150u));
  blocks[0] = acre_region_alloc(&heap, 32u);
  print_place("32 bytes", blocks[0]);
  blocks[2] = acre_region_alloc_aligned(&heap, 16u, 48u);
  print_place("48 bytes, aligned to 16", blocks[2]);
  print_status("resize these to 64", acre_region_resize(&heap, blocks[2], 64u));
  print_status("resize these to 80", acre_region_resize(&heap, blocks[2], 80u));
  print_state();
}

static void misuse(void *blocks[4])
{
  static char foreign;
  char *block = (char *)blocks[1];
  printf("Misuse: every call is refused with its reason, and nothing changes\n");
  print_status("free inside a block", acre_region_free(&heap, heap_payload + 9u * ACRE_GRANULE_DEFAULT));
  print_status("free inside a granule", acre_region_free(&heap, block + 1));
  print_status("free a foreign pointer", acre_region_free(&heap, &foreign));
  print_status("free NULL", acre_region_free(&heap, NULL));
  print_status("free the end of the region", acre_region_free(&heap, heap_payload + sizeof heap_payload));
  print_status("free a granule that is free",
               acre_region_free(&heap, heap_payload + sizeof heap_payload - ACRE_GRANULE_DEFAULT));
  print_status("resize to 0 bytes", acre_region_resize(&heap, block, 0u));
  print_status("resize to SIZE_MAX bytes", acre_region_resize(&heap, block, SIZE_MAX));
  print_status("resize a foreign pointer", acre_region_resize(&heap, &foreign, 16u));
  print_place("0 bytes", acre_region_alloc(&heap, 0u));
  print_place("SIZE_MAX bytes", acre_region_alloc(&heap, SIZE_MAX));
  print_place("16 bytes, aligned to 0", acre_region_alloc_aligned(&heap, 0u, 16u));
  print_place("16 bytes, aligned to 3", acre_region_alloc_aligned(&heap, 3u, 16u));
  print_place("16 bytes, aligned to half the address space",
              acre_region_alloc_aligned(&heap, (size_t)1u << (sizeof(size_t) * 8u - 1u), 16u));
  print_state();
  printf("Free twice\n");
  print_status("first", acre_region_free(&heap, block));
  print_status("second", acre_region_free(&heap, block));
  print_state();
}

/* The check finds what a wild write did to the metadata; false if it does not. */
static bool check(void)
{
  acre_finding finding;
  acre_status status;
  bool good;
  printf("Check\n");
  status = acre_region_check(&heap, &finding);
  print_status("as it is", status);
  good = (status == ACRE_OK);
  heap_tags[1] ^= 1u;
  status = acre_region_check(&heap, &finding);
  print_status("with a flipped bit in the metadata", status);
  printf("  rule %d at %" PRIu32 "\n", (int)finding.rule, finding.where);
  good = good && (status == ACRE_CORRUPT);
  heap_tags[1] ^= 1u;
  return good;
}

int main(void)
{
  void *blocks[4];
  bool good;
  print_state();
  allocate(blocks);
  free_and_fill(blocks);
  misuse(blocks);
  good = check();
  printf("Reset\n");
  acre_region_reset(&heap);
  print_state();
  return good ? 0 : 1;
}
