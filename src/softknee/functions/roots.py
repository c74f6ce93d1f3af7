"""The points at which a function of one number changes sign: a grid that is dense where activations bend, and
bisection.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


def _grid() -> Array:
    """Ascending x, log-spaced to 1e6 on both sides and evenly spaced up to 20, where activations have their
    features.
    """
    far = np.logspace(-6, 6, 961)
    return np.unique(np.concatenate([-far, far, np.linspace(-20, 20, 4001)]))


GRID = _grid()


def inside(a: float, b: float) -> Array:
    """Some points strictly between a and b, either of which may be infinite."""
    steps = np.logspace(-3, 6, 10)
    if math.isinf(a) and math.isinf(b):
        return np.concatenate([-steps, steps])
    if math.isinf(a):
        return b - steps
    return a + steps if math.isinf(b) else np.linspace(a, b, 9)[1:-1]


def sign_changes(h: Callable[[Array], Array]) -> list[float]:
    """The x within the grid's span at which h changes sign, ascending, by bisection to the last bit."""
    y = h(GRID)
    sign = np.sign(y)
    found: list[float] = []
    before: int | None = None
    for at in np.flatnonzero(sign):
        if before is not None and sign[at] != sign[before]:
            found.append(bisect(h, float(GRID[before]), float(GRID[at])))
        before = int(at)
    return found


def bisect(h: Callable[[Any], Any], a: float, b: float) -> float:
    """The x between a and b at which h changes sign, to the last bit; h(a) and h(b) have different signs."""
    rising = float(h(b)) > 0
    while True:
        middle = (a + b) / 2
        if not a < middle < b or b - a < 1e-300:
            return b if abs(float(h(b))) <= abs(float(h(a))) else a
        if (float(h(middle)) > 0) == rising:
            b = middle
        else:
            a = middle
