# SPDX-License-Identifier: MIT OR Apache-2.0
"""How Frama-C is called: the one place for its options and machine models."""
import configparser
import dataclasses
import functools
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time

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


def script(path):
    """A copy of an OCaml script for this thread alone: Frama-C compiles a script where it stands, and two at a time
    would spoil each other's objects."""
    place = ROOT / "build" / "scripts" / f"{os.getpid()}-{threading.get_ident()}"
    place.mkdir(parents=True, exist_ok=True)
    copy = place / path.name
    if not copy.exists():
        shutil.copy(path, copy)
    return str(copy)


def command(model, root=ROOT):
    """Frama-C for a machine model, up to the files and what to do with them."""
    machdep = root / "proofs" / "machdep"
    return [
        "frama-c",
        "-load-script", script(machdep / f"{model.machdep}.ml"),
        "-machdep", model.machdep,
        # The cross compiler preprocesses: its macros are those of the target.
        "-cpp-command", " ".join(model.compiler + ["-E", "-C"]),
        "-cpp-frama-c-compliant",
        f"-cpp-extra-args=-include {machdep}/riscv.h -I{root}/include -I{root}/spec -I{root}/src/region "
        f"-I{root}/src/heap",
        "-c11",
        "-no-unicode",
    ]


def run(model, arguments, root=ROOT, **options):
    return subprocess.run(command(model, root) + arguments, cwd=root, text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **options)


# ---- What there is to prove -----------------------------------------------------


@dataclasses.dataclass
class Unit:
    """A file of the core or of the specification, proven by itself: headers, too,
    so that what a goal sees does not depend on who includes the header."""
    path: str  # relative to the root
    functions: list = dataclasses.field(default_factory=list)
    lemmas: list = dataclasses.field(default_factory=list)
    problems: list = dataclasses.field(default_factory=list)

    def source(self, root, out):
        if self.path.endswith(".c"):
            return str(root / self.path)
        wrapper = out / "units" / (self.path.replace("/", "_") + ".c")
        if not wrapper.exists():
            wrapper.parent.mkdir(parents=True, exist_ok=True)
            temporary = wrapper.with_suffix(f".{os.getpid()}")
            # Logic files stand on the types of the interface.  ACRE_PROVE_name brings in the lemmas
            # that only the file itself needs; they would slow the proofs of its users.
            interface = "heap" if "heap" in self.path else "region"
            temporary.write_text(f"#define ACRE_PROVE_{pathlib.Path(self.path).stem.upper()}\n"
                                 f'#include <acre/{interface}.h>\n#include "{root / self.path}"\n')
            temporary.rename(wrapper)
        return str(wrapper)


def open_list(root=ROOT):
    """What proofs/open.txt lists, with its reasons."""
    path = root / "proofs" / "open.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    return dict((*line.split(maxsplit=1), "")[:2] for line in lines if line.strip() and not line.startswith("#"))


def unit_paths(root=ROOT):
    """The files under proof, and those of src/heap that proofs/open.txt keeps out of it."""
    patterns = ("spec/*.acsl", "src/region/*.h", "src/region/*.c", "src/heap/*.h", "src/heap/*.c")
    paths = [str(p.relative_to(root)) for pattern in patterns for p in sorted(root.glob(pattern))]
    out = [p for p in open_list(root) if p.startswith("src/heap/")]
    return [p for p in paths if p not in out], out


DEFINITION = re.compile(r"^[A-Za-z_][^;{}()=#/]*?\b(\w+)\([^;{}]*?\)[^;{}]*?\n\{", re.M)


def inventory(model, path, out, root=ROOT):
    """Asks Frama-C what a unit defines, and compares with the text of the file."""
    unit = Unit(path)
    result = run(model, ["-load-script", script(root / "proofs" / "inventory.ml"), unit.source(root, out)], root)
    if result.returncode != 0:
        errors = [" ".join(m.split()) for m in messages(result.stdout) if "Parsing" not in m and not HARMLESS.search(m)]
        unit.problems.append(f"{path}: Frama-C refuses it: " + " ".join(errors[:2]))
        return unit
    for line in result.stdout.splitlines():
        if not line.startswith("inventory: "):
            continue
        kind, name, place, *rest = line.split()[1:]
        where = str(pathlib.Path(place.rsplit(":", 1)[0]))
        where = str(pathlib.Path(where).relative_to(root)) if where.startswith("/") and where.startswith(str(root)) else where
        if where != path:
            continue
        if kind in ("axiom", "admitted"):
            unit.problems.append(f"{place}: {kind} {name}: nothing may be taken for granted; prove it as a lemma")
        elif kind == "lemma":
            unit.lemmas.append(name)
        elif rest[0] == "bare":
            unit.problems.append(f"{place}: function {name} has no contract with an assigns clause; write one")
            unit.functions.append(name)
        else:
            unit.functions.append(name)
    text = (root / path).read_text()
    missed = set(DEFINITION.findall(text)) - set(unit.functions)
    for name in sorted(missed):
        unit.problems.append(f"{path}: function {name} has a body that Frama-C does not see; write its contract")
    return unit


