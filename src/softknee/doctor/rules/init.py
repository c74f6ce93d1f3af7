"""The rule about initial weights that shrink, grow or merge the signal."""

from __future__ import annotations

import math
from collections.abc import Sequence

from softknee.doctor.advice import for_signal
from softknee.doctor.cause import cause_of
from softknee.doctor.evidence import Evidence
from softknee.doctor.finding import Finding, Severity
from softknee.doctor.rule import rule
from softknee.doctor.signal_scale import SignalScale, alike_before, departure
from softknee.doctor.thresholds import LAYER_GROWTH

TOTAL_LEARNING = 300.0  # factor of the second moment in all layers; a warning also where the loss falls
LEARNING_WELL = 0.5  # share of the loss that is gone


@rule(
    title="The initial weights shrink or grow the signal",
    zh="初始权重使信号缩小或增大",
    message="the signal's second moment changes by {total} over {layers} layers, by {growth} at {layer}",
    message_zh="信号的二阶矩经 {layers} 层变为原来的 {total} 倍，其中 {layer} 处变为 {growth} 倍",
    place=80,
)
def init(e: Evidence) -> list[Finding]:
    """The second moment of the signal leaves a band from layer to layer, at the first step already."""
    found = departure(e)
    if found is None:
        return _all_alike(e)
    extreme, total, steps = found
    site = extreme.site
    growth = f"{extreme.growth:.2g}"
    text = init.say(total=f"{total:.1e}", layers=str(len(steps)), growth=growth, layer=site.key) + _gains(steps)
    cause = cause_of(e, at_start=True)
    mild = 1 / TOTAL_LEARNING <= total <= TOTAL_LEARNING
    # A signal that shrinks costs steps at first; where most of the loss is gone it has been overcome.
    overcome = total < 1 and e.drop > LEARNING_WELL
    severity: Severity = "info" if (e.learns and mild) or overcome else "warning"
    remedies = for_signal(e, site, cause)
    return [init.finding(severity, site.key, text, extreme.growth, LAYER_GROWTH, 0, cause, site.name, remedies)]


def _all_alike(e: Evidence) -> list[Finding]:
    """Layers whose weights are all the same number, before an activation: their units are one unit, and stay so."""
    alike = {alike_before(e, site): site for site in reversed(e.inner)}  # of the gates of one layer the first
    found = []
    for layer, site in reversed(alike.items()):
        if layer is not None:
            text = f"all weights of {layer} are the same number: its units are alike, and stay so"
            remedies = for_signal(e, site, "init")
            found.append(init.finding("warning", site.key, text, 0.0, 0.0, 0, "init", site.name, remedies))
    return found


def _gains(steps: Sequence[SignalScale]) -> str:
    """The weights' gains beside those wanted, where weights were seen."""
    known = [scale for scale in steps if scale.gain > 0 and math.isfinite(scale.wanted)]
    if not known:
        return ""
    worst = max(known, key=lambda scale: abs(math.log(scale.gain / scale.wanted)))
    return (
        f"; std(W)·sqrt(fan_in) is {worst.gain:.3g} before {worst.site.key}, "
        f"{worst.gain / worst.wanted:.2g} of the {worst.wanted:.4g} that keeps the signal there"
    )
