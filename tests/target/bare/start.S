/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Start code for machines without any other: sets gp and sp, copies .data,
 * clears .bss, calls main and ends the machine with its result.  It leaves
 * .noinit alone.  Other harts wait for a software interrupt, then call
 * other_hart(hart) on a stack of their own.
 */
	.section .text.start, "ax"
	.globl _start
_start:
	.option push
	.option norelax
	la gp, __global_pointer$
	.option pop
	.option push
	.option arch, +zicsr
	csrr a0, mhartid
	.option pop
	la sp, __stack
	bnez a0, other

	la a0, __data_source
	la a1, __data_start
	la a2, __data_end
	beq a0, a1, clear
copy:
	bgeu a1, a2, clear
	lw a3, 0(a0)
	sw a3, 0(a1)
	addi a0, a0, 4
	addi a1, a1, 4
	j copy
clear:
	la a1, __bss_start
	la a2, __bss_end
zero:
	bgeu a1, a2, run
	sw zero, 0(a1)
	addi a1, a1, 4
	j zero
run:
	call main
	call bare_exit
stay:
	j stay

	/* mie.MSIE lets wfi end; mstatus.MIE is off, so no trap is taken. */
other:
	.option push
	.option arch, +zicsr
	csrwi mie, 8
	wfi
	csrr a1, mip
	csrwi mie, 0
	.option pop
	andi a1, a1, 8
	beqz a1, other
	la a1, __stack_size
	mv a2, a0
below:
	sub sp, sp, a1
	addi a2, a2, -1
	bnez a2, below
	call other_hart
	j stay

	.weak other_hart
other_hart:
	j other_hart

	/* uintptr_t bare_semihost(uintptr_t operation, const void *argument): the
	 * three instructions must be neither compressed nor on two pages. */
	.section .text.bare_semihost, "ax"
	.globl bare_semihost
	.balign 16
bare_semihost:
	.option push
	.option norvc
	slli zero, zero, 0x1f
	ebreak
	srai zero, zero, 7
	.option pop
	ret
