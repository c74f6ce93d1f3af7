"""The report's pictures of curves, scores and functions, by matplotlib as SVG in the page's light or dark colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from math import ceil, isfinite
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from softknee.display.standalone import ACCENT, FAINT, GRID, INK, STYLE, WARM, svg

from .analyse import Row, finished
from .choice import Choice, call
from .problem import Problem
from .result import Result

_ACROSS = 5
WIDTH = 10.0
# The number of letters that fit above a panel, and the number beyond which a name is cut.
_FITS, _LONGEST = 24, 36
# In names and labels a dollar sign begins no formula.
PLAIN: Any = {**STYLE, "text.parse_math": False}
# The range of x in pictures of functions, wide enough to see relu6 level off.
_SHOWN = (-4.0, 8.0)


def _grid(count: int, height: float) -> tuple[Figure, list[Axes]]:
    """A figure with `count` panels that share their axes; `height` is a panel's, in inches."""
    across = min(_ACROSS, max(3, count))
    down = ceil(count / across)
    tall = height * down + 0.3
    figure = Figure(figsize=(WIDTH, tall))
    axes = figure.subplots(down, across, squeeze=False, sharex=True, sharey=True)
    # Fixed margins: matplotlib's layout engine would take longer than all the rest of the report.
    figure.subplots_adjust(left=0.045, right=0.995, bottom=0.25 / tall, top=1 - 0.25 / tall, wspace=0.1, hspace=0.28)
    panels = list(axes.flat)
    for empty in panels[count:]:
        empty.set_visible(False)
    for panel in panels[max(0, count - across) : count]:
        panel.tick_params(labelbottom=True)
    return figure, panels[:count]


def learning_curves(problem: Problem, rows: Sequence[Row], results: Sequence[Result], of: str) -> str:
    """The curves of a task by epoch: a panel for each activation with its mean and band over seeds, the others in grey.

    `of` is "validation" or "train_loss". "" where no run has a curve.
    """
    curves = {row.activation: _curves(row, results, of) for row in rows}
    curves = {name: found for name, found in curves.items() if found.size}
    if not curves:
        return ""
    metric = problem.metric.name if of == "validation" else "training loss"
    with mpl.rc_context(PLAIN):
        figure, panels = _grid(len(curves), 1.5)
        means = {name: found.mean(axis=0) for name, found in curves.items()}
        for panel, (name, found) in zip(panels, curves.items()):
            others = [np.column_stack([_epochs(mean), mean]) for other, mean in means.items() if other != name]
            panel.add_collection(LineCollection(others, colors=GRID, linewidths=0.7, zorder=1))
            epochs = _epochs(means[name])
            if len(found) > 1:
                band = found.min(axis=0), found.max(axis=0)
                panel.fill_between(epochs, *band, color=ACCENT, alpha=0.2, linewidth=0, zorder=2)
            panel.plot(epochs, means[name], color=ACCENT, linewidth=1.6, zorder=3)
            _name(panel, name)
        _fit(panels[0], problem, list(means.values()), of)
        return svg(figure, f"{problem.name}-{of}", f"{escape(metric)} by epoch, one panel per activation")


def _name(panel: Axes, name: str) -> None:
    """Set the panel's title, smaller where it would reach the next one's."""
    shown = _cut(name)
    panel.set_title(shown, color=INK, fontsize=min(9.0, 9.0 * _FITS / len(shown)))


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def percent(value: float, _: object) -> str:
    """A share from 0 to 1 as text in percent, for matplotlib's axes."""
    return f"{value * 100:.4g} %".replace("-", "−")


def _curves(row: Row, results: Sequence[Result], of: str) -> np.ndarray[Any, Any]:
    kept = [r for r in results if (r.task, r.activation) == (row.task, row.activation) and finished(r)]
    values = [getattr(result, of) for result in kept]
    # A user's own training may end early: the curves are shown as far as all go.
    shortest = min(map(len, values), default=0)
    return np.array([each[:shortest] for each in values])


