"""The built-in tasks: real data that come with scikit-learn, split by seed and standardised on the training part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from softknee.extras import need

Array = np.ndarray[Any, Any]

# Of every five samples three train, one validates and one tests.
_SHARES = (3, 1, 1)
TEST_TO_TRAIN = _SHARES[2] / _SHARES[0]


@dataclass(frozen=True)
class Task:
    """A data set, a network for it, and how long and fast that is trained.

    The widths are features of the hidden layers, or channels where `network` is "conv".
    """

    name: str
    title: str
    about: str
    dataset: str
    target: Literal["classes", "number"]
    network: Literal["mlp", "conv"]
    widths: tuple[int, ...]
    epochs: int
    batch: int
    rate: float = 1e-3
    is_image: bool = False
    is_default: bool = True

    @property
    def metric(self) -> str:
        """What the score is; higher is better."""
        return "accuracy" if self.target == "classes" else "R²"


@dataclass(frozen=True)
class Data:
    """Inputs of shape (n, features) or (n, 1, height, width), and labels or numbers of shape (n,)."""

    x: Array
    y: Array
    classes: int
    is_image: bool = False


@dataclass(frozen=True)
class Part:
    """A part of the data as float32 inputs, and int64 labels or float32 numbers."""

    x: Array
    y: Array


@dataclass(frozen=True)
class Split:
    """Training, validation and test part, standardised by what the training part shows."""

    train: Part
    validation: Part
    test: Part
    outputs: int


_ALL = (
    Task(
        name="digits-mlp",
        title="Digits, MLP",
        about="1,797 handwritten digits of 8 × 8 pixels, ten classes; three hidden layers of 128.",
        dataset="load_digits",
        target="classes",
        network="mlp",
        widths=(128, 128, 128),
        epochs=20,
        batch=64,
        is_image=True,
    ),
    Task(
        name="digits-conv",
        title="Digits, convolutional",
        about="The same digits; three 3 × 3 convolutions of 8, 16 and 16 channels, one max pooling.",
        dataset="load_digits",
        target="classes",
        network="conv",
        widths=(8, 16, 16),
        epochs=15,
        batch=64,
        is_image=True,
    ),
    Task(
        name="diabetes",
        title="Diabetes progression, MLP",
        about="442 patients, ten measurements; progression after a year, a number; two hidden layers of 64.",
        dataset="load_diabetes",
        target="number",
        network="mlp",
        widths=(64, 64),
        epochs=30,
        batch=32,
    ),
    Task(
        name="breast-cancer",
        title="Breast cancer, MLP",
        about="569 biopsies, thirty measurements of cell nuclei; benign or malignant; two hidden layers of 64.",
        dataset="load_breast_cancer",
        target="classes",
        network="mlp",
        widths=(64, 64),
        epochs=25,
        batch=32,
    ),
    Task(
        name="wine",
        title="Wine, MLP",
        about="178 wines, thirteen measurements; three growers; two hidden layers of 64.",
        dataset="load_wine",
        target="classes",
        network="mlp",
        widths=(64, 64),
        epochs=30,
        batch=16,
        is_default=False,
    ),
)

TASKS = {task.name: task for task in _ALL}


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
    train, validation, test = (Part(x[rows], y[rows]) for rows in parts)
    return Split(train, validation, test, data.classes or 1)


def _places(y: Array, random: np.random.Generator) -> Array:
    """0, 1 or 2 for train, validation, test: dealt out among samples that are neighbours by their target."""
    shuffled = random.permutation(len(y))
    order = shuffled[np.argsort(y[shuffled], kind="stable")]
    deck = np.repeat(np.arange(3), _SHARES)
    dealt = np.concatenate([random.permutation(deck) for _ in range(0, len(y), len(deck))])
    places = np.empty(len(y), dtype=np.int64)
    places[order] = dealt[: len(y)]
    return places
