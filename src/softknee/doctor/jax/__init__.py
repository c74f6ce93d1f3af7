"""The doctor for functions of JAX: their jaxprs are interpreted, and judged by the same rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jax

from softknee.doctor.report import Report
from softknee.doctor.trial import report_of
from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown

from .batches import batches_of
from .leaves import Leaves, is_floating
from .optimizer import Adam
from .patient import JaxPatient
from .probe import Function, Training

__all__ = ["Adam", "Function", "JaxPatient", "Leaves", "Training", "reports"]


def reports(
    model: Any, batch: Any, loss_fn: Any, parameters: Any, optimizer: Any, steps: int, seeds: int, try_remedies: bool
) -> Iterator[Report]:
    """Reports of a function, one for each seed; see `softknee.diagnose`."""
    for name, value in (("model", model), *((("loss_fn", loss_fn),) if loss_fn is not None else ())):
        if not callable(value):
            raise ArgumentTypeError("diagnose", name, Shown(type(value).__name__), "must be a function of JAX arrays")
    used = Adam() if optimizer is None else optimizer
    if not (hasattr(used, "init") and hasattr(used, "update")):
        raise ArgumentTypeError(
            "diagnose", "optimizer", Shown(type(used).__name__), "must have optax's `init` and `update`"
        )
    training = Training(Function(model, loss_fn, getattr(model, "__name__", type(model).__name__)), used)
    batches = batches_of(batch, loss_fn is not None)
    for seed in range(seeds):
        patient = JaxPatient(training, _leaves(parameters, seed), batches, steps)
        yield report_of(patient, try_remedies=try_remedies)


def _leaves(parameters: Any, seed: int) -> Leaves:
    found = Leaves("parameters", parameters(jax.random.key(seed)) if callable(parameters) else parameters)
    if not any(is_floating(value) for value in found.values):
        kinds = ", ".join(sorted({str(value.dtype) for value in found.values})) or "no array"
        raise ArgumentError("diagnose", "parameters", Shown(kinds), "hold nothing that one can derive by")
    return found
