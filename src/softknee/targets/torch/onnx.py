"""Ops that ONNX lacks, spelled with those it has, so that the exported model keeps their precision.

ONNX has no expm1, log1p and erfc; torch's exporter writes exp(x) - 1, log(1 + x) and 1 - erf(x), which
lose every digit near 0 or in the tail.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

# erfc(x) e^(x^2) / t on x >= 0 as a polynomial in 2 t - 1, where t = 2 / (2 + x); interpolated at
# Chebyshev nodes with mpmath, relative error below 2.8e-8 (half an ulp of float32 is 6e-8).
_ERFC = (
    0.5107913526210115, 0.3435803125493544, 0.13973594579655535, 0.01822174911458144, -0.010753310882746258,
    -0.003243733067797946, 0.0015338470443377152, 0.0004310400216422833, -0.0003047190864122867,
    -3.676436163571195e-05, 4.428841467145517e-05,
)  # fmt: skip


def expm1(x: Tensor) -> Tensor:
    """e^x - 1, as 2 t / (1 - t) with t = tanh(x / 2)."""
    if not torch.onnx.is_in_onnx_export():
        return torch.expm1(x)
    t = torch.tanh(0.5 * x)
    # Further right 1 - t cancels, and e^x - 1 does not.
    return torch.where(x < 1, 2 * t / (1 - t), torch.exp(x) - 1)


def log1p(x: Tensor) -> Tensor:
    """log(1 + x): the error of 1 + x is divided out again."""
    if not torch.onnx.is_in_onnx_export():
        return torch.log1p(x)
    u = 1 + x
    rounded = torch.where(u == 1, x, torch.log(u) * (x / (u - 1)))
    return torch.where(x == torch.inf, x, rounded)


def erfc(x: Tensor) -> Tensor:
    """1 - erf(x), without the difference in float32; in float64 its error is 1e-16, absolute."""
    if not torch.onnx.is_in_onnx_export() or x.dtype != torch.float32:
        return torch.erfc(x)
    tail = erfc_over_gauss(torch.abs(x)) * torch.exp(-x * x)
    return torch.where(x < 0, 2 - tail, tail)


def erfc_over_gauss(x: Tensor) -> Tensor:
    """erfc(x) e^(x^2) for x >= 0, in float32."""
    t = 2 / (2 + x)
    return _polynomial(_ERFC, 2 * t - 1) * t


# The same for the normal distribution, whose argument is sqrt(2) times as large: with t = 1/(sqrt(8) + x).
_ROOT_8 = math.sqrt(8)
_TAIL = tuple(math.sqrt(2) * c for c in _ERFC)


def normal_tail_over_gauss(x: Tensor) -> Tensor:
    """(1 - Phi(x)) e^(x^2 / 2) for x >= 0, in float32."""
    t = 1 / (_ROOT_8 + x)
    return _polynomial(_TAIL, 2 * _ROOT_8 * t - 1) * t


def _polynomial(coefficients: tuple[float, ...], w: Tensor) -> Tensor:
    result = torch.full_like(w, coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        result = result * w + coefficient
    return result
