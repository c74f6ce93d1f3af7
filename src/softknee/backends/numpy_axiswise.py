"""The array namespace of the axis-wise functions, for NumPy and, by its namespace argument, JAX."""

from __future__ import annotations

from typing import Any


class AxiswiseNamespace:
    """What `catalogue/axiswise.py` may call, over numpy or jax.numpy; reductions keep their axis."""

    def __init__(self, numpy_like: Any) -> None:
        self._np = numpy_like

    def sum(self, x: Any, axis: int) -> Any:
        return self._np.sum(x, axis=axis, keepdims=True)

    def max(self, x: Any, axis: int) -> Any:
        return self._np.max(x, axis=axis, keepdims=True)

    def max_pool(self, x: Any, axis: int) -> Any:
        return self._np.max(x, axis=axis)

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

    def first_maximum(self, x: Any, axis: int) -> Any:
        """1 at the first largest element along the axis, else 0."""
        place = self._np.expand_dims(self._np.argmax(x, axis=axis), axis)
        count = self._np.arange(x.shape[axis]).reshape((-1,) + (1,) * (x.ndim - axis - 1))
        return (count == place).astype(x.dtype)
