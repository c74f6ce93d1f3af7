"""The true value or slope at points: enclosed in long double, by the oracle where the enclosure is too wide."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import mpmath
import numpy as np

from softknee.language.definition import Definition
from softknee.language.derivative import derivative
from softknee.language.expression import Expr
from softknee.targets.mpmath import exact

from .enclosure import enclose
from .ulps import Array, DType, Wide, spacing, ulp_error

SPECS = ("value", "slope")
# The largest error of the truth itself, in ulps by size of dtype; worst points are measured against the oracle again.
_KNOWN_TO = {2: 2.0**-12, 4: 2.0**-12, 8: 2.0**-4}


class Truth:
    """The true values of a definition's textbook formula, or of its derivative, at the parameters `numbers`."""

    def __init__(self, definition: Definition, spec: str, numbers: Mapping[str, float] | None = None) -> None:
        self.name = definition.name
        self.root = root_of(definition, spec)
        self.numbers = {n: float(p.default) for n, p in definition.numeric_parameters.items()} | dict(numbers or {})
        self._input = definition.inputs[0]

    def oracle(self, x: float) -> Any:
        """The true value at a point, as an mpmath number."""
        return _exact(self.root, ((self._input, float(x)), *self.numbers.items()))

    def at(self, x: Array, dtype: DType) -> Array:
        """The true values at finite points, as long doubles right to a small part of an ulp of `dtype`."""
        wide = x.astype(np.float64)
        value, error = enclose(self.root, {self._input: wide, **self.numbers})
        value = np.broadcast_to(value, wide.shape).copy()
        with np.errstate(all="ignore"):
            open_ = ~(error <= _KNOWN_TO[dtype.itemsize] * spacing(value, dtype))
        for at in np.flatnonzero(np.broadcast_to(open_, wide.shape)):
            value[at] = _wide(self.oracle(float(wide[at])))
        return value

    def error(self, x: float, computed: float, dtype: DType) -> float:
        """The error of a computed value in ulps, by the oracle alone."""
        return ulp_error(computed, self.oracle(x), dtype)

    def limit(self, sign: float) -> float:
        """The limit at +-inf, read off three points far out: NaN where the function oscillates or grows like a
        logarithm.
        """
        near = [self.oracle(sign * x) for x in (1e40, 3.7e40, 1.1e41)]
        if all(abs(v) > 1e19 for v in near) and len({v > 0 for v in near}) == 1:
            return float(np.copysign(np.inf, float(mpmath.sign(near[0]))))
        return float(near[0]) if max(near) - min(near) < 1e-12 else np.nan


# Kept, as libraries with the same results are refined around the same points.
@lru_cache(maxsize=1 << 14)
def _exact(root: Expr, arguments: tuple[tuple[str, float], ...]) -> Any:
    return exact(root, dict(arguments))


def root_of(definition: Definition, spec: str) -> Expr:
    """The expression that is true by definition: the textbook formula, or its derivative."""
    return definition.textbook if spec == "value" else derivative(definition.textbook, definition.inputs[0])


def _wide(value: Any) -> Any:
    """An mpmath number as a long double, by way of two doubles, as one would hold too few digits."""
    if not mpmath.isfinite(value):
        return Wide(float(value))
    with mpmath.workprec(200):
        mantissa, exponent = mpmath.frexp(value)
        high = float(mantissa)
        low = float(mantissa - high)
    with np.errstate(over="ignore", under="ignore"):
        return np.ldexp(Wide(high) + Wide(low), int(np.clip(exponent, -20000, 20000)))
