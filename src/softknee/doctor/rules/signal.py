"""Rules about what passes through the layers: gradients backwards, signals forwards."""

from __future__ import annotations

import math
from collections.abc import Sequence

from softknee.doctor.cause import cause_of, is_data_out_of_scale
from softknee.doctor.evidence import Evidence
from softknee.doctor.finding import Cause, Finding, Severity
from softknee.doctor.levels import Level, alike_before, departure, wanted_gain
from softknee.doctor.prescription import Prescription, initialise, normalise, standardise, swap, widen
from softknee.doctor.rates import rates
from softknee.doctor.site import Site
from softknee.doctor.thresholds import (
    BEYOND,
    DATA_LARGE,
    DATA_SMALL,
    DEAD_CRITICAL,
    EXPLODING,
    LAYER_GROWTH,
    LIKENESS,
    MEAN_SHIFT,
    SCALE_HIGH,
    SCALE_LOW,
    TOTAL_LEARNING,
    VANISHING,
)

Norms = Sequence[tuple[Site, float]]


def vanishing(e: Evidence) -> list[Finding]:
    """The gradient at the first activation is a small part of that at the last."""
    norms = e.gradient_norms(e.last)
    ratio = _ratio(norms)
    if not ratio < VANISHING or _is_cut(e):
        return []
    last = norms[-1][0]
    cause = cause_of(e, at_start=_ratio(e.gradient_norms(e.first)) < math.sqrt(VANISHING))
    severity: Severity = "info" if e.learns and ratio > VANISHING / BEYOND else "critical"
    message = (
        f"the gradient at {norms[0][0].key} is {ratio:.1e} of that at {last.key}: "
        f"{_log_slope(norms):+.2f} in log10 per layer"
    )
    return [
        Finding.of(
            "vanishing",
            severity,
            norms[0][0].key,
            message,
            ratio,
            VANISHING,
            next(step for step, found in e.gradient_ratios() if found < VANISHING),
            cause,
            last.name,
            _mending(e, last, cause),
        )
    ]


def _is_cut(e: Evidence) -> bool:
    """Whether a layer is so dead that no gradient passes; that is told of it."""
    found = [e.units(site) for site in e.hidden]
    return any(units is not None and float(units.dead.mean()) > DEAD_CRITICAL for units in found)


def exploding(e: Evidence) -> list[Finding]:
    """The gradient at the first activation is many times that at the last."""
    norms = e.gradient_norms(e.last)
    ratio = _ratio(norms)
    if not ratio > EXPLODING:
        return []
    last = norms[-1][0]
    cause = cause_of(e, at_start=_ratio(e.gradient_norms(e.first)) > math.sqrt(EXPLODING))
    severity: Severity = "info" if e.learns and ratio < EXPLODING * BEYOND else "critical"
    message = (
        f"the gradient at {norms[0][0].key} is {ratio:.3g} times that at {last.key}: "
        f"{_log_slope(norms):+.2f} in log10 per layer"
    )
    return [
        Finding.of(
            "exploding",
            severity,
            norms[0][0].key,
            message,
            ratio,
            EXPLODING,
            next(step for step, found in e.gradient_ratios() if found > EXPLODING),
            cause,
            norms[-1][0].name,
            _mending(e, last, cause),
        )
    ]


def _ratio(norms: Norms) -> float:
    if len(norms) < 2 or norms[-1][1] == 0:
        return math.nan
    return norms[0][1] / norms[-1][1]


def _log_slope(norms: Norms) -> float:
    """The change of log10 of the gradient's norm for each activation that it passes on its way back."""
    first, last = norms[0][1], norms[-1][1]
    return math.log10(first / last) / (len(norms) - 1) if first > 0 and last > 0 else -math.inf


def _mending(e: Evidence, site: Site, cause: Cause) -> tuple[Prescription, ...]:
    gain = wanted_gain(site)
    shown = f"gain {gain:.4g} for {site.name}" if math.isfinite(gain) else "the gain of each activation"
    draw = initialise(f"initialise with {shown} and biases 0")
    reference = site.reference
    # A function that takes from the gradient even with its own gain.
    other = (swap(site.name, "gelu", redraw=True),) if reference and reference.steepest * gain < 1 else ()
    if cause == "data scale":
        return (standardise(), draw)
    if cause == "precision":
        return (widen("float32"),)
    if cause == "learning rate":
        return (*rates(e), draw)
    return (*other, draw, normalise()) if cause == "structure" else (draw, *other, normalise())


def init(e: Evidence) -> list[Finding]:
    """The second moment of the signal leaves a band from layer to layer, at the first step already."""
    found = departure(e)
    if found is None:
        return _all_alike(e)
    extreme, total, steps = found
    site = extreme.site
    message = (
        f"the signal's second moment changes by {total:.1e} over {len(steps)} layers, by {extreme.growth:.2g} at "
        f"{site.key}{_gains(steps)}"
    )
    cause = cause_of(e, at_start=True)
    mild = 1 / TOTAL_LEARNING <= total <= TOTAL_LEARNING
    severity: Severity = "info" if e.learns and mild else "warning"
    mending = _mending(e, site, cause)
    return [Finding.of("init", severity, site.key, message, extreme.growth, LAYER_GROWTH, 0, cause, site.name, mending)]


