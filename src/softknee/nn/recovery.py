"""The slope recovered from the output alone, by `Recovery`, and its measured error.

Three ways, tried in this order: the slope at the output itself (for functions such as relu, which do nothing when
applied a second time); the written inverse; and, for a function that turns once, a table of slopes by output with one
bit that tells the side.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from softknee.functions.properties import Properties, properties
from softknee.language.definition import Definition
from softknee.language.derivative_spec import INVERSE, VALUE, DerivativeSpec
from softknee.language.errors import ArgumentError
from softknee.language.expression import Expr, substitute
from softknee.targets.numpy.evaluate import ufunc
from softknee.targets.torch.fast_call import direct_of
from softknee.targets.torch.node import apply

SLOPE = DerivativeSpec(("x",))


@dataclass(frozen=True)
class Recovery:
    """One way to compute the slope from the output.

    Attributes:
        way: Its name for people.
        turn: The x at which f turns, so that a bit for x > turn is kept; None where none is needed.
        gradient: Computes the gradient from the output, the bits and the incoming gradient.
        slope: The slope as an expression of the output, where it is one.
    """

    way: str
    turn: float | None
    gradient: Callable[[Tensor, Tensor | None, Tensor], Tensor]
    slope: Expr | None = None


def allowed(dtype: torch.dtype) -> float:
    """The largest error allowed for a recovered slope, relative to the largest slope: half the digits of the dtype."""
    return math.sqrt(torch.finfo(dtype).eps / 2)


@lru_cache(maxsize=256)
def recovery(definition: Definition, numbers: tuple[float, ...]) -> Recovery:
    """The way for a function at these parameters; raises ArgumentError, with the reason, where there is none."""
    found = properties(definition, dict(zip(definition.numeric_parameters, numbers)))
    if not math.isfinite(found.lipschitz):
        raise _refused(definition, "its slope has no bound, so an error of the output's last digit has none either")
    if _keeps_its_slope(found):
        return _by_expression("the slope at the output", definition, numbers, None)
    if definition.inverse_expression is not None:
        return _by_expression("the inverse", definition, numbers, definition.inverse_expression)
    if _turns_once(found):
        return Recovery("a table and a bit", found.stationary[0], _by_table(found))
    raise _refused(
        definition, "x cannot be told from its output: it has no written inverse and does not turn just once"
    )


def check(definition: Definition, numbers: tuple[float, ...], dtype: torch.dtype) -> Recovery:
    """The way for a function in a dtype, where its measured error is allowed; raises ArgumentError with the error if
    not.
    """
    found = recovery(definition, numbers)
    error = measured_error(definition, numbers, dtype)
    if not error <= allowed(dtype):
        reason = f"gives a gradient off by {error:.1e} of the largest slope in {dtype}; {allowed(dtype):.1e} is allowed"
        if math.isnan(error):
            reason = f"gives NaN where {dtype} rounds the output to the end of its range"
        raise _refused(definition, reason)
    return found


def _refused(definition: Definition, reason: str) -> ArgumentError:
    return ArgumentError(definition.name, "save", "output", reason)


@lru_cache(maxsize=1024)
def measured_error(definition: Definition, numbers: tuple[float, ...], dtype: torch.dtype) -> float:
    """The largest error of the recovered slope, relative to the largest slope, over all x of a 16-bit dtype or a
    sample.
    """
    found = recovery(definition, numbers)
    x = _sample(dtype, found.turn)
    y = torch.from_numpy(np.asarray(ufunc(definition, VALUE)(x.double().numpy(), *numbers))).to(dtype)
    inside = torch.isfinite(x) & torch.isfinite(y)
    x, y = x[inside], y[inside]
    exact = np.asarray(ufunc(definition, SLOPE)(x.double().numpy(), *numbers))
    bits = None if found.turn is None else pack(x > found.turn)
    got = found.gradient(y, bits, torch.ones_like(y)).double().numpy()
    return float(np.abs(got - exact).max() / np.abs(exact).max())


def _sample(dtype: torch.dtype, turn: float | None) -> Tensor:
    if dtype.itemsize == 2:
        return torch.arange(-(2**15), 2**15, dtype=torch.int32).to(torch.int16).view(dtype)
    every = torch.arange(-(2**15), 2**15, dtype=torch.int32).to(torch.int16).view(torch.bfloat16)
    around = torch.linspace(-20.0, 20.0, 50_001, dtype=torch.float64)
    close = torch.logspace(-8, 0, 10_001, dtype=torch.float64)
    near = [sign * close + (turn or 0.0) for sign in (-1, 1)]
    return torch.cat([every.to(dtype), around.to(dtype), *(part.to(dtype) for part in near)])


# -- the ways ------------------------------------------------------------------------------
def _keeps_its_slope(found: Properties) -> bool:
    x = np.linspace(-12.0, 12.0, 2401) + 1e-3  # beside the kinks
    return bool(np.array_equal(found.slope(found.value(x)), found.slope(x)))


def _by_expression(way: str, definition: Definition, numbers: tuple[float, ...], inverse: Expr | None) -> Recovery:
    """The gradient times f'(x(y)), where x(y) is the inverse or, without one, y itself; in one pass by the C module."""
    root = SLOPE.expression(definition)
    if inverse is not None:
        root = substitute(root, {definition.inputs[0]: inverse})
    plan = direct_of(root, definition.arguments, numbers)

    def gradient(y: Tensor, bits: Tensor | None, incoming: Tensor) -> Tensor:
        found = None if plan is None else plan.product(0, None, incoming, y)
        if found is None:
            x = y if inverse is None else apply(definition, INVERSE, y, *numbers)
            found = incoming * apply(definition, SLOPE, x, *numbers)
        return found

    return Recovery(way, None, gradient, root)


