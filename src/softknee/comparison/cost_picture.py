"""The report's picture of scores against the time and the memory of a training step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import isfinite

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from softknee.display.standalone import ACCENT, FAINT, GRID, INK, svg

from . import formatting
from .analyse import Row
from .pictures import PLAIN, WIDTH, percent
from .problem import Problem

_TALL = 3.2
# Sizes of labels, in the figure's pixels: the width of a letter, the height of a line, the distance from the dot.
_LETTER, _LINE, _OFF = 6.2, 11.0, 6.0


@dataclass(frozen=True)
class _Dot:
    name: str
    cost: float
    score: float
    leads: bool


def costs(problem: Problem, rows: Sequence[Row]) -> str:
    """The picture of a task's scores against both costs, as SVG; "" where fewer than two activations have both
    costs.
    """
    shown = [row for row in rows if isfinite(row.score) and row.step_seconds > 0 and row.peak_bytes > 0]
    if len(shown) < 2:
        return ""
    with mpl.rc_context(PLAIN):
        figure = Figure(figsize=(WIDTH, _TALL))
        panels = figure.subplots(1, 2, sharey=True)
        figure.subplots_adjust(left=0.075, right=0.99, bottom=0.46 / _TALL, top=0.98, wspace=0.08)
        sides = [
            [_Dot(row.activation, row.step_seconds * 1e3, row.score, row.leads) for row in shown],
            [_Dot(row.activation, row.peak_bytes / 1e6, row.score, row.leads) for row in shown],
        ]
        for panel, dots, about in zip(panels, sides, ("time of a step, ms", "memory of a step, MB")):
            panel.margins(0.1, 0.14)
            panel.set_xlabel(about)
            best = _front(dots, problem.metric.sign)
            panel.plot([dot.cost for dot in best], [dot.score for dot in best], color=GRID, linewidth=1, zorder=1)
            for dot in dots:
                panel.scatter([dot.cost], [dot.score], s=16, color=ACCENT if dot.leads else FAINT, zorder=2)
        panels[0].set_ylabel(formatting.metric(problem.metric))
        if problem.metric.percent:
            panels[0].yaxis.set_major_formatter(percent)
        figure.draw_without_rendering()  # fixes the dots' places, which the labels need
        for panel, dots in zip(panels, sides):
            _label(panel, sorted(dots, key=lambda dot: dot not in _front(dots, problem.metric.sign)))
        return svg(figure, f"{problem.name}-costs", f"{escape(problem.metric.name)} against time and memory of a step")


def _front(dots: Sequence[_Dot], sign: int) -> list[_Dot]:
    """The dots than which no other is both cheaper and better, the cheapest first."""
    found: list[_Dot] = []
    for dot in sorted(dots, key=lambda dot: (dot.cost, -sign * dot.score)):
        if not found or sign * dot.score > sign * found[-1].score:
            found.append(dot)
    return found


def _label(panel: Axes, dots: Sequence[_Dot]) -> None:
    """Write names beside their dots, first ones first; a name without room is left out, as the table has it."""
    places = [panel.transData.transform((dot.cost, dot.score)) for dot in dots]
    taken = [Bbox.from_bounds(x - 3, y - 3, 6, 6) for x, y in places]
    for dot, (x, y) in zip(dots, places):
        wide = _LETTER * len(dot.name)
        for left, middle, align in (
            (x + _OFF, y, "left"),
            (x - _OFF - wide, y, "right"),
            (x - wide / 2, y + _LINE, "center"),
            (x - wide / 2, y - _LINE, "center"),
        ):
            box = Bbox.from_bounds(left, middle - _LINE / 2, wide, _LINE)
            inside = panel.bbox.x0 <= box.x0 and box.x1 <= panel.bbox.x1
            if inside and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                at = {"left": left, "right": left + wide, "center": left + wide / 2}[align]
                x_text, y_text = panel.transData.inverted().transform((at, middle))
                panel.text(x_text, y_text, dot.name, ha=align, va="center", color=INK, fontsize=8)
                break
