# SPDX-License-Identifier: MIT OR Apache-2.0
"""One change of one function, as a text: mutants (here) and planted bugs (fuzz/planted)."""
import re


def read(path, wanted):
    """The fields of a file of lines `key: text`; a key that comes again goes on."""
    fields = {}
    for line in path.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            key, _, value = line.partition(":")
            fields[key.strip()] = (fields.get(key.strip(), "") + " " + value.strip()).strip()
    missing = set(wanted) - set(fields)
    if missing:
        raise SystemExit(f"{path}: no {', '.join(sorted(missing))}")
    return fields


def change(text, fields, across=False):
    """The text of a file where `old` is `new` in `function`, or None and the reason why not.  White space does not
    count; annotations and comments are no code, and only if `across` may `old` run over them."""
    head = re.search(r"^[A-Za-z_][^;{}()=#/]*?\b%s\([^;{}]*?\)[^;{}]*?\n\{" % re.escape(fields["function"]), text, re.M)
    if not head:
        return None, "its function is gone"
    end = text.index("\n}", head.end())
    body = text[head.start():end]
    tokens = re.findall(r"\w+|\S", fields["old"])
    # A word may not run on, so that `x` does not match in `x1`.
    pattern = r"(?<!\w)" * bool(re.match(r"\w", tokens[0])) + r"\s*".join(map(re.escape, tokens))
    if re.match(r"\w", tokens[-1]):
        pattern += r"(?!\w)"
    blank = " " if across else "\0"
    code = re.sub(r"/\*.*?\*/|//[^\n]*", lambda m: re.sub(r"[^\n]", blank, m[0]), body, flags=re.S)
    hits = list(re.finditer(pattern, code))
    if len(hits) != 1:
        return None, f"its old text occurs {len(hits)} times in {fields['function']}"
    hit = hits[0]
    return text[:head.start()] + body[:hit.start()] + fields["new"] + body[hit.end():] + text[end:], None
