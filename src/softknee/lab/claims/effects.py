"""Effects, and lines of pictures, made of the numbers that runs gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, isfinite, log2, nan
from typing import Any

import numpy as np

from .data import overlap
from .evidence import Effect, Line


def effect(part: str, condition: Mapping[str, object], values: Sequence[float], data: str = "") -> Effect:
    """The effect of a part under a condition; values that are not finite are counted as lost."""
    fine = tuple(float(value) for value in values if isfinite(value))
    named = {name: value if isinstance(value, str) else f"{value:g}" for name, value in condition.items()}
    return Effect(part, named, fine, overlap(data), len(values) - len(fine))


def speedup(fast: Sequence[float], slow: Sequence[float]) -> float:
    """The base-2 logarithm of how many times fewer epochs the first loss curve needs to reach the worse of both ends.

    Both are taken as the lowest so far, between epochs by a straight line in the logarithm.

    >>> speedup([1.0, 0.5, 0.25], [1.0, 1.0, 0.5])
    0.585
    """
    one, other = _lowest(fast), _lowest(slow)
    if not (len(one) and len(other)):
        return nan
    target = max(one[-1], other[-1])
    return round(log2(_epoch_of(other, target) / _epoch_of(one, target)), 4) if target > 0 else nan


def _lowest(curve: Sequence[float]) -> Any:
    finite = [value if isfinite(value) else inf for value in curve]
    found = np.minimum.accumulate(finite)
    return found[np.isfinite(found)]


def _epoch_of(curve: Any, target: float) -> float:
    """The epoch, counted from 1, at which the curve first is as low as `target`."""
    at = int(np.argmax(curve <= target))
    if at == 0:
        return 1.0
    before, after = np.log(np.maximum(curve[at - 1 : at + 1], 1e-12))
    part = (before - np.log(max(target, 1e-12))) / (before - after) if before > after else 1.0
    return float(at + part)


def line(label: str, x: Sequence[float], values: Sequence[Sequence[float]]) -> Line:
    """The median over seeds (the first axis of `values`), with the quartiles."""
    found = np.asarray([row for row in values if len(row) == len(x)], dtype=np.float64)
    found = np.where(np.isfinite(found), found, nan)
    if not found.size:
        return Line(label, (), ())
    low, middle, high = np.nanquantile(found, (0.25, 0.5, 0.75), axis=0)
    return Line(label, tuple(map(float, x)), _short(middle), _short(low), _short(high))


def _short(values: Any) -> tuple[float, ...]:
    """The values rounded to five digits, which are enough for a picture."""
    return tuple(float(f"{value:.5g}") for value in values)


def epochs(curve: Sequence[float]) -> list[float]:
    """The epochs of a loss curve, from 1."""
    return [float(at + 1) for at in range(len(curve))]
