#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Translates predicates of spec/*.acsl to C:  contracts.py NAME... >contracts.c

The text that is proven is the text that runs: each NAME, and whatever it is
defined by, becomes a C function contract_NAME over 64-bit integers.  Covered
is what these predicates use: one state (labels are dropped, \\at(x, L) is x),
quantifiers over integers whose guards bound them, recursive functions.
Anything else is an error, so that nothing is left out silently.

A quantifier becomes loops.  The bounds of a variable are all comparisons with
it among the guards, also those inside of predicates used as guards.
"""
import itertools
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
TOKEN = re.compile(r"\s*(?:(0[xX][0-9a-fA-F]+|\d+)|(\\?[A-Za-z_]\w*)|(<==>|==>|->|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%<>!?:;,()\[\]{}=&|.]))")
COMPARE = ("<=", ">=", "<", ">", "==", "!=")


class Bad(Exception):
    pass


def tokens(text):
    out, at = [], 0
    text = text.strip()
    while at < len(text):
        m = TOKEN.match(text, at)
        if not m:
            raise Bad(f"cannot read: {text[at:at + 40]!r}")
        out.append(m[1] or m[2] or m[3])
        at = m.end()
    return out


def definitions(folder):
    """(name, number of parameters) -> (is predicate, [(type, name)], body, whether it speaks of two states)"""
    found = {}
    for path in sorted(folder.glob("*.acsl")):
        for comment in re.findall(r"/\*@(.*?)\*/", path.read_text(), re.S):
            code = re.sub(r"//[^\n]*", "", comment)
            for m in re.finditer(r"\b(predicate|logic\s+\w+\s*\*?)\s*(\w+)\s*(\{[^}]*\})?\s*\(([^)]*)\)\s*=", code):
                # The body ends at the first semicolon that belongs to no quantifier.
                end, open_ones = m.end(), 0
                for t in re.finditer(r"\\forall|\\exists|;", code[m.end():]):
                    open_ones += 1 if t[0] != ";" else -1
                    if open_ones < 0:
                        end += t.start()
                        break
                params = []
                for p in m[4].split(","):
                    kind, name = re.match(r"\s*(.*?)\s*(\w+)\s*$", p).groups()
                    # "integer a, b": the type is that of the one before
                    params.append((kind or params[-1][0], name))
                found[m[2], len(params)] = (m[1] == "predicate", params, code[m.end():end], len((m[3] or "").split(",")) > 1)
    return found


class Parser:
    def __init__(self, text):
        self.t, self.i = tokens(text), 0

    def peek(self):
        return self.t[self.i] if self.i < len(self.t) else None

    def take(self, *wanted):
        token = self.peek()
        if wanted and token not in wanted:
            raise Bad(f"{' or '.join(wanted)} expected, {token} seen")
        self.i += 1
        return token

    def whole(self):
        e = self.expression()
        if self.peek() is not None:
            raise Bad(f"not understood from {self.t[self.i:self.i + 8]}")
        return e

    def expression(self):
        if self.peek() in ("\\forall", "\\exists"):
            kind = self.take()
            names = []
            self.take("integer")
            names.append(self.take())
            while self.peek() == ",":
                self.take()
                if self.peek() == "integer":
                    self.take()
                names.append(self.take())
            self.take(";")
            return (kind, names, self.expression())
        left = self.equivalence()
        if self.peek() == "?":
            self.take()
            a = self.expression()
            self.take(":")
            return ("?:", left, a, self.expression())
        return left

    def equivalence(self):
        left = self.implication()
        while self.peek() == "<==>":
            self.take()
            left = ("<==>", left, self.implication())
        return left

    def implication(self):
        left = self.disjunction()
        if self.peek() == "==>":
            self.take()
            right = self.expression() if self.peek() in ("\\forall", "\\exists") else self.implication()
            return ("==>", left, right)
        return left

    def disjunction(self):
        left = self.conjunction()
        while self.peek() == "||":
            self.take()
            left = ("||", left, self.quantified(self.conjunction))
        return left

    def conjunction(self):
        left = self.comparison()
        while self.peek() == "&&":
            self.take()
            left = ("&&", left, self.quantified(self.comparison))
        return left

    def quantified(self, otherwise):
        return self.expression() if self.peek() in ("\\forall", "\\exists") else otherwise()

    def comparison(self):
        parts = [self.bits()]
        ops = []
        while self.peek() in COMPARE:
            ops.append(self.take())
            parts.append(self.bits())
        if not ops:
            return parts[0]
        pairs = [("cmp", op, parts[i], parts[i + 1]) for i, op in enumerate(ops)]
        out = pairs[0]
        for p in pairs[1:]:
            out = ("&&", out, p)
        return out

    def chain(self, below, ops):
        left = below()
        while self.peek() in ops:
            left = ("op", self.take(), left, below())
        return left

    def bits(self):
        """In spec/ these stand in parentheses, so that their rank beside comparisons does not matter."""
        return self.chain(self.shift, ("|", "&"))

    def shift(self):
        return self.chain(self.sum, ("<<", ">>"))

    def sum(self):
        return self.chain(self.product, ("+", "-"))

    def product(self):
        return self.chain(self.unary, ("*", "/", "%"))

    def unary(self):
        if self.peek() == "!":
            self.take()
            return ("!", self.unary())
        if self.peek() == "-":
            self.take()
            return ("op", "-", ("number", "0"), self.unary())
        if self.peek() == "&":
            self.take()
            return ("address", self.postfix())
        return self.postfix()

    def postfix(self):
        token = self.take()
        if token == "(":
            e = self.expression()
            self.take(")")
        elif token[0].isdigit():
            e = ("number", token)
        elif token == "\\at":
            self.take("(")
            e = self.expression()
            self.take(",")
            self.take()
            self.take(")")
        elif re.match(r"\\?[A-Za-z_]", token):
            if self.peek() == "{":
                while self.take() != "}":
                    pass
            if self.peek() == "(":
                self.take()
                arguments = []
                while self.peek() != ")":
                    arguments.append(self.expression())
                    if self.peek() == ",":
                        self.take()
                self.take(")")
                e = ("call", token, arguments)
            elif token[0] == "\\":
                raise Bad(f"{token} is not covered")
            else:
                e = ("name", token)
        else:
            raise Bad(f"{token} not expected")
        while self.peek() in ("[", "->", "."):
            token = self.take()
            if token == "[":
                e = ("index", e, self.expression())
                self.take("]")
            else:
                e = ("field" if token == "->" else "member", e, self.take())
        return e


def replace(e, names):
    if isinstance(e, list):
        return [replace(x, names) for x in e]
    if not isinstance(e, tuple):
        return e
    if e[0] == "name":
        return names.get(e[1], e)
    if e[0] in ("\\forall", "\\exists"):
        return (e[0], e[1], replace(e[2], {k: v for k, v in names.items() if k not in e[1]}))
    if e[0] in ("number", "field") and e[0] == "number":
        return e
    return tuple(replace(x, names) if isinstance(x, (tuple, list)) else x for x in e)


def names_in(e):
    if isinstance(e, tuple) and e and e[0] == "name":
        return {e[1]}
    return set().union(*map(names_in, e)) if isinstance(e, (tuple, list)) and e else set()


def conjuncts(e):
    return conjuncts(e[1]) + conjuncts(e[2]) if e[0] == "&&" else [e]


C_TYPES = {"uint8_t*": "const uint8_t *", "int32_t*": "const int32_t *", "integer": "int64_t "}
C_TYPES |= {f"{t}*": f"const {t} *" for t in ("acre_region", "acre_heap", "acre_heap_slot", "acre_heap_watch", "acre_range")}
METADATA = ("tag", "index")  # read through functions that know where they end
POINTERS = METADATA + ("slots", "watches")  # fields


class Translator:
    def __init__(self, folder):
        self.known = definitions(folder)
        self.parsed, self.done, self.order = {}, {}, []
        self.fresh = itertools.count()
        self.types = {}  # of the parameters of what is translated

    def parse(self, key):
        if key not in self.known:
            raise Bad(f"{key[0]} with {key[1]} parameters is not defined in spec/")
        if self.known[key][3]:
            raise Bad(f"{key[0]} speaks of two states")
        if key not in self.parsed:
            self.parsed[key] = Parser(self.known[key][2]).whole()
        return self.parsed[key]

    def unfold(self, guards):
        """The guards, and what predicates among them say."""
        out = []
        for g in guards:
            out.append(g)
            key = (g[1], len(g[2])) if g[0] == "call" else None
            if key in self.known and self.known[key][0]:
                names = dict(zip((n for _, n in self.known[key][1]), g[2]))
                out += self.unfold(conjuncts(replace(self.parse(key), names)))
        return out

    def bounds(self, name, facts, unbound):
        """C expressions (lows, highs) for a variable, from comparisons with it alone on a side."""
        low, high = [], []
        for f in facts:
            if f[0] != "cmp" or f[1] == "!=":
                continue
            for op, a, b in ((f[1], f[2], f[3]), ({"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "=="}[f[1]], f[3], f[2])):
                if a != ("name", name):
                    continue
                if b[0] == "name" and b[1] in unbound and b[1] != name:
                    # i < j < m gives i < m
                    rest = [x for x in facts if x is not f]
                    more = self.bounds(b[1], rest, unbound | {name})
                    if op in ("<", "<=", "=="):
                        high += more[1]
                    if op in (">", ">=", "=="):
                        low += more[0]
                    continue
                if names_in(b) & unbound:
                    continue
                c = self.c(b)
                if op in (">=", ">", "=="):
                    low.append(f"({c})" + (" + 1" if op == ">" else ""))
                if op in ("<=", "<", "=="):
                    high.append(f"({c})" + (" - 1" if op == "<" else ""))
        return low, high

    def c(self, e):
        kind = e[0]
        if kind == "number":
            return f"INT64_C({e[1]})"
        if kind == "name":
            return e[1]
        if kind == "op":
            return self.place(e) if self.is_pointer(e) else f"({self.c(e[2])} {e[1]} {self.c(e[3])})"
        if kind == "address":
            return "&" + self.place(e[1])
        if kind == "cmp":
            return f"({self.c(e[2])} {e[1]} {self.c(e[3])})"
        if kind in ("&&", "||"):
            return f"({self.c(e[1])} {kind} {self.c(e[2])})"
        if kind == "==>":
            return f"(!({self.c(e[1])}) || ({self.c(e[2])}))"
        if kind == "<==>":
            return f"(!({self.c(e[1])}) == !({self.c(e[2])}))"
        if kind == "!":
            return f"!({self.c(e[1])})"
        if kind == "?:":
            return f"(({self.c(e[1])}) ? ({self.c(e[2])}) : ({self.c(e[3])}))"
        if kind in ("field", "member"):
            return self.place(e) if e[2] in POINTERS else f"(int64_t){self.place(e)}"
        if kind == "index":
            base = self.c(e[1]) if e[1][0] == "name" or e[1][2] in POINTERS else ""
            if base.endswith(METADATA):
                return f"read_{'index' if base.endswith('index') else 'tag'}({base}, {self.c(e[2])})"
            return f"(int64_t){self.place(e)}"
        if kind == "call":
            if e[1] in ("\\max", "\\min"):
                return f"{'most' if e[1] == chr(92) + 'max' else 'least'}({', '.join(map(self.c, e[2]))})"
            if e[1][0] == "\\":
                raise Bad(f"{e[1]} is not covered")
            self.need((e[1], len(e[2])))
            return f"contract_{e[1]}({', '.join(map(self.c, e[2]))})"
        return self.statement(e)

    def is_pointer(self, e):
        return (e[0] == "op" and self.is_pointer(e[2])) or (e[0] == "field" and e[2] in POINTERS) or (
            e[0] == "name" and self.types.get(e[1], "").endswith("*"))

    def place(self, e):
        """What an address names, or a pointer, without a cast."""
        if e[0] == "name":
            return e[1]
        if e[0] == "field":
            return f"{self.place(e[1])}->{e[2]}"
        if e[0] == "member":
            return f"{self.place(e[1])}.{e[2]}"
        if e[0] == "index":
            return f"{self.place(e[1])}[{self.c(e[2])}]"
        if e[0] == "op" and e[1] in "+-":
            return f"({self.place(e[2])} {e[1]} {self.c(e[3])})"
        raise Bad(f"no place in memory: {e[0]}")

    def statement(self, e):
        # GNU C: a statement expression would do, but a return inside would
        # leave the function; so a quantifier is a loop with a flag.
        kind, names, body = e
        guards = []
        if kind == "\\forall":
            while body[0] == "==>":
                guards += conjuncts(body[1])
                body = body[2]
        else:
            guards, body = conjuncts(body), ("number", "1")
        facts = self.unfold(guards)
        unbound = set(names)
        number = next(self.fresh)
        flag = f"flag{number}"
        want = 1 if kind == "\\forall" else 0
        loops = ""
        nest = lambda f, xs: xs[0] if len(xs) == 1 else f"{f}({xs[0]}, {nest(f, xs[1:])})"  # noqa: E731
        for name in names:
            low, high = self.bounds(name, facts, set(unbound))
            if not low or not high:
                raise Bad(f"{name} has no {'upper' if low else 'lower'} bound among its guards")
            unbound.discard(name)
            low, high = list(dict.fromkeys(low)), list(dict.fromkeys(high))
            loops += (f"for (int64_t {name} = {nest('most', low)}, {name}_last = {nest('least', high)}; "
                      f"{flag} == {want} && {name} <= {name}_last; {name}++) ")
        test = " && ".join(f"({self.c(g)})" for g in guards) or "1"
        inner = f"if (({test}) && !({self.c(body)})) {flag} = 0;" if want else f"if ({test}) {flag} = 1;"
        return f"({{ int {flag} = {want}; {loops}{{ {inner} }} {flag}; }})"

    def need(self, key):
        if key in self.done:
            return
        body, name = self.parse(key), key[0]
        if any(other[0] == name for other in self.done):
            raise Bad(f"two predicates {name}")
        _, params, _, _ = self.known[key]
        types, kinds = [], []
        for kind, n in params:
            c_type = C_TYPES.get(kind.replace(" ", ""))
            if c_type is None:
                raise Bad(f"{name}: a parameter of type {kind}")
            types.append(c_type + n)
            kinds.append(c_type)
        head = f"static int64_t contract_{name}({', '.join(types)})"
        self.done[key] = None
        outer, self.types = self.types, {n: t.strip() for t, (_, n) in zip(kinds, params)}
        try:
            self.done[key] = f"{head}\n{{\n  return {self.c(body)};\n}}\n"
        except Bad as why:
            raise Bad(f"{name}: {why}" if not str(why).startswith(name) else str(why)) from None
        finally:
            self.types = outer
        self.order.append((head, self.done[key]))


PRELUDE = """/* Written by fuzz/contracts.py from spec/; do not edit. */
#include "contracts.h"
#include <stdint.h>

