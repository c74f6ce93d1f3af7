"""How far a step moves the weights."""

from __future__ import annotations

from softknee.doctor.cause import UPPER, step, step_sizes, unmoved
from softknee.doctor.evidence import Evidence
from softknee.doctor.finding import Cause, Finding, Severity
from softknee.doctor.prescription import Prescription
from softknee.doctor.rates import rates
from softknee.doctor.thresholds import STEP_HIGH, STEP_LEARNING, STEP_LOW


def step_size(e: Evidence) -> list[Finding]:
    """The mean change of the weights in a step over their mean size, in log10, of the layer in the middle.

    Weights that no step changes say nothing of it, and are told apart.
    """
    if e.stands_still:
        return [_standstill(e)]
    return _of_size(e) + _left_out(e)


def _standstill(e: Evidence) -> Finding:
    """As where no optimiser is called, or one that has other weights."""
    message = f"no step has changed the weights, in {e.history.unmoved} steps"
    what = "call optimizer.step() after backward, of an optimiser that has this model's weights and a rate above 0"
    return Finding.of("step-size", "critical", "the model", message, 0.0, 0.0, mending=(Prescription(what),))


def _left_out(e: Evidence) -> list[Finding]:
    names = unmoved(e)
    if not names:
        return []
    others = f" and {len(names) - 1} others" if len(names) > 2 else f" and {names[1]}" if len(names) == 2 else ""
    message = f"{names[0]}{others} never changed: no gradient reaches them, or the optimiser does not have them"
    return [Finding.of("step-size", "info", "the model", message, 0.0, 0.0)]


def _of_size(e: Evidence) -> list[Finding]:
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
