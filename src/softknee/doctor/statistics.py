"""Statistics of one activation at one probe, computed on the tensors' own device and sent home in one vector."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .layout import FEATURES, FLAT, SAMPLES, SHOWN, Layout, odd
from .reference import Reference


def spread(t: Tensor, count: int) -> Tensor:
    """Up to `count` values of a tensor, evenly spread over it."""
    flat = t.reshape(-1)
    return flat[:: odd(flat.numel() // count)][:count].clone()  # a view would keep all of it


def before(z: Tensor, layout: Layout, reference: Reference | None) -> dict[str, Tensor]:
    """What is read off the input of an activation, which may be overwritten then."""
    z = layout.rows(z.detach())
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


def after(a: Tensor, layout: Layout) -> dict[str, Tensor]:
    """What is read off the output."""
    wide = layout.rows(a.detach()).float()
    mean = wide.mean()
    return {
        "wrong": _wrong(wide, mean),
        "mean": mean,
        "second": _second(wide),
        "size": wide.abs().mean(0),
        "likeness": likeness(layout.samples(a.detach())),
        "shown": spread(wide, SHOWN),
    }


def _second(t: Tensor) -> Tensor:
    norm: Tensor = torch.linalg.vector_norm(t)
    return norm.square() / t.numel()


def _wrong(t: Tensor, mean: Tensor) -> Tensor:
    """How many numbers are not finite; none where their mean is, which costs no wait where it is at home."""
    if mean.device.type == "cpu" and math.isfinite(mean.item()):
        return torch.zeros(())
    return (~torch.isfinite(t)).float().sum()


def likeness(a: Tensor) -> Tensor:
    """The mean cosine between different samples; NaN for fewer than two."""
    if a.ndim < 2 or len(a) < 2:
        return torch.tensor(float("nan"))
    rows = a[:SAMPLES].flatten(1)
    rows = rows[:, :: odd(rows.shape[1] // FEATURES)].float()
    units = torch.nn.functional.normalize(rows, dim=1, eps=1e-30)
    n = len(units)
    return (units.sum(0).square().sum() - units.square().sum()) / (n * (n - 1))


def of_gradient(g: Tensor, layout: Layout) -> dict[str, Tensor]:
    """What is read off dL/da; the norm is that of one sample, in the mean of squares over samples.

    Samples stay whole: a loss may look at one place only.
    """
    n = g.shape[0] if g.ndim > 1 else 1
    kept = layout.samples(g.detach())
    norm = torch.linalg.vector_norm(kept, dtype=torch.float32)
    sizes = kept.abs()
    return {
        "gradient_wrong": _wrong(kept, norm),
        "gradient_norm": norm * math.sqrt(g.numel() / max(1, kept.numel()) * n),
        "gradient": sizes.amax(layout.others(kept)).float(),
        # Ten times as fast as count_nonzero, which goes number by number; overwrites sizes.
        "gradient_zero": 1 - sizes.ne_(0).mean(dtype=torch.float32),
        "samples": torch.tensor(float(n)),
    }
