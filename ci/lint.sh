#!/bin/bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Formatter, cppcheck with MISRA, clang-tidy.  Fails on any finding that
# ci/misra-deviations.md does not list.  `ci/lint.sh format` formats instead.
set -eu
cd "$(dirname "$0")/.."
mapfile -t sources < <(find include src spec tests ci fuzz -name '*.[ch]' -o -name '*.[ch]pp' | sort)
if [ "${1:-}" = format ]; then
  exec clang-format -i "${sources[@]}"
fi
failed=0

echo "lint: formatter, ${#sources[@]} files"
clang-format --dry-run -Werror "${sources[@]}" || { echo "lint: \`make format\` formats them" >&2; failed=1; }

echo "lint: every deviation has its reason, and every reason its deviation"
listed() { sed -n 's/^| \('"$1"'[a-z0-9.-]*\) | \([^ ]*\) | ..*|$/\1:\2/p' ci/misra-deviations.md | sed 's/:everywhere//' | sort; }
diff <(listed misra-c2012-) <(grep -v '^#' ci/cppcheck-suppressions.txt | sort) || {
  echo "lint: ci/misra-deviations.md (<) and ci/cppcheck-suppressions.txt (>) differ" >&2
  failed=1
}
diff <(listed '[a-z]*-' | grep -v '^misra-') <(sed -n 's/^  -\([a-z][a-z0-9.-]*\),*$/\1/p' .clang-tidy | sort) || {
  echo "lint: ci/misra-deviations.md (<) and .clang-tidy (>) differ" >&2
  failed=1
}

for platform in unix32 unix64; do
  echo "lint: cppcheck with MISRA, $platform"
  cppcheck --quiet --enable=warning,style,performance,portability --addon=misra --std=c11 --platform=$platform \
    -Iinclude --suppress=missingIncludeSystem --suppressions-list=ci/cppcheck-suppressions.txt \
    --template='{file}:{line}: {id}: {message}' --error-exitcode=1 src/region/*.c src/heap/*.c || failed=1
done

# The port, for each lock; src/port/postmortem is a tool for hosts, and no part of a firmware.
port=(src/port/*.c src/port/freertos/*.c)
port_flags=(-Iinclude -Isrc/port/freertos -DconfigTOTAL_HEAP_SIZE=4096u)
for lock in NONE IRQ SPIN; do
  echo "lint: cppcheck with MISRA, the port, lock $lock"
  cppcheck --quiet --enable=warning,style,performance,portability --addon=misra --std=c11 --platform=unix32 \
    "${port_flags[@]}" -DACRE_LOCK=ACRE_LOCK_$lock -D__riscv=1 -D__riscv_atomic=1 --suppress=missingIncludeSystem \
    --suppressions-list=ci/cppcheck-suppressions.txt --template='{file}:{line}: {id}: {message}' --error-exitcode=1 \
    "${port[@]}" || failed=1
done
# The fronts, for each debug layer; the boards, which have the same names; libc,
# where each name of the C library is defined.
front=(src/front/common/*.c src/front/multi_heap/*.c src/front/esp/*.c src/front/esp_alloc/*.c src/front/debug/*.c)
levelled=(src/front/common/alloc.c src/front/multi_heap/multi_heap.c)
front_flags=(-Iinclude -Isrc/front/multi_heap -Isrc/front/esp -Isrc/front/esp/standalone -Isrc/front/esp_alloc
  -DACRE_LOCK=ACRE_LOCK_IRQ)
front_check() { # flag, file...
  cppcheck --quiet --enable=warning,style,performance,portability --addon=misra --std=c11 --platform=unix32 \
    "${front_flags[@]}" -D__STDC_HOSTED__=0 -D__riscv=1 "$1" --suppress=missingIncludeSystem \
    --suppressions-list=ci/cppcheck-suppressions.txt --template='{file}:{line}: {id}: {message}' --error-exitcode=1 \
    "${@:2}" || failed=1
}
echo "lint: cppcheck with MISRA, the fronts"
front_check -DACRE_FRONT_LEVEL=0 "${front[@]}"
for level in 1 2 3; do
  front_check -DACRE_FRONT_LEVEL=$level "${levelled[@]}"
done
for board in src/front/esp/boards/*.c; do
  front_check -DACRE_FRONT_LEVEL=0 "$board"
done
front_check -DACRE_FRONT_LEVEL=0 src/front/libc/*.c
echo "lint: the other languages"
find src tests ci -name '*.py' -print0 | xargs -0 -n1 /usr/bin/python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])' || failed=1
find src tests ci -name '*.sh' -print0 | xargs -0 -n1 bash -n || failed=1

echo "lint: clang-tidy"
for lock in NONE IRQ SPIN; do
  clang-tidy --quiet "${port[@]}" -- -std=c11 "${port_flags[@]}" -DACRE_LOCK=ACRE_LOCK_$lock -march=rv32imac \
    --target=riscv32-unknown-elf -ffreestanding 2> >(grep -v 'warnings generated\|warning generated\|^Suppressed' >&2) || failed=1
done
for level in 0 3; do
  clang-tidy --quiet "${levelled[@]}" -- -std=c11 "${front_flags[@]}" -DACRE_FRONT_LEVEL=$level -march=rv32imac \
    --target=riscv32-unknown-elf -ffreestanding 2> >(grep -v 'warnings generated\|warning generated\|^Suppressed' >&2) || failed=1
done
mapfile -t plain < <(printf '%s\n' "${front[@]}" src/front/esp/boards/*.c | grep -v 'common/\(alloc\|panic\|write\).c\|multi_heap.c')
clang-tidy --quiet "${plain[@]}" -- -std=c11 "${front_flags[@]}" -march=rv32imac --target=riscv32-unknown-elf -ffreestanding \
  2> >(grep -v 'warnings generated\|warning generated\|^Suppressed' >&2) || failed=1
# What needs a C library, with that of this machine, which names parameters
# otherwise and declares more than others do.
clang-tidy --quiet --checks=-readability-inconsistent-declaration-parameter-name,-readability-redundant-declaration \
  src/front/libc/*.c src/front/common/panic.c src/front/common/write.c -- -std=gnu11 \
  -Wno-deprecated-declarations "${front_flags[@]}" \
  2> >(grep -v 'warnings generated\|warning generated\|^Suppressed' >&2) || failed=1
for target in riscv32 riscv64; do
  clang-tidy --quiet src/region/*.c src/heap/*.c -- -std=c11 -Iinclude --target=$target-unknown-elf -ffreestanding \
    2> >(grep -v 'warnings generated\|warning generated\|^Suppressed' >&2) || failed=1
done

if [ $failed -ne 0 ]; then
  echo "lint: failed" >&2
  exit 1
fi
echo "lint: passed"
