"""The points at which functions are measured: all numbers of 16 bits, all binades of wider types, and special
places.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .truth import Truth
from .ulps import DTYPES, Array, DType, finfo

# The |x| at which exponentials overflow or vanish: float16, float32, float64, each with its subnormal results.
_ENDS = (9.7, 11.1, 16.7, 17.4, 87.3, 88.7, 103.97, 708.4, 709.8, 745.2)
_STEPS = (1, 2, 3, 4, 6, 8, 12, 16, 64, 256, 1024, 1 << 13, 1 << 17)
_MOST_ROOTS = 8
# The number of points around each special one, at distances of 2^-2 to 2^-12 of it, where digits cancel.
_BESIDE = 64


def all_patterns(dtype: DType, step: int = 1) -> Array:
    """All finite numbers of a 16-bit type, or each `step`-th of its bit patterns."""
    return _finite(np.arange(0, 65536, step, dtype=np.uint16).view(dtype))


def sample(dtype: DType, count: int, seed: int, special: Iterable[float] = ()) -> Array:
    """About `count` finite numbers of float32 or float64, and the neighbourhoods of the special ones.

    A quarter runs evenly through all bit patterns, so through all binades and both signs; the
    others through the sizes that matter.
    """
    random = np.random.default_rng(seed)
    quarter = max(count // 4, 1)
    bits = np.dtype(f"u{dtype.itemsize}")
    top = int(np.array(finfo(dtype).max).view(bits))
    places = (np.arange(quarter) + random.random(quarter)) / quarter * top
    magnitudes = places.astype(bits).view(dtype).astype(np.float64)
    signs = np.where(np.arange(quarter) % 2, 1.0, -1.0)
    parts = [
        magnitudes * signs,
        np.exp2(random.uniform(-40, 10.5, quarter)) * random.choice([-1.0, 1.0], quarter),
        random.normal(0.0, 3.0, quarter),
        random.uniform(-40.0, 40.0, quarter),
    ]
    info = finfo(dtype)
    lone = [0.0, float(info.smallest_subnormal), float(info.smallest_normal), 1.0, float(info.max), *_ENDS]
    chosen = list(special)
    centres = np.array([*lone, *(-x for x in lone), *chosen]).astype(dtype)
    distances = np.exp2(random.uniform(-12, -2, (len(chosen), _BESIDE))) * random.choice([-1.0, 1.0], (1, _BESIDE))
    parts.append((np.array(chosen).reshape(-1, 1) * (1 + distances)).ravel())
    with np.errstate(over="ignore"):
        found = np.concatenate([np.concatenate(parts).astype(dtype), centres, neighbours(centres)])
    return np.unique(_finite(found))


def neighbours(x: Array, random: np.random.Generator | None = None) -> Array:
    """Numbers near each of `x` by bit pattern, on both sides; further ones are drawn where `random` is given."""
    bits = np.dtype(f"i{x.dtype.itemsize}")
    largest = int(np.array(finfo(x.dtype).max).view(bits))
    pattern = np.abs(x).view(bits)
    steps = np.array([s * side for s in _STEPS for side in (-1, 1)], dtype=bits)
    if random is not None:
        reach = np.array([1 << k for k in range(5, 9 + x.dtype.itemsize * 2)], dtype=np.int64)
        steps = np.concatenate([steps, random.integers(-reach, reach).astype(bits), random.integers(-reach, reach)])
    with np.errstate(over="ignore"):
        moved = np.clip(pattern[:, None] + steps.astype(bits)[None, :], 0, largest)
    found: Array = np.copysign(moved.astype(bits).view(x.dtype), x[:, None]).ravel()
    return found


def roots(truth: Truth) -> list[float]:
    """The x at which the true value changes sign, by bisection; the few that are nearest to 0."""
    kind = DTYPES["float64"]
    grid = np.linspace(-12.0, 12.0, 961) + 1e-3
    sign = np.sign(truth.at(grid, kind))
    changes = np.flatnonzero(sign[1:] * sign[:-1] < 0)
    if not len(changes):
        return []
    at = changes[np.argsort(np.abs(grid[changes]))][:_MOST_ROOTS]
    low, high = grid[at], grid[at + 1]
    for _ in range(56):
        middle = (low + high) / 2
        is_low = np.sign(truth.at(middle, kind)) == sign[at]
        low, high = np.where(is_low, middle, low), np.where(is_low, high, middle)
    return [float(root) for root in low]


def _finite(x: Array) -> Array:
    with np.errstate(invalid="ignore"):  # some patterns are signalling NaNs
        return x[np.isfinite(x.astype(np.float64))]
