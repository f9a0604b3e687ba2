#!/bin/bash
# SPDX-License-Identifier: MIT OR Apache-2.0
# Formatter, cppcheck with MISRA, clang-tidy.  Fails on any finding that
# ci/misra-deviations.md does not list.  `ci/lint.sh format` formats instead.
set -eu
cd "$(dirname "$0")/.."
mapfile -t sources < <(find include src spec tests ci fuzz -name '*.c' -o -name '*.h' | sort)
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
    --template='{file}:{line}: {id}: {message}' --error-exitcode=1 src/region/*.c || failed=1
done

echo "lint: clang-tidy"
for target in riscv32 riscv64; do
  clang-tidy --quiet src/region/*.c -- -std=c11 -Iinclude --target=$target-unknown-elf -ffreestanding \
    2> >(grep -v 'warnings generated\|warning generated\|^Suppressed' >&2) || failed=1
done

if [ $failed -ne 0 ]; then
  echo "lint: failed" >&2
  exit 1
fi
echo "lint: passed"
