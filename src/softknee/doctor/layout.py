"""How an activation lies in memory, and how much of it is looked at."""

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
# Values that are sent home for pictures, samples and features whose likeness is measured.
SHOWN = 256
SAMPLES = 32
FEATURES = 1024
# A slope below this share of the steepest one moves no weight in float32.
NO_SLOPE = 1e-6
# A unit is saturated where its slope is below this share of the steepest one; see softknee.properties.
FLAT = 0.05

# What softmax takes is less than the largest by this where an entry is masked.
MASKED = 3e3

UNIT_FIELDS = ("steepest", "flat", "size", "gradient")


@dataclass(frozen=True)
class Layout:
    """How an activation's elements are units and samples: samples lie along axis 0, units along the last or axis 1."""

    last: bool
    units: int

    @staticmethod
    def of(z: Any, last: bool) -> Layout:
        """`last`: the units lie along the last axis, as after a linear map; else along axis 1, as after convolution."""
        last = last or z.ndim < 2
        return Layout(last, z.shape[-1 if last else 1] if z.ndim else 1)

    def samples(self, t: Any) -> Any:
        """Evenly spread samples of a tensor or array, whole; numbers without a batch are one sample."""
        if t.ndim < 2:
            return t.reshape(1, -1)
        return t[:: max(1, -(-math.prod(t.shape) // max(CAP, LEAST * self.units)))]

    def rows(self, t: Any) -> Any:
        """Evenly spread places of evenly spread samples, of shape (n, units)."""
        if isinstance(t, np.ndarray) and not self.last and t.ndim > 2 and t.flags.c_contiguous:
            return t.reshape(-1).take(_places(self, t.shape))
        return self._rows(t)

    def _rows(self, t: Any) -> Any:
        if t.ndim > 2:
            t = t.reshape(t.shape[0], -1, self.units) if self.last else t.reshape(*t.shape[:2], -1).swapaxes(1, 2)
            t = t[:, :: odd(min(math.prod(t.shape) // PLACES, t.shape[1] // LEAST_PLACES))]
        return self.samples(t).reshape(-1, self.units)

    def others(self, t: Any) -> list[int]:
        """The axes that are not the units'."""
        units = t.ndim - 1 if self.last else 1
        return [d for d in range(t.ndim) if d != units]


@lru_cache(maxsize=64)
def _places(layout: Layout, shape: tuple[int, ...]) -> Any:
    """Where `rows` lie in memory: one step for each number, where NumPy makes some for each row that it cuts short."""
    return layout._rows(np.arange(math.prod(shape)).reshape(shape))


def stride(samples: int, size: int) -> int:
    """From sample to sample of this size, such that no more than CAP numbers are looked at."""
    return max(1, -(-samples * size // CAP))


def odd(step: int) -> int:
    """This step or the next, at least 1: one that does not meet the same column in each row of a power of two."""
    return step | 1
