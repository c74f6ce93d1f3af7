"""The array namespace of the axis-wise functions, for PyTorch."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.overrides import handle_torch_function, has_torch_function

from softknee.language.axiswise import AxiswiseDefinition
from softknee.language.errors import ArgumentError, Shown


class TorchNamespace:
    """What `catalogue/axiswise.py` may call; reductions keep their axis."""

    def sum(self, x: Tensor, axis: int) -> Tensor:
        return torch.sum(x, dim=axis, keepdim=True)

    def max(self, x: Tensor, axis: int) -> Tensor:
        return torch.amax(x, dim=axis, keepdim=True)

    def max_pool(self, x: Tensor, axis: int) -> Tensor:
        # torch.max sends the gradient to one winner; amax would share it among equals.
        return torch.max(x, dim=axis).values

    exp = staticmethod(torch.exp)

    def sqrt(self, x: Tensor) -> Tensor:
        # The slope of sqrt at 0 is infinite; entmax's gradient there is 0.
        return torch.where(x > 0, torch.sqrt(torch.where(x > 0, x, 1.0)), 0.0 * x)

    def cumsum(self, x: Tensor, axis: int) -> Tensor:
        return torch.cumsum(x, dim=axis)

    def softmax(self, x: Tensor, axis: int) -> Tensor:
        return torch.softmax(x, dim=axis)

    def log_softmax(self, x: Tensor, axis: int) -> Tensor:
        return torch.log_softmax(x, dim=axis)

    def sort_descending(self, x: Tensor, axis: int) -> Tensor:
        return torch.sort(x, dim=axis, descending=True).values

    def ranks(self, x: Tensor, axis: int) -> Tensor:
        count = torch.arange(1, x.shape[axis] + 1, dtype=x.dtype, device=x.device)
        return count.reshape((-1,) + (1,) * (x.ndim - axis - 1))

    def at_least(self, x: Tensor, low: float) -> Tensor:
        return torch.where(x <= low, low, x)

    def positive_part(self, x: Tensor) -> Tensor:
        return torch.where(x <= 0, 0.0, x)

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

    def first_maximum(self, x: Tensor, axis: int) -> Tensor:
        place = torch.max(x, dim=axis, keepdim=True).indices
        return torch.zeros_like(x).scatter(axis, place, 1.0)


_AXISWISE = TorchNamespace()


def evaluate_axiswise(definition: AxiswiseDefinition, x: Tensor, options: dict[str, Any]) -> Tensor:
    """Evaluate an axis-wise function in at least float32."""
    if has_torch_function((x,)):
        seen: Tensor = handle_torch_function(evaluate_axiswise, (x,), definition, x, options)
        return seen
    wide = x if x.dtype in (torch.float32, torch.float64) else x.float()
    try:
        result: Tensor = definition.function(_AXISWISE, wide, **options)
    except ValueError as error:
        raise ArgumentError(definition.name, "x", Shown(f"array of shape {list(x.shape)}"), str(error)) from None
    return result.to(x.dtype)


def axiswise_vjp(definition: AxiswiseDefinition, x: Tensor, g: Tensor, options: dict[str, Any]) -> Tensor:
    """The gradient by x of sum(g * f(x))."""
    wide = x if x.dtype in (torch.float32, torch.float64) else x.float()
    y = definition.function(_AXISWISE, wide, **options)
    if g.shape != y.shape:
        shown = Shown(f"array of shape {list(g.shape)}")
        raise ArgumentError(definition.name, "g", shown, f"must have the result's, {list(y.shape)}")
    gradient: Tensor = definition.vjp(_AXISWISE, wide, y, g.to(wide.dtype), **options)
    return gradient.to(x.dtype)
