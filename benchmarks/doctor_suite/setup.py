"""A setup: a model and all that its training needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .activations import Spelling
from .architectures import Architecture
from .data import Data, Kind, load

Loss = Callable[[Tensor, Tensor], Tensor]

_LOSSES: dict[Kind, Loss] = {
    "classes": F.cross_entropy,
    "binary": F.binary_cross_entropy_with_logits,
    "numbers": F.mse_loss,
}


def _sgd(parameters: Any, lr: float) -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters, lr=lr, momentum=0.9)


_OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "sgd": _sgd,
}


@dataclass(frozen=True)
class Setup:
    """A model, its data, loss and optimizer, and how many steps a run of its training has."""

    model: nn.Module
    data: Data
    loss_fn: Loss
    optimizer_class: Callable[..., torch.optim.Optimizer]
    rate: float
    batch: int
    steps: int
    seed: int

    def batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Batches (x, y) of the training part without end, the same at each call."""
        return self.data.batches(self.batch, self.seed)

    def optimizer(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """The optimizer for these parameters, at the setup's learning rate."""
        return self.optimizer_class(parameters, lr=self.rate)

    def score(self, model: nn.Module) -> float:
        """Accuracy or R² on the validation part; a label is read from an output as the loss reads it."""
        was_training = model.training
        model.eval()
        with torch.no_grad():
            out = model(self.data.x_validation)
        model.train(was_training)
        of_probabilities = self.loss_fn is F.binary_cross_entropy
        return _score(out.double(), self.data, 0.5 if of_probabilities else 0.0)

    @property
    def constant_score(self) -> float:
        """The score of always guessing the commonest label, or the mean."""
        if self.data.kind == "numbers":
            return 0.0
        commonest = self.data.y.long().flatten().bincount().argmax()
        return float((self.data.y_validation == commonest).double().mean())


def _score(out: Tensor, data: Data, border: float) -> float:
    y = data.y_validation
    if not bool(out.isfinite().all()):
        return np.nan
    if data.kind == "classes":
        return float((out.argmax(dim=1) == y).double().mean())
    if data.kind == "binary":
        return float(((out > border) == (y > 0.5)).double().mean())
    y = y.double()
    return float(1 - (out - y).square().sum() / (y - y.mean(dim=0)).square().sum())


def make_setup(architecture: Architecture, activation: str, seed: int) -> Setup:
    """The architecture with this activation as it should be; draws from torch's global generator."""
    data = load(architecture.dataset, seed)
    data = replace(
        data,
        x=data.x.reshape(-1, *architecture.shape),
        x_validation=data.x_validation.reshape(-1, *architecture.shape),
    )
    spelling = Spelling(activation, architecture.library)
    model = architecture.network(spelling, data.outputs)
    architecture.initialise(model, spelling.gain)
    return Setup(
        model=model,
        data=data,
        loss_fn=_LOSSES[data.kind],
        optimizer_class=_OPTIMIZERS[architecture.optimizer],
        rate=architecture.rate,
        batch=architecture.batch,
        steps=architecture.steps,
        seed=seed,
    )
