"""The remedies that rules have for a finding, by its cause."""

from __future__ import annotations

import math

from softknee.doctor.evidence import Evidence
from softknee.doctor.finding import Cause
from softknee.doctor.messages import message
from softknee.doctor.prescription import Prescription, initialise, normalise, standardise, swap, widen
from softknee.doctor.rates import rates
from softknee.doctor.site import Site

Mending = tuple[Prescription, ...]

# By activation that can die, the nearest that cannot.
_ALIVE = {"relu": "leaky_relu", "relu6": "leaky_relu", "hardtanh": "softsign", "hardsigmoid": "sigmoid"}


def for_signal(e: Evidence, site: Site, cause: Cause) -> Mending:
    """What may mend a signal or a gradient that is lost between layers."""
    draw = _draw(site)
    reference = site.reference
    # A function that takes from the gradient even with its own gain.
    takes = reference is not None and reference.steepest * reference.gain < 1
    other = (swap(site.name, "gelu", redraw=True),) if takes else ()
    if cause == "structure":
        return (*other, draw, normalise())
    return _by_cause(e, cause, draw, (draw,), (draw, *other, normalise()))


def for_units(e: Evidence, site: Site, cause: Cause) -> Mending:
    """What may bring units of one activation back."""
    draw = _draw(site)
    dies = site.reference is not None and site.reference.has_dead_zone
    other = (swap(site.name, _ALIVE.get(site.name, "gelu")),) if dies else ()
    return _by_cause(e, cause, draw, other, (draw, *other))


def for_numbers(e: Evidence, cause: Cause) -> Mending:
    """What may keep a run within the finite numbers."""
    if cause == "precision":
        return (widen("bfloat16 or float32"),)
    if cause == "data scale":
        return (standardise(), *rates(e)[:1])
    if cause in ("init", "structure"):
        return (initialise("initialise each layer with the gain of its activation and biases 0"), *rates(e)[:1])
    return rates(e)


def _by_cause(e: Evidence, cause: Cause, draw: Prescription, after_rates: Mending, otherwise: Mending) -> Mending:
    if cause == "data scale":
        return (standardise(), draw)
    if cause == "precision":
        return (widen("float32"),)
    if cause == "learning rate":
        return (*rates(e), *after_rates)
    return otherwise


def _draw(site: Site) -> Prescription:
    gain = site.reference.gain if site.reference is not None else math.nan
    if not math.isfinite(gain):
        return initialise("initialise with the gain of each activation and biases 0")
    return initialise(message("remedy-gain", gain=f"{gain:.4g}", activation=site.name))