/* What is read outside of the metadata, where logic says nothing: a predicate
 * must not depend on it, so it is evaluated with two values. */
static int64_t outside;
static const acre_region *current;

static inline int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }
static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t read_tag(const uint8_t *tag, int64_t i)
{
  return (i < -1 || i > (int64_t)(current->granules + 7u) / 8 * 8) ? outside : tag[i];
}
static inline int64_t read_index(const int32_t *index, int64_t i)
{
  return (i < 0 || i >= (int64_t)current->nodes) ? outside : index[i];
}
"""


def main():
    arguments = sys.argv[1:]
    folder = ROOT / "spec"
    if arguments and arguments[0] == "--spec":
        folder, arguments = pathlib.Path(arguments[1]), arguments[2:]
    t = Translator(folder)
    try:
        asked = {name: next((k for k in t.known if k[0] == name), (name, 0)) for name in arguments}
        for key in asked.values():
            t.need(key)
    except Bad as why:
        sys.exit(f"contracts: {why}; extend fuzz/contracts.py, or write the predicate so that its guards bound it")
    print(PRELUDE)
    for head, _ in t.order:
        print(head + ";")
    for _, code in t.order:
        print("\n" + code)
    for name in arguments:
        params = t.known[asked[name]][1]
        if [kind.replace(" ", "") for kind, _ in params] == ["acre_region*"]:
            print(f"""
int contracts_{name}(const acre_region *region)
{{
  current = region;
  outside = 0;
  int first = contract_{name}(region) != 0;
  outside = 191;
  int second = contract_{name}(region) != 0;
  return (first == second) ? first : -1;
}}""")
        else:
            types = ", ".join(C_TYPES[kind.replace(" ", "")] + n for kind, n in params)
            print(f"""
int contracts_{name}({types})
{{
  return contract_{name}({", ".join(n for _, n in params)}) != 0;
}}""")
    print(f"const unsigned contracts_count = {len(t.order)};")


main()
