/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The index: a tree of maxima with eight children per node in one array.
 *
 * Node 0 is the root; its children are 1 to width.  The children of any other
 * inner node p are 8p+width-7 to 8p+width, so the parent of c is
 * (c+7-width)/8.  Leaf first_leaf+s is the largest free run that starts in
 * the eight granules from 8s; every other node is the largest of its children.
 */
#ifndef ACRE_SRC_INDEX_H
#define ACRE_SRC_INDEX_H

#include <acre/region.h>

static inline uint32_t index_parent(uint32_t node, uint32_t width)
{
  return (node + 7u - width) / 8u;
}

/* The first child of an inner node.  Node 0 with less than eight children
 * shares its group with grandchildren, which changes no maximum. */
static inline uint32_t index_child(uint32_t node, uint32_t width)
{
  return (node == 0u) ? 1u : 8u * node + width - 7u;
}

/* The first of the eight nodes from `first` with at least k; there is one. */
static inline uint32_t index_find8(const int32_t *index, uint32_t first, int32_t k)
{
  const int32_t *m = index + first;
  if (m[0] >= k) { return first; }
  if (m[1] >= k) { return first + 1u; }
  if (m[2] >= k) { return first + 2u; }
  if (m[3] >= k) { return first + 3u; }
  if (m[4] >= k) { return first + 4u; }
  if (m[5] >= k) { return first + 5u; }
  if (m[6] >= k) { return first + 6u; }
  return first + 7u;
}

static inline int32_t index_max8(const int32_t *index, uint32_t first)
{
  const int32_t *m = index + first;
  int32_t max = m[0];
  if (m[1] > max) { max = m[1]; }
  if (m[2] > max) { max = m[2]; }
  if (m[3] > max) { max = m[3]; }
  if (m[4] > max) { max = m[4]; }
  if (m[5] > max) { max = m[5]; }
  if (m[6] > max) { max = m[6]; }
  if (m[7] > max) { max = m[7]; }
  return max;
}

/* The first leaf with at least k; the root has at least k. */
static inline uint32_t index_find(const int32_t *index, uint32_t width, uint32_t first_leaf, int32_t k)
{
  uint32_t node = index_find8(index, 1u, k);
  while (node < first_leaf) {
    node = index_find8(index, 8u * node + width - 7u, k);
  }
  return node;
}

/* Raise a leaf to `value`, and what is above it where it is less. */
static inline void index_raise(int32_t *index, uint32_t width, uint32_t leaf, int32_t value)
{
  uint32_t node = leaf;
  while (index[node] < value) {
    index[node] = value;
    if (node == 0u) {
      break;
    }
    node = index_parent(node, width);
  }
}

/* Lower a leaf to `value`, and what is above it where it was the largest. */
static inline void index_lower(int32_t *index, uint32_t width, uint32_t leaf, int32_t value)
{
  uint32_t node = leaf;
  int32_t old = index[leaf];
  int32_t now = value;
  while (now < old) {
    index[node] = now;
    if (node == 0u) {
      break;
    }
    node = index_parent(node, width);
    if (old < index[node]) {
      break;
    }
    now = index_max8(index, index_child(node, width));
  }
}

#endif
