/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The heap that the linker script names.  A file of its own: only who calls
 * this needs the two symbols. */
#include <acre/memory.h>

/* The names are those of the linker scripts; only the addresses mean something. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
extern char __heap_start[];
extern char __heap_end[];
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

acre_status acre_region_init_linker(acre_region *region, size_t granule)
{
  acre_span span = {__heap_start, __heap_end, granule};
  return acre_region_init_span(region, &span);
}
