"""The array namespaces of the axis-wise functions for JAX and NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

FEW = 16  # so many pieces of a pool are compared one after the other


def piece(x: Any, axis: int, which: int) -> Any:
    """x[..., which, ...] at the axis."""
    return x[(slice(None),) * axis + (which,)]


class AxiswiseNamespace:
    """What `catalogue/axiswise.py` may call, over a namespace such as jax.numpy; reductions keep their axis."""

    def __init__(self, numpy_like: Any) -> None:
        self._np = numpy_like

    def sum(self, x: Any, axis: int) -> Any:
        return self._np.sum(x, axis=axis, keepdims=True)

    def max(self, x: Any, axis: int) -> Any:
        return self._np.max(x, axis=axis, keepdims=True)

    def max_pool(self, x: Any, axis: int) -> Any:
        """The largest along the axis, which goes; JAX's gradient goes to the first of equals, as everybody's."""
        if x.shape[axis] > FEW:
            place = self.expand(self._np.argmax(x, axis=axis), axis)
            return piece(self._np.take_along_axis(x, place, axis), axis, 0)
        found = piece(x, axis, 0)
        for which in range(1, x.shape[axis]):
            other = piece(x, axis, which)
            found = self._np.where((found >= other) | (found != found), found, other)
        return found

    def exp(self, x: Any) -> Any:
        return self._np.exp(x)

    def sqrt(self, x: Any) -> Any:
        return self._np.sqrt(x)

    def cumsum(self, x: Any, axis: int) -> Any:
        return self._np.cumsum(x, axis=axis)

    def softmax(self, x: Any, axis: int) -> Any:
        e = self._np.exp(self._shifted(x, axis))
        return e / self.sum(e, axis)

    def log_softmax(self, x: Any, axis: int) -> Any:
        shifted = self._shifted(x, axis)
        return shifted - self._np.log(self.sum(self._np.exp(shifted), axis))

    def _shifted(self, x: Any, axis: int) -> Any:
        # -inf - -inf would be NaN where a whole slice is masked; so it is in torch and jax, too.
        return x - self.max(x, axis) if x.shape[axis] else x

    def sort_descending(self, x: Any, axis: int) -> Any:
        return self._np.flip(self._np.sort(x, axis=axis), axis=axis)

    def ranks(self, x: Any, axis: int) -> Any:
        """1, 2, 3, ... along the axis."""
        count = self._np.arange(1, x.shape[axis] + 1, dtype=x.dtype)
        return count.reshape((-1,) + (1,) * (x.ndim - axis - 1))

    def at_least(self, x: Any, low: float) -> Any:
        """max(x, low), and NaN stays NaN."""
        return self._np.where(x <= low, self._np.asarray(low, x.dtype), x)

    def positive_part(self, x: Any) -> Any:
        """max(x, 0), and NaN stays NaN."""
        return self._np.where(x <= 0, self._np.zeros_like(x), x)

    def as_number(self, condition: Any, like: Any) -> Any:
        return condition.astype(like.dtype)

    def concatenate(self, parts: list[Any], axis: int) -> Any:
        return self._np.concatenate(parts, axis=axis)

    def half(self, x: Any, axis: int, which: int) -> Any:
        size = x.shape[axis] // 2
        return x[(slice(None),) * axis + (slice(which * size, (which + 1) * size),)]

    def split_axis(self, x: Any, axis: int, size: int) -> Any:
        """Cut the axis into groups of `size`, which become the axis after it."""
        return x.reshape(*x.shape[:axis], x.shape[axis] // size, size, *x.shape[axis + 1 :])

    def join_axis(self, x: Any, axis: int) -> Any:
        """Undo `split_axis`."""
        return x.reshape(*x.shape[:axis], x.shape[axis] * x.shape[axis + 1], *x.shape[axis + 2 :])

    def expand(self, x: Any, axis: int) -> Any:
        return self._np.expand_dims(x, axis)

    def positive_part_vjp(self, x: Any, g: Any) -> Any:
        """0 where x <= 0, else g, and so at NaN."""
        return self._np.where(x <= 0, self._np.zeros_like(g), g)

    def to_first_maximum(self, x: Any, y: Any, g: Any, axis: int) -> Any:
        """As x, the first largest element along the axis replaced by g, the others by 0; y is the largest."""
        place = self.expand(self._np.argmax(x, axis=axis), axis)
        count = self._np.arange(x.shape[axis]).reshape((-1,) + (1,) * (x.ndim - axis - 1))
        return self._np.where(count == place, self.expand(g, axis), self._np.zeros((), g.dtype))


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
