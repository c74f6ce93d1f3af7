"""The parts of a data set, and the batches that they give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

Batch = tuple[Any, Tensor]


class Part(Protocol):
    """What trains, validates or tests."""

    def batches(self, size: int, order: np.random.Generator | None = None) -> Iterator[Batch]:
        """Inputs and targets, `size` samples at a time; in another order if one is drawn."""


@dataclass(frozen=True)
class Arrays:
    """Samples in memory: inputs of shape (n, ...) and targets of shape (n, ...)."""

    x: Tensor
    y: Tensor

    def __len__(self) -> int:
        return len(self.x)

    def batches(self, size: int, order: np.random.Generator | None = None) -> Iterator[Batch]:
        """Batches of `size`, the last may be smaller."""
        x, y = self.x, self.y
        if order is not None:
            rows = torch.from_numpy(order.permutation(len(x)))
            x, y = x[rows], y[rows]
        for at in range(0, len(x), size):
            yield x[at : at + size], y[at : at + size]


@dataclass(frozen=True)
class Loaded:
    """What a loader gives, in batches of its own size; one that shuffles draws from torch's generator."""

    loader: Iterable[Any]

    def batches(self, size: int, order: np.random.Generator | None = None) -> Iterator[Batch]:
        """The loader's own batches: pairs of inputs and targets."""
        if order is not None:
            torch.manual_seed(int(order.integers(1 << 62)))
        yield from self.loader


@dataclass(frozen=True)
class Split:
    """Training, validation and test part."""

    train: Part
    validation: Part
    test: Part


def first_batch(part: Part, size: int) -> Batch:
    """A batch to look at a network with."""
    return next(part.batches(size))
