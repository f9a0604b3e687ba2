# SPDX-License-Identifier: MIT OR Apache-2.0
"""gdb: `acre REGION` prints map, statistics and verdict of a region.

    (gdb) source acre-gdb.py
    (gdb) acre heap              an acre_region, a pointer to one, or an address
    (gdb) acre heap --blocks

Works wherever gdb can read memory: a core, a stopped board, QEMU.  The memory
is handed to acre-dump, which judges it with the proven code; it is looked for
in $ACRE_DUMP, beside this file, and in the path.  Where gdb has no debug
information, give an address: acre 0x80200040.
"""
import os
import re
import shutil
import subprocess
import tempfile

import gdb

HERE = os.path.dirname(os.path.abspath(__file__))


def tool():
    for path in (os.environ.get("ACRE_DUMP"), os.path.join(HERE, "acre-dump"), shutil.which("acre-dump")):
        if path and os.access(path, os.X_OK):
            return path
    raise gdb.GdbError("acre: acre-dump is not found; build it with `make acre-dump` and set ACRE_DUMP to it")


def address_of(expression):
    try:
        value = gdb.parse_and_eval(expression)
    except gdb.error as error:
        raise gdb.GdbError(f"acre: {expression}: {error}; give the address of the region object") from error
    kind = value.type.strip_typedefs()
    if kind.code == gdb.TYPE_CODE_STRUCT:
        return int(value.address)
    if kind.code in (gdb.TYPE_CODE_PTR, gdb.TYPE_CODE_INT):
        return int(value)
    return int(gdb.parse_and_eval(f"(unsigned long)&{expression}"))  # no debug information


class Acre(gdb.Command):
    """acre REGION [--blocks]: map, statistics and check of an acre region."""

    def __init__(self):
        super().__init__("acre", gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        words = gdb.string_to_argv(argument)
        blocks = [w for w in words if w == "--blocks"]
        expression = " ".join(w for w in words if w != "--blocks")
        if not expression:
            raise gdb.GdbError("acre: which region? `acre heap`, `acre *region`, `acre 0x80200040`")
        region = address_of(expression)
        bits = gdb.selected_inferior().architecture().void_type().pointer().sizeof * 8 \
            if hasattr(gdb.Architecture, "void_type") else gdb.lookup_type("char").pointer().sizeof * 8
        command = [tool(), "--region", hex(region & (2**bits - 1)), "--bits", str(bits)]
        with tempfile.TemporaryDirectory() as folder:
            # The tool says which memory it lacks, until it lacks none.
            while True:
                run = subprocess.run(command + ["--needs"], capture_output=True, text=True)
                need = re.search(r"^need (0x[0-9a-f]+) (\d+)$", run.stdout, re.M)
                if run.returncode != 3 or not need:
                    break
                at, size = int(need.group(1), 16), int(need.group(2))
                try:
                    memory = gdb.selected_inferior().read_memory(at, size)
                except gdb.MemoryError as error:
                    raise gdb.GdbError(f"acre: gdb cannot read {size} bytes at {at:#x}: {error}") from error
                name = os.path.join(folder, f"{at:x}")
                with open(name, "wb") as file:
                    file.write(bytes(memory))
                command += ["--ram", f"{name}@{at:#x}"]
            run = subprocess.run(command + blocks, capture_output=True, text=True)
            gdb.write(run.stdout + run.stderr)


Acre()
