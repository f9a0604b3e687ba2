#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Follows README.md as a new user would: readme.py README.md

In the chapter "Put it into your firmware" every list of commands (indented by
four spaces, below a ### heading) is run, command by command, in an empty
folder.  The command that clones is replaced by a copy of this tree, which has
no address yet; nothing else is.  What an installation leaves is used for all
lists that begin with the same one.  There may be five commands, and the last
has to print that acre runs.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.abspath(sys.argv[1]))
chapter = re.search(r"^## Put it into your firmware$(.*?)^## ", open(sys.argv[1]).read(), re.M | re.S).group(1)
ways = []
for title, body in re.findall(r"^### (.*?)$(.*?)(?=^### |\Z)", chapter, re.M | re.S):
    commands = re.findall(r"^    (\S.*)$", body, re.M)
    if commands and commands[0].startswith("git clone"):
        ways.append((title, commands))
assert len(ways) == 3, f"README.md: commands for a bare Makefile, CMake and picolibc are expected, found {[w[0] for w in ways]}"


def clone(to):
    """What is tracked or new, without build/, as a clone of the next commit would have it."""
    files = subprocess.run(["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard", "-z"], capture_output=True)
    if files.returncode == 0:
        for name in filter(None, files.stdout.decode().split("\0")):
            if os.path.exists(os.path.join(ROOT, name)):
                os.makedirs(os.path.dirname(os.path.join(to, name)), exist_ok=True)
                shutil.copy2(os.path.join(ROOT, name), os.path.join(to, name))
    else:
        shutil.copytree(ROOT, to, ignore=shutil.ignore_patterns("build", ".git"))


def run(folder, commands, title):
    script = "set -e\n" + "\n".join(commands) + "\n"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MAKE") and k not in ("MFLAGS", "BUILD")}
    done = subprocess.run(["sh", "-c", script], cwd=folder, env=environment, stdin=subprocess.DEVNULL, timeout=3000,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, f"README.md: {title}: status {done.returncode}\n{done.stdout}"
    return done.stdout


with tempfile.TemporaryDirectory() as work:
    after = {}  # the folder as each installation leaves it, which the ways have in common
    for number, (title, commands) in enumerate(ways):
        assert len(commands) <= 5, f"README.md: {title}: {len(commands)} commands, five are the limit"
        install = commands[1]
        if install not in after:
            after[install] = os.path.join(work, f"installed-{number}")
            clone(os.path.join(after[install], "acre"))
            run(after[install], [install], title)
        folder = os.path.join(work, str(number))
        shutil.copytree(after[install], folder, symlinks=True)
        said = [line for line in run(folder, commands[2:], title).splitlines() if line.startswith("acre runs")]
        assert len(said) == 1, f"README.md: {title}: the last command says {len(said)} times that acre runs"
        print(f"readme: {title}: {len(commands)} commands: {said[0]}")
