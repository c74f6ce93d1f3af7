"""The style of the documentation's pictures: ink on white, few lines, text that stays text.

Pictures of reports, which follow the page's light or dark colours, have theirs in `standalone`.
"""

from __future__ import annotations

from typing import Any

INK, FAINT, GRID = "#1f2430", "#5b6270", "#e3e5ea"
# Colours that the colour-blind can tell apart (Okabe and Ito).
BLUE, ORANGE, GREEN, PINK, YELLOW, SKY = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"


def style(size: float, **more: Any) -> dict[str, Any]:
    """Settings for matplotlib's `rc_context`, for text of `size` points; `more` are a picture's own settings."""
    return {
        "svg.fonttype": "none",
        "svg.hashsalt": "softknee",
        "font.size": size,
        "text.color": INK,
        "axes.edgecolor": GRID,
        "axes.labelcolor": FAINT,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlelocation": "left",
        "axes.titlesize": size + 0.5,
        "axes.titleweight": "bold",
        "axes.axisbelow": True,
        "xtick.color": FAINT,
        "ytick.color": FAINT,
        "xtick.minor.size": 0,
        "ytick.minor.size": 0,
        "legend.frameon": False,
        "figure.facecolor": "white",
        "savefig.facecolor": "white",
        **more,
    }
