"""The statistics of a tensor: read by NumPy where it lies on the host, whose calls cost less, else on its own device.

Each reading comes with cold caches, between two layers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

import numpy as np
import torch
from torch import Tensor

from softknee.doctor.statistics import NUMPY, Found, Statistics

from .transfer import is_on_host

P = ParamSpec("P")


class _Tensors(Statistics):
    """PyTorch's primitives; nothing here waits for a device, nor is a product of matrices, which autocast rounds."""

    def size(self, t: Tensor) -> int:
        return t.numel()

    def number(self, value: float) -> Tensor:
        return torch.tensor(float(value))

    def cast(self, t: Tensor, dtype: torch.dtype) -> Tensor:
        return t.to(dtype)

    def wide(self, t: Tensor) -> Tensor:
        return t.float()

    def copied(self, t: Tensor) -> Tensor:
        return t.clone()

    def dot(self, a: Tensor, b: Tensor) -> Tensor:
        return (a * b).sum()

    def squares(self, t: Tensor) -> Tensor:
        # In float32 at least, without a copy: 16 bits may not hold the sum.
        norm: Tensor = torch.linalg.vector_norm(t, dtype=torch.promote_types(t.dtype, torch.float32))
        return norm.square()

    def squares_of_rows(self, rows: Tensor) -> Tensor:
        norms: Tensor = torch.linalg.vector_norm(rows, dim=1)
        return norms.square()

    def sum_of_rows(self, weights: Tensor, rows: Tensor) -> Tensor:
        return (weights[:, None] * rows).sum(0)

    def largest(self, t: Tensor, axis: int) -> Tensor:
        return t.amax(axis)

    def zero_for_nan(self, t: Tensor) -> Tensor:
        return t.nan_to_num_(0.0, posinf=torch.inf)

    # Comparisons in place give numbers, not booleans, which takes a fifth of the time.
    def share_below(self, t: Tensor, limit: float) -> Tensor:
        return t.lt_(limit).mean(0)

    def zeros(self, t: Tensor) -> Tensor:
        return t.numel() - t.ne_(0).sum(dtype=torch.float32)

    def is_finite(self, t: Tensor, squares: Tensor) -> Tensor:
        least, largest = torch.aminmax(t)
        return torch.isfinite(least) & torch.isfinite(largest)

    def softmax(self, z: Tensor) -> Tensor:
        return z.softmax(-1)


TENSORS = _Tensors(torch)


def read(
    reading: Callable[Concatenate[Statistics, Any, P], Found], t: Tensor, *args: P.args, **kwargs: P.kwargs
) -> Found:
    """A reading of `Statistics`, such as `Statistics.of_output`, of a tensor."""
    if is_on_host(t):
        with np.errstate(all="ignore"):
            return reading(NUMPY, t.numpy(force=True), *args, **kwargs)
    with torch.no_grad():
        return reading(TENSORS, t.detach(), *args, **kwargs)
