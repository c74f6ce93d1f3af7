"""Computed properties against what is known from papers, and gains against the table of the literature."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from scipy import integrate, stats

import softknee as knee
from softknee.display.describe import property_rows, range_text
from softknee.language.expression import where

from ..points import elementwise

INF = math.inf

# 1/sqrt(E f^2), 1/std f, 1/sqrt(E f'^2), chi; three digits.
GAINS = [
    ("relu", 1.414, 1.713, 1.414, 1.000),
    ("elu", 1.245, 1.271, 1.223, 1.036),
    ("selu", 1.000, 1.000, 0.966, 1.072),
    ("gelu", 1.534, 1.701, 1.481, 1.072),
    ("silu", 1.677, 1.787, 1.623, 1.067),
    ("mish", 1.487, 1.592, 1.445, 1.059),
    ("tanh", 1.593, 1.593, 1.467, 1.178),
    ("sigmoid", 1.846, 4.801, 4.723, 0.153),
]


@pytest.mark.parametrize(("name", "forward", "variance", "backward", "chi"), GAINS)
def test_gains_against_the_table(name, forward, variance, backward, chi):
    f = knee.get(name)
    assert f.gain() == pytest.approx(forward, abs=6e-4)
    assert f.gain("variance") == pytest.approx(variance, abs=6e-4)
    assert f.gain("backward") == pytest.approx(backward, abs=6e-4)
    assert f.properties().chi == pytest.approx(chi, abs=6e-4)


@pytest.mark.parametrize("name", elementwise())
def test_moments_against_scipy(name):
    f = knee.get(name)
    p = f.properties()
    breaks = [b for b in p.breaks if abs(b) < 12]
    for found, g in ((p.mean, f), (p.second_moment, lambda z: f(z) ** 2)):
        edges = [-12.0, -1.0, 0.0, 1.0, *breaks, 12.0]
        parts = [
            integrate.quad(lambda z: float(g(z)) * stats.norm.pdf(z), a, b, limit=200)[0]
            for a, b in zip(sorted(set(edges)), sorted(set(edges))[1:])
        ]
        assert found == pytest.approx(math.fsum(parts), rel=1e-7, abs=1e-9)


def test_gain_takes_parameters_and_own_functions():
    slope = 0.2
    assert knee.leaky_relu.gain(negative_slope=slope) == pytest.approx(math.sqrt(2 / (1 + slope**2)), rel=1e-12)

    @knee.activation(k=knee.Parameter(3.0))
    def scaled(x, k):
        return k * x

    assert scaled.gain() == pytest.approx(1 / 3, rel=1e-12)
    assert scaled.gain(k=0.5) == pytest.approx(2.0, rel=1e-12)


def test_a_gain_that_does_not_exist_says_why():
    @knee.activation
    def flat(x):
        return 0 * x

    with pytest.raises(knee.ArgumentError, match="moment"):
        flat.gain()
    with pytest.raises(knee.ArgumentError, match="kind"):
        knee.relu.gain("sideways")


SHAPES = [
    ("relu", (0.0, INF), "increasing", "", 0, (0.0,), ((-INF, 0.0),), 1.0),
    ("leaky_relu", (-INF, INF), "increasing", "", 0, (0.0,), (), 1.0),
    ("sigmoid", (0.0, 1.0), "increasing", "", INF, (), (), 0.25),
    ("tanh", (-1.0, 1.0), "increasing", "odd", INF, (), (), 1.0),
    ("elu", (-1.0, INF), "increasing", "", 1, (), (), 1.0),
    ("relu6", (0.0, 6.0), "increasing", "", 0, (0.0, 6.0), ((-INF, 0.0), (6.0, INF)), 1.0),
    ("hardtanh", (-1.0, 1.0), "increasing", "odd", 0, (-1.0, 1.0), ((-INF, -1.0), (1.0, INF)), 1.0),
    ("softshrink", (-INF, INF), "increasing", "odd", 0, (-0.5, 0.5), ((-0.5, 0.5),), 1.0),
    ("softsign", (-1.0, 1.0), "increasing", "odd", 1, (), (), 1.0),
    ("softplus", (0.0, INF), "increasing", "", INF, (), (), 1.0),
    ("logsigmoid", (-INF, 0.0), "increasing", "", INF, (), (), 1.0),
    ("identity", (-INF, INF), "increasing", "odd", INF, (), (), 1.0),
    ("gaussian", (0.0, 1.0), "", "even", INF, (), (), math.sqrt(2 / math.e)),
    ("sine", (-1.0, 1.0), "", "odd", INF, (), (), 1.0),
    ("hardshrink", (-INF, INF), "increasing", "odd", -1, (-0.5, 0.5), ((-0.5, 0.5),), INF),
]


@pytest.mark.parametrize(("name", "range_", "monotone", "symmetry", "smooth", "kinks", "dead", "lipschitz"), SHAPES)
def test_shapes(name, range_, monotone, symmetry, smooth, kinks, dead, lipschitz):
    p = knee.get(name).properties()
    assert p.range == pytest.approx(range_)
    assert p.monotone == monotone
    assert p.symmetry == symmetry
    assert p.smoothness == smooth
    assert p.kinks == pytest.approx(kinks)
    assert p.dead_zones == dead
    assert p.lipschitz == pytest.approx(lipschitz, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "at", "minimum"),
    [
        ("mish", -1.192431214515495, -0.30884341301725),
        ("silu", -1.278464542761074, -0.278464542761074),
        ("gelu", -0.751791524693564, -0.169971),
    ],
)
def test_the_dips_are_where_the_literature_has_them(name, at, minimum):
    p = knee.get(name).properties()
    assert p.stationary[-1] == pytest.approx(at, abs=1e-12)
    assert p.range[0] == pytest.approx(minimum, abs=1e-6)
    assert not p.is_monotone


# As textbooks and the papers have them; the dips to six digits.
INTERVALS = {
    "[0, ∞)": ("relu", "square", "logcosh", "absolute", "relu_squared", "leaky_relu(negative_slope=0)"),
    "(-∞, ∞)": ("leaky_relu", "prelu", "softshrink", "hardshrink", "tanhshrink", "identity", "cube", "gcu"),
    "(-1, ∞)": ("elu", "celu", "isrlu"),
    "(-0.5, ∞)": ("elu(alpha=0.5)", "celu(alpha=0.5)"),
    "(-1.7581, ∞)": ("selu",),
    "[0, 6]": ("relu6",),
    "(0, ∞)": ("softplus", "exponential", "squareplus"),
    "(0, 1)": ("sigmoid", "laplace"),
    "(-∞, 0)": ("logsigmoid",),
    "(-1, 1)": ("tanh", "softsign", "erf", "isru"),
    "(-1.5708, 1.5708)": ("arctan",),
    "[-1, 1]": ("hardtanh", "sine", "cosine"),
    "[0, 1]": ("hardsigmoid", "squared_clipped_relu"),
    "(0, 1]": ("gaussian",),
    "[-0.375, ∞)": ("hardswish",),
    "[-0.278465, ∞)": ("silu", "swish"),
    "[-0.308843, ∞)": ("mish",),
    "[-0.169971, ∞)": ("gelu",),
    "[-0.170041, ∞)": ("gelu(approximate=tanh)",),
}


@pytest.mark.parametrize(("interval", "call"), [(text, call) for text, calls in INTERVALS.items() for call in calls])
def test_a_range_is_closed_where_its_end_is_a_value(interval, call):
    name, _, given = call.rstrip(")").partition("(")
    parameters = dict(each.split("=") for each in given.split(",") if each)
    numbers = {key: text if key == "approximate" else float(text) for key, text in parameters.items()}
    assert dict(property_rows(knee.get(name), **numbers))["range"] == interval


def test_the_range_of_a_function_that_jumps():
    @knee.activation
    def open_above(x):
        """Its supremum, 1, is the limit from the right at a point where it is -1."""
        return where(x > 0, knee.ops.exp(-x), -1.0)

    @knee.activation
    def closed_above(x):
        """The same, but 1 at the point itself."""
        return where(x >= 0, knee.ops.exp(-x), -1.0)

    assert range_text(open_above.properties()) == "[-1, 1)"
    assert range_text(closed_above.properties()) == "[-1, 1]"
    # A tiny range rounds no end into a value.
    assert knee.elu.properties(alpha=1e-30).attained == (False, False)


def test_saturation_is_where_the_slope_falls_below_five_percent():
    left, right = knee.tanh.properties().saturation
    assert right == pytest.approx(math.atanh(math.sqrt(0.95)), rel=1e-9)
    assert left == -right
    assert knee.relu.properties().saturation == (0.0, None)


@pytest.mark.parametrize("name", elementwise())
def test_properties_agree_with_the_function(name):
    f = knee.get(name)
    p = f.properties()
    x = np.random.default_rng(0).uniform(-30, 30, 20001)
    y = f(x)
    low, high = p.range
    slack = 1e-12 * max([1.0, *(abs(v) for v in (low, high) if math.isfinite(v))])
    assert y.min() >= low - slack
    assert y.max() <= high + slack
    assert np.abs(f.derivative(x)).max() <= p.lipschitz * (1 + 1e-9)
    steps = np.diff(f(np.sort(x[np.abs(x) < 20])))
    if p.monotone == "increasing":
        assert (steps >= -1e-12).all()
    elif p.monotone == "decreasing":
        assert (steps <= 1e-12).all()
    else:
        assert (steps > 0).any()
        assert (steps < 0).any()
    for a, b in p.dead_zones:
        inside = x[(x > a) & (x < b)]
        assert (f.derivative(inside) == 0).all()


INVERTIBLE = [n for n in elementwise() if knee.get(n).is_monotone and not knee.get(n).properties().dead_zones]


@pytest.mark.parametrize("name", INVERTIBLE)
def test_inverse(name):
    f = knee.get(name)
    x = np.linspace(-3, 3, 24)
    found = f.inverse(f(x))
    np.testing.assert_allclose(f(found), f(x), rtol=1e-13, atol=1e-15)
    # Where the curve is nearly flat the last bit of y leaves x open.
    np.testing.assert_allclose(found, x, rtol=1e-12, atol=4e-16 / np.abs(f.derivative(x)).min())
    assert f.inverse(np.float32(f(0.5))).dtype == np.float32
    low, high = f.range
    outside = [v for v in (low - 1, high + 1) if math.isfinite(v)]
    assert np.isnan(f.inverse(np.array(outside))).all()


@pytest.mark.parametrize("name", ["tanhshrink", "softplus", "erf"])
def test_inverse_in_torch_and_jax_with_gradients(name):
    f = knee.get(name)
    x = torch.tensor([-1.2, 0.3, 0.9], dtype=torch.float64)
    y = f(x).requires_grad_()
    torch.testing.assert_close(f.inverse(y).detach(), x, rtol=1e-9, atol=1e-9)
    assert torch.autograd.gradcheck(f.inverse, y)
    assert torch.autograd.gradgradcheck(f.inverse, y)
    slope = jax.jit(jax.vmap(jax.grad(f.inverse)))(jnp.asarray(y.detach().numpy(), jnp.float32))
    np.testing.assert_allclose(slope, 1 / f.derivative(x.numpy()), rtol=1e-4)


def test_a_function_without_inverse_says_so():
    for f in (knee.mish, knee.relu, knee.sine, knee.hardtanh):
        with pytest.raises(knee.ArgumentError, match=f"{f.name}: inverse.*more than once"):
            f.inverse(0.5)
    with pytest.raises(knee.ArgumentError, match="snake: alpha"):
        knee.snake.inverse(0.5, alpha=np.ones(2))


def test_a_solved_inverse_goes_through_torch_func():
    y = torch.tensor([-0.7, 0.1, 0.4], dtype=torch.float64)
    batched = torch.func.vmap(torch.func.grad(knee.erf.inverse))(y)
    expected = 1 / knee.erf.derivative(knee.erf.inverse(y.numpy()))
    np.testing.assert_allclose(batched.numpy(), expected, rtol=1e-12)
    _, forward = torch.func.jvp(knee.erf.inverse, (y,), (torch.ones_like(y),))
    np.testing.assert_allclose(forward.numpy(), expected, rtol=1e-12)
