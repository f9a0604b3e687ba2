/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The memory behind malloc in the tests: a line. */
#include <acre/fronts.h>

ACRE_HEAP(ram, 256u * 1024u, ACRE_CAPS_PLAIN);
