"""A loss by its name, as the doctor and the suggestion take it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

LossName = Literal["cross-entropy", "mse", "bce"]


def loss_named(name: LossName | None, y: Any) -> Callable[[Any, Any], Any]:
    """The loss; without a name cross-entropy for classes, and the squared error for numbers."""
    from torch.nn import functional as F

    if name is None:
        name = "mse" if y.is_floating_point() else "cross-entropy"
    if name == "cross-entropy":
        return F.cross_entropy
    if name == "mse":
        return lambda out, y: F.mse_loss(out, y.to(out.dtype).reshape(out.shape))
    return lambda out, y: F.binary_cross_entropy_with_logits(out, y.to(out.dtype).reshape(out.shape))
