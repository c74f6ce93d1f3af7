"""The parts of a data set, and the batches that they give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import default_collate

from .random_streams import RandomStream

Batch = tuple[Any, Tensor]
# How targets are called in batches that are dicts.
_LABELS = ("labels", "label")


class Part(Protocol):
    """What trains, validates or tests."""

    def batches(self, size: int, order: np.random.Generator | None = None) -> Iterator[Batch]:
        """Inputs and targets, `size` samples at a time; for training in an order that is drawn."""


@dataclass(frozen=True)
class ArrayPart:
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
        for rows_of in _cuts(len(x), size, order):
            yield x[rows_of], y[rows_of]


@dataclass(frozen=True)
class DatasetPart:
    """Some items of a torch data set, each a pair of input and target."""

    items: Any
    rows: Sequence[int]
    collate: Callable[[list[Any]], Any] = default_collate

    def __len__(self) -> int:
        return len(self.rows)

    def batches(self, size: int, order: np.random.Generator | None = None) -> Iterator[Batch]:
        """Batches of `size`; what the items draw at random depends on the order alone."""
        draws = RandomStream(_seed(order))
        rows = self.rows if order is None else [self.rows[at] for at in order.permutation(len(self.rows))]
        for cut in _cuts(len(rows), size, order):
            with draws():
                batch = self.collate([self.items[row] for row in rows[cut]])
            yield pair(batch)


@dataclass(frozen=True)
class LoaderPart:
    """What a loader gives, in batches of its own size."""

    loader: Iterable[Any]

    def batches(self, size: int, order: np.random.Generator | None = None) -> Iterator[Batch]:
        """The loader's own batches; what it draws at random depends on the order alone."""
        draws, seed = RandomStream(_seed(order)), _seed(order)
        for owner in (self.loader, getattr(self.loader, "sampler", None)):
            if isinstance(own := getattr(owner, "generator", None), torch.Generator):
                own.manual_seed(seed)
        with draws():
            iterator = iter(self.loader)
        while True:
            with draws():
                batch = next(iterator, None)
            if batch is None:
                return
            yield pair(batch)


@dataclass(frozen=True)
class Split:
    """Training, validation and test part."""

    train: Part
    validation: Part
    test: Part


@dataclass(frozen=True)
class ArraySplit(Split):
    """Parts in memory."""

    train: ArrayPart
    validation: ArrayPart
    test: ArrayPart


def pair(batch: Any) -> Batch:
    """A batch as inputs and targets; raises TypeError where it is none.

    A dict has its targets in `labels` or `label`; what else it has are the inputs, by name if there are several.
    """
    if isinstance(batch, Mapping) and (name := next((name for name in _LABELS if name in batch), "")):
        rest = {key: value for key, value in batch.items() if key != name}
        batch = (next(iter(rest.values())) if len(rest) == 1 else rest), batch[name]
    if not isinstance(batch, (tuple, list)) or len(batch) != 2:
        what = type(batch).__name__
        if isinstance(batch, (tuple, list)):
            what = f"{len(batch)} things"
        elif isinstance(batch, Mapping):
            what = f"a dict of {', '.join(map(str, batch)) or 'nothing'}"
        raise TypeError(f"data: a batch is to be a pair of inputs and targets, or a dict with labels, and is {what}")
    x, y = batch
    if not isinstance(y, Tensor):
        raise TypeError(f"data: the targets of a batch are to be a tensor, and are {type(y).__name__}")
    return x, y


def first_batch(part: Part, size: int) -> Batch:
    """A batch to look at a network with; raises ValueError where there is none."""
    for batch in part.batches(size):
        return batch
    raise ValueError("data: a part gives no batch")


def _seed(order: np.random.Generator | None) -> int:
    return 0 if order is None else int(order.integers(1 << 62))


def _cuts(count: int, size: int, order: np.random.Generator | None) -> Iterator[slice]:
    """The batches' rows; training leaves out a last batch of one sample, of which batch norms cannot take a mean."""
    for at in range(0, count, size):
        if order is None or at == 0 or count - at > 1:
            yield slice(at, at + size)
