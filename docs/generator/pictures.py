"""The pictures of every function: the plot of its page, and the small curve beside its name."""

from __future__ import annotations

import io
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure

import softknee as knee
from softknee.atlas.curves import curve, on_a_pair
from softknee.display.plotting import svg
from softknee.functions.axiswise import Axiswise
from softknee.functions.elementwise import Activation

_SPAN = (-4.0, 4.0)


def picture(function: Any) -> str:
    """The plot of a function's page, as SVG."""
    drawn = curve(function)
    return svg(drawn) if drawn is not None else _along_axis(function)


def _along_axis(function: Axiswise) -> str:
    t = np.linspace(-5, 5, 801)
    values, slopes = on_a_pair(function, t)
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "softknee"}):
        figure = Figure(figsize=(6.4, 4.0), layout="constrained")
        ax = figure.subplots()
        for k, (value, slope) in enumerate(zip(values, slopes, strict=True)):
            if value.min() == value.max():
                continue  # the output does not depend on t
            name = f"f{'₁₂₃₄'[k]}" if len(values) > 1 else "f"
            (line,) = ax.plot(t, value, "-", label=name, linewidth=1.6)
            ax.plot(t, slope, "--", color=line.get_color(), label=f"∂{name}/∂t", linewidth=1.6)
        ax.axhline(0, color="0.6", linewidth=0.6, zorder=0)
        ax.axvline(0, color="0.6", linewidth=0.6, zorder=0)
        ax.set_xlim(-5, 5)
        ax.set_xlabel("t")
        ax.set_title(f"{function.name}, x = (t, 0)", loc="left")
        ax.legend(frameon=False)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]


def sparkline(function: Any) -> str:
    """A small curve in the colour of the text around it."""
    low, high = _SPAN
    drawn = curve(function)
    breaks: list[float] = []
    if drawn is not None:
        breaks = [b for b in drawn.properties().jumps if low < b < high]
    pieces = []
    for a, b in zip([low, *breaks], [*breaks, high], strict=True):
        t = np.linspace(np.nextafter(a, b), np.nextafter(b, a), max(3, int((b - a) * 10)))
        y = drawn(t) if drawn is not None else on_a_pair(function, t)[0][0]
        pieces.append((t, np.clip(y, -50.0, 50.0)))
    lines = "".join(
        f'<polyline points="{" ".join(f"{10 * u:.4g},{-10 * v:.3g}" for u, v in zip(t, y, strict=True))}"/>'
        for t, y in pieces
    )
    return (
        '<svg class="spark" viewBox="-41 -41 82 72" aria-hidden="true">'
        f'<path d="M-40 0H40M0 -40V30"/><g>{lines}</g></svg>'
    )


def family_portrait(names: list[str], columns: int = 6) -> str:
    """f and f' of several functions side by side, as SVG with its text drawn, so that it looks the same everywhere."""
    rows = -(-len(names) // columns)
    with matplotlib.rc_context({"svg.fonttype": "path", "svg.hashsalt": "softknee", "font.size": 9}):
        figure = Figure(figsize=(1.75 * columns, 1.55 * rows), layout="constrained")
        for ax, name in zip(figure.subplots(rows, columns).flat, names, strict=True):
            function = knee.get(name)
            x = np.linspace(-4, 4, 401)
            ax.axhline(0, color="0.85", linewidth=0.7, zorder=0)
            ax.axvline(0, color="0.85", linewidth=0.7, zorder=0)
            if isinstance(function, Activation):
                kinks = [k for k in function.kinks if -4 < k < 4]
                value, slope = function(x), function.derivative(x)
                slope[np.searchsorted(x, kinks)] = np.nan  # leaves a gap where the slope jumps
            else:
                (value, *_), (slope, *_) = on_a_pair(function, x)
                kinks = []
            ax.plot(x, slope, color="#e0793a", linewidth=1.2)
            ax.plot(x, value, color="#2b5fa8", linewidth=1.8)
            ax.set_title(name, fontsize=10)
            ax.set_xlim(-4, 4)
            ax.set_ylim(-1.6, 2.4)
            ax.set_xticks([])
            ax.set_yticks([])
            ax.spines[:].set_visible(False)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]
