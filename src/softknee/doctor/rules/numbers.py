"""The rules about numbers themselves: those that are not finite, and those that 16 bits have made zero."""

from __future__ import annotations

import numpy as np

from softknee.doctor.advice import for_numbers
from softknee.doctor.cause import cause_of, lost, root_cause
from softknee.doctor.evidence import Evidence
from softknee.doctor.finding import Finding, Severity
from softknee.doctor.remedy import Remedy, widen
from softknee.doctor.rule import rule
from softknee.doctor.signal_scale import departure
from softknee.doctor.thresholds import UNDERFLOW

_LOOK = (
    "look at the loss and the targets: a logarithm or a root of what is not positive, a division by 0, targets of NaN"
)


@rule(
    title="NaN or infinity",
    zh="出现 NaN 或无穷",
    message="{what} has {count} numbers that are NaN or infinite",
    message_zh="{what} 有 {count} 个数为 NaN 或无穷",
    place=10,
)
def non_finite(e: Evidence) -> list[Finding]:
    """NaN or infinity in the data, an activation, a gradient or the loss: the first one met."""
    if e.data.get("finite", 1.0) == 0.0:
        text = "the data that the model is given hold NaN or infinity"
        step = int(e.data.get("broken", 0))
        return [non_finite.finding("critical", "the input", text, 1.0, 0.0, step, "data scale")]
    if _breaks_in_the_loss(e):
        text = "the loss is NaN or infinite, and what it is computed from is not"
        look = Remedy(_LOOK)
        return [non_finite.finding("critical", "the loss", text, 1.0, 0.0, 0, "structure", remedies=[look])]
    met = _first_wrong(e)
    bad = next((step for step, loss in e.losses if not np.isfinite(loss)), None)
    if met is None and bad is None:
        return []
    layer, what, step, count = met if met is not None else ("the loss", "the loss", bad or 0, 1.0)
    cause = cause_of(e, at_start=step == 0)
    found = departure(e)
    if cause == "init" and step > 0 and found is not None and found[1] < 1:
        cause = "learning rate"  # weights that shrink the signal break nothing
    text = non_finite.say(what=what, count=f"{count:.0f}") if met else "the loss is NaN or infinite"
    if step > 0 and e.history.looks <= e.steps and not root_cause(e):
        text += " (not every step was looked at: every=1 would show whether a bad batch came first)"
    return [non_finite.finding("critical", layer, text, count, 0.0, step, cause, remedies=for_numbers(e, cause))]


def _breaks_in_the_loss(e: Evidence) -> bool:
    """True where the first loss is not finite, the activations before it are, and nothing else is wrong."""
    first = e.history.first
    if first is None or first.step > 0 or not e.losses or e.losses[0][0] > 0 or np.isfinite(e.losses[0][1]):
        return False
    return not root_cause(e) and not any(reading.get("wrong", 0.0) > 0 for reading in first.readings.values())


def _first_wrong(e: Evidence) -> tuple[str, str, int, float] | None:
    for snapshot in e.history.snapshots:
        for site in e.sites:
            count = snapshot.readings.get(site.key, {}).get("wrong", 0.0)
            if count > 0:
                return site.key, f"the output of {site.name}", snapshot.step, count
        for site in reversed(e.sites):
            count = snapshot.readings.get(site.key, {}).get("gradient_wrong", 0.0)
            if count > 0:
                return site.key, f"the gradient of the output of {site.name}", snapshot.step, count
    return None


@rule(
    title="Slopes and gradients round to zero",
    zh="斜率与梯度舍入为零",
    cause="precision",
    is_share=True,
    place=90,
)
def underflow(e: Evidence) -> list[Finding]:
    """Slopes or gradients that are zero in the dtype in use, and would not be in float32."""
    found = []
    for site in e.judged:
        last = e.last(site)
        share = lost(last, site.is_output)
        if share > UNDERFLOW:
            what = "slopes" if last["underflow"] == share else "gradients"
            text = f"{share:.0%} of the {what} of {site.name} round to 0 in 16 bits"
            severity: Severity = "info" if e.learns else "warning"
            wide = [widen("float32")]
            found.append(
                underflow.finding(severity, site.key, text, share, UNDERFLOW, e.steps, "precision", site.name, wide)
            )
    return found
