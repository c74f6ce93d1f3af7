"""The logarithm of gamma and its derivatives as series, for targets that do not spell them.

They are good to far below a unit in the last place of a double. They are built of nodes of ops by name, since the table
of ops is made of them.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from math import comb, factorial

from .expression import Expr, constant, neg, where

# Bernoulli's numbers B_2, B_4, ...: as many terms as a double can tell, from SHIFT on.
_TERMS, _SHIFT = 14, 20


def _bernoulli(count: int) -> list[Fraction]:
    """B_0 to B_count."""
    found: list[Fraction] = []
    for n in range(count + 1):
        found.append((n == 0) - sum((comb(n, k) * found[k] / (n + 1 - k) for k in range(n)), Fraction(0)))
    return found


_B = _bernoulli(2 * _TERMS)


def gamma_series(order: int, x: Expr) -> Expr:
    """The derivative of that order, 0 to 4, of log|gamma|.

    Stirling's series from SHIFT on, brought there by gamma(x + 1) = x gamma(x); below 0 by the reflection
    gamma(x) gamma(1 - x) = pi / sin(pi x).
    """
    right = _right(order, where(x < 0, 1 - x, x))
    mirror = _reflection(order, Expr("pi") * x)
    reflected = mirror - right if order % 2 == 0 else mirror + right
    found = where(x < 0, reflected, right)
    if order == 0:
        found = where((x == 1) | (x == 2), 0, found)  # the roots, which the series miss by its last digit
    # Poles; those of odd orders have two signs.
    pole = constant(1) / 0 if order % 2 == 0 else Expr("nan")
    return where((x <= 0) & (x == Expr("floor", (x,))), pole, found)


def _log(x: Expr) -> Expr:
    return Expr("log", (x,))


def _right(order: int, x: Expr) -> Expr:
    """For x >= 0: the series at x + SHIFT, where x is below it, less what the shift adds."""
    is_near = x < _SHIFT
    z = where(is_near, x + _SHIFT, x)
    steps = [x + k for k in range(_SHIFT)]
    if order == 0:
        added = _log(reduce(lambda product, each: product * each, _where_near(is_near, steps)))
    else:
        sign = (-1) ** (order - 1) * factorial(order - 1)
        added = sign * reduce(lambda total, each: total + each, (1 / each**order for each in steps))
    return _stirling(order, z) - where(is_near, added, 0)


def _where_near(is_near: Expr, steps: list[Expr]) -> list[Expr]:
    """The factors of the shift, 1 where it is not taken: their product would overflow."""
    return [where(is_near, each, 1) for each in steps]


def _stirling(order: int, z: Expr) -> Expr:
    """The asymptotic series of the derivative for large z, summed from the smallest term."""
    terms = constant(0)
    for k in range(_TERMS, 0, -1):
        # B_2k / (2k (2k - 1) z^(2k - 1)), differentiated.
        factor = _B[2 * k] / (2 * k * (2 * k - 1))
        for j in range(order):
            factor *= -(2 * k - 1 + j)
        terms = terms + constant(factor) / z ** (2 * k - 1 + order)
    if order == 0:
        return (z - constant(Fraction(1, 2))) * _log(z) - z + _log(2 * Expr("pi")) / 2 + terms
    if order == 1:
        return _log(z) - 1 / (2 * z) + terms
    # The derivatives of log z - 1/(2z).
    leading = constant((-1) ** order * factorial(order - 2)) / z ** (order - 1)
    second = constant(Fraction((-1) ** order * factorial(order - 1), 2)) / z**order
    return leading + second + terms


def _reflection(order: int, angle: Expr) -> Expr:
    """The derivative of that order, by x, of log(pi / |sin(pi x)|), at the angle pi x."""
    pi, sine, cosine = Expr("pi"), Expr("sin", (angle,)), Expr("cos", (angle,))
    if order == 0:
        return _log(pi / where(sine < 0, neg(sine), sine))
    if order == 1:
        return neg(pi * cosine / sine)
    square = sine * sine
    if order == 2:
        return pi**2 / square
    if order == 3:
        return neg(2 * pi**3 * cosine / (square * sine))
    return 2 * pi**4 * (1 + 2 * cosine * cosine) / (square * square)
