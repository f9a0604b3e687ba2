#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Figures per target: code size, stack, metadata, steps, instructions.

    figures.py BUILD OUTPUT [--readme FILE] 'TARGET COMPILER...'...

With --readme the excerpt in FILE is written anew, too.  Everything is measured here, or computed from the contracts that are proven:
nothing in OUTPUT is typed.  BUILD/<target> and BUILD/Os/<target> hold the
objects of all libraries with GCC's call graphs, BUILD/<target>/figures.out what
tests/target/port/figures.c printed in QEMU.  Fails if a call chain is
recursive, if the core calls through a pointer, if a function uses stack of
unknown size, or if a call took more steps than its proven bound.
"""
import os
import re
import subprocess
import sys

LEVELS = ("-Os", "-O2")


def sources(folder, *only):
    names = sorted(f[:-2] for f in os.listdir(folder) if f.endswith(".c"))
    return [n for n in names if not only or n in only]


def objects(folder, sub, names):
    return [f"{folder}/{sub}/{n}" for n in names]


FRONT = "front/"
LAYERS = ("plain", "owners", "poison-light", "poison")
COMMON = objects(FRONT + "common", "", [n for n in sources("src/front/common") if n not in ("alloc", "lock", "panic", "write")])


def parts():
    """name -> (objects below build/<target>, parts that it calls)."""
    p = {"core": (objects("", "core", sources("src/region")), []),
         "heap": (objects("", "heap", sources("src/heap")), ["core"]),
         "guarded": (["port/guarded-irq"], ["core"]),
         "memory": (["port/memory", "port/linker"], ["core"]),
         "retention": (["port/retention"], ["core"]),
         "PMP": (["port/pmp"], ["core"]),
         "FreeRTOS": (["freertos"], ["core"])}
    for layer in LAYERS:
        p[f"base, {layer}"] = ([f"front-{layer}/common/alloc"] + COMMON, ["lock", "heap", "core"])
        p[f"multi_heap, {layer}"] = ([f"front-{layer}/multi_heap/multi_heap"], [f"base, {layer}", "lock", "heap", "core"])
    below = ["base, plain", "lock", "heap", "core"]
    p["heap_caps"] = (objects(FRONT, "esp", sources("src/front/esp")), ["multi_heap, plain"] + below)
    p["malloc"] = (objects(FRONT, "libc", sources("src/front/libc")), below)
    p["esp-alloc"] = (objects(FRONT, "esp_alloc", sources("src/front/esp_alloc")), below)
    p["trace"] = (objects(FRONT, "debug", sources("src/front/debug")), below)
    p["lock"] = ([FRONT + "lock-irq"], [])
    return {n: ([re.sub("/+", "/", o).strip("/") for o in objs], b) for n, (objs, b) in p.items()}


PARTS = parts()
LOWER = ["core", "heap", "guarded", "memory", "retention", "PMP", "FreeRTOS"]
FRONTS = ["base, plain", "multi_heap, plain", "heap_caps", "malloc", "esp-alloc", "trace"]
DEBUG = [f"{w}, {layer}" for layer in LAYERS[1:] for w in ("base", "multi_heap")]
# What a program or its C library supplies, with stack of its own.
SUPPLIED = re.compile(r"acre_front_(write|panic|setup)$|__mul[sd]i3$|__u?(div|mod)[sd]i3$|mem(cpy|set)$|__errno$|"
                      r"_?esp_(alloc|heap_trace)_\w+$|acre_front_(clock|owner)$")
API = ["alloc", "alloc_aligned", "free", "resize", "usable_size", "stats", "next", "check", "check_step", "init", "reset"]


# ---- Code and stack --------------------------------------------------------------


def text_size(size_tool, paths):
    lines = subprocess.run([size_tool] + paths, check=True, capture_output=True, text=True).stdout.splitlines()[1:]
    return sum(int(line.split()[0]) for line in lines)


def call_graph(paths):
    """name -> bytes, name -> callees; static functions are told apart by their object."""
    stack, calls = {}, {}
    for path in paths:
        def name(title):
            return f"{path}:{title}" if ":" in title else title
        for line in open(path[:-2] + ".ci"):
            node = re.match(r'node: \{ title: "([^"]+)" label: "([^"]*)"', line)
            edge = re.match(r'edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"', line)
            size = node and re.search(r"(\d+) bytes \(([^)]*)\)", node.group(2))
            if size:
                assert size.group(2) == "static", f"{node.group(1)}: stack is {size.group(2)}, its size is not known"
                stack[name(node.group(1))] = int(size.group(1))
            elif edge:
                calls.setdefault(name(edge.group(1)), set()).add(name(edge.group(2)))
    return stack, calls


class Deepest:
    """The deepest chain below each function.  What is supplied ends it; pointers: the chain behind a call
    through a pointer, None where there may be none."""

    def __init__(self, stack, calls, pointers):
        self.stack, self.calls, self.pointers, self.known = stack, calls, pointers, {}

    def of(self, name, path=()):
        if name in self.known:
            return self.known[name]
        assert name not in path, "recursion: " + " -> ".join(path + (name,))
        if name == "__indirect_call":
            assert self.pointers, f"{path[-1]} calls through a pointer"
            return self.pointers
        if name not in self.stack:
            assert SUPPLIED.match(name), f"{' -> '.join(path)} calls {name}, which is not part of the library"
            return 0, [name]
        below = max((self.of(c, path + (name,)) for c in sorted(self.calls.get(name, ()))), default=(0, []))
        self.known[name] = self.stack[name] + below[0], [name] + below[1]
        return self.known[name]


def behind_pointers(part, stack, calls, graphs):
    """The deepest of the functions of the library that a call through a pointer can reach: static ones that
    nobody calls by name, and the fronts' lock.  Pointers in these go to the program."""
    called = set().union(*calls.values())
    reached = [f for f in stack if ":" in f and f not in called]
    reached += list(graphs["lock"][0]) if "lock" in PARTS[part][1] else []
    inner = Deepest(stack, calls, (0, []))
    return max((inner.of(f) for f in sorted(reached)), default=(0, []))


