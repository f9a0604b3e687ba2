# SPDX-License-Identifier: MIT OR Apache-2.0
"""Pictures of what the benchmark found: SVG, and one page that holds them and needs no network."""
import html as escape_html
import json
import math

from costs import mean, most, quantile

COLOURS = ["#1b6ca8", "#c8553d", "#588b3b", "#8e5ea2", "#b08900", "#555555"]
WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 62, 30, 34, 46

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; max-width: 1320px; margin: 2em auto; padding: 0 1em; color: #222; background: #fff }
h1 { font-size: 1.5em } h2 { font-size: 1.15em; margin-top: 2em }
table { border-collapse: collapse; font-size: 13px } td, th { border: 1px solid #ccc; padding: 2px 8px; text-align: right }
td:first-child, th:first-child { text-align: left } figure { display: inline-block; margin: 0 1em 1em 0 }
svg text { font: 12px system-ui, sans-serif; fill: #222 } pre { background: #f5f5f5; padding: 8px }
.missed { color: #b00020; font-weight: bold } canvas { border: 1px solid #ccc; image-rendering: pixelated }
"""


def text(x, y, what, anchor="middle", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape_html.escape(str(what))}</text>'


def svg(width, height, body, title):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            f'role="img"><title>{escape_html.escape(title)}</title><rect width="{width}" height="{height}" fill="#fff"/>'
            f'{body}</svg>')


def ticks(least, most, log):
    if log:
        powers = [10 ** i for i in range(math.floor(math.log10(least)), math.ceil(math.log10(most)) + 1)]
        found = [m * p for p in powers for m in ((1, 2, 5) if most < 100 * least else (1,)) if least <= m * p <= most]
        return found
    step = 10 ** math.floor(math.log10(max(most - least, 1e-9)))
    step = next(s for s in (step / 5, step / 2, step, step * 2) if (most - least) / s <= 8)
    return [i * step for i in range(math.ceil(least / step), math.floor(most / step) + 1)]


def plot(title, x_name, y_name, series, log_x=0, log_y=0, x_ticks=None, bars=False):
    """series: (name, [(x, y)], dashed).  log: the base of a logarithmic axis."""
    xs = [x for _, points, _ in series for x, _ in points]
    ys = [y for _, points, _ in series for _, y in points]
    x0, x1 = min(xs), max(xs)
    y0, y1 = (min(ys) if log_y else 0), max(ys) * (1 if log_y else 1.05)

    def place(value, least, most, log, low, high):
        if log:
            value, least, most = (math.log(v, log) for v in (value, least, most))
        return low + (value - least) / ((most - least) or 1) * (high - low)

    def at_x(x):
        return place(x, x0, x1, log_x, LEFT, WIDTH - RIGHT)

    def at_y(y):
        return place(y, y0, y1, log_y, HEIGHT - BOTTOM, TOP)

    body = [text(WIDTH / 2, 18, title, more=' font-weight="bold"'), text(WIDTH / 2, HEIGHT - 8, x_name),
            f'<text transform="translate(14,{HEIGHT / 2}) rotate(-90)" text-anchor="middle">{y_name}</text>']
    for y in ticks(y0, y1, log_y):
        body.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at_y(y):.1f}" y2="{at_y(y):.1f}" stroke="#ddd"/>')
        body.append(text(LEFT - 6, at_y(y) + 4, f"{y:g}", "end"))
    for x, name in x_ticks or [(x, f"{x:g}") for x in ticks(x0, x1, log_x)]:
        body.append(text(at_x(x), HEIGHT - BOTTOM + 16, name))
    for i, (name, points, dashed) in enumerate(series):
        colour = COLOURS[i % len(COLOURS)]
        if bars:
            for x, y in points:
                body.append(f'<line x1="{at_x(x):.1f}" x2="{at_x(x):.1f}" y1="{at_y(y0):.1f}" y2="{at_y(y):.1f}" '
                            f'stroke="{colour}" stroke-opacity="0.65" stroke-width="1.5"/>')
        else:
            line = " ".join(f"{at_x(x):.1f},{at_y(y):.1f}" for x, y in points)
            body.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"'
                        f'{" stroke-dasharray=&quot;5 4&quot;".replace("&quot;", chr(34)) if dashed else ""}/>')
        body.append(f'<rect x="{LEFT + 8}" y="{TOP + 4 + 16 * i}" width="12" height="4" fill="{colour}"/>')
        body.append(text(LEFT + 26, TOP + 10 + 16 * i, name, "start"))
    return svg(WIDTH, HEIGHT, "".join(body), title)


# ---- Maps --------------------------------------------------------------------------


def colour_of(size):
    """Small blocks dark blue, large ones yellow."""
    part = min(1.0, max(0.0, (math.log2(size) - 4) / 8))
    return f"hsl({220 - 170 * part:.0f},60%,{38 + 22 * part:.0f}%)"


def map_svg(data, width=1200, height=420):
    """Time to the right, addresses upwards: a block is a rectangle from birth to death."""
    top = max(at + size for at, size, _, _ in data["blocks"])
    wide, high = (width - 90) / data["ops"], (height - 70) / top
    body = [text(width / 2, 18, f"Where the blocks of {data['workload']} lie over time", more=' font-weight="bold"'),
            text(width / 2, height - 8, f"operations ({data['ops']}); dark: small blocks, light: large ones")]
    for kib in ticks(0, top / 1024, 0):
        y = height - 40 - kib * 1024 * high
        body.append(text(62, y + 4, f"{kib:g} KiB", "end"))
    body.append(f'<rect x="70" y="30" width="{width - 90}" height="{height - 70}" fill="#f4f4f4"/>')
    by_colour = {}
    for at, size, born, died in data["blocks"]:
        by_colour.setdefault(colour_of(size), []).append(
            f"M{70 + born * wide:.1f} {height - 40 - (at + size) * high:.2f}h{max((died - born) * wide, 0.15):.2f}"
            f"v{max(size * high, 0.1):.2f}h-{max((died - born) * wide, 0.15):.2f}z")
    body += [f'<path fill="{colour}" d="{"".join(shapes)}"/>' for colour, shapes in by_colour.items()]
    return svg(width, height, "".join(body), f"heap map of {data['workload']}")


def under_load(data, when=None, columns=128):
    """The region at one moment, a cell for each granule, row by row."""
    when = data["ops"] - 1 if when is None else when
    live = [b for b in data["blocks"] if b[2] <= when < b[3]]
    cells, cell = data["region"] // 16, 8
    rows = -(-cells // columns)
    body = [f'<rect y="24" width="{columns * cell}" height="{rows * cell}" fill="#f0f0f0"/>',
            text(columns * cell / 2, 16, f"{data['workload']}: {len(live)} live blocks in {data['region'] // 1024} KiB; "
                 "grey is free, a cell is a granule of 16 bytes", more=' font-weight="bold"')]
    for at, size, _, _ in live:
        first, last = at // 16, (at + size) // 16
        while first < last:
            row, column = divmod(first, columns)
            n = min(last - first, columns - column)
            body.append(f'<rect x="{column * cell}" y="{24 + row * cell}" width="{n * cell - 1}" height="{cell - 1}" '
                        f'fill="{colour_of(size)}"/>')
            first += n
    return svg(columns * cell, 24 + rows * cell, "".join(body), "a region under load")


ANIMATION = """
<p><button id="play">play</button> <input type="range" id="when" min="0" value="0" style="width:60%%"> <span id="told"></span></p>
<canvas id="map" width="1024" height="384"></canvas>
<script>
const data = %s, columns = 256, size = 16, cells = Math.ceil(data.region / size);
const canvas = document.getElementById("map"), draw = canvas.getContext("2d"), when = document.getElementById("when");
const wide = canvas.width / columns, rows = Math.ceil(cells / columns), high = canvas.height / rows;
when.max = data.ops - 1;
function colour(bytes) {
  const part = Math.min(1, Math.max(0, (Math.log2(bytes) - 4) / 8));
  return `hsl(${220 - 170 * part},60%%,${38 + 22 * part}%%)`;
}
function show() {
  const now = Number(when.value);
  let live = 0, bytes = 0;
  draw.fillStyle = "#f0f0f0";
  draw.fillRect(0, 0, canvas.width, canvas.height);
  for (const [at, length, born, died] of data.blocks) {
    if (born <= now && now < died) {
      live += 1; bytes += length;
      draw.fillStyle = colour(length);
      for (let g = at / size, end = (at + length) / size; g < end;) {
        const column = g %% columns, row = (g - column) / columns, n = Math.min(end - g, columns - column);
        draw.fillRect(column * wide, row * high, n * wide - 0.5, high - 1);
        g += n;
      }
    }
  }
  document.getElementById("told").textContent = `operation ${now} of ${data.ops}: ${live} live blocks, ${bytes} bytes`;
}
let timer = null;
document.getElementById("play").onclick = function () {
  if (timer) { clearInterval(timer); timer = null; this.textContent = "play"; return; }
  this.textContent = "stop";
  timer = setInterval(() => {
    when.value = (Number(when.value) + Math.max(1, Math.round(data.ops / 600))) %% data.ops; show();
  }, 40);
};
when.oninput = show;
show();
</script>
"""


# ---- The page ---------------------------------------------------------------------------


def over_size(target, design):
    sizes = [k for k in (16, 64, 256, 4096) if f"churn-{k}-75" in target["acre"]]
    names = [(k, f"{k} KiB" if k < 1024 else f"{k // 1024} MiB") for k in sizes]

    def points(program, kind, of):
        return [(k, of(target[program][f"churn-{k}-75"][kind])) for k in sizes]
    figures = []
    for kind in ("alloc", "free"):
        series = [("mean", points("acre", kind, mean), False),
                  ("99th percentile", points("acre", kind, lambda c: quantile(c, 0.99)), False),
                  ("worst", points("acre", kind, most), False)]
        if design:
            series.append(("mean of the design's experiment", [(k, design[k][kind == "free"][0]) for k in sizes], True))
        figures.append(plot(f"acre, {kind}: instructions over the size of the region, churn at 75 %",
                            "region", "instructions", series, log_x=2, x_ticks=names))
    both = [(p, [(k, mean(target[p][f"churn-{k}-75"]["alloc"]) + mean(target[p][f"churn-{k}-75"]["free"])) for k in sizes],
             False) for p in ("acre", "picolibc")]
    return figures + [plot("alloc + free, mean, beside picolibc, churn at 75 %", "region", "instructions (logarithmic)", both,
                           log_x=2, log_y=10, x_ticks=names)]


def distribution(target, workload):
    series = [(kind, [(min(c, 600), n) for c, n in target["acre"][workload][kind]], False) for kind in ("alloc", "free")]
    return plot(f"acre, {workload}: how many calls cost how much", "instructions", "calls (logarithmic)", series,
                log_y=10, bars=True)


def memory(target, workload):
    series = []
    for program in ("acre", "picolibc"):
        r = target[program][workload]
        series.append((f"{r['allocator']}: memory in use, all its own included",
                       sorted((live / 1024, extent / 1024) for live, _, extent in r["samples"]), False))
    top = max(x for _, points, _ in series for x, _ in points)
    series.append(("what was asked for", [(0, 0), (top, top)], True))
    return plot(f"memory over live bytes, {workload}", "KiB asked for and live", "KiB", series)


def as_html(body):
    if not body.startswith("|"):
        return f"<pre>{escape_html.escape(body)}</pre>"
    head, _, *rows = [[escape_html.escape(c.strip()) for c in line.strip("|").split("|")] for line in body.split("\n")]
    out = "<tr>" + "".join(f"<th>{c}</th>" for c in head) + "</tr>"
    for row in rows:
        out += "<tr>" + "".join(f'<td{" class=missed" if c in ("MISSED", "NO") else ""}>{c}</td>' for c in row) + "</tr>"
    return f"<table>{out}</table>"


def html(target, maps, parts, design):
    acre = target["acre"]
    figures = over_size(target, design)
    figures += [distribution(target, w) for w in ("churn-16-75", "churn-64-75", "churn-4096-75", "trace-lua") if w in acre]
    figures += [memory(target, w) for w in ("ramp-64",) if w in acre]
    body = "".join(f"<figure>{f}</figure>" for f in figures)
    body += "<h2>A region under load</h2>" + under_load(maps["churn-16-75"])
    body += "<h2>The heap over time</h2>" + "".join(map_svg(m) for m in maps.values())
    body += f"<h2>The same, played: {maps['trace-lua']['workload']}</h2>" + ANIMATION % json.dumps(maps["trace-lua"])
    for title, part in parts:
        body += f"<h2>{escape_html.escape(title)}</h2>{as_html(part)}"
    return (f'<!doctype html><html lang="en"><meta charset="utf-8"><title>acre: speed and memory</title><style>{STYLE}'
            f"</style><h1>acre: speed and memory</h1><p>Written by <code>make bench</code>. Instructions are counted on "
            f"rv32imac in QEMU, call and return included.</p>{body}</html>\n")
