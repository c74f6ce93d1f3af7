"""The readings that `statistics` takes of tensors, taken of NumPy's arrays and, within jax.jit, of JAX's."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .layout import FLAT, GRADIENT_CAP, SHOWN, Layout, odd
from .reference import Reference

Found = dict[str, Any]


def before(z: Any, layout: Layout, reference: Reference | None) -> Found:
    """What is read off the input of an activation, which may be overwritten then."""
    xp = _namespace(z)
    z = layout.spread(z).reshape(-1, layout.units)
    wide = z.astype(xp.float32, copy=False)
    found = {
        "count": xp.float32(len(z)),
        "z_mean": wide.sum() / max(1, wide.size),
        "z_second": xp.vdot(wide, wide) / max(1, wide.size),
        "z_shown": spread(wide, SHOWN),
    }
    if reference is None:
        return found
    slope = xp.fmax(xp.abs(reference.slope(wide)), 0)  # 0 for NaN
    found["steepest"] = slope.max(0) / reference.steepest
    found["flat"] = (slope < FLAT * reference.steepest).mean(0, dtype=xp.float32)
    if z.dtype.itemsize == 2:
        found["underflow"] = ((slope.astype(z.dtype) == 0) & (slope > 0)).mean(dtype=xp.float32)
    return found


def after(a: Any, layout: Layout) -> Found:
    """What is read off the output."""
    xp = _namespace(a)
    samples = layout.spread(a).astype(xp.float32, copy=False)
    wide = samples.reshape(-1, layout.units)
    second = xp.vdot(wide, wide) / max(1, wide.size)
    return {
        "wrong": _wrong(wide, second),
        "mean": wide.sum() / max(1, wide.size),
        "second": second,
        "size": xp.abs(wide).mean(0),
        "likeness": likeness(samples.reshape(len(samples), -1)),
        "shown": spread(wide, SHOWN),
    }


def likeness(rows: Any) -> Any:
    """The mean cosine between different rows; NaN for fewer than two."""
    xp, n = _namespace(rows), len(rows)
    if n < 2:
        return xp.float32(math.nan)
    squares = xp.einsum("ij,ij->i", rows, rows)
    inverse = 1 / xp.maximum(xp.sqrt(squares), 1e-30)
    total = inverse @ rows
    return (xp.vdot(total, total) - xp.vdot(squares * inverse, inverse)) / (n * (n - 1))


def of_gradient(g: Any, layout: Layout) -> Found:
    """What is read off dL/da; the norm is that of one sample, in the mean of squares over samples.

    Samples stay whole: a loss may look at one place only.
    """
    xp = _namespace(g)
    n = g.shape[0] if g.ndim > 1 else 1
    # A fresh array, in the order of memory: the sums below need no copies then.
    sizes = xp.abs(layout.samples(g, GRADIENT_CAP))
    wide = sizes.astype(xp.float32, copy=False)
    squares = xp.vdot(wide, wide)
    return {
        "gradient_wrong": _wrong(wide, squares),
        "gradient_norm": xp.sqrt(squares * (g.size / max(1, wide.size) * n)),
        "gradient": _largest(wide, layout),
        "gradient_zero": xp.count_nonzero(sizes == 0) / xp.float32(max(1, wide.size)),
        "samples": xp.float32(n),
    }


def _largest(sizes: Any, layout: Layout) -> Any:
    """The largest number of each unit, along whole lines of memory."""
    if layout.last:
        return sizes.reshape(-1, layout.units).max(0)
    return sizes.reshape(*sizes.shape[:2], -1).max(2).max(0)


def of_data(x: Any) -> Found:
    """How large a step's input is, and whether all of it is finite."""
    xp = _namespace(x)
    squares = xp.vdot(x, x)
    return {"rms": xp.sqrt(squares / x.size), "finite": xp.float32(_wrong(x, squares) == 0)}


def spread(t: Any, count: int) -> Any:
    """Up to `count` values, evenly spread; a view would keep all of them."""
    flat = t.reshape(-1)
    return _namespace(t).array(flat[:: odd(flat.size // count)][:count])


def _wrong(t: Any, squares: Any) -> Any:
    """How many numbers are not finite; NumPy need not look where the sum of their squares is."""
    xp = _namespace(t)
    if xp is np and math.isfinite(squares):
        return np.float32(0)
    return (~xp.isfinite(t)).sum(dtype=xp.float32)


def _namespace(array: Any) -> Any:
    return np if isinstance(array, np.ndarray) else array.__array_namespace__()
