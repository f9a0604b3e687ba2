/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The shape of the index over a number of leaves, and what the metadata take. */
#ifndef ACRE_SRC_SHAPE_H
#define ACRE_SRC_SHAPE_H

#include <acre/region.h>

#ifdef __FRAMAC__
#include "shape.acsl"
#include "steps.acsl"
#endif

/* Levels of inner nodes between the root and the leaves. */
/*@ requires leaves: 1 <= leaves <= 0x200000;
    requires steps: acre_steps <= ACRE_STEPS(12);
    assigns acre_steps;
    ensures depth: \result == ShapeDepth(leaves);
    ensures steps: acre_steps == \old(acre_steps) + ShapeDepth(leaves); */
static inline uint32_t shape_depth(uint32_t leaves)
{
  uint32_t depth = 0u;
  uint32_t width = leaves;
  /*@ loop invariant width: 1 <= width <= leaves;
      loop invariant depth: depth + ShapeDepth(width) == ShapeDepth(leaves) && depth <= 6;
      loop invariant steps: acre_steps == \at(acre_steps, Pre) + depth;
      loop assigns width, depth, acre_steps;
      loop variant width; */
  while (width > 8u) {
    /*@ ghost acre_steps += 1; */
    width = (width + 7u) / 8u;
    depth++;
  }
  return depth;
}

/* Nodes under the root. */
/*@ requires leaves: 1 <= leaves <= 0x200000;
    requires steps: acre_steps <= ACRE_STEPS(12);
    assigns acre_steps;
    ensures width: \result == ShapeWidth(leaves) && 1 <= \result <= 8;
    ensures steps: acre_steps == \old(acre_steps) + ShapeDepth(leaves); */
static inline uint32_t shape_width(uint32_t leaves)
{
  uint32_t width = leaves;
  /*@ loop invariant range: 1 <= width <= leaves;
      loop invariant width: ShapeWidth(width) == ShapeWidth(leaves);
      loop invariant steps: acre_steps + ShapeDepth(width) == \at(acre_steps, Pre) + ShapeDepth(leaves);
      loop assigns width, acre_steps;
      loop variant width; */
  while (width > 8u) {
    /*@ ghost acre_steps += 1; */
    width = (width + 7u) / 8u;
  }
  return width;
}

/*@ requires width: 1 <= width <= 8 && depth <= 6;
    requires steps: acre_steps <= ACRE_STEPS(12);
    assigns acre_steps;
    ensures first: \result == ShapeFirst(width, depth);
    ensures steps: acre_steps == \old(acre_steps) + depth; */
static inline uint32_t shape_first_leaf(uint32_t width, uint32_t depth)
{
  uint32_t first = 1u;
  /*@ loop invariant level: 0 <= level <= depth;
      loop invariant first: first == ShapeFirst(width, level);
      loop invariant steps: acre_steps == \at(acre_steps, Pre) + level;
      loop assigns first, level, acre_steps;
      loop variant depth - level; */
  for (uint32_t level = 0u; level < depth; level++) {
    /*@ ghost acre_steps += 1; */
    first = 8u * first + width - 7u;
  }
  return first;
}

/* Nodes in all: whole groups of eight below the root's children. */
/*@ requires leaves: 1 <= leaves <= 0x200000;
    requires width: width == ShapeWidth(leaves) && first_leaf == ShapeFirstLeaf(leaves);
    assigns \nothing;
    ensures nodes: \result == ShapeNodes(leaves);
    ensures shape: IndexShape(width, first_leaf, \result) && \result <= 0x280000;
    ensures leaves: first_leaf + leaves <= IndexEnd(width, first_leaf, \result); */
static inline uint32_t shape_nodes(uint32_t leaves, uint32_t width, uint32_t first_leaf)
{
  uint32_t nodes = 9u;
  if (leaves > 8u) {
    nodes = width + 1u + (first_leaf + leaves - width + 6u) / 8u * 8u;
  }
  return nodes;
}

/* Bytes of metadata for n granules: index, sentinel, tags. */
/*@ requires granules: 1 <= n <= ACRE_GRANULES_MAX;
    requires steps: acre_steps <= ACRE_STEPS(8);
    assigns acre_steps;
    ensures metadata: \result == ShapeMetadata(n);
    ensures range: 46 <= \result <= 0x2000000;
    ensures steps: acre_steps == \old(acre_steps) + 3 * ShapeDepth((n + 7) / 8); */
static inline uint32_t shape_metadata(uint32_t n)
{
  uint32_t leaves = (n + 7u) / 8u;
  uint32_t width = shape_width(leaves);
  uint32_t first_leaf = shape_first_leaf(width, shape_depth(leaves));
  return 4u * shape_nodes(leaves, width, first_leaf) + 8u * leaves + 2u;
}

#endif
