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
    for share, is_out in ((_UPPER, lambda size: size > STEP_HIGH), (0.5, lambda size: size < STEP_LOW)):
        middle = {name: float(np.quantile(values, share)) for name, values in by_layer.items()}
        typical = float(np.median(list(middle.values())))
        if is_out(typical):
            break
    else:
        return []
    high = typical > STEP_HIGH
    severity: Severity = "info" if e.learns else "warning"
    limit = STEP_HIGH if high else STEP_LOW
    extreme = (max if high else min)(middle, key=lambda name: middle[name])
    message = f"a step changes the weights by 10^{typical:.1f} of their size ({extreme}: 10^{middle[extreme]:.1f})"
    factor = 10 ** round(HEALTHY - typical)
    mending = (rate(factor), rate(math.sqrt(factor)))
    return [
        Finding.of(
            "step-size", severity, "the model", message, typical, limit, e.steps, "learning rate", mending=mending
        )
    ]
