"""The layout of an activation in memory, as samples, places and units, and how many of its elements are read.

Not here: what is read off them (statistics.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

# Elements of an activation that are looked at, at most: of the places in a sample, such as pixels and tokens, so many
# are left out that no more than PLACES remain, but for LEAST_PLACES of each;
PLACES = 1 << 15
LEAST_PLACES = 8
# beyond CAP whole samples are left out, but for as many as give each unit LEAST numbers.
CAP = 1 << 17
LEAST = 64
# Of a gradient whole samples are left out beyond this.
GRADIENT_CAP = 1 << 16
# Values that are kept for pictures.
SHOWN = 256
# A slope below this share of the steepest one moves no weight in float32.
NO_SLOPE = 1e-6
# A unit is saturated where its slope is below this share of the steepest one; see softknee.properties.
FLAT = 0.05

# An entry that is less than the largest by this is masked from softmax.
MASKED = 3e3

UNIT_FIELDS = ("steepest", "flat", "size", "gradient")


@dataclass(frozen=True)
class Layout:
    """The axes of an activation: samples lie along axis 0, units along the last (`last`) or along axis 1."""

    last: bool
    units: int

    @staticmethod
    def of(z: Any, last: bool) -> Layout:
        """The layout of an array; `last` as after a linear map, else units lie along axis 1, as after a convolution."""
        last = last or z.ndim < 2
        return Layout(last, z.shape[-1 if last else 1] if z.ndim else 1)

    def samples(self, t: Any, cap: int = CAP) -> Any:
        """Evenly spread samples of a tensor or array, whole; numbers without a batch are one sample."""
        if t.ndim < 2:
            return t.reshape(1, -1)
        return t[:: max(1, -(-math.prod(t.shape) // max(cap, LEAST * self.units)))]

    def spread(self, t: Any) -> Any:
        """Evenly spread places of evenly spread samples, of shape (samples, places, units)."""
        if isinstance(t, np.ndarray) and not self.last and t.ndim > 2 and t.flags.c_contiguous:
            found = t.reshape(-1).take(_in_memory(self, t.shape))
            return np.ascontiguousarray(found.swapaxes(1, 2))
        return self._spread(t)

    def _spread(self, t: Any) -> Any:
        if t.ndim > 2:
            t = t.reshape(t.shape[0], -1, self.units) if self.last else t.reshape(*t.shape[:2], -1).swapaxes(1, 2)
            t = t[:, :: odd(min(math.prod(t.shape) // PLACES, t.shape[1] // LEAST_PLACES))]
        t = self.samples(t)
        return t.reshape(t.shape[0], -1, self.units)


@lru_cache(maxsize=64)
def _in_memory(layout: Layout, shape: tuple[int, ...]) -> Any:
    """The positions in memory of what `Layout.spread` keeps, as (samples, units, places): NumPy takes them at once."""
    where = layout._spread(np.arange(math.prod(shape)).reshape(shape))
    return np.ascontiguousarray(where.swapaxes(1, 2))


def stride(samples: int, size: int) -> int:
    """The step from sample to sample of this size, such that no more than CAP numbers are read."""
    return max(1, -(-samples * size // CAP))


def odd(step: int) -> int:
    """This step or the next, at least 1, which does not meet the same column in each row of a power of two."""
    return step | 1
