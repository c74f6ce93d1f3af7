"""How PyTorch spells each op: plain functions that trace, compile, export and batch."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from .onnx import erfc, expm1, log1p, normal_tail_over_gauss


def softplus(x: Tensor) -> Tensor:
    """log(1 + e^x) with the left tail kept and no threshold."""
    return torch.clamp(x, min=0) + log1p(torch.exp(-torch.abs(x)))


def sigmoid(x: Tensor) -> Tensor:
    """1 / (1 + e^-x); torch.sigmoid loses no tail in value."""
    return torch.sigmoid(x)


def power(base: Tensor, exponent: Tensor) -> Tensor:
    """The power; NaN where the base is negative."""
    return torch.where(base >= 0, torch.pow(torch.abs(base), exponent), math.nan)


def gauss(x: Tensor) -> Tensor:
    """e^(-x^2)."""
    return torch.exp(-x * x)


def _half_gauss(x: Tensor) -> Tensor:
    """e^(-x^2 / 2); in float32 x is split, for the rounding of x^2 alone would cost digits in the tail."""
    if x.dtype != torch.float32:
        return torch.exp(-0.5 * x * x)
    far = torch.clamp(torch.abs(x), max=_FADED)
    scaled = 4097.0 * far
    head = scaled - (scaled - far)  # 12 bits, so its square is exact
    rest = (head - far) * (head + far) * 0.5
    near = torch.exp(-0.5 * head * head)
    return near + near * (rest * (1 + rest * (0.5 + rest * (1 / 6))))


_FADED = 16.0  # e^(-16^2 / 2) is 0 in float32


def normal_pdf(x: Tensor) -> Tensor:
    """The density of N(0, 1)."""
    return _half_gauss(x) * (1 / math.sqrt(2 * math.pi))


def normal_cdf(x: Tensor) -> Tensor:
    """The distribution function of N(0, 1), by its tail so that nothing is cancelled away.

    In float32 the tail is the density, which a slope needs anyway, times a polynomial: an erfc costs thrice as much.
    """
    if x.dtype != torch.float32:
        return 0.5 * erfc(-math.sqrt(0.5) * x)
    tail = normal_tail_over_gauss(torch.clamp(torch.abs(x), max=_FADED)) * _half_gauss(x)
    return torch.where(x > 0, 1 - tail, tail)


TORCH_OPS: dict[str, Callable[..., Any]] = {
    "add": torch.add,
    "sub": torch.sub,
    "mul": torch.mul,
    "div": torch.div,
    "neg": torch.neg,
    "gt": torch.gt,
    "ge": torch.ge,
    "lt": torch.lt,
    "le": torch.le,
    "eq": torch.eq,
    "and": torch.logical_and,
    "or": torch.logical_or,
    "where": torch.where,
    "floor": torch.floor,
    "rint": torch.round,
    "sqrt": torch.sqrt,
    "pow": power,
    "exp": torch.exp,
    "expm1": expm1,
    "log": torch.log,
    "log1p": log1p,
    "sin": torch.sin,
    "cos": torch.cos,
    "tan": torch.tan,
    "asin": torch.asin,
    "acos": torch.acos,
    "sinh": torch.sinh,
    "cosh": torch.cosh,
    "tanh": torch.tanh,
    "atan": torch.atan,
    "asinh": torch.asinh,
    "erf": torch.erf,
    "erfc": erfc,
    "sigmoid": sigmoid,
    "softplus": softplus,
    "normal_cdf": normal_cdf,
    "normal_pdf": normal_pdf,
    "gauss": gauss,
}
