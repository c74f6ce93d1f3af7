"""The training, validation and test parts of a data set, of which each gives batches."""

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
# The keys of targets in batches that are dicts.
_LABELS = ("labels", "label")


class Part(Protocol):
    """A part of a data set that gives batches: of arrays, of a torch Dataset, of a loader, or a user's own class."""

    def batches(self, size: int, order: np.random.Generator | None = None) -> Iterator[Batch]:
        """Pairs of inputs and targets, `size` samples at a time; for training, `order` draws the order of the
        samples.
        """


@dataclass(frozen=True)
class ArrayPart:
    """A part in memory: inputs of shape (n, ...) and targets of shape (n, ...)."""

    x: Tensor
    y: Tensor

    def __len__(self) -> int:
        return len(self.x)

    def batches(self, size: int, order: np.random.Generator | None = None) -> Iterator[Batch]:
        """Batches of `size` samples; the last may be smaller."""
        x, y = self.x, self.y
        if order is not None:
            rows = torch.from_numpy(order.permutation(len(x)))
            x, y = x[rows], y[rows]
        for rows_of in _cuts(len(x), size, order):
            yield x[rows_of], y[rows_of]


@dataclass(frozen=True)
class DatasetPart:
    """Some items of a torch data set, each a pair of input and target, by their row numbers."""

    items: Any
    rows: Sequence[int]
    collate: Callable[[list[Any]], Any] = default_collate

    def __len__(self) -> int:
        return len(self.rows)

    def batches(self, size: int, order: np.random.Generator | None = None) -> Iterator[Batch]:
        """Batches of `size` samples; the random numbers that items draw are determined by the order."""
        draws = RandomStream(_seed(order))
        rows = self.rows if order is None else [self.rows[at] for at in order.permutation(len(self.rows))]
        for cut in _cuts(len(rows), size, order):
            with draws():
                batch = self.collate([self.items[row] for row in rows[cut]])
            yield pair(batch)


@dataclass(frozen=True)
class LoaderPart:
    """A loader's batches, in the size that the loader has."""

    loader: Iterable[Any]

    def batches(self, size: int, order: np.random.Generator | None = None) -> Iterator[Batch]:
        """The loader's own batches; the random numbers that it draws are determined by the order."""
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
    """The three parts: those for training, validation and test."""

    train: Part
    validation: Part
    test: Part


@dataclass(frozen=True)
class ArraySplit(Split):
    """The three parts of a data set that is held in memory."""

    train: ArrayPart
    validation: ArrayPart
    test: ArrayPart


def pair(batch: Any) -> Batch:
    """A batch as a pair of inputs and targets; raises TypeError where it is none.

    A dict has its targets in `labels` or `label`; its other entries are the inputs, by name if there are several.
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
    """The first batch of a part, by which a network is examined; raises ValueError where the part gives none."""
    for batch in part.batches(size):
        return batch
    raise ValueError("data: a part gives no batch")


def _seed(order: np.random.Generator | None) -> int:
    return 0 if order is None else int(order.integers(1 << 62))


def _cuts(count: int, size: int, order: np.random.Generator | None) -> Iterator[slice]:
    """The slices of rows that make up the batches.

    Training leaves out a last batch of one sample, over which batch norms cannot take a mean.
    """
    for at in range(0, count, size):
        if order is None or at == 0 or count - at > 1:
            yield slice(at, at + size)
