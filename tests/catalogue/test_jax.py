"""Definitions against jax.nn's own functions."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import softknee as knee
from softknee.lab.peers.libraries import peer
from softknee.lab.peers.table import PEERS

X = np.concatenate([np.linspace(-6, 6, 241), [-0.5, 0.5, 3.0, -3.0, 12.5, -12.5, 25.0, -25.0]]).astype(np.float32)

JAX = {
    name: peer("jax", texts["jax"], "float32")
    for name, texts in PEERS.items()
    if "jax" in texts and isinstance(knee.get(name), knee.Activation)
}
JAX_WITH_PARAMETERS = [
    ("squareplus", {"b": 1.5}, lambda x: jax.nn.squareplus(x, 1.5)),
    ("smelu", {"beta": 1.0}, jax.nn.sparse_plus),
    ("swish", {"beta": 1.0}, jax.nn.silu),
    ("acon_c", {"p1": 1.0, "p2": 0.0, "beta": 1.0}, jax.nn.silu),
    ("mpelu", {"alpha": 0.7, "beta": 1.0}, lambda x: jax.nn.elu(x, 0.7)),
]


@pytest.mark.parametrize("name", JAX)
def test_value_against_jax(name):
    f, x = knee.get(name), jnp.asarray(X)
    theirs = JAX[name](x)
    for ours in (f(X), f(x), jax.jit(f)(x)):
        np.testing.assert_allclose(ours, theirs, rtol=3e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "parameters", "theirs"), JAX_WITH_PARAMETERS, ids=[name for name, *_ in JAX_WITH_PARAMETERS]
)
def test_parameters_against_jax(name, parameters, theirs):
    f, x = knee.get(name), jnp.asarray(X)
    for ours in (f(X, **parameters), f(x, **parameters), jax.jit(f)(x, **parameters)):
        np.testing.assert_allclose(ours, theirs(x), rtol=3e-6, atol=1e-6)
