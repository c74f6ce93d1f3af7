"""The array namespace of the axis-wise functions for NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

from softknee.targets.axiswise import FEW, AxiswiseNamespace, piece


class NumpyNamespace(AxiswiseNamespace):
    """The same over NumPy, which fuses nothing: temporaries are used again, and short axes not reduced over."""

    def __init__(self) -> None:
        super().__init__(np)

    def max_pool(self, x: Any, axis: int) -> Any:
        count = x.shape[axis]
        # A reduction along a short axis is a call for each few elements.
        if not 2 <= count <= FEW:
            return np.max(x, axis=axis)
        found = np.maximum(piece(x, axis, 0), piece(x, axis, 1))
        for which in range(2, count):
            np.maximum(found, piece(x, axis, which), out=found)
        return found

    def cumsum(self, x: Any, axis: int) -> Any:
        return np.cumsum(x, axis=axis)  # cumulative_sum and astype came with NumPy 2.1

    def as_number(self, condition: Any, like: Any) -> Any:
        return condition.astype(like.dtype)

    def softmax(self, x: Any, axis: int) -> Any:
        e = np.subtract(x, self.max(x, axis)) if x.shape[axis] else x.copy()
        np.exp(e, out=e)
        e /= self.sum(e, axis)
        return e

    def log_softmax(self, x: Any, axis: int) -> Any:
        shifted = np.subtract(x, self.max(x, axis)) if x.shape[axis] else x.copy()
        e = np.exp(shifted)
        shifted -= np.log(self.sum(e, axis))
        return shifted

    def at_least(self, x: Any, low: float) -> Any:
        return np.maximum(x, np.asarray(low, x.dtype))

    def positive_part(self, x: Any) -> Any:
        found = np.maximum(x, np.zeros((), x.dtype))
        found += 0  # maximum may give either zero for -0 and 0
        return found

    def to_first_maximum(self, x: Any, y: Any, g: Any, axis: int) -> Any:
        count = x.shape[axis]
        if count > FEW:
            return super().to_first_maximum(x, y, g, axis)
        found = np.empty(x.shape, g.dtype)
        left = g  # what no piece has taken
        for which in range(count - 1):
            this = piece(x, axis, which)
            takes = this == y
            takes |= this != this
            piece(found, axis, which)[...] = np.where(takes, left, 0)
            left = np.where(takes, 0, left)
        piece(found, axis, count - 1)[...] = left
        return found
