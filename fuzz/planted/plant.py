# SPDX-License-Identifier: MIT OR Apache-2.0
"""The bugs of fuzz/planted/*.planted, put into the text of their files.  The format is described in `run`."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]


def read(path):
    fields = {}
    for line in path.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            key, _, value = line.partition(":")
            fields[key.strip()] = (fields.get(key.strip(), "") + " " + value.strip()).strip()
    missing = {"file", "function", "what", "history", "old", "new"} - set(fields)
    if missing:
        raise SystemExit(f"{path.name}: no {', '.join(sorted(missing))}")
    return fields


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
    """The text of the file with the bug in it, or None and the reason why not."""
    text = (ROOT / bug["file"]).read_text()
    head = re.search(r"^[A-Za-z_][^;{}()=#/]*?\b%s\([^;{}]*?\)[^;{}]*?\n\{" % re.escape(bug["function"]), text, re.M)
    if not head:
        return None, "its function is gone"
    end = text.index("\n}", head.end())
    body = text[head.start():end]
    # Comments do not count: a pattern may run across annotations.
    code = re.sub(r"/\*.*?\*/|//[^\n]*", lambda m: re.sub(r"[^\n]", " ", m[0]), body, flags=re.S)
    tokens = re.findall(r"\w+|\S", bug["old"])
    pattern = r"(?<!\w)" * bool(re.match(r"\w", tokens[0])) + r"\s*".join(map(re.escape, tokens))
    if re.match(r"\w", tokens[-1]):
        pattern += r"(?!\w)"
    hits = list(re.finditer(pattern, code))
    if len(hits) != 1:
        return None, f"its old text occurs {len(hits)} times in {bug['function']}"
    hit = hits[0]
    return text[:head.start()] + body[:hit.start()] + bug["new"] + body[hit.end():] + text[end:], None
