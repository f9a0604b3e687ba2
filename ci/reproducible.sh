#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
# Builds all libraries twice from clean copies, in folders whose names differ
# in length, at different times and under different umask and locale, and
# compares the archives byte by byte.  Prints their hashes.
#   reproducible.sh ARCHIVES   how many there are
set -eu
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for copy in a a-longer-name/with-a-level; do
  mkdir -p "$out/$copy"
  cp -R Makefile CMakeLists.txt ci src include tests proofs "$out/$copy"
done
(cd "$out/a" && ACRE_SETUP=skip make -s libs) >"$out/first"
sleep 1 # another second in every time stamp
(cd "$out/a-longer-name/with-a-level" && umask 077 && LC_ALL=C.UTF-8 TZ=Asia/Tokyo ACRE_SETUP=skip make -s -j2 libs) >"$out/second"
archives=$(grep -c '\.a$' "$out/first" || true)
if [ "$archives" -ne "$1" ]; then
  echo "reproducible: \`make libs\` printed $archives hashes; there are $1 libraries" >&2
  exit 1
fi
if ! diff "$out/first" "$out/second"; then
  echo "reproducible: the archives above differ between two builds; compare them with" \
    "\`ar x\` and \`cmp\`, or look for __DATE__, __FILE__ and debug information" >&2
  exit 1
fi
cat "$out/first"
echo "reproducible: $archives archives, identical in both builds"
