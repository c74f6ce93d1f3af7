"""The rules about gradients that vanish or explode on their way to the input."""

from __future__ import annotations

import math
from collections.abc import Sequence

from softknee.doctor.advice import for_signal
from softknee.doctor.cause import cause_of
from softknee.doctor.evidence import Evidence
from softknee.doctor.finding import Finding, Severity
from softknee.doctor.network import Site
from softknee.doctor.rule import Rule, rule
from softknee.doctor.thresholds import DEAD_CRITICAL, VANISHING

EXPLODING = 70.0  # AutoTrainer
BEYOND = 5.0  # times further out, they are warnings also where the loss falls

Norms = Sequence[tuple[Site, float]]


@rule(
    title="The gradient vanishes towards the input",
    zh="梯度向输入方向消失",
    message="the gradient at {first} is {ratio} of that at {last}: {slope} in log10 per layer",
    message_zh="{first} 处的梯度是 {last} 处的 {ratio} 倍：每层 log10 变化 {slope}",
    place=50,
)
def vanishing(e: Evidence) -> list[Finding]:
    """The gradient at the first activation is a small part of that at the last."""
    ratio = _ratio(e.gradient_norms(e.last))
    if not ratio < VANISHING or _is_cut(e):
        return []
    at_start = _ratio(e.gradient_norms(e.first)) < math.sqrt(VANISHING)
    since = next(step for step, found in e.gradient_ratios() if found < VANISHING)
    is_mild = ratio > VANISHING / BEYOND
    return [_found(e, vanishing, ratio, VANISHING, f"{ratio:.1e}", since, at_start=at_start, is_mild=is_mild)]


@rule(
    title="The gradient grows towards the input",
    zh="梯度向输入方向增大",
    message="the gradient at {first} is {ratio} times that at {last}: {slope} in log10 per layer",
    message_zh="{first} 处的梯度是 {last} 处的 {ratio} 倍：每层 log10 变化 {slope}",
    place=60,
)
def exploding(e: Evidence) -> list[Finding]:
    """The gradient at the first activation is many times that at the last."""
    ratio = _ratio(e.gradient_norms(e.last))
    if not ratio > EXPLODING:
        return []
    at_start = _ratio(e.gradient_norms(e.first)) > math.sqrt(EXPLODING)
    since = next(step for step, found in e.gradient_ratios() if found > EXPLODING)
    is_mild = ratio < EXPLODING * BEYOND
    return [_found(e, exploding, ratio, EXPLODING, f"{ratio:.3g}", since, at_start=at_start, is_mild=is_mild)]


def _found(
    e: Evidence,
    found_by: Rule,
    ratio: float,
    threshold: float,
    shown: str,
    since: int,
    *,
    at_start: bool,
    is_mild: bool,
) -> Finding:
    norms = e.gradient_norms(e.last)
    first, last = norms[0][0], norms[-1][0]
    cause = cause_of(e, at_start=at_start)
    severity: Severity = "info" if e.learns and is_mild else "critical"
    slope = f"{_log_slope(norms):+.2f}"
    text = found_by.say(first=first.key, ratio=shown, last=last.key, slope=slope)
    remedies = for_signal(e, last, cause)
    return found_by.finding(severity, first.key, text, ratio, threshold, since, cause, last.name, remedies)


def _is_cut(e: Evidence) -> bool:
    """True where a layer is so dead that no gradient passes, which `dead` tells."""
    found = [e.units(site) for site in e.hidden]
    return any(units is not None and float(units.dead.mean()) > DEAD_CRITICAL for units in found)


def _ratio(norms: Norms) -> float:
    if len(norms) < 2 or norms[-1][1] == 0:
        return math.nan
    return norms[0][1] / norms[-1][1]


def _log_slope(norms: Norms) -> float:
    """The change of log10 of the gradient's norm for each activation that it passes on its way back."""
    first, last = norms[0][1], norms[-1][1]
    return math.log10(first / last) / (len(norms) - 1) if first > 0 and last > 0 else -math.inf
