"""The rule about the size of a step's update of the weights."""

from __future__ import annotations

from softknee.doctor.advice import rates
from softknee.doctor.cause import UPPER, typical_update, unchanged, update_sizes
from softknee.doctor.evidence import Evidence
from softknee.doctor.finding import Finding, Severity
from softknee.doctor.remedy import Remedy
from softknee.doctor.rule import rule
from softknee.doctor.thresholds import STEP_HIGH, STEP_LOW

STEP_LEARNING = -0.5  # log10 of the relative step; a warning also where the loss falls


@rule(
    title="The weights move too much or too little",
    zh="权重每步变化过大或过小",
    cause="learning rate",
    place=70,
)
def step_size(e: Evidence) -> list[Finding]:
    """The mean change of the weights in a step over their mean size, in log10, of the layer in the middle.

    Weights that no step changes say nothing of it, and are told apart.
    """
    if e.stands_still:
        return [_standstill(e)]
    return _of_size(e) + _left_out(e)


def _standstill(e: Evidence) -> Finding:
    """The finding where no optimiser is called, or one that has other weights."""
    text = f"no step has changed the weights, in {e.history.unchanged} steps"
    call = "call optimizer.step() after backward, of an optimiser that has this model's weights and a rate above 0"
    return step_size.finding("critical", "the model", text, 0.0, 0.0, remedies=[Remedy(call)])


def _left_out(e: Evidence) -> list[Finding]:
    names = unchanged(e)
    if not names:
        return []
    others = f" and {len(names) - 1} others" if len(names) > 2 else f" and {names[1]}" if len(names) == 2 else ""
    text = f"{names[0]}{others} never changed: no gradient reaches them, or the optimiser does not have them"
    return [step_size.finding("info", "the model", text, 0.0, 0.0)]


def _of_size(e: Evidence) -> list[Finding]:
    typical = typical_update(e)
    high = typical > STEP_HIGH
    if not (high or typical < STEP_LOW):
        return []
    sizes = update_sizes(e, UPPER if high else 0.5)
    limit = STEP_HIGH if high else STEP_LOW
    extreme = (max if high else min)(sizes, key=lambda name: sizes[name])
    text = f"a step changes the weights by 10^{typical:.1f} of their size ({extreme}: 10^{sizes[extreme]:.1f})"
    severity: Severity = "info" if e.learns and high and typical < STEP_LEARNING else "warning"
    return [step_size.finding(severity, "the model", text, typical, limit, e.steps, "learning rate", remedies=rates(e))]
