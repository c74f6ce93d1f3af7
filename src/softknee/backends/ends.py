"""Where plain IEEE arithmetic fails an expression: at infinity (0 * inf), and by dropping a NaN.

Backends that evaluate an expression with a framework's own ops ask here whether its ends
need mending, so that expressions which need none pay nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from softknee.language.definition import Definition
from softknee.language.face import Face
from softknee.language.program import linearise

from .numpy import ufunc

# A limit is read off two points far out, where squares and cubes still fit: a result that is larger
# at the second by this factor grows without end, one that is smaller by it fades to 0.
FAR_OUT = {"float32": (2.0**28, 2.0**30), "float64": (2.0**58, 2.0**60)}
GROWTH = 1.5


@dataclass(frozen=True)
class Ends:
    """What has to be mended: limits at +-inf, NaN."""

    limits: bool
    nan: bool


def _erfc(x: Any) -> Any:
    return np.float64(math.erfc(x))


_PLAIN: dict[str, Callable[..., Any]] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "neg": np.negative,
    "gt": np.greater, "ge": np.greater_equal, "lt": np.less, "le": np.less_equal, "eq": np.equal,
    "and": np.logical_and, "or": np.logical_or, "where": lambda c, a, b: a if c else b,
    "sqrt": np.sqrt, "exp": np.exp, "expm1": np.expm1, "log": np.log, "log1p": np.log1p,
    "sin": np.sin, "cos": np.cos, "tanh": np.tanh, "atan": np.arctan, "asinh": np.arcsinh,
    "erf": lambda x: np.float64(math.erf(x)), "erfc": _erfc,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))),
    "normal_cdf": lambda x: 0.5 * _erfc(-x * math.sqrt(0.5)),
    "normal_pdf": lambda x: np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi),
    "gauss": lambda x: np.exp(-x * x),
}  # fmt: skip


@lru_cache(maxsize=4096)
def ends(definition: Definition, face: Face) -> Ends:
    """What plain evaluation of the face gets wrong at +-inf and NaN, at default parameters."""
    program = linearise(face.expression(definition), definition.arguments)
    parameters = [float(p.default) for p in definition.numeric_parameters.values()]
    made = ufunc(definition, face)

    def agrees(*data: float) -> bool:
        values = dict(zip(definition.arguments, [np.float64(v) for v in (*data, *parameters)]))
        with np.errstate(all="ignore"):
            plain = _run(program, values)
        return bool(np.array_equal(plain, made(*data, *parameters), equal_nan=True))

    count = len(definition.inputs)
    probes = [(end, *others) for end in (math.inf, -math.inf) for others in [(0.5,) * (count - 1)]]
    return Ends(
        limits=not all(agrees(*data[k:], *data[:k]) for data in probes for k in range(count)),
        nan=not all(agrees(*data) for data in _with_one_nan(count)),
    )


def _with_one_nan(count: int) -> list[tuple[float, ...]]:
    return [tuple(math.nan if k == at else 0.5 for k in range(count)) for at in range(count)]


def _run(program: Any, values: dict[str, Any]) -> Any:
    found: list[Any] = []
    for made in program.instructions:
        if made.op == "symbol":
            found.append(values[made.name])
        elif made.value is not None:
            found.append(np.float64(made.value))
        else:
            found.append(_PLAIN[made.op](*(found[arg] for arg in made.args)))
    return found[-1]
