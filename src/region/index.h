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

#include "hot.h"

#ifdef __FRAMAC__
#include "steps.acsl"
#ifdef ACRE_PROVE_INDEX
#include "index.acsl"
#endif
#endif

/*@ requires 1 <= width <= 8 && 1 <= node <= 0x1000000;
    assigns \nothing;
    ensures child: Child(width, \result, node);
    ensures value: \result == (node + 7 - width) / 8; */
static inline uint32_t index_parent(uint32_t node, uint32_t width)
{
  return (node + 7u - width) / 8u;
}

/* The first child of an inner node.  Node 0 with less than eight children
 * shares its group with grandchildren, which changes no maximum. */
/*@ requires 1 <= width <= 8 && node <= 0x1000000;
    assigns \nothing;
    ensures root: node == 0 ==> \result == 1;
    ensures inner: node > 0 ==> \result == 8 * node + width - 7; */
static inline uint32_t index_child(uint32_t node, uint32_t width)
{
  return (node == 0u) ? 1u : 8u * node + width - 7u;
}

/* The first of the eight nodes from `first` with at least k; there is one. */
/*@ requires mem: first <= 0x1000000 && \valid_read(index + (first .. first + 7));
    requires one: \exists integer c; first <= c < first + 8 && Nd(index, c) >= k;
    requires steps: acre_steps <= ACRE_STEPS(12);
    assigns acre_steps;
    ensures group: first <= \result < first + 8;
    ensures fits: Nd(index, \result) >= k;
    ensures first: \forall integer c; first <= c < \result ==> Nd(index, c) < k;
    ensures steps: acre_steps == \old(acre_steps) + 8; */
static inline ACRE_HOT uint32_t index_find8(const int32_t *index, uint32_t first, int32_t k)
{
  const int32_t *m = index + first;
  /*@ ghost acre_steps += 8; */
  if (m[0] >= k) {
    return first;
  }
  if (m[1] >= k) {
    return first + 1u;
  }
  if (m[2] >= k) {
    return first + 2u;
  }
  if (m[3] >= k) {
    return first + 3u;
  }
  if (m[4] >= k) {
    return first + 4u;
  }
  if (m[5] >= k) {
    return first + 5u;
  }
  if (m[6] >= k) {
    return first + 6u;
  }
  return first + 7u;
}

/*@ requires mem: first <= 0x1000000 && \valid_read(index + (first .. first + 7));
    requires steps: acre_steps <= ACRE_STEPS(12);
    assigns acre_steps;
    ensures bound: \forall integer c; first <= c < first + 8 ==> Nd(index, c) <= \result;
    ensures met: \exists integer c; first <= c < first + 8 && Nd(index, c) == \result;
    ensures steps: acre_steps == \old(acre_steps) + 8; */
static inline ACRE_HOT int32_t index_max8(const int32_t *index, uint32_t first)
{
  const int32_t *m = index + first;
  int32_t max = m[0];
  /*@ ghost acre_steps += 8; */
  if (m[1] > max) {
    max = m[1];
  }
  if (m[2] > max) {
    max = m[2];
  }
  if (m[3] > max) {
    max = m[3];
  }
  if (m[4] > max) {
    max = m[4];
  }
  if (m[5] > max) {
    max = m[5];
  }
  if (m[6] > max) {
    max = m[6];
  }
  if (m[7] > max) {
    max = m[7];
  }
  return max;
}

/* The first leaf with at least k; the root has at least k. */
/*@ requires mem: IndexMem(index, width, first_leaf, nodes);
    requires ok: IndexOk(index, width, first_leaf, nodes);
    requires k: 1 <= k <= Nd(index, 0);
    requires steps: acre_steps <= ACRE_STEPS(8);
    assigns acre_steps;
    ensures leaf: first_leaf <= \result < IndexEnd(width, first_leaf, nodes);
    ensures fits: Nd(index, \result) >= k;
    ensures first: \forall integer c; first_leaf <= c < \result ==> Nd(index, c) < k;
    ensures steps: \old(acre_steps) <= acre_steps <= \old(acre_steps) + StepsFind(width, first_leaf); */
