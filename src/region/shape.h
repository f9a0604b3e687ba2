/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The shape of the index over a number of leaves, and what the metadata take. */
#ifndef ACRE_SRC_SHAPE_H
#define ACRE_SRC_SHAPE_H

#include <acre/region.h>

/* Levels of inner nodes between the root and the leaves. */
static inline uint32_t shape_depth(uint32_t leaves)
{
  uint32_t depth = 0u;
  uint32_t width = leaves;
  while (width > 8u) {
    width = (width + 7u) / 8u;
    depth++;
  }
  return depth;
}

/* Nodes under the root. */
static inline uint32_t shape_width(uint32_t leaves)
{
  uint32_t width = leaves;
  while (width > 8u) {
    width = (width + 7u) / 8u;
  }
  return width;
}

static inline uint32_t shape_first_leaf(uint32_t width, uint32_t depth)
{
  uint32_t first = 1u;
  for (uint32_t level = 0u; level < depth; level++) {
    first = 8u * first + width - 7u;
  }
  return first;
}

/* Nodes in all: whole groups of eight below the root's children. */
static inline uint32_t shape_nodes(uint32_t leaves, uint32_t width, uint32_t first_leaf)
{
  uint32_t nodes = 9u;
  if (leaves > 8u) {
    nodes = width + 1u + (first_leaf + leaves - width + 6u) / 8u * 8u;
  }
  return nodes;
}

/* Bytes of metadata for n granules: index, sentinel, tags. */
static inline uint32_t shape_metadata(uint32_t n)
{
  uint32_t leaves = (n + 7u) / 8u;
  uint32_t width = shape_width(leaves);
  uint32_t first_leaf = shape_first_leaf(width, shape_depth(leaves));
  return 4u * shape_nodes(leaves, width, first_leaf) + 8u * leaves + 2u;
}

#endif