def measure_target(build, name, cc):
    """part -> level -> (code, stack, chain); and the core's functions by level."""
    size_tool = cc[0].replace("gcc", "size")
    result, api = {}, {}
    for level in LEVELS:
        folder = f"{build}/{name}" if level == "-O2" else f"{build}/Os/{name}"
        freertos = f"{folder}/freertos.o"
        subprocess.run(cc + ["-std=c11", "-ffreestanding", "-fno-tree-loop-distribute-patterns", "-Iinclude", level,
                             "-DACRE_LOCK=ACRE_LOCK_IRQ", "-DconfigTOTAL_HEAP_SIZE=4096u", "-fcallgraph-info=su", "-c",
                             "src/port/freertos/heap_acre.c", "-o", freertos], check=True)
        paths = {part: [f"{folder}/{o}.o" for o in objs] for part, (objs, _) in PARTS.items()}
        graphs = {part: call_graph(p) for part, p in paths.items()}
        for part, (_, below) in PARTS.items():
            stack, calls = {}, {}
            for other in below + [part]:
                stack.update(graphs[other][0])
                calls.update(graphs[other][1])
            deepest = Deepest(stack, calls, None if part == "core" else behind_pointers(part, stack, calls, graphs))
            own = [deepest.of(f) for f in sorted(graphs[part][0])]
            result.setdefault(part, {})[level] = (text_size(size_tool, paths[part]), *max(own, key=lambda c: c[0]))
            if part == "core":
                api[level] = [deepest.of("acre_region_" + f)[0] for f in API]
    return result, api


# ---- Steps: the contracts --------------------------------------------------------------


def python_of(text):
    """An ACSL term of sums, products and conditionals in Python."""
    text = text.strip()
    if "?" not in text:
        return text
    condition, rest = text.split("?", 1)
    depth, at = 0, 0
    for at, c in enumerate(rest):
        depth += (c == "?") - (c == ":")
        if depth < 0:
            break
    return f"(({python_of(rest[:at])}) if ({condition.strip()}) else ({python_of(rest[at + 1:])}))"


def proven_bounds():
    """function -> (region) -> its bound, as the contract in region.h and spec/steps.acsl have it."""
    text = re.sub(r"//[^\n]*", "", open("spec/index_def.acsl").read() + open("spec/steps.acsl").read())
    logic = {}
    for name, arguments, body in re.findall(r"logic integer (\w+)\(([^)]*)\) =([^;]*);", text):
        if name == "IndexLevel" or name.startswith("Steps"):
            exec(f"def {name}({arguments.replace('integer ', '')}): return {python_of(' '.join(body.split()))}", logic)
    header = open("include/acre/region.h").read()
    bounds = {}
    for function in ("alloc", "alloc_aligned", "free", "resize"):
        before = header[:re.search(rf"\bacre_region_{function}\(", header).start()]
        clause = re.findall(r"T10_steps: acre_steps <= \\old\(acre_steps\) \+([^;]*);", before)[-1]
        term = " ".join(clause.split()).replace("region->", "")
        bounds[function] = lambda region, term=term: eval(term, {**logic, **region})
    return bounds


