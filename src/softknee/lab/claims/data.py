"""The data of the experiments: data sets of scikit-learn, and shapes in the plane, drawn by seed."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import torch

from softknee.comparison.array_data import TEST_TO_TRAIN, Array, ArrayData, split
from softknee.comparison.builtin_problem import load
from softknee.comparison.data_split import ArrayPart, ArraySplit
from softknee.comparison.tasks import TASKS

REAL = {"digits": "digits-mlp", "breast cancer": "breast-cancer", "wine": "wine", "diabetes": "diabetes"}

# The number of points of a shape to train, validate and test, drawn anew for each seed, so that nothing overlaps.
_DRAWN = (600, 400, 2000)


def _moons(random: np.random.Generator, count: int) -> tuple[Array, Array]:
    angle, y = random.uniform(0, np.pi, count), random.integers(0, 2, count)
    x = np.stack([np.where(y, 1 - np.cos(angle), np.cos(angle)), np.where(y, 0.5 - np.sin(angle), np.sin(angle))], 1)
    return x + 0.25 * random.standard_normal(x.shape), y


def _circles(random: np.random.Generator, count: int) -> tuple[Array, Array]:
    angle, y = random.uniform(0, 2 * np.pi, count), random.integers(0, 2, count)
    x = np.where(y, 0.5, 1.0)[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
    return x + 0.12 * random.standard_normal(x.shape), y


def _spirals(random: np.random.Generator, count: int) -> tuple[Array, Array]:
    """Points on two spiral arms of one and a quarter turns, and their arms."""
    along, y = np.sqrt(random.uniform(0.02, 1, count)), random.integers(0, 2, count)
    angle = 2.5 * np.pi * along + np.pi * y
    x = along[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
    return x + 0.03 * random.standard_normal(x.shape), y


def _checkerboard(random: np.random.Generator, count: int) -> tuple[Array, Array]:
    """Points on a checkerboard of four by four fields, and their colours."""
    x = random.uniform(0, 4, (count, 2))
    return x, np.floor(x).sum(1).astype(np.int64) % 2


SHAPES: dict[str, Callable[[np.random.Generator, int], tuple[Array, Array]]] = {
    "moons": _moons,
    "circles": _circles,
    "spirals": _spirals,
    "checkerboard": _checkerboard,
}


def overlap(data: str) -> float:
    """The number of test samples over that of training samples where seeds split the same data anew, else 0."""
    return TEST_TO_TRAIN if data in REAL else 0.0


def is_number(data: str) -> bool:
    """True where the target is a number, False where it is a class."""
    return data == "diabetes"


@lru_cache(maxsize=128)
def parts(data: str, seed: int, scaling: str = "standard") -> ArraySplit:
    """The parts for a seed, standardised by the training part, or scaled by it to (0, 1).

    Pixels share one scale; measurements have each their own.
    """
    found = _real(data, seed) if data in REAL else _drawn(data, seed)
    if scaling == "standard":
        return found
    x = found.train.x
    low, high = (x.min(), x.max()) if data == "digits" else (x.amin(0), x.amax(0))
    each = (found.train, found.validation, found.test)
    return ArraySplit(*(ArrayPart((part.x - low) / (high - low), part.y) for part in each))


def _real(data: str, seed: int) -> ArraySplit:
    return split(load(TASKS[REAL[data]]), seed)


def _drawn(data: str, seed: int) -> ArraySplit:
    random = np.random.default_rng((seed, 3))
    drawn = [SHAPES[data](random, count) for count in _DRAWN]
    mean, deviation = drawn[0][0].mean(0), drawn[0][0].std(0)
    return ArraySplit(
        *(
            ArrayPart(
                torch.from_numpy(((x - mean) / deviation).astype(np.float32)), torch.from_numpy(y.astype(np.int64))
            )
            for x, y in drawn
        )
    )


def shape_of(data: str) -> tuple[int, int]:
    """The number of input features, and the number of outputs."""
    if data in SHAPES:
        return 2, 2
    found: ArrayData = load(TASKS[REAL[data]])
    return int(found.x.shape[1]), found.outputs
