"""The curves by which functions are drawn: of one number, of a gate with a = 1, and along an axis for x = (t, 0)."""

from __future__ import annotations

from typing import Any

import numpy as np

from softknee.functions.axiswise import Axiswise
from softknee.functions.elementwise import Activation
from softknee.functions.gate import Gate
from softknee.language.definition import define

_JUMP = 0.4  # the change of a slope from one point to the next that counts as a jump
_SPAN = np.linspace(-5.0, 5.0, 401)


def curve(function: Any) -> Activation | None:
    """The function of one number to draw: the function itself, or a gate with a = 1; None for one along an axis."""
    if isinstance(function, Activation):
        return function
    if not isinstance(function, Gate):
        return None
    gate = function.definition.function

    def with_a_1(x: Any) -> Any:
        return gate(1, x)

    with_a_1.__name__ = f"{function.name}, a = 1"
    return Activation(define(with_a_1, inputs=("x",)))


def on_a_pair(function: Axiswise, t: Any) -> tuple[Any, Any]:
    """The outputs for x = (t, 0), and their slopes by t; each of shape (outputs, len(t)), NaN at jumps of a slope."""
    x = np.stack([t, np.zeros_like(t)]).reshape(2, 1, -1)
    options = {"axis": 0} if "axis" in function.options else {}
    y = function(x, **options)
    slopes = []
    for k in range(len(y)):
        g = np.zeros_like(y)
        g[k] = 1.0
        slope = function.vjp(x, g, **options)[0, 0]
        slope[1:][np.abs(np.diff(slope)) > _JUMP] = np.nan  # leaves a gap at a jump
        slopes.append(slope)
    return y[:, 0], np.stack(slopes)


def pair_curves(function: Axiswise) -> dict[str, Any]:
    """The curves of a function along an axis as plain numbers of six digits, for the pages."""
    values, slopes = on_a_pair(function, _SPAN)
    return {"from": _SPAN[0], "to": _SPAN[-1], "values": _rounded(values), "slopes": _rounded(slopes)}


def _rounded(curves: Any) -> list[list[float]]:
    return [[float(f"{value:.6g}") for value in curve] for curve in curves]
