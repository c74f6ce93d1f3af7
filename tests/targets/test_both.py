"""Value and slope in one pass: what each gives alone."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import softknee as knee
from softknee import _native

from ..points import elementwise

SIDES = ("left", "right", "mean")


def wide(x):
    return x.astype(np.float64)


@pytest.mark.parametrize("name", elementwise())
@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16, np.float32, np.float64])
def test_both_are_what_each_is_alone(name, dtype):
    f = knee.get(name)
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(0, 3, 3000), f.kinks, [0.0, -0.0, np.inf, -np.inf, np.nan, 1e4, -1e4]]).astype(dtype)
    for side in SIDES:
        value, slope = f.value_and_derivative(x, at_kink=side)
        assert value.dtype == slope.dtype == x.dtype
        np.testing.assert_array_equal(wide(value), wide(f(x)))
        np.testing.assert_array_equal(wide(slope), wide(f.derivative(x, at_kink=side)))


@given(
    shape=st.lists(st.integers(0, 5), min_size=0, max_size=3),
    step=st.integers(1, 3),
    alpha=st.floats(0.01, 10),
    per_element=st.booleans(),
)
def test_shapes_strides_and_parameters(shape, step, alpha, per_element):
    whole = np.random.default_rng(1).normal(0, 2, [n * step for n in shape]).astype(np.float32)
    x = whole[tuple(slice(None, None, step) for _ in shape)]
    given_alpha = np.full(x.shape, alpha) if per_element else alpha
    value, slope = knee.elu.value_and_derivative(x, alpha=given_alpha)
    np.testing.assert_array_equal(value, knee.elu(x, alpha=given_alpha))
    np.testing.assert_array_equal(slope, knee.elu.derivative(x, alpha=given_alpha))


@pytest.mark.parametrize("n", [1, 1023, 1025, 300_000])
@pytest.mark.parametrize("at", [0, 1])
def test_an_output_may_be_the_input(n, at):
    x = np.random.default_rng(2).normal(0, 2, n).astype(np.float32)
    expected = knee.mish(x), knee.mish.derivative(x)
    here, other = x.copy(), np.empty_like(x)
    out = (here, other) if at == 0 else (other, here)
    found = knee.mish.value_and_derivative(here, out=out)
    assert found[0] is out[0] and found[1] is out[1]
    np.testing.assert_array_equal(found[0], expected[0])
    np.testing.assert_array_equal(found[1], expected[1])


def test_an_output_may_be_a_shifted_input():
    x = np.random.default_rng(3).normal(0, 2, 5001)
    expected = knee.gelu(x[1:]), knee.gelu.derivative(x[1:])
    other = np.empty(5000)
    knee.gelu.value_and_derivative(x[1:], out=(x[:-1], other))
    np.testing.assert_array_equal(x[:-1], expected[0])
    np.testing.assert_array_equal(other, expected[1])


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_tensors(dtype):
    x = torch.randn(1000, generator=torch.Generator().manual_seed(0)).to(dtype)
    value, slope = knee.silu.value_and_derivative(x)
    assert torch.equal(value, knee.silu(x)) and torch.equal(slope, knee.silu.derivative(x))
    recorded = x.clone().requires_grad_()
    value, slope = knee.silu.value_and_derivative(recorded)
    (gradient,) = torch.autograd.grad(value.sum(), recorded, retain_graph=True)
    torch.testing.assert_close(gradient, slope.detach(), rtol=1e-2, atol=1e-2)
    assert slope.requires_grad


def test_jax():
    x = jnp.linspace(-3, 3, 50)
    value, slope = jax.jit(knee.tanh.value_and_derivative)(x)
    np.testing.assert_allclose(value, np.tanh(np.asarray(x)), rtol=1e-6)
    np.testing.assert_allclose(slope, 1 / np.cosh(np.asarray(x)) ** 2, rtol=1e-5)


def test_within_a_definition():
    @knee.activation
    def both(x):
        value, slope = knee.silu.value_and_derivative(x)
        return value + slope

    x = np.linspace(-2, 2, 9)
    np.testing.assert_allclose(both(x), knee.silu(x) + knee.silu.derivative(x), rtol=1e-12)


def test_what_does_not_fit_is_refused():
    with pytest.raises(knee.ArgumentError, match=r"^relu: at_kink = 'up'"):
        knee.relu.value_and_derivative(1.0, at_kink="up")
    with pytest.raises(knee.SoftkneeError, match=r"^elu: alpha = -1.0"):
        knee.elu.value_and_derivative(1.0, alpha=-1.0)
    with pytest.raises(knee.SoftkneeError, match="relu"):
        knee.relu.value_and_derivative(np.ones(3), out=np.ones(3))
    spec = _native.make_face(None, 1, 1, 1, 0, b"", b"", False)
    other = _native.make_face(None, 1, 2, 2, 0, b"", b"", False)
    with pytest.raises(ValueError, match="other arguments"):
        _native.make_ufunc("", "", (spec, other), -1, False)
    with pytest.raises(ValueError, match="one face or two"):
        _native.make_ufunc("", "", (), -1, False)
