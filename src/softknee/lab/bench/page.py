"""The page docs/speed.md with its pictures, written from the results of a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import nan
from pathlib import Path

from softknee.lab.peers.table import PEERS

from . import formatting
from .pictures import draw
from .plan import COPIES, DTYPES, MLP, OVERHEAD_SIZE
from .results import Outcome, Result, functions_in, is_peer, ratio_headings, ratios
from .worker_pool import FAMILIES

_ABOUT = """\
---
hide: [navigation]
---

# Speed

Written by `{command}`: {machine}, {threads}, {date}. {versions}.{busy}

## What is measured

All contestants of a row take turns on the same input in one run: a turn is as many calls as fill some milliseconds,
after a few that do not count, the order changes with every round, and what is shown is the median over the rounds.
Ratios are medians of the ratios within a round. {processes} share a process; each of the others has its own. A process
is stopped (SIGSTOP) while another has its turn: threads that poll for work, as those of most libraries do for a while
after a call, would take its cores. How a library waits is left as people have it. The input is normal with standard
deviation {scale:g}. Each library has {threads}. Functions are called as people call them, which gives a fresh array,
except:

- *softknee NumPy, out=* writes into an existing array; *ONNX Runtime* runs a model of one node with bound output.
- *copy* is torch's copy of the same bytes into existing memory, with the same threads; *copy, one thread* `np.copyto`.
- *torch.compile* compiles the function alone, for this very size; *jax.jit* is waited for.
- *forward + backward* is `y = f(x); y.backward(g)` with `x.grad` dropped before, for jax one compiled function of value
  and gradient.
- *softknee torch, C++ nodes* is softknee in torch after `softknee.load_torch_extension()`.
- *softknee NumPy, out=, high* computes after `softknee.set_float32_precision("high")`: within 4 ulp instead of one.
- *ours* in the ratios is the fastest of softknee's columns but *high*, which has a ratio of its own.

Who is faster than ours where there is an exponential pays with digits: [accuracy](accuracy.md) has the errors of all.

What the machine does besides falls on all alike, but figures of one run should not be held against those of another.
"""

_BUSY = """

!!! warning
    Other programs were running (load average {load} before the run): take these figures for a rough impression, and run
    the command again on a quiet machine."""

_GPU = """\
## Accelerators

No accelerator was at hand for this run: these figures are about CPUs, and nothing is claimed about anything else.
"""


def write(outcome: Outcome, docs: Path) -> list[Path]:
    """Write speed.md and its pictures into the folder of the docs, and give their paths."""
    images = docs / "images"
    images.mkdir(exist_ok=True)
    pictures = draw(outcome, images, "svg")
    page = docs / "speed.md"
    page.write_text(text(outcome, [path.name for path in pictures]), encoding="utf-8")
    return [page, *pictures]


def text(outcome: Outcome, pictures: Sequence[str]) -> str:
    """The page in Markdown, with pictures of these names."""
    parts = [_head(outcome)]
    parts += [f"![{_ALT[name.split('.')[0]]}](images/{name})\n" for name in pictures if "ratios" in name]
    large = [r for r in outcome.results if r.dtype == "float32" and r.size > 100 and r.function != MLP]
    in_grid = {r.size for r in large if len({o.library for o in large if o.size == r.size and is_peer(o.library)}) > 1}
    for kind, label in formatting.KINDS.items():
        sizes = sorted({r.size for r in large if r.kind == kind and r.size in in_grid}, reverse=True)
        if sizes:
            parts.append(f"## float32, {label}\n")
        for size in sizes:
            rows = list(outcome.of(kind=kind, dtype="float32", size=size))
            parts.append(f"### {formatting.count(size)} elements, ns per element\n\n{_table(rows, per_call=False)}")
    parts += _mlp(outcome)
    parts += _dtypes(outcome)
    parts += _overhead(outcome)
    parts += [f"{_CURVES}\n![{_ALT['speed-curves']}](images/{name})\n" for name in pictures if "curves" in name]
    parts += [_GPU, _spellings(outcome)]
    return "\n".join(parts)


_ALT = {
    "speed-ratios": "Time of each function in each library as a multiple of a copy",
    "speed-curves": "Time per element against the number of elements",
}
_CURVES = """\
## How the cost grows

