"""The readings of one activation, as `softknee.doctor.statistics` has them of torch's tensors, within jax.jit."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp

from softknee.doctor.layout import FEATURES, FLAT, MASKED, SAMPLES, SHOWN, Layout, odd, stride
from softknee.doctor.reference import Reference

Found = dict[str, jax.Array]


def before(z: jax.Array, layout: Layout, reference: Reference | None) -> Found:
    """What is read off the input of an activation, whose units lie along the last axis."""
    z = layout.rows(jax.lax.stop_gradient(z))
    wide = z.astype(jnp.float32)
    found = {
        "count": jnp.float32(len(z)),
        "z_mean": wide.mean(),
        "z_second": jnp.square(wide).mean(),
        "z_shown": spread(wide, SHOWN),
    }
    if reference is None:
        return found
    slope = jnp.nan_to_num(jnp.abs(reference.slope(wide)), nan=0.0)
    found["steepest"] = slope.max(0) / reference.steepest
    found["flat"] = (slope < FLAT * reference.steepest).astype(jnp.float32).mean(0)
    if z.dtype in (jnp.float16, jnp.bfloat16):
        found["underflow"] = ((slope.astype(z.dtype) == 0) & (slope > 0)).astype(jnp.float32).mean()
    return found


def after(a: jax.Array, layout: Layout) -> Found:
    """What is read off the output."""
    a = jax.lax.stop_gradient(a)
    wide = layout.rows(a).astype(jnp.float32)
    return {
        "wrong": (~jnp.isfinite(wide)).astype(jnp.float32).sum(),
        "mean": wide.mean(),
        "second": jnp.square(wide).mean(),
        "size": jnp.abs(wide).mean(0),
        "likeness": likeness(layout.samples(a)),
        "shown": spread(wide, SHOWN),
    }


def likeness(a: jax.Array) -> jax.Array:
    """The mean cosine between different samples; NaN for fewer than two."""
    if a.ndim < 2 or len(a) < 2:
        return jnp.full((), math.nan, jnp.float32)
    rows = a[:SAMPLES].reshape(min(len(a), SAMPLES), -1)
    rows = rows[:, :: odd(rows.shape[1] // FEATURES)].astype(jnp.float32)
    units = rows / jnp.maximum(jnp.linalg.norm(rows, axis=1, keepdims=True), 1e-30)
    n = len(units)
    found: jax.Array = (jnp.square(units.sum(0)).sum() - jnp.square(units).sum()) / (n * (n - 1))
    return found


def of_softmax(z: jax.Array) -> Found:
    """What is read off the numbers that softmax is taken of, along the last axis; heads lie along axis 1 of four."""
    heads = z.shape[1] if z.ndim == 4 else 1
    z = jax.lax.stop_gradient(z)
    if z.ndim > 1:
        z = z[:: stride(z.shape[0], math.prod(z.shape[1:]))]
    z = z.astype(jnp.float32)
    z = jnp.moveaxis(z, 1, 0) if z.ndim == 4 else z
    z = z.reshape(heads, -1, z.shape[-1])
    p = jax.nn.softmax(z)
    entries = (z > z.max(-1, keepdims=True) - MASKED).sum(-1)
    known = entries > 1
    slopes = jnp.where(known, (1 - jnp.square(p).sum(-1)) / (1 - 1 / jnp.maximum(entries, 2)), math.nan)
    count = known.sum(1)
    return {
        "count": count.min().astype(jnp.float32),
        "flat": (slopes < FLAT).sum(1) / jnp.maximum(count, 1),
        "steepest": jnp.nan_to_num(slopes).max(1),
        "shown": spread(p, SHOWN),
    }


def of_gradient(g: jax.Array, layout: Layout) -> Found:
    """What is read off dL/da; the norm is that of one sample, in the mean of squares over samples."""
    n = g.shape[0] if g.ndim > 1 else 1
    kept = layout.samples(g)
    wide = kept.astype(jnp.float32)
    return {
        "gradient_wrong": (~jnp.isfinite(wide)).astype(jnp.float32).sum(),
        "gradient_norm": jnp.sqrt(jnp.square(wide).sum() * (g.size / max(1, kept.size)) * n),
        "gradient_zero": (kept == 0).astype(jnp.float32).mean(),
        "gradient": jnp.abs(wide).max(tuple(layout.others(wide))),
        "samples": jnp.float32(n),
    }


def spread(t: jax.Array, count: int) -> jax.Array:
    """Up to `count` values, evenly spread."""
    flat = t.reshape(-1)
    return flat[:: odd(flat.size // count)][:count]
