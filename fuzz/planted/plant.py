# SPDX-License-Identifier: MIT OR Apache-2.0
"""The bugs of fuzz/planted/*.planted, put into the text of their files.  The format is described in `run`."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "proofs" / "mutants"))
import change  # noqa: E402


def read(path):
    return change.read(path, ("file", "function", "what", "history", "old", "new"))


def planted(path):
    """(bug, the text of its file with the bug in it, None), or (None, None, the reason why not)."""
    bug = read(path)
    text, why = plant(bug)
    number = 2
    while why and any(f"{key}.{number}" in bug for key in ("file", "function", "old")):
        bug.update({key: bug[f"{key}.{number}"] for key in ("file", "function", "old", "new") if f"{key}.{number}" in bug})
        text, why = plant(bug)
        number += 1
    return (None, None, why) if why else (bug, text, None)


def plant(bug):
    """The text of the file with the bug in it, or None and the reason why not.  A pattern may run across annotations."""
    return change.change((ROOT / bug["file"]).read_text(), bug, across=True)
