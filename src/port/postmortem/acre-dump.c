/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * acre-dump: reads a region out of a core or a dump of RAM, and prints its map,
 * its statistics and the verdict of acre_region_check.
 *
 * The metadata are copied out of the dump, and the core itself, compiled for
 * this machine, judges the copy: the verdict is that of the code that is
 * proven.  Nothing in the dump is trusted; the region object, which the check
 * takes for granted, is compared with what its size implies.
 *
 * Exit status: 0 the region is whole, 1 it is damaged, 2 it could not be read,
 * 3 memory is missing and --needs was given (acre-gdb.py uses this).
 */
#include <acre/region.h>
#include <elf.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNKS_MAX 1024u
#define LINE 64u
#define LINES_MAX 64u

/* The fields of acre_region in their order; words are as wide as a pointer of
 * the target, the rest has 32 bits. */
#define WORDS 3u
enum field {
  TAG,
  INDEX,
  BASE,
  GRANULES,
  FRONTIER,
  SHIFT,
  WIDTH,
  FIRST_LEAF,
  NODES,
  USED,
  PEAK,
  BLOCKS,
  RUNS,
  FIELDS
};
/* A field that moves, goes or comes has to stop this file from compiling. */
#define AT64(field, name)                                                                                \
  _Static_assert(sizeof(void *) != 8u ||                                                                 \
                     offsetof(acre_region, name) ==                                                      \
                         ((field) < WORDS ? 8u * (field) : 8u * WORDS + 4u * ((unsigned)(field)-WORDS)), \
                 "acre-dump: acre_region has changed; change `enum field` with it")
AT64(TAG, tag);
AT64(INDEX, index);
AT64(BASE, base);
AT64(GRANULES, granules);
AT64(FRONTIER, frontier);
AT64(SHIFT, shift);
AT64(WIDTH, width);
AT64(FIRST_LEAF, first_leaf);
AT64(NODES, nodes);
AT64(USED, used);
AT64(PEAK, peak);
AT64(BLOCKS, blocks);
AT64(RUNS, runs);
_Static_assert(sizeof(void *) != 8u || sizeof(acre_region) == 8u * WORDS + 4u * (FIELDS - WORDS),
               "acre-dump: acre_region has changed; change `enum field` with it");

/* A piece of the target's memory. */
typedef struct chunk {
  uint64_t address;
  uint64_t size;
  const uint8_t *bytes;
} chunk;

static chunk chunks[CHUNKS_MAX];
static size_t chunk_count;
static unsigned bits; /* of the target; 0: not known yet */
static bool needs;

static _Noreturn void fail(const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  (void)fputs("acre-dump: ", stderr);
  (void)vfprintf(stderr, format, arguments);
  (void)fputc('\n', stderr);
  va_end(arguments);
  exit(2);
}

static void *grab(size_t size)
{
  void *memory = calloc(size + 1u, 1u);
  if (memory == NULL) {
    fail("this machine has no %zu bytes of memory left", size);
  }
  return memory;
}

/* ---- Files -------------------------------------------------------------- */

typedef struct content {
  const char *name;
  uint8_t *bytes;
  size_t size;
} content;

static content load(const char *name)
{
  content c = {name, NULL, 0u};
  FILE *file = fopen(name, "rb");
  long size = -1;
  if (file != NULL && fseek(file, 0, SEEK_END) == 0) {
    size = ftell(file);
  }
  if (size < 0 || fseek(file, 0, SEEK_SET) != 0) {
    fail("cannot read %s", name);
  }
  c.size = (size_t)size;
  c.bytes = (uint8_t *)grab(c.size);
  if (fread(c.bytes, 1u, c.size, file) != c.size) {
    fail("cannot read %s", name);
  }
  (void)fclose(file);
  return c;
}

static void add_chunk(uint64_t address, const uint8_t *bytes, uint64_t size)
{
  if (chunk_count == CHUNKS_MAX) {
    fail("more than %u pieces of memory", CHUNKS_MAX);
  }
  chunks[chunk_count] = (chunk){address, size, bytes};
  chunk_count++;
}

/* The target is little-endian, whatever this machine is. */
static uint64_t number(const uint8_t *bytes, size_t width)
{
  uint64_t value = 0u;
  for (size_t i = width; i-- > 0u;) {
    value = (value << 8u) | bytes[i];
  }
  return value;
}

