"""Maxout as a layer with weights of its own; `softknee.maxout` is the function without them."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from softknee.functions.public import get
from softknee.language.errors import ArgumentError


class MaxoutLinear(nn.Module):
    """A maxout layer: each output is the largest of `pool_size` linear functions of the input.

    Args:
        in_features: The size of the input along its last axis.
        out_features: The size of the output along its last axis.
        pool_size: The number of linear functions for each output.
        bias: True for linear functions with a bias.
        device: The device of the weights.
        dtype: The dtype of the weights.

    Raises:
        ArgumentError: where `pool_size` is not a positive integer.

    >>> import torch
    >>> MaxoutLinear(3, 5, pool_size=4)(torch.ones(2, 3)).shape
    torch.Size([2, 5])
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        pool_size: int = 2,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if isinstance(pool_size, bool) or not isinstance(pool_size, int) or pool_size < 1:
            raise ArgumentError("MaxoutLinear", "pool_size", pool_size, "must be a positive integer")
        self.in_features, self.out_features, self.pool_size = in_features, out_features, pool_size
        self.linear = nn.Linear(in_features, out_features * pool_size, bias, device, dtype)

    def forward(self, x: Tensor) -> Tensor:
        """Apply the linear functions and keep the largest of each pool.

        Args:
            x: Tensor of shape (..., in_features).

        Returns:
            Tensor of shape (..., out_features), in the dtype of the weights.

        >>> import torch
        >>> MaxoutLinear(3, 5).forward(torch.ones(3)).shape
        torch.Size([5])
        """
        return get("maxout")(self.linear(x), pool_size=self.pool_size)  # type: ignore[no-any-return]

    def extra_repr(self) -> str:
        """The pool size; the linear layer shows the rest."""
        return f"pool_size={self.pool_size}"