static inline ACRE_HOT uint32_t index_find(const int32_t *index, uint32_t width, uint32_t first_leaf, int32_t k)
/*@ ghost (uint32_t nodes) */
{
  /*@ assert root: IndexMet(index, width, nodes, 0); */
  /*@ assert root_has: IndexHas(index, width, nodes, 0, Nd(index, 0)); */
  int32_t under = (int32_t)width - 7;
  uint32_t node = index_find8(index, 1u, k);
  /*@ ghost uint32_t lo = 1; */
  /*@ loop invariant start: IndexStart(width, lo) && lo <= first_leaf;
      loop invariant level: lo <= node < 8 * lo + width - 7 && node < IndexEnd(width, first_leaf, nodes);
      loop invariant fits: Nd(index, node) >= k;
      loop invariant first: \forall integer c; lo <= c < node ==> Nd(index, c) < k;
      loop invariant steps: acre_steps == \at(acre_steps, Pre) + 9 * IndexLevel(width, node) - 1;
      loop assigns node, lo, acre_steps;
      loop variant first_leaf - node; */
  while (node < first_leaf) {
    /*@ assert met: IndexMet(index, width, nodes, node); */
    /*@ assert has: IndexHas(index, width, nodes, node, Nd(index, node)); */
    /*@ assert whole: 8 * node + width < nodes; */
    /*@ assert one: \exists integer c; 8 * node + width - 7 <= c <= 8 * node + width && Nd(index, c) >= k; */
    /*@ assert before: \forall integer c; 8 * lo + width - 7 <= c < 8 * node + width - 7 ==>
          Child(width, (c + 7 - width) / 8, c) && lo <= (c + 7 - width) / 8 < node; */
    /*@ assert under: \forall integer p, c; Child(width, p, c) ==> lo <= p < node ==> c < nodes ==> Nd(index, c) < k; */
    /*@ assert above: \forall integer c; 8 * lo + width - 7 <= c < 8 * node + width - 7 ==>
          Child(width, (c + 7 - width) / 8, c) && Nd(index, c) <= Nd(index, (c + 7 - width) / 8) < k; */
    /*@ assert less: \forall integer c; 8 * lo + width - 7 <= c < 8 * node + width - 7 ==> Nd(index, c) < k; */
    /*@ assert next: IndexStart(width, 8 * lo + width - 7) && 8 * lo + width - 7 <= first_leaf; */
    /*@ ghost acre_steps += 1; */
    /*@ ghost lo = 8 * lo + width - 7; */
    node = index_find8(index, (uint32_t)((int32_t)(8u * node) + under), k);
  }
  return node;
}

/* Raise a leaf to `value`, and what is above it where it is less. */
/*@ requires mem: IndexMem(index, width, first_leaf, nodes);
    requires ok: IndexOk(index, width, first_leaf, nodes);
    requires leaf: first_leaf <= leaf < IndexEnd(width, first_leaf, nodes);
    requires value: 0 <= value <= 0x1000000;
    requires steps: acre_steps <= ACRE_STEPS(8);
    assigns index[0 .. nodes - 1], acre_steps;
    ensures ok: IndexOk(index, width, first_leaf, nodes);
    ensures leaf: Nd(index, leaf) == \max(\old(Nd(index, leaf)), value);
    ensures same: IndexSame{Pre, Post}(index, first_leaf, nodes, leaf);
    ensures steps: \old(acre_steps) <= acre_steps <= \old(acre_steps) + StepsRaise(width, first_leaf); */
static inline ACRE_HOT void index_raise(int32_t *index, uint32_t width, uint32_t leaf, int32_t value)
/*@ ghost (uint32_t first_leaf, uint32_t nodes) */
{
  uint32_t node = leaf;
  /*@ loop invariant node: node == leaf || 0 <= node < first_leaf;
      loop invariant range: IndexRange(index, nodes);
      loop invariant pad: IndexPad(index, width, first_leaf, nodes);
      loop invariant leaf: Nd(index, leaf) ==
        (node == leaf ? \at(Nd(index, leaf), Pre) : \max(\at(Nd(index, leaf), Pre), value));
      loop invariant same: IndexSame{Pre, Here}(index, first_leaf, nodes, leaf);
      loop invariant below: \forall integer p, c; Child(width, p, c) ==> p < first_leaf ==> c < nodes ==>
        Nd(index, c) <= Nd(index, p) || (p == node && Nd(index, c) <= value);
      loop invariant met: \forall integer p; 0 <= p < first_leaf ==> p != node ==> IndexMet(index, width, nodes, p);
      loop invariant path: node < first_leaf ==> IndexHas(index, width, nodes, node, value) &&
        (Nd(index, node) < value || IndexMet(index, width, nodes, node));
      loop invariant steps: \at(acre_steps, Pre) <= acre_steps <=
        \at(acre_steps, Pre) + IndexLevel(width, first_leaf) - IndexLevel(width, node);
      loop assigns node, index[0 .. nodes - 1], acre_steps;
      loop variant node; */
  while (index[node] < value) {
    /*@ ghost acre_steps += 1; */
    index[node] = value;
    /*@ assert one: IndexOne{LoopCurrent, Here}(index, nodes, node); */
    /*@ assert self: node < first_leaf ==> IndexMet(index, width, nodes, node); */
    /*@ assert others: \forall integer p; 0 <= p < first_leaf ==> !Child(width, p, node) ==>
          IndexMet(index, width, nodes, p); */
    if (node == 0u) {
      break;
    }
    node = index_parent(node, width);
    /*@ assert inner: node < first_leaf; */
    /*@ assert has: IndexHas(index, width, nodes, node, value); */
    /*@ assert up: Nd(index, node) < value || IndexMet(index, width, nodes, node); */
  }
  /*@ assert below: IndexBelow(index, width, first_leaf, nodes); */
  /*@ assert met: \forall integer p; 0 <= p < first_leaf ==> IndexMet(index, width, nodes, p); */
}

