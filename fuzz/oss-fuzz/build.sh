#!/bin/bash -eu
# SPDX-License-Identifier: MIT OR Apache-2.0
# Called by OSS-Fuzz with SRC, OUT, CC, CXX, CFLAGS, CXXFLAGS and
# LIB_FUZZING_ENGINE set: the target with its corpus, dictionary and options.
cd "$SRC/acre"
work=$(mktemp -d)
objects=
for source in fuzz/{world,corrupt,init,driver,memory_host,trace,entry_libfuzzer,mutate}.c fuzz/heap*.c \
    spec/model.c spec/heap_model.c tests/model/naive_invariant.c src/region/*.c src/heap/*.c; do
  object=$work/$(echo "${source%.c}" | tr / -).o
  # Operations on corrupt metadata stray; under sanitizers they are left out.
  $CC $CFLAGS -std=c11 -D_GNU_SOURCE -DFUZZ_NO_GUARD -Iinclude -Ispec -Itests/model -c -o "$object" "$source"
  objects="$objects $object"
done
# shellcheck disable=SC2086 # lists of words
$CXX $CXXFLAGS $objects $LIB_FUZZING_ENGINE -o "$OUT/acre_region"
cp fuzz/records.dict "$OUT/acre_region.dict"
printf '[libfuzzer]\nmax_len = 4104\nuse_value_profile = 1\n' >"$OUT/acre_region.options"
(cd fuzz && zip -q -j "$OUT/acre_region_seed_corpus.zip" corpus/* seeds/*)
rm -rf "$work"
