/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The slots of the default heap, for programs that do not say how many. */
#include <acre/fronts.h>

ACRE_FRONT_SLOTS(8);
