"""The readings of one softmax, as `softknee.doctor.attention` has them of torch's tensors, within jax.jit."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp

from softknee.doctor.array_statistics import spread
from softknee.doctor.layout import FLAT, MASKED, SHOWN, stride


def of_softmax(z: jax.Array) -> dict[str, jax.Array]:
    """What is read off the numbers that softmax is taken of, along the last axis; heads lie along axis 1 of four."""
    heads = z.shape[1] if z.ndim == 4 else 1
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
