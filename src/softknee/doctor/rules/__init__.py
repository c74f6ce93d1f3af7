"""The rules: each reads the evidence and gives findings."""

from __future__ import annotations

from collections.abc import Callable

from softknee.doctor.cause import root_cause
from softknee.doctor.evidence import Evidence
from softknee.doctor.finding import Finding, ordered

from . import numbers, signal, steps, structure, units

_RULES: tuple[Callable[[Evidence], list[Finding]], ...] = (
    numbers.non_finite,
    structure.structure,
    units.dead,
    units.saturated,
    signal.vanishing,
    signal.exploding,
    steps.step_size,
    signal.init,
    numbers.underflow,
    signal.collapse,
    units.dormant,
    signal.scale,
    signal.mean_shift,
)


def judge(evidence: Evidence) -> list[Finding]:
    """All findings: those of the run's plainest cause first, then the worst."""
    return ordered([finding for rule in _RULES for finding in rule(evidence)], root_cause(evidence))
