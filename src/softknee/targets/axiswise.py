"""The array operations that the axis-wise functions call, over a namespace with the array API's names."""

from __future__ import annotations

from typing import Any

FEW = 16  # so many pieces of a pool are compared one after the other


def piece(x: Any, axis: int, which: int) -> Any:
    """x[..., which, ...] at the axis."""
    return x[(*(slice(None),) * axis, which, ...)]


class AxiswiseNamespace:
    """What `catalogue/axiswise.py` may call, over a namespace such as jax.numpy; reductions keep their axis."""

    def __init__(self, xp: Any) -> None:
        self._xp = xp

    def sum(self, x: Any, axis: int) -> Any:
        return self._xp.sum(x, axis=axis, keepdims=True)

    def max(self, x: Any, axis: int) -> Any:
        return self._xp.max(x, axis=axis, keepdims=True)

    def max_pool(self, x: Any, axis: int) -> Any:
        """The largest along the axis, which goes; JAX's gradient goes to the first of equals, as everybody's."""
        if x.shape[axis] > FEW:
            place = self.expand(self._xp.argmax(x, axis=axis), axis)
            return piece(self._xp.take_along_axis(x, place, axis=axis), axis, 0)
        found = piece(x, axis, 0)
        for which in range(1, x.shape[axis]):
            other = piece(x, axis, which)
            found = self._xp.where((found >= other) | (found != found), found, other)
        return found

    def exp(self, x: Any) -> Any:
        return self._xp.exp(x)

    def sqrt(self, x: Any) -> Any:
        return self._xp.sqrt(x)

    def cumsum(self, x: Any, axis: int) -> Any:
        return self._xp.cumulative_sum(x, axis=axis)

    def softmax(self, x: Any, axis: int) -> Any:
        e = self._xp.exp(self._shifted(x, axis))
        return e / self.sum(e, axis)

    def log_softmax(self, x: Any, axis: int) -> Any:
        shifted = self._shifted(x, axis)
        return shifted - self._xp.log(self.sum(self._xp.exp(shifted), axis))

    def _shifted(self, x: Any, axis: int) -> Any:
        # -inf - -inf would be NaN where a whole slice is masked; so it is in torch and jax, too.
        return x - self.max(x, axis) if x.shape[axis] else x

    def sort_descending(self, x: Any, axis: int) -> Any:
        return self._xp.flip(self._xp.sort(x, axis=axis), axis=axis)

    def ranks(self, x: Any, axis: int) -> Any:
        """1, 2, 3, ... along the axis."""
        count = self._xp.arange(1, x.shape[axis] + 1, dtype=x.dtype)
        return self._xp.reshape(count, (-1,) + (1,) * (x.ndim - axis - 1))

    def at_least(self, x: Any, low: float) -> Any:
        """max(x, low), and NaN stays NaN."""
        return self._xp.where(x <= low, self._xp.asarray(low, dtype=x.dtype), x)

    def positive_part(self, x: Any) -> Any:
        """max(x, 0), and NaN stays NaN."""
        return self._xp.where(x <= 0, self._xp.zeros_like(x), x)

    def as_number(self, condition: Any, like: Any) -> Any:
        return self._xp.astype(condition, like.dtype)

    def concatenate(self, parts: list[Any], axis: int) -> Any:
        return self._xp.concat(parts, axis=axis)

    def half(self, x: Any, axis: int, which: int) -> Any:
        size = x.shape[axis] // 2
        return x[(*(slice(None),) * axis, slice(which * size, (which + 1) * size), ...)]

    def split_axis(self, x: Any, axis: int, size: int) -> Any:
        """Cut the axis into groups of `size`, which become the axis after it."""
        return self._xp.reshape(x, (*x.shape[:axis], x.shape[axis] // size, size, *x.shape[axis + 1 :]))

    def join_axis(self, x: Any, axis: int) -> Any:
        """Undo `split_axis`."""
        return self._xp.reshape(x, (*x.shape[:axis], x.shape[axis] * x.shape[axis + 1], *x.shape[axis + 2 :]))

    def expand(self, x: Any, axis: int) -> Any:
        return self._xp.expand_dims(x, axis=axis)

    def positive_part_vjp(self, x: Any, g: Any) -> Any:
        """0 where x <= 0, else g, and so at NaN."""
        return self._xp.where(x <= 0, self._xp.zeros_like(g), g)

    def to_first_maximum(self, x: Any, y: Any, g: Any, axis: int) -> Any:
        """As x, the first largest element along the axis replaced by g, the others by 0; y is the largest."""
        place = self.expand(self._xp.argmax(x, axis=axis), axis)
        count = self._xp.reshape(self._xp.arange(x.shape[axis]), (-1,) + (1,) * (x.ndim - axis - 1))
        return self._xp.where(count == place, self.expand(g, axis), self._xp.zeros((), dtype=g.dtype))
