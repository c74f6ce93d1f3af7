"""The rules about inputs and outputs of unusual size: `scale`, and `mean_shift` for outputs far from 0 on average."""

from __future__ import annotations

import math

from softknee.doctor.cause import is_data_out_of_scale
from softknee.doctor.evidence import Evidence
from softknee.doctor.finding import Finding
from softknee.doctor.history import output_deviation
from softknee.doctor.network import Site
from softknee.doctor.remedy import standardise
from softknee.doctor.rule import rule
from softknee.doctor.thresholds import DATA_LARGE, DATA_SMALL

SCALE_LOW, SCALE_HIGH = 0.5, 2.0  # TheDeepChecker, of the function's own
MEAN_SHIFT = 1.5  # times the function's own


@rule(
    title="Activations are not of this function's usual size",
    zh="激活值偏离该函数的常见大小",
    cause="data scale",
    place=120,
)
def scale(e: Evidence) -> list[Finding]:
    """The data far from a root mean square of 1, or an activation's output far from that under N(0, 1)."""
    return [*_of_data(e), *_of_outputs(e)]


def _of_data(e: Evidence) -> list[Finding]:
    if not is_data_out_of_scale(e):
        return []
    rms = e.data["rms"]
    limit = DATA_LARGE if rms > DATA_LARGE else DATA_SMALL
    text = f"the inputs have a root mean square of {rms:.3g}"
    return [scale.finding("warning", "the input", text, rms, limit, 0, "data scale", remedies=[standardise()])]


def _of_outputs(e: Evidence) -> list[Finding]:
    """The activation that is furthest off."""
    worst: tuple[float, Site] | None = None
    for site in e.hidden:
        reference, std = site.reference, output_deviation(e.last(site))
        if reference is None or not math.isfinite(std) or not 0 < reference.std < math.inf:
            continue
        ratio = std / reference.std
        if not SCALE_LOW <= ratio <= SCALE_HIGH and (worst is None or _off(ratio) > _off(worst[0])):
            worst = ratio, site
    if worst is None:
        return []
    ratio, site = worst
    text = f"the output's standard deviation is {ratio:.3g} of what {site.name} gives for N(0, 1)"
    limit = SCALE_HIGH if ratio > 1 else SCALE_LOW
    return [scale.finding("info", site.key, text, ratio, limit, e.steps, activation=site.name)]


def _off(ratio: float) -> float:
    return abs(math.log(ratio)) if ratio > 0 else math.inf


@rule(title="Activations are far from zero on average", zh="激活值的均值远离零", place=130)
def mean_shift(e: Evidence) -> list[Finding]:
    """The mean of an activation's output over its deviation, beside the function's own."""
    worst: tuple[float, Site, float] | None = None
    for site in e.hidden:
        last = e.last(site)
        std = output_deviation(last)
        # An output that is always the same is the business of `scale`.
        if site.reference is None or not std > 0 or not math.isfinite(site.reference.mean_shift):
            continue
        shift = abs(last["mean"]) / std
        limit = MEAN_SHIFT * max(site.reference.mean_shift, 1.0)
        if shift > limit and (worst is None or shift / limit > worst[0] / worst[2]):
            worst = shift, site, limit
    if worst is None:
        return []
    shift, site, limit = worst
    text = f"the output's mean is {shift:.3g} standard deviations from 0"
    return [mean_shift.finding("info", site.key, text, shift, limit, e.steps, activation=site.name)]
