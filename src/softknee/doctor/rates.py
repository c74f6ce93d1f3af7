"""Learning rates worth trying, from how far steps move the weights."""

from __future__ import annotations

from .cause import step
from .evidence import Evidence
from .prescription import Prescription, rate
from .thresholds import STEP_LOW


def rates(e: Evidence) -> tuple[Prescription, ...]:
    """Higher ones where steps are too small, else lower ones."""
    factors = (10.0, 100.0, 1000.0) if step(e) < STEP_LOW else (0.1, 0.01, 0.001)
    return tuple(rate(factor) for factor in factors)