# ---- Text ----------------------------------------------------------------------------------


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    return lines + ["| " + " | ".join(str(c) for c in row) + " |" for row in rows] + [""]


def chain_text(chain):
    return " → ".join(f"`{f.split(':')[-1]}`" for f in chain)


def part_tables(targets, measured, column):
    text = []
    for title, names in (("", LOWER), ("Fronts:", FRONTS), ("With a debug layer:", DEBUG)):
        text += [title, ""] if title else []
        text += table(["target"] + names, [[t] + [" / ".join(str(measured[t][p][level][column]) for level in LEVELS)
                                                  for p in names] for t in targets])
    return text


def metadata_text(build, targets):
    sizes = {}
    for name, *cc in targets:
        probe = f"{build}/figures/{name}.s"
        subprocess.run(cc + ["-std=c11", "-ffreestanding", "-Iinclude", "-S", "-x", "c", "-", "-o", probe], check=True,
                       text=True, input="#include <acre/heap.h>\nconst unsigned sizes[3] = "
                                        "{sizeof(acre_region), sizeof(acre_heap), sizeof(acre_heap_slot)};")
        sizes[name] = tuple(re.findall(r"\.word\s+(\d+)", open(probe).read()))
        assert len(sizes[name]) == 3, f"{probe}: three sizes are expected"
    text = ["## Metadata", "", "Bytes of metadata for each KiB of payload. Objects come on top: a region, a heap, a slot of a heap",
            "(with its region) take " + "; ".join(
                "{}, {}, {} ({})".format(*s, ", ".join(n for n in sizes if sizes[n] == s)) for s in sorted(set(sizes.values()))) + ".", ""]
    kib, granules = [1, 4, 16, 64, 256, 4096], [8, 16, 32, 64]
    source = "#include <acre/region.h>\n#include <stdio.h>\nint main(void){" + "".join(
        f'printf("%.1f\\n", (double)ACRE_METADATA_SIZE({k * 1024}u, {g}u) / {k});' for k in kib for g in granules) + "}"
    subprocess.run(["cc", "-Iinclude", "-x", "c", "-", "-o", f"{build}/figures/metadata"], check=True, text=True, input=source)
    values = subprocess.run([f"{build}/figures/metadata"], check=True, capture_output=True, text=True).stdout.split()
    return text + table(["payload"] + [f"granule {g}" for g in granules],
                        [[f"{k} KiB"] + values[i * len(granules):(i + 1) * len(granules)] for i, k in enumerate(kib)])


NUMBERS = ("calls", "sum", "most", "steps_sum", "steps_most", "tenths_most", "width", "first_leaf", "granules")


def read_runs(build, targets):
    """target -> (KiB, call) -> numbers"""
    runs = {}
    for name, *_ in targets:
        runs[name] = {}
        for line in open(f"{build}/{name}/figures.out"):
            kib, call, *numbers = line.split()
            runs[name][int(kib), call] = dict(zip(NUMBERS, map(int, numbers)))
        assert len(runs[name]) == 16 and min(r["calls"] for r in runs[name].values()) > 1000, f"{name}: too few calls"
    return runs


def steps_text(targets, runs):
    bounds = proven_bounds()
    first = runs[targets[0][0]]
    rows = []
    for (kib, call), run in first.items():
        bound = bounds[call](run)
        for name, *_ in targets:
            other = runs[name][kib, call]
            assert other["steps_most"] <= bound, f"{name}: {call}: {other['steps_most']} steps, proven are {bound}"
            assert (other["steps_sum"], other["calls"]) == (run["steps_sum"], run["calls"]), f"{name}: {call}: other steps"
        rows.append([f"`{call}`", f"{kib} KiB", bound, run["steps_most"], f"{run['steps_sum'] / run['calls']:.1f}"])
    text = ["## Steps", "", "A step is one turn of a loop or one tag or node looked at. The bound is proven (T10): it is the contract's",
            "of include/acre/region.h, computed for the region; granule 16. Counted are the calls of a steady churn at three",
            "quarters full, in which the proof's ghost counter runs as a real one; they are the same on every target.", ""]
    return text + table(["call", "region", "proven bound", "most counted", "mean"], sorted(rows, key=lambda r: r[0]))


