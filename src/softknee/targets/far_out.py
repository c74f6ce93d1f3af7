"""A program in decimals of 60 digits whose exponents do not end: what functions tend to, and what doubles cannot hold.

At 1e1000 every function has reached its limit, and what fades faster than a power has faded; no float is as large.
Single values of erf, erfc, sin, cos and atan have a double's digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import MAX_EMAX, MIN_EMIN, ROUND_FLOOR, Context, Decimal, localcontext
from functools import lru_cache

from softknee.language.expression import Expr
from softknee.language.program import Program, linearise

from .evaluate_program import run

_FAR = 1000  # powers of ten
_PROBES = tuple(map(Decimal, ("1", "1.37", "2.9", "3.3", "7.1")))
_DIGITS = 60
_DOUBLE = 307  # a double's largest exponent
_SMALL = Decimal("1e-25")  # where two terms of a power series give all digits
_PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459")
_ROOT_HALF = Decimal("0.5").sqrt(Context(prec=_DIGITS))
_ROOT_TAU = (2 * _PI).sqrt(Context(prec=_DIGITS))
_SETTING = Context(prec=_DIGITS, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])


@lru_cache(maxsize=1024)
def _program(root: Expr, names: tuple[str, ...]) -> Program:
    return linearise(root, names, _OPS)


def value(root: Expr, names: tuple[str, ...], arguments: Sequence[float]) -> float:
    """An expression of `names` at finite arguments."""
    with localcontext(_SETTING):
        return float(run(_program(root, names), [Decimal(float(given)) for given in arguments], _OPS, Decimal))


def limit(root: Expr, names: tuple[str, ...], arguments: Sequence[float], n_inputs: int) -> float:
    """The common value at points far out of those of the first `n_inputs` arguments that are infinite, or NaN.

    All points that are tried have to give the same double. NaN means that it grows or fades too slowly to tell,
    oscillates, or is undefined.
    """
    found: float | None = None
    with localcontext(_SETTING):
        for probe in _PROBES:
            placed = [
                (probe if given > 0 else -probe).scaleb(_FAR)
                if k < n_inputs and math.isinf(given)
                else Decimal(float(given))
                for k, given in enumerate(arguments)
            ]
            there = float(run(_program(root, names), placed, _OPS, Decimal))
            if found is not None and there != found:
                return math.nan
            found = there
    return math.nan if found is None else found


def _exp(x: Decimal) -> Decimal:
    return x.exp()


def _expm1(x: Decimal) -> Decimal:
    return x + x * x / 2 if abs(x) < _SMALL else x.exp() - 1


def _log1p(x: Decimal) -> Decimal:
    return x - x * x / 2 if abs(x) < _SMALL else (1 + x).ln()


def _tanh(x: Decimal) -> Decimal:
    grown = _expm1(-2 * abs(x))
    return (-grown / (2 + grown)).copy_sign(x)


def _asinh(x: Decimal) -> Decimal:
    size = abs(x)
    return _log1p(size + size * size / (1 + (1 + size * size).sqrt())).copy_sign(x)


def _atan(x: Decimal) -> Decimal:
    if abs(x) < _SMALL:
        return x
    if abs(x) > 1 / _SMALL:
        return (_PI / 2 - 1 / abs(x)).copy_sign(x)
    return Decimal(math.atan(x))


def _wave(of: Callable[[float], float]) -> Callable[[Decimal], Decimal]:
    """A sine or cosine; far out some value of it, of either sign among the probes."""

    def wave(x: Decimal) -> Decimal:
        if not x.is_finite():
            return Decimal("NaN")
        return Decimal(of(float(2 * x.scaleb(-x.adjusted()) if x.adjusted() > _DOUBLE else x)))

    return wave


def _sin(x: Decimal) -> Decimal:
    return x if abs(x) < _SMALL else _wave(math.sin)(x)


def _erf(x: Decimal) -> Decimal:
    return 2 * x / _PI.sqrt() if abs(x) < _SMALL else Decimal(math.erf(x))


def _erfc(x: Decimal) -> Decimal:
    if x < -25:
        return Decimal(2)
    if x < 25:
        near = Decimal(float(x))  # e^(near^2 - x^2) is what the rounding takes from the tail
        return Decimal(math.erfc(near)) * (near * near - x * x).exp()
    fraction = x
    for k in range(40, 0, -1):  # Laplace's continued fraction
        fraction = x + Decimal(k) / 2 / fraction
    return (-x * x).exp() / (fraction * _PI.sqrt())


def _sigmoid(x: Decimal) -> Decimal:
    return 1 / (1 + (-x).exp()) if x >= 0 else x.exp() / (1 + x.exp())


def _softplus(x: Decimal) -> Decimal:
    return max(x, Decimal(0)) + _log1p((-abs(x)).exp())


_OPS: dict[str, Callable[..., object]] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "div": lambda a, b: a / b,
    "neg": lambda a: a.copy_negate(), "gt": lambda a, b: a > b, "ge": lambda a, b: a >= b, "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b, "eq": lambda a, b: a == b, "and": lambda a, b: a and b, "or": lambda a, b: a or b,
    "where": lambda c, a, b: a if c else b,
    "floor": lambda x: x.to_integral_value(ROUND_FLOOR),
    "sqrt": lambda x: x.sqrt(), "exp": _exp, "expm1": _expm1, "log": lambda x: x.ln(), "log1p": _log1p,
    "sin": _sin, "cos": _wave(math.cos), "tanh": _tanh, "atan": _atan, "asinh": _asinh, "erf": _erf, "erfc": _erfc,
    "sigmoid": _sigmoid, "softplus": _softplus, "normal_cdf": lambda x: _erfc(-x * _ROOT_HALF) / 2,
    "normal_pdf": lambda x: (-x * x / 2).exp() / _ROOT_TAU, "gauss": lambda x: (-x * x).exp(),
}  # fmt: skip
