"""Learning rates worth trying, from how far steps move the weights."""

from __future__ import annotations

import math

from .cause import step
from .evidence import Evidence
from .prescription import Prescription, rate
from .thresholds import STEP_LOW


def rates(e: Evidence) -> tuple[Prescription, ...]:
    """Higher ones where steps are too small, else lower ones."""
    if step(e) < STEP_LOW:
        least = 10.0 ** max(1, math.ceil(STEP_LOW - step(e)))  # what brings it into the band
        return tuple(rate(least * more) for more in (1.0, 10.0, 100.0))
    return tuple(rate(factor) for factor in (0.1, 0.01, 0.001))
