/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* free, under the name that it has in old programs.  In picolibc it stands in
 * the same object as free: without this one, both would be linked. */
#include "libc.h"

void cfree(void *block);

void cfree(void *block)
{
  acre_front_free_(acre_front_heap(), block, "cfree", CALLER);
}
