#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# The core exports names that begin with acre_ and no others, and needs none:
# no memset, no libgcc.  The same of core and heap together, so that the heap
# needs the core and nothing else.  At -O2 and -Os.  Arguments: CFLAGS.
set -eu
cd "$(dirname "$0")/.."
out=build/symbols
mkdir -p "$out"
riscv=riscv64-unknown-elf-
failed=0
judge() { # name, tools, emulation, object...
  name=$1 tools=$2 emulation=$3 whole=$out/$1.o
  shift 3
  # shellcheck disable=SC2086 # words on purpose
  "${tools}ld" $emulation -r -o "$whole" "$@"
  needed=$("${tools}nm" -u "$whole" | awk '{ print $NF }')
  foreign=$("${tools}nm" -g --defined-only "$whole" | awk '$NF !~ /^acre_/ { print $NF }')
  if [ -n "$needed$foreign" ]; then
    echo "symbols: $name: needs [$(echo $needed)], exports beside acre_ [$(echo $foreign)]" >&2
    failed=1
  else
    echo "symbols: $name: exports $("${tools}nm" -g --defined-only "$whole" | wc -l) names, needs none"
  fi
}
probe() { # name, prefix of nm and ld, linker emulation, compiler...
  target=$1 tools=$2 emulation=$3
  shift 3
  for level in -O2 -Os; do
    core='' heap=''
    for file in src/region/*.c src/heap/*.c; do
      part=$(basename "$(dirname "$file")")
      object=$out/$target$level-$part-$(basename "$file" .c).o
      "$@" "$level" $flags -c -o "$object" "$file"
      if [ "$part" = region ]; then core="$core $object"; else heap="$heap $object"; fi
    done
    # shellcheck disable=SC2086 # lists of words
    judge "$target$level-core" "$tools" "$emulation" $core
    # shellcheck disable=SC2086
    judge "$target$level-core-and-heap" "$tools" "$emulation" $core $heap
  done
}
flags=$*
# The other targets are in ci/nostdlib.sh.
probe rv32imac $riscv -melf32lriscv ${riscv}gcc -march=rv32imac -mabi=ilp32
probe rv32i $riscv -melf32lriscv ${riscv}gcc -march=rv32i -mabi=ilp32
probe rv64imac $riscv -melf64lriscv ${riscv}gcc -march=rv64imac -mabi=lp64 -mcmodel=medany
probe host "" "" gcc
exit $failed
