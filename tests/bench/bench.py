#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Runs every workload on every allocator, two at a time, and tells what came out.

  bench.py FOLDER [--short]

FOLDER holds the programs that bench.mk builds.  Writes there results.json, index.html (pictures, without network),
map.svg and RESULTS.md, and prints the tables.  Exits with 3 if a figure that has to be reached is
not, with 1 if an allocator was refused its memory or found broken.  --short: a few workloads, and figures are not judged.
"""
import argparse
import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import page  # noqa: E402
from costs import mean, most, quantile  # noqa: E402

RUN = pathlib.Path(__file__).resolve().parents[1] / "target" / "run.sh"
TARGETS = ["acre", "acre-small", "acre-zbb", "acre-heap", "picolibc"]
VARIANTS = {"acre-small": "acre at -Os, src/acre.c", "acre-zbb": "acre with Zbb"}  # on churn at 75 % alone
HOSTS = ["acre", "glibc", "jemalloc", "mimalloc"]
SHORT = ["churn-16-75", "churn-64-75", "queue-64", "growing-64", "trace-lua", "regions-336", "ramp-64"]
SECONDS = 600


class Failed(Exception):
    pass


def run(arguments):
    result = subprocess.run(arguments, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS + 60,
                            check=False)
    if result.returncode:
        raise Failed(f"{' '.join(map(str, arguments))}: {result.stdout.strip() or result.stderr.strip()}")
    return result.stdout


def on_target(folder, program, workload):
    return json.loads(run([RUN, "32", str(SECONDS), folder / f"{program}.elf", "-icount", "shift=0,sleep=off",
                           "-append", workload]))


def sustained(folder, program):
    """The largest part of 64 KiB, in thousandths, that can be live in steady churn without a refusal."""
    low, high = 1, 1000  # none is refused at low; some are at high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if on_target(folder, program, f"sustained-{middle}")["refused"] else (middle, high)
    return low


# ---- Figures ------------------------------------------------------------------


def pair(r):
    """Mean of alloc and of free together."""
    return mean(r["alloc"]) + mean(r["free"])


def worst(r):
    return max(most(r["alloc"]), most(r["free"]))


def per_block(r):
    """Bytes beside what was asked for, for each block, when most was live."""
    return (r["most_used"] + r["beside"] - r["most_bytes"]) / r["most_blocks"] if r["most_blocks"] else None


def figures(target, code, kept):
    """(what, must, goal, measured) of issue 7's list; less is better but for what is kept."""
    acre = target["acre"]
    rows = []
    for kib, must, goal in ((16, (184, 510), (130, 400)), (64, (215, 475), (160, 330)), (256, (237, 700), (190, 350)),
                            (4096, (315, 690), (230, 450))):
        r = acre[f"churn-{kib}-75"]
        name = f"churn at 75 %, {kib} KiB" if kib < 1024 else "churn at 75 %, 4 MiB"
        rows.append((f"{name}: alloc + free", must[0], goal[0], pair(r)))
        rows.append((f"{name}: worst call", must[1], goal[1], worst(r)))
    for workload, text, must, goal in (("small-64", "small blocks, 64 KiB: alloc + free", 226, 160),
                                       ("queue-64", "message queue: alloc + free", 198, 150),
                                       ("lifo-64", "LIFO: alloc + free", 256, 110)):
        rows.append((text, must, goal, pair(acre[workload])))
    rows.append(("a refused request, 64 KiB", 73, 50, mean(acre["refused-64"]["refusal"])))
    rows.append(("free, worst of all churn", 210, 160,
                 max(most(r["free"]) for name, r in acre.items() if name.startswith("churn"))))
    rows.append(("metadata, % of region and metadata, worst of all sizes", 9.5, 4,
                 max(100 * r["beside"] / (r["region"] + r["beside"]) for r in acre.values())))
    rows.append(("code at -Os of init, alloc, free and resize, bytes", 2500, 1800, code))
    rows.append(("with Zbb, churn at 75 %, 64 KiB: alloc + free", 195, 145, pair(target["acre-zbb"]["churn-64-75"])))
    rows.append(("sustained payload, 64 KiB, ‰ of region and metadata", 541, 575, kept["acre"]))
    return rows


def reached(row, limit):
    what, _, _, measured = row
    return measured >= limit if what.startswith("sustained") else measured <= limit


# The experiment of the design in dense C: mean, p99, worst of alloc and of free; the proven code may lose a quarter.
DESIGN = {16: ((127, 199, 258), (57, 104, 146)), 64: ((151, 233, 304), (64, 146, 162)),
          256: ((173, 323, 375), (64, 145, 156)), 4096: ((246, None, None), (69, None, None))}


# ---- Tables ---------------------------------------------------------------------


def number(x, digits=1):
    return "-" if x is None else f"{x:.{digits}f}" if isinstance(x, float) else str(x)


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join("---" if i == 0 else "---:" for i in range(len(head))) + "|"]
    return "\n".join(lines + ["| " + " | ".join(map(str, r)) + " |" for r in rows])