# ---- Running WP -------------------------------------------------------------------


@functools.lru_cache
def settings(root=ROOT):
    config = configparser.ConfigParser(delimiters=("=",))
    config.optionxform = str
    config.read(root / "proofs" / "settings.ini")
    return config


WHY3_CONFIG = ROOT / "proofs" / "why3.conf"


def wrong_provers():
    """The provers must be those that proofs/why3.conf names: another version may prove less, or more."""
    wanted = {"cvc4": (["cvc4", "--version"], "CVC4 version 1.8"), "z3": (["z3", "--version"], "Z3 version 4.8.12")}
    wrong = []
    for name, (command, version) in wanted.items():
        found = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False).stdout
        if version not in found:
            wrong.append(f"{name} is not '{version}' (proofs/why3.conf) but '{found.splitlines()[0] if found else 'silent'}'")
    return wrong


@dataclasses.dataclass
class Goal:
    name: str
    smoke: bool
    proved: bool
    by: str
    detail: str
    seconds: float = 0.0  # of the prover that closed it, and of Qed
    same: bool = False  # word for word one that was closed before in this run


@dataclasses.dataclass
class Job:
    model: Model
    path: str
    title: str  # the function, or "lemmas of ..."
    select: list  # WP options
    lemmas: list
    functions: tuple = ()  # if more than the one of the title


@dataclasses.dataclass
class Outcome:
    job: Job
    goals: list
    problems: list
    seconds: float
    log: str
    complete: bool  # WP came to its end

    @property
    def real(self):
        return [g for g in self.goals if not g.smoke]

    @property
    def smokes(self):
        return [g for g in self.goals if g.smoke]

    def parts(self):
        """(title, goals) of each function of the job, or of the job."""
        parts = {f: [] for f in self.job.functions or [self.job.title]}
        for goal in self.goals:
            parts[function_of(self.job, goal.name) or self.job.title.split(", ")[0]].append(goal)
        return parts.items()

    def open(self):
        return [g for g in self.goals if not g.proved]


# "[Z3 4.8.12] Goal name : Valid (...)", "[Failed] Goal name", "[Passed] Smoke-test name"; all of them with
# " (Stronger, 8 warnings)" behind, where WP warns of a cast.
GOAL = re.compile(r"^\[wp\] \[([^\]]+)\] (Goal|Smoke-test) (\S+)(?: : (.*?))?(?: \(Stronger, \d+ warnings?\))?$")
HARMLESS = re.compile(r"has no registered macro"
                      r"|Missing terminates clause for \w+, populates"
                      r"|Failed smoke-test$")


def messages(log):
    """Messages of Frama-C, with their continuation lines joined."""
    joined = []
    for line in log.splitlines():
        if line.startswith("[") or not joined:
            joined.append(line)
        else:
            joined[-1] += "\n" + line
    return joined


def function_of(job, goal):
    """Which function of the job a goal belongs to; it is named typed_function_..."""
    if len(job.functions) < 2:
        return job.title
    return next((f for f in job.functions if re.match(rf"typed(_cast)?_{f}_", goal)), None)


def seconds_of(verdict):
    """WP prints "Valid (Qed:21ms) (1.2s) (4711)"."""
    return sum(float(n) * {"ms": 0.001, "s": 1, "'": 60}[unit] for n, unit in re.findall(r"([\d.]+)(ms|s|')\)", verdict or ""))


def parse(log):
    goals, problems = {}, []
    for message in messages(log):
        first, *rest = message.split("\n")
        found = GOAL.match(first)
        detail = "; ".join(" ".join(r.split()) for r in rest)
        if found:
            by, kind, name, verdict = found.groups()
            smoke = kind == "Smoke-test"
            proved = by == "Passed" if smoke else (verdict or "").startswith("Valid") and by != "Failed"
            if "(Unreachable)" in (verdict or ""):
                proved, detail = False, "the code is unreachable"
            goals[name] = Goal(name, smoke, proved, by.split()[0], detail, seconds_of(verdict), "(cached)" in (verdict or ""))
        elif "Warning:" in first or "Error" in first or "Failure" in first or "aborted" in first:
            text = " ".join(message.split())
            if not HARMLESS.search(text):
                problems.append(text)
    return goals, problems


