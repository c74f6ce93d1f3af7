"""One style for the pictures of the documentation: ink on white, few lines, text that stays text."""

from __future__ import annotations

from typing import Any

INK, FAINT, GRID = "#1f2430", "#5b6270", "#e3e5ea"
# That the colour-blind tell apart (Okabe and Ito).
BLUE, ORANGE, GREEN, PINK, YELLOW, SKY = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"


def style(size: float, **more: Any) -> dict[str, Any]:
    """Settings of matplotlib for text of `size` points; `more` are a picture's own."""
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
