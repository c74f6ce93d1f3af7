"""The points at which functions are tried: the ends, the tails, the neighbourhoods of zero and of every kink."""

from __future__ import annotations

from functools import cache

import ml_dtypes
import numpy as np

import softknee as knee
from softknee.lab.accuracy.ulps import DTYPES

__all__ = ["DTYPES", "breaks_of", "definitions", "elementwise", "points"]


@cache
def points(dtype: np.dtype, breaks: tuple[float, ...] = (), per_decade: int = 6) -> np.ndarray:
    """Finite points of a dtype, both signs: zeros, subnormals, 1e-6..1e4, 88.7, the largest, breaks +-1 ulp."""
    info = ml_dtypes.finfo(dtype)
    tiny, largest = float(info.smallest_subnormal), float(info.max)
    spread = np.logspace(-6, 4, 10 * per_decade + 1)
    smallest_normal = float(info.smallest_normal)
    special = [0.0, tiny, 3 * tiny, smallest_normal / 2, smallest_normal, 1.0, 88.7, 700.0, 745.1, largest]
    positive = np.concatenate([special, spread])
    with np.errstate(over="ignore"):
        both = np.concatenate([positive, -positive]).astype(dtype)
    at = np.array(breaks, dtype=np.float64).astype(dtype)
    near = [np.nextafter(at, np.array(side * np.inf, dtype)) for side in (-1, 1)] if len(breaks) else []
    found = np.concatenate([both, at, *near]) if len(breaks) else both
    return found[np.isfinite(found.astype(np.float64))]


def definitions() -> list:
    """The definitions of all element-wise functions of the catalogue."""
    return [knee.get(name).definition for name in elementwise()]


def elementwise() -> list[str]:
    """The names of all element-wise functions."""
    return [name for name in knee.names() if isinstance(knee.get(name), knee.Activation)]


def breaks_of(name: str) -> tuple[float, ...]:
    """The points where a function's definition switches, at default parameters."""
    return knee.get(name).properties().breaks
