"""Statistics of one activation at one probe, computed on the tensors' own device and sent home in one vector."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .reference import Reference

# Elements of an activation that are looked at, at most: whole samples are left out beyond.
CAP = 1 << 17
# Values that are sent home for pictures, samples and features whose likeness is measured.
SHOWN = 256
SAMPLES = 32
FEATURES = 2048
# A slope below this share of the steepest one moves no weight in float32.
NO_SLOPE = 1e-6
# A unit is saturated where its slope is below this share of the steepest one; see softknee.properties.
FLAT = 0.05

UNIT_FIELDS = ("steepest", "flat", "size", "gradient")


@dataclass(frozen=True)
class Layout:
    """How an activation's elements are units and samples: `axis` is the units', the first of the others the batch's."""

    axis: int
    units: int

    @staticmethod
    def of(z: Tensor, last: bool) -> Layout:
        """`last`: the units lie along the last axis, as after a linear map; else along axis 1, as after convolution."""
        axis = z.ndim - 1 if last or z.ndim < 2 else 1
        return Layout(axis, z.shape[axis])

    def samples(self, t: Tensor) -> Tensor:
        """Evenly spread samples of a tensor, so many that `CAP` elements are not exceeded by much."""
        if t.ndim < 2 or t.numel() <= CAP:
            return t
        batch = 1 if self.axis == 0 else 0
        step = -(-t.numel() // CAP)
        return t[(slice(None),) * batch + (slice(None, None, min(step, t.shape[batch])),)]

    def others(self, t: Tensor) -> list[int]:
        """The axes that are not the units'."""
        return [d for d in range(t.ndim) if d != self.axis] if t.ndim > 1 else []


def spread(t: Tensor, count: int) -> Tensor:
    """Up to `count` values of a tensor, evenly spread over it."""
    flat = t.reshape(-1)
    step = max(1, flat.numel() // count)
    return flat[::step][:count]


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
    slope = reference.slope(wide).abs_().nan_to_num_(0.0)
    dims = layout.others(slope)
    flat = (slope < FLAT * reference.steepest).float()
    found["steepest"] = slope.amax(dims) / reference.steepest if dims else slope / reference.steepest
    found["flat"] = flat.mean(dims) if dims else flat
    if z.dtype in (torch.float16, torch.bfloat16):
        found["underflow"] = ((slope.to(z.dtype) == 0) & (slope > 0)).float().mean()
    return found


def after(a: Tensor, layout: Layout) -> dict[str, Tensor]:
    """What is read off the output."""
    a = layout.samples(a.detach())
    wide = a.float()
    dims = layout.others(wide)
    return {
        "wrong": (~torch.isfinite(wide)).float().sum(),
        "mean": wide.mean(),
        "second": wide.square().mean(),
        "size": wide.abs().mean(dims) if dims else wide.abs(),
        "likeness": likeness(wide),
        "shown": spread(wide, SHOWN),
    }


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
    return {
        "gradient_wrong": (~torch.isfinite(wide)).float().sum(),
        "gradient_norm": (wide.square().sum() * (g.numel() / max(1, kept.numel())) * n).sqrt(),
        "gradient_zero": (kept == 0).float().mean(),
        "gradient": size.amax(dims) if dims else size,
        "samples": torch.tensor(float(n)),
    }