/* `width` bytes at an offset of a file, or 0 behind its end. */
static uint64_t field_of(const content *c, uint64_t at, size_t width)
{
  return (at <= c->size && c->size - at >= width) ? number(c->bytes + at, width) : 0u;
}

#define ELF(c, base, type, name)                                                                         \
  (bits == 64u ? field_of((c), (base) + offsetof(Elf64_##type, name), sizeof(((Elf64_##type *)0)->name)) \
               : field_of((c), (base) + offsetof(Elf32_##type, name), sizeof(((Elf32_##type *)0)->name)))

static void read_elf_class(const content *c)
{
  unsigned found;
  if (c->size < EI_NIDENT || memcmp(c->bytes, ELFMAG, SELFMAG) != 0 || c->bytes[EI_DATA] != ELFDATA2LSB) {
    fail("%s is no little-endian ELF file; a raw dump is given as --ram %s@ADDRESS", c->name, c->name);
  }
  found = (c->bytes[EI_CLASS] == ELFCLASS64) ? 64u : 32u;
  if (bits != 0u && bits != found) {
    fail("%s is for %u bits, the rest for %u", c->name, found, bits);
  }
  bits = found;
}

static void add_core(const char *name)
{
  content c = load(name);
  uint64_t headers;
  uint64_t size;
  uint64_t count;
  read_elf_class(&c);
  headers = ELF(&c, 0u, Ehdr, e_phoff);
  size = ELF(&c, 0u, Ehdr, e_phentsize);
  count = ELF(&c, 0u, Ehdr, e_phnum);
  for (uint64_t i = 0u; i < count; i++) {
    uint64_t h = headers + i * size;
    uint64_t offset = ELF(&c, h, Phdr, p_offset);
    uint64_t length = ELF(&c, h, Phdr, p_filesz);
    uint64_t address = ELF(&c, h, Phdr, p_vaddr);
    if (address == 0u) {
      address = ELF(&c, h, Phdr, p_paddr); /* QEMU's dumps of machines without paging */
    }
    if (ELF(&c, h, Phdr, p_type) == PT_LOAD && offset <= c.size && length <= c.size - offset && length != 0u) {
      add_chunk(address, c.bytes + offset, length);
    }
  }
}

static uint64_t parse_number(const char *text, const char *what)
{
  char *end = NULL;
  uint64_t value = strtoull(text, &end, 0);
  if (end == text || *end != '\0') {
    fail("%s: \"%s\" is no number; write 0x80200000 or the like", what, text);
  }
  return value;
}

static void add_ram(char *argument)
{
  char *at = strrchr(argument, '@');
  content c;
  if (at == NULL) {
    fail("--ram %s: say where it lay: --ram %s@0x80000000", argument, argument);
  }
  *at = '\0';
  c = load(argument);
  add_chunk(parse_number(at + 1, "--ram"), c.bytes, c.size);
}

/* The address of a symbol of the firmware's ELF file. */
static uint64_t find_symbol(const char *elf, const char *symbol)
{
  content c = load(elf);
  uint64_t found = 0u;
  unsigned hits = 0u;
  uint64_t sections;
  read_elf_class(&c);
  sections = ELF(&c, 0u, Ehdr, e_shoff);
  for (uint64_t i = 0u; i < ELF(&c, 0u, Ehdr, e_shnum); i++) {
    uint64_t size = ELF(&c, 0u, Ehdr, e_shentsize);
    uint64_t table = sections + i * size;
    if (ELF(&c, table, Shdr, sh_type) == SHT_SYMTAB && ELF(&c, table, Shdr, sh_entsize) != 0u) {
      uint64_t names = ELF(&c, sections + ELF(&c, table, Shdr, sh_link) * size, Shdr, sh_offset);
      uint64_t entry = ELF(&c, table, Shdr, sh_entsize);
      for (uint64_t s = 0u; s < ELF(&c, table, Shdr, sh_size) / entry; s++) {
        uint64_t at = ELF(&c, table, Shdr, sh_offset) + s * entry;
        uint64_t name = names + ELF(&c, at, Sym, st_name);
        /* load() put a zero behind the last byte. */
        if (name < c.size && (ELF(&c, at, Sym, st_info) & 15u) == STT_OBJECT &&
            strcmp((const char *)c.bytes + name, symbol) == 0) {
          found = ELF(&c, at, Sym, st_value);
          hits++;
          if (hits > 1u) {
            (void)fprintf(stderr, "acre-dump: %s is also at 0x%" PRIx64 "\n", symbol, found);
          }
        }
      }
    }
  }
  if (hits == 0u) {
    fail("%s has no object named %s; list them with nm, or give --region ADDRESS", elf, symbol);
  }
  if (hits > 1u) {
    fail("%s has %u objects named %s (above); take one with --region ADDRESS", elf, hits, symbol);
  }
  return found;
}

/* ---- The target's memory -------------------------------------------------- */

static const uint8_t *look(uint64_t address, uint64_t size, const char *what)
{
  for (size_t i = 0u; i < chunk_count; i++) {
    if (address >= chunks[i].address && address - chunks[i].address <= chunks[i].size &&
        size <= chunks[i].size - (address - chunks[i].address)) {
      return chunks[i].bytes + (address - chunks[i].address);
    }
  }
  if (needs) {
    printf("need 0x%" PRIx64 " %" PRIu64 "\n", address, size);
    exit(3);
  }
  fail("the dump does not hold %s, %" PRIu64 " bytes from 0x%" PRIx64 "; take one that covers it, or add it with --ram",
       what, size, address);
}

/* ---- The region ------------------------------------------------------------ */

static void read_fields(uint64_t address, uint64_t fields[FIELDS])
{
  size_t word = bits / 8u;
  const uint8_t *object = look(address, WORDS * word + 4u * (FIELDS - WORDS), "the region object");
  for (size_t i = 0u; i < FIELDS; i++) {
    fields[i] = (i < WORDS) ? number(object + i * word, word) : number(object + WORDS * word + 4u * (i - WORDS), 4u);
  }
}

/* Whether the object can be one; says what is wrong if not. */
static bool plausible(const uint64_t f[FIELDS])
{
  uint32_t leaves;
  if (f[SHIFT] < 3u || f[SHIFT] > 12u) {
    printf("object: damaged: its granule is 2^%" PRIu64 " bytes, which is not 8 to 4096\n", f[SHIFT]);
    return false;
  }
  if (f[GRANULES] == 0u || f[GRANULES] > ACRE_GRANULES_MAX) {
    printf("object: damaged: %" PRIu64 " granules, which is not 1 to %u\n", f[GRANULES], ACRE_GRANULES_MAX);
    return false;
  }
  leaves = ACRE_LEAVES_((uint32_t)f[GRANULES]);
  if (f[WIDTH] != ACRE_WIDTH_(leaves) || f[FIRST_LEAF] != ACRE_FIRST_LEAF_(leaves) || f[NODES] != ACRE_NODES_(leaves)) {
    printf("object: damaged: width %" PRIu64 ", first leaf %" PRIu64 ", nodes %" PRIu64 "; with %" PRIu64
           " granules they are %u, %u, %u\n",
           f[WIDTH], f[FIRST_LEAF], f[NODES], f[GRANULES], ACRE_WIDTH_(leaves), ACRE_FIRST_LEAF_(leaves),
           ACRE_NODES_(leaves));
    return false;
  }
  if ((f[BASE] & ((1u << f[SHIFT]) - 1u)) != 0u) {
    printf("object: damaged: the payload at 0x%" PRIx64 " is not aligned to its granule\n", f[BASE]);
    return false;
  }
  return true;
}

/* The region with its metadata copied to this machine. */
static acre_region rebuild(const uint64_t f[FIELDS])
{
  acre_region region = {0};
  uint64_t tags = 8u * (uint64_t)ACRE_LEAVES_((uint32_t)f[GRANULES]) + 2u;
  const uint8_t *tag = look(f[TAG] - 1u, tags, "the tags");
  const uint8_t *index = look(f[INDEX], 4u * f[NODES], "the index");
  uint8_t *tag_copy = (uint8_t *)grab(tags);
  int32_t *index_copy = (int32_t *)grab(4u * f[NODES]);
  (void)memcpy(tag_copy, tag, tags);
  for (uint64_t i = 0u; i < f[NODES]; i++) {
    index_copy[i] = (int32_t)number(index + 4u * i, 4u);
  }
  region.tag = tag_copy + 1;
  region.index = index_copy;
  region.base = (uintptr_t)f[BASE];
  region.granules = (uint32_t)f[GRANULES];
  region.frontier = (uint32_t)f[FRONTIER];
  region.shift = (uint32_t)f[SHIFT];
  region.width = (uint32_t)f[WIDTH];
  region.first_leaf = (uint32_t)f[FIRST_LEAF];
  region.nodes = (uint32_t)f[NODES];
  region.used = (uint32_t)f[USED];
  region.peak = (uint32_t)f[PEAK];
  region.blocks = (uint32_t)f[BLOCKS];
  region.runs = (uint32_t)f[RUNS];
  return region;
}

/* ---- What is printed --------------------------------------------------------- */

static const char *rule_name(acre_rule rule)
{
  static const char *const names[] = {
      [ACRE_RULE_NONE] = "none",
      [ACRE_RULE_SENTINEL] = "the byte before the first tag is 0",
      [ACRE_RULE_FRONTIER] = "the frontier is in the region, and nothing starts behind it",
      [ACRE_RULE_START] = "a block or free run starts where its left neighbour ends",
      [ACRE_RULE_SIZE] = "a size is positive, canonical, and ends by the frontier",
      [ACRE_RULE_COALESCED] = "no two free runs are neighbours",
      [ACRE_RULE_END] = "the last tag of a free run gives its size, that of a block none",
      [ACRE_RULE_INTERIOR] = "nothing starts inside a block or free run",
      [ACRE_RULE_LEAF] = "a leaf of the index is the largest free run of its eight granules",
      [ACRE_RULE_NODE] = "an inner node is the largest of its children",
      [ACRE_RULE_COUNTER] = "the counters are what they count",
  };
  return ((size_t)rule < sizeof names / sizeof names[0] && names[rule] != NULL) ? names[rule] : "unknown";
}

/* '[' a block starts, '#' goes on, '.' free; where a character stands for many
 * granules: '#' all live, '.' all free, '+' both. */
static void print_map(const acre_region *region)
{
  uint64_t scale = 1u;
  uint64_t at = 0u;
  uint64_t cells;
  char *map;
  acre_iterator iterator = {0};
  acre_block block;
  while (region->granules / scale > LINE * LINES_MAX) {
    scale *= 2u;
  }
  cells = (region->granules + scale - 1u) / scale;
  map = (char *)grab(cells);
  while (acre_region_next(region, &iterator, &block)) {
    uint64_t granules = block.size >> region->shift;
    for (uint64_t i = 0u; i < granules; i++) {
      char *cell = &map[(at + i) / scale];
      char now = block.live ? ((i == 0u && scale == 1u) ? '[' : '#') : '.';
      *cell = (*cell == '\0' || *cell == now) ? now : '+';
    }
    at += granules;
  }
  printf("map: one character for %" PRIu64 " bytes; [ a block starts, # live, . free%s\n", scale << region->shift,
         (scale == 1u) ? "" : ", + both");
  for (uint64_t i = 0u; i < cells; i += LINE) {
    printf("  0x%08" PRIx64 " |%.*s|\n", (uint64_t)region->base + ((i * scale) << region->shift), (int)LINE, map + i);
  }
}

static void print_blocks(const acre_region *region)
{
  acre_iterator iterator = {0};
  acre_block block;
  while (acre_region_next(region, &iterator, &block)) {
    printf("  0x%08" PRIx64 " %10zu %s\n", (uint64_t)(uintptr_t)block.address, block.size,
           block.live ? "live" : "free");
  }
}

/* The iteration is for whole regions; of a damaged one the raw tags are shown. */
static void print_tags(const acre_region *region, uint32_t where)
{
  uint32_t first = (where < region->granules) ? where - where % 8u : 0u;
  first = (first >= 16u) ? first - 16u : 0u;
  for (uint32_t line = first; line < first + 40u && line < region->granules; line += 8u) {
    printf("  granule %8u at 0x%08" PRIx64 ":", line, (uint64_t)region->base + ((uint64_t)line << region->shift));
    for (uint32_t i = line; i < line + 8u && i < region->granules; i++) {
      printf(" %02x%s", region->tag[i], (i == where) ? "<" : " ");
    }
    printf("\n");
  }
}

static int report(uint64_t address, bool blocks)
{
  uint64_t fields[FIELDS];
  acre_region region;
  acre_finding finding;
  acre_stats stats;
  bool whole;
  read_fields(address, fields);
  if (!needs) {
    printf("region: object at 0x%" PRIx64 ", %" PRIu64 " granules of %" PRIu64 " bytes from 0x%" PRIx64
           ", tags at 0x%" PRIx64 ", index at 0x%" PRIx64 "\n",
           address, fields[GRANULES], (uint64_t)1u << (fields[SHIFT] & 63u), fields[BASE], fields[TAG], fields[INDEX]);
  }
  if (!plausible(fields)) {
    printf("check: not possible: the region object is no region's, or damaged\n");
    return 1;
  }
  region = rebuild(fields);
  whole = acre_region_check(&region, &finding) == ACRE_OK;
  if (needs) {
    return 0;
  }
  if (whole) {
    print_map(&region);
    if (blocks) {
      print_blocks(&region);
    }
    acre_region_stats(&region, &stats);
    printf("stats: total %zu, used %zu in %u blocks, free %zu in %u runs, largest %zu, least free ever %zu\n",
           stats.total, stats.used, stats.blocks, stats.free, stats.free_runs, stats.largest, stats.low_water);
    printf("check: ok\n");
  } else {
    printf("counters as found: used %u, peak %u, frontier %u granules, blocks %u, runs %u\n", region.used, region.peak,
           region.frontier, region.blocks, region.runs);
    printf("check: corrupt: rule %d, that %s, is broken at %s %u\n", (int)finding.rule, rule_name(finding.rule),
           (finding.rule == ACRE_RULE_NODE) ? "node" : "granule", finding.where);
    if (finding.rule != ACRE_RULE_NODE) {
      print_tags(&region, finding.where);
    }
  }
  return whole ? 0 : 1;
}

static _Noreturn void usage(void)
{
  (void)fputs("usage: acre-dump MEMORY... REGION [--bits 32|64] [--blocks]\n"
              "  MEMORY   --core FILE             an ELF core, of gdb or QEMU's dump-guest-memory\n"
              "           --ram FILE@ADDRESS      a raw dump, of gdb's dump binary memory or QEMU's pmemsave\n"
              "  REGION   --elf FILE --symbol S   the acre_region object S of the firmware\n"
              "           --region ADDRESS        its address; --bits says how wide the target's pointers are\n"
              "  --blocks lists every block and free run\n"
              "Prints map, statistics and the verdict of the check. Status 0 whole, 1 damaged, 2 not readable.\n",
              stderr);
  exit(2);
}

int main(int count, char **arguments)
{
  const char *elf = NULL;
  const char *symbol = NULL;
  const char *at = NULL;
  bool blocks = false;
  uint64_t address;
  for (int i = 1; i < count; i++) {
    const char *option = arguments[i];
    char *value = (i + 1 < count) ? arguments[i + 1] : NULL;
    if (strcmp(option, "--blocks") == 0) {
      blocks = true;
    } else if (strcmp(option, "--needs") == 0) {
      needs = true;
    } else if (value == NULL) {
      usage();
    } else {
      i++;
      if (strcmp(option, "--core") == 0) {
        add_core(value);
      } else if (strcmp(option, "--ram") == 0) {
        add_ram(value);
      } else if (strcmp(option, "--elf") == 0) {
        elf = value;
      } else if (strcmp(option, "--symbol") == 0) {
        symbol = value;
      } else if (strcmp(option, "--region") == 0) {
        at = value;
      } else if (strcmp(option, "--bits") == 0) {
        bits = (unsigned)parse_number(value, "--bits");
      } else {
        usage();
      }
    }
  }
  if ((at == NULL) == (symbol == NULL || elf == NULL) || (chunk_count == 0u && !needs)) {
    usage();
  }
  address = (at != NULL) ? parse_number(at, "--region") : find_symbol(elf, symbol);
  if (bits != 32u && bits != 64u) {
    fail("say how wide the target's pointers are: --bits 32 or --bits 64");
  }
  return report(address, blocks);
}
