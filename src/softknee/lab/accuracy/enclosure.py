"""Expressions evaluated over arrays in long double, each value with a bound of its own error.

A reference for millions of points: it shares no arithmetic with the library's kernels (the elementary functions are
the C library's). Where its bound is too wide, `truth` asks the oracle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from softknee.language.expression import Expr, walk
from softknee.language.lowering import lowered

from .erfc import erf, erfc, gauss, scaled_erfc
from .ulps import Array, Wide

# A value and the bound of its absolute error; of a condition, the answer and True where it is certain.
Pair = tuple[Array, Array]

_INFO = np.finfo(Wide)
_EPS = Wide(_INFO.eps)
# The largest relative error of C libraries' elementary functions, which are within two or three ulps.
_CLOSE = 4 * _EPS
_TINY = Wide(_INFO.smallest_subnormal)
_NORMAL = Wide(_INFO.smallest_normal)
# The factor that covers the rounding in computing the bounds themselves.
_ROUNDED_BOUNDS = 1 + 1e-6
_TWO = (np.asarray(Wide(2)), np.asarray(Wide(0)))
# An infinity stands for a number beyond the range of long double; smaller bounds than this keep it infinite.
_FAR = np.ldexp(Wide(1), 1100)
_PI = Wide("3.14159265358979323846264338327950288")


def enclose(root: Expr, arguments: Mapping[str, Any]) -> Pair:
    """The values of `root` at arrays or numbers, as long doubles, and bounds of their errors: inf where nothing is
    known.
    """
    found: dict[Expr, Pair] = {}
    with np.errstate(all="ignore"):
        for node in walk(lowered(root, _RULES)):
            if node.is_symbol:
                given = np.asarray(arguments[node.payload]).astype(Wide)
                found[node] = given, np.zeros_like(given)
            elif node.is_constant:
                ratio = Wide(node.payload.numerator) / Wide(node.payload.denominator)
                whole = float(node.payload) == node.payload
                found[node] = (np.asarray(Wide(float(node.payload))), np.asarray(Wide(0))) if whole else _inexact(ratio)
            elif (inner := _step_of_tanh(node)) is not None:
                found[node] = _mul(_TWO, _sigmoid(_mul(_TWO, found[inner])))
            else:
                found[node] = _RULES[node.op](*(found[arg] for arg in node.args))
    value, error = found[node]
    return value, np.where(np.isnan(value) | np.isnan(error), np.inf, error * _ROUNDED_BOUNDS)


def _step_of_tanh(node: Expr) -> Expr | None:
    """The u of 1 + tanh(u) = 2 sigmoid(2u), which would cancel in the left tail; None for any other expression."""
    if node.op == "add" and any(arg.equals(1) for arg in node.args):
        return next((arg.args[0] for arg in node.args if arg.op == "tanh"), None)
    return None


def _inexact(value: Any) -> Pair:
    return np.asarray(value), np.abs(np.asarray(value)) * 4 * _EPS


def _add(a: Pair, b: Pair) -> Pair:
    value = a[0] + b[0]
    # The rounding error of a sum is itself a number of the format (Knuth's two-sum).
    back = value - a[0]
    lost = (a[0] - (value - back)) + (b[0] - back)
    error = a[1] + b[1] + np.where(np.isfinite(lost), np.abs(lost), 0)
    certain = (np.minimum(np.abs(a[0]), np.abs(b[0])) < _FAR) & np.isfinite(a[1] + b[1])
    return value, np.where(np.isinf(value), np.where(certain, 0, np.inf), error)


def _neg(a: Pair) -> Pair:
    return -a[0], a[1]


def _sub(a: Pair, b: Pair) -> Pair:
    return _add(a, _neg(b))


def _rounding(value: Array, *factors: Pair) -> Array:
    """The error of rounding a product or quotient: none where a factor is a power of two for all elements."""
    if any(factor.ndim == 0 and np.abs(np.frexp(factor)[0]) == 0.5 for factor, _ in factors):
        return np.zeros_like(value)
    return np.abs(value) * _EPS


def _mul(a: Pair, b: Pair) -> Pair:
    value = a[0] * b[0]
    size_a, size_b = np.abs(a[0]), np.abs(b[0])
    error = size_a * b[1] + size_b * a[1] + a[1] * b[1] + _rounding(value, a, b)
    error = np.where((np.abs(value) < _NORMAL) & (size_a > 0) & (size_b > 0), error + _TINY, error)
    # Zero times a number is exactly zero, whatever the other's bound.
    error = np.where(((size_a == 0) & (a[1] == 0) & np.isfinite(b[0])) | ((size_b == 0) & (b[1] == 0)), 0, error)
    certain = (size_a - a[1] >= 1) & (size_b - b[1] >= 1)
    return value, np.where(np.isinf(value), np.where(certain, 0, np.inf), error)


def _div(a: Pair, b: Pair) -> Pair:
    value = a[0] / b[0]
    size = np.abs(b[0])
    error = (a[1] + np.abs(value) * b[1]) / (size - b[1]) + _rounding(value, b)
    error = np.where((np.abs(value) < _NORMAL) & (a[0] != 0), error + _TINY, error)
    error = np.where(size > b[1], error, np.inf)
    shrunk = np.where((np.abs(a[0]) < _FAR) & (b[1] == 0), _NORMAL * (np.abs(a[0]) + a[1]) * 4, np.inf)
    error = np.where(np.isinf(size), shrunk, error)
    certain = np.isinf(a[0]) & (a[1] == 0) & (size + b[1] <= 1) & (size > b[1])
    return value, np.where(np.isinf(value), np.where(certain, 0, np.inf), error)


def _growing(value: Array, error: Array, by: Array) -> Pair:
    """The enclosure of a positive value whose logarithm is off by at most `error`."""
    bound = value * (np.expm1(error) + _CLOSE) + 4 * _TINY
    bound = np.where(error < 1, bound, np.exp(by + error) + 4 * _TINY)
    return value, np.where(np.isinf(value), np.where(by - error > np.log(_INFO.max), 0, np.inf), bound)


def _exp(a: Pair) -> Pair:
    return _growing(np.exp(a[0]), a[1], a[0])


def _expm1(a: Pair) -> Pair:
    value = np.expm1(a[0])
    _, bound = _exp(a)
    slope = np.where(a[1] < 1, np.exp(a[0]) * np.expm1(a[1]), np.inf)
    return value, np.where(np.isinf(value), bound, slope + _CLOSE * np.abs(value))


def _logarithm(function: Callable[[Array], Array], shift: int) -> Callable[[Pair], Pair]:
    def rule(a: Pair) -> Pair:
        value = function(a[0])
        room = a[0] + shift - a[1]
        error = np.where(a[1] == 0, 0, a[1] / room) + _CLOSE * np.abs(value)
        return value, np.where((room > 0) & np.isfinite(value), error, np.inf)

    return rule


def _floor(a: Pair) -> Pair:
    value = np.floor(a[0])
    above = a[0] - value
    certain = (a[1] == 0) | ((a[1] < above) & (a[1] < 1 - above))
    return value, np.where(certain, 0, np.inf)


def _sqrt(a: Pair) -> Pair:
    value = np.sqrt(a[0])
    error = np.where(a[1] == 0, 0, np.where(a[0] > a[1], a[1] / value, np.inf)) + _EPS * value
    return value, np.where(np.isfinite(value), error, np.inf)


def _lipschitz(function: Callable[[Array], Array], slope: Callable[[Array], Array]) -> Callable[[Pair], Pair]:
    """The enclosing form of an op whose slope, within the error, is steepest at the point nearest to 0."""

    def rule(a: Pair) -> Pair:
        value = function(a[0])
        nearest = np.maximum(np.abs(a[0]) - a[1], 0)
        error = np.where(a[1] == 0, 0, a[1] * slope(nearest)) + _CLOSE * np.abs(value)
        return value, np.where(np.isfinite(value), error, np.inf)

    return rule


def _gauss(a: Pair) -> Pair:
    off = 2 * np.abs(a[0]) * a[1] + a[1] * a[1]
    return _growing(gauss(a[0]), off, -a[0] * a[0])


def _normal_pdf(a: Pair) -> Pair:
    # e^(-x^2 / 2) is the square root of e^(-x^2), whose error halves.
    half = gauss(a[0] / 2)
    off = np.abs(a[0]) * a[1] + a[1] * a[1]
    value, error = _growing(half * half, off, -a[0] * a[0])
    scale = 1 / np.sqrt(2 * _PI)
    return value * scale, (error + 4 * _CLOSE * value) * scale


def _normal_cdf(a: Pair) -> Pair:
    """The enclosure of the normal distribution function.

    In the left tail it goes by the scaled complement, as the argument's rounding would cost digits.
    """
    with_tail = a[0] < -2
    reach = -np.minimum(a[0], -2) / np.sqrt(Wide(2))
    half = gauss(a[0] / 2)
    far = scaled_erfc(reach) * half * half / 2
    near, near_error = erfc(-np.maximum(a[0], -3) / np.sqrt(Wide(2)))
    value = np.where(with_tail, far, near / 2)
    pdf, _ = _normal_pdf((np.maximum(np.abs(a[0]) - a[1], 0), np.zeros_like(a[0])))
    error = np.where(with_tail, 4 * _CLOSE * far + 4 * _TINY, near_error / 2)
    return value, np.where(np.isnan(a[0]), np.inf, error + np.where(a[1] == 0, 0, a[1] * pdf * 2))


def _error_function(function: Callable[[Array], tuple[Array, Array]]) -> Callable[[Pair], Pair]:
    def rule(a: Pair) -> Pair:
        value, error = function(a[0])
        nearest = np.maximum(np.abs(a[0]) - a[1], 0)
        return value, error + np.where(a[1] == 0, 0, a[1] * 2 * gauss(nearest))

    return rule


def _sigmoid(a: Pair) -> Pair:
    small = np.exp(-np.abs(a[0]))
    value = np.where(a[0] >= 0, 1, small) / (1 + small)
    moved = np.where(a[0] >= 0, small, value) * np.expm1(a[1]) * 2
    moved = np.where(a[1] < 1, moved, np.minimum(np.exp(a[1] - np.abs(a[0])), 1))
    return value, moved + 2 * _CLOSE * value + 4 * _TINY


def _softplus(a: Pair) -> Pair:
    value = np.maximum(a[0], 0) + np.log1p(np.exp(-np.abs(a[0])))
    moved = np.where(a[0] >= 0, a[1], np.where(a[1] < 1, 2 * value * np.expm1(a[1]), np.exp(a[0] + a[1])))
    error = moved + 2 * _CLOSE * value + 4 * _TINY
    return value, np.where(np.isinf(value), np.where(a[1] == 0, 0, np.inf), error)


def _compare(function: Callable[[Array, Array], Array]) -> Callable[[Pair, Pair], Pair]:
    def rule(a: Pair, b: Pair) -> Pair:
        exact = (a[1] == 0) & (b[1] == 0)
        return function(a[0], b[0]), exact | (np.abs(a[0] - b[0]) > a[1] + b[1])

    return rule


def _and(a: Pair, b: Pair) -> Pair:
    return a[0] & b[0], (a[1] & b[1]) | (a[1] & ~a[0]) | (b[1] & ~b[0])


def _or(a: Pair, b: Pair) -> Pair:
    return a[0] | b[0], (a[1] & b[1]) | (a[1] & a[0]) | (b[1] & b[0])


def _where(c: Pair, a: Pair, b: Pair) -> Pair:
    return np.where(c[0], a[0], b[0]), np.where(c[1], np.where(c[0], a[1], b[1]), np.inf)


_RULES: dict[str, Callable[..., Pair]] = {
    "pi": lambda: _inexact(_PI),
    "nan": lambda: (np.asarray(Wide(np.nan)), np.asarray(Wide(np.inf))),
    "add": _add, "sub": _sub, "mul": _mul, "div": _div, "neg": _neg,
    "gt": _compare(np.greater), "ge": _compare(np.greater_equal), "lt": _compare(np.less),
    "le": _compare(np.less_equal), "eq": _compare(np.equal), "and": _and, "or": _or, "where": _where,
    "floor": _floor, "sqrt": _sqrt, "exp": _exp, "expm1": _expm1,
    "log": _logarithm(np.log, 0), "log1p": _logarithm(np.log1p, 1),
    "sin": _lipschitz(np.sin, np.ones_like), "cos": _lipschitz(np.cos, np.ones_like),
    "tanh": _lipschitz(np.tanh, lambda x: np.minimum(4 * np.exp(-2 * x), 1)),
    "atan": _lipschitz(np.arctan, lambda x: 1 / (1 + x * x)),
    "asinh": _lipschitz(np.arcsinh, lambda x: 1 / np.sqrt(1 + x * x)),
    "erf": _error_function(erf), "erfc": _error_function(erfc),
    "sigmoid": _sigmoid, "softplus": _softplus, "gauss": _gauss,
    "normal_cdf": _normal_cdf, "normal_pdf": _normal_pdf,
}  # fmt: skip
