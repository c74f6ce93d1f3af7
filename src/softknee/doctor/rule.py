"""The rules: each reads the evidence and gives findings."""

from __future__ import annotations

from collections.abc import Callable

from softknee.doctor.cause import root_cause
from softknee.doctor.evidence import Evidence
from softknee.doctor.finding import Finding, ordered

from .attention import saturated_attention
from .collapse import collapse
from .gradients import exploding, vanishing
from .init import init
from .mean_shift import mean_shift
from .numbers import non_finite, underflow
from .scale import scale
from .steps import step_size
from .structure import structure
from .units import dead, dormant, saturated

_RULES: tuple[Callable[[Evidence], list[Finding]], ...] = (
    non_finite,
    structure,
    dead,
    saturated,
    saturated_attention,
    vanishing,
    exploding,
    step_size,
    init,
    underflow,
    collapse,
    dormant,
    scale,
    mean_shift,
)


def judge(evidence: Evidence) -> list[Finding]:
    """All findings: those of the run's plainest cause first, then the worst."""
    return ordered([finding for rule in _RULES for finding in rule(evidence)], root_cause(evidence))
