"""The built-in tasks as problems: their data split by seed and standardised on the training part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
import torch
from torch import nn

from softknee.extras import need

from .choice import Choice
from .metrics import ACCURACY, R_SQUARED, squared_error
from .models import build
from .parts import Arrays, Split
from .problem import Problem
from .tasks import Task

Array = np.ndarray[Any, Any]

# Of every five samples three train, one validates and one tests.
_SHARES = (3, 1, 1)
TEST_TO_TRAIN = _SHARES[2] / _SHARES[0]


@dataclass(frozen=True)
class Data:
    """Inputs of shape (n, features) or (n, 1, height, width), and labels or numbers of shape (n,)."""

    x: Array
    y: Array
    classes: int
    is_image: bool = False

    @property
    def outputs(self) -> int:
        """How many numbers a network is to give for a sample."""
        return self.classes or 1


def problem_of(task: Task) -> Problem:
    """The task with all that a run of it needs."""
    is_classes = task.target == "classes"
    layers = " – ".join(map(str, task.widths)) + (" channels" if task.network == "conv" else "")
    return Problem(
        name=task.name,
        title=task.title,
        about=task.about,
        split=partial(_split, task),
        build=partial(_build, task),
        loss=nn.functional.cross_entropy if is_classes else squared_error,
        metric=ACCURACY if is_classes else R_SQUARED,
        epochs=task.epochs,
        batch=task.batch,
        rate=task.rate,
        setting=layers,
        overlap=TEST_TO_TRAIN,
        fingerprint={"task": repr(task)},
    )


def _split(task: Task, seed: int) -> Split:
    return split(load(task), seed)


def _build(task: Task, choice: Choice, parts: Split, seed: int) -> nn.Module:
    data = load(task)
    return build(task, tuple(data.x.shape[1:]), data.outputs, choice, seed)


@lru_cache
def load(task: Task) -> Data:
    """The task's data; scikit-learn carries them, nothing is downloaded."""
    x, y = _arrays(task.dataset)
    if task.network == "conv":
        side = round(x.shape[1] ** 0.5)
        x = x.reshape(len(x), 1, side, side)
    return Data(x, y, len(np.unique(y)) if task.target == "classes" else 0, task.is_image)


@lru_cache
def _arrays(dataset: str) -> tuple[Array, Array]:
    loader: Callable[..., tuple[Array, Array]] = getattr(need("sklearn.datasets", "compare"), dataset)
    return loader(return_X_y=True)


def split(data: Data, seed: int) -> Split:
    """Split in 3 : 1 : 1 by seed, with the targets spread evenly, and standardise.

    Images share one mean and deviation, columns of a table have their own.
    """
    places = _places(data.y, np.random.default_rng((seed, 0)))
    parts = [np.flatnonzero(places == place) for place in range(3)]
    along = None if data.is_image else 0
    mean = data.x[parts[0]].mean(axis=along)
    deviation = data.x[parts[0]].std(axis=along)
    x = ((data.x - mean) / np.where(deviation > 0, deviation, 1.0)).astype(np.float32)
    if data.classes:
        y = data.y.astype(np.int64)
    else:
        known = data.y[parts[0]]
        y = ((data.y - known.mean()) / known.std()).astype(np.float32)
    return Split(*(Arrays(torch.from_numpy(x[rows]), torch.from_numpy(y[rows])) for rows in parts))


def _places(y: Array, random: np.random.Generator) -> Array:
    """0, 1 or 2 for train, validation, test: dealt out among samples that are neighbours by their target."""
    shuffled = random.permutation(len(y))
    order = shuffled[np.argsort(y[shuffled], kind="stable")]
    deck = np.repeat(np.arange(3), _SHARES)
    dealt = np.concatenate([random.permutation(deck) for _ in range(0, len(y), len(deck))])
    places = np.empty(len(y), dtype=np.int64)
    places[order] = dealt[: len(y)]
    return places
