"""The measures of matrices of activations: non-linear shares, ranks, and the error of kernel regression."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

_TINY = 1e-30


def non_linear_share(x: Tensor, y: Tensor) -> float:
    """The share of the variance of y that no linear function of x explains, unit by unit; 0 where nothing varies.

    For x ~ N(0, s²) this is 1 - s² E[f']² / Var f, by Stein's lemma. Rows are samples, columns units.

    >>> x = torch.randn(100_000, 1, generator=torch.Generator().manual_seed(0)).double()
    >>> round(non_linear_share(x, torch.relu(x)), 2)  # 1 - (1/4) / (1/2 - 1/(2 pi))
    0.27
    """
    x, y = x - x.mean(0), y - y.mean(0)
    explained = (x * y).sum(0).square() / x.square().sum(0).clamp_min(_TINY)
    total = y.square().sum(0)
    whole = float(total.sum())
    return float((total - explained).clamp_min(0).sum()) / whole if whole > _TINY else 0.0


def effective_rank(matrix: Tensor, floor: float = 0.0) -> float:
    """The exponential of the entropy of the singular values' shares (Roy & Vetterli 2007), without those up to `floor`.

    0 where none is left.

    >>> round(effective_rank(torch.eye(5)), 6)
    5.0
    """
    sizes = torch.linalg.svdvals(matrix.double())
    sizes = sizes[sizes > max(floor, _TINY)]
    if not len(sizes):
        return 0.0
    shares = sizes / sizes.sum()
    return math.exp(-float((shares * shares.log()).sum()))


def left_out_error(kernel: Tensor, targets: Tensor, ridge: float) -> float:
    """The squared error of kernel regression on samples left out one by one, over that of the others' mean.

    `ridge` is in units of the kernel's mean diagonal; rows of `targets` are samples.
    """
    n = len(kernel)
    scale = float(kernel.diagonal().mean())
    if not scale > _TINY:
        return 1.0
    # The large constant is the offset, which the ridge then leaves free.
    regular = kernel / scale + 1e3 + ridge * torch.eye(n, dtype=kernel.dtype, device=kernel.device)
    inverse = torch.linalg.inv(regular)
    left_out = (inverse @ targets) / inverse.diagonal()[:, None]
    of_mean = (targets - targets.mean(0)) * (n / (n - 1))
    return float(left_out.square().sum() / of_mean.square().sum().clamp_min(_TINY))


def numbers(y: Tensor) -> Tensor:
    """Targets as rows of numbers: of a class a 1 at its place."""
    if not y.is_floating_point():
        y = F.one_hot(y.long() - y.min())
    return y.reshape(len(y), -1).double()
