"""Statistics of one activation at one probe, computed on the tensors' own device.

What is at home already NumPy reads, whose calls cost less; each of them comes with cold caches, between two layers.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from . import array_statistics
from .home import is_at_home
from .layout import FLAT, GRADIENT_CAP, SHOWN, Layout, odd
from .reference import Reference

# What is found is tensors, to be sent home in one vector, or at home already.
Found = dict[str, Any]


def spread(t: Tensor, count: int) -> Tensor:
    """Up to `count` values of a tensor, evenly spread over it."""
    flat = t.reshape(-1)
    return flat[:: odd(flat.numel() // count)][:count].clone()  # a view would keep all of it


def before(z: Tensor, layout: Layout, reference: Reference | None) -> Found:
    """What is read off the input of an activation, which may be overwritten then."""
    if is_at_home(z):
        with np.errstate(all="ignore"):
            return array_statistics.before(z.numpy(force=True), layout, reference)
    z = layout.spread(z.detach()).reshape(-1, layout.units)
    wide = z.float()
    found = {
        "count": torch.tensor(float(len(z))),
        "z_mean": wide.mean(),
        "z_second": _second(wide),
        "z_shown": spread(wide, SHOWN),
    }
    if reference is None:
        return found
    slope = reference.slope(wide).abs_().nan_to_num_(0.0)
    found["steepest"] = slope.amax(0) / reference.steepest
    if z.dtype in (torch.float16, torch.bfloat16):
        found["underflow"] = ((slope.to(z.dtype) == 0) & (slope > 0)).float().mean()
    found["flat"] = slope.lt_(FLAT * reference.steepest).mean(0)
    return found


def after(a: Tensor, layout: Layout) -> Found:
    """What is read off the output."""
    if is_at_home(a):
        with np.errstate(all="ignore"):
            return array_statistics.after(a.numpy(force=True), layout)
    samples = layout.spread(a.detach()).float()
    wide = samples.reshape(-1, layout.units)
    return {
        "wrong": (~torch.isfinite(wide)).float().sum(),
        "mean": wide.mean(),
        "second": _second(wide),
        "size": wide.abs().mean(0),
        "likeness": likeness(samples.flatten(1)),
        "shown": spread(wide, SHOWN),
    }


def norm_of(t: Tensor) -> Tensor:
    """The root of the sum of squares, which 16 bits may not hold."""
    norm: Tensor = torch.linalg.vector_norm(t, dtype=torch.promote_types(t.dtype, torch.float32))
    return norm


def _second(t: Tensor) -> Tensor:
    norm: Tensor = torch.linalg.vector_norm(t)
    return norm.square() / t.numel()


def likeness(rows: Tensor) -> Tensor:
    """The mean cosine between different rows; NaN for fewer than two."""
    if len(rows) < 2:
        return torch.tensor(float("nan"))
    units = torch.nn.functional.normalize(rows, dim=1, eps=1e-30)
    n = len(units)
    return (units.sum(0).square().sum() - units.square().sum()) / (n * (n - 1))


def of_gradient(g: Tensor, layout: Layout) -> Found:
    """What is read off dL/da; the norm is that of one sample, in the mean of squares over samples.

    Samples stay whole: a loss may look at one place only.
    """
    if is_at_home(g):
        with np.errstate(all="ignore"):
            return array_statistics.of_gradient(g.numpy(force=True), layout)
    n = g.shape[0] if g.ndim > 1 else 1
    kept = layout.samples(g.detach(), GRADIENT_CAP)
    norm = norm_of(kept)
    sizes = kept.abs()
    return {
        "gradient_wrong": (~torch.isfinite(kept)).float().sum(),
        "gradient_norm": norm * math.sqrt(g.numel() / max(1, kept.numel()) * n),
        "gradient": sizes.amax(layout.others(kept)).float(),
        # Ten times as fast as count_nonzero, which goes number by number; overwrites sizes.
        "gradient_zero": 1 - sizes.ne_(0).mean(dtype=torch.float32),
        "samples": torch.tensor(float(n)),
    }
