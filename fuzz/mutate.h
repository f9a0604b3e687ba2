/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ACRE_FUZZ_MUTATE_H
#define ACRE_FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Changes an input of `size` bytes in place: some of insert, delete,
 * duplicate, move, swap, new size, other slot, other operation, header.  Takes
 * records of `other` now and then.  Never more than `most` bytes; returns the
 * size.  `random` is the state of the generator.
 */
size_t fuzz_mutate(uint8_t *data, size_t size, size_t most, const uint8_t *other, size_t other_size, uint32_t *random);

#endif
