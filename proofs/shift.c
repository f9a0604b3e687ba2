/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The proofs of the lemmas on shifts; the scripts of the inductions stand in session/script. */
#define ACRE_PROVE_SHIFT
#include "../spec/shift.acsl"
