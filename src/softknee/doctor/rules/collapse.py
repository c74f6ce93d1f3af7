"""The rule about different inputs that look the same in the depth of the network."""

from __future__ import annotations

import math

from softknee.doctor.advice import for_signal
from softknee.doctor.cause import cause_of
from softknee.doctor.evidence import Evidence
from softknee.doctor.finding import Finding, Severity
from softknee.doctor.network import Site
from softknee.doctor.rule import rule

MEAN_COSINE = 0.95


@rule(
    title="Different inputs look the same",
    zh="不同的输入看起来相同",
    message="the activations of different inputs have a mean cosine of {cosine}",
    message_zh="不同输入的激活值平均余弦为 {cosine}",
    place=100,
)
def collapse(e: Evidence) -> list[Finding]:
    """Different inputs give nearly the same activations in the second half of the network."""
    deep = [(site, e.last(site).get("mean_cosine", math.nan)) for site in e.hidden[len(e.hidden) // 2 :]]
    alike = [(site, value) for site, value in deep if value > MEAN_COSINE and _own_cosine(site) < MEAN_COSINE]
    if not alike:
        return []
    site, value = alike[-1]
    cause = cause_of(e, at_start=e.first(site).get("mean_cosine", math.nan) > MEAN_COSINE)
    text = collapse.say(cosine=f"{value:.3f}")
    since = next((step for step, found in e.series(site, "mean_cosine") if found > MEAN_COSINE), e.steps)
    severity: Severity = "info" if e.learns else "warning"
    remedies = for_signal(e, site, cause)
    return [collapse.finding(severity, site.key, text, value, MEAN_COSINE, since, cause, site.name, remedies)]


def _own_cosine(site: Site) -> float:
    """The mean cosine of a function's outputs for inputs of N(0, 1): of one far from 0 it is near 1 by itself."""
    reference = site.reference
    if reference is None or not 0 < reference.second_moment < math.inf:
        return 1.0
    return reference.properties.mean**2 / reference.second_moment
