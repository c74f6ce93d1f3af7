"""Ops that no function of the catalogue uses yet, in definitions of one's own: value and two derivatives, every target.

The C is held to half an ulp and a little, since it computes wider what loses digits on the way; frameworks compute
lowerings in their own arithmetic, to a few ulps of the largest number on the way.
"""

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest
import torch

import softknee as knee
from softknee import ops
from softknee.language.derivative_spec import DerivativeSpec
from softknee.targets.mpmath import exact
from softknee.targets.numpy.native import IS_COMPILED

# By name: the function, and points of its domain beside the ordinary ones.
FUNCTIONS = {
    "power_by_a_parameter": (lambda x, p: abs(x) ** p, []),
    "power_of_1.25": (lambda x, p: (1 + x * x) ** 1.25, [1e10]),
    "power_of_-0.75": (lambda x, p: (1 + x * x) ** -0.75, [1e10]),
    "two_to_the_x": (lambda x, p: 2**x, [-140.0, 100.0]),
    "tan": (lambda x, p: ops.tan(x), [1.57, 700.0]),
    "asin": (lambda x, p: ops.asin(x / 32), []),
    "acos": (lambda x, p: ops.acos(x / 32), []),
    "sinh": (lambda x, p: ops.sinh(x), [-88.0, 22.5]),
    "cosh": (lambda x, p: ops.cosh(x), [-88.0, 22.5]),
    "lgamma": (lambda x, p: ops.lgamma(x), [1.0000001, 2.0000002, 100.0, 1e-10]),
    "floor": (lambda x, p: x * ops.floor(x), [2.9999998, -3.0]),
    "floor_of_a_product": (lambda x, p: ops.floor(x * p) + x, [1e5]),
    "round": (lambda x, p: x * round(x), [0.5, 1.5, 2.5, -0.5, 0.49999997]),
    "remainder": (lambda x, p: x % p, [-0.1, 1e6]),
    "sign": (lambda x, p: x * ops.sign(x), []),
    "clip": (lambda x, p: ops.clip(x * x, 1, 4), []),
    "equal": (lambda x, p: ops.softplus(x) + 0 * x if x is None else knee.where(x == 1, 7, ops.tanh(x)), [1.0]),
}
ORDINARY = [-4.5, -2.25, -0.75, -0.3, 0.1, 0.6, 0.9, 1.1, 2.2, 3.7, 9.1, 30.0]
P = 1.3


def made(name):
    function = FUNCTIONS[name][0]

    def own(x, p):
        return function(x, p) + 0 * p

    own.__name__ = own.__qualname__ = name.replace(".", "_").replace("-", "m")
    return knee.activation(own, p=knee.Parameter(P, knee.Domain("positive", low=0.0, open_low=True)))


def expected(f, order, x):
    """The exact values at points of which each is a number of the dtype."""
    root = DerivativeSpec(("x",) * order).expression(f.definition)
    return [exact(root, {"x": float(each), "p": P}) for each in x]


def points(name, dtype):
    return np.array([*ORDINARY, *FUNCTIONS[name][1]], dtype)


def ulps(found, exacts):
    """The largest error, in ulps of the result."""
    worst = 0.0
    for y, right in zip(found, exacts, strict=True):
        if not mpmath.isfinite(right):
            assert not np.isfinite(y)
            continue
        with np.errstate(over="ignore"):
            rounded = found.dtype.type(float(right))
        if np.isinf(rounded):
            assert y == rounded
            continue
        worst = max(worst, float(abs(mpmath.mpf(float(y)) - right) / mpmath.mpf(float(np.spacing(abs(rounded))))))
    return worst


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.skipif(not IS_COMPILED, reason="plain NumPy promises less")
def test_numpy_to_the_last_bit(name, dtype, order):
    f, x = made(name), points(name, dtype)
    found = f(x) if order == 0 else f.derivative(x, order=order)
    assert ulps(found, expected(f, order, x)) <= 0.52


@pytest.mark.parametrize("name", FUNCTIONS)
def test_torch(name):
    f, x = made(name), points(name, np.float64)
    at = torch.tensor(x, requires_grad=True)
    y = f(at)
    (slope,) = torch.autograd.grad(y.sum(), at, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), at, allow_unused=True)
    for order, found in enumerate((y, slope, curvature)):
        exacts = np.array([float(each) for each in expected(f, order, x)])
        shown = np.zeros_like(x) if found is None else found.detach().numpy()
        np.testing.assert_allclose(shown, exacts, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_torchs_own_ops(name):
    """As compiled and exported code computes it, in float32."""
    from softknee.targets.torch.graph import evaluate_graph

    f, x = made(name), points(name, np.float32)
    for order in (0, 1):
        spec = DerivativeSpec(("x",) * order)
        found = evaluate_graph(f.definition, spec, (torch.tensor(x),), (P,)).numpy()
        exacts = np.array([float(each) for each in expected(f, order, x)], np.float32)
        np.testing.assert_allclose(found, exacts, rtol=2e-5, atol=2e-5)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_jax(name):
    f, x = made(name), points(name, np.float32)
    evaluate = jax.jit(jax.vmap(jax.value_and_grad(f)))
    for order, found in enumerate(evaluate(jnp.asarray(x))):
        exacts = np.array([float(each) for each in expected(f, order, x)], np.float32)
        np.testing.assert_allclose(found, exacts, rtol=2e-6, atol=2e-6)


def test_a_floor_that_rounding_would_move_is_found():
    """x * (1/3) * 3 rounds to whole numbers that the true product lies just below or above."""

    @knee.activation
    def stairs(x):
        return ops.floor(x * (1 / 3) * 3)

    x = np.arange(1, 2000, dtype=np.float64)
    third = mpmath.mpf(1 / 3)
    with mpmath.workprec(200):
        right = np.array([float(mpmath.floor(each * third * 3)) for each in x.tolist()])
    np.testing.assert_array_equal(stairs(x), right)
    np.testing.assert_array_equal(stairs(x.astype(np.float32)), right)
    assert (right == x - 1).all()
