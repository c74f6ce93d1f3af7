"""The error of regression with a network's tangent kernel: how far its own first steps could explain the targets."""

from __future__ import annotations

import torch
from torch import Tensor

from .measures import left_out_error
from .sites import Site

# The ridge of the regression; the counts of mixtures of the outputs, and of the units at a site.
_RIDGE, _MIXTURES, _UNITS = 0.1, 4, 128


def tangent_error(out: Tensor, sites: list[Site], targets: Tensor) -> float:
    """The error on samples left out, 1 being that of the mean, of regression with the network's tangent kernel.

    The kernel (Jacot 2018, arXiv:1806.07572) is that of linear maps put after each activation: it takes activations
    and gradients at `sites` and no gradient of single samples. Batch norms couple samples, which it leaves out.
    `out` has shape (n, ...) and still has its graph, `targets` shape (n, m).
    """
    n = len(targets)
    flat = out.reshape(n, -1)
    found = [site for site in sites if site.out.requires_grad and len(site.y) % n == 0]
    random = torch.Generator().manual_seed(0)
    kernel = torch.zeros(n, n, dtype=torch.float64, device=out.device)
    for _ in range(min(_MIXTURES, flat.shape[1])):
        mixture = torch.randn(flat.shape[1], generator=random).to(flat)
        gradients = torch.autograd.grad(
            flat, [site.out for site in found], mixture.expand_as(flat), retain_graph=True, allow_unused=True
        )
        for site, gradient in zip(found, gradients):
            if gradient is not None:
                kernel += _kernel(_by_sample(site.y, n), _by_sample(gradient, n))
    return left_out_error(kernel, targets, _RIDGE)


def _kernel(y: Tensor, gradient: Tensor) -> Tensor:
    """Products of the samples' gradients by a map after the activation, of shape (n, n)."""
    if y.shape[1] == 1:
        y, gradient = y[:, 0], gradient[:, 0]
        return (y @ y.T) * (gradient @ gradient.T)
    each = torch.einsum("npo,npi->noi", _narrowed(gradient, 1), _narrowed(y, 2)).flatten(1)
    return each @ each.T


def _narrowed(x: Tensor, seed: int) -> Tensor:
    """Units as random mixtures of them where they are many, which keep products on average."""
    if x.shape[-1] <= _UNITS:
        return x
    mixing = torch.randn(x.shape[-1], _UNITS, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    mixed: Tensor = x @ (mixing / _UNITS**0.5).to(x.device)
    return mixed


def _by_sample(x: Tensor, n: int) -> Tensor:
    """The values in shape (n, places, units): channels are units where there are places after them."""
    units = 1 if x.ndim > 3 else -1
    x = x.detach().movedim(units, -1)
    return x.reshape(n, -1, x.shape[-1]).double()
