/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A region that survives a warm reset. */
#include <acre/retention.h>

#define MAGIC 0x61637265u /* "acre" */
/* A structure of another size is another version. */
#define VERSION (0x00010000u + (uint32_t)sizeof(acre_retention))
#define SEALED 0x5EA1ED0Bu
#define OPEN 0xA15E12F4u /* the complement: no bit error turns one into the other */

#define CRC_POLYNOMIAL 0xEDB88320u

/* CRC-32 as of Ethernet, four bits at a time: 64 bytes of table. */
static uint32_t crc32_of(const uint8_t *bytes, size_t count)
{
  uint32_t table[16];
  uint32_t crc = 0xFFFFFFFFu;
  for (uint32_t i = 0u; i < 16u; i++) {
    uint32_t value = i;
    for (uint32_t bit = 0u; bit < 4u; bit++) {
      value = ((value & 1u) != 0u) ? ((value >> 1u) ^ CRC_POLYNOMIAL) : (value >> 1u);
    }
    table[i] = value;
  }
  for (size_t i = 0u; i < count; i++) {
    crc ^= bytes[i];
    crc = (crc >> 4u) ^ table[crc & 15u];
    crc = (crc >> 4u) ^ table[crc & 15u];
  }
  return ~crc;
}

/* `covered` must be inside the memory. */
static uint32_t checksum(const acre_retention *retention)
{
  size_t from = offsetof(acre_retention, address);
  return crc32_of((const uint8_t *)retention + from, retention->covered - from);
}

static bool usable(const void *memory, size_t size)
{
  return (memory != NULL) && (((uintptr_t)memory % sizeof(void *)) == 0u) && (size > sizeof(acre_retention));
}

acre_status acre_retention_format(void *memory, size_t size, size_t granule)
{
  acre_status status;
  if (memory == NULL) {
    status = ACRE_NULL_ARGUMENT;
  } else if (((uintptr_t)memory % sizeof(void *)) != 0u) {
    status = ACRE_MISALIGNED;
  } else if (size <= sizeof(acre_retention)) {
    status = ACRE_TOO_SMALL;
  } else {
    acre_retention *retention = (acre_retention *)memory;
    /* Nothing is to be found here should a reset come before the end. */
    retention->magic = 0u;
    status = acre_region_init(&retention->region, retention + 1, size - sizeof(acre_retention), granule);
    if (status == ACRE_OK) {
      /* The first granule, which ends the metadata, is the first thing an iteration finds. */
      acre_iterator first = {0u};
      acre_block block = {NULL, 0u, false};
      (void)acre_region_next(&retention->region, &first, &block);
      retention->version = VERSION;
      retention->address = (uintptr_t)memory;
      retention->size = size;
      retention->granule = granule;
      retention->covered = (size_t)((uintptr_t)block.address - (uintptr_t)memory);
      retention->root = NULL;
      acre_retention_seal(retention);
      retention->magic = MAGIC;
    }
  }
  return status;
}

acre_retention_verdict acre_retention_attach(void *memory, size_t size, size_t granule)
{
  acre_retention_verdict verdict = ACRE_RETENTION_OK;
  if (!usable(memory, size)) {
    verdict = ACRE_RETENTION_ARGUMENT;
  } else {
    const acre_retention *retention = (const acre_retention *)memory;
    acre_finding finding;
    if (retention->magic != MAGIC) {
      verdict = ACRE_RETENTION_EMPTY;
    } else if ((retention->version != VERSION) || (retention->address != (uintptr_t)memory) ||
               (retention->size != size) || (retention->granule != granule)) {
      verdict = ACRE_RETENTION_LAYOUT;
    } else if (retention->sealed == OPEN) {
      verdict = ACRE_RETENTION_OPEN;
    } else if ((retention->sealed != SEALED) || (retention->covered < sizeof(acre_retention)) ||
               (retention->covered > size) || (checksum(retention) != retention->checksum)) {
      /* `covered` first: it says how far to read, and may itself be damaged. */
      verdict = ACRE_RETENTION_CHECKSUM;
    } else if (acre_region_check(&retention->region, &finding) != ACRE_OK) {
      verdict = ACRE_RETENTION_CORRUPT;
    } else {
      /* as it was */
    }
  }
  return verdict;
}

/* Stores to `sealed` must not move across those to what it speaks of: hence
 * volatile, and a barrier for the compiler on either side. */
static void mark(acre_retention *retention, uint32_t word)
{
  volatile uint32_t *sealed = &retention->sealed;
  __asm__ volatile("" : : : "memory");
  *sealed = word;
  __asm__ volatile("" : : : "memory");
}

void acre_retention_open(acre_retention *retention)
{
  mark(retention, OPEN);
}

void acre_retention_seal(acre_retention *retention)
{
  retention->checksum = checksum(retention);
  mark(retention, SEALED);
}
