# SPDX-License-Identifier: MIT OR Apache-2.0
"""How Frama-C is called: the one place for its options and machine models."""
import dataclasses
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[1]


@dataclasses.dataclass(frozen=True)
class Model:
    name: str  # as in MODEL=name
    data_model: str
    machdep: str  # proofs/machdep/<machdep>.ml
    pointer: int  # bytes
    compiler: list  # which preprocesses for Frama-C, too


MODELS = {
    m.name: m
    for m in (
        Model("rv32", "ILP32", "riscv32", 4, ["riscv64-unknown-elf-gcc", "-march=rv32imac", "-mabi=ilp32"]),
        Model("rv64", "LP64", "riscv64", 8, ["riscv64-unknown-elf-gcc", "-march=rv64imac", "-mabi=lp64"]),
    )
}


def command(model, root=ROOT):
    """Frama-C for a machine model, up to the files and what to do with them."""
    machdep = root / "proofs" / "machdep"
    return [
        "frama-c",
        "-load-script", str(machdep / f"{model.machdep}.ml"),
        "-machdep", model.machdep,
        # The cross compiler preprocesses: its macros are those of the target.
        "-cpp-command", " ".join(model.compiler + ["-E", "-C"]),
        "-cpp-frama-c-compliant",
        f"-cpp-extra-args=-include {machdep}/riscv.h -I{root}/include -I{root}/spec -I{root}/src/region",
        "-c11",
        "-no-unicode",
    ]


def run(model, arguments, root=ROOT, **options):
    return subprocess.run(command(model, root) + arguments, cwd=root, text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **options)