# "[wp] src/region/init.c:54: Warning: Cast with incompatible pointers types (source: uint8*) (target: sint32*)"
CAST = re.compile(r"\[wp\] (\S+?):\d+: Warning: Cast with incompatible pointers types \(source: (.*?)\) \(target: (.*?)\)")


def allowed(problem, root):
    cast = CAST.fullmatch(problem)
    if cast:
        place, source, target = cast.groups()
        place = str(pathlib.Path(place).relative_to(root)) if place.startswith(str(root)) else place
        return f"{source} to {target}" in settings(root)["casts"].get(place, "").split(", ")
    if "[wp:hypothesis]" not in problem:
        return False
    wanted = re.findall(r"requires (.*?);", problem)
    patterns = [re.compile(p) for p in settings(root)["hypotheses"].values()]
    return bool(wanted) and all(any(p.fullmatch(w) for p in patterns) for w in wanted)


# Goals and smoke tests go in two runs: a smoke test passes when a prover gives
# up, so that each costs its whole time, and one prover must do.
SMOKE_ONLY = "-wp-prop=" + ",".join(
    "-@" + kind for kind in ("requires", "ensures", "assigns", "assert", "check", "invariant", "variant", "terminates",
                             "exits", "decreases", "lemma"))


@functools.lru_cache
def prover_names():
    """What WP calls the provers of why3.conf in scripts ("CVC4:1.8:max") and in logs ("CVC4 1.8 (max)"), by shortcut."""
    names = {}
    for block in WHY3_CONFIG.read_text().split("[prover]")[1:]:
        p = dict(re.findall(r'^(\w+) = "(.*)"$', block, re.M))
        other = p.get("alternative")
        names[p["shortcut"]] = (":".join(filter(None, (p["name"], p["version"], other))),
                                f"{p['name']} {p['version']}" + (f" ({other})" if other else ""))
    return names


def prover_order(root=ROOT):
    return settings(root)["provers"]["provers"].split(",")


@functools.lru_cache
def first_provers(root=ROOT):
    """proofs/first.txt: which prover to ask first for a goal."""
    path = root / "proofs" / "first.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    return dict(line.split() for line in lines if line.strip() and not line.startswith("#"))


def wrong_first(root=ROOT):
    return [f"proofs/first.txt: {goal}: settings.ini has no prover {first}; run make prove-first, or mend the line"
            for goal, first in first_provers(root).items() if first not in prover_order(root)]


def write_scripts(session, root):
    """For each goal of proofs/first.txt a script that asks that prover, then the others.  WP wants a verdict in it,
    and does not believe it: it runs the prover."""
    (session / "script").mkdir(parents=True, exist_ok=True)
    for goal, first in first_provers(root).items():
        script = session / "script" / f"{goal}.json"
        if not script.exists():
            provers = [first] + [p for p in prover_order(root) if p != first]
            script.write_text(json.dumps([{"prover": prover_names()[p][0], "verdict": "valid"} for p in provers]))


