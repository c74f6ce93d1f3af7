"""The heat map of errors: functions by libraries and dtypes, colour the logarithm of the worst error in ulps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from softknee.support.extras import need

from .formatting import SPEC_SIGNS
from .measure import Measurement
from .run import Report
from .truth import SPECS

_INK, _FAINT, _PAPER, _NONE = "#1f2430", "#7a8190", "#ffffff", "#eef0f3"
# The colours of errors in ulps: half, one, four, a hundred, a million.
_STOPS = (
    (0.5, "#2a7f9e"), (1.0, "#8cc5c9"), (4.0, "#f6e7b0"), (100.0, "#f0a95b"), (1e4, "#d9583b"), (1e8, "#6d1030"),
)  # fmt: skip
_CELL = 0.205  # inches
_GAP = 0.5  # cells between dtypes
_SHORT = {"softknee torch": "softknee, torch", "torch_activation": "torch_activation"}


def heat_map(report: Report, path: Path) -> None:
    """Draw the map to a file: value on the left, slope on the right, a group of columns for each dtype."""
    figures, lines, colours = (need(f"matplotlib.{m}", "plot") for m in ("figure", "lines", "colors"))
    functions = list(dict.fromkeys(t.function for t in report.plan.tasks))
    dtypes = list(dict.fromkeys(t.dtype for t in report.plan.tasks))
    columns = {spec: _columns(report, dtypes, spec) for spec in SPECS}
    widths = {spec: max(columns[spec].values(), default=0.0) + 1 for spec in SPECS}
    left, right, top, bottom, between = 1.55, 0.2, 1.75, 0.95, 0.45
    across = left + sum(widths.values()) * _CELL + between + right
    across = max(across, 7.5)
    down = top + len(functions) * _CELL + bottom
    figure = figures.Figure(figsize=(across, down), facecolor=_PAPER)
    scale, map_ = _colours(colours)
    found = {(m.function, m.dtype, m.library, m.spec): m for m in report.measurements}
    start = left
    for side, spec in enumerate(SPECS):
        width = widths[spec] * _CELL
        box = (start / across, bottom / down, width / across, len(functions) * _CELL / down)
        start += width + between
        axes = figure.add_axes(box)
        _panel(axes, functions, columns[spec], found, spec, (scale, map_))
        if side == 0:
            axes.set_yticks(np.arange(len(functions)) + 0.5, functions, fontsize=7.5, color=_INK)
        else:
            axes.set_yticks([])
        axes.set_title(
            f"{'value' if spec == 'value' else 'slope'} {SPEC_SIGNS[spec]}", loc="left", fontsize=10, color=_INK, pad=94
        )
        _dtype_names(axes, columns[spec], dtypes)
    _key(figure, lines, scale, map_, across, down, left)
    figure.savefig(path, dpi=150)


def _columns(report: Report, dtypes: list[str], spec: str) -> dict[tuple[str, str], float]:
    """The place of each column, by dtype and library; columns without a measurement are left out."""
    there = {(m.dtype, m.library) for m in report.measurements if m.spec == spec}
    places: dict[tuple[str, str], float] = {}
    at = 0.0
    for dtype in dtypes:
        for library in report.plan.libraries:
            if (dtype, library) in there:
                places[dtype, library] = at
                at += 1
        at += _GAP
    return places


def _colours(colours: Any) -> tuple[Any, Any]:
    low, high = np.log10(_STOPS[0][0]), np.log10(_STOPS[-1][0])
    stops = [((np.log10(value) - low) / (high - low), colour) for value, colour in _STOPS]
    return colours.Normalize(low, high, clip=True), colours.LinearSegmentedColormap.from_list("ulps", stops)


def _panel(
    axes: Any,
    functions: list[str],
    columns: dict[tuple[str, str], float],
    found: dict[tuple[str, str, str, str], Measurement],
    spec: str,
    colours: tuple[Any, Any],
) -> None:
    scale, map_ = colours
    patches = need("matplotlib.patches", "plot")
    for row, function in enumerate(functions):
        for (dtype, library), at in columns.items():
            m = found.get((function, dtype, library, spec))
            if m is None:
                axes.plot(at + 0.5, row + 0.5, ".", color="#d5d9e0", markersize=1.5)
                continue
            value = m.worst if np.isfinite(m.worst) else 1e8
            colour = map_(scale(np.log10(max(value, 0.5))))
            axes.add_patch(patches.Rectangle((at + 0.04, row + 0.06), 0.92, 0.88, facecolor=colour, linewidth=0))
            _mark(axes, m, at + 0.5, row + 0.5, colour)
    axes.set_xlim(0, max(columns.values(), default=0) + 1)
    axes.set_ylim(len(functions), 0)
    axes.xaxis.tick_top()
    labels = [_SHORT.get(library, library) for _, library in columns]
    axes.set_xticks([at + 0.5 for at in columns.values()], labels, rotation=90, fontsize=6.5, color=_INK)
    axes.tick_params(length=0, pad=2)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _mark(axes: Any, m: Measurement, x: float, y: float, colour: Any) -> None:
    """Draw a cross where a finite input gives an outright wrong result, a ring where only an infinite one does."""
    kinds = {flaw.kind for flaw in m.outright}
    if not kinds:
        return
    dark = sum(colour[:3]) < 1.35
    ink = _PAPER if dark else _INK
    if kinds == {"end"}:
        axes.plot(x, y, "o", color=ink, markersize=3, markerfacecolor="none", markeredgewidth=0.7)
    else:
        axes.plot(x, y, "x", color=ink, markersize=4, markeredgewidth=1.1)


def _dtype_names(axes: Any, columns: dict[tuple[str, str], float], dtypes: list[str]) -> None:
    for dtype in dtypes:
        places = [at for (kind, _), at in columns.items() if kind == dtype]
        if places:
            middle, half = (places[0] + places[-1] + 1) / 2, (places[-1] + 1 - places[0]) / 2
            axes.plot([middle - half + 0.1, middle + half - 0.1], [-0.06, -0.06], color=_FAINT, linewidth=0.8)
            axes.annotate(
                dtype,
                (middle, 0),
                xytext=(0, 74),
                textcoords="offset points",
                ha="center",
                va="bottom",
                fontsize=8,
                color=_FAINT,
                annotation_clip=False,
            )


def _key(figure: Any, lines: Any, scale: Any, map_: Any, across: float, down: float, left: float) -> None:
    """Draw the key to colours and marks."""
    axes = figure.add_axes((left / across, 0.48 / down, 2.6 / across, 0.13 / down))
    axes.imshow(np.linspace(0, 1, 256)[None, :], aspect="auto", cmap=map_, extent=(scale.vmin, scale.vmax, 0, 1))
    ticks = (0.5, 4, 100, 1e4, 1e6, 1e8)
    axes.set_xticks(np.log10(ticks), ["≤ ½", "4", "100", "10⁴", "10⁶", "≥ 10⁸ ulp"], fontsize=7, color=_INK)
    axes.set_yticks([])
    axes.tick_params(length=2, color=_FAINT, pad=2)
    for spine in axes.spines.values():
        spine.set_visible(False)
    shapes = (
        ("x", 4.5, _INK, "wrong outright: 0, sign or NaN"),
        ("o", 3.5, _INK, "wrong at ±∞ only"),
        (".", 3.0, "#b5bac4", "the library has none"),
    )
    marks = [
        lines.Line2D([], [], marker=m, linestyle="", color=c, markersize=s, markerfacecolor="none", label=label)
        for m, s, c, label in shapes
    ]
    figure.legend(
        handles=marks,
        loc="lower left",
        bbox_to_anchor=((left + 2.9) / across, 0.2 / down),
        frameon=False,
        fontsize=7,
        labelcolor=_INK,
        ncols=3 if across > 9 else 1,
        handletextpad=0.2,
        columnspacing=1.2,
    )
