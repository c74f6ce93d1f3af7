"""Whether targets need a non-linear model at all: where they do not, rankings agreed less with training."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from .batch import tensors
from .measures import left_out_error, numbers

# Decades of error. Fixed on the problems that the rule was designed on.
LEAST = 0.28
_RIDGES = (1e-3, 1e-2, 1e-1, 1.0)
# What is explained so well is explained.
_FLOOR = 1e-3


def kind_of_targets(x: Any, y: Tensor) -> str:
    """Whether a linear model explains them nearly as well as others, as far as inputs are numbers."""
    found = [tensor for tensor in tensors(x) if tensor.is_floating_point()]
    if not found:
        return "of inputs that are no numbers"
    inputs = torch.cat([tensor.reshape(len(tensor), -1) for tensor in found], 1)
    return "non-linear" if bend(inputs, numbers(y)) >= LEAST else "linear enough"


def bend(x: Tensor, targets: Tensor) -> float:
    """log10 of the error of the best linear regression over that of the best non-linear one, on samples left out.

    The non-linear ones are kernel regressions: Gaussian, and the arc-cosine kernel of wide ReLU networks
    (Cho & Saul 2009).

    >>> x = torch.linspace(-1, 1, 64)[:, None].double()
    >>> bend(x, 2 * x + 1) < LEAST < bend(x, torch.cos(3 * x))
    True
    """
    x = x.reshape(len(x), -1).double()
    x = x / x.square().sum(1).mean().sqrt().clamp_min(1e-30)
    linear = x @ x.T
    sizes = linear.diagonal().sqrt()
    product = sizes[:, None] * sizes
    cosine = (linear / product.clamp_min(1e-30)).clamp(-1, 1)
    angle = torch.arccos(cosine)
    arc_cosine = product * (angle.sin() + (math.pi - angle) * cosine) / math.pi
    distance = torch.cdist(x, x).square()
    gaussian = torch.exp(-distance / distance.median().clamp_min(1e-30))
    straight, *bent = (_error(kernel, targets) for kernel in (linear, arc_cosine, gaussian))
    return math.log10(max(straight, _FLOOR) / max(min(bent), _FLOOR))


def _error(kernel: Tensor, targets: Tensor) -> float:
    return min(left_out_error(kernel, targets, ridge) for ridge in _RIDGES)
