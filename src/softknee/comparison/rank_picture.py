"""The critical-difference picture: mean ranks on a line, with bars that join activations not told apart."""

from __future__ import annotations

import matplotlib as mpl
from matplotlib.figure import Figure

from softknee.display.standalone import ACCENT, INK, svg
from softknee.support.extras import need

from .letter_groups import chances
from .pictures import PLAIN, WIDTH
from .ranks import Ranking

# The height of a line of text, and the width of a letter, in inches.
_LINE, _LETTER = 0.2, 0.075


def critical_differences(ranking: Ranking) -> str:
    """The picture as SVG, drawn by scikit-posthocs; "" where there is nothing to compare."""
    if len(ranking.means) < 2:
        return ""
    names, ranks = list(ranking.means), list(ranking.means.values())
    span = max(ranks) - min(ranks) or 1.0
    with mpl.rc_context(PLAIN):
        figure = Figure(figsize=(WIDTH, 1.0))
        axes = figure.add_axes((0, 0, 1, 1))
        need("scikit_posthocs", "compare").critical_difference_diagram(
            ranking.means,
            chances(names, ranking.told_apart),
            ax=axes,
            label_fmt_left="{label}  {rank:.2f}\N{NO-BREAK SPACE}",
            label_fmt_right="\N{NO-BREAK SPACE}{rank:.2f}  {label}",
            text_h_margin=0.05 * span,
            elbow_props={"color": INK, "linewidth": 0.7},
            marker_props={"s": 16},
            label_props={"fontsize": 9},
            crossbar_props={"color": ACCENT, "linewidth": 3, "solid_capstyle": "round"},
        )
        low = min(text.get_position()[1] for text in axes.texts) - 0.7
        tall = -low * _LINE + 0.35
        aside = min(0.4, (max(map(len, names)) + 8) * _LETTER / WIDTH)
        figure.set_size_inches(WIDTH, tall)
        axes.set_position((aside, 0, 1 - 2 * aside, 1 - 0.3 / tall))
        axes.set_ylim(low, 0.25)
        axes.set_xlim(min(ranks) - 0.05 * span, max(ranks) + 0.05 * span)
        return svg(figure, "ranks", "Mean ranks; bars join what is not told apart")