def instructions_text(targets, runs):
    text = ["## Instructions", "", "Of the same calls, counted in QEMU with call and return, at -O2.", ""]
    keys = list(runs[targets[0][0]])
    for call in dict.fromkeys(c for _, c in keys):
        sizes = [k for k, c in keys if c == call]
        text += [f"`{call}`: mean / most; per step: mean / most of a single call.", ""]
        text += table(["target"] + [f"{k} KiB" for k in sizes] + [f"per step, {k} KiB" for k in sizes],
                      [[name] + [f"{r['sum'] / r['calls']:.0f} / {r['most']}" for r in (runs[name][k, call] for k in sizes)] +
                       [f"{r['sum'] / r['steps_sum']:.1f} / {r['tenths_most'] / 10:.1f}" for r in (runs[name][k, call] for k in sizes)]
                       for name, *_ in targets])
    return text + ["The most seen in these runs is no proof of a worst case. The proven bound of steps, times the most",
                   "instructions per step, is an estimate of it, and a generous one: calls of few steps, whose fixed part weighs",
                   "most, have the most per step."]


EXCERPT = ("<!-- Written by `make figures`: -->\n", "<!-- end of what it writes -->\n")
EXCERPT_TARGET = "rv32imac"


def excerpt(measured, runs):
    """The few lines for README.md."""
    bounds = proven_bounds()
    text = [f"On {EXCERPT_TARGET}, instructions with call and return at -O2, in steady churn at three quarters full, mean / most seen, and",
            "the proven bound of steps:", ""]
    rows = []
    for (kib, call), run in runs[EXCERPT_TARGET].items():
        if call == "alloc":
            freed = runs[EXCERPT_TARGET][kib, "free"]
            rows.append([f"{kib} KiB"] + [c for r, b in ((run, "alloc"), (freed, "free"))
                                          for c in (f"{r['sum'] / r['calls']:.0f} / {r['most']}", bounds[b](r))])
    text += table(["region", "alloc", "steps", "free", "steps"], rows)
    core, heap = (measured[EXCERPT_TARGET][p]["-Os"][0] for p in ("core", "heap"))
    return "\n".join(text + [f"Code at -Os: the core {core} bytes, the heap {heap} more, of which a linker keeps what is used."]) + "\n"


def write_excerpt(path, text):
    old = open(path).read()
    assert all(old.count(m) == 1 for m in EXCERPT), f"{path} has to have these lines once each: {EXCERPT}"
    start, end = old.index(EXCERPT[0]) + len(EXCERPT[0]), old.index(EXCERPT[1])
    open(path, "w").write(old[:start] + text + old[end:])


def main():
    build, output, *rest = sys.argv[1:]
    readme = rest[1] if rest[0] == "--readme" else None
    targets = [t.split() for t in (rest[2:] if readme else rest)]
    os.makedirs(f"{build}/figures", exist_ok=True)
    names = [t[0] for t in targets]
    version = subprocess.run([targets[0][1], "--version"], check=True, capture_output=True, text=True).stdout.splitlines()[0]
    measured, apis = {}, {}
    for name, *cc in targets:
        measured[name], apis[name] = measure_target(build, name, cc)
    text = ["<!-- Generated by `make figures`; do not edit. -->", "# Figures per target", "",
            f"Compiler: {version}. Bytes, unless something else is said; pairs are at -Os / at -O2.", ""]
    text += ["## Code", "", "Everything of a part; a linker keeps what is used. The fronts come on top of heap and core; `base` is what",
             "all of them share.", ""] + part_tables(names, measured, 0)
    text += ["## Stack", "", "Worst call chain of each function of the core, the callers' own frames not counted. No",
             "recursion and no call through a pointer: the target fails if there is one.", ""]
    text += table(["target"] + API, [[t] + [f"{a} / {b}" for a, b in zip(*(apis[t][level] for level in LEVELS))] for t in names])
    worst = {}
    for part in ["core", "heap"] + FRONTS:
        t, level = max(((t, level) for t in names for level in LEVELS), key=lambda k: measured[k[0]][part][k[1]][1])
        worst[part] = t, level, *measured[t][part][level][1:]
    text += ["Worst chain of all functions of a part, with what it calls below. No recursion either. A call through a",
             "pointer counts as one of the deepest function of the library that can be meant; what the program's own locks and",
             "hooks, `acre_front_write`, or a C library's or libgcc's function take comes on top. The fronts' lock is",
             "`libacre-lock-irq.a`.", ""]
    text += part_tables(names, measured, 1)
    text += ["The deepest:", ""] + [f"- {p}: {t} {level}, {size} bytes: {chain_text(chain)}" for p, (t, level, size, chain) in worst.items()] + [""]
    text += metadata_text(build, targets)
    runs = read_runs(build, targets)
    text += steps_text(targets, runs) + instructions_text(targets, runs)
    with open(output, "w") as file:
        file.write("\n".join(text).rstrip() + "\n")
    if readme:
        write_excerpt(readme, excerpt(measured, runs))
    t, level, size, _ = worst["core"]
    print(f"figures: {output}: {len(targets)} targets, deepest stack of the core {size} bytes ({t} {level})")


main()
