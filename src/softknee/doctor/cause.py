"""The plainest cause of a run, found before its symptoms are told: most findings of one run have one cause.

Not here: the symptoms (doctor/rules), and the remedies for a cause (advice.py).
"""

from __future__ import annotations

import math

import numpy as np

from .evidence import Evidence
from .finding import Cause
from .signal_scale import alike_before, departure, wanted_gain
from .thresholds import (
    DATA_LARGE,
    DATA_SMALL,
    DEAD_CRITICAL,
    STEP_HIGH,
    STEP_LOW,
    UNDERFLOW,
    VANISHING,
)

# Steps that are too large make the weights large, and are then no longer so in proportion.
UPPER = 0.8


def cause_of(e: Evidence, *, at_start: bool) -> Cause:
    """The cause of a symptom: that of the run, where one is plain, else what its beginning tells."""
    return root_cause(e) or ("init" if at_start else "learning rate")


def root_cause(e: Evidence) -> Cause:
    """The plainest cause that a run shows; "" where none is plain."""
    if e.data.get("finite", 1.0) == 0.0 or is_data_out_of_scale(e):
        return "data scale"
    if is_underflowing(e) or breaks_in_half(e):
        return "precision"
    if shrinks_by_itself(e):
        return "structure"
    if departure(e) is not None or starts_dead(e) or any(alike_before(e, site) for site in e.inner):
        return "init"
    if not STEP_LOW <= typical_update(e) <= STEP_HIGH:  # also where there is none, which leaves timing to tell
        return "learning rate" if math.isfinite(typical_update(e)) else ""
    return ""


def is_data_out_of_scale(e: Evidence) -> bool:
    """True where the root mean square of the inputs is far from 1."""
    rms = e.data.get("rms", math.nan)
    return rms > DATA_LARGE or rms < DATA_SMALL


def is_underflowing(e: Evidence) -> bool:
    """True where in 16 bits many slopes or gradients are 0."""
    return any(lost(e.last(site), site.is_output) > UNDERFLOW for site in e.judged)


def breaks_in_half(e: Evidence) -> bool:
    """True where a run in 16 bits has left the finite numbers."""
    broken = any(not math.isfinite(loss) for _, loss in e.losses)
    return broken and any("underflow" in e.first(site) for site in e.judged)


def lost(reading: dict[str, float], is_output: bool) -> float:
    """The share of slopes or of gradients that 16 bits have made 0; 0 in other dtypes."""
    if "underflow" not in reading:
        return 0.0
    return max(reading["underflow"], 0.0 if is_output else reading.get("gradient_zero", 0.0))


def shrinks_by_itself(e: Evidence) -> bool:
    """True where the gradient vanishes at the first step through functions that shrink it even with their own gain."""
    norms = [(site, norm) for site, norm in e.gradient_norms(e.first) if norm > 0]
    if len(norms) < 3 or norms[0][1] >= math.sqrt(VANISHING) * norms[-1][1]:
        return False
    return all(site.reference.steepest * wanted_gain(site) < 1 for site, _ in norms if site.reference is not None)


def starts_dead(e: Evidence) -> bool:
    """True where at the first step most units of a layer have no slope, or next to none."""
    first = [e.first(site) for site in e.hidden]
    return any(max(r.get("dead_share", 0.0), r.get("flat_share", 0.0)) > DEAD_CRITICAL for r in first)


def typical_update(e: Evidence) -> float:
    """log10 of the relative size of a step's update, of the layer in the middle.

    It is the upper end over the steps where that is too large, else their median; NaN where no update was seen.
    """
    high = _middle(update_sizes(e, UPPER))
    return high if high > STEP_HIGH else _middle(update_sizes(e, 0.5))


def update_sizes(e: Evidence, share: float) -> dict[str, float]:
    """A quantile over the steps seen of log10 of a step's mean change over the mean size, by weight."""
    by_layer: dict[str, list[float]] = {}
    for _, update in e.history.updates:
        for name, m in update.items():
            if m.size > 0 and math.isfinite(m.change):
                by_layer.setdefault(name, []).append(math.log10(max(m.change / m.size, 1e-30)))
    for name in unchanged(e):
        by_layer.pop(name, None)
    return {name: float(np.quantile(values, share)) for name, values in by_layer.items()}


def unchanged(e: Evidence) -> list[str]:
    """The weights that never changed while others did: they say nothing of the rate."""
    updates = [update for _, update in e.history.updates]
    names = {name: None for update in updates for name in update}
    return [name for name in names if all(update[name].change == 0 for update in updates if name in update)]


def _middle(sizes: dict[str, float]) -> float:
    return float(np.median(list(sizes.values()))) if sizes else math.nan
