"""mpmath: the oracle, a definition's textbook value to as many digits as it takes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import log2
from typing import Any

import mpmath

from softknee.language.expression import Expr, walk
from softknee.language.ops import OPS

_LIMIT = 1 << 16  # bits


def _enough_bits(arguments: Mapping[str, float]) -> int:
    """Bits with which no term that a double can hold drops out of a sum such as 1 + e^x or 1 + e^(-x^2).

    Without them two precisions may agree on a value from which the same term is missing. Far
    out, where e^-|x| is below the smallest double, such a term no longer counts.
    """
    x, *parameters = arguments.values()
    rates = [abs(p) for p in parameters if p]
    bits = 160.0 - sum(2 * log2(abs(v)) for v in arguments.values() if 0 < abs(v) < 1)
    bits += sum(1.5 * min(abs(p), 1100.0) for p in parameters)
    if abs(x) * min([1.0, *rates]) < 1000:
        bits += 1.5 * min(min(abs(x) * max([1.0, *rates]), 100.0) ** 2, 1100.0)
    return int(bits)


@lru_cache(maxsize=64)
def _steps(root: Expr) -> tuple[tuple[Expr, tuple[int, ...]], ...]:
    """The nodes under `root`, arguments before their users, each with the places of its arguments."""
    order = walk(root)
    place = {node: k for k, node in enumerate(order)}
    return tuple((node, tuple(place[arg] for arg in node.args)) for node in order)


def value(root: Expr, arguments: Mapping[str, float], bits: int) -> Any:
    """`root` at a point, in arithmetic of so many bits."""
    with mpmath.workprec(bits):
        found: list[Any] = []
        for node, places in _steps(root):
            if places:
                found.append(_apply(node, [found[k] for k in places]))
            elif node.is_symbol:
                found.append(mpmath.mpf(arguments[node.payload]))
            elif node.is_constant:
                found.append(mpmath.mpf(node.payload.numerator) / node.payload.denominator)
            else:
                found.append(_apply(node, []))
        return +found[-1]


# An argument of more bits is too large even for mpmath; an op's row says what it has become there.
_HUGE = 4096


def _apply(node: Expr, args: list[Any]) -> Any:
    row = OPS[node.op]
    if row.ends is not None and mpmath.mag(args[0]) > _HUGE:
        reached = row.ends[args[0] > 0]
        return args[0] if reached is None else mpmath.mpf(reached)
    try:
        return row.meaning(mpmath.mp, *args)
    except ZeroDivisionError:
        return mpmath.nan if not args[0] else mpmath.inf * mpmath.sign(args[0])


def exact(root: Expr, arguments: Mapping[str, float], relative: float = 2.0**-80) -> Any:
    """`root` at a point: the precision doubles until two results agree.

    A fixed precision would be wrong somewhere: log(1 + e^-535) needs 800 bits to be anything
    but zero. Raises ArithmeticError where no agreement is reached.
    """
    bits = _enough_bits(arguments)
    before = value(root, arguments, bits)
    while bits < _LIMIT:
        bits *= 2
        now = value(root, arguments, bits)
        with mpmath.workprec(bits):
            if mpmath.isnan(now) and mpmath.isnan(before):
                return now
            # A zero may be a cancelled difference: only a far wider zero confirms it.
            settled = now == before or (now != 0 and abs(now - before) <= abs(now) * relative)
        if settled and (now != 0 or bits >= 2048 or _is_exact_zero(root, arguments)):
            return now
        before = now
    raise ArithmeticError(f"no agreement at {dict(arguments)} within {_LIMIT} bits")


def _is_exact_zero(root: Expr, arguments: Mapping[str, float]) -> bool:
    return all(v == 0 for v in arguments.values())
