#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# For every RISC-V target, links every object of libacre.a alone, then with
# libacre-heap.a, then with libacre-port.a, and without any other library: an
# undefined symbol fails the link.  And they export no name that does not begin
# with acre_, and the core none of the heap.  The fronts, which have the names
# of what they stand in for, have a test of their own: test-front-alone.
#   nostdlib.sh BUILD 'TARGET COMPILER...'...
set -eu
build=$1
shift
failed=0
nm=${RISCV_PREFIX:-riscv64-unknown-elf-}nm
names() { "$nm" -g --defined-only "$@" | awk 'NF == 3 { print $3 }'; }
for line in "$@"; do
  target=${line%% *} cc=${line#* } linked=
  lib=$build/$target/libacre
  for archives in "$lib.a" "$lib.a $lib-heap.a" "$lib.a $lib-port.a"; do
    # The two symbols of the linker script that src/port/linker.c is about.
    # shellcheck disable=SC2086 # lists of words
    if $cc -nostdlib -nostartfiles -Wl,--fatal-warnings,-e,0,--no-gc-sections \
      -Wl,--defsym=__heap_start=0x1000,--defsym=__heap_end=0x2000 -o "$build/$target/nostdlib.elf" \
      -Wl,--whole-archive $archives -Wl,--no-whole-archive; then
      linked="$linked$(basename "${archives##* }") "
    else
      echo "nostdlib: $target: $archives: the symbols above come from a library; find who uses them with" \
        "\`$nm -A $lib*.a | grep ' U '\`" >&2
      failed=1
    fi
  done
  echo "nostdlib: $target: link alone: $linked"
  core=$(names "$lib.a")
  all=$(names "$lib.a" "$lib-heap.a" "$lib-port.a")
  if ! echo "$core" | grep -qx acre_region_alloc || ! echo "$all" | grep -qx acre_heap_alloc; then
    echo "nostdlib: $target: $nm does not find acre_region_alloc and acre_heap_alloc in $lib*.a; is it the right nm?" >&2
    failed=1
  fi
  foreign=$(echo "$all" | grep -v '^acre_' || true)
  strayed=$(echo "$core" | grep -v '^acre_region_' || true)
  if [ -n "$foreign" ]; then
    echo "nostdlib: $target: exports beside acre_: $(echo $foreign); make them static, or rename them" >&2
    failed=1
  fi
  if [ -n "$strayed" ]; then
    echo "nostdlib: $target: libacre.a, the core alone, exports $(echo $strayed)" >&2
    failed=1
  fi
done
exit $failed