def costs(costs_):
    return f"{number(mean(costs_))} / {number(quantile(costs_, 0.99))} / {number(most(costs_))}" if costs_ else "-"


def workloads_table(target):
    rows = []
    for workload in target["acre"] | target["acre-heap"]:
        for program in TARGETS:
            r = target[program].get(workload)
            if r and (program != "acre-heap" or workload.startswith(("regions", "churn-64"))):
                rows.append([f"{workload}, {VARIANTS.get(program, r['allocator'])}", costs(r["alloc"]), costs(r["free"]), costs(r["realloc"]),
                             number(per_block(r)), f"{r['refused']} of {r['requests']}"])
    return table(["workload, allocator", "alloc", "free", "realloc", "bytes beside, per block", "refused"], rows)


def musts_table(rows):
    return table(["figure", "must", "goal", "measured", ""],
                 [[what, must, goal, number(measured),
                   "goal" if reached(row, goal) else "must" if reached(row, must) else "MISSED"]
                  for row in rows for what, must, goal, measured in [row]])


def design_table(target):
    rows = []
    for kib, both in DESIGN.items():
        r = target["acre"][f"churn-{kib}-75"]
        row, good = [f"{kib} KiB"], True
        for kind, (m, p99, worst_) in zip(("alloc", "free"), both):
            h = r[kind]
            row += [f"{number(m)} / {number(p99)} / {number(worst_)}", costs(h), f"{mean(h) / m:.2f}"]
            good = good and mean(h) <= 1.25 * m
        rows.append(row + ["yes" if good else "NO"])
    return table(["region", "alloc, design", "acre", "ratio", "free, design", "acre", "ratio", "within a quarter"], rows)


def host_table(host):
    rows = []
    for workload, by in host.items():
        ours = by["acre"]["ns"]
        rows.append([workload] + [f"{by[h]['ns'] / ours:.2f}" for h in HOSTS[1:]])
    return table(["workload"] + [f"{h} / acre" for h in HOSTS[1:]], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--short", action="store_true")
    options = parser.parse_args()
    folder = options.folder.resolve()
    names = run([folder / "host-acre", "list"]).split()
    if options.short:
        names = [n for n in names if n in SHORT]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = {(p, n): pool.submit(on_target, folder, p, n) for n in names for p in TARGETS
                if p not in VARIANTS or re.fullmatch(r"churn-\d+-75", n)}
        kept = {p: pool.submit(sustained, folder, p) for p in ("acre", "picolibc")} if not options.short else {}
        target = {p: {} for p in TARGETS}
        for (program, name), job in jobs.items():
            r = job.result()
            if not r.get("left_out"):
                target[program][name] = r
        kept = {p: round(job.result() * target[p]["churn-64-75"]["region"] /
                         (target[p]["churn-64-75"]["region"] + target[p]["churn-64-75"]["beside"]))
                for p, job in kept.items()}
    # One after the other: time is shared by nobody then.
    host = {n: {h: json.loads(run([folder / f"host-{h}", n])) for h in HOSTS} for n in names
            if n.startswith(("churn-256", "churn-4096", "trace", "queue", "lifo", "small")) and "50" not in n}
    maps = {n: json.loads(run([folder / "map", n] + more)) for n, more in
            (("churn-16-75", ["3000"]), ("trace-sqlite", []), ("trace-lua", []))}
    text = (folder / "code-size.txt").read_text()
    code = int(re.search(r"init, alloc, free and resize, at -Os: (\d+)", text)[1])

    parts = [("Instructions per call on rv32imac: mean / p99 / worst", workloads_table(target)),
             ("Time on this machine, as a ratio in this run", host_table(host)), ("Code", text.rstrip())]
    missed = []
    if not options.short:
        rows = figures(target, code, kept)
        missed = [r for r in rows if not reached(r, r[1])]
        parts[1:1] = [("What is to be reached", musts_table(rows)), ("Beside the design's experiment", design_table(target)),
                      ("Sustained payload at 64 KiB, ‰ of all memory", "\n".join(f"{p}: {k}" for p, k in kept.items()))]
    (folder / "results.json").write_text(json.dumps({"target": target, "host": host, "sustained": kept}, indent=1))
    markdown = "# Speed and memory: figures\n\nWritten by `make bench-record`; what is measured: [README.md](README.md).\n"
    for title, body in parts:
        print(f"\n{title}\n{body}")
        markdown += f"\n## {title}\n\n{body if '|' in body else '    ' + body.replace(chr(10), chr(10) + '    ')}\n"
    (folder / "RESULTS.md").write_text(markdown)
    (folder / "map.svg").write_text(page.map_svg(maps["churn-16-75"]))
    (folder / "index.html").write_text(page.html(target, maps, parts, {} if options.short else DESIGN))
    print(f"\nbench: pictures in {options.folder}/index.html")
    if missed:
        print(f"bench: {len(missed)} figures that are to be reached are not: " + "; ".join(r[0] for r in missed))
    return 3 if missed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(f"bench: {failure}")
