"""Learning rates worth trying, from how far steps move the weights."""

from __future__ import annotations

import math

from .cause import step
from .evidence import Evidence
from .prescription import Prescription, rate
from .thresholds import STEP_LOW

# What is tried beyond the least that helps has an end: the lowest loss of a few steps is not that of a training.
_MOST = 1000.0


def rates(e: Evidence) -> tuple[Prescription, ...]:
    """Higher ones where steps are too small, else lower ones."""
    if step(e) < STEP_LOW:
        least = 10.0 ** max(1, math.ceil(STEP_LOW - step(e)))  # what brings it into the band
        return tuple(rate(factor) for factor in (least, 10 * least, 100 * least) if factor <= max(least, _MOST))
    return tuple(rate(factor) for factor in (0.1, 0.01, 0.001))
