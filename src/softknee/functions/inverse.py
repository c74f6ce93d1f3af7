"""The inverse of a strictly monotone function without a closed form, by bisection to the last bit.

Closed forms are fields of the definitions; `Activation.inverse` prefers them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np

from softknee.language.definition import Definition
from softknee.language.errors import ArgumentError
from softknee.targets.dispatch import target_of

from .properties import Properties, properties

Array = np.ndarray[Any, np.dtype[np.float64]]


def solve(definition: Definition, y: Any, values: tuple[Any, ...]) -> Any:
    """The x with f(x) = y for an array, tensor or JAX array y, in its dtype; NaN where y is outside of the range.

    Raises ArgumentError where some value is taken more than once, or a parameter is no plain number.
    """
    for name, value in zip(definition.numeric_parameters, values):
        if not isinstance(value, (int, float)):
            raise ArgumentError(definition.name, name, value, "must be a plain number here: the inverse is solved for")
    numbers = tuple(map(float, values))
    found = _solver(definition, numbers)
    target = target_of(y)
    return target.implicit(found, definition, target.as_array(definition.name, y, "y"), numbers)


@lru_cache(maxsize=256)
def _solver(definition: Definition, numbers: tuple[float, ...]) -> Callable[[Array], Array]:
    found = properties(definition, dict(zip(definition.numeric_parameters, numbers)))
    if not found.is_monotone or found.dead_zones:
        raise ArgumentError(definition.name, "inverse", None, "does not exist: some value is taken more than once")
    return partial(_bisect, found)


def _bisect(found: Properties, y: Array) -> Array:
    """The x with f(x) = y for doubles y, by bisection over the doubles in their order.

    64 halvings find the last bit wherever it is, since there are 2**64 doubles.
    """
    rising = found.monotone == "increasing"
    low = np.full(y.shape, _key(-np.finfo(float).max))
    high = np.full(y.shape, _key(np.finfo(float).max))
    for _ in range(64):
        middle = (low >> 1) + (high >> 1) + (low & high & 1)
        there = found.value(_double(middle))
        above = there >= y if rising else there <= y
        high = np.where(above, middle, high)
        low = np.where(above, low, middle)
    x = _double(high)
    bottom, top = found.range if rising else found.range[::-1]
    x = np.where(y == bottom, -math.inf, np.where(y == top, math.inf, x))
    outside = (y < found.range[0]) | (y > found.range[1]) | np.isnan(y)
    return np.where(outside, math.nan, x)


def _key(x: Any) -> Any:
    """The doubles as integers in the same order: `_flip` is its own inverse, so `_double` leads back."""
    return _flip(np.asarray(x, np.float64).view(np.int64))


def _double(key: Any) -> Array:
    return np.asarray(_flip(key)).view(np.float64)


def _flip(bits: Any) -> Any:
    # As integers the negative doubles ascend with their size: inverting all bits but the sign turns their order around.
    return bits ^ ((bits >> 63) & np.int64(2**63 - 1))
