"""Writing a function's result into its argument, with the gradient still right."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown


def write_back(
    name: str, x: Tensor, function: Callable[[Tensor], Tensor], overwrite: Callable[[Tensor], bool] | None = None
) -> Tensor:
    """The tensor x itself, which now holds function(x).

    Where a gradient is recorded the function sees a copy: its backward needs the former x.
    `overwrite` does it without a second tensor, or returns False where it cannot.
    Raises ArgumentTypeError for integers, ArgumentError where the shape changes.
    """
    if not x.is_floating_point():
        raise ArgumentTypeError(name, "x", x.dtype, "cannot hold the result in place; give a floating dtype")
    if overwrite is not None and overwrite(x):
        return x
    result = function(x.clone() if torch.is_grad_enabled() else x)
    if result.shape != x.shape:
        shapes = Shown(f"{list(x.shape)} -> {list(result.shape)}")
        raise ArgumentError(name, "inplace", shapes, "changes the shape, so the result cannot be written into x")
    return x.copy_(result)
