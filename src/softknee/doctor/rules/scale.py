"""Inputs and activations that are far larger or smaller than usual."""

from __future__ import annotations

import math

from softknee.doctor.cause import is_data_out_of_scale
from softknee.doctor.evidence import Evidence
from softknee.doctor.finding import Finding
from softknee.doctor.overview import deviation
from softknee.doctor.prescription import standardise
from softknee.doctor.site import Site
from softknee.doctor.thresholds import DATA_LARGE, DATA_SMALL, SCALE_HIGH, SCALE_LOW


def scale(e: Evidence) -> list[Finding]:
    """The data, or an activation's output beside that under N(0, 1)."""
    return [*_of_data(e), *_of_outputs(e)]


def _of_data(e: Evidence) -> list[Finding]:
    if not is_data_out_of_scale(e):
        return []
    rms = e.data["rms"]
    limit = DATA_LARGE if rms > DATA_LARGE else DATA_SMALL
    message = f"the inputs have a root mean square of {rms:.3g}"
    mending = (standardise(),)
    return [Finding.of("scale", "warning", "the input", message, rms, limit, 0, "data scale", mending=mending)]


def _of_outputs(e: Evidence) -> list[Finding]:
    """The activation that is furthest off."""
    worst: tuple[float, Site] | None = None
    for site in e.hidden:
        reference, std = site.reference, deviation(e.last(site))
        if reference is None or not math.isfinite(std) or not 0 < reference.std < math.inf:
            continue
        ratio = std / reference.std
        if not SCALE_LOW <= ratio <= SCALE_HIGH and (worst is None or _off(ratio) > _off(worst[0])):
            worst = ratio, site
    if worst is None:
        return []
    ratio, site = worst
    message = f"the output's standard deviation is {ratio:.3g} of what {site.name} gives for N(0, 1)"
    limit = SCALE_HIGH if ratio > 1 else SCALE_LOW
    return [Finding.of("scale", "info", site.key, message, ratio, limit, e.steps, activation=site.name)]


def _off(ratio: float) -> float:
    return abs(math.log(ratio)) if ratio > 0 else math.inf
