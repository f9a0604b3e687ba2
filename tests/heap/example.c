/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A heap of three regions, as a board might have them: internal memory, internal
 * memory that DMA reaches, of which a part is reserved for DMA, and slow external
 * memory, whose metadata are kept in a block of the internal one.  Addresses are
 * printed as offsets from the memory, so that the text is the same on every
 * machine, and is compared with example.expected.
 */
#include <acre/heap.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CAN_DEFAULT 1u
#define CAN_INTERNAL 2u
#define CAN_DMA 4u
#define CAN_EXTERNAL 8u

/* In the order of their addresses, and aligned alike on every machine. */
static struct {
  _Alignas(4096) uint8_t internal[4096];
  uint8_t dma[2048];
  uint8_t external[16384];
} memory;

static acre_heap heap;
static acre_heap_slot slots[4];
static bool good = true;

static void expect(bool condition, const char *what)
{
  if (!condition) {
    printf("  WRONG: %s\n", what);
    good = false;
  }
}

static const char *region_name(acre_region_id id)
{
  acre_heap_info info;
  return (acre_heap_region_info(&heap, id, &info) == ACRE_HEAP_OK) ? info.name : "none";
}

/* The region in which a block lies. */
static const char *home(const void *block)
{
  uintptr_t at = (uintptr_t)block;
  const char *name = "none";
  for (acre_region_id id = acre_heap_next(&heap, ACRE_NO_REGION); id != ACRE_NO_REGION;
       id = acre_heap_next(&heap, id)) {
    acre_heap_info info;
    if (acre_heap_region_info(&heap, id, &info) == ACRE_HEAP_OK && at >= info.address &&
        at - info.address < info.size) {
      name = info.name;
    }
  }
  return name;
}

static acre_region_id add(const char *name, uint8_t *address, size_t size, void *metadata, size_t metadata_size,
                          acre_caps first, acre_caps second)
{
  acre_heap_area area = {0};
  acre_region_id id = ACRE_NO_REGION;
  area.name = name;
  area.address = (uintptr_t)address;
  area.size = size;
  area.metadata = metadata;
  area.metadata_size = metadata_size;
  area.caps[0] = first;
  area.caps[1] = second;
  acre_heap_status status = acre_heap_add(&heap, &area, &id);
  printf("  add %s: status %d, region %" PRIu32 "\n", name, (int)status, id);
  expect(status == ACRE_HEAP_OK, "every region is accepted");
  return id;
}

/* Hooks that print. */
static void on_failed(void *user, size_t size, acre_caps caps, const char *function)
{
  (void)user;
  printf("  hook: %s of %lu bytes with capabilities 0x%" PRIx32 " failed\n", function, (unsigned long)size, caps);
}

static void on_fault(void *user, acre_heap_status kind, const void *pointer, acre_region_id region)
{
  (void)user;
  (void)pointer;
  printf("  hook: a free was refused, kind %d, region %s\n", (int)kind, region_name(region));
}

static void *cache; /* what can be spared */

static bool on_low_memory(void *user, size_t size, acre_caps caps)
{
  (void)user;
  (void)caps;
  printf("  hook: low memory, %lu bytes wanted\n", (unsigned long)size);
  bool some = cache != NULL;
  (void)acre_heap_free(&heap, cache);
  cache = NULL;
  return some;
}

static void on_removed(void *user, acre_region_id region, const char *name)
{
  (void)user;
  printf("  hook: region %" PRIu32 " (%s) is gone\n", region, name);
}

/* Text to stdout. */
static void write_text(void *user, const char *text, size_t length)
{
  (void)user;
  (void)fwrite(text, 1u, length, stdout);
}

/* Gathers a report, to print it with offsets instead of addresses. */
static char report[8192];
static size_t report_length;

static void gather(void *user, const char *text, size_t length)
{
  (void)user;
  if (report_length + length < sizeof report) {
    memcpy(report + report_length, text, length);
    report_length += length;
    report[report_length] = '\0';
  }
}

static void print_gathered(void)
{
  const char *at = report;
  while (*at != '\0') {
    unsigned long long address = 0u;
    int used = 0;
    if (sscanf(at, "0x%llx%n", &address, &used) == 1 && address >= (uintptr_t)&memory &&
        address - (uintptr_t)&memory < sizeof memory) {
      printf("memory+0x%04lx", (unsigned long)(address - (uintptr_t)&memory));
      at += used;
    } else {
      putchar(*at);
      at++;
    }
  }
  report_length = 0u;
  report[0] = '\0';
}

static void *show(const char *what, void *block)
{
  printf("  %s: %s\n", what, home(block));
  return block;
}

static void explain(const char *what, acre_caps caps, size_t size)
{
  static const char *const names[] = {"it would succeed", "bad size",  "bad alignment", "no region",
                                      "too large",        "exhausted", "fragmented",    "reserved"};
  acre_explanation e;
  acre_heap_explain(&heap, caps, 1u, size, &e);
  printf("  %s: %s (region %s, %lu free, largest run %lu)\n", what, names[e.reason], region_name(e.region),
         (unsigned long)e.free, (unsigned long)e.largest);
}

