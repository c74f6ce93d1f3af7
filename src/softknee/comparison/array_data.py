"""Samples in memory, split anew by each seed and standardised on the training part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from .data_split import ArrayPart, ArraySplit
from .random_streams import generator

Array = np.ndarray[Any, Any]

# Of every five samples three train, one validates and one tests.
SHARES = (3, 1, 1)
TEST_TO_TRAIN = SHARES[2] / SHARES[0]


@dataclass(frozen=True)
class ArrayData:
    """Inputs of shape (n, ...), and labels of shape (n, ...) or numbers of shape (n,) or (n, outputs).

    `classes` is 0 for numbers. Inputs that are `standardised` are so together where they are an image, and column by
    column where not; numbers that are to be told are so where `scaled`.
    """

    x: Array
    y: Array
    classes: int
    is_image: bool = False
    standardised: bool = True
    scaled: bool = True

    @property
    def outputs(self) -> int:
        """How many numbers a network is to give for a sample."""
        return self.classes or (self.y.shape[1] if self.y.ndim > 1 else 1)


def split(data: ArrayData, seed: int) -> ArraySplit:
    """Split in 3 : 1 : 1 by seed, with the targets spread evenly, and standardise."""
    places = dealt(data.y, seed)
    return parted(data, [np.flatnonzero(places == place) for place in range(3)])


def parted(data: ArrayData, parts: list[Array]) -> ArraySplit:
    """The parts of these rows, on the scale of the first; images share one mean and deviation."""
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
    """0, 1 or 2 for train, validation, test: dealt out among samples that are neighbours by their target."""
    random = generator(seed, 0)
    shuffled = random.permutation(len(y))
    order = shuffled[np.argsort(y[shuffled], kind="stable")] if y.ndim == 1 else shuffled
    deck = np.repeat(np.arange(3), SHARES)
    hands = np.concatenate([random.permutation(deck) for _ in range(0, len(y), len(deck))])
    places = np.empty(len(y), dtype=np.int64)
    places[order] = hands[: len(y)]
    return places
