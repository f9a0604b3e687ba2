/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What programs ask of malloc. */
#include "libc.h"

/* On some C libraries the fields are int, on some size_t. */
#define FIELD(info, field, value) (info).field = (__typeof__((info).field))(value)

void malloc_stats(void);
int mallopt(int parameter, int value);

size_t malloc_usable_size(void *block)
{
  return (block == NULL) ? 0u : acre_front_size_(block, "malloc_usable_size");
}

struct mallinfo mallinfo(void)
{
  struct mallinfo info = {0};
  acre_heap_stats stats;
  acre_heap_get_stats(acre_front_heap(), &stats);
  FIELD(info, arena, stats.total);
  FIELD(info, ordblks, stats.free_runs);
  FIELD(info, uordblks, stats.used);
  FIELD(info, fordblks, stats.free);
  return info;
}

void malloc_stats(void)
{
  acre_heap_print_summary(acre_front_heap(), 0u, &acre_front_output_);
}

/* There is nothing to adjust: not accepted. */
int mallopt(int parameter, int value)
{
  (void)parameter;
  (void)value;
  return 0;
}

/* Nor to give back. */
int malloc_trim(size_t pad)
{
  (void)pad;
  return 0;
}
