"""How far a step moves the weights."""

from __future__ import annotations

import math

import numpy as np

from softknee.doctor.evidence import Evidence
from softknee.doctor.finding import Finding, Severity
from softknee.doctor.prescription import rate
from softknee.doctor.thresholds import STEP_HIGH, STEP_LOW

_UPPER = 0.8
# What is healthy, by experience, in log10.
HEALTHY = -3.0


def step_size(e: Evidence) -> list[Finding]:
    """The mean change of the weights in a step over their mean size, in log10, of the layer in the middle."""
    by_layer: dict[str, list[float]] = {}
    for _, motion in e.history.motions:
        for name, m in motion.items():
            if m.size > 0 and math.isfinite(m.change):
                by_layer.setdefault(name, []).append(math.log10(max(m.change / m.size, 1e-30)))
    if not by_layer:
        return []
    # Steps that are too large make the weights large, and are then no longer so in proportion.
    sizes = {name: float(np.quantile(values, _UPPER)) for name, values in by_layer.items()}
    high = _middle(sizes) > STEP_HIGH
    if not high:
        sizes = {name: float(np.median(values)) for name, values in by_layer.items()}
    typical = _middle(sizes)
    if STEP_LOW <= typical <= STEP_HIGH:
        return []
    severity: Severity = "info" if e.learns else "warning"
    limit = STEP_HIGH if high else STEP_LOW
    extreme = (max if high else min)(sizes, key=lambda name: sizes[name])
    message = f"a step changes the weights by 10^{typical:.1f} of their size ({extreme}: 10^{sizes[extreme]:.1f})"
    factor = 10 ** round(HEALTHY - typical)
    mending = (rate(factor), rate(math.sqrt(factor)))
    return [
        Finding.of(
            "step-size", severity, "the model", message, typical, limit, e.steps, "learning rate", mending=mending
        )
    ]


def _middle(sizes: dict[str, float]) -> float:
    return float(np.median(list(sizes.values())))
