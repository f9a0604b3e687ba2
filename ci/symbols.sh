#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# The core exports names that begin with acre_ and no others, and needs none:
# no memset, no libgcc.  For every target, at -O2 and -Os.  Arguments: CFLAGS.
set -eu
cd "$(dirname "$0")/.."
out=build/symbols
mkdir -p "$out"
riscv=riscv64-unknown-elf-
failed=0
probe() { # name, prefix of nm and ld, linker emulation, compiler...
  name=$1 tools=$2 emulation=$3
  shift 3
  for level in -O2 -Os; do
    objects=
    for file in src/region/*.c; do
      object=$out/$name$level-$(basename "$file" .c).o
      "$@" "$level" $flags -c -o "$object" "$file"
      objects="$objects $object"
    done
    whole=$out/$name$level.o
    # shellcheck disable=SC2086 # words on purpose
    "${tools}ld" $emulation -r -o "$whole" $objects
    needed=$("${tools}nm" -u "$whole" | awk '{ print $NF }')
    foreign=$("${tools}nm" -g --defined-only "$whole" | awk '$NF !~ /^acre_/ { print $NF }')
    if [ -n "$needed$foreign" ]; then
      echo "symbols: $name $level: needs [$(echo $needed)], exports beside acre_ [$(echo $foreign)]" >&2
      failed=1
    else
      echo "symbols: $name $level: exports $("${tools}nm" -g --defined-only "$whole" | wc -l) names, needs none"
    fi
  done
}
flags=$*
probe rv32imac $riscv -melf32lriscv ${riscv}gcc -march=rv32imac -mabi=ilp32
probe rv32i $riscv -melf32lriscv ${riscv}gcc -march=rv32i -mabi=ilp32
probe rv64imac $riscv -melf64lriscv ${riscv}gcc -march=rv64imac -mabi=lp64 -mcmodel=medany
probe host "" "" gcc
exit $failed
