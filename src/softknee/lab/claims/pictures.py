"""A claim's picture: the measurements, and below them the effects with intervals against the smallest that matters."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from io import StringIO
from math import ceil, isfinite, log2
from textwrap import wrap
from typing import Any
from unicodedata import east_asian_width

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from softknee.display.picture_style import BLUE, FAINT, GREEN, GRID, INK, ORANGE, PINK, SKY, YELLOW, style

from . import formatting
from .bilingual import Language, Text
from .claim import Unit
from .evidence import Line, Panel
from .run import Record
from .verdict import PartVerdict, Word

# A legend has an opaque frame, as lines may run below it.
_STYLE: Any = style(9, **{
    "xtick.labelsize": 8, "ytick.labelsize": 8, "legend.fontsize": 8, "legend.frameon": True,
    "legend.edgecolor": "none", "legend.framealpha": 0.85,
})  # fmt: skip
_LINES = (BLUE, ORANGE, GREEN, PINK, YELLOW, SKY, "#7f7f7f", "#333333")
# The colour and the shape of each verdict.
_WORDS: dict[Word, tuple[str, str]] = {
    "holds": (BLUE, "o"),
    "does not hold": (ORANGE, "s"),
    "cannot be told": ("#8a909c", "D"),
}
_WIDE = 7.6  # inches, as are all sizes that follow
_ROW, _HEAD, _FOOT = 0.19, 0.3, 0.34
_SMALL = 0.15  # a line of what was measured, below a part's statement
_PANEL = 1.97  # the height of a panel without the labels below
_LEGEND = 1.5  # the width of a legend beside a single panel
_FORESTS = 4.4  # the largest width of labels
_EFFECT = (
    Text("● holds   ■ does not hold   ◆ cannot be told", "● 成立   ■ 不成立   ◆ 无法判断"),
    Text(
        "Means with 95 % intervals over seeds; dashed: the smallest effect that matters; shaded: the side of the claim",
        "均值与 95% 区间；虚线：有意义的最小效应；阴影：断言一侧",
    ),
)
_NONE = Text("no seed gave a number", "没有种子给出数值")


def svg(record: Record, language: Language) -> str:
    """The picture of a record as an SVG file."""
    with mpl.rc_context({**_STYLE, "svg.hashsalt": record.claim.name}), warnings.catch_warnings():
        # Chinese is drawn by the reader's fonts, so that matplotlib's need no glyphs.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure = drawn(record, language)
        buffer = StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    return "\n".join(line.rstrip() for line in text[text.index("<svg") :].splitlines()) + "\n"


def drawn(record: Record, language: Language) -> Figure:
    """The picture of a record as a figure, in the style that is set."""
    panels, parts = record.evidence.panels, record.verdict.parts
    across = min(3, len(panels)) if len(panels) != 4 else 2
    lines = [panels[at : at + across] for at in range(0, len(panels), across)]
    feet = [max(map(_foot, line)) for line in lines]
    measured = [_wrapped(part.part.measured.in_(language)) for part in parts]
    heights = [_HEAD + _SMALL * len(text) + _FOOT + _ROW * len(part.judged) for part, text in zip(parts, measured)]
    tall = sum(_PANEL + foot for foot in feet) + sum(heights) + 0.2 + _SMALL * len(_EFFECT)
    figure = Figure(figsize=(_WIDE, tall))
    top = tall
    for line, foot in zip(lines, feet):
        _row_of_panels(figure, line, across, top, language)
        top -= _PANEL + foot
    labels = [[formatting.condition(one.effect.condition, language) for one in part.judged] for part in parts]
    left = min(_FORESTS, 0.25 + 0.066 * max(_length(label) for each in labels for label in each))
    for part, named, text, height in zip(parts, labels, measured, heights, strict=True):
        statement = part.part.statement.in_(language)
        figure.text(0.1 / _WIDE, (top - 0.2) / tall, statement, weight="bold", size=9.5)
        for at, each in enumerate(text):
            figure.text(0.1 / _WIDE, (top - 0.2 - _SMALL * (at + 1)) / tall, each, size=7.5, color=FAINT)
        high = _ROW * len(named)
        axes = figure.add_axes((left / _WIDE, (top - height + _FOOT) / tall, (_WIDE - left - 0.2) / _WIDE, high / tall))
        _forest(axes, part, named, language)
        top -= height
    for at, said in enumerate(reversed(_EFFECT)):
        figure.text(0.1 / _WIDE, (0.06 + _SMALL * at) / tall, said.in_(language), size=7.5, color=FAINT)
    return figure


def _row_of_panels(figure: Figure, panels: Sequence[Panel], across: int, top: float, language: Language) -> None:
    """Draw panels side by side; a vertical label that all share is written once."""
    tall = figure.get_figheight()
    each = _WIDE / across
    is_alone = across == 1
    for at, panel in enumerate(panels):
        wide = each - 0.84 - (_LEGEND if is_alone else 0)
        box = (at * each + 0.72, top - _PANEL + 0.12, wide, _PANEL - 0.42)
        axes = figure.add_axes((box[0] / _WIDE, box[1] / tall, box[2] / _WIDE, box[3] / tall))
        _draw(axes, panel, language, is_alone)
        is_named = panel.y == panel.title or (at > 0 and panel.y == panels[at - 1].y)
        if not is_named:
            axes.text(-0.6 / wide, 0.5, formatting.word(panel.y, language), rotation=90, ha="center", va="center",
                      transform=axes.transAxes, color=FAINT, size=8)  # fmt: skip


def _foot(panel: Panel) -> float:
    """The height of the labels below a panel, in inches."""
    if not _is_slanted(panel):
        return 0.38
    return 0.2 + 0.026 * max(map(len, panel.ticks))


def _length(text: str) -> float:
    """The width of a text in Latin characters; Chinese ones count double."""
    return sum(1.75 if east_asian_width(each) in "WF" else 1.0 for each in text)


def _wrapped(text: str) -> list[str]:
    """The text in lines as wide as the picture; Chinese has no spaces to break at."""
    count = 120 if _length(text) == len(text) else 68
    return wrap(text, count) if count == 120 else [text[at : at + count] for at in range(0, len(text), count)]


def _is_slanted(panel: Panel) -> bool:
    return sum(map(len, panel.ticks)) > 40


# -- measurements ------------------------------------------------------------------------------
def _draw(axes: Axes, panel: Panel, language: Language, is_alone: bool) -> None:
    for at, line in enumerate(panel.lines):
        _line(axes, line, panel, at, language)
    if panel.log_x:
        axes.set_xscale("log")
        x = sorted({x for line in panel.lines for x in line.x})
        axes.set_xticks(x, [f"{each:,g}" if each < 1e4 else f"{each:.0e}".replace("e+0", "e") for each in x])
        axes.xaxis.set_minor_locator(NullLocator())
    elif not panel.ticks and not panel.dots:
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=panel.x in ("epoch", "hidden layer")))
    if panel.log_y and any(y > 0 for line in panel.lines for y in line.y):
        axes.set_yscale("log")
        axes.yaxis.set_minor_locator(NullLocator())
        low, high = axes.get_ylim()
        if high < 20 * low:
            axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        if min(y for line in panel.lines for y in line.y if y > 0) > 1e-3:
            axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    if panel.ticks:
        slanted: dict[str, Any] = (
            {"rotation": 28, "ha": "right", "rotation_mode": "anchor"} if _is_slanted(panel) else {}
        )
        axes.set_xticks(range(len(panel.ticks)), [formatting.word(each, language) for each in panel.ticks], **slanted)
        axes.set_xlim(-0.5, len(panel.ticks) - 0.5)
    else:
        axes.set_xlabel(formatting.word(panel.x, language), labelpad=2)
    if panel.percent:
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value * 100:.4g} %"))
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.tick_params(length=2)
    axes.set_title(formatting.word(panel.title, language))
    aside: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0)} if is_alone else {}
    axes.legend(handlelength=1.2, labelspacing=0.25, borderpad=0.1, **aside)


def _line(axes: Axes, line: Line, panel: Panel, at: int, language: Language) -> None:
    colour = _LINES[at % len(_LINES)]
    x, y = np.array(line.x), np.array(line.y)
    label = formatting.word(line.label, language)
    if not panel.dots:
        axes.plot(x, y, color=colour, linewidth=1.6, label=label, marker="o" if len(x) < 8 else "", markersize=3)
        if line.low:
            axes.fill_between(x, line.low, line.high, color=colour, alpha=0.15, linewidth=0)
    elif panel.ticks:
        x = x + (at - (len(panel.lines) - 1) / 2) * 0.7 / max(1, len(panel.lines))
        axes.plot(x, y, "o", color=colour, markersize=4, label=label)
        if line.low:
            axes.vlines(x, line.low, line.high, color=colour, linewidth=1)
    else:
        axes.plot(x, y, ".", color=colour, markersize=2, label=label)


# -- effects -----------------------------------------------------------------------------------
def _forest(axes: Axes, part: PartVerdict, labels: Sequence[str], language: Language) -> None:
    """Draw the effects by condition; the side on which the claim holds is shaded."""
    low, high = shown_range(part)
    least, kind, unit = part.part.least, part.part.kind, part.part.unit
    span = {"more": (least, high), "no more": (low, least), "same": (-least, least)}[kind]
    axes.axvspan(*span, color=BLUE, alpha=0.07, linewidth=0)
    for edge in (least,) if kind != "same" else (-least, least):
        axes.axvline(edge, color=FAINT, linewidth=0.8, linestyle=(0, (3, 2)))
    axes.axvline(0, color=FAINT, linewidth=0.6)
    for at, one in enumerate(part.judged):
        colour, shape = _WORDS[one.word]
        found = one.interval
        if isfinite(found.low) and isfinite(found.high):
            axes.plot((found.low, found.high), (at, at), color=colour, linewidth=1.4, solid_capstyle="butt")
        if isfinite(found.mean):
            axes.plot([found.mean], [at], shape, color=colour, markersize=4.2)
        else:
            axes.text(0.01, at, _NONE.in_(language), transform=axes.get_yaxis_transform(), va="center", color=FAINT,
                      size=7.5)  # fmt: skip
    axes.set_xlim(low, high)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0, labelcolor=INK, pad=4)
    axes.tick_params(axis="x", length=2)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    if unit == "times":
        factors = round_factors(low, high)
        axes.set_xticks([log2(factor) for factor in factors], [_factor(each) for each in factors])
    else:
        axes.xaxis.set_major_locator(MaxNLocator(6))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value, unit)))


def _tick(value: float, unit: Unit) -> str:
    if unit in ("points", "decades"):
        return f"{value * (100 if unit == 'points' else 1):g}".replace("-", "−")
    return formatting.bare(value, unit)


def _factor(value: float) -> str:
    return f"1/{1 / value:,.10g}×" if value < 1 and (1 / value).is_integer() else f"{value:,.10g}×"


def round_factors(low: float, high: float) -> list[float]:
    """Round factors for an axis between two powers of 2, three to seven of them where possible.

    >>> round_factors(-0.1, 3.1)
    [1.0, 2.0, 4.0, 8.0]
    >>> round_factors(-0.02, 0.34)
    [1.0, 1.1, 1.2]
    >>> round_factors(-0.2, 1.8)
    [1.0, 2.0, 3.0]
    """
    found: list[float] = []
    for step in (0.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01):
        candidates = (step * np.arange(1, 400)).round(3) if step else 2.0 ** np.arange(-20, 21)
        found = [float(each) for each in candidates if low <= log2(each) <= high]
        if len(found) >= 3:
            break
    return found[:: max(1, ceil(len(found) / 7))]


def shown_range(part: PartVerdict) -> tuple[float, float]:
    """The range that shows all means and the smallest effect that matters, and intervals unless they are much wider."""
    found = [one.interval for one in part.judged if isfinite(one.interval.mean)]
    least = part.part.least
    ends = [0.0, least, *(one.mean for one in found)] + ([-least] if part.part.kind == "same" else [])
    halves = [one.high - one.mean for one in found if isfinite(one.high)]
    most = 2.5 * float(np.median(halves)) if halves else 0.0
    for one in found:
        half = min(one.high - one.mean, most) if isfinite(one.high) else 0.0
        ends += [one.mean - half, one.mean + half]
    low, high = min(ends), max(ends)
    margin = 0.05 * (high - low) or 1.0
    return low - margin, high + margin
