"""The functions that the tests of faults try: of each kind, not all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import softknee as knee
from softknee.language.derivative_spec import DerivativeSpec
from softknee.targets.numpy.evaluate import ufunc

Compute = Callable[..., Any]

ELEMENTWISE = (
    "relu", "sigmoid", "tanh", "mish", "gelu", "gelu_tanh", "silu", "elu", "softplus", "logsigmoid", "softsign",
    "hardswish", "sine", "erf", "leaky_relu", "softshrink", "snake_beta", "mpelu", "srelu", "identity",
)  # fmt: skip
GATES = ("swiglu", "geglu", "gtu", "bilinear")


def functions() -> dict[str, tuple[Compute, int, int]]:
    """Ufuncs by name, with how many arrays of data each takes, and how many parameters."""
    found: dict[str, tuple[Compute, int, int]] = {}
    for name in (*ELEMENTWISE, *GATES):
        definition = knee.get(name).definition
        inputs = definition.inputs
        for spec in (DerivativeSpec(), *(DerivativeSpec((by,)) for by in inputs), DerivativeSpec((inputs[0],) * 2)):
            label = f"{name}:{spec}" if spec.by else name
            found[label] = (ufunc(definition, spec), len(inputs), len(definition.numeric_parameters))
    return found


def defaults(name: str) -> tuple[float, ...]:
    """The default parameters of a function, or of a function's derivative."""
    definition = knee.get(name.partition(":")[0]).definition
    return tuple(float(parameter.default) for parameter in definition.numeric_parameters.values())


def same_bits(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> bool:
    """Equal dtype, shape and bits, except that any NaN equals any other."""
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    unsigned = np.dtype(f"u{a.dtype.itemsize}")
    bits = np.ascontiguousarray(a).view(unsigned) == np.ascontiguousarray(b).view(unsigned)
    return bool(np.all(bits | ((a != a) & (b != b))))
