#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Writes seed inputs and the dictionary: seeds.py OUT [TRACE...]

Hand-made ones: each operation at least once, for each place of a region and
telling sizes.  From each TRACE, recorded with record_malloc.so: pieces of it,
with each allocation in a slot and each free of the block it frees.
"""
import pathlib
import sys

OPS = """ALLOC ALIGNED ZEROED FREE FREE_SLOT FREE_WILD RESIZE RESIZE_SLOT RESIZE_WILD REALLOC USABLE LOW_WATER RESET
WALK NEXT CHECK_STEP SCRIBBLE FILL COMB INIT CORRUPT MISUSE CAPS ADD ADD_IN ADD_ODD LEAVE RESERVE SET EXPLAIN PREFER
REALLOC_ANY""".split()
OP = {name: number for number, name in enumerate(OPS)}
PLACES = ["FRONT", "BACK", "INSIDE", "STATIC", "MIDDLE", "HALF", "TOP", "ZERO"]


def header(place="FRONT", granule=8, lo=0, hi=0, offset=0, tail=0):
    return bytes([PLACES.index(place), granule.bit_length() - 4, lo, hi, offset, tail, 0, 0])


def area(room=0, granule=0, granules=20, caps=0, elsewhere=False, lock=False, reserve=0):
    """Three bytes of a region; granule is a number in area_of of heap_driver.c, caps one in place_caps."""
    return room + 8 * granule + 64 * elsewhere + 128 * lock, granules - 1, caps + 16 * reserve


def heap_header(first=area(0), second=area(1, 1, caps=1), slots=6, setup=0):
    a, b = first, second
    return bytes([a[0], b[0], a[1], a[2], b[1], b[2], 1 + 2 * slots, setup])


def record(op, a=0, lo=0, hi=0):
    return bytes([OP[op], a & 255, lo & 255, hi & 255])


def granules(k):
    """Exactly k granules, as a size."""
    return k & 255, 96 + (k >> 8)


def size_bytes(n, granule):
    """n bytes, or as near as a record comes."""
    if n < 1024:
        return n & 255, n >> 8
    return granules(min(8191, -(-n // granule)))


def hand_made():
    seeds = {}

    def seed(name, head, *records):
        seeds[name] = head + b"".join(records)

    body = [record("ALLOC", 0, *granules(2)), record("ALLOC", 1, *granules(1)), record("ALLOC", 2, *granules(3)),
            record("FREE", 1), record("WALK"), record("ALIGNED", 3 + 8 * 9, *granules(1)), record("FREE_SLOT", 1),
            record("RESIZE", 0, *granules(1)), record("RESIZE", 0, *granules(4)), record("REALLOC", 1, *granules(5)),
            record("SCRIBBLE", 0, 0xFF), record("CHECK_STEP", 0, 9), record("NEXT", 3), record("LOW_WATER"),
            record("ZEROED", 4, *granules(2)), record("FREE_WILD", 5), record("USABLE", 4, 2), record("RESET")]
    for number, place in enumerate(PLACES):
        for lo, hi in ((0, 0), (1, 0), (7, 0), (20, 0), (20, 12), (130, 13), (30, 14), (200, 15)):
            seed(f"{place.lower()}-{lo}-{hi}", header(place, 8 << number % 4, lo, hi, number, number), *body)
    # A number of live blocks, holes in them, and requests that fit into some holes.
    for k in (1, 2, 5, 62, 63, 64, 70):
        comb = [record("FILL", 255, *granules(k)), record("COMB", 1, 1), record("ALLOC", 0, *granules(k)),
                record("ALIGNED", 1 + 8 * 8, *granules(k)), record("RESIZE", 1, *granules(2 * k)),
                record("RESIZE", 2, *granules(k - 1)), record("COMB", 0, 0), record("ALLOC", 2, *granules(3 * k))]
        seed(f"comb-{k}", header("MIDDLE", 8, 255, 15 if k > 9 else 13), *comb)
        seed(f"comb-real-{k}", header("BACK", 16, 255, 14), *comb)
    seed("large", header("MIDDLE", 8, 250, 15), *[record(*x) for x in (
        ("ALLOC", 0, *granules(100)), ("ALLOC", 1, *granules(63)), ("ALLOC", 2, *granules(300)), ("ALLOC", 3, 1, 96),
        ("FREE", 1), ("FREE", 1), ("ALLOC", 4, *granules(62)), ("FREE", 0), ("RESIZE", 0, *granules(64)),
        ("RESIZE", 0, *granules(63)), ("RESIZE", 0, *granules(126)), ("COMB", 0, 0))])
    for base in range(0, 256, 16):
        seed(f"init-{base}", header(), *[record("INIT", base + i, (37 * i + base) & 255, (i * 29 + base) & 255)
                                         for i in range(16)])
    seed("init-null", header(), *[record("INIT", a, 100, 3) for a in (251, 253, 254)])
    for kind in range(8):
        seed(f"corrupt-{kind}", header("FRONT", 8, 60, 13), record("FILL", 3, *granules(3)), record("COMB", 2, 1),
             *[record("CORRUPT", kind + 8 * i, i * 3, 0) + record("MISUSE", i, 3, 32) for i in range(32)])
    seed("misuse", header("FRONT", 16, 20), record("ALLOC", 0, 3, 96), record("ALLOC", 1, 2, 96),
         *[record("FREE_WILD", i, 40 * i, i) for i in range(10)], *[record("USABLE", i, 7 * i, i) for i in range(10)],
         *[record("RESIZE_WILD", i, 9 * i, i) for i in range(10)], record("FREE_SLOT", 0), record("FREE_SLOT", 0),
         record("RESIZE_SLOT", 0, 2, 96))
    seed("huge", header("FRONT", 16, 20), record("ALLOC", 0, 3, 96),
         *[record(op, 0, lo, 224 + d) for op in ("ALLOC", "RESIZE", "ALIGNED", "REALLOC") for d in range(8)
           for lo in (0, 1, 255)])
    seed("cursor", header("FRONT", 8, 60, 13), record("FILL", 9, *granules(3)),
         *[record("CHECK_STEP", a, lo, hi) for a in (0, 130, 131) for lo in (0, 1, 8, 70, 255) for hi in (0, 255)])
    # One block between free runs, then the rest, aligned: every way to cut a run.
    for e in range(4, 32):
        seed(f"aligned-{e}", header("MIDDLE" if e % 2 else "FRONT", 8, 60 + e, 13, e), *[record(*x) for x in (
            ("FILL", 15, *granules(3)), ("COMB", 1, 0), ("ALIGNED", 1 + 8 * e, *granules(1)),
            ("ALIGNED", 2 + 8 * e, *granules(2)), ("ALIGNED", 3 + 8 * (e % 8), *granules(3)), ("RESET",),
            ("ALIGNED", 4 + 8 * e, *granules(1)), ("FREE", 0), ("ALIGNED", 5 + 8 * 7, *granules(2)))])
    # Free runs that begin where a leaf does, between leaves without any.
    for k in (4, 8, 16):
        seed(f"leaves-{k}", header("MIDDLE", 8, 9, 15), record("FILL", 255, *granules(k)), record("COMB", 4, 3),
             *[record("ALIGNED", 8 * e + 1, *granules(q)) for q in (1, 3, k, k + 1) for e in (8, 9, 10, 12)],
             record("COMB", 1, 0), *[record("ALIGNED", 8 * e + 1, *granules(q)) for q in (2, k) for e in (8, 11)])
    heap_seeds(seed)
    return seeds


def heap_seeds(seed):
    """Of a heap: each operation on a few sets of regions."""
    use = [("ALLOC", 0, *granules(2)), ("ALLOC", 1 + 32, *granules(3)), ("ZEROED", 2, *granules(2)), ("FREE", 0),
           ("REALLOC", 1, *granules(4)), ("CAPS", 2, 1, 2), ("PREFER", 3, *granules(2)), ("ALIGNED", 4 + 8 * 9, *granules(1)),
           ("REALLOC_ANY", 3 + 32 * 5, *granules(3)), ("RESIZE", 1, *granules(1)), ("WALK", 0), ("WALK", 1, 0, 0),
           ("WALK", 2, 1), ("WALK", 3, 1), ("NEXT",), ("NEXT",), ("CHECK_STEP", 0, 9), ("CHECK_STEP", 0, 255, 255),
           ("EXPLAIN", 0, *granules(40)), ("LOW_WATER", 1), ("ALLOC", 5, *granules(1)), ("LOW_WATER", 2), ("LOW_WATER", 0),
           ("SCRIBBLE", 0, 0xFF), ("SCRIBBLE", 1, 60, 9), ("RESERVE", 0, *granules(2)), ("SET", 1, 2, 40), ("ALLOC", 6 + 224, 20),
           ("SET", 2, 13), ("SET", 0, 1), ("FILL", 20, *granules(1)), ("SET", 3, 1), ("ALLOC", 7, *granules(1)),
           ("COMB", 2, 0), ("RESET",)]
    wrong = [("ALLOC", 0, *granules(2)), ("ALLOC", 1 + 32, *granules(3)),
             *[("FREE_WILD", a, 17 * a & 255, a & 7) for a in (*range(20), 240, 245, 250, 251)],
             *[("RESIZE_WILD", a, 13 * a & 255, a & 7) for a in range(10)], *[("USABLE", a, 11 * a & 255, 2) for a in range(10)],
             ("FREE_SLOT", 0), ("FREE_SLOT", 0), ("REALLOC_ANY", 0, 1, 96), *[("INIT", a) for a in range(8)]]
    nested = [("ALLOC", 0, *granules(10)), ("ALLOC", 1, *granules(6)), ("ADD_IN", 0, 20, 0), ("FREE_SLOT", 0),
              ("REALLOC_ANY", 0, *granules(40)), ("ALLOC", 2, *granules(1)), ("ADD_IN", 1 + 192, 5, 3), ("FREE_SLOT", 1),
              ("LEAVE", 2, 1), ("LEAVE", 0, 0), ("ALLOC", 3, *granules(1)), ("LEAVE", 1, 0), ("RESET",), ("LEAVE", 15, 1)]
    sets = {"plain": heap_header(), "locks": heap_header(area(0, lock=True), area(1, caps=4, lock=True, elsewhere=True), setup=2 + 12),
            "far": heap_header(area(0, 3, 30), area(6, 0, 20, caps=3), setup=32 + 16), "tiny": heap_header(area(0, 0, 1), area(1, 0, 2)),
            "reserve": heap_header(area(0, reserve=1), area(1, reserve=2, caps=8), setup=1), "mute": heap_header(slots=112 // 2 + 64 - 8),
            "levels": heap_header((64, 200, 192), (1, 20, 128)), "few": heap_header(slots=2)}
    for name, head in sets.items():
        for what, records in (("use", use), ("wrong", wrong), ("nested", nested)):
            seed(f"heap-{name}-{what}", head, *[record(*x) for x in records])
    seed("heap-add", heap_header(), *[record("ADD", *area(k % 8, k % 8, 1 + 3 * k, k % 14, k % 3 == 0, k % 5 == 0, k % 4))
                                      + record("LEAVE", k, k) for k in range(32)])
    for k in range(12):
        seed(f"heap-odd-{k}", heap_header(), *[record("ADD_ODD", k, 29 * i & 255, 53 * i & 255) for i in range(12)])
    # A region in a block stands before its host in the table.
    seed("heap-slots", heap_header(area(0), area(1, 0, 30, caps=1)), *[record(*x) for x in (
        ("LEAVE", 0, 1), ("ALLOC", 0, *granules(1)), ("CAPS", 1, 2, 0), ("PREFER", 1, *granules(20)), ("CAPS", 1, 1, 0),
        ("ADD_IN", 0, 9, 0), ("ALLOC", 2, *granules(1)), ("USABLE", 2, 3, 0), ("FREE_SLOT", 2), ("FREE_SLOT", 1),
        *(("ZEROED", 3, lo, 224) for lo in range(4)))])
    # Blocks at every granule, given other sizes at every alignment, with room behind them and without.
    for k in (1, 2, 3):
        seed(f"heap-realloc-{k}", heap_header(area(0, 0, 40), area(1, 1, 30)), record("CAPS", 1, 1, 0), *[
            record("ALLOC", s, *granules(k)) for s in range(8)], record("FREE_SLOT", 3), record("FREE_SLOT", 6), *[
            record("REALLOC_ANY", (s * 3 + e) % 8 + 32 * e, *granules(n)) for e in range(1, 7) for s in range(3)
            for n in (k, k + 1, 1)])
    seed("heap-corrupt", heap_header(), record("FILL", 3, *granules(3)), record("COMB", 2, 1),
         *[record("CORRUPT", i * 37 & 255, i * 3, 0) for i in range(48)])


def from_trace(path, granule, lo, hi, most=180, pieces=3, heap=None):
    """Seeds from the recorded calls: a slot for each live block, the oldest given up if there are too many.

    With the header of a `heap`, small blocks go to one capability and large ones to another."""
    resize = "REALLOC_ANY" if heap else "RESIZE_SLOT"
    calls = [line.split() for line in path.read_text().splitlines()]
    for piece in range(pieces):
        slots = {}
        free = list(range(32))
        out = []
        for call in calls[len(calls) * piece // pieces:]:
            if len(out) >= most:
                break
            kind, arguments = call[0], call[1:]
            if kind in "mza":
                if not free:
                    out.append(record("FREE_SLOT", slots.pop(next(iter(slots)))))
                    free = [s for s in range(32) if s not in slots.values()]
                size = size_bytes(int(arguments[-2]), granule)
                caps = 32 if heap and int(arguments[-2]) > 256 else 0
                if kind == "a":
                    slot = next((s for s in free if s < 8), free[0])
                    out.append(record("ALIGNED", slot % 8 + 8 * (4 + int(arguments[0]).bit_length() - 1), *size))
                    slot %= 8
                else:
                    slot = free[0]
                    out.append(record("ZEROED" if kind == "z" else "ALLOC", slot + caps, *size))
                if slot in free:
                    free.remove(slot)
                slots[arguments[-1]] = slot
            elif kind == "f" and arguments[0] in slots:
                slot = slots.pop(arguments[0])
                out.append(record("FREE_SLOT", slot))
                free.insert(0, slot)
            elif kind == "r" and arguments[0] in slots:
                slot = slots.pop(arguments[0])
                out.append(record(resize, slot, *size_bytes(int(arguments[1]), granule)))
                slots[arguments[2]] = slot
        if len(out) > 20:
            name = f"heap-trace-{path.stem}-{piece}" if heap else f"trace-{path.stem}-{granule}-{piece}"
            yield name, (heap or header("FRONT", granule, lo, hi)) + b"".join(out)


def dictionary():
    """Tokens for AFL++: headers of each place, and a record of each kind."""
    lines = ["# Written by fuzz/seeds.py: make fuzz-seeds"]
    text = lambda data: "".join(f"\\x{b:02X}" for b in data)  # noqa: E731
    for place in PLACES:
        lines.append(f'place_{place.lower()}="{text(header(place)[:4])}"')
    lines.append(f'heap="{text(heap_header())}"')
    for op in OPS:
        lines.append(f'{op.lower()}="{text(record(op, 0, *granules(1)))}"')
    for name, (lo, hi) in (("free_exact", (64, 128)), ("free_less", (63, 128)), ("free_more", (65, 128)),
                           ("live_exact", (64, 160)), ("all", (64, 192)), ("size_max", (0, 224)), ("wrap", (0, 226)),
                           ("digits", (63, 96))):
        lines.append(f'size_{name}="{text(bytes([lo, hi]))}"')
    return "\n".join(lines) + "\n"


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    seeds = hand_made()
    for trace in sys.argv[2:]:
        for granule, lo, hi in ((16, 255, 14), (8, 255, 15), (64, 30, 13)):
            seeds.update(from_trace(pathlib.Path(trace), granule, lo, hi))
        seeds.update(from_trace(pathlib.Path(trace), 16, 0, 0, pieces=2, heap=heap_header((64 + 8, 50, 192), (66 + 8, 60, 193))))
    for name, data in seeds.items():
        (out / name).write_bytes(data)
    (out.parent / "records.dict").write_text(dictionary())
    print(f"seeds: {len(seeds)} inputs, {sum(map(len, seeds.values()))} bytes in {out}")


main()
