"""Where plain IEEE arithmetic fails an expression: at infinity (0 * inf), and by dropping a NaN.

Targets that evaluate an expression with a framework's own ops ask here which corrections it
needs, so that expressions which need none pay nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from softknee.language.definition import Definition
from softknee.language.derivative_spec import DerivativeSpec
from softknee.language.expression import Expr
from softknee.language.program import linearise

from . import far_out
from .evaluate_program import Ops, run
from .ops import spelled

# A limit is read off two points far out, where squares and cubes still fit: a result that is larger
# at the second by this factor grows without end, one that is smaller by it fades to 0.
FAR_OUT = {"float32": (2.0**28, 2.0**30), "float64": (2.0**58, 2.0**60)}
GROWTH = 1.5
Numbers = tuple[float | None, ...]


@dataclass(frozen=True)
class Corrections:
    """The places where a result has to be corrected: +inf, -inf, NaN."""

    right: bool
    left: bool
    nan: bool


@lru_cache(maxsize=4096)
def corrections(definition: Definition, spec: DerivativeSpec, numbers: Numbers) -> Corrections:
    """The places at which plain evaluation of the spec is wrong.

    `numbers` are the parameters, None for one that is an array: it is tried at its default,
    at 0 and mirrored, for a learned slope may pass through 0.
    """
    root = spec.expression(definition)
    count = len(definition.inputs)
    tried = list(_parameter_sets(definition, numbers))

    def agrees(*data: float) -> bool:
        for parameters in tried:
            values = (*data, *parameters)
            wanted = math.nan if any(map(math.isnan, data)) else limit(root, definition.arguments, values, count)
            if not np.array_equal(_plain(root, definition.arguments, values), wanted, equal_nan=True):
                return False
        return True

    def holds_at(end: float) -> bool:
        return all(agrees(*(end if k == at else 0.5 for k in range(count))) for at in range(count))

    return Corrections(
        right=not holds_at(math.inf),
        left=not holds_at(-math.inf),
        nan=not all(agrees(*data) for data in _with_one_nan(count)),
    )


def limit(root: Expr, names: tuple[str, ...], values: Sequence[float], n_inputs: int) -> float:
    """The limit of an expression of `names` at values of which at least one of the first `n_inputs` is infinite.

    Where it grows or fades too slowly to tell far out, or oscillates, plain arithmetic says it: a logarithm is infinite
    at infinity, a sine is NaN.
    """
    found = far_out.limit(root, names, values, n_inputs)
    return _plain(root, names, values) if math.isnan(found) else found


def _parameter_sets(definition: Definition, numbers: Numbers) -> Iterator[tuple[float, ...]]:
    defaults = [float(p.default) for p in definition.numeric_parameters.values()]
    base = [d if n is None else n for d, n in zip(defaults, numbers)]
    yield tuple(base)
    for at, (parameter, number) in enumerate(zip(definition.numeric_parameters.values(), numbers)):
        for value in (0.0, -base[at]) if number is None else ():
            if value in parameter.domain:
                yield (*base[:at], value, *base[at + 1 :])


def _plain(root: Expr, names: tuple[str, ...], values: Sequence[float]) -> float:
    with np.errstate(all="ignore"):
        return float(run(linearise(root, names, _OPS), list(map(np.float64, values)), _OPS, np.float64))


_OPS: Ops = spelled(np)


def _with_one_nan(count: int) -> list[tuple[float, ...]]:
    return [tuple(math.nan if k == at else 0.5 for k in range(count)) for at in range(count)]


def corrected(
    xp: Any,
    scalar: Callable[[Any, float], Any],
    run: Callable[..., Any],
    inputs: list[Any],
    parameters: list[Any],
    correction: Corrections,
) -> Any:
    """`run(*inputs, *parameters)` corrected at infinity and NaN.

    `xp` is a namespace such as torch or jax.numpy, `scalar(like, value)` makes a 0-d array of like's dtype.
    """
    result = run(*inputs, *parameters)
    signs = [sign for sign, needed in ((1, correction.right), (-1, correction.left)) if needed]
    for at, x in enumerate(inputs):
        for sign in signs:
            seen = []
            for far in FAR_OUT[str(x.dtype).rpartition(".")[2]]:
                # A single input needs a single point; of two, one is looked at wherever the other is.
                there = scalar(x, sign * far) if len(inputs) == 1 else xp.full_like(x, sign * far)
                seen.append(run(*(there if k == at else other for k, other in enumerate(inputs)), *parameters))
            result = xp.where(x == sign * xp.inf, _limit(xp, *seen), result)
    for x in inputs if correction.nan else ():
        result = xp.where(x != x, x, result)
    return result


def _limit(xp: Any, near: Any, far: Any) -> Any:
    """The limit of a result that is `near` far out and `far` further out."""
    grows = (xp.abs(far) >= GROWTH * xp.abs(near)) & (xp.abs(far) > 1)
    fades = xp.abs(far) * GROWTH <= xp.abs(near)
    return xp.where(grows, xp.sign(far) * xp.inf, xp.where(fades, far * 0, far))
