"""Definitions against torch's own functions: values, slopes, parameters by keyword and in its order."""

import jax.numpy as jnp
import numpy as np
import pytest
import torch
import torch.nn.functional as F

import softknee as knee
from softknee.lab.peers.libraries import peer
from softknee.lab.peers.table import PEERS
from softknee.targets.jax.evaluate import enable_x64

X = np.concatenate([np.linspace(-6, 6, 241), [-0.5, 0.5, 3.0, -3.0, 12.5, -12.5, 25.0, -25.0]])

TORCH = {
    name: peer("torch", texts["torch"], "float64")
    for name, texts in PEERS.items()
    if "torch" in texts and isinstance(knee.get(name), knee.Activation)
}
TORCH_WITH_PARAMETERS = [
    ("leaky_relu", {"negative_slope": 0.3}), ("elu", {"alpha": 1.7}), ("celu", {"alpha": 0.6}),
    ("softplus", {"beta": 2.5}), ("softshrink", {"lambd": 1.25}), ("hardshrink", {"lambd": 1.25}),
    ("hardtanh", {"min_val": -2.0, "max_val": 0.5}), ("threshold", {"threshold": 0.3, "value": -7.0}),
    ("rrelu", {"lower": 0.2, "upper": 0.4}),
]  # fmt: skip


@pytest.mark.parametrize("name", TORCH)
def test_value_and_slope_against_torch(name):
    ours, theirs = (torch.tensor(X, requires_grad=True) for _ in range(2))
    y, expected = knee.get(name)(ours), TORCH[name](theirs)
    # torch's own float64 is off by up to 6e-11 (gelu's tail, softplus at its threshold).
    torch.testing.assert_close(y, expected, rtol=1e-9, atol=1e-10)
    y.sum().backward()
    expected.sum().backward()
    off_kinks = ~np.isin(X, knee.get(name).properties().breaks)
    torch.testing.assert_close(ours.grad[off_kinks], theirs.grad[off_kinks], rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(("name", "parameters"), TORCH_WITH_PARAMETERS, ids=lambda v: v if isinstance(v, str) else "")
def test_parameters_against_torch(name, parameters):
    x = torch.tensor(X)
    expected = getattr(F, name)(x, **parameters)
    torch.testing.assert_close(knee.get(name)(x, **parameters), expected, rtol=1e-9, atol=1e-10)
    torch.testing.assert_close(knee.get(name)(x, *parameters.values()), expected, rtol=1e-9, atol=1e-10)


def test_gelu_chooses_its_variant():
    np.testing.assert_array_equal(knee.gelu(X, approximate="tanh"), knee.gelu_tanh(X))
    np.testing.assert_array_equal(knee.gelu(X, "tanh"), knee.gelu_tanh(X))
    assert np.abs(knee.gelu(X) - knee.gelu_tanh(X)).max() > 1e-4
    with pytest.raises(knee.ArgumentError, match="approximate"):
        knee.gelu(X, approximate="erf")


def test_prelu_takes_one_slope_or_one_per_channel():
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 5))
    weight = np.array([0.1, 0.2, 0.3])
    expected = F.prelu(torch.tensor(x), torch.tensor(weight)).numpy()
    np.testing.assert_allclose(knee.prelu(x, weight), expected)
    np.testing.assert_allclose(knee.prelu(torch.tensor(x), torch.tensor(weight)).numpy(), expected)
    with enable_x64(True):
        np.testing.assert_allclose(knee.prelu(jnp.asarray(x), jnp.asarray(weight)), expected)
