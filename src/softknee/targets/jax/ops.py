"""How JAX spells each op."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

JAX_OPS: dict[str, Callable[..., Any]] = {
    "add": jnp.add,
    "sub": jnp.subtract,
    "mul": jnp.multiply,
    "div": jnp.divide,
    "neg": jnp.negative,
    "gt": jnp.greater,
    "ge": jnp.greater_equal,
    "lt": jnp.less,
    "le": jnp.less_equal,
    "eq": jnp.equal,
    "and": jnp.logical_and,
    "or": jnp.logical_or,
    "where": jnp.where,
    "sqrt": jnp.sqrt,
    "pow": lambda a, b: jnp.where(a >= 0, jnp.power(jnp.abs(a), b), jnp.nan),
    "exp": jnp.exp,
    "expm1": jnp.expm1,
    "log": jnp.log,
    "log1p": jnp.log1p,
    "sin": jnp.sin,
    "cos": jnp.cos,
    "tan": jnp.tan,
    "asin": jnp.arcsin,
    "acos": jnp.arccos,
    "sinh": jnp.sinh,
    "cosh": jnp.cosh,
    "tanh": jnp.tanh,
    "atan": jnp.arctan,
    "asinh": jnp.arcsinh,
    "erf": jax.lax.erf,
    "erfc": jax.lax.erfc,
    "sigmoid": jax.lax.logistic,
    "softplus": lambda x: jnp.maximum(x, 0) + jnp.log1p(jnp.exp(-jnp.abs(x))),
    "normal_cdf": lambda x: 0.5 * jax.lax.erfc(-math.sqrt(0.5) * x),
    "normal_pdf": lambda x: jnp.exp(-0.5 * x * x) * (1 / math.sqrt(2 * math.pi)),
    "gauss": lambda x: jnp.exp(-x * x),
}
