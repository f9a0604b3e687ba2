/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The proofs that shifts are products and quotients; see spec/shift.acsl. */
#define ACRE_PROVE_PRODUCT
#include "../spec/shift.acsl"
