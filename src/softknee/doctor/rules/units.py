"""Rules about single units: dead, saturated, dormant."""

from __future__ import annotations

import numpy as np

from softknee.doctor.cause import cause_of
from softknee.doctor.evidence import Evidence, Units
from softknee.doctor.finding import Cause, Finding, Severity
from softknee.doctor.messages import message
from softknee.doctor.site import Site
from softknee.doctor.thresholds import (
    DEAD_BATCHES,
    DEAD_CRITICAL,
    DEAD_LEARNING,
    DEAD_LEAST,
    DEAD_WARNING,
    DORMANT_SHARE,
    SATURATED_SHARE,
)

from .mending import for_units


def dead(e: Evidence) -> list[Finding]:
    """Units whose slope was 0 for every sample of many: no gradient reaches what feeds them."""
    found = []
    for site in (*e.hidden, *_states(e)):
        units = e.units(site)
        if units is None or not _enough(units):
            continue
        share = float(np.mean(units.dead))
        if share <= DEAD_WARNING:
            continue
        severity: Severity = "critical" if share > DEAD_CRITICAL else "warning"
        if e.learns and share <= DEAD_LEARNING:
            severity = "info"
        cause = cause_by_share(e, site, "dead_share", share)
        count = int(np.sum(units.dead))
        size, samples = str(units.dead.size), f"{units.samples:.0f}"
        text = message("dead", count=str(count), units=size, activation=site.name, samples=samples)
        since = since_share(e, site, "dead_share", share)
        mending = for_units(e, site, cause)
        found.append(
            Finding.of("dead", severity, site.key, text, share, DEAD_WARNING, since, cause, site.name, mending)
        )
    return found


def _states(e: Evidence) -> list[Site]:
    """The states of recurrent layers that can die."""
    return [site for site in e.judged if site.is_fused and site.reference is not None and site.reference.has_dead_zone]


def _enough(units: Units) -> bool:
    return units.samples >= DEAD_LEAST and units.batches >= DEAD_BATCHES


def saturated(e: Evidence) -> list[Finding]:
    """Units whose slope was below a twentieth of the steepest one for nearly all samples."""
    found = []
    for site in e.judged:
        units = e.units(site)
        reference = site.reference
        if units is None or reference is None or site.is_output:
            continue
        if reference.has_dead_zone and not reference.is_bounded:
            continue  # what relu does for negative inputs is the business of `dead`
        share = float(np.mean(units.saturated))
        if share <= SATURATED_SHARE:
            continue
        severity: Severity = "info" if site.is_factor or (site.is_fused and e.learns) else "warning"
        cause = cause_by_share(e, site, "flat_share", share)
        text = message("saturated", share=f"{share:.0%}", activation=site.name)
        since = since_share(e, site, "flat_share", share)
        mending = for_units(e, site, cause)
        limit = SATURATED_SHARE
        found.append(Finding.of("saturated", severity, site.key, text, share, limit, since, cause, site.name, mending))
    return found


def dormant(e: Evidence) -> list[Finding]:
    """Units whose output is small beside that of their layer."""
    found = []
    for site in e.hidden:
        units = e.units(site)
        if units is None or units.size is None or not _enough(units) or units.size.size < 4:
            continue
        share = e.last(site).get("dormant_share", 0.0)
        if share > DORMANT_SHARE and float(np.mean(units.dead)) < share / 2:
            text = f"{share:.0%} of the units give less than 2.5 % of their layer's mean size"
            found.append(
                Finding.of("dormant", "info", site.key, text, share, DORMANT_SHARE, e.steps, activation=site.name)
            )
    return found


def cause_by_share(e: Evidence, site: Site, name: str, share: float) -> Cause:
    """That of the run; else the init where it was so at the first probe, and what happened later where it was not."""
    return cause_of(e, at_start=e.first(site).get(name, 0.0) > share / 2)


def since_share(e: Evidence, site: Site, name: str, share: float) -> int:
    """The step at which half of it was there."""
    return next((step for step, value in e.series(site, name) if value > share / 2), 0)
