"""The pictures of a diagnosis: losses, gradients over depth, and three of each activation."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from softknee.display.standalone import ACCENT, FAINT, INK, STYLE, WARM, svg
from softknee.doctor.evidence import Evidence
from softknee.doctor.layout import FLAT
from softknee.doctor.network import Site

# Sizes of activations that are told apart, in log10.
_SIZES = np.linspace(-6.0, 3.0, 37)
# Of no colour to a colour that stands out on light and dark paper.
_DENSITY = LinearSegmentedColormap.from_list(
    "density", [(0.18, 0.45, 0.8, 0.0), (0.18, 0.45, 0.8, 0.9), (0.85, 0.45, 0.1, 1.0)]
)
_WIDTH = 10.0
_DECADE = 10.0


def losses(e: Evidence) -> str:
    """The picture of the loss by step, as SVG."""
    steps, values = zip(*[(step, loss) for step, loss in e.losses if np.isfinite(loss)]) if e.losses else ((), ())
    figure, (axes,) = _row(1, 1.9)
    axes.plot(steps, values, color=ACCENT, linewidth=1.2)
    if values and min(values) > 0 and max(values) > 20 * min(values):
        axes.set_yscale("log")
    axes.set_xlabel("step")
    axes.set_ylabel("loss")
    return svg(figure, "losses", "The loss by step")


def gradients(e: Evidence) -> str:
    """The picture of the gradient's norm over depth, at the first and last probe, as SVG; "" for fewer than two."""
    first, last = e.gradient_norms(e.first), e.gradient_norms(e.last)
    if len(last) < 2:
        return ""
    figure, (axes,) = _row(1, 2.3)
    order = {site.key: k for k, (site, _) in enumerate(last)}
    for norms, colour, label in ((first, FAINT, "first probe"), (last, ACCENT, "last probe")):
        points = [(order[site.key], norm) for site, norm in norms if site.key in order and norm > 0]
        if points:
            axes.plot(*zip(*points), color=colour, marker="o", markersize=3, linewidth=1.2, label=label)
    axes.set_yscale("log")
    axes.yaxis.set_minor_locator(NullLocator())
    low, high = axes.get_ylim()
    if high < _DECADE * low:  # what is nearly the same is to look so
        axes.set_ylim(low / _DECADE, high * _DECADE)
    names = [site.key for site, _ in last]
    shown = range(0, len(names), max(1, len(names) // 12))
    axes.set_xticks(list(shown), [_short(names[k]) for k in shown])
    axes.set_ylabel("gradient, norm per sample")
    axes.legend(frameon=False, labelcolor=INK)
    return svg(figure, "gradients", "The norm of the gradient over depth")


def layer(e: Evidence, site: Site) -> str:
    """Three pictures of one activation, as SVG: sizes and shares of units over steps, the function over its inputs."""
    figure, (sizes, shares, function) = _row(3, 1.9)
    with mpl.rc_context(STYLE):
        _sizes(sizes, e, site)
        _shares(shares, e, site)
        _function(function, e, site)
    return svg(figure, f"layer {site.key}", f"{site.key}: sizes, shares of units, inputs")


def _row(count: int, height: float) -> tuple[Figure, list[Axes]]:
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(_WIDTH, height))
        axes = list(np.atleast_1d(figure.subplots(1, count)))
    figure.subplots_adjust(left=0.07, right=0.99, bottom=0.42 / height, top=1 - 0.22 / height, wspace=0.24)
    return figure, axes


def _sizes(axes: Axes, e: Evidence, site: Site) -> None:
    """One column per probe: how many of the outputs are how large, in log10."""
    readings = [(s.step, s.readings[site.key]) for s in e.history.snapshots if "shown" in s.readings.get(site.key, {})]
    if not readings:
        axes.set_axis_off()
        return
    axes.set_title("size of outputs, log10")
    columns = []
    for _, reading in readings:
        sizes = np.log10(np.maximum(np.abs(reading["shown"]), 10 ** _SIZES[0]))
        columns.append(np.histogram(np.clip(sizes, _SIZES[0], _SIZES[-1]), _SIZES)[0] / sizes.size)
    image = np.array(columns).T
    axes.imshow(
        np.sqrt(image), origin="lower", aspect="auto", cmap=_DENSITY, vmin=0, vmax=1, interpolation="nearest",
        extent=(-0.5, len(columns) - 0.5, _SIZES[0], _SIZES[-1]),
    )  # fmt: skip
    _steps(axes, [step for step, _ in readings])


def _shares(axes: Axes, e: Evidence, site: Site) -> None:
    """The shares of units that are dead, saturated, dormant, by probe."""
    axes.set_title("share of units")
    steps: list[int] = []
    kinds = (("flat_share", WARM, "saturated"), ("dead_share", INK, "dead"), ("dormant_share", FAINT, "dormant"))
    for name, colour, label in kinds:
        series = e.series(site, name)
        steps = [step for step, _ in series] or steps
        if series:
            axes.plot([value for _, value in series], color=colour, linewidth=1.3, label=label)
    axes.set_ylim(-0.03, 1.03)
    if steps:
        axes.legend(frameon=False, labelcolor=INK, loc="best")
    _steps(axes, steps)


def _function(axes: Axes, e: Evidence, site: Site) -> None:
    """The function where its inputs are, its flat parts shaded, and the inputs' histogram under it."""
    reading, reference = e.last(site), site.reference
    if reference is None or "z_shown" not in reading:
        axes.set_axis_off()
        return
    axes.set_title(f"{site.name} and its inputs")
    z = reading["z_shown"][np.isfinite(reading["z_shown"])]
    low, high = (float(np.min(z, initial=-3.0)), float(np.max(z, initial=3.0)))
    x = np.linspace(low, high, 257)
    y, slope = reference.properties.value(x), np.abs(reference.properties.slope(x))
    span = float(np.ptp(y)) or 1.0
    counts, edges = np.histogram(z, 48, (low, high))
    heights = counts / max(1, counts.max()) * 0.45 * span
    axes.bar(
        edges[:-1], heights, np.diff(edges), bottom=float(np.min(y)) - 0.55 * span, align="edge", color=WARM, alpha=0.6
    )
    axes.fill_between(
        x, float(np.min(y)) - 0.55 * span, float(np.max(y)), where=slope < FLAT * reference.steepest, color=FAINT,
        alpha=0.18, linewidth=0,
    )  # fmt: skip
    axes.plot(x, y, color=ACCENT, linewidth=1.4)


def _steps(axes: Axes, steps: list[int]) -> None:
    """Label probes, which stand side by side, with their steps."""
    if not steps:
        return
    shown: list[int] = np.unique(np.linspace(0, len(steps) - 1, min(len(steps), 5)).round().astype(int)).tolist()
    axes.set_xticks(shown, [str(steps[k]) for k in shown])
    axes.set_xlabel("step")


def _short(name: str) -> str:
    return name if len(name) <= 14 else f"…{name[-13:]}"


def seen(e: Evidence, most: int, wanted: Any) -> list[Site]:
    """The activations that are drawn: all, or where there are too many those with findings and evenly spread others."""
    if len(e.shown) <= most:
        return e.shown
    chosen = [site for site in e.shown if site.key in wanted][:most]
    rest = [site for site in e.shown if site not in chosen]
    left = most - len(chosen)
    spread = {id(rest[k]) for k in np.linspace(0, len(rest) - 1, left).round().astype(int)} if left else set()
    return [site for site in e.shown if site in chosen or id(site) in spread]
