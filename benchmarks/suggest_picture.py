"""The picture of the page that `benchmarks/suggest.py` writes: correlations with training, problem by problem."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
from suggest_judges import OURS, quality
from suggest_results import RIVALS, Line, Results

from softknee.display.picture_style import FAINT, GRID, INK, style
from softknee.suggestion.rule import TARGET

mpl.use("Agg")
from matplotlib import pyplot

_OURS = "#c2185b"
_STYLE = style(9.5, **{"axes.labelcolor": INK})
_LEGEND = "large: mean with 95 % interval   ● non-linear targets   ○ linear enough   □ of those kept for the end"


def draw(results: Results, path: Path) -> None:
    """Draw a row for each judge: a mark for each problem, and the mean with its interval over all held-out problems."""
    judges = (OURS, *RIVALS)
    with mpl.rc_context(_STYLE):
        figure, panel = pyplot.subplots(figsize=(8.4, 0.9 + 0.5 * len(judges)), layout="constrained")
        for row, judge in enumerate(judges):
            color = _OURS if judge == OURS else INK
            for at, line in enumerate(results.lines):
                _mark(panel, line, line.of(judge), row + 0.17 * np.sin(2.4 * at), color)
            found = quality(line.of(judge) for line in results.lines)
            panel.plot([found.low, found.high], [row, row], color=color, linewidth=3, solid_capstyle="round", zorder=3)
            panel.plot(found.spearman, row, "D", color=color, markersize=9, markeredgecolor="white", zorder=4)
        panel.axvline(TARGET, color=FAINT, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
        panel.annotate(
            f"target {TARGET}", (TARGET, -0.55), color=FAINT, ha="center", va="bottom", annotation_clip=False
        )
        panel.set_yticks(range(len(judges)), judges)
        panel.set_ylim(len(judges) - 0.5, -0.5)
        panel.set_xlim(-1, 1)
        panel.set_xlabel(f"Spearman correlation with training\n{_LEGEND}")
        panel.grid(axis="x", color=GRID, linewidth=0.7)
        panel.tick_params(length=0)
        for spine in panel.spines.values():
            spine.set_visible(False)
        figure.savefig(path, metadata={"Date": None})
        pyplot.close(figure)


def _mark(panel: pyplot.Axes, line: Line, x: float, y: float, color: str) -> None:
    spec = color if line.problem.is_bent else "none"
    shape = "s" if line.is_final else "o"
    panel.plot(x, y, shape, markersize=4.5, markerfacecolor=spec, markeredgecolor=color, alpha=0.45, zorder=2)
