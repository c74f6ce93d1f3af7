"""Corrections that plain arithmetic gets wrong: torch's graph path and JAX give the limits of the NumPy ufunc."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import softknee as knee
from softknee.language.expression import where
from softknee.language.ops import cos, exp, log1p, sin, sqrt
from softknee.targets.jax.evaluate import enable_x64

from ..points import elementwise

ENDS = np.array([np.inf, -np.inf, np.nan])


def root_growth(x):
    return x / sqrt(1 + abs(x))


def linear_growth(x):
    return x * x / (1 + abs(x))


def quadratic_growth(x):
    return x * x * x / (1 + abs(x))


def finite(x):
    return 3 * x / (1 + abs(x))


def two_limits(x):
    return where(x > 0, (2 * x * x + x) / (1 + x * x), 0.25 * x / (1 - x))


def small_limit(x):
    return 1e-6 * x / (1 + abs(x))


def large_limit(x):
    return 1e6 * x / (1 + abs(x))


def root_fading(x):
    return sqrt(1 + abs(x)) / (1 + abs(x))


def log_fading(x):
    return log1p(abs(x)) * x / (1 + x * x)


def exponential_fading(x):
    return x * x * exp(-x)


# What these tend to: value at +inf and -inf, slope at +inf and -inf.
LIMITS = [
    (root_growth, (np.inf, -np.inf), (0, 0)),
    (linear_growth, (np.inf, np.inf), (1, -1)),
    (quadratic_growth, (np.inf, -np.inf), (np.inf, np.inf)),
    (finite, (3, -3), (0, 0)),
    (two_limits, (2, -0.25), (0, 0)),
    (small_limit, (1e-6, -1e-6), (0, 0)),
    (large_limit, (1e6, -1e6), (0, 0)),
    (root_fading, (0, 0), (0, 0)),
    (log_fading, (0, 0), (0, 0)),
    (exponential_fading, (0, np.inf), (0, -np.inf)),
]


# Only its left end needs correcting; the right end is right as it stands.
def left_bent(right):
    def function(x):
        return where(x > 0, right(x), x / (1 - x))

    function.__name__ = f"left_bent_{right.__name__}"
    return function


def logarithm(x):
    return log1p(x)


def fourth_root(x):
    return sqrt(sqrt(x))


def wave(x):
    return sin(x)


def growing_wave(x):
    return x * cos(x)


ONE_SIDED = [
    (logarithm, np.inf),
    (fourth_root, np.inf),
    (wave, np.nan),
    (growing_wave, np.nan),
]


def in_torch(spec, dtype):
    return torch.func.vmap(spec)(torch.tensor(ENDS, dtype=dtype)).double().numpy()


def in_jax(spec, dtype):
    with enable_x64(True):
        return np.asarray(jax.jit(spec)(jnp.asarray(ENDS, dtype))).astype(np.float64)


@pytest.mark.parametrize(("function", "values", "slopes"), LIMITS, ids=[f.__name__ for f, *_ in LIMITS])
def test_limits(function, values, slopes):
    f = knee.activation(function)
    for spec, expected in ((f, values), (f.derivative, slopes)):
        expected = (*expected, np.nan)
        np.testing.assert_allclose(spec(ENDS), expected, rtol=1e-14)
        for dtype in (torch.float64, torch.float32, torch.bfloat16):
            np.testing.assert_allclose(in_torch(spec, dtype), expected, rtol=2.0**-8 if dtype.itemsize == 2 else 2e-7)
        for dtype in (jnp.float64, jnp.float32, jnp.bfloat16):
            np.testing.assert_allclose(in_jax(spec, dtype), expected, rtol=2.0**-8 if dtype == jnp.bfloat16 else 2e-7)


@pytest.mark.parametrize(("right", "limit"), ONE_SIDED, ids=[f.__name__ for f, _ in ONE_SIDED])
def test_an_end_that_is_right_is_left_alone(right, limit):
    f = knee.activation(left_bent(right))
    expected = [limit, -1, np.nan]
    np.testing.assert_allclose(f(ENDS), expected, rtol=1e-14)
    np.testing.assert_allclose(in_torch(f, torch.float64), expected, rtol=2e-7)
    np.testing.assert_allclose(in_jax(f, jnp.float64), expected, rtol=2e-7)


@pytest.mark.parametrize("name", elementwise())
@pytest.mark.parametrize("order", [0, 1])
def test_the_catalogue(name, order):
    f = knee.get(name)
    spec = f.derivative if order else f
    expected = spec(ENDS)
    for found in (in_torch(spec, torch.float64), in_jax(spec, jnp.float64)):
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "parameter"),
    [("leaky_relu", "negative_slope"), ("prelu", "weight"), ("star_relu", "scale"), ("dynamic_tanh", "alpha")],
)
def test_a_parameter_of_zero_has_its_limits_too(name, parameter):
    f = knee.get(name)
    expected = f(ENDS, **{parameter: 0.0})
    for value in (0.0, torch.tensor(0.0, dtype=torch.float64)):
        found = in_torch(lambda x, value=value: f(x, **{parameter: value}), torch.float64)
        np.testing.assert_array_equal(found, expected)
    for value in (0.0, jnp.asarray(0.0)):
        found = in_jax(lambda x, value=value: f(x, **{parameter: value}), jnp.float64)
        np.testing.assert_array_equal(found, expected)
