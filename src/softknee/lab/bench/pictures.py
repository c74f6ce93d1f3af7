"""Pictures of a run: times as multiples of a copy, and times per element against the size."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from softknee.display.picture_style import BLUE, GREEN, GRID, INK, SKY, YELLOW, style
from softknee.support.extras import need

from . import formatting
from .plan import MLP, OURS
from .results import Outcome, Result, functions_in

_STYLE = style(9.5, **{"axes.titlesize": 10.5, "ytick.labelcolor": INK})
# The marks by library: ours large and of one colour, others of several shapes and colours fit for the colour-blind.
_MARKS: dict[str, tuple[str, str, float]] = {
    "softknee": ("#c2185b", "D", 6.0),
    "softknee_out": ("#c2185b", "o", 8.0),
    "softknee_torch": ("#c2185b", "s", 6.5),
    "softknee_nodes": ("#c2185b", "p", 7.5),
    "softknee_high": ("#f48fb1", "o", 6.0),
    "torch": (BLUE, "o", 5.5),
    "compile": (SKY, "s", 5.0),
    "jax": (GREEN, "^", 5.5),
    "numpy": (YELLOW, "v", 5.5),
    "scipy": ("#8c6d1f", "P", 6.0),
    "numexpr": ("#7f7f7f", "X", 6.0),
    "onnxruntime": ("#7b4fb5", "d", 5.5),
    "torch_activation": ("#333333", "*", 7.5),
    "copy": ("#333333", "_", 8.0),
}

# The smallest number of elements in curves; below it a time is the cost of a call alone.
_FIRST = 100


def ratios(outcome: Outcome, size: int, dtype: str = "float32") -> Any:
    """A figure with a row of marks for each function: times as multiples of a copy; forward, and with backward."""
    kinds = [kind for kind in formatting.KINDS if next(outcome.of(kind=kind, size=size, dtype=dtype), None)]
    functions = [f for f in functions_in(list(outcome.of(size=size, dtype=dtype))) if f != MLP]
    figure = _figure(9.0, 1.6 + 0.3 * len(functions))
    panels = figure.subplots(1, len(kinds), squeeze=False, sharey=True)[0]
    handles: dict[str, Any] = {}
    for panel, kind in zip(panels, kinds):
        for row, function in enumerate(functions):
            found = outcome.of(kind=kind, size=size, dtype=dtype, function=function)
            for result in sorted(found, key=lambda r: r.library in OURS):
                if result.library in _MARKS and result.library != "copy":
                    handles.setdefault(result.library, _mark(panel, result.to_copy, row, result.library))
        _scale_of_ratios(panel, functions)
        panel.set_title(formatting.KINDS[kind])
        panel.set_xlabel("times as long as a copy of the same bytes")
    _legend(figure, handles)
    return figure


def _mark(panel: Any, x: float, y: float, library: str) -> Any:
    color, shape, size = _MARKS[library]
    edge = "white" if shape not in "_" else color
    return panel.plot(x, y, shape, color=color, markersize=size, markeredgecolor=edge, markeredgewidth=0.6, zorder=3)[0]


def _scale_of_ratios(panel: Any, functions: list[str]) -> None:
    ticker = need("matplotlib.ticker", "plot")
    panel.set_xscale("log")
    panel.xaxis.set_major_locator(ticker.LogLocator(subs=(1.0, 2.0, 5.0)))
    panel.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    panel.xaxis.set_minor_locator(ticker.NullLocator())
    panel.set_yticks(range(len(functions)), functions)
    panel.set_ylim(len(functions) - 0.4, -0.6)
    panel.tick_params(axis="y", length=0)
    panel.grid(axis="both", color=GRID, linewidth=0.7)
    panel.axvline(1, color=INK, linewidth=1.1, zorder=1)
    panel.spines["left"].set_visible(False)


def curves(outcome: Outcome, functions: Iterable[str], dtype: str = "float32") -> Any:
    """A figure with a panel for each function: nanoseconds per element against the size; a level line is linear
    cost.
    """
    shown = list(functions)
    figure = _figure(9.0, 3.0)
    panels = figure.subplots(1, len(shown), squeeze=False, sharey=True, sharex=True)[0]
    handles: dict[str, Any] = {}
    for panel, function in zip(panels, shown):
        for library in ("copy", "torch", "softknee_torch", "softknee_out"):
            found = outcome.of(function=function, library=library, dtype=dtype, kind="forward")
            points = sorted((r for r in found if r.size >= _FIRST), key=_size)
            if points:
                handles.setdefault(library, _line(panel, points, library))
        panel.set_xscale("log")
        panel.set_yscale("log")
        panel.xaxis.set_major_locator(need("matplotlib.ticker", "plot").LogLocator(subs=(1.0,), numticks=12))
        panel.yaxis.set_major_formatter(lambda value, _: f"{value:,.4g}")
        panel.grid(color=GRID, linewidth=0.7)
        panel.set_title(function)
        panel.set_xlabel("elements")
    panels[0].set_ylabel("ns per element")
    _legend(figure, dict(reversed(handles.items())))
    return figure


def _size(result: Result) -> int:
    return result.size


def _line(panel: Any, points: list[Result], library: str) -> Any:
    color, shape, size = _MARKS[library]
    if library == "copy":
        shape, size = "", 0.0
    style = {"softknee_torch": "--", "copy": ":"}.get(library, "-")
    x, y = [r.size for r in points], [r.nanoseconds for r in points]
    return panel.plot(
        x, y, style + shape, color=color, linewidth=1.6, markersize=size * 0.7, markeredgecolor="white", zorder=3
    )[0]


def _figure(width: float, height: float) -> Any:
    return need("matplotlib.figure", "plot").Figure(figsize=(width, height), layout="constrained")


def _legend(figure: Any, handles: dict[str, Any]) -> None:
    order = [library for library in formatting.LABELS if library in handles]
    figure.legend(
        [handles[library] for library in order],
        [formatting.LABELS[library] for library in order],
        loc="outside upper center",
        ncols=5,
        frameon=False,
        handletextpad=0.4,
        columnspacing=1.4,
    )


def draw(outcome: Outcome, folder: Path, ending: str) -> list[Path]:
    """Write the pictures for which there are enough results, and give their paths; `ending` is png or svg."""
    written = []
    with need("matplotlib", "plot").rc_context(_STYLE):
        sizes = {r.size for r in outcome.of(dtype="float32") if r.function != MLP}
        if sizes:
            size = min(sizes, key=lambda size: abs(size - 1_000_000))
            written.append(_save(ratios(outcome, size), folder / f"speed-ratios.{ending}"))
        grown = [f for f in functions_in(outcome.results) if len(_sizes(outcome, f)) > 4]
        if grown:
            written.append(_save(curves(outcome, grown[:4]), folder / f"speed-curves.{ending}"))
    return written


def _sizes(outcome: Outcome, function: str) -> set[int]:
    """The sizes measured beyond a call's bare overhead."""
    found = outcome.of(function=function, library="softknee_out", dtype="float32", kind="forward")
    return {r.size for r in found if r.size >= _FIRST}


def _save(figure: Any, path: Path) -> Path:
    figure.savefig(path, dpi=150, metadata={"Date": None} if path.suffix == ".svg" else None)
    return path
