"""What is computed one by one is remembered: equal elements give equal results, different ones their own."""

import numpy as np
import pytest

import softknee as knee
from softknee.language.expression import symbol
from softknee.language.ops import exp, expm1, log1p, normal_cdf, sigmoid, softplus, tanh
from softknee.targets.numpy.evaluate import ufunc_of

FAR = [-np.inf, np.inf, -1e30, 1e30, -1e4, -800.0, -110.0, -0.0, 0.0, 1e-320]


@pytest.mark.parametrize("name", ["silu", "gelu", "mish", "sine", "tanh", "squareplus", "thresholded_relu"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_far_numbers_in_any_order(name, dtype):
    f = knee.get(name)
    rng = np.random.default_rng(0)
    alone = {}
    for value in FAR:
        with np.errstate(under="ignore"):
            one = dtype(value)
        alone[one.tobytes()] = f(np.array([one])), f.derivative(np.array([one]))
    with np.errstate(under="ignore"):
        x = rng.choice(FAR, 5000).astype(dtype)
    x[1000:3000] = -np.inf
    value, slope = f(x), f.derivative(x)
    expected = [np.concatenate([alone[one.tobytes()][spec] for one in x]) for spec in (0, 1)]
    assert value.tobytes() == expected[0].tobytes()
    assert slope.tobytes() == expected[1].tobytes()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_infinities_on_the_way_have_their_limits(dtype):
    x = symbol("x")
    inverse = (log1p(x) - log1p(-x)) / 2  # of tanh, infinite at 1
    for at in (1.0, -1.0):
        one = np.array([at], dtype)
        assert ufunc_of(sigmoid(2 * inverse), ("x",))(one) == (at > 0)
        assert ufunc_of(4 * sigmoid(2 * inverse) * sigmoid(-(2 * inverse)), ("x",))(one) == 0
        assert ufunc_of((2 + exp(x)) / inverse, ("x",))(one) == 0
        assert ufunc_of((2 - exp(x)) * inverse, ("x",))(one) == (-np.inf)


X = symbol("x")
LOST = (1 + exp(X)) - 1  # beyond what fixed formats hold: many digits tell how small it is
VANISHING = {
    "neg": -LOST,
    "mul": X * LOST,
    "div": LOST / X,
    "sum": (X + 1) * LOST,
    "tanh": tanh(X * LOST),
    "expm1": expm1(X * LOST),
    "normal": -((1 + normal_cdf(X)) - 1),
    "softplus": X * ((2 + softplus(X)) - 2),
}


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name", VANISHING)
def test_what_vanishes_below_zero_is_a_negative_zero_in_every_arithmetic(name, dtype):
    """-inf is computed in long double, the others by the many-digit arithmetic where digits are lost."""
    with np.errstate(over="ignore"):
        x = np.array([-800.0, -1e4, -1e18, -1e30, -1e300, -np.inf]).astype(dtype)
    y = ufunc_of(VANISHING[name], ("x",))(x)
    np.testing.assert_array_equal(y, 0)
    assert np.signbit(y).all()
