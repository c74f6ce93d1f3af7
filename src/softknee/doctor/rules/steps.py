"""How far a step moves the weights."""

from __future__ import annotations

from softknee.doctor.cause import UPPER, step, step_sizes
from softknee.doctor.evidence import Evidence
from softknee.doctor.finding import Cause, Finding, Severity
from softknee.doctor.rates import rates
from softknee.doctor.thresholds import STEP_HIGH, STEP_LEARNING, STEP_LOW


def step_size(e: Evidence) -> list[Finding]:
    """The mean change of the weights in a step over their mean size, in log10, of the layer in the middle."""
    typical = step(e)
    high = typical > STEP_HIGH
    if not (high or typical < STEP_LOW):
        return []
    sizes = step_sizes(e, UPPER if high else 0.5)
    limit = STEP_HIGH if high else STEP_LOW
    extreme = (max if high else min)(sizes, key=lambda name: sizes[name])
    message = f"a step changes the weights by 10^{typical:.1f} of their size ({extreme}: 10^{sizes[extreme]:.1f})"
    cause: Cause = "learning rate"
    severity: Severity = "info" if e.learns and high and typical < STEP_LEARNING else "warning"
    return [Finding.of("step-size", severity, "the model", message, typical, limit, e.steps, cause, mending=rates(e))]
