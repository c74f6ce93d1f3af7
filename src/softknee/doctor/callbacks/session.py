"""One training under watch, from its begin to its end, and its report: the part that is the same for all trainers."""

from __future__ import annotations

import warnings
from pathlib import Path
from weakref import finalize

from torch import nn

from softknee.doctor.report import Report
from softknee.doctor.watch import Watch, watch
from softknee.language.errors import SoftkneeError

from .scalars import Unlogged, of_probe, relative_step


class Session:
    """A training from `begin` to `end`; `report` is that of the last one that has ended and showed something."""

    def __init__(self, every: int | None, budget: float, show: bool, html: str | Path | None) -> None:
        self.every = every
        self.budget = budget
        self.show = show
        self.html = html
        self.watch: Watch | None = None
        self.report: Report | None = None
        self._unlogged = Unlogged()
        self._undo: finalize[..., Session] | None = None

    def begin(self, model: nn.Module, method: str | None = None) -> None:
        """Watch a model from now on."""
        self.end(speaks=False)
        self.report = None
        self._unlogged = Unlogged()
        self.watch = watch(model, every=self.every, budget=self.budget, method=method).__enter__()
        # Of a training that was broken off, where the trainer tells no callback, this object's end is the end.
        self._undo = finalize(self, self.watch.__exit__, InterruptedError, None, None)

    def end(self, exception: BaseException | None = None, speaks: bool = True) -> None:
        """Leave the model as it was, and report; nothing where no training is under way."""
        if self.watch is None or self._undo is None:
            return
        ended, self.watch = self.watch, None
        self._undo.detach()
        ended.__exit__(type(exception) if exception is not None else None, exception, None)
        try:
            self.report = ended.report()
        except SoftkneeError as unseen:
            if exception is None:
                warnings.warn(str(unseen), stacklevel=2)
            return
        if self.show and speaks:
            print(self.report)
        if self.html is not None and speaks:
            self.report.to_html(self.html)

    def fresh(self, prefix: str) -> dict[str, float]:
        """The numbers of the probes since this was last asked; to be called when a step is over."""
        if self.watch is None:
            return {}
        self.watch.settle()
        history = self.watch.history
        probes = self._unlogged.probes(history)
        found = {}
        for _, snapshot in probes:
            found.update(of_probe(snapshot))
        for _, update in self._unlogged.updates(history):
            found["relative_step"] = relative_step(update)
        if probes:
            steps = {step for step, _ in probes}
            for step, loss in self._unlogged.losses(history):
                if step in steps:
                    found["loss"] = loss
        return {f"{prefix}/{name}": value for name, value in found.items()}
