"""The axis-wise functions for PyTorch: their array namespace, and their gradients."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import gcd
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.overrides import handle_torch_function, has_torch_function

from softknee.language.axiswise import AxiswiseDefinition
from softknee.language.errors import ArgumentError, Shown

from .state import flags, is_plain

FEW = 8  # so many pieces of a pool are compared one after the other
_BLOCK = 32_768  # elements for each thread: torch gives a thread no fewer
_POOLED = (torch.float32, torch.float64)  # 16 bits take three times as long
_CHANNELS = 64
# One op of torch's, whose own backward is as quick as it gets; the others go by their vjp.
_ONE_OP = frozenset({"softmax", "softmin", "log_softmax", "softmax2d"})

# Of its first argument what stands where the second is above the third or NaN, else 0; differentiable, as the others.
_threshold_backward: Callable[[Tensor, Tensor, float], Tensor] = torch.ops.aten.threshold_backward


class TorchNamespace:
    """The operations that `catalogue/axiswise.py` may call; reductions keep their axis."""

    def sum(self, x: Tensor, axis: int) -> Tensor:
        return torch.sum(x, dim=axis, keepdim=True)

    def max(self, x: Tensor, axis: int) -> Tensor:
        return torch.amax(x, dim=axis, keepdim=True)

    def max_pool(self, x: Tensor, axis: int) -> Tensor:
        if _is_few(x, axis) and not _is_recorded(x):
            if axis == x.ndim - 1 and x.numel() >= _BLOCK and x.dtype in _POOLED and x.is_contiguous():
                return _pooled(x)
            first, second, *others = x.unbind(axis)
            found = torch.maximum(first, second)
            for other in others:
                torch.maximum(found, other, out=found)
            return found
        # torch.max sends the gradient to one winner; amax would share it among equals.
        return torch.max(x, dim=axis).values

    exp = staticmethod(torch.exp)

    def sqrt(self, x: Tensor) -> Tensor:
        # The slope of sqrt at 0 is infinite; entmax's gradient there is 0.
        return torch.sqrt(F.threshold(x, 0.0, 1.0)) * self.as_number(x > 0, x)

    def cumsum(self, x: Tensor, axis: int) -> Tensor:
        return torch.cumsum(x, dim=axis)

    def softmax(self, x: Tensor, axis: int) -> Tensor:
        return torch.softmax(x, dim=axis)

    def log_softmax(self, x: Tensor, axis: int) -> Tensor:
        return torch.log_softmax(x, dim=axis)

    def sort_descending(self, x: Tensor, axis: int) -> Tensor:
        if x.device.type == "cpu" and not _is_recorded(x):
            # NumPy sorts with SIMD, and need not remember what came from where: several times as fast.
            return torch.from_numpy(np.sort(x.detach().numpy(), axis=axis)).flip(axis)
        return torch.sort(x, dim=axis, descending=True).values

    def ranks(self, x: Tensor, axis: int) -> Tensor:
        count = torch.arange(1, x.shape[axis] + 1, dtype=x.dtype, device=x.device)
        return count.reshape((-1,) + (1,) * (x.ndim - axis - 1))

    def at_least(self, x: Tensor, low: float) -> Tensor:
        return F.threshold(x, low, low)  # many times as fast as torch.where, and NaN stays NaN

    def positive_part(self, x: Tensor) -> Tensor:
        return F.threshold(x, 0.0, 0.0)

    def as_number(self, condition: Tensor, like: Tensor) -> Tensor:
        return condition.to(like.dtype)

    def concatenate(self, parts: list[Tensor], axis: int) -> Tensor:
        return torch.cat(parts, dim=axis)

    def half(self, x: Tensor, axis: int, which: int) -> Tensor:
        size = x.shape[axis] // 2
        return x.narrow(axis, which * size, size)

    def split_axis(self, x: Tensor, axis: int, size: int) -> Tensor:
        return x.reshape(*x.shape[:axis], x.shape[axis] // size, size, *x.shape[axis + 1 :])

    def join_axis(self, x: Tensor, axis: int) -> Tensor:
        return x.reshape(*x.shape[:axis], x.shape[axis] * x.shape[axis + 1], *x.shape[axis + 2 :])

    def expand(self, x: Tensor, axis: int) -> Tensor:
        return x.unsqueeze(axis)

    def positive_part_vjp(self, x: Tensor, g: Tensor) -> Tensor:
        return _threshold_backward(g, x, 0.0)

    def to_first_maximum(self, x: Tensor, y: Tensor, g: Tensor, axis: int) -> Tensor:
        """As x, the first largest element along the axis replaced by g, the others by 0; y is the largest."""
        if not _is_few(x, axis):
            place = torch.max(x, dim=axis, keepdim=True).indices
            return torch.zeros_like(x).scatter(axis, place, g.unsqueeze(axis))
        found, left = [], g  # what no piece has taken
        for piece in x.unbind(axis)[:-1]:
            takes = (piece == y) | (piece != piece)
            found.append(_where(takes, left))
            left = _where(~takes, left)
        return _stacked([*found, left], axis)


def _pooled(x: Tensor) -> Tensor:
    """The largest along the last axis, by the op that pools a signal: comparing strided pieces takes twice as long."""
    count = x.numel() // x.shape[-1]
    channels = x.view(1, gcd(count, _CHANNELS), -1)  # threads take whole channels
    found: Tensor = F.max_pool1d(channels, x.shape[-1])
    return found.view(x.shape[:-1])


def _is_few(x: Tensor, axis: int) -> bool:
    # One kernel is better than several on a device.
    return 2 <= x.shape[axis] <= FEW and x.device.type == "cpu"


def _is_recorded(*tensors: Tensor) -> bool:
    """True where somebody may ask for a derivative of what is done with these."""
    return not _is_alone() or (torch.is_grad_enabled() and any(x.requires_grad for x in tensors))


def _is_alone() -> bool:
    return is_plain() and all(variables.get(name) == value for variables, name, value in flags())


def _where(condition: Tensor, x: Tensor) -> Tensor:
    """Of x what the condition holds for, else 0; torch.where takes many times as long, element by element."""
    return _threshold_backward(x, condition.to(x.dtype), 0.5)


def _stacked(parts: list[Tensor], axis: int) -> Tensor:
    """torch.stack, which is slow along a last axis."""
    if _is_recorded(*parts):
        return torch.stack(parts, axis)
    shape = list(parts[0].shape)
    shape.insert(axis, len(parts))
    found = parts[0].new_empty(shape)
    for place, part in zip(found.unbind(axis), parts):
        place.copy_(part)
    return found


_AXISWISE = TorchNamespace()


def evaluate_axiswise(definition: AxiswiseDefinition, x: Tensor, options: dict[str, Any]) -> Tensor:
    """Evaluate an axis-wise function in at least float32."""
    if has_torch_function((x,)):
        seen: Tensor = handle_torch_function(evaluate_axiswise, (x,), definition, x, options)
        return seen
    wide = _wide(definition, x)
    try:
        result = _by_vjp(definition, wide, options) if definition.name not in _ONE_OP else None
        if result is None:
            result = _value(definition, wide, options)
    except ValueError as error:
        raise ArgumentError(definition.name, "x", Shown(f"array of shape {list(x.shape)}"), str(error)) from None
    return result.to(x.dtype)


def axiswise_vjp(definition: AxiswiseDefinition, x: Tensor, g: Tensor, options: dict[str, Any]) -> Tensor:
    """The gradient by x of sum(g * f(x))."""
    wide = _wide(definition, x)
    y = definition.function(_AXISWISE, wide, **options)
    if g.shape != y.shape:
        shown = Shown(f"array of shape {list(g.shape)}")
        raise ArgumentError(definition.name, "g", shown, f"must have the result's, {list(y.shape)}")
    gradient: Tensor = definition.vjp(_AXISWISE, wide, y, g.to(wide.dtype), **options)
    return gradient.to(x.dtype)


def _wide(definition: AxiswiseDefinition, x: Tensor) -> Tensor:
    return x if definition.selects or x.dtype in (torch.float32, torch.float64) else x.float()


def _value(definition: AxiswiseDefinition, x: Tensor, options: dict[str, Any]) -> Tensor:
    """The function; of a large x in parts along the first axis, unless that is its own: their steps stay in caches."""
    is_one_step = definition.selects or definition.name in _ONE_OP
    if not (is_one_step or options.get("axis", 0) == 0 or x.device.type != "cpu" or _is_recorded(x)):
        whole = _BLOCK * torch.get_num_threads()
        if x.numel() > whole:
            blocks = torch.split(x, max(1, whole * x.shape[0] // x.numel()))
            return torch.cat([definition.function(_AXISWISE, block, **options) for block in blocks])
    result: Tensor = definition.function(_AXISWISE, x, **options)
    return result


def _by_vjp(definition: AxiswiseDefinition, x: Tensor, options: dict[str, Any]) -> Tensor | None:
    """The function with its own gradient; None where autograd need not or cannot know of it."""
    if not (x.requires_grad and torch.is_grad_enabled() and _is_alone()):
        return None
    result: Tensor = _recorded(definition, tuple(options.items())).apply(x)
    return result


@lru_cache(maxsize=256)
def _recorded(definition: AxiswiseDefinition, options: tuple[tuple[str, Any], ...]) -> Any:
    """The autograd function: it keeps x and the result, where autograd would keep every step between."""

    class Recorded(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            y = _value(definition, x, dict(options))
            ctx.save_for_backward(x, y)
            return y

        @staticmethod
        def backward(ctx: Any, g: Tensor) -> Tensor:
            x, y = ctx.saved_tensors
            gradient: Tensor = definition.vjp(_AXISWISE, x, y, g, **dict(options))
            return gradient

    Recorded.__name__ = definition.module
    return Recorded
