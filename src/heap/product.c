/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The size of an array.  By shifts and additions: small cores have no multiplication. */
#include <acre/heap.h>

size_t acre_heap_product(size_t number, size_t size)
{
  size_t product = 0u;
  size_t addend = number;
  size_t left = size;
  bool fits = true;
  /*@ loop invariant fits: fits ==> product + addend * left == number * size;
      loop invariant passes: !fits ==> number * size > SIZE_MAX;
      loop assigns product, addend, left, fits;
      loop variant left;
   */
  while ((left != 0u) && fits) {
    if ((left % 2u) != 0u) {
      fits = addend <= (SIZE_MAX - product);
      product += addend;
    }
    left /= 2u;
    if (left != 0u) {
      fits = fits && (addend <= (SIZE_MAX / 2u));
      addend *= 2u;
    }
  }
  return fits ? product : SIZE_MAX;
}