def _turns_once(found: Properties) -> bool:
    if len(found.stationary) != 1 or found.jumps or found.dead_zones:
        return False
    turn = found.stationary[0]
    beside = found.slope(np.asarray([turn - 1e-3, turn + 1e-3]))
    return bool(beside[0] < 0 < beside[1]) and found.limits[1] == math.inf and math.isfinite(found.limits[0])


_INTERVALS = 1 << 14
_FAR, _FADED = 24.0, -700.0  # beyond, the slopes of functions that turn once equal their limits in float32


def _by_table(found: Properties) -> Callable[[Tensor, Tensor | None, Tensor], Tensor]:
    """The gradient by a table of slopes at equal steps of sqrt(y - lowest), linear in between.

    Against sqrt(y - lowest) the slope is smooth where f turns.
    """
    turn = found.stationary[0]
    lowest = float(found.value(turn))
    heights = [found.limits[0] - lowest, float(found.value(_FAR)) - lowest]
    steps = [math.sqrt(height) / _INTERVALS for height in heights]
    parts = [_slopes(found, turn, lowest, side, step) for side, step in zip((-1, 1), steps)]
    table = torch.from_numpy(np.concatenate(parts))

    def gradient(y: Tensor, bits: Tensor | None, incoming: Tensor) -> Tensor:
        assert bits is not None
        right = unpack(bits, y.numel()).reshape(y.shape)
        wide = y if y.dtype == torch.float64 else y.float()
        slopes = table.to(wide)
        place = torch.sqrt(torch.clamp(wide - lowest, min=0)) * torch.where(right, 1 / steps[1], 1 / steps[0])
        whole = torch.clamp(torch.nan_to_num(place), max=_INTERVALS - 1).int()
        part = torch.clamp(place - whole, max=1)  # NaN stays
        at = whole + (_INTERVALS + 1) * right.int()
        here = torch.take(slopes, at.long())
        there = torch.take(slopes, at.long() + 1)
        return (torch.lerp(here, there, part) * incoming).to(y.dtype)

    return gradient


def _slopes(found: Properties, turn: float, lowest: float, side: int, step: float) -> np.ndarray[Any, Any]:
    """The slopes at which sqrt(f - lowest) is a multiple of `step`, from the turn to one side; x by bisection."""
    wanted = lowest + (step * np.arange(_INTERVALS + 1)) ** 2
    near, far = np.full_like(wanted, turn), np.full_like(wanted, _FAR if side > 0 else _FADED)
    for _ in range(70):
        middle = 0.5 * (near + far)
        below = found.value(middle) < wanted
        near, far = np.where(below, middle, near), np.where(below, far, middle)
    slopes = found.slope(0.5 * (near + far))
    slopes[0] = 0.0
    if side < 0:
        slopes[-1] = found.slope_limits[0]
    return np.asarray(slopes)


# -- a bit per element ------------------------------------------------------------------------
_GATHER = 0x0102040810204080  # brings the lowest bit of each of eight bytes into the highest byte


def pack(condition: Tensor) -> Tensor:
    """A boolean tensor as bits, eight elements to a byte, flat in the order of its elements."""
    flat = condition.reshape(-1)
    room = torch.zeros(-(-flat.numel() // 8) * 8, dtype=torch.bool, device=flat.device)
    room[: flat.numel()] = flat
    return (room.view(torch.int64) * _GATHER >> 56).to(torch.uint8)


def unpack(bits: Tensor, count: int) -> Tensor:
    """The first `count` booleans of those that `pack` was given, flat."""
    masks = torch.tensor([1, 2, 4, 8, 16, 32, 64, 128], dtype=torch.uint8, device=bits.device)
    return (bits.unsqueeze(-1) & masks).ne(0).reshape(-1)[:count]