int main(void)
{
  static const acre_output direct = {write_text, NULL};
  static const acre_output gathered = {gather, NULL};
  static const acre_heap_defaults defaults = {CAN_DEFAULT | CAN_INTERNAL, CAN_DEFAULT | CAN_EXTERNAL, CAN_DEFAULT, 512u,
                                              false};
  static const acre_caps prefer[] = {CAN_EXTERNAL, CAN_INTERNAL};
  acre_heap_finding finding;

  printf("Three regions\n");
  expect(acre_heap_init(&heap, slots, 4u) == ACRE_HEAP_OK, "init");
  acre_heap_on_failed(&heap, on_failed, NULL);
  acre_heap_on_fault(&heap, on_fault, NULL);
  acre_heap_on_low_memory(&heap, on_low_memory, NULL);
  acre_heap_on_removed(&heap, on_removed, NULL);
  acre_heap_set_defaults(&heap, &defaults);
  add("internal", memory.internal, sizeof memory.internal, NULL, 0u, CAN_DEFAULT | CAN_INTERNAL, 0u);
  acre_region_id dma = add("dma", memory.dma, sizeof memory.dma, NULL, 0u, CAN_DMA, CAN_DEFAULT | CAN_INTERNAL);
  expect(acre_heap_set_reserve(&heap, dma, 1024u, CAN_DMA) == ACRE_HEAP_OK, "reserve");
  size_t bytes = ACRE_METADATA_SIZE(sizeof memory.external, 32u);
  void *metadata = acre_heap_alloc(&heap, bytes, CAN_INTERNAL);
  acre_heap_area area = {0};
  acre_region_id external = ACRE_NO_REGION;
  area.name = "external";
  area.address = (uintptr_t)memory.external;
  area.size = sizeof memory.external;
  area.granule = 32u;
  area.metadata = metadata;
  area.metadata_size = bytes;
  area.caps[0] = CAN_EXTERNAL;
  area.caps[2] = CAN_DEFAULT;
  printf("  add external: status %d, %lu bytes of metadata in %s\n", (int)acre_heap_add(&heap, &area, &external),
         (unsigned long)bytes, home(metadata));

  printf("Allocate\n");
  void *small = show("300 bytes by default", acre_heap_alloc_default(&heap, 300u));
  void *large = show("3000 bytes by default", acre_heap_alloc_default(&heap, 3000u));
  void *buffer = show("700 bytes for DMA, aligned to 64", acre_heap_alloc_aligned(&heap, 64u, 700u, CAN_DMA));
  void *frame = show("5000 bytes, external preferred", acre_heap_alloc_prefer(&heap, 5000u, prefer, 2u));
  cache = show("1500 bytes of cache", acre_heap_alloc(&heap, 1500u, CAN_INTERNAL));
  explain("1000 bytes of internal memory", CAN_INTERNAL, 1000u);
  explain("1100 bytes of internal memory", CAN_INTERNAL, 1100u);
  explain("600 bytes for DMA", CAN_DMA, 600u);
  explain("100 bytes that are internal and external", CAN_INTERNAL | CAN_EXTERNAL, 100u);

  printf("Move\n");
  strcpy(small, "contents");
  small = show("the small block, now for DMA", acre_heap_realloc(&heap, small, 300u, CAN_DMA));
  expect(small != NULL && strcmp(small, "contents") == 0, "contents are kept");
  show("2000 bytes of internal memory", acre_heap_alloc(&heap, 2000u, CAN_INTERNAL));
  show("2000 bytes more", acre_heap_alloc(&heap, 2000u, CAN_INTERNAL));

  printf("Misuse\n");
  printf("  twice: status %d\n", (int)acre_heap_free(&heap, large));
  printf("  twice: status %d\n", (int)acre_heap_free(&heap, large));
  printf("  inside a block: status %d\n", (int)acre_heap_free(&heap, (char *)buffer + 1));
  printf("  foreign: status %d\n", (int)acre_heap_free(&heap, &heap));
  printf("  the metadata: status %d\n", (int)acre_heap_free(&heap, metadata));

  printf("Reports\n");
  acre_heap_print_bars(&heap, CAN_INTERNAL, CAN_EXTERNAL, &direct);
  acre_heap_print_summary(&heap, 0u, &gathered);
  acre_heap_print_blocks(&heap, CAN_DMA, &gathered);
  print_gathered();

  printf("Drain the external memory\n");
  printf("  drain: status %d\n", (int)acre_heap_drain(&heap, external));
  printf("  free: status %d\n", (int)acre_heap_free(&heap, frame));
  printf("  free the metadata: status %d\n", (int)acre_heap_free(&heap, metadata));
  printf("  check: status %d\n", (int)acre_heap_check(&heap, 0u, &finding));
  expect(acre_heap_check(&heap, 0u, &finding) == ACRE_HEAP_OK, "metadata are right");
  return good ? 0 : 1;
}
