"""Initial weights that shrink, grow or merge the signal."""

from __future__ import annotations

import math
from collections.abc import Sequence

from softknee.doctor.cause import cause_of
from softknee.doctor.evidence import Evidence
from softknee.doctor.finding import Finding, Severity
from softknee.doctor.levels import Level, alike_before, departure
from softknee.doctor.messages import message
from softknee.doctor.thresholds import LAYER_GROWTH, LEARNING_WELL, TOTAL_LEARNING

from .mending import for_signal


def init(e: Evidence) -> list[Finding]:
    """The second moment of the signal leaves a band from layer to layer, at the first step already."""
    found = departure(e)
    if found is None:
        return _all_alike(e)
    extreme, total, steps = found
    site = extreme.site
    growth = f"{extreme.growth:.2g}"
    text = message("init", total=f"{total:.1e}", layers=str(len(steps)), growth=growth, layer=site.key) + _gains(steps)
    cause = cause_of(e, at_start=True)
    mild = 1 / TOTAL_LEARNING <= total <= TOTAL_LEARNING
    # A signal that shrinks costs steps at first; where most of the loss is gone it has been overcome.
    overcome = total < 1 and e.drop > LEARNING_WELL
    severity: Severity = "info" if (e.learns and mild) or overcome else "warning"
    mending = for_signal(e, site, cause)
    return [Finding.of("init", severity, site.key, text, extreme.growth, LAYER_GROWTH, 0, cause, site.name, mending)]


def _all_alike(e: Evidence) -> list[Finding]:
    """Layers whose weights are all the same number, before an activation: their units are one unit, and stay so."""
    alike = {alike_before(e, site): site for site in reversed(e.inner)}  # of the gates of one layer the first
    found = []
    for layer, site in reversed(alike.items()):
        if layer is not None:
            text = f"all weights of {layer} are the same number: its units are alike, and stay so"
            mending = for_signal(e, site, "init")
            found.append(Finding.of("init", "warning", site.key, text, 0.0, 0.0, 0, "init", site.name, mending))
    return found


def _gains(steps: Sequence[Level]) -> str:
    """The weights' gains beside those wanted, where weights were seen."""
    known = [level for level in steps if level.gain > 0 and math.isfinite(level.wanted)]
    if not known:
        return ""
    worst = max(known, key=lambda level: abs(math.log(level.gain / level.wanted)))
    return (
        f"; std(W)·sqrt(fan_in) is {worst.gain:.3g} before {worst.site.key}, "
        f"{worst.gain / worst.wanted:.2g} of the {worst.wanted:.4g} that keeps the signal there"
    )