def _epochs(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.arange(1, len(values) + 1)


def _fit(panel: Axes, problem: Problem, means: Sequence[np.ndarray[Any, Any]], of: str) -> None:
    """Set the range of the vertical axis so that differences show; a bad first epoch may leave the picture."""
    if of == "train_loss":
        positive = [mean[mean > 0] for mean in means]
        panel.set_yscale("log")
        panel.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        panel.yaxis.set_minor_locator(NullLocator())
        panel.set_ylim(min(each.min() for each in positive if each.size) / 1.3, max(m.max() for m in means) * 1.3)
        return
    everything = problem.metric.sign * np.concatenate(means)
    low, high = sorted((problem.metric.sign * np.quantile(everything, 0.1), problem.metric.sign * everything.max()))
    margin = 0.08 * (high - low) or 0.01
    panel.set_ylim(low - margin, high + margin)
    if problem.metric.percent:
        panel.yaxis.set_major_formatter(percent)


def intervals(problem: Problem, rows: Sequence[Row], results: Sequence[Result]) -> str:
    """The mean scores of a task with their 95% intervals, and each seed's score as a tick."""
    shown = [row for row in rows if isfinite(row.score)]
    if not shown:
        return ""
    with mpl.rc_context(PLAIN):
        tall = 0.24 * len(shown) + 0.4
        figure = Figure(figsize=(WIDTH, tall))
        names = [_cut(row.activation) for row in shown]
        left = 0.05 + 0.0075 * max(map(len, names))
        axes = figure.add_axes((left, 0.33 / tall, 0.98 - left, 1 - 0.36 / tall))
        for at, row in enumerate(shown):
            colour = ACCENT if row.leads else FAINT
            values = [
                r.score for r in results if (r.task, r.activation) == (problem.name, row.activation) and finished(r)
            ]
            if isfinite(row.low):
                axes.plot((row.low, row.high), (at, at), color=colour, linewidth=1.3)
            axes.scatter(values, [at] * len(values), s=34, color=FAINT, marker="|", linewidths=1)
            axes.scatter([row.score], [at], s=24, color=colour)
        axes.set_yticks(range(len(shown)), names)
        axes.tick_params(axis="y", length=0, labelcolor=INK, labelsize=9)
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.grid(axis="x", color=GRID, linewidth=0.5)
        axes.set_axisbelow(True)
        axes.spines["left"].set_visible(False)
        if problem.metric.percent:
            axes.xaxis.set_major_formatter(percent)
            axes.set_xlim(right=min(axes.get_xlim()[1], 1.0 + 0.01 * (1.0 - axes.get_xlim()[0])))
        return svg(figure, f"{problem.name}-intervals", f"{escape(problem.metric.name)} with 95% intervals")


def functions(choices: Sequence[Choice]) -> str:
    """The activations and their slopes, one panel each."""
    x = np.linspace(*_SHOWN, 241)
    with mpl.rc_context(PLAIN):
        figure, panels = _grid(len(choices), 1.6)
        for panel, choice in zip(panels, choices):
            panel.axhline(0, color=GRID, linewidth=0.7)
            panel.axvline(0, color=GRID, linewidth=0.7)
            value, slope = _profile(choice, x)
            for values, colour, width in ((_broken(x, slope), WARM, 1.2), (value, ACCENT, 1.7)):
                panel.plot(x, values, color=colour, linewidth=width)
            _name(panel, choice.label)
        panels[0].set_xlim(*_SHOWN)
        panels[0].set_xticks([-4, 0, 4, 8])
        panels[0].set_ylim(-2.6, 6.6)
        return svg(figure, "functions", "The functions and their slopes, one panel each")


def _profile(choice: Choice, x: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The first output as a function of one input, and its slope.

    For a gate the other half is 1; for a function along an axis the other elements are 0.
    """
    function, parameters = choice.function, choice.parameters
    derivative: Callable[..., Any] | None = getattr(function, "derivative", None)
    if derivative is not None:
        if len(getattr(function.definition, "inputs", ("x",))) == 2:
            pair = np.stack([np.ones_like(x), x], axis=1)
            value = np.asarray(call(function, parameters, pair))[:, 0]
            return value, np.asarray(derivative(pair, axis=1, **parameters)[1])[:, 0]
        return np.asarray(function(x, **parameters)), np.asarray(derivative(x, **parameters))  # type: ignore[operator]
    beside = np.zeros((len(x), parameters.get("pool_size", 2), 1, 1))
    beside[:, 0, 0, 0] = x
    value = np.asarray(call(function, parameters, beside))[:, 0, 0, 0]
    return value, np.gradient(value, x)


def _broken(x: np.ndarray[Any, Any], slope: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The slope with NaN where it jumps, so that no line is drawn through the jump."""
    jumps = np.abs(np.diff(slope)) > 6 * (x[1] - x[0])
    return np.where(np.append(jumps, False), np.nan, slope)
