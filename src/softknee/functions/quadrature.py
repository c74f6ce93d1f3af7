"""Expectations under the normal distribution N(0, 1), by adaptive Gauss-Legendre quadrature, for gains and moments."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

# Beyond 39 standard deviations the density is below the smallest double.
_REACH = 39.0
_START = (-_REACH, -12.0, -6.0, -3.0, -1.0, 0.0, 1.0, 3.0, 6.0, 12.0, _REACH)
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_DEPTH = 40

Array = np.ndarray[Any, np.dtype[np.float64]]


def expectation(f: Callable[[Array], Array], breaks: Sequence[float] = (), tolerance: float = 1e-13) -> float:
    """E f(z) for z ~ N(0, 1), to the tolerance relative to the largest part of the integral; inf where f overflows.

    `breaks` are the points at which f or its slope jumps. An interval is halved until its halves agree with the whole.
    """
    points = sorted({*_START, *(b for b in breaks if abs(b) < _REACH)})
    pending = [(a, b, _rule(f, a, b), 0) for a, b in pairwise(points)]
    for _, _, whole, _ in pending:
        if not math.isfinite(whole):
            return whole
    scale = max((abs(whole) for *_, whole, _ in pending), default=0.0)
    parts: list[float] = []
    while pending:
        a, b, whole, depth = pending.pop()
        middle = (a + b) / 2
        left, right = _rule(f, a, middle), _rule(f, middle, b)
        if not math.isfinite(left + right):
            return left + right
        if abs(left + right - whole) <= tolerance * max(scale, abs(whole)) or depth >= _DEPTH:
            parts.append(left + right)
        else:
            pending += [(a, middle, left, depth + 1), (middle, b, right, depth + 1)]
    return math.fsum(parts)


def _rule(f: Callable[[Array], Array], a: float, b: float) -> float:
    z = (a + b) / 2 + (b - a) / 2 * _NODES
    density = np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    with np.errstate(all="ignore"):
        values = f(z)
        if not np.isfinite(values).all():
            return float(values[~np.isfinite(values)].sum())  # however small the density is there
        return float((b - a) / 2 * np.sum(_WEIGHTS * density * values))
