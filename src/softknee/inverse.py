"""The inverse of a strictly monotone function that has no closed form, by bisection to the last bit."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .backends.numpy import ufunc
from .dispatch import backend_of
from .language.definition import Definition
from .language.errors import ArgumentError
from .language.face import VALUE
from .properties import Properties, properties

Array = np.ndarray[Any, np.dtype[np.float64]]


def solve(definition: Definition, y: Any, values: tuple[Any, ...]) -> Any:
    """The x with f(x) = y for an array, tensor or JAX array y; NaN outside the range.

    Raises ArgumentError where some value is taken more than once, or a parameter is no plain number.
    """
    found = _strictly_monotone(definition, values)
    backend = backend_of(y)
    y = backend.as_array(definition.name, y, "y")
    numbers = tuple(map(float, values))
    return backend.implicit(lambda wide: _bisect(found, definition, numbers, wide), definition, y, numbers)


def _strictly_monotone(definition: Definition, values: tuple[Any, ...]) -> Properties:
    for name, value in zip(definition.numeric_parameters, values):
        if not isinstance(value, (int, float)):
            raise ArgumentError(definition.name, name, value, "must be a plain number here: the inverse is solved for")
    found = properties(definition, dict(zip(definition.numeric_parameters, map(float, values))))
    if not found.is_monotone or found.dead_zones:
        raise ArgumentError(definition.name, "inverse", None, "does not exist: some value is taken more than once")
    return found


def _bisect(found: Properties, definition: Definition, numbers: tuple[float, ...], y: Array) -> Array:
    """Bisection over the doubles in their order: 64 halvings find the last bit wherever it is."""
    f = ufunc(definition, VALUE)
    rising = found.monotone == "increasing"
    low = np.full(y.shape, _key(np.float64(-np.finfo(float).max)))
    high = np.full(y.shape, _key(np.float64(np.finfo(float).max)))
    for _ in range(64):
        middle = (low >> 1) + (high >> 1) + (low & high & 1)
        there = f(_double(middle), *numbers)
        above = there >= y if rising else there <= y
        high = np.where(above, middle, high)
        low = np.where(above, low, middle)
    x = _double(high)
    bottom, top = found.range if rising else found.range[::-1]
    x = np.where(y == bottom, -math.inf, np.where(y == top, math.inf, x))
    outside = (y < found.range[0]) | (y > found.range[1]) | np.isnan(y)
    return np.where(outside, math.nan, x)


def _key(x: Any) -> Any:
    """Integers in the order of the doubles; the same flip leads back."""
    return _flip(np.asarray(x, np.float64).view(np.int64))


def _double(key: Any) -> Array:
    return np.asarray(_flip(key)).view(np.float64)


def _flip(bits: Any) -> Any:
    # The bits of negative doubles grow with their size: turn all but the sign around.
    return bits ^ ((bits >> 63) & np.int64(2**63 - 1))
