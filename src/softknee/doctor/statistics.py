"""The statistics of one activation at one probe: one set of readings over the arrays of NumPy, JAX and PyTorch.

A library is an instance of `Statistics`, or a subclass with those primitives that it spells otherwise or does faster:
`NUMPY` here, `Statistics(jax.numpy)` in jax/step.py, PyTorch's in torch/statistics.py.
Not here: which elements are read (layout.py), and what rules make of the readings (evidence.py).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .layout import FLAT, GRADIENT_CAP, MASKED, SHOWN, Layout, odd, stride
from .reference import Reference

# Arrays of one library by the names of the readings; those of one number have no axes.
Found = dict[str, Any]


class Statistics:
    """Readings over the arrays of `xp`, a namespace such as `jax.numpy`."""

    def __init__(self, xp: Any) -> None:
        self.xp = xp

    # -- readings ------------------------------------------------------------------------
    def of_input(self, z: Any, layout: Layout, reference: Reference | None) -> Found:
        """The readings of the input of an activation, which may be overwritten afterwards."""
        z = layout.spread(z).reshape(-1, layout.units)
        wide = self.wide(z)
        found = {
            "count": self.number(len(z)),
            "z_mean": wide.sum() / max(1, self.size(wide)),
            "z_second": self.squares(wide) / max(1, self.size(wide)),
            "z_shown": self.spread(wide, SHOWN),
        }
        if reference is None:
            return found
        slope = self.zero_for_nan(self.xp.abs(reference.slope(wide)))
        found["steepest"] = self.largest(slope, 0) / reference.steepest
        if z.dtype.itemsize == 2:
            found["underflow"] = ((self.cast(slope, z.dtype) == 0) & (slope > 0)).mean(dtype=self.xp.float32)
        found["flat"] = self.share_below(slope, FLAT * reference.steepest)
        return found

    def of_output(self, a: Any, layout: Layout) -> Found:
        """The readings of the output of an activation."""
        samples = self.wide(layout.spread(a))
        wide = samples.reshape(-1, layout.units)
        size, squares = max(1, self.size(wide)), self.squares(wide)
        return {
            "wrong": self.not_finite(wide, squares),
            "mean": wide.sum() / size,
            "second": squares / size,
            "size": self.xp.abs(wide).mean(0),
            "mean_cosine": self.mean_cosine(samples.reshape(len(samples), -1)),
            "shown": self.spread(wide, SHOWN),
        }

    def of_gradient(self, g: Any, layout: Layout) -> Found:
        """The readings of dL/da; the norm is that of one sample, in the mean of squares over samples.

        Samples stay whole: a loss may look at one place only.
        """
        n = g.shape[0] if g.ndim > 1 else 1
        # A fresh array, in the order of memory: the sums below need no copies then.
        sizes = self.xp.abs(layout.samples(g, GRADIENT_CAP))
        wide = self.wide(sizes)
        size, squares = max(1, self.size(wide)), self.squares(wide)
        return {
            "gradient_wrong": self.not_finite(wide, squares),
            "gradient_norm": self.xp.sqrt(squares * (self.size(g) / size * n)),
            "gradient": self._largest_by_unit(wide, layout),
            "gradient_zero": self.zeros(sizes) / size,
            "samples": self.number(n),
        }

    def of_scores(self, z: Any) -> Found:
        """The readings of the numbers that softmax is taken of, along the last axis; heads lie along axis 1 of four."""
        if not self.size(z):
            return {}
        heads = z.shape[1] if z.ndim == 4 else 1
        if z.ndim > 1:
            z = z[:: stride(z.shape[0], math.prod(z.shape[1:]))]
        z = self.wide(z)
        z = self.xp.moveaxis(z, 1, 0) if z.ndim == 4 else z
        z = z.reshape(heads, -1, z.shape[-1])
        slopes = self.slopes_of_softmax(z)
        count = (~self.xp.isnan(slopes)).sum(1)
        return {
            "count": self.wide(count.min()),
            "flat": (slopes < FLAT).sum(1) / (count + (count == 0)),
            "steepest": self.largest(self.zero_for_nan(slopes), 1),
            "shown": self.spread(self.softmax(z), SHOWN),
        }

    def of_data(self, x: Any) -> Found:
        """The root mean square of a step's input, and 1 where all of it is finite, else 0."""
        squares = self.squares(x)
        return {"rms": self.xp.sqrt(squares / self.size(x)), "finite": self.is_finite(x, squares)}

    # -- their parts ---------------------------------------------------------------------
    def mean_cosine(self, rows: Any) -> Any:
        """The mean cosine between different rows, in [-1, 1]; NaN for fewer than two, and 0 for a row of zeros."""
        n = len(rows)
        if n < 2:
            return self.number(math.nan)
        squares = self.squares_of_rows(rows)
        inverse = 1 / (self.xp.sqrt(squares) + 1e-30)
        total = self.sum_of_rows(inverse, rows)
        return (self.dot(total, total) - self.dot(squares * inverse, inverse)) / (n * (n - 1))

    def slopes_of_softmax(self, z: Any) -> Any:
        """The trace of the Jacobian of softmax over its largest; NaN where there are not two keys to choose from."""
        p = self.softmax(z)
        keys = (z > self.largest(z, -1)[..., None] - MASKED).sum(-1)
        return self.xp.where(keys > 1, (1 - (p * p).sum(-1)) / (1 - 1 / keys), math.nan)

    def softmax(self, z: Any) -> Any:
        """Softmax along the last axis."""
        powers = self.xp.exp(z - self.largest(z, -1)[..., None])
        return powers / powers.sum(-1)[..., None]

    def spread(self, t: Any, count: int) -> Any:
        """Up to `count` values, evenly spread, as a copy: a view would keep all of them."""
        return self.copied(t.reshape(-1)[:: odd(self.size(t) // count)][:count])

    def _largest_by_unit(self, sizes: Any, layout: Layout) -> Any:
        """The largest number of each unit, along whole lines of memory."""
        if layout.last:
            return self.largest(sizes.reshape(-1, layout.units), 0)
        return self.largest(self.largest(sizes.reshape(*sizes.shape[:2], -1), 2), 0)

    # -- primitives ----------------------------------------------------------------------
    def size(self, t: Any) -> int:
        """The count of elements."""
        return math.prod(t.shape)

    def number(self, value: float) -> Any:
        """A number as the library has numbers."""
        return self.xp.float32(value)

    def cast(self, t: Any, dtype: Any) -> Any:
        """The array in another dtype."""
        return t.astype(dtype)

    def wide(self, t: Any) -> Any:
        """The array in float32, itself where it is."""
        return t.astype(self.xp.float32, copy=False)

    def copied(self, t: Any) -> Any:
        """An array with memory of its own."""
        return self.xp.array(t)

    def dot(self, a: Any, b: Any) -> Any:
        """The sum of products."""
        return self.xp.vdot(a, b)

    def squares(self, t: Any) -> Any:
        """The sum of squares."""
        return self.xp.vdot(t, t)

    def squares_of_rows(self, rows: Any) -> Any:
        """The sum of squares of each row of a matrix."""
        return self.xp.einsum("ij,ij->i", rows, rows)

    def sum_of_rows(self, weights: Any, rows: Any) -> Any:
        """The sum of the rows of a matrix, each times its weight."""
        return weights @ rows

    def largest(self, t: Any, axis: int) -> Any:
        """The maximum along an axis."""
        return t.max(axis)

    def zero_for_nan(self, t: Any) -> Any:
        """The numbers of t, which are not negative, with 0 for NaN; t may be overwritten."""
        return self.xp.fmax(t, 0)

    def share_below(self, t: Any, limit: float) -> Any:
        """The share along axis 0 of the numbers below a limit; t may be overwritten."""
        return (t < limit).mean(0, dtype=self.xp.float32)

    def zeros(self, t: Any) -> Any:
        """The count of zeros, as a number that can be divided; t may be overwritten."""
        return self.xp.count_nonzero(t == 0)

    def not_finite(self, t: Any, squares: Any) -> Any:
        """The count of NaNs and infinities, given the sum of squares."""
        return (~self.xp.isfinite(t)).sum(dtype=self.xp.float32)

    def is_finite(self, t: Any, squares: Any) -> Any:
        """1 where all numbers are finite, else 0, given the sum of squares."""
        return self.wide(self.not_finite(t, squares) == 0)


class _Numpy(Statistics):
    """NumPy's, which need not look at numbers where the sum of their squares is finite."""

    def not_finite(self, t: Any, squares: Any) -> Any:
        return np.float32(0) if math.isfinite(squares) else super().not_finite(t, squares)


NUMPY = _Numpy(np)
