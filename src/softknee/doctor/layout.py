"""How an activation lies in memory, and how much of it is looked at."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

# Elements of an activation that are looked at, at most: whole samples are left out beyond.
CAP = 1 << 17
# Values that are sent home for pictures, samples and features whose likeness is measured.
SHOWN = 256
SAMPLES = 32
FEATURES = 2048
# A slope below this share of the steepest one moves no weight in float32.
NO_SLOPE = 1e-6
# A unit is saturated where its slope is below this share of the steepest one; see softknee.properties.
FLAT = 0.05

UNIT_FIELDS = ("steepest", "flat", "size", "gradient")


@dataclass(frozen=True)
class Layout:
    """How an activation's elements are units and samples: `axis` is the units', the first of the others the batch's."""

    axis: int
    units: int

    @staticmethod
    def of(z: Any, last: bool) -> Layout:
        """`last`: the units lie along the last axis, as after a linear map; else along axis 1, as after convolution."""
        axis = z.ndim - 1 if last or z.ndim < 2 else 1
        return Layout(axis, z.shape[axis])

    def samples(self, t: Any) -> Any:
        """Evenly spread samples of a tensor or array, so many that `CAP` elements are not exceeded by much."""
        if t.ndim < 2 or math.prod(t.shape) <= CAP:
            return t
        batch = 1 if self.axis == 0 else 0
        step = -(-math.prod(t.shape) // CAP)
        return t[(slice(None),) * batch + (slice(None, None, min(step, t.shape[batch])),)]

    def others(self, t: Any) -> list[int]:
        """The axes that are not the units'."""
        return [d for d in range(t.ndim) if d != self.axis] if t.ndim > 1 else []
