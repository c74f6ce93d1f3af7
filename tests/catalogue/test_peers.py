"""Definitions against independent sources: torch, jax, SciPy, and formulas as their papers print them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.special
import torch
import torch.nn.functional as F

import softknee as knee

X = np.concatenate([np.linspace(-6, 6, 241), [-0.5, 0.5, 3.0, -3.0]])

TORCH = {
    "relu": F.relu, "leaky_relu": F.leaky_relu, "elu": F.elu, "celu": F.celu, "selu": F.selu, "relu6": F.relu6,
    "softplus": F.softplus, "sigmoid": torch.sigmoid, "logsigmoid": F.logsigmoid, "tanh": torch.tanh, "mish": F.mish,
    "softshrink": F.softshrink, "hardshrink": F.hardshrink, "hardsigmoid": F.hardsigmoid, "hardtanh": F.hardtanh,
    "hardswish": F.hardswish, "gelu": F.gelu, "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"), "silu": F.silu,
    "softsign": F.softsign, "tanhshrink": F.tanhshrink, "rrelu": F.rrelu,
    "prelu": lambda x: F.prelu(x, torch.tensor(0.25, dtype=x.dtype)),
}  # fmt: skip
TORCH_WITH_PARAMETERS = [
    ("leaky_relu", {"negative_slope": 0.3}), ("elu", {"alpha": 1.7}), ("celu", {"alpha": 0.6}),
    ("softplus", {"beta": 2.5}), ("softshrink", {"lambd": 1.25}), ("hardshrink", {"lambd": 1.25}),
    ("hardtanh", {"min_val": -2.0, "max_val": 0.5}), ("threshold", {"threshold": 0.3, "value": -7.0}),
    ("rrelu", {"lower": 0.2, "upper": 0.4}),
]  # fmt: skip
JAX = {
    "squareplus": jax.nn.squareplus, "sparse_plus": jax.nn.sparse_plus, "sparse_sigmoid": jax.nn.sparse_sigmoid,
    "identity": jax.nn.identity, "relu": jax.nn.relu, "relu6": jax.nn.relu6, "softplus": jax.nn.softplus,
    "silu": jax.nn.silu, "mish": jax.nn.mish, "celu": jax.nn.celu, "selu": jax.nn.selu, "elu": jax.nn.elu,
    "hardswish": jax.nn.hard_swish, "logsigmoid": jax.nn.log_sigmoid, "softsign": jax.nn.soft_sign,
}  # fmt: skip
erf = scipy.special.erf
expit = scipy.special.expit
PAPERS = {
    "quick_gelu": lambda x: x * expit(1.702 * x),
    "lisht": lambda x: x * np.tanh(x),
    "snake": lambda x: x + np.sin(x) ** 2,
    "logcosh": lambda x: np.log(np.cosh(x)),
    "relu_squared": lambda x: np.maximum(x, 0) ** 2,
    "shifted_softplus": lambda x: np.log(0.5 * np.exp(x) + 0.5),
    "telu": lambda x: x * np.tanh(np.exp(x)),
    "smish": lambda x: x * np.tanh(np.log(1 + expit(x))),
    "logish": lambda x: x * np.log(1 + expit(x)),
    "serf": lambda x: x * erf(np.log(1 + np.exp(x))),
    "phish": lambda x: x * np.tanh(0.5 * x * (1 + erf(x / np.sqrt(2)))),
    "elish": lambda x: np.where(x >= 0, x, np.exp(x) - 1) * expit(x),
    "hard_elish": lambda x: np.where(x >= 0, x, np.exp(x) - 1) * np.clip((x + 1) / 2, 0, 1),
    "isru": lambda x: x / np.sqrt(1 + x**2),
    "isrlu": lambda x: np.where(x >= 0, x, x / np.sqrt(1 + x**2)),
    "gaussian": lambda x: np.exp(-(x**2)),
    "arctan": np.arctan,
    "sine": np.sin,
    "gcu": lambda x: x * np.cos(x),
    "bent_identity": lambda x: (np.sqrt(x**2 + 1) - 1) / 2 + x,
    "dsilu": lambda x: expit(x) * (1 + x * (1 - expit(x))),
    "nlrelu": lambda x: np.log(1 + np.maximum(x, 0)),
    "dynamic_tanh": lambda x: np.tanh(0.5 * x),
    "exponential": np.exp,
    "thresholded_relu": lambda x: np.where(x > 1, x, 0),
    "laplace": lambda x: 0.5 * (1 + erf((x - np.sqrt(0.5)) / (np.sqrt(1 / (4 * np.pi)) * np.sqrt(2)))),
    "hard_mish": lambda x: x / 2 * np.clip(x + 2, 0, 2),
    "pelu": lambda x: np.where(x >= 0, x, np.exp(x) - 1),
    "swish": lambda x: x * expit(x),
}


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


@pytest.mark.parametrize("name", JAX)
def test_value_against_jax(name):
    x = jnp.asarray(X, jnp.float32)
    np.testing.assert_allclose(knee.get(name)(np.asarray(x)), JAX[name](x), rtol=3e-6, atol=1e-6)


@pytest.mark.parametrize("name", PAPERS)
def test_value_against_the_formula(name):
    np.testing.assert_allclose(knee.get(name)(X), PAPERS[name](X), rtol=1e-9, atol=1e-12)


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
    with jax.enable_x64(True):
        np.testing.assert_allclose(knee.prelu(jnp.asarray(x), jnp.asarray(weight)), expected)


AXISWISE = {
    "softmax": lambda x: F.softmax(x, -1), "softmin": lambda x: F.softmin(x, -1),
    "log_softmax": lambda x: F.log_softmax(x, -1), "glu": lambda x: F.glu(x, -1),
    "reglu": lambda x: x[..., :4] * F.relu(x[..., 4:]), "geglu": lambda x: x[..., :4] * F.gelu(x[..., 4:]),
    "swiglu": lambda x: x[..., :4] * F.silu(x[..., 4:]), "bilinear": lambda x: x[..., :4] * x[..., 4:],
    "maxout": lambda x: x.unflatten(-1, (4, 2)).amax(-1), "crelu": lambda x: torch.cat([F.relu(x), F.relu(-x)], -1),
}  # fmt: skip


@pytest.mark.parametrize("name", AXISWISE)
def test_functions_along_an_axis_in_all_backends(name):
    x = np.random.default_rng(1).normal(size=(3, 5, 8)) * 3
    expected = AXISWISE[name](torch.tensor(x)).numpy()
    f = knee.get(name)
    np.testing.assert_allclose(f(x), expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(f(torch.tensor(x)).numpy(), expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(f(jnp.asarray(x, jnp.float32)), expected, rtol=2e-5, atol=1e-6)
    moved = np.moveaxis(f(np.moveaxis(x, -1, 0), axis=0), 0, -1)
    np.testing.assert_allclose(moved, expected, rtol=1e-9, atol=1e-12)


def test_softmax2d_works_over_channels():
    x = np.random.default_rng(2).normal(size=(2, 3, 4, 5))
    np.testing.assert_allclose(knee.softmax2d(x), torch.nn.Softmax2d()(torch.tensor(x)).numpy())
    with pytest.raises(knee.ArgumentError, match="3 or 4"):
        knee.softmax2d(np.ones((2, 3)))


def simplex_projection(z):
    """The nearest point of the simplex, by bisection on the threshold."""
    low, high = z.min() - 1, z.max()
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if np.maximum(z - middle, 0).sum() > 1 else (low, middle)
    return np.maximum(z - (low + high) / 2, 0)


def entmax_by_bisection(z):
    low, high = z.max() / 2 - 1, z.max() / 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if (np.maximum(z / 2 - middle, 0) ** 2).sum() > 1 else (low, middle)
    return np.maximum(z / 2 - (low + high) / 2, 0) ** 2


@pytest.mark.parametrize(("name", "solve"), [("sparsemax", simplex_projection), ("entmax15", entmax_by_bisection)])
def test_sparse_softmaxes_against_bisection(name, solve):
    for z in np.random.default_rng(3).normal(size=(50, 7)) * 2:
        np.testing.assert_allclose(knee.get(name)(z), solve(z), atol=1e-12)
        np.testing.assert_allclose(knee.get(name)(torch.tensor(z)).numpy(), solve(z), atol=1e-12)


@pytest.mark.parametrize("name", [n for n in knee.names() if isinstance(knee.get(n), knee.Axiswise)])
def test_vjp_is_torchs_gradient_of_it(name):
    f = knee.get(name)
    shape = (2, 4, 3, 5) if name == "softmax2d" else (5, 6)
    rng = np.random.default_rng(4)
    x = torch.tensor(rng.normal(size=shape), requires_grad=True)
    y = f(x)
    g = torch.tensor(rng.normal(size=tuple(y.shape)))
    y.backward(g)
    np.testing.assert_allclose(f.vjp(x.detach().numpy(), g.numpy()), x.grad.numpy(), atol=1e-12)


@pytest.mark.parametrize("name", [n for n in knee.names() if isinstance(knee.get(n), knee.Gate)])
def test_gates_split_and_differentiate(name):
    f = knee.get(name)
    x = np.random.default_rng(5).normal(size=(4, 6))
    a, b = f.split(x)
    np.testing.assert_array_equal(f.combine(a, b), f(x))
    da, db = f.derivative(x)
    step = 1e-6
    np.testing.assert_allclose(da, (f.combine(a + step, b) - f.combine(a - step, b)) / (2 * step), atol=1e-8)
    np.testing.assert_allclose(db, (f.combine(a, b + step) - f.combine(a, b - step)) / (2 * step), atol=1e-8)
    with pytest.raises(knee.ArgumentError, match="even"):
        f(np.ones((2, 3)))
