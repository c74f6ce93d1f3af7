"""Data sets held in memory as arrays: split anew by each seed, and standardised on the training part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from .data_split import ArrayPart, ArraySplit
from .random_streams import generator

Array = np.ndarray[Any, Any]

# The shares of samples that train, validate and test.
SHARES = (3, 1, 1)
TEST_TO_TRAIN = SHARES[2] / SHARES[0]


@dataclass(frozen=True)
class ArrayData:
    """A data set in memory.

    Attributes:
        x: The inputs, of shape (n, ...).
        y: Labels of shape (n, ...), or numbers of shape (n,) or (n, outputs).
        classes: The number of classes, 0 where the targets are numbers.
        is_image: True where all inputs share one mean and deviation; else each column has its own.
        standardised: True where inputs are to have mean 0 and deviation 1 on the training part.
        scaled: True where targets that are numbers are to have them, too.
    """

    x: Array
    y: Array
    classes: int
    is_image: bool = False
    standardised: bool = True
    scaled: bool = True

    @property
    def outputs(self) -> int:
        """The number of outputs that a network needs for one sample."""
        return self.classes or (self.y.shape[1] if self.y.ndim > 1 else 1)


def split(data: ArrayData, seed: int) -> ArraySplit:
    """The data split by a seed in the shares 3 : 1 : 1, with the targets spread evenly, and standardised."""
    places = dealt(data.y, seed)
    return parted(data, [np.flatnonzero(places == place) for place in range(3)])


def parted(data: ArrayData, parts: list[Array]) -> ArraySplit:
    """The data split into the parts with these row numbers, on the scale of the first part."""
    x = data.x
    if data.standardised:
        x = _on_scale(x, x[parts[0]], None if data.is_image else 0)
    if np.issubdtype(x.dtype, np.floating):
        x = x.astype(np.float32)
    if data.classes:
        y = data.y.astype(np.int64)
    elif data.scaled:
        y = _on_scale(data.y, data.y[parts[0]], 0).astype(np.float32)
    else:
        y = data.y.astype(np.float32)
    return ArraySplit(*(ArrayPart(torch.from_numpy(x[rows]), torch.from_numpy(y[rows])) for rows in parts))


def _on_scale(values: Array, known: Array, along: int | None) -> Array:
    deviation = known.std(axis=along)
    scaled: Array = (values - known.mean(axis=along)) / np.where(deviation > 0, deviation, 1.0)
    return scaled


def dealt(y: Array, seed: int) -> Array:
    """The part of each sample by a seed, 0, 1 or 2 for train, validation and test, spread evenly over the targets."""
    random = generator(seed, 0)
    shuffled = random.permutation(len(y))
    order = shuffled[np.argsort(y[shuffled], kind="stable")] if y.ndim == 1 else shuffled
    deck = np.repeat(np.arange(3), SHARES)
    hands = np.concatenate([random.permutation(deck) for _ in range(0, len(y), len(deck))])
    places = np.empty(len(y), dtype=np.int64)
    places[order] = hands[: len(y)]
    return places
