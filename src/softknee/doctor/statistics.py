"""Statistics of one activation at one probe, computed on the tensors' own device and sent home in one vector."""

from __future__ import annotations

import torch
from torch import Tensor

from .layout import FEATURES, FLAT, SAMPLES, SHOWN, Layout
from .reference import Reference


def spread(t: Tensor, count: int) -> Tensor:
    """Up to `count` values of a tensor, evenly spread over it."""
    flat = t.reshape(-1)
    step = max(1, flat.numel() // count)
    return flat[::step][:count].clone()  # a view would keep all of it


def before(z: Tensor, layout: Layout, reference: Reference | None) -> dict[str, Tensor]:
    """What is read off the input of an activation, which may be overwritten then."""
    z = layout.samples(z.detach())
    wide = z.float()
    found = {
        "count": torch.tensor(float(z.numel() / layout.units)),
        "z_mean": wide.mean(),
        "z_second": wide.square().mean(),
        "z_shown": spread(wide, SHOWN),
    }
    if reference is None:
        return found
    slope = reference.slope(wide).abs_()
    dims = layout.others(slope)
    steepest = slope.amax(dims) if dims else slope
    if steepest.isnan().any():
        steepest = slope.nan_to_num_(0.0).amax(dims) if dims else slope.nan_to_num_(0.0)
    flat = (slope < FLAT * reference.steepest).float()
    found["steepest"] = steepest / reference.steepest
    found["flat"] = flat.mean(dims) if dims else flat
    if z.dtype in (torch.float16, torch.bfloat16):
        found["underflow"] = ((slope.to(z.dtype) == 0) & (slope > 0)).float().mean()
    return found


def after(a: Tensor, layout: Layout) -> dict[str, Tensor]:
    """What is read off the output."""
    a = layout.samples(a.detach())
    wide = a.float()
    dims = layout.others(wide)
    second = wide.square().mean()
    return {
        "wrong": not_finite(wide, second),
        "mean": wide.mean(),
        "second": second,
        "size": wide.abs().mean(dims) if dims else wide.abs(),
        "likeness": likeness(wide),
        "shown": spread(wide, SHOWN),
    }


def not_finite(t: Tensor, moment: Tensor) -> Tensor:
    """How many elements are not finite; looked for where their sum of squares is not."""
    if t.is_cuda:  # to look at the moment would be a transfer
        return (~torch.isfinite(t)).float().sum()
    return torch.zeros_like(moment) if moment.isfinite() else (~torch.isfinite(t)).float().sum()


def likeness(a: Tensor) -> Tensor:
    """The mean cosine between different samples; NaN for fewer than two."""
    rows = a[:SAMPLES].reshape(min(len(a), SAMPLES), -1) if a.ndim > 1 else a.reshape(1, -1)
    if len(rows) < 2:
        return torch.tensor(float("nan"))
    rows = rows[:, :: max(1, rows.shape[1] // FEATURES)]
    units = torch.nn.functional.normalize(rows, dim=1, eps=1e-30)
    n = len(units)
    return (units.sum(0).square().sum() - units.square().sum()) / (n * (n - 1))


def of_gradient(g: Tensor, layout: Layout) -> dict[str, Tensor]:
    """What is read off dL/da; the norm is that of one sample, in the mean of squares over samples."""
    n = g.shape[0] if g.ndim > 1 else 1
    kept = layout.samples(g.detach())
    wide = kept.float()
    dims = layout.others(wide)
    size = wide.abs()
    total = wide.square().sum()
    return {
        "gradient_wrong": not_finite(wide, total),
        "gradient_norm": (total * (g.numel() / max(1, kept.numel())) * n).sqrt(),
        "gradient_zero": (kept == 0).float().mean(),
        "gradient": size.amax(dims) if dims else size,
        "samples": torch.tensor(float(n)),
    }
