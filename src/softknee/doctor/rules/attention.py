"""Softmax within the network that has decided: next to no gradient passes to what it decides between."""

from __future__ import annotations

import numpy as np

from softknee.doctor.evidence import Evidence
from softknee.doctor.finding import Finding, Severity
from softknee.doctor.thresholds import SATURATED_SHARE

from .mending import for_units
from .units import cause_by_share, since_share


def saturated_attention(e: Evidence) -> list[Finding]:
    """Heads of attention that give nearly all weight to one key, whatever the query."""
    found = []
    for site in e.choosing:
        units = e.units(site)
        if units is None or not units.samples:
            continue
        share = float(np.mean(units.saturated))
        if share <= SATURATED_SHARE:
            continue
        severity: Severity = "info" if e.learns else "warning"
        cause = cause_by_share(e, site, "flat_share", share)
        who = "softmax" if units.flat.size == 1 else f"{np.sum(units.saturated)} of {units.flat.size} heads"
        message = (
            f"{who} had less than 5 % of softmax's steepest slope on more than 95 % of the rows: one entry has it all"
        )
        since = since_share(e, site, "flat_share", share)
        mending = for_units(e, site, cause)
        limit = SATURATED_SHARE
        found.append(
            Finding.of("saturated", severity, site.key, message, share, limit, since, cause, site.name, mending)
        )
    return found
