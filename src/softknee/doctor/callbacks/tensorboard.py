"""The numbers of a watch in TensorBoard, or wherever something with `add_scalar` writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from torch.utils.weak import WeakIdKeyDictionary

from softknee.doctor.history import History, Snapshot

from .scalars import Unlogged, of_probe, relative_step, tag

if TYPE_CHECKING:
    from softknee.doctor.report import Report
    from softknee.doctor.watch import Watch

# By writer, then by history and prefix: a writer is known by its identity, since it need not be hashable.
_KNOWN: WeakIdKeyDictionary = WeakIdKeyDictionary()


def log(watch_or_report: Watch | Report, writer: Any, prefix: str = "softknee", *, histograms: bool = False) -> None:
    """Write the numbers that have not been written yet, at the steps of the watch.

    These are, of each activation at each probe, the shares of units that are `dead`, `saturated` and `dormant`,
    `output_std` and `gradient_norm`; and each `loss`, and the `relative_step` of the weights.

    Args:
        watch_or_report: The watch, or its report; its steps count forward passes in training from 0.
        writer: An object with TensorBoard's `add_scalar`.
        prefix: The first part of the tags.
        histograms: Write those of outputs, too, by the writer's `add_histogram`.

    >>> import torch, softknee
    >>> class Printer:
    ...     def add_scalar(self, tag, value, step):
    ...         print(tag, round(value, 3), step)
    >>> model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU())
    >>> _ = torch.nn.init.constant_(model[0].bias, -50)
    >>> with softknee.watch(model) as w:
    ...     model(torch.ones(2, 4)).sum().backward()
    >>> log(w, Printer(), "doctor")
    doctor/1/dead 1.0 0
    doctor/1/saturated 1.0 0
    doctor/1/dormant 1.0 0
    doctor/1/gradient_norm 5.657 0
    doctor/1/output_std 0.0 0
    doctor/loss 0.0 0
    """
    seen: Any = watch_or_report
    history: History = getattr(seen, "evidence", seen).history
    unlogged = _unlogged(writer, history, prefix)
    for step, snapshot in unlogged.probes(history):
        for name, value in of_probe(snapshot).items():
            writer.add_scalar(f"{prefix}/{name}", value, step)
        if histograms:
            _add_histograms(writer, prefix, snapshot)
    for step, loss in unlogged.losses(history):
        writer.add_scalar(f"{prefix}/loss", loss, step)
    for step, update in unlogged.updates(history):
        writer.add_scalar(f"{prefix}/relative_step", relative_step(update), step)


def _unlogged(writer: Any, history: History, prefix: str) -> Unlogged:
    by_history: WeakKeyDictionary[History, dict[str, Unlogged]]
    by_history = _KNOWN.setdefault(writer, WeakKeyDictionary())  # type: ignore[no-untyped-call]
    return by_history.setdefault(history, {}).setdefault(prefix, Unlogged())


def _add_histograms(writer: Any, prefix: str, snapshot: Snapshot) -> None:
    for key, reading in snapshot.readings.items():
        values = np.asarray(reading.get("shown", ()))
        values = values[np.isfinite(values)]
        if values.size:
            writer.add_histogram(f"{prefix}/{tag(key, 'output')}", values, snapshot.step)
