"""A torch model whose copies are trained, before a treatment and after it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from typing import Any

import torch
from torch import Tensor, nn

from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown

from .evidence import Evidence
from .lineage import tensors_in
from .prescription import Prescription
from .report import Report
from .torch_case import Batch, TorchCase
from .trial import OFTEN, SELDOM, Course
from .watch import Watch

Loss = Callable[[Any, Any], Tensor]
MakeOptimizer = Callable[[Any], torch.optim.Optimizer]


class TorchPatient:
    """A model, data and loss, of which copies can be trained."""

    def __init__(
        self, model: nn.Module, batches: Sequence[Batch], loss_fn: Loss, make_optimizer: MakeOptimizer, steps: int
    ) -> None:
        self.model = model
        self.batches = batches
        self.loss_fn = loss_fn
        self.make_optimizer = make_optimizer
        self.steps = steps

    def course(self, prescription: Prescription | None = None, evidence: Evidence | None = None) -> Course:
        """Train a copy, after the prescription where there is one; random numbers are the same for all."""
        with torch.random.fork_rng():
            torch.manual_seed(0)
            case = TorchCase(copy.deepcopy(self.model), self.batches)
            if prescription is not None and evidence is not None:
                case = case.treated(prescription, evidence)
            case.model.train()
            return Course(self._train(case, OFTEN if prescription is None else SELDOM))

    def _train(self, case: TorchCase, every: int) -> Report:
        optimizer = self.make_optimizer(p for p in case.model.parameters() if p.requires_grad)
        for group in optimizer.param_groups:
            group["lr"] = group["lr"] * case.rate_factor
        with Watch(case.model, every=every, budget=1.0) as watch:
            for x, y in islice(cycle(case.batches), self.steps):
                optimizer.zero_grad()
                loss = _checked(self.loss_fn(call(case.model, x), y))
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                if not torch.isfinite(loss):
                    break
        for step, (x, _) in enumerate(case.batches):
            if not all(bool(torch.isfinite(t).all()) for t in tensors_in(x) if t.is_floating_point()):
                watch.history.add_data(step, {"finite": 0.0})
        return watch.report()


def _checked(loss: Any) -> Tensor:
    """The loss, if it is one that can be gone down."""
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
