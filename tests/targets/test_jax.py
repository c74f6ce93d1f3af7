"""JAX: jit, grad, vmap, hessian agree with the NumPy numbers, in float32, bfloat16 and float64."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import softknee as knee
from softknee.targets.jax.evaluate import MIXES_WIDTHS, enable_x64

from ..points import breaks_of, elementwise

X = np.array([-88.7, -12.3, -3.21, -0.77, -1e-3, 1e-3, 0.63, 1.9, 7.7, 60.1])


@pytest.fixture(params=["eager", "jit"])
def run(request) -> Callable[[Any], Any]:
    """Each function as it is called step by step, and as users call it, compiled as a whole."""
    return jax.jit if request.param == "jit" else lambda f: f


def smooth_points(name):
    return np.array([x for x in X if not any(abs(x - b) < 1e-6 for b in breaks_of(name))])


@pytest.mark.parametrize("name", elementwise())
def test_float64_value_slope_and_curvature(name, run):
    f = knee.get(name)
    x = smooth_points(name)
    with enable_x64(True):
        at = jnp.asarray(x)
        value, slope = run(jax.vmap(jax.value_and_grad(f)))(at)
        curvature = run(jax.vmap(jax.grad(jax.grad(f))))(at)
    value, slope, curvature = (np.asarray(a) for a in (value, slope, curvature))
    scale = np.maximum(np.abs(f.derivative(x)), 1e-12)
    np.testing.assert_allclose(value, f(x), rtol=1e-10, atol=1e-300)
    assert (np.abs(slope - f.derivative(x)) <= 1e-9 * scale + 1e-13).all()
    np.testing.assert_allclose(curvature, f.derivative(x, order=2), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("name", elementwise())
@pytest.mark.parametrize("dtype", [jnp.float32, jnp.bfloat16, jnp.float16])
def test_narrow_types_keep_their_dtype_and_their_slope(name, dtype, run):
    f = knee.get(name)
    x = jnp.asarray(smooth_points(name)).astype(dtype)
    with enable_x64(not MIXES_WIDTHS):  # which the last bit takes there
        y, slope = run(jax.vmap(jax.value_and_grad(f)))(x)
    assert y.dtype == slope.dtype == dtype
    exact = f.derivative(np.asarray(x).astype(np.float64))
    fits = np.abs(exact) < float(jnp.finfo(dtype).max)
    assert np.isfinite(np.asarray(slope).astype(np.float64)[fits]).all()
    expected = f.derivative(np.asarray(x)).astype(np.float64)
    # XLA's CPU code flushes subnormal results to zero.
    normal = fits & np.isfinite(expected) & (np.abs(expected) >= float(jnp.finfo(dtype).tiny))
    error = np.abs(np.asarray(slope).astype(np.float64)[normal] - expected[normal])
    assert (error <= float(jnp.finfo(dtype).eps) * np.abs(expected[normal])).all()


@pytest.mark.parametrize("name", elementwise())
def test_the_hessian_of_a_sum_is_diagonal(name, run):
    f = knee.get(name)
    x = jnp.asarray([-1.3, 0.4, 2.2], jnp.float32)
    hessian = run(jax.hessian(lambda v: f(v).sum()))(x)
    diagonal = f.derivative(np.asarray(x, np.float64), order=2)
    np.testing.assert_allclose(hessian, np.diag(diagonal), rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize("name", [n for n in elementwise() if knee.get(n).definition.numeric_parameters])
def test_gradients_by_parameters(name, run):
    """Learnable or not, every parameter has its gradient: against a central difference of the NumPy numbers."""
    f = knee.get(name)
    numbers = {n: float(p.default) * 1.1 + 0.03 for n, p in f.definition.numeric_parameters.items()}
    if any(v not in f.parameters[n].domain for n, v in numbers.items()):
        numbers = {n: float(p.default) for n, p in f.definition.numeric_parameters.items()}
    x = np.array([-2.17, -0.41, 0.83, 2.9])
    with enable_x64(True):
        grads = run(jax.grad(lambda p: f(jnp.asarray(x), **p).sum()))({n: jnp.asarray(v) for n, v in numbers.items()})
    for key, value in numbers.items():
        step = 1e-6
        up, down = (f(x, **{**numbers, key: value + sign * step}).sum() for sign in (1, -1))
        assert float(grads[key]) == pytest.approx((up - down) / (2 * step), rel=1e-6, abs=1e-7), key


def test_exponential_units_have_no_nan_gradient(run):
    slope = run(jax.grad(lambda v: knee.elu(v).sum()))(jnp.asarray([100.0, 1e30, -1e30], jnp.float32))
    assert slope.tolist() == [1.0, 1.0, 0.0]


def test_tails_are_kept(run):
    x = jnp.asarray(-18.0, jnp.float32)
    assert float(run(jax.grad(knee.elu))(x)) == pytest.approx(np.exp(-18.0), rel=1e-6)
    assert float(run(jax.grad(knee.sigmoid))(-x)) == pytest.approx(1.523e-8, rel=1e-3)


@pytest.mark.parametrize("name", elementwise())
def test_infinities_are_limits(name, run):
    f = knee.get(name)
    x = np.array([np.inf, -np.inf], np.float32)
    for ours, expected in ((run(f)(jnp.asarray(x)), f(x)), (run(f.derivative)(jnp.asarray(x)), f.derivative(x))):
        np.testing.assert_allclose(ours, expected, rtol=1e-6, atol=1e-9)


def test_traced_parameters_and_batches(run):
    x = jnp.linspace(-2, 2, 6).reshape(2, 3)
    by_row = run(jax.vmap(lambda row, a: knee.elu(row, alpha=a)))(x, jnp.asarray([0.5, 2.0]))
    np.testing.assert_allclose(by_row[0], knee.elu(np.asarray(x[0]), alpha=0.5), rtol=1e-6)
    np.testing.assert_allclose(by_row[1], knee.elu(np.asarray(x[1]), alpha=2.0), rtol=1e-6)


def test_python_numbers_can_be_differentiated(run):
    for f in (knee.mish, knee.relu, knee.serf, knee.erf.inverse):
        assert float(run(jax.grad(f))(0.5)) == pytest.approx(float(run(jax.grad(f))(jnp.float32(0.5))), rel=1e-6)
    assert float(run(jax.grad(lambda a: knee.elu(jnp.float32(-1.0), alpha=a)))(0.5)) == pytest.approx(np.expm1(-1.0))