Time per element: where the line is level, the cost is linear.
"""


def _head(outcome: Outcome) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in outcome.machine.versions.items())
    threads = "one thread" if outcome.threads == 1 else f"{outcome.threads} threads"
    about = outcome.machine
    return _ABOUT.format(
        command=outcome.command,
        processes="; ".join(formatting.listed(family) for family in FAMILIES if len(family) > 1),
        busy=_BUSY.format(load=about.load) if about.is_busy else "",
        machine=about.title,
        threads=threads,
        date=about.date,
        versions=versions,
        scale=outcome.scale,
    )


def _table(rows: Sequence[Result], *, per_call: bool) -> str:
    """The table with a row for each function: a time for each library, and the ratios of ours."""
    rows = [r for r in rows if r.function != MLP]
    present = {r.library for r in rows}
    libraries = [library for library in formatting.LABELS if library in present]
    last = ratio_headings(present)
    headings = ["", *last, *(formatting.LABELS[library] for library in libraries)]
    lines = []
    for function in functions_in(rows):
        of = {r.library: r for r in rows if r.function == function}
        fastest = min(r.median for r in of.values() if r.library not in COPIES)
        cells = []
        for library in libraries:
            found = of.get(library)
            value = formatting.NONE if found is None else _time(found, per_call=per_call)
            cells.append(f"**{value}**" if found is not None and found.median == fastest else value)
        shown = ratios(of)
        lines.append([f"`{function}`", *(formatting.number(shown.get(name, nan)) for name in last), *cells])
    return markdown(headings, lines)


def _time(result: Result, *, per_call: bool) -> str:
    return formatting.number(result.median * 1e6 if per_call else result.nanoseconds)


def _mlp(outcome: Outcome) -> list[str]:
    found = {r.library: r for r in outcome.of(function=MLP)}
    if not found:
        return []
    rows = [
        [formatting.LABELS[library], formatting.seconds(r.median), formatting.number(r.to_peer)]
        for library, r in found.items()
    ]
    names = {"softknee torch": "`softknee.nn.GELU`", "torch eager": "`torch.nn.GELU`"}
    rows = [[names[row[0]], *row[1:]] for row in rows]
    about = "Linear, gelu, Linear under `torch.compile`, forward and backward: softknee's functions fuse with their"
    return [f"## Compiled MLP\n\n{about} neighbours.\n\n{markdown(['gelu', 'one step', 'ratio'], rows)}"]


def _dtypes(outcome: Outcome) -> list[str]:
    sizes = {t: {r.size for r in outcome.of(dtype=t, kind="forward")} for t in DTYPES}
    common = set.intersection(*sizes.values())
    if not common:
        return []
    size = max(common)
    libraries = ("softknee_out", "softknee_torch", "torch", "copy")
    lines = []
    for function in functions_in(list(outcome.of(size=size, kind="forward"))):
        cells = []
        for t in DTYPES:
            about = {"function": function, "dtype": t, "size": size, "kind": "forward"}
            found = [outcome.one(library=library, **about) for library in libraries]
            cells.append(" · ".join(formatting.NONE if r is None else formatting.number(r.nanoseconds) for r in found))
        lines.append([f"`{function}`", *cells])
    order = " · ".join(formatting.LABELS[library] for library in libraries)
    about_it = f"Forward, {formatting.count(size)} elements, ns per element: {order}."
    return [f"## By dtype\n\n{about_it}\n\n{markdown(['', *DTYPES], lines)}"]


def _overhead(outcome: Outcome) -> list[str]:
    parts = []
    for kind, label in formatting.KINDS.items():
        rows = [r for r in outcome.of(kind=kind, dtype="float32") if r.size <= OVERHEAD_SIZE]
        if rows:
            parts.append(f"{label.capitalize()}, µs per call.\n\n{_table(rows, per_call=True)}")
    heading = "## What a call costs\n\nTen elements: nothing but the way there and back.\n"
    return [heading, *parts] if parts else []


def _spellings(outcome: Outcome) -> str:
    measured = functions_in(outcome.results)
    libraries = list(dict.fromkeys(library for name in measured for library in PEERS.get(name, {})))
    rows = [
        [
            f"`{name}`",
            *(f"`{PEERS[name][library]}`" if library in PEERS[name] else formatting.NONE for library in libraries),
        ]
        for name in measured
        if name in PEERS
    ]
    table = markdown(["", *(formatting.LABELS[library] for library in libraries)], rows)
    return f"## How the others are called\n\n{table}"


def markdown(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the columns after the first are aligned to the right.

    >>> print(markdown(["", "a"], [["x", "1"]]))
    |  | a |
    |:--|--:|
    | x | 1 |
    <BLANKLINE>
    """
    lines = [f"| {' | '.join(headings)} |", f"|:--{'|--:' * (len(headings) - 1)}|"]
    lines += [f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"
