"""The suite's data: what scikit-learn carries or generates, split by seed, standardised on the training part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from softknee.support.extras import need

Array = np.ndarray[Any, Any]
Kind = Literal["classes", "binary", "numbers"]

# One sample of five validates.
_VALIDATION = 0.2


@dataclass(frozen=True)
class Raw:
    """A data set as it comes: features of shape (n, features), and labels of shape (n,) or numbers (n, outputs)."""

    x: Array
    y: Array
    kind: Kind
    is_image: bool = False
    # The brightest pixel of an image, so that a fault can hand images over as 0..255.
    white: float = 1.0

    @property
    def outputs(self) -> int:
        """The count of numbers that a model has to give for a sample."""
        if self.kind == "classes":
            return len(np.unique(self.y))
        return 1 if self.kind == "binary" else int(self.y.shape[1])


@dataclass(frozen=True)
class Data:
    """Standardised inputs and their targets; `mean` and `deviation` lead back to the raw inputs.

    Labels of more than two classes are int64 of shape (n,), all other targets float32 of shape (n, outputs).
    """

    x: Tensor
    y: Tensor
    x_validation: Tensor
    y_validation: Tensor
    mean: Tensor
    deviation: Tensor
    outputs: int
    kind: Kind
    is_image: bool
    white: float

    def batches(self, size: int, seed: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Batches without end: each epoch in an order of its own, the incomplete batch at its end left out."""
        random = np.random.default_rng((seed, 1))
        while True:
            order = torch.from_numpy(random.permutation(len(self.x)))
            for at in range(0, len(order) - size + 1, size):
                rows = order[at : at + size]
                yield self.x[rows], self.y[rows]


def load(name: str, seed: int) -> Data:
    """The data set of DATASETS, split by seed with the classes spread evenly."""
    raw = _raw(name)
    training, validation = _rows(raw, seed)
    along = None if raw.is_image else 0
    mean = raw.x[training].mean(axis=along, keepdims=True)
    deviation = raw.x[training].std(axis=along, keepdims=True)
    deviation = np.where(deviation > 0, deviation, 1.0)
    x = (raw.x - mean) / deviation
    if raw.kind == "numbers":
        known = raw.y[training]
        y = (raw.y - known.mean()) / known.std()
    else:
        y = raw.y if raw.kind == "classes" else raw.y[:, None]
    target = np.int64 if raw.kind == "classes" else np.float32
    return Data(
        x=_tensor(x[training]),
        y=_tensor(y[training], target),
        x_validation=_tensor(x[validation]),
        y_validation=_tensor(y[validation], target),
        mean=_tensor(mean),
        deviation=_tensor(deviation),
        outputs=raw.outputs,
        kind=raw.kind,
        is_image=raw.is_image,
        white=raw.white,
    )


def _tensor(values: Array, dtype: type = np.float32) -> Tensor:
    return torch.from_numpy(values.astype(dtype))


def _rows(raw: Raw, seed: int) -> tuple[Array, Array]:
    split: Callable[..., Any] = need("sklearn.model_selection", "compare").train_test_split
    spread = None if raw.kind == "numbers" else raw.y
    training, validation = split(np.arange(len(raw.x)), test_size=_VALIDATION, random_state=seed, stratify=spread)
    return training, validation


@lru_cache
def _raw(name: str) -> Raw:
    return DATASETS[name](need("sklearn.datasets", "compare"))


def _digits(sklearn: Any) -> Raw:
    x, y = sklearn.load_digits(return_X_y=True)
    return Raw(x, y, "classes", is_image=True, white=16.0)


def _digits_themselves(sklearn: Any) -> Raw:
    x, _ = sklearn.load_digits(return_X_y=True)
    return Raw(x, x, "numbers", is_image=True, white=16.0)


def _wine(sklearn: Any) -> Raw:
    x, y = sklearn.load_wine(return_X_y=True)
    return Raw(x, y, "classes")


def _breast_cancer(sklearn: Any) -> Raw:
    x, y = sklearn.load_breast_cancer(return_X_y=True)
    return Raw(x, y, "binary")


def _diabetes(sklearn: Any) -> Raw:
    x, y = sklearn.load_diabetes(return_X_y=True, scaled=False)
    return Raw(x, y[:, None], "numbers")


def _circles(sklearn: Any) -> Raw:
    x, y = sklearn.make_circles(1000, noise=0.1, factor=0.5, random_state=0)
    return Raw(x, y, "binary")


def _moons(sklearn: Any) -> Raw:
    x, y = sklearn.make_moons(1000, noise=0.15, random_state=0)
    return Raw(x, y, "binary")


def _friedman(sklearn: Any) -> Raw:
    x, y = sklearn.make_friedman1(1000, noise=1.0, random_state=0)
    return Raw(x, y[:, None], "numbers")


def _photo(sklearn: Any) -> Raw:
    """Coordinates of pixels, and their brightness, of the roofs and the sky in a photograph."""
    image = _reduced(sklearn.load_sample_image("china.jpg"), 10)
    rows, columns = np.indices(image.shape)
    x = np.stack([rows.ravel(), columns.ravel()], axis=1).astype(np.float64)
    return Raw(x, image.reshape(-1, 1), "numbers")


def _patches(sklearn: Any) -> Raw:
    """Patches of 8 x 8 pixels of a photograph of a flower."""
    image = _reduced(sklearn.load_sample_image("flower.jpg"), 2)
    patches = np.lib.stride_tricks.sliding_window_view(image, (8, 8))[::5, ::5].reshape(-1, 64)
    return Raw(patches, patches, "numbers", is_image=True, white=255.0)


def _reduced(image: Array, by: int) -> Array:
    """Grey, each pixel the mean of a square of `by` x `by`."""
    height, width = (side // by for side in image.shape[:2])
    grey = image[: height * by, : width * by].mean(axis=2)
    return np.asarray(grey.reshape(height, by, width, by).mean(axis=(1, 3)))


DATASETS: dict[str, Callable[[Any], Raw]] = {
    "digits": _digits,
    "digits_themselves": _digits_themselves,
    "wine": _wine,
    "breast_cancer": _breast_cancer,
    "diabetes": _diabetes,
    "circles": _circles,
    "moons": _moons,
    "friedman": _friedman,
    "photo": _photo,
    "patches": _patches,
}
