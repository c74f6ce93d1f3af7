"""Series by which targets compute what they do not spell: erf and erfc, the logarithm of gamma and its derivatives.

Each is good to a few units in the last place of a double where it is evaluated in doubles. They are built of nodes of
ops by name, since the table of ops is made of them.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from math import comb, factorial

from .expression import Expr, constant, neg, where

# (erf(x) - x)/x in powers of x^2, for |x| <= 1/2; and (1 + 2a) e^(a^2) erfc(a) in powers of (a - 4)/(a + 4), for
# 0 <= a <= 28: the polynomials of native/arithmetic/real_polynomials.h, from the highest power down.
_ERF_NEAR_ZERO = (
    "-0x1.39fb524e9c1f7p-23", "0x1.b776442df3041p-20", "-0x1.f4bb9f7301dedp-17", "0x1.f9a2a6635fe79p-14",
    "-0x1.c02db23d41138p-11", "0x1.565bcd0aa6349p-8", "-0x1.b82ce3127f739p-6", "0x1.ce2f21a042b29p-4",
    "-0x1.812746b0379e6p-2", "0x1.06eba8214db69p-3",
)  # fmt: skip
_SCALED_ERFC = (
    "0x1.401609bf915e2p-32", "0x1.210c970eb46d4p-29", "0x1.cfaa94405e761p-30", "-0x1.1d56405fb00c0p-26",
    "-0x1.483e5f2f13f5cp-26", "0x1.e689355383b88p-24", "0x1.4adcd53cbbc96p-24", "-0x1.bc665b6377870p-21",
    "0x1.3926a52c331a6p-22", "0x1.7f3e45c1e5061p-18", "-0x1.7882d18e29e35p-17", "-0x1.995b13f6b0a3fp-16",
    "0x1.3be033841dfc4p-13", "-0x1.a1df1879570cbp-13", "-0x1.8d4a996717f16p-11", "0x1.49c6727714f22p-8",
    "-0x1.09623885955c8p-6", "0x1.3079edf6ae2ebp-5", "-0x1.0fb06dfe46db3p-4", "0x1.7fee004e113a0p-4",
    "-0x1.9ddb23c3e924bp-4", "0x1.16ecefcfa5400p-4", "0x1.f7f5df66fd7e6p-7", "-0x1.1df1ad154a28fp-3",
    "0x1.3ba5916e9fd7fp+0",
)  # fmt: skip


def _polynomial(coefficients: tuple[str, ...], x: Expr) -> Expr:
    """By Horner's rule."""
    first, *others = (constant(float.fromhex(each)) for each in coefficients)
    return reduce(lambda total, each: total * x + each, others, first)


def erf_near_zero(x: Expr) -> Expr:
    """The error function for |x| <= 1/2."""
    return x + x * _polynomial(_ERF_NEAR_ZERO, x * x)


def scaled_erfc(a: Expr) -> Expr:
    """e^(a^2) erfc(a) for a >= 0."""
    return _polynomial(_SCALED_ERFC, (a - 4) / (a + 4)) / (1 + 2 * a)


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
    return where(x < 0, mirror - right if order % 2 == 0 else mirror + right, right)


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
