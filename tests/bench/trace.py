#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Traces of real programs, for the benchmark.

  trace.py convert RECORD KIB >traces/NAME    from what fuzz/record_malloc.so records, cut where KIB
                                              would not hold what is live with a quarter to spare
  trace.py source traces/* >traces.c          the traces as C, for streams.c

A trace is text: its first line the region in KiB, then `SIZE` asks for a block,
which has the next number from 0 on, `f NUMBER` frees it, `r NUMBER SIZE` resizes it.
"""
import pathlib
import sys


def convert(record, kib):
    most, live, out, sizes, births = kib * 1024 * 3 // 4, 0, [], {}, 0
    for line in pathlib.Path(record).read_text().splitlines():
        kind, *rest = line.split()
        numbers = [int(x, 0) if x != "(nil)" else 0 for x in rest]
        if kind == "f":
            pointer, size, new = numbers[0], 0, 0
        elif kind == "r":
            pointer, size, new = numbers
        else:
            pointer, size, new = 0, numbers[-2], numbers[-1]
        if pointer in sizes:
            number, old = sizes.pop(pointer)
        elif kind in "fr" and pointer:
            continue  # from before the recording
        else:
            number, old = None, 0
        if kind == "f":
            if number is None:
                continue
            out.append(f"f {number}")
        else:
            size = max(size, 1)
            if live + size - old > most:
                break
            if number is None:
                number, births = births, births + 1
                out.append(f"{size}")
            else:
                out.append(f"r {number} {size}")
            sizes[new] = (number, size)
        live += size - old
    return "\n".join([str(kib)] + out) + "\n"


def source(paths):
    print("/* Written by tests/bench/trace.py from tests/bench/traces; do not edit. */\n#include \"bench.h\"\n")
    table = []
    for path in map(pathlib.Path, paths):
        kib, *lines = path.read_text().splitlines()
        words = []
        for line in lines:
            parts = line.split()
            words += {"f": [0], "r": [-1]}.get(parts[0], []) + [int(x) for x in parts if x not in "fr"]
        name = path.stem
        print(f"static const int32_t words_{name}[] = {{{','.join(map(str, words))}}};")
        table.append(f'    {{"trace-{name}", {kib}u * BENCH_KIB, {len(words)}u, words_{name}}},')
    print("\nconst bench_trace bench_traces[] = {\n" + "\n".join(table) + "\n};")
    print("const uint32_t bench_trace_count = (uint32_t)(sizeof bench_traces / sizeof bench_traces[0]);")


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "convert":
        print(convert(sys.argv[2], int(sys.argv[3])), end="")
    elif len(sys.argv) > 2 and sys.argv[1] == "source":
        source(sys.argv[2:])
    else:
        sys.exit(__doc__)