def prove(job, out, root=ROOT, stop=False, limit=None, smoke=True, cache=None):
    """Proves one job from scratch.  `stop`: end at the first open goal; `limit`: seconds in all; `cache`: a folder
    for the verdicts of provers, which are not asked twice for what is the same word for word."""
    config = settings(root)
    place = out / "jobs" / job.model.name / re.sub(r"\W+", "_", job.path + "-" + job.title)[:200]
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    session = place / "session"
    if (root / "proofs" / "session").is_dir():
        shutil.copytree(root / "proofs" / "session", session)
    write_scripts(session, root)
    common = command(job.model, root) + [
        "-wp", "-wp-rte",
        # WP cannot say \valid_function.  A call through a pointer is proven only where `calls` names the function, and
        # that the pointer is that function is a goal of its own.
        "-rte-no-pointer-call",
        "-wp-definitions-terminate", "-wp-declarations-terminate",
        "-wp-model", config["memory"].get(job.path, "Typed"),
        "-wp-timeout", config["provers"]["timeout"],
        "-wp-par", "1",
        "-wp-session", str(session),
        *job.select, Unit(job.path).source(root, out),
    ]
    # Sockets stand in TMPDIR, and their names must be short.
    temporary = tempfile.mkdtemp(prefix="acre")
    # A large minor heap spares Frama-C a tenth to a quarter of its time (measured: 8 to 26 %).
    environment = {**os.environ, "WHY3CONFIG": str(WHY3_CONFIG), "TMPDIR": temporary, "OCAMLRUNPARAM": "s=8M"}
    for name in ("FRAMAC_WP_CACHE", "FRAMAC_WP_CACHEDIR"):
        environment.pop(name, None)
    remember = ["-wp-cache", "update", "-wp-cache-dir", str(cache)] if cache else ["-wp-cache", "none"]
    passes = [("goals", ["-wp-prover", "script," + config["provers"]["provers"], *remember])]
    if smoke and not job.lemmas and job.model.name == config["provers"]["smoke_model"]:
        passes.append(("smoke", ["-wp-prover", config["provers"]["smoke_provers"], "-wp-smoke-tests", "-wp-cache", "none",
                                 "-wp-smoke-timeout", config["provers"]["smoke_timeout"], SMOKE_ONLY]))
    begin = time.monotonic()
    everything, problems, complete = {}, [], True
    for name, extra in passes:
        report = place / f"{name}.json"
        arguments = common + extra + ["-wp-report-json", str(report)]
        text, code, stopped = watch(arguments, root, environment, stop, limit)
        (place / f"{name}.log").write_text(" ".join(arguments) + "\n" + text)
        goals, found = parse(text)
        # A function without a precondition, a branch or a call has nothing to smoke out.
        if name == "smoke" and code == 0 and "No goal generated" in text:
            continue
        problems += [p for p in found if p not in problems and not allowed(p, root)]
        everything.update({k: g for k, g in goals.items() if k not in everything})
        if stopped:
            complete = False
            break
        if code != 0:
            problems.append(f"Frama-C ended with {code}; see {place}/{name}.log")
        problems += cross_check(job, name, text, goals, report)
        complete = complete and code == 0 and "Proved goals:" in text
    shutil.rmtree(session, ignore_errors=True)
    shutil.rmtree(temporary, ignore_errors=True)
    return Outcome(job, list(everything.values()), problems, time.monotonic() - begin, str(place), complete)


def watch(arguments, root, environment, stop, limit):
    """Runs a command in a process group of its own, so that its provers end with it."""
    log, stopped = [], False
    with subprocess.Popen(arguments, cwd=root, text=True, errors="replace", stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, env=environment, start_new_session=True) as process:
        timer = threading.Timer(limit, lambda: os.killpg(process.pid, signal.SIGTERM)) if limit else None
        if timer:
            timer.start()
        for line in process.stdout:
            log.append(line)
            found = GOAL.match(line.rstrip("\n"))
            if stop and found and found.group(1) == "Failed" and found.group(2) == "Goal":
                stopped = True
                os.killpg(process.pid, signal.SIGTERM)
                break
        process.stdout.close()
        process.wait()
        if timer:
            timer.cancel()
    return "".join(log), process.returncode, stopped


def cross_check(job, kind, log, goals, report):
    """The log, its last line and the report tell the same; nothing is missing."""
    problems = []
    summary = re.search(r"Proved goals: +(\d+) / (\d+)", log)
    if not summary:
        return ["WP did not come to its end"]
    total, proved = len(goals), sum(g.proved for g in goals.values())
    if (proved, total) != (int(summary[1]), int(summary[2])):
        problems.append(f"WP counts {summary[1]} / {summary[2]} goals, its log names {proved} / {total}")
    try:
        data = json.loads(report.read_text())
    except (OSError, ValueError) as error:
        return problems + [f"no report of WP: {error}"]
    for section in data.get("wp:functions", {}).values():
        for name, by in section.items():
            main = by.get("wp:main", {"total": 0})
            if name != "wp:section" and main.get("valid", 0) != main["total"]:
                if all(g.proved for g in goals.values()):
                    problems.append(f"the report of WP says that {name} is open")
    if job.lemmas:
        named = {g.name.split("_lemma_", 1)[-1] for g in goals.values()}
        problems += [f"lemma {lemma} has no goal" for lemma in job.lemmas if lemma not in named]
    # WP has no name by which to leave out the goals of `calls`; they count where they are proven, among the goals.
    elif kind == "smoke" and not all(g.smoke or "_call_point_" in g.name for g in goals.values()):
        problems.append("goals among the smoke tests")
    elif kind == "goals" and (bare := set(job.functions) - {function_of(job, name) for name in goals}):
        problems.append(f"no goal for {', '.join(sorted(bare))}; is the contract empty?")
    elif not goals:
        problems.append("no goal; is the contract empty?" if kind == "goals" else "no smoke test")
    return problems