/* Lower a leaf to `value`, and what is above it where it was the largest. */
/*@ requires mem: IndexMem(index, width, first_leaf, nodes);
    requires ok: IndexOk(index, width, first_leaf, nodes);
    requires leaf: first_leaf <= leaf < IndexEnd(width, first_leaf, nodes);
    requires value: 0 <= value <= Nd(index, leaf);
    requires steps: acre_steps <= ACRE_STEPS(8);
    assigns index[0 .. nodes - 1], acre_steps;
    ensures ok: IndexOk(index, width, first_leaf, nodes);
    ensures leaf: Nd(index, leaf) == value;
    ensures same: IndexSame{Pre, Post}(index, first_leaf, nodes, leaf);
    ensures steps: \old(acre_steps) <= acre_steps <= \old(acre_steps) + StepsLower(width, first_leaf); */
static inline ACRE_HOT void index_lower(int32_t *index, uint32_t width, uint32_t leaf, int32_t value)
/*@ ghost (uint32_t first_leaf, uint32_t nodes) */
{
  uint32_t node = leaf;
  int32_t old = index[leaf];
  int32_t now = value;
  /*@ loop invariant node: node == leaf || 0 <= node < first_leaf;
      loop invariant now: 0 <= now <= old && Nd(index, node) == old;
      loop invariant range: IndexRange(index, nodes);
      loop invariant pad: IndexPad(index, width, first_leaf, nodes);
      loop invariant leaf: node == leaf ? now == value && Nd(index, leaf) == old : Nd(index, leaf) == value;
      loop invariant same: IndexSame{Pre, Here}(index, first_leaf, nodes, leaf);
      loop invariant below: IndexBelow(index, width, first_leaf, nodes);
      loop invariant met: \forall integer p; 0 <= p < first_leaf ==> p != node ==> IndexMet(index, width, nodes, p);
      loop invariant path: node < first_leaf ==> IndexHas(index, width, nodes, node, now) &&
        \forall integer c; Child(width, node, c) ==> c < nodes ==> Nd(index, c) <= now;
      loop invariant steps: \at(acre_steps, Pre) <= acre_steps <=
        \at(acre_steps, Pre) + 9 * (IndexLevel(width, first_leaf) - IndexLevel(width, node));
      loop assigns node, now, index[0 .. nodes - 1], acre_steps;
      loop variant node; */
  while (now < old) {
    /*@ ghost acre_steps += 1; */
    index[node] = now;
    /*@ assert one: IndexOne{LoopCurrent, Here}(index, nodes, node); */
    /*@ assert self: node < first_leaf ==> IndexMet(index, width, nodes, node); */
    /*@ assert others: \forall integer p; 0 <= p < first_leaf ==> !Child(width, p, node) ==>
          IndexMet(index, width, nodes, p); */
    if (node == 0u) {
      break;
    }
    node = index_parent(node, width);
    /*@ assert inner: node < first_leaf; */
    /*@ assert up: old <= Nd(index, node); */
    /*@ assert more: old < Nd(index, node) ==> IndexMet(index, width, nodes, node); */
    if (old < index[node]) {
      break;
    }
    /*@ assert children: \forall integer c; Child(width, node, c) ==> c < nodes ==> Nd(index, c) <= old; */
    /*@ assert group: node != 0 ==> 8 * node + width < nodes; */
    /*@ assert root_low: \forall integer c; width < c <= 8 ==> Nd(index, c) <= Nd(index, 1); */
    now = index_max8(index, index_child(node, width));
  }
  /*@ assert range: IndexRange(index, nodes); */
  /*@ assert below: IndexBelow(index, width, first_leaf, nodes); */
  /*@ assert pad: IndexPad(index, width, first_leaf, nodes); */
  /*@ assert met: \forall integer p; 0 <= p < first_leaf ==> IndexMet(index, width, nodes, p); */
}

#endif
