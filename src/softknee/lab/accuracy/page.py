"""The page docs/accuracy.md with its picture, written by `softknee accuracy --docs docs/accuracy.md`."""

from __future__ import annotations

import platform
from pathlib import Path
from statistics import median

from . import formatting
from .libraries import OWN
from .measure import KINDS, Measurement
from .pictures import heat_map
from .run import Report
from .truth import SPECS

_PICTURE = Path("images") / "accuracy.png"

_INTRO = """\
# Accuracy

How far off values and slopes are, in this library and in others. An error is measured in *ulps*: |computed − exact|
divided by the distance between neighbouring numbers of the dtype at the exact result, below the normal range the
distance of the subnormal numbers. An ideal function has ½.

This page is written by

```console
$ {command}
```

on {day}, Python {python} on {machine}, with {versions}."""

_METHOD = """\
## How it is measured

float16 and bfloat16 over all their finite numbers. float32 and float64 over {points:,} numbers: a quarter of them
spread evenly over all bit patterns, so over all binades and both signs, the others log-uniform, normal and uniform
where functions do something; the neighbourhoods of every kink, of the roots of f and f′ and of the places where
exponentials end; then three rounds of search among the bit patterns around the worst. The seed is {seed}.

The truth is the textbook definition (not the kernel that is computed), or its derivative by the table of ops. It is
evaluated in long double by the C library's elementary functions, with a running bound of the error of each element;
where that bound is more than a small part of an ulp, and for the worst points of float64, by the oracle: mpmath, the
precision doubling until two results agree ([numbers](guide/numbers.md)). Neither shares any arithmetic with the
library's own kernels.

The slope is what the library's own differentiation gives: `derivative` here, `backward()` in torch, `jax.vjp` in JAX;
SciPy and onnxruntime give none. At kinks peers follow their own conventions and are not judged. All functions are
called at their default parameters.

Points that are wrong outright are counted, not measured in ulps:
"""

_FLUSHED = """\
*flushed* ({meaning}) is measured, too, and stands in the CSV, but is not called wrong outright: XLA and some kernels of
torch treat subnormal numbers as 0 by intent."""

_GLANCE = """\
For each library and dtype: how many functions of the catalogue it has, the median and the worst of their largest errors
in ulps, and how many functions are wrong outright at some finite number."""

_CELLS = "Value / slope; **{cross}** marks what is wrong outright at some finite number."

_FLAWS = """\
One row for each function, dtype, spec and kind: at how many points of those measured, and the most ordinary of them."""


def write(report: Report, path: Path) -> None:
    """Write the page to `path` and its picture to the folder images beside it; raises OSError."""
    picture = path.parent / _PICTURE
    picture.parent.mkdir(parents=True, exist_ok=True)
    heat_map(report, picture)
    path.write_text(markdown(report), encoding="utf-8")


def markdown(report: Report) -> str:
    """The page in Markdown."""
    peers = [name for name in report.plan.libraries if name not in OWN]
    measured = f"--peers {','.join(peers)} " if peers else ""
    command = f"softknee accuracy {measured}--docs docs/accuracy.md"
    task = report.plan.tasks[0]
    versions = ", ".join(f"{name} {of}" for name, of in report.versions.items() if name != "softknee torch")
    machine = f"{platform.system()} {platform.machine()}"
    intro = _INTRO.format(
        command=command, day=report.day, python=platform.python_version(), machine=machine, versions=versions
    )
    kinds = "\n".join(
        f"- **{formatting.SHORT[kind]}**: {meaning}" for kind, meaning in KINDS.items() if kind != "flushed"
    )
    parts = [
        intro,
        "## All at a glance",
        f"![Worst errors of all functions in all libraries]({_PICTURE.as_posix()})",
        _glance(report),
        _METHOD.format(points=task.points, seed=task.seed) + "\n" + kinds,
        _FLUSHED.format(meaning=KINDS["flushed"]),
        *_tables(report),
        "## What is wrong outright",
        *_wrong(report),
    ]
    return "\n\n".join(parts) + "\n"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _table(headings: list[str], rows: list[list[str]], right: int = 1) -> str:
    """A Markdown table whose columns from `right` on are flushed right."""
    rule = ["---" if at < right else "---:" for at in range(len(headings))]
    return "\n".join([_row(headings), _row(rule), *(_row(row) for row in rows)])


def _glance(report: Report) -> str:
    """The table with a row for each library and dtype."""
    rows = []
    for library in report.plan.libraries:
        for dtype in dict.fromkeys(t.dtype for t in report.plan.tasks):
            cells = [library, dtype]
            for spec in SPECS:
                of = [m for m in report.measurements if (m.library, m.dtype, m.spec) == (library, dtype, spec)]
                errors = [m.worst for m in of if m.worst == m.worst]
                wrong = sum(bool([f for f in m.outright if f.kind != "end"]) for m in of)
                if errors:
                    cells += [str(len(of)), formatting.ulps(median(errors)), formatting.ulps(max(errors)), str(wrong)]
                else:
                    cells += [formatting.NONE] * 4
            if cells[2:] != [formatting.NONE] * 8:
                rows.append(cells)
    headings = ["library", "dtype"]
    for sign in formatting.SPEC_SIGNS.values():
        headings += [f"{sign}: functions", "median", "worst", "wrong"]
    return f"{_GLANCE}\n\n{_table(headings, rows, 2)}"


def _tables(report: Report) -> list[str]:
    parts = ["## Largest errors in ulps", _CELLS.format(cross=formatting.CROSS)]
    there = {(m.function, m.dtype, m.library, m.spec): m for m in report.measurements}
    functions = list(dict.fromkeys(t.function for t in report.plan.tasks))
    for dtype in dict.fromkeys(t.dtype for t in report.plan.tasks):
        measured = {m.library for m in report.measurements if m.dtype == dtype}
        libraries = [name for name in report.plan.libraries if name in measured]
        rows = []
        for function in functions:
            cells = [" / ".join(_cell(there.get((function, dtype, n, spec))) for spec in SPECS) for n in libraries]
            empty = " / ".join([formatting.NONE] * len(SPECS))
            rows.append([f"[`{function}`](catalogue/{function}.md)", *("" if c == empty else c for c in cells)])
        parts += [f"### {dtype}", _table(["function", *libraries], rows)]
    return parts


def _cell(m: Measurement | None) -> str:
    if m is None:
        return formatting.NONE
    wrong = any(flaw.kind != "end" for flaw in m.outright)
    return f"{formatting.ulps(m.worst)}{f' **{formatting.CROSS}**' if wrong else ''}"


def _wrong(report: Report) -> list[str]:
    """The flaws, each with an example, by library in blocks that fold."""
    parts = [_FLAWS]
    for library in report.plan.libraries:
        rows = [
            [
                f"`{m.function}`",
                m.dtype,
                formatting.SPEC_SIGNS[m.spec],
                formatting.SHORT[flaw.kind],
                "" if flaw.kind == "end" else str(flaw.count),
                f"{flaw.at:.6g}",
                f"{flaw.computed:.4g}",
                f"{flaw.exact:.4g}",
            ]
            for m in report.measurements
            if m.library == library
            for flaw in m.outright
        ]
        if not rows:
            parts.append(f"**{library}:** nothing.")
            continue
        headings = ["function", "dtype", "spec", "what", "points", "x", "computed", "exact"]
        table = _table(headings, rows, 4)
        indented = "\n".join(f"    {line}" for line in table.splitlines())
        parts.append(f'??? note "{library}: {len(rows)}"\n\n{indented}')
    return parts
