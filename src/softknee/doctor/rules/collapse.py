"""Different inputs that look the same in the depth of the network."""

from __future__ import annotations

import math

from softknee.doctor.cause import cause_of
from softknee.doctor.evidence import Evidence
from softknee.doctor.finding import Finding, Severity
from softknee.doctor.messages import message
from softknee.doctor.site import Site
from softknee.doctor.thresholds import LIKENESS

from .mending import for_signal


def collapse(e: Evidence) -> list[Finding]:
    """Different inputs give nearly the same activations in the second half of the network."""
    deep = [(site, e.last(site).get("likeness", math.nan)) for site in e.hidden[len(e.hidden) // 2 :]]
    alike = [(site, value) for site, value in deep if value > LIKENESS and _own_likeness(site) < LIKENESS]
    if not alike:
        return []
    site, value = alike[-1]
    cause = cause_of(e, at_start=e.first(site).get("likeness", math.nan) > LIKENESS)
    severity: Severity = "info" if e.learns else "warning"
    text = message("collapse", likeness=f"{value:.3f}")
    mending = for_signal(e, site, cause)
    since = next((step for step, found in e.series(site, "likeness") if found > LIKENESS), e.steps)
    return [Finding.of("collapse", severity, site.key, text, value, LIKENESS, since, cause, site.name, mending)]


def _own_likeness(site: Site) -> float:
    """That of a function whose mean is far from 0 beside its deviation, for N(0, 1) whatever the input."""
    reference = site.reference
    if reference is None or not 0 < reference.second_moment < math.inf:
        return 1.0
    return reference.properties.mean**2 / reference.second_moment
