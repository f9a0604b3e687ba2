#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Prints the files given as C arrays, for fuzz/replay_target.c."""
import pathlib
import sys

inputs = [pathlib.Path(p).read_bytes() for p in sys.argv[1:]]
print("#include <stdint.h>\nextern const uint8_t fuzz_corpus[];\nextern const uint32_t fuzz_corpus_sizes[];")
print("extern const uint32_t fuzz_corpus_count;")
print(f"const uint32_t fuzz_corpus_count = {len(inputs)};")
print("const uint32_t fuzz_corpus_sizes[] = {%s};" % ",".join(str(len(d)) for d in inputs))
print("const uint8_t fuzz_corpus[] = {")
for data in inputs:
    print(",".join(map(str, data)) + ("," if data else ""))
print("};")
