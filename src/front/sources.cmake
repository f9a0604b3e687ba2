# SPDX-License-Identifier: MIT OR Apache-2.0
# The fronts' files for CMake, Zephyr and ESP-IDF; src/front/front.mk has the same for make.
# Written out, so that ESP-IDF can read it in script mode.
set(ACRE_FRONT_DIR ${CMAKE_CURRENT_LIST_DIR})
set(ACRE_FRONT_INCLUDES ${ACRE_FRONT_DIR}/multi_heap ${ACRE_FRONT_DIR}/esp ${ACRE_FRONT_DIR}/esp_alloc)

# heap_caps, esp-alloc, trace
set(ACRE_FRONT_PLAIN debug/trace esp/adjust esp/alloc esp/info esp/init esp/walk esp_alloc/esp_alloc)
# multi_heap, and what all need; the first two once for each debug layer
set(ACRE_FRONT_LEVELLED common/alloc multi_heap/multi_heap)
set(ACRE_FRONT_COMMON common/fault common/heap common/owners common/slots)
# on a C library: defaults for what a program may define
set(ACRE_FRONT_HOSTED common/panic common/write)
set(ACRE_FRONT_LIBC libc/align libc/array libc/cfree libc/info libc/malloc libc/reent)
foreach(part PLAIN LEVELLED COMMON HOSTED LIBC)
  list(TRANSFORM ACRE_FRONT_${part} PREPEND ${ACRE_FRONT_DIR}/)
  list(TRANSFORM ACRE_FRONT_${part} APPEND .c)
endforeach()

# ACRE_FRONT_LEVEL of a debug layer
set(ACRE_FRONT_LEVEL_plain 0)
set(ACRE_FRONT_LEVEL_owners 1)
set(ACRE_FRONT_LEVEL_poison-light 2)
set(ACRE_FRONT_LEVEL_poison 3)
