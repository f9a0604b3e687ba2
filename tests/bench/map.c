/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Where each block of a workload lies over time, as JSON for the picture:
 *   map WORKLOAD [OPERATIONS]
 * {"workload", "region", "ops", "blocks": [[offset, bytes, born, died], ...]}
 */
#include "bench.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "plug_acre.h"

static bench_stream stream;

typedef struct place {
  void *block;
  uint32_t born;
} place;

static place places[BENCH_SLOTS];

static void print_block(const void *block, size_t bytes, uint32_t born, uint32_t died)
{
  static const char *comma = "";
  printf("%s[%zu,%zu,%" PRIu32 ",%" PRIu32 "]", comma, (size_t)((const uint8_t *)block - plug_payload), bytes, born,
         died);
  comma = ",";
}

static void end(place *p, uint32_t now)
{
  print_block(p->block, acre_region_usable_size(&plug_region, p->block), p->born, now);
  (void)plug.free(p->block);
  p->block = NULL;
}

/* A block that moves or changes its size ends, and another one begins. */
static void resize(place *p, uint32_t size, uint32_t now)
{
  const void *old = p->block;
  size_t bytes = acre_region_usable_size(&plug_region, old);
  void *block = plug.realloc(p->block, size);
  if ((block != NULL) && ((block != old) || (acre_region_usable_size(&plug_region, block) != bytes))) {
    print_block(old, bytes, p->born, now);
    p->block = block;
    p->born = now;
  }
}

int main(int argc, char **argv)
{
  uint32_t most = (argc > 2) ? (uint32_t)atoi(argv[2]) : BENCH_OPS;
  if ((argc < 2) || !bench_make(&stream, argv[1])) {
    fprintf(stderr, "map: WORKLOAD [OPERATIONS]; the benchmark's `list` lists the workloads\n");
    return 2;
  }
  uint32_t count = (stream.count < most) ? stream.count : most;
  (void)plug.init(stream.region);
  printf("{\"workload\": \"%s\", \"region\": %" PRIu32 ", \"ops\": %" PRIu32 ", \"blocks\": [", argv[1], stream.region,
         count);
  for (uint32_t i = 0u; i < count; i++) {
    const bench_op *op = &stream.ops[i];
    place *p = &places[op->slot];
    if (op->kind == BENCH_ALLOC) {
      p->block = plug.alloc(op->size);
      p->born = i;
    } else if (p->block == NULL) {
      /* was refused */
    } else if (op->kind == BENCH_FREE) {
      end(p, i);
    } else if (op->kind == BENCH_REALLOC) {
      resize(p, op->size, i);
    } else {
      /* no block of its own */
    }
  }
  for (uint32_t slot = 0u; slot < BENCH_SLOTS; slot++) {
    if (places[slot].block != NULL) {
      end(&places[slot], count);
    }
  }
  printf("]}\n");
  return 0;
}
