"""Pictures of activations by matplotlib: f, f', f'', with kinks and saturation marked."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from softknee.language.errors import ArgumentError
from softknee.support.extras import need

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from .curve import Curve

_NAMES = ("f", "f′", "f″")
_STYLES = ("-", "--", ":")
_FARTHEST = 1e300  # high - low must not overflow


def plot(
    functions: Curve | list[Curve] | tuple[Curve, ...],
    x: tuple[float, float] = (-5.0, 5.0),
    orders: Sequence[int] | None = None,
    ax: Axes | None = None,
    **parameters: Any,
) -> Axes:
    """Draw one function with its slopes, or several functions in one picture; `softknee.plot`, without names.

    With one function its kinks are marked by dots, jumps by a gap, and the parts in which it is saturated are shaded.

    Args:
        functions: An activation, or a list of them.
        x: The lowest and the highest x of the picture.
        orders: The derivatives drawn, of 0, 1 and 2; by default all for one function and 0 for several.
        ax: The matplotlib axes to draw on; new ones without.
        **parameters: The functions' parameters by name.

    Returns:
        The matplotlib axes.

    Raises:
        ArgumentError: for a function without a curve, an empty range or another order.
        MissingExtraError: without matplotlib.
    """
    pyplot = need("matplotlib.pyplot", "plot")
    chosen = list(functions) if isinstance(functions, (list, tuple)) else [functions]
    if not chosen or not all(hasattr(function, "properties") for function in chosen):
        raise ArgumentError("plot", "functions", functions, "must be element-wise activations: they have a curve")
    low, high = _checked_range(x)
    if orders is None:
        orders = (0, 1, 2) if len(chosen) == 1 else (0,)
    if not isinstance(orders, (list, tuple)) or not orders or any(order not in (0, 1, 2) for order in orders):
        raise ArgumentError("plot", "orders", orders, "must be a list of 0, 1 and 2")
    if ax is None:
        _, ax = pyplot.subplots(figsize=(6.4, 4.0), layout="constrained")
    for function in chosen:
        for order in orders:
            _draw(ax, function, order, low, high, parameters, alone=len(chosen) == 1)
    if len(chosen) == 1:
        _shade(ax, chosen[0], low, high, parameters)
    ax.axhline(0, color="0.6", linewidth=0.6, zorder=0)
    ax.axvline(0, color="0.6", linewidth=0.6, zorder=0)
    ax.set_xlim(low, high)
    ax.set_xlabel("x")
    ax.set_title(chosen[0].name if len(chosen) == 1 else "", loc="left")
    ax.legend(frameon=False)
    return ax


def _checked_range(x: Any) -> tuple[float, float]:
    try:
        low, high = map(float, x)
    except (TypeError, ValueError):
        low = high = np.nan
    if not low < high or max(-low, high) > _FARTHEST:
        raise ArgumentError("plot", "x", x, f"must be a range (low, high) with low < high, within +-{_FARTHEST:g}")
    return low, high


def _draw(ax: Axes, function: Curve, order: Any, low: float, high: float, parameters: Any, alone: bool) -> None:
    """Draw one curve, broken where it jumps so that no false vertical line appears."""
    found = function.properties(**parameters)
    breaks = [b for b in found.breaks if low < b < high]
    label = _NAMES[order] if alone else function.name + ("" if order == 0 else f" {_NAMES[order]}")
    color: Any = f"C{order}" if alone else None
    for a, b in zip([low, *breaks], [*breaks, high]):
        # Each piece is sampled just inside its interval, where it has its own one-sided value.
        inside = np.linspace(np.nextafter(a, b), np.nextafter(b, a), 400)
        y = function(inside, **parameters) if order == 0 else function.derivative(inside, order=order, **parameters)
        (line,) = ax.plot(inside, y, _STYLES[order] if alone else "-", color=color, label=label, linewidth=1.6)
        color, label = line.get_color(), "_"
    if order < 2:
        for kink in (k for k in found.kinks if low <= k <= high):
            value = function(kink, **parameters) if order == 0 else function.derivative(kink, **parameters)
            ax.plot([kink], [value], "o", color=color, markersize=4)


def _shade(ax: Axes, function: Curve, low: float, high: float, parameters: Any) -> None:
    left, right = function.properties(**parameters).saturation
    label = "saturated: |f′| < 5 % of its maximum"
    if left is not None and left > low:
        ax.axvspan(low, min(left, high), color="0.5", alpha=0.12, linewidth=0, label=label)
        label = "_"
    if right is not None and right < high:
        ax.axvspan(max(right, low), high, color="0.5", alpha=0.12, linewidth=0, label=label)


def svg(functions: Curve | list[Curve] | tuple[Curve, ...], **options: Any) -> str:
    """The picture that `plot` draws, as an SVG element to be put into a page."""
    matplotlib = need("matplotlib", "plot")
    figure_module = need("matplotlib.figure", "plot")
    # Text as text, and no date or random ids: the same picture is the same file.
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "softknee"}):
        figure = figure_module.Figure(figsize=(6.4, 4.0), layout="constrained")
        plot(functions, ax=figure.subplots(), **options)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]
