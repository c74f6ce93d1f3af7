"""Activations that are far from zero on average."""

from __future__ import annotations

import math

from softknee.doctor.evidence import Evidence
from softknee.doctor.finding import Finding
from softknee.doctor.overview import deviation
from softknee.doctor.site import Site
from softknee.doctor.thresholds import MEAN_SHIFT


def mean_shift(e: Evidence) -> list[Finding]:
    """The mean of an activation's output over its deviation, beside the function's own."""
    worst: tuple[float, Site, float] | None = None
    for site in e.hidden:
        last = e.last(site)
        std = deviation(last)
        # What is always the same, `scale` tells.
        if site.reference is None or not std > 0 or not math.isfinite(site.reference.mean_shift):
            continue
        shift = abs(last["mean"]) / std
        limit = MEAN_SHIFT * max(site.reference.mean_shift, 1.0)
        if shift > limit and (worst is None or shift / limit > worst[0] / worst[2]):
            worst = shift, site, limit
    if worst is None:
        return []
    shift, site, limit = worst
    message = f"the output's mean is {shift:.3g} standard deviations from 0"
    return [Finding.of("mean-shift", "info", site.key, message, shift, limit, e.steps, activation=site.name)]
