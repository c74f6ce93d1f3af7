"""One row per activation: what a person wants to see at a glance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .evidence import Evidence
from .finding import SEVERITIES, Finding
from .site import Site
from .snapshot import Readings


@dataclass(frozen=True)
class Row:
    """Shares of units, the output's deviation, the gradient beside that of the last activation, the worst finding."""

    site: Site
    dead: float
    flat: float
    dormant: float
    std: float
    log_gradient: float
    severity: str


def rows(e: Evidence, findings: Sequence[Finding]) -> list[Row]:
    """The rows, in the order of the forward pass."""
    norms = {site.key: norm for site, norm in e.gradient_norms(e.last)}
    last = next(reversed(norms.values()), math.nan)
    return [_row(e, site, norms.get(site.key, math.nan) / last if last else math.nan, findings) for site in e.shown]


def deviation(reading: Readings) -> float:
    """The standard deviation of an activation's output at one probe; NaN where it is not known."""
    variance = reading.get("second", math.nan) - reading.get("mean", math.nan) ** 2
    return math.sqrt(max(variance, 0.0)) if math.isfinite(variance) else math.nan


def _row(e: Evidence, site: Site, ratio: float, findings: Sequence[Finding]) -> Row:
    units = e.units(site)
    reading = e.last(site)
    severities = [SEVERITIES.index(f.severity) for f in findings if f.layer == site.key]
    return Row(
        site,
        float(np.mean(units.dead)) if units is not None else math.nan,
        float(np.mean(units.saturated)) if units is not None else math.nan,
        reading.get("dormant_share", math.nan),
        deviation(reading),
        math.log10(ratio) if ratio > 0 else math.nan,
        SEVERITIES[max(severities)] if severities else "healthy",
    )
