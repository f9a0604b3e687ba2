/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The memories of the example boards, and the names that their linker scripts
 * would give them. */
#define MEMORY(name, size)                                                         \
  __asm__(".globl board_" #name "_start\n.globl board_" #name "_end\n.balign 64\n" \
          "board_" #name "_start: .zero " #size "\nboard_" #name "_end:\n")

__asm__(".section .bss.board,\"aw\",@nobits\n");
__asm__(".globl board_ram_start, board_stack_start, board_ram_end, board_data_start, board_data_end\n"
        ".balign 64\n"
        "board_ram_start: .zero 8192\n"
        "board_data_start: .zero 1023\n" /* not whole words, as data may be */
        "board_data_end: .zero 20481\n"
        "board_stack_start: .zero 4096\n"
        "board_ram_end:\n");
MEMORY(rtc, 4096);
MEMORY(external, 65536);
MEMORY(data_ram, 32768);
MEMORY(both, 16384);
MEMORY(code, 8192);
__asm__(".text\n");
