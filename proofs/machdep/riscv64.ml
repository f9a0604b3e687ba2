(* SPDX-License-Identifier: MIT OR Apache-2.0 *)
(* rv64, LP64: what riscv64-unknown-elf-gcc -mabi=lp64 does.
   `make test-machdep` compares. *)
let () =
  File.new_machdep "riscv64"
    { Machdeps.gcc_x86_64 with
      Cil_types.version = "riscv64-unknown-elf-gcc -march=rv64imac -mabi=lp64";
      cpp_arch_flags = [];
      char_is_unsigned = true;
      size_t = "unsigned long";
      ptrdiff_t = "long";
      wchar_t = "int";
      sizeof_longdouble = 16;
      alignof_longdouble = 16;
      alignof_aligned = 16;
    }
