"""Functions along an axis and gates against torch, against bisection, and their gradients."""

import jax.numpy as jnp
import numpy as np
import pytest
import torch
import torch.nn.functional as F

import softknee as knee

AXISWISE = {
    "softmax": lambda x: F.softmax(x, -1), "softmin": lambda x: F.softmin(x, -1),
    "log_softmax": lambda x: F.log_softmax(x, -1), "glu": lambda x: F.glu(x, -1),
    "reglu": lambda x: x[..., :4] * F.relu(x[..., 4:]), "geglu": lambda x: x[..., :4] * F.gelu(x[..., 4:]),
    "swiglu": lambda x: x[..., :4] * F.silu(x[..., 4:]), "bilinear": lambda x: x[..., :4] * x[..., 4:],
    "geglu_tanh": lambda x: x[..., :4] * F.gelu(x[..., 4:], approximate="tanh"),
    "gtu": lambda x: torch.tanh(x[..., :4]) * torch.sigmoid(x[..., 4:]),
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


CHANNELWISE = {"softmax2d": torch.nn.Softmax2d()}


def test_softmax2d_works_over_channels():
    x = np.random.default_rng(2).normal(size=(2, 3, 4, 5))
    np.testing.assert_allclose(knee.softmax2d(x), CHANNELWISE["softmax2d"](torch.tensor(x)).numpy())
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


BISECTED = {"sparsemax": simplex_projection, "entmax15": entmax_by_bisection}


@pytest.mark.parametrize(("name", "solve"), BISECTED.items())
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


@pytest.mark.parametrize("name", ["sparsemax", "entmax15"])
@pytest.mark.parametrize("scores", [[1e8, 0.0], [3e16, 3e16], [-np.inf, 0.0], [-1e30, 0.0], [1e4 + 0.3, 1e4 + 0.1]])
def test_sparse_softmaxes_of_large_and_masked_scores(name, scores):
    f = knee.get(name)
    narrow = np.array(scores, np.float32)
    shifted = narrow.astype(np.float64) - narrow.max()
    expected = f(np.maximum(shifted, -10.0))
    x = torch.tensor(narrow, requires_grad=True)
    y = f(x)
    for found in (f(narrow), y.detach().numpy(), np.asarray(f(jnp.asarray(narrow)))):
        np.testing.assert_allclose(found, expected, rtol=1e-5)
        assert found.sum() == pytest.approx(1.0)
    (y * torch.tensor([1.0, 2.0])).sum().backward()
    assert torch.isfinite(x.grad).all()


def test_a_single_number_counts_as_one_along_its_axis():
    assert knee.softmax(torch.tensor(0.5)).item() == 1.0
    assert knee.softmax(0.5) == 1.0
