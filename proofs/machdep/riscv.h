/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Types and limits for the headers of Frama-C (share/libc), in place of its
 * __fc_machdep.h.  The proof preprocesses with the RISC-V compiler itself, so
 * that every type and limit here is what that compiler predefines.
 */
#ifndef __FC_MACHDEP
#define __FC_MACHDEP
#define __FC_FORCE_INCLUDE_MACHDEP__
#include "__fc_machdep_linux_shared.h"
#undef __FC_FORCE_INCLUDE_MACHDEP__

#define __FC_BYTE_ORDER __LITTLE_ENDIAN
#define __WORDSIZE (8 * __SIZEOF_POINTER__)
#define __SIZEOF_SHORT __SIZEOF_SHORT__
#define __SIZEOF_INT __SIZEOF_INT__
#define __SIZEOF_LONG __SIZEOF_LONG__
#define __SIZEOF_LONGLONG __SIZEOF_LONG_LONG__
#define __CHAR_BIT __CHAR_BIT__

#define __PTRDIFF_T __PTRDIFF_TYPE__
#define __FC_PTRDIFF_MIN (-__PTRDIFF_MAX__ - 1)
#define __FC_PTRDIFF_MAX __PTRDIFF_MAX__
#define __SIZE_T __SIZE_TYPE__
#define __FC_SIZE_MAX __SIZE_MAX__
#define __SSIZE_T __PTRDIFF_TYPE__
#define __SSIZE_MAX __PTRDIFF_MAX__
#undef __WCHAR_T
#define __WCHAR_T __WCHAR_TYPE__
#define __WINT_T __WINT_TYPE__
#define __FC_WEOF ((__WINT_TYPE__)-1)
#define __FC_WINT_MIN 0
#define __FC_WINT_MAX __WINT_MAX__

#define __FC_INT_MIN (-__INT_MAX__ - 1)
#define __FC_INT_MAX __INT_MAX__
#define __FC_UINT_MAX (2U * __INT_MAX__ + 1U)
#define __FC_LONG_MIN (-__LONG_MAX__ - 1L)
#define __FC_LONG_MAX __LONG_MAX__
#define __FC_ULONG_MAX (2UL * __LONG_MAX__ + 1UL)

#define __INTPTR_T __INTPTR_TYPE__
#define __FC_INTPTR_MIN (-__INTPTR_MAX__ - 1)
#define __FC_INTPTR_MAX __INTPTR_MAX__
#define __UINTPTR_T __UINTPTR_TYPE__
#define __FC_UINTPTR_MAX __UINTPTR_MAX__

#define __INT32_T __INT32_TYPE__
#define __UINT32_T __UINT32_TYPE__
#define __INT64_T __INT64_TYPE__
#define __UINT64_T __UINT64_TYPE__
#define __INT_LEAST32_T __INT_LEAST32_TYPE__
#define __INT_LEAST32_MAX __INT_LEAST32_MAX__
#define __INT_LEAST32_MIN (-__INT_LEAST32_MAX__ - 1)
#define __UINT_LEAST32_T __UINT_LEAST32_TYPE__
#define __UINT_LEAST32_MAX __UINT_LEAST32_MAX__
#define __INT_LEAST64_T __INT_LEAST64_TYPE__
#define __INT_LEAST64_MAX __INT_LEAST64_MAX__
#define __INT_LEAST64_MIN (-__INT_LEAST64_MAX__ - 1)
#define __UINT_LEAST64_T __UINT_LEAST64_TYPE__
#define __UINT_LEAST64_MAX __UINT_LEAST64_MAX__
#define __INT_FAST32_T __INT_FAST32_TYPE__
#define __INT_FAST32_MAX __INT_FAST32_MAX__
#define __INT_FAST32_MIN (-__INT_FAST32_MAX__ - 1)
#define __UINT_FAST32_T __UINT_FAST32_TYPE__
#define __UINT_FAST32_MAX __UINT_FAST32_MAX__
#define __INT_FAST64_T __INT_FAST64_TYPE__
#define __INT_FAST64_MAX __INT_FAST64_MAX__
#define __INT_FAST64_MIN (-__INT_FAST64_MAX__ - 1)
#define __UINT_FAST64_T __UINT_FAST64_TYPE__
#define __UINT_FAST64_MAX __UINT_FAST64_MAX__
#endif
