"""The losses and metrics that can be asked for by name."""

from __future__ import annotations

from collections.abc import Callable
from math import log

from torch import Tensor, nn

from .problem import Metric


def accuracy(out: Tensor, y: Tensor) -> float:
    """The share of samples whose label has the largest output along axis 1."""
    return float((out.argmax(dim=1) == y).double().mean())


def r_squared(out: Tensor, y: Tensor) -> float:
    """The coefficient of determination: 1 minus the squared error over that of always guessing the mean."""
    y = y.double()
    return float(1 - (out.reshape(y.shape).double() - y).square().sum() / (y - y.mean(0)).square().sum())


def bits(out: Tensor, y: Tensor) -> float:
    """The mean surprise of the labels, in bits."""
    return float(nn.functional.cross_entropy(out, y)) / log(2)


def squared_error(out: Tensor, y: Tensor) -> Tensor:
    """The mean squared error of outputs against targets that are numbers."""
    return nn.functional.mse_loss(out.reshape(y.shape), y)


def cross_entropy(out: Tensor, y: Tensor) -> Tensor:
    """The cross-entropy along axis 1; raises ValueError for a label without an output, which a GPU would not name."""
    if not y.is_floating_point() and y.numel():
        low, high = int(y.min()), int(y.max())
        if low < 0 or high >= out.shape[1]:
            label = low if low < 0 else high
            raise ValueError(f"targets: label {label} is out of range, the model gives {out.shape[1]} outputs")
    return nn.functional.cross_entropy(out, y)


def binary_accuracy(out: Tensor, y: Tensor) -> float:
    """The share of labels, 0 or 1, that the sign of the logit predicts."""
    return float(((out > 0) == (y.reshape(out.shape) > 0)).double().mean())


def binary_cross_entropy(out: Tensor, y: Tensor) -> Tensor:
    """The cross-entropy of logits for labels from 0 to 1; raises ValueError for labels outside."""
    low, high = float(y.min()), float(y.max())
    if low < 0 or high > 1:
        raise ValueError(f"targets: label {low if low < 0 else high:g} is out of range, which is 0 to 1")
    return nn.functional.binary_cross_entropy_with_logits(out, y.to(out.dtype).reshape(out.shape))


ACCURACY = Metric("accuracy", accuracy, percent=True)
BINARY_ACCURACY = Metric("accuracy", binary_accuracy, percent=True)
R_SQUARED = Metric("R²", r_squared)
BITS = Metric("bits per character", bits, sign=-1)

METRICS = {"accuracy": ACCURACY, "r2": R_SQUARED}
LOSSES: dict[str, Callable[..., Tensor]] = {
    "cross-entropy": cross_entropy,
    "mse": squared_error,
    "bce": binary_cross_entropy,
}
