#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Stops a firmware in QEMU, takes a raw dump and a core of it, and reads its
# region with acre-dump and with the gdb script: whole, damaged by a wild write
# into the metadata, and with a damaged object.
#   postmortem.sh BITS CPU ELF ACRE-DUMP FOLDER
set -eu
bits=$1 cpu=$2 elf=$3 ACRE_DUMP=$4 out=$5
export ACRE_DUMP
mkdir -p "$out"
rm -f "$out"/*
cat >"$out/script" <<END
set pagination off
set confirm off
target remote | qemu-system-riscv$bits -M virt -cpu $cpu -m 8M -bios none -display none -serial none -monitor none -semihosting -gdb stdio -S -kernel $elf
break whole
break damaged
break object
source src/port/postmortem/acre-gdb.py
continue
dump binary memory $out/whole.ram 0x80200000 0x80400000
monitor dump-guest-memory $out/whole.core
echo gdb: whole\n
acre heap --blocks
acre &heap
continue
dump binary memory $out/damaged.ram 0x80200000 0x80400000
monitor dump-guest-memory $out/damaged.core
echo gdb: damaged\n
acre heap
continue
dump binary memory $out/object.ram 0x80200000 0x80400000
python
try:
  gdb.execute("kill") # the pipe may close before gdb has its answer
except gdb.error:
  pass
end
END
timeout 120 gdb-multiarch -q -nx -batch "$elf" -x "$out/script" >"$out/gdb.out" 2>&1 || {
  cat "$out/gdb.out"; echo "postmortem: gdb-multiarch failed (above)" >&2; exit 1; }

fail() {
  cat "$out"/*.out
  echo "postmortem: $*; all that was printed stands above" >&2
  exit 1
}
# Which dump, expected status, expected line
expect() {
  for from in "--ram $out/$1.ram@0x80200000" "--core $out/$1.core"; do
    [ -f "$out/$1.core" ] || [ "${from%% *}" = --ram ] || continue
    # shellcheck disable=SC2086 # words on purpose
    "$ACRE_DUMP" $from --elf "$elf" --symbol heap >"$out/$1.out" 2>&1 && status=0 || status=$?
    [ $status -eq "$2" ] || fail "acre-dump $from ended with status $status, not $2"
    grep -q "$3" "$out/$1.out" || fail "acre-dump $from does not print: $3"
    seen="$seen ${from%% *}"
  done
}
seen=
expect whole 0 '^check: ok'
expect damaged 1 '^check: corrupt: rule'
expect object 1 'granule is 2^77 bytes'
[ "$(echo "$seen" | wc -w)" -eq 5 ] || fail "read only$seen"
"$ACRE_DUMP" --ram "$out/whole.ram@0x90000000" --elf "$elf" --symbol heap >"$out/place.out" 2>&1 && fail "a dump of another place is accepted"
grep -q 'does not hold the region object' "$out/place.out" || fail "no reason for a dump of another place"
"$ACRE_DUMP" --ram "$out/whole.ram@0x80200000" --elf "$elf" --symbol heep >"$out/symbol.out" 2>&1 && fail "an unknown symbol is accepted"
grep -q 'no object named heep' "$out/symbol.out" || fail "no reason for an unknown symbol"
[ "$(grep -c '^check: ok' "$out/gdb.out")" -eq 2 ] || fail "the gdb script did not find the region whole, twice"
[ "$(grep -c '^check: corrupt' "$out/gdb.out")" -eq 1 ] || fail "the gdb script did not find the damage"
[ "$(grep -cE '^  0x[0-9a-f]+ +[0-9]+ live$' "$out/gdb.out")" -eq 13 ] || fail "the gdb script did not list 13 live blocks"
cat "$out/whole.out" "$out/damaged.out"
echo "postmortem: raw dump, core and gdb agree, on whole and on damaged regions"
