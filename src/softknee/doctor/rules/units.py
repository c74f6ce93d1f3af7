"""The rules about units: dead, saturated (units of an activation and heads of attention), dormant."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softknee.doctor.advice import for_units
from softknee.doctor.cause import cause_of
from softknee.doctor.evidence import Evidence, Units
from softknee.doctor.finding import Cause, Finding, Severity
from softknee.doctor.network import Site
from softknee.doctor.rule import rule
from softknee.doctor.thresholds import DEAD_BATCHES, DEAD_CRITICAL

DEAD_WARNING = 0.1
DEAD_LEARNING = 0.3  # a warning also where the loss falls
DEAD_LEAST = 300  # samples at least: none of 300 is less than 1 % with 95 % confidence
SATURATED_SHARE = 0.5  # TheDeepChecker
DORMANT_SHARE = 0.5  # Sokar et al. 2023, arXiv:2302.12902


@rule(
    title="Units that never fire",
    zh="失活的单元",
    message="{count} of {units} units of {activation} had slope 0 for all of {samples} samples",
    message_zh="{activation} 的 {units} 个单元中有 {count} 个在全部 {samples} 个样本上斜率为 0",
    is_share=True,
    place=30,
)
def dead(e: Evidence) -> Iterator[Finding]:
    """Units whose slope was 0 for every sample of many: no gradient reaches what feeds them."""
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
        cause = _cause_by_share(e, site, "dead_share", share)
        count, size = f"{np.sum(units.dead)}", f"{units.dead.size}"
        text = dead.say(count=count, units=size, activation=site.name, samples=f"{units.samples:.0f}")
        since = _since_share(e, site, "dead_share", share)
        remedies = for_units(e, site, cause)
        yield dead.finding(severity, site.key, text, share, DEAD_WARNING, since, cause, site.name, remedies)


@rule(
    title="Units that are saturated",
    zh="饱和的单元",
    message="{share} of the units of {activation} had less than 5 % of its steepest slope "
    "on more than 95 % of the samples",
    message_zh="{activation} 有 {share} 的单元在超过 95% 的样本上斜率不足最大斜率的 5%",
    is_share=True,
    place=40,
)
def saturated(e: Evidence) -> Iterator[Finding]:
    """Units whose slope was below a twentieth of the steepest one for nearly all samples."""
    for site in e.judged:
        units = e.units(site)
        reference = site.reference
        if units is None or reference is None or site.is_output:
            continue
        if reference.has_dead_zone and not reference.is_bounded:
            continue  # relu without a slope for negative inputs is the business of `dead`
        share = float(np.mean(units.saturated))
        if share > SATURATED_SHARE:
            is_mild = site.is_factor or (site.is_fused and e.learns)
            text = saturated.say(share=f"{share:.0%}", activation=site.name)
            yield _saturated(e, site, "info" if is_mild else "warning", text, share)
    for site in e.choosing:
        units = e.units(site)
        if units is None or not units.samples:
            continue
        share = float(np.mean(units.saturated))
        if share > SATURATED_SHARE:
            who = "softmax" if units.flat.size == 1 else f"{np.sum(units.saturated)} of {units.flat.size} heads"
            text = (
                f"{who} had less than 5 % of softmax's steepest slope on more than 95 % of the rows: "
                "one entry has it all"
            )
            yield _saturated(e, site, "info" if e.learns else "warning", text, share)


@rule(title="Units that hardly speak", zh="几乎不响应的单元", is_share=True, place=110)
def dormant(e: Evidence) -> Iterator[Finding]:
    """Units whose output is small beside that of their layer."""
    for site in e.hidden:
        units = e.units(site)
        if units is None or units.size is None or not _enough(units) or units.size.size < 4:
            continue
        share = e.last(site).get("dormant_share", 0.0)
        if share > DORMANT_SHARE and float(np.mean(units.dead)) < share / 2:
            text = f"{share:.0%} of the units give less than 2.5 % of their layer's mean size"
            yield dormant.finding("info", site.key, text, share, DORMANT_SHARE, e.steps, activation=site.name)


def _states(e: Evidence) -> list[Site]:
    """The states of recurrent layers that can die."""
    return [site for site in e.judged if site.is_fused and site.reference is not None and site.reference.has_dead_zone]


def _enough(units: Units) -> bool:
    return units.samples >= DEAD_LEAST and units.batches >= DEAD_BATCHES


def _saturated(e: Evidence, site: Site, severity: Severity, text: str, share: float) -> Finding:
    cause = _cause_by_share(e, site, "flat_share", share)
    since = _since_share(e, site, "flat_share", share)
    remedies = for_units(e, site, cause)
    return saturated.finding(severity, site.key, text, share, SATURATED_SHARE, since, cause, site.name, remedies)


def _cause_by_share(e: Evidence, site: Site, name: str, share: float) -> Cause:
    """The cause of the run; else the init where it was so at the first probe, and a later change where it was not."""
    return cause_of(e, at_start=e.first(site).get(name, 0.0) > share / 2)


def _since_share(e: Evidence, site: Site, name: str, share: float) -> int:
    """The step at which half of the share was reached."""
    return next((step for step, value in e.series(site, name) if value > share / 2), 0)
