"""The remedies for a finding, by its cause.

Not here: the remedies themselves (remedy.py), and the trial of them (trial.py).
"""

from __future__ import annotations

import math

from .cause import typical_update
from .evidence import Evidence
from .finding import Cause
from .network import Site
from .remedy import TEMPLATES, Remedy, initialise, normalise, rate, standardise, swap, widen
from .thresholds import STEP_LOW

Remedies = tuple[Remedy, ...]

# The factor of the highest rate that is tried beyond the least that helps: the lowest loss of a few steps is not that
# of a training.
_MOST = 1000.0

# By activation that can die, the nearest that cannot.
_ALIVE = {"relu": "leaky_relu", "relu6": "leaky_relu", "hardtanh": "softsign", "hardsigmoid": "sigmoid"}


def for_signal(e: Evidence, site: Site, cause: Cause) -> Remedies:
    """Remedies for a signal or a gradient that is lost between layers."""
    draw = _draw(site)
    reference = site.reference
    # A function that takes from the gradient even with its own gain.
    takes = reference is not None and reference.steepest * reference.gain < 1
    other = (swap(site.name, "gelu", redraw=True),) if takes else ()
    if cause == "structure":
        return (*other, draw, normalise())
    return _by_cause(e, cause, draw, (draw,), (draw, *other, normalise()))


def for_units(e: Evidence, site: Site, cause: Cause) -> Remedies:
    """Remedies for units of one activation that do not learn."""
    draw = _draw(site)
    dies = site.reference is not None and site.reference.has_dead_zone
    other = (swap(site.name, _ALIVE.get(site.name, "gelu")),) if dies else ()
    return _by_cause(e, cause, draw, other, (draw, *other))


def for_numbers(e: Evidence, cause: Cause) -> Remedies:
    """Remedies for a run that leaves the finite numbers."""
    if cause == "precision":
        return (widen("bfloat16 or float32"),)
    if cause == "data scale":
        return (standardise(), *rates(e)[:1])
    if cause in ("init", "structure"):
        return (initialise("initialise each layer with the gain of its activation and biases 0"), *rates(e)[:1])
    return rates(e)


def rates(e: Evidence) -> Remedies:
    """Learning rates by the size of the updates: higher ones where updates are too small, else lower ones."""
    if typical_update(e) < STEP_LOW:
        least = 10.0 ** max(1, math.ceil(STEP_LOW - typical_update(e)))  # brings the updates into the band
        return tuple(rate(factor) for factor in (least, 10 * least, 100 * least) if factor <= max(least, _MOST))
    return tuple(rate(factor) for factor in (0.1, 0.01, 0.001))


def _by_cause(e: Evidence, cause: Cause, draw: Remedy, after_rates: Remedies, otherwise: Remedies) -> Remedies:
    if cause == "data scale":
        return (standardise(), draw)
    if cause == "precision":
        return (widen("float32"),)
    if cause == "learning rate":
        return (*rates(e), *after_rates)
    return otherwise


def _draw(site: Site) -> Remedy:
    gain = site.reference.gain if site.reference is not None else math.nan
    if not math.isfinite(gain):
        return initialise("initialise with the gain of each activation and biases 0")
    return initialise(TEMPLATES["remedy-gain"]["en"].format(gain=f"{gain:.4g}", activation=site.name))
