"""How JAX spells each op: jax.numpy's functions, and those of jax.lax that NumPy lacks."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp

from softknee.targets.evaluate_program import Ops
from softknee.targets.ops import spelled

JAX_OPS: Ops = {
    **spelled(jnp),
    "pow": lambda a, b: jnp.where(a >= 0, jnp.power(jnp.abs(a), b), jnp.nan),
    "erf": jax.lax.erf,
    "erfc": jax.lax.erfc,
    "sigmoid": jax.lax.logistic,
    "softplus": lambda x: jnp.maximum(x, 0) + jnp.log1p(jnp.exp(-jnp.abs(x))),
    "normal_cdf": lambda x: 0.5 * jax.lax.erfc(-math.sqrt(0.5) * x),
    "normal_pdf": lambda x: jnp.exp(-0.5 * x * x) * (1 / math.sqrt(2 * math.pi)),
    "gauss": lambda x: jnp.exp(-x * x),
}
