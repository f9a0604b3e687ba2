(* SPDX-License-Identifier: MIT OR Apache-2.0 *)
(* rv32, ILP32: what riscv64-unknown-elf-gcc -mabi=ilp32 does.
   `make test-machdep` compares. *)
let () =
  File.new_machdep "riscv32"
    { Machdeps.gcc_x86_32 with
      Cil_types.version = "riscv64-unknown-elf-gcc -march=rv32imac -mabi=ilp32";
      cpp_arch_flags = [];
      char_is_unsigned = true;
      size_t = "unsigned int";
      ptrdiff_t = "int";
      wchar_t = "int";
      alignof_longlong = 8;
      alignof_double = 8;
      sizeof_longdouble = 16;
      alignof_longdouble = 16;
      alignof_aligned = 16;
    }
