"""A torch model whose copies are trained, as it is and after remedies."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from typing import Any

import torch
from torch import Tensor, nn

from softknee.doctor.evidence import Evidence
from softknee.doctor.remedy import Remedy
from softknee.doctor.report import Report
from softknee.doctor.trial import OFTEN, SELDOM, TrainingRun
from softknee.doctor.watch import Watch
from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown

from .lineage import tensors_in
from .start import Batch, TorchStart

Loss = Callable[[Any, Any], Tensor]
MakeOptimizer = Callable[[Any], torch.optim.Optimizer]


class TorchSubject:
    """A model, data and loss, of which copies can be trained."""

    def __init__(
        self, model: nn.Module, batches: Sequence[Batch], loss_fn: Loss, make_optimizer: MakeOptimizer, steps: int
    ) -> None:
        self.model = model
        self.batches = batches
        self.loss_fn = loss_fn
        self.make_optimizer = make_optimizer
        self.steps = steps

    def run(self, remedy: Remedy | None = None, evidence: Evidence | None = None) -> TrainingRun:
        """Train a copy, after the remedy where there is one; random numbers are the same for all."""
        with torch.random.fork_rng():
            torch.manual_seed(0)
            start = TorchStart(copy.deepcopy(self.model), self.batches)
            if remedy is not None and evidence is not None:
                start = start.after(remedy, evidence)
            start.model.train()
            return TrainingRun(self._train(start, OFTEN if remedy is None else SELDOM))

    def _train(self, start: TorchStart, every: int) -> Report:
        optimizer = self.make_optimizer(p for p in start.model.parameters() if p.requires_grad)
        for group in optimizer.param_groups:
            group["lr"] = group["lr"] * start.rate_factor
        with Watch(start.model, every=every, budget=1.0) as watch:
            for x, y in islice(cycle(start.batches), self.steps):
                optimizer.zero_grad()
                loss = _checked(self.loss_fn(call(start.model, x), y))
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                if not torch.isfinite(loss):
                    break
        for step, (x, _) in enumerate(start.batches):
            if not all(bool(torch.isfinite(t).all()) for t in tensors_in(x) if t.is_floating_point()):
                watch.history.add_data(step, {"finite": 0.0})
        return watch.report()


def _checked(loss: Any) -> Tensor:
    """The loss; raises ArgumentError or ArgumentTypeError where it cannot be minimised."""
    if not isinstance(loss, Tensor):
        raise ArgumentTypeError("diagnose", "loss_fn", Shown(type(loss).__name__), "is what it gave, no tensor")
    if loss.numel() != 1:
        shown = Shown(f"tensor of shape {list(loss.shape)}")
        raise ArgumentError("diagnose", "loss_fn", shown, "is what it gave: it must give one number")
    if not loss.requires_grad:
        raise ArgumentError("diagnose", "loss_fn", loss.item(), "is what it gave, which depends on no parameter")
    return loss


def call(model: nn.Module, x: Any) -> Any:
    """The model on a batch's input: a dict by keyword, a tuple by position."""
    if isinstance(x, dict):
        return model(**x)
    return model(*x) if isinstance(x, (tuple, list)) else model(x)
