# SPDX-License-Identifier: MIT OR Apache-2.0
"""Line and branch coverage of src/region by a set of inputs, with gcov."""
import json
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILT = pathlib.Path(os.environ.get("FUZZ_BUILT", ROOT / "build" / "fuzz"))
PLACE = ROOT / "build" / "fuzz" / "coverage"
WITH = ["fuzz/world.c", "fuzz/corrupt.c", "fuzz/init.c", "fuzz/driver.c", "fuzz/memory_host.c", "fuzz/trace.c",
        "fuzz/replay.c", "spec/model.c", "tests/model/naive_invariant.c"]


def run(*command, **options):
    done = subprocess.run([str(c) for c in command], cwd=ROOT, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise SystemExit(f"coverage: failed: {' '.join(map(str, command))[:300]}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def batches(paths, most=400):
    paths = [str(p) for p in paths]
    return [paths[i:i + most] for i in range(0, len(paths), most)]


def failing(paths):
    """The inputs that the sanitized or the plain replayer does not survive."""
    bad = []
    for program in ("replay", "replay-san"):
        for batch in batches(paths):
            if subprocess.run([BUILT / program, *batch], capture_output=True).returncode != 0:
                bad += [pathlib.Path(p) for p in batch
                        if subprocess.run([BUILT / program, p], capture_output=True).returncode != 0]
    return sorted(set(bad))


def measure(paths):
    """gcovr's report on src/region, as it prints it in JSON."""
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    # __OPTIMIZE_SIZE__ keeps the core from forcing functions inline, so that each
    # branch counts once.
    flags = ["-D__OPTIMIZE_SIZE__", "-std=c11", "-D_GNU_SOURCE", "-g", "-Iinclude", "-Ispec", "-Itests/model"]
    objects = []
    for source in [*WITH, *map(str, sorted((ROOT / "src" / "region").glob("*.c")))]:
        core = "src/region" in source
        name = pathlib.Path(source).stem
        target = PLACE / f"{'core' if core else 'driver'}-{name}.o"
        run("gcc", *flags, "-O0" if core else "-O1", *(["--coverage"] if core else []), "-c", "-o", target, ROOT / source)
        objects.append(target)
    run("gcc", "--coverage", "-o", PLACE / "replay", *objects)
    for batch in batches(paths):
        # An input that fails ends its batch; the report says so elsewhere.
        if subprocess.run([PLACE / "replay", *batch], cwd=ROOT, capture_output=True).returncode != 0:
            for path in batch:
                subprocess.run([PLACE / "replay", path], cwd=ROOT, capture_output=True)
    return json.loads(run("gcovr", "--json", "-", "--root", ROOT, "--filter", "src/region/", "--object-directory",
                          PLACE, PLACE))


def count(report):
    """(lines, lines run, branches, branches taken, what is missing)."""
    lines = hit = branches = taken = 0
    missing = []
    for file in report["files"]:
        for line in file["lines"]:
            if line.get("gcovr/noncode"):
                continue
            lines += 1
            hit += line["count"] > 0
            if line["count"] == 0:
                missing.append((file["file"], line["line_number"], "line"))
            for number, branch in enumerate(line["branches"]):
                branches += 1
                taken += branch["count"] > 0
                if branch["count"] == 0:
                    missing.append((file["file"], line["line_number"], f"branch {number}"))
    return lines, hit, branches, taken, missing


def summary(report):
    lines, hit, branches, taken, missing = count(report)
    text = (f"coverage of src/region: {100 * hit / lines:.1f} % of {lines} lines, "
            f"{100 * taken / branches:.1f} % of {branches} branches")
    return "\n".join([text] + [f"  not covered: {f}:{n} {what}" for f, n, what in missing[:12]])
