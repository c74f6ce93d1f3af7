"""The error function in long double, which NumPy lacks: series near 0, continued fraction in the tail."""

from __future__ import annotations

import numpy as np

from .ulps import Array, Wide

_EPS = Wide(np.finfo(Wide).eps)
_PI = Wide("3.14159265358979323846264338327950288")
_ROOT_PI = np.sqrt(_PI)
# The x from which the continued fraction is used, as 1 - erf would lose digits.
_TAIL = 1.0
# The x from which erf rounds to 1 in long double.
_ONE_FROM = 8.0


def gauss(x: Array) -> Array:
    """The function e^(-x^2) to an ulp or two: x is split, so that the square of its leading half is exact."""
    scaled = np.ldexp(np.ones_like(x), np.frexp(x)[1] - 30)
    high = np.where(np.abs(x) < 1e6, np.rint(x / scaled) * scaled, x)
    found: Array = np.exp(-high * high) * np.exp(-(x - high) * (x + high))
    return found


def _series(x: Array) -> Array:
    """The series 2/sqrt(pi) e^(-x^2) sum of 2^n x^(2n+1) / (1 3 5 ... (2n+1)) for |x| below 1: no term is negative."""
    term = x
    total = x
    for n in range(1, 60):
        term = term * (2 * x * x) / (2 * n + 1)
        total = total + term
    found: Array = 2 / _ROOT_PI * gauss(x) * total
    return found


def scaled_erfc(x: Array) -> Array:
    """The product e^(x^2) erfc(x) for x >= 1, by the continued fraction x + (1/2)/(x + 1/(x + (3/2)/(x + ...)))."""
    found = np.empty_like(x)
    # By range of x, the steps after which the rest of the fraction is below 2^-70.
    for low, high, steps in ((0.0, 1.4, 420), (1.4, 2.0, 220), (2.0, 4.0, 110), (4.0, np.inf, 40)):
        chosen = (x >= low) & (x < high) if np.isfinite(high) else ~(x < low)
        if chosen.any():
            part = x[chosen]
            rest = part
            for n in range(steps, 0, -1):
                rest = part + n / (2 * rest)
            found[chosen] = 1 / (_ROOT_PI * rest)
    return found


def erf(x: Array) -> tuple[Array, Array]:
    """The values of the error function at x, and bounds of their errors."""
    size = np.abs(x)
    near = _series(np.minimum(size, _TAIL))
    tail = np.clip(size, _TAIL, _ONE_FROM)
    far = 1 - scaled_erfc(tail) * gauss(tail)
    value = np.where(size < _TAIL, near, far)
    return np.copysign(value, x), np.where(np.isnan(x), np.inf, 16 * _EPS * value)


def erfc(x: Array) -> tuple[Array, Array]:
    """The values of the complement 1 - erf at x, and bounds of their errors."""
    tail = np.maximum(x, _TAIL)
    far = np.where(tail > 1e6, 0, scaled_erfc(tail) * gauss(np.minimum(tail, 1e6)))
    inside, bound = erf(np.minimum(x, _TAIL))
    value = np.where(x > _TAIL, far, 1 - inside)
    tiny = 4 * np.finfo(Wide).smallest_subnormal
    return value, np.where(np.isnan(x), np.inf, np.where(x > _TAIL, 16 * _EPS * far + tiny, bound + 4 * _EPS * value))
