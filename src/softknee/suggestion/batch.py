"""The batch of `suggest`: its reading and checking, and the loss where none is given."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown

# So many samples are taken; fewer than the least say nothing about their differences.
MOST, LEAST = 128, 16


def batch_of(batch: Any) -> tuple[Any, Tensor]:
    """Inputs and targets, at most `MOST` of them; raises ArgumentError where they do not go together."""
    if not isinstance(batch, (tuple, list)) or len(batch) != 2 or not isinstance(batch[1], Tensor):
        raise ArgumentTypeError("suggest", "batch", Shown(type(batch).__name__), "must be (inputs, targets), tensors")
    x, y = batch
    count = y.shape[0] if y.ndim else 0
    if count < LEAST:
        raise ArgumentError("suggest", "batch", Shown(f"{count} samples"), f"is too small: it takes {LEAST} or more")
    for name, part in (("inputs", x), ("targets", y)):
        for tensor in tensors(part):
            if tensor.ndim == 0 or len(tensor) != count:
                shapes = Shown(f"inputs of shape {list(tensor.shape)} and {count} targets")
                raise ArgumentError("suggest", "batch", shapes, "must have one target for each input")
            if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
                raise ArgumentError("suggest", "batch", Shown(name), "holds NaN or infinity")
    return rows(x, MOST), y[:MOST]


def tensors(x: Any) -> list[Tensor]:
    """The tensors of an input: itself, or those in a dict or tuple."""
    parts = x.values() if isinstance(x, dict) else x if isinstance(x, (tuple, list)) else [x]
    found = [part for part in parts if isinstance(part, Tensor)]
    if not found:
        raise ArgumentTypeError("suggest", "batch", Shown(type(x).__name__), "holds no tensor among its inputs")
    return found


def rows(x: Any, count: int) -> Any:
    """The first samples of an input."""
    if isinstance(x, dict):
        return {name: rows(part, count) for name, part in x.items()}
    if isinstance(x, (tuple, list)):
        return type(x)(rows(part, count) for part in x)
    return x[:count] if isinstance(x, Tensor) else x


def is_classes(y: Tensor) -> bool:
    """True of targets that are class numbers."""
    return not y.is_floating_point() and not y.is_complex()


def usual_loss(out: Tensor, y: Tensor) -> Tensor:
    """Cross-entropy for classes, the squared error for numbers."""
    return F.cross_entropy(out, y) if is_classes(y) else F.mse_loss(out, y.to(out.dtype).reshape(out.shape))
