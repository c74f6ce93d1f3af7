"""A diagnosis at a glance, for every view: one row per activation, findings in groups, and words for their numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from softknee.doctor.diagnosis import Diagnosis
from softknee.doctor.evidence import Evidence
from softknee.doctor.finding import SEVERITIES, Finding
from softknee.doctor.history import output_deviation
from softknee.doctor.network import Site
from softknee.doctor.rules import RULES


@dataclass(frozen=True)
class Row:
    """Shares of units, the output's deviation, the gradient beside that of the last activation, the worst finding."""

    site: Site
    dead: float
    flat: float
    dormant: float
    std: float
    log_gradient: float
    severity: str


def rows(diagnosis: Diagnosis) -> list[Row]:
    """The rows, in the order of the forward pass."""
    e, findings = diagnosis.evidence, diagnosis.findings
    norms = {site.key: norm for site, norm in e.gradient_norms(e.last)}
    last = next(reversed(norms.values()), math.nan)
    return [_row(e, site, norms.get(site.key, math.nan) / last if last else math.nan, findings) for site in e.shown]


def _row(e: Evidence, site: Site, ratio: float, findings: Sequence[Finding]) -> Row:
    units = e.units(site)
    reading = e.last(site)
    severities = [SEVERITIES.index(f.severity) for f in findings if f.layer == site.key]
    return Row(
        site,
        float(np.mean(units.dead)) if units is not None else math.nan,
        float(np.mean(units.saturated)) if units is not None else math.nan,
        reading.get("dormant_share", math.nan),
        output_deviation(reading),
        math.log10(ratio) if ratio > 0 else math.nan,
        SEVERITIES[max(severities)] if severities else "healthy",
    )


def grouped(findings: list[Finding]) -> list[list[Finding]]:
    """Findings of the same rule, severity, cause and remedy together, in the order of their first."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        key = (finding.rule, finding.severity, finding.cause, finding.remedy)
        groups.setdefault(key, []).append(finding)
    return list(groups.values())


def since(finding: Finding) -> str:
    """The step since which it is so, in words."""
    return "from the start" if finding.step == 0 else f"since step {finding.step}"


def shown(finding: Finding) -> str:
    """The number that was measured, as its rule writes it."""
    return RULES[finding.rule].shown(finding.measured)
