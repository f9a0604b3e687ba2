/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The core as one file, instead of those of src/region, for a compiler that is to
 * save space (-Os): what several operations share is then there once.
 */
#include "region/align.c"
#include "region/alloc.c"
#include "region/check.c"
#include "region/free.c"
#include "region/init.c"
#include "region/region.c"
#include "region/resize.c"
