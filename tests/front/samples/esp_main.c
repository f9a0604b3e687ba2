/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What ESP-IDF's start-up does of it: the heap, then app_main. */
#include "esp_heap_caps_init.h"

void app_main(void);

int main(void)
{
  heap_caps_init();
  heap_caps_enable_nonos_stack_heaps();
  app_main();
  return 0;
}
