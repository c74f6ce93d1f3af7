"""What a model is given: how large it is, and whether it is finite."""

from __future__ import annotations

from collections.abc import Iterable
from math import isnan, nan
from typing import Any

import numpy as np
import torch
from torch import Tensor

from . import array_statistics
from .home import is_at_home
from .lineage import tensors_in
from .node import Node
from .statistics import Found, norm_of


def sources(data: Any) -> list[tuple[Node, Tensor]]:
    """A node for each tensor that a step is given."""
    return [(Node("data", "", "input"), tensor) for tensor in tensors_in(data)]


def about(tensor: Tensor) -> Found:
    """The root of the mean of squares of numbers, and whether all are finite; nothing of what is no number."""
    if not tensor.is_floating_point() or not tensor.numel():
        return {}
    if is_at_home(tensor):
        with np.errstate(all="ignore"):
            return array_statistics.of_data(tensor.numpy(force=True))
    numbers = tensor.detach()
    norm = norm_of(numbers)
    return {"rms": norm / numbers.numel() ** 0.5, "finite": torch.isfinite(numbers.abs().amax())}


def together(readings: Iterable[dict[str, float]]) -> dict[str, float]:
    """What is told of several inputs: the largest, and whether all of them are finite."""
    told = [reading for reading in readings if reading]
    sizes = [reading["rms"] for reading in told if not isnan(reading["rms"])]
    return {"rms": max(sizes, default=nan), "finite": min((reading["finite"] for reading in told), default=1.0)}
