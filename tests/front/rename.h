/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The malloc family under other names, for builds with a sanitizer, which has
 * one of its own: given with -include to the front and to its test. */
#define malloc acre_test_malloc
#define free acre_test_free
#define cfree acre_test_cfree
#define calloc acre_test_calloc
#define realloc acre_test_realloc
#define reallocarray acre_test_reallocarray
#define reallocf acre_test_reallocf
#define memalign acre_test_memalign
#define aligned_alloc acre_test_aligned_alloc
#define posix_memalign acre_test_posix_memalign
#define valloc acre_test_valloc
#define pvalloc acre_test_pvalloc
#define malloc_usable_size acre_test_malloc_usable_size
#define malloc_stats acre_test_malloc_stats
#define mallopt acre_test_mallopt
#define malloc_trim acre_test_malloc_trim
