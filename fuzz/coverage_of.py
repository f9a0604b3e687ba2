# SPDX-License-Identifier: MIT OR Apache-2.0
"""Line and branch coverage of src/region and src/heap by a set of inputs, with gcov."""
import json
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILT = pathlib.Path(os.environ.get("FUZZ_BUILT", ROOT / "build" / "fuzz"))
PLACE = ROOT / "build" / "fuzz" / "coverage"
WITH = [*(f"fuzz/{n}.c" for n in ("world", "corrupt", "init", "driver", "memory_host", "trace", "replay")),
        *(str(p.relative_to(ROOT)) for p in sorted((ROOT / "fuzz").glob("heap*.c"))),
        "spec/model.c", "spec/heap_model.c", "tests/model/naive_invariant.c"]
PARTS = ["src/region", "src/heap"]


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
    """gcovr's report on core and heap, as it prints it in JSON."""
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    # __OPTIMIZE_SIZE__ keeps the core from forcing functions inline, so that each
    # branch counts once.
    flags = ["-D__OPTIMIZE_SIZE__", "-std=c11", "-D_GNU_SOURCE", "-g", "-Iinclude", "-Ispec", "-Itests/model"]
    objects = []
    for source in [*WITH, *(str(p) for part in PARTS for p in sorted((ROOT / part).glob("*.c")))]:
        core = any(part in source for part in PARTS)
        path = pathlib.Path(source)
        target = PLACE / f"{path.parent.name}-{path.stem}.o"
        run("gcc", *flags, "-O0" if core else "-O1", *(["--coverage"] if core else []), "-c", "-o", target, ROOT / source)
        objects.append(target)
    run("gcc", "--coverage", "-o", PLACE / "replay", *objects)
    for batch in batches(paths):
        # An input that fails ends its batch; the report says so elsewhere.
        if subprocess.run([PLACE / "replay", *batch], cwd=ROOT, capture_output=True).returncode != 0:
            for path in batch:
                subprocess.run([PLACE / "replay", path], cwd=ROOT, capture_output=True)
    return json.loads(run("gcovr", "--json", "-", "--root", ROOT, *(x for part in PARTS for x in ("--filter", part + "/")), "--object-directory",
                          PLACE, PLACE))


def count(report, part):
    """Of a part: (lines, lines run, branches, branches taken, what is missing)."""
    lines = hit = branches = taken = 0
    missing = []
    for file in report["files"]:
        if not file["file"].startswith(part):
            continue
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


def one_line(report, part):
    lines, hit, branches, taken, _ = count(report, part)
    return (f"coverage of {part}: {100 * hit / lines:.1f} % of {lines} lines, "
            f"{100 * taken / branches:.1f} % of {branches} branches")


def summary(report):
    missing = count(report, PARTS[0])[4]
    return "\n".join([one_line(report, part) for part in PARTS] + [f"  not covered: {f}:{n} {what}" for f, n, what in missing[:12]])
