#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""acre-dump on damaged dumps: no input may crash it or make it read beyond.

    dump.py ACRE-DUMP RAM@ADDRESS ELF SYMBOL [ROUNDS [SEED]]

Damages the dump around the region's metadata and object at random, and cuts
files, and requires a verdict (status 0, 1 or 2) each time; ACRE-DUMP is built
with sanitizers, which end with another status.
"""
import random
import subprocess
import sys

dump, ram, elf, symbol = sys.argv[1:5]
rounds = int(sys.argv[5]) if len(sys.argv) > 5 else 300
rng = random.Random(int(sys.argv[6]) if len(sys.argv) > 6 else 1)
name, base = ram.split("@")
base = int(base, 0)
good = open(name, "rb").read()
program = open(elf, "rb").read()
seen = {}
for i in range(rounds):
    bad, code = bytearray(good[:0x8000]), bytearray(program)
    kind = i % 3
    if kind == 0:  # metadata and object: the first 64 bytes, and what lies behind the payload
        for _ in range(rng.randrange(1, 9)):
            bad[rng.choice((rng.randrange(64), rng.randrange(0x4000, 0x4400)))] = rng.randrange(256)
    elif kind == 1:
        bad = bad[:rng.randrange(len(bad))]
    else:
        for _ in range(rng.randrange(1, 30)):
            code[rng.choice((rng.randrange(64), rng.randrange(len(code))))] = rng.randrange(256)
    open(name + ".bad", "wb").write(bad)
    open(name + ".elf", "wb").write(code)
    for memory in (["--ram", f"{name}.bad@{base:#x}"], ["--core", name + ".elf"]):
        run = subprocess.run([dump, *memory, "--elf", name + ".elf", "--symbol", symbol], capture_output=True)
        assert run.returncode in (0, 1, 2), f"round {i}: status {run.returncode}\n{run.stderr.decode(errors='replace')}"
        seen[run.returncode] = seen.get(run.returncode, 0) + 1
assert seen.get(1, 0) > 10 and seen.get(2, 0) > 10, f"the damage was not noticed: {seen}"
print(f"dump: {2 * rounds} damaged inputs: {seen.get(0, 0)} whole, {seen[1]} damaged, {seen[2]} refused")