def _all_alike(e: Evidence) -> list[Finding]:
    """Layers whose weights are all the same number, before an activation: their units are one unit, and stay so."""
    alike = {alike_before(e, site): site for site in reversed(e.inner)}  # of the gates of one layer the first
    found = []
    for layer, site in reversed(alike.items()):
        if layer is not None:
            message = f"all weights of {layer} are the same number: its units are alike, and stay so"
            mending = _mending(e, site, "init")
            found.append(Finding.of("init", "warning", site.key, message, 0.0, 0.0, 0, "init", site.name, mending))
    return found


def _gains(steps: Sequence[Level]) -> str:
    """The weights' gains beside those wanted, where weights were seen."""
    known = [level for level in steps if level.gain > 0 and math.isfinite(level.wanted)]
    if not known:
        return ""
    worst = max(known, key=lambda level: abs(math.log(level.gain / level.wanted)))
    return (
        f"; std(W)·sqrt(fan_in) is {worst.gain:.3g} before {worst.site.key}, "
        f"{worst.gain / worst.wanted:.2g} of the {worst.wanted:.4g} that keeps the signal there"
    )


def scale(e: Evidence) -> list[Finding]:
    """The data, or an activation's output beside that under N(0, 1)."""
    found = []
    rms = e.data.get("rms", math.nan)
    if is_data_out_of_scale(e):
        high = rms > DATA_LARGE
        message = f"the inputs have a root mean square of {rms:.3g}"
        found.append(
            Finding.of(
                "scale", "warning", "the input", message, rms, DATA_LARGE if high else DATA_SMALL, 0, "data scale",
                mending=(standardise(),),
            )
        )  # fmt: skip
    worst: tuple[float, Site] | None = None
    for site in e.hidden:
        last = e.last(site)
        reference = site.reference
        if reference is None or "second" not in last or not 0 < reference.std < math.inf:
            continue
        std = math.sqrt(max(last["second"] - last["mean"] ** 2, 0.0))
        ratio = std / reference.std
        if not SCALE_LOW <= ratio <= SCALE_HIGH and (worst is None or _off(ratio) > _off(worst[0])):
            worst = ratio, site
    if worst is not None:
        ratio, site = worst
        message = f"the output's standard deviation is {ratio:.3g} of what {site.name} gives for N(0, 1)"
        limit = SCALE_HIGH if ratio > 1 else SCALE_LOW
        found.append(Finding.of("scale", "info", site.key, message, ratio, limit, e.steps, activation=site.name))
    return found


def _off(ratio: float) -> float:
    return abs(math.log(ratio)) if ratio > 0 else math.inf


def mean_shift(e: Evidence) -> list[Finding]:
    """The mean of an activation's output over its deviation, beside the function's own."""
    worst: tuple[float, Site, float] | None = None
    for site in e.hidden:
        last = e.last(site)
        if site.reference is None or "second" not in last or not math.isfinite(site.reference.mean_shift):
            continue
        variance = last["second"] - last["mean"] ** 2
        if variance <= 0:
            continue  # always the same, which `scale` tells
        shift = abs(last["mean"]) / math.sqrt(variance)
        limit = MEAN_SHIFT * max(site.reference.mean_shift, 1.0)
        if shift > limit and (worst is None or shift / limit > worst[0] / worst[2]):
            worst = shift, site, limit
    if worst is None:
        return []
    shift, site, limit = worst
    message = f"the output's mean is {shift:.3g} standard deviations from 0"
    return [Finding.of("mean-shift", "info", site.key, message, shift, limit, e.steps, activation=site.name)]


def collapse(e: Evidence) -> list[Finding]:
    """Different inputs give nearly the same activations in the depth of the network."""
    deep = [(site, e.last(site).get("likeness", math.nan)) for site in e.hidden[len(e.hidden) // 2 :]]
    alike = [(site, value) for site, value in deep if value > LIKENESS and _own_likeness(site) < LIKENESS]
    if not alike:
        return []
    site, value = alike[-1]
    cause = cause_of(e, at_start=e.first(site).get("likeness", math.nan) > LIKENESS)
    severity: Severity = "info" if e.learns else "warning"
    message = f"the activations of different inputs have a mean cosine of {value:.3f}"
    mending = _mending(e, site, cause)
    since = next((step for step, found in e.series(site, "likeness") if found > LIKENESS), e.steps)
    return [Finding.of("collapse", severity, site.key, message, value, LIKENESS, since, cause, site.name, mending)]


def _own_likeness(site: Site) -> float:
    reference = site.reference
    if reference is None or not 0 < reference.second_moment < math.inf:
        return 1.0
    return reference.properties.mean**2 / reference.second_moment
