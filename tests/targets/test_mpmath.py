"""The oracle itself: where terms drop out of sums, where differences cancel, where arguments are huge."""

import mpmath
import pytest

from softknee.language.expression import symbol
from softknee.language.ops import (
    erf,
    erfc,
    exp,
    expm1,
    gauss,
    log,
    log1p,
    normal_cdf,
    normal_pdf,
    sigmoid,
    softplus,
    sqrt,
    tanh,
)
from softknee.targets.mpmath import exact, value

x = symbol("x")
LARGEST = 1.7976931348623157e308


def near(found, truth, bits=78):
    with mpmath.workprec(4000):
        return abs(found - truth) <= abs(truth) * mpmath.mpf(2) ** -bits


def power(value, exponent):
    with mpmath.workprec(4000):
        return mpmath.mpf(value) ** exponent


@pytest.mark.parametrize("at", [-1.0, -30.0, -535.0, -700.0, -745.0, -900.0])
@pytest.mark.parametrize("root", [log(1 + exp(x)), log1p(exp(x)), softplus(x)], ids=["log", "log1p", "softplus"])
def test_a_small_term_is_not_lost(root, at):
    with mpmath.workprec(4000):
        truth = mpmath.log1p(mpmath.exp(at))
    assert near(exact(root, {"x": at}), truth)


def test_a_term_that_two_precisions_miss_alike():
    """In 160 bits as in 320 the logarithm is 0 and e^-1070 remains."""
    with mpmath.workprec(4000):
        truth = mpmath.log1p(mpmath.exp(-535)) + mpmath.exp(-1070)
    assert near(exact(log(1 + exp(x)) + exp(2 * x), {"x": -535.0}), truth)


def test_a_smaller_term_still():
    with mpmath.workprec(8000):
        truth = mpmath.log1p(mpmath.exp(-(mpmath.mpf(26.5) ** 2)))
    assert near(exact(log(1 + exp(-x * x)), {"x": 26.5}), truth)


@pytest.mark.parametrize("at", [1e-5, -1e-150, 1e-300, 5e-324])
def test_cancelled_differences(at):
    with mpmath.workprec(4000):
        v = mpmath.mpf(at)
        assert near(exact(exp(x) - 1 - x, {"x": at}), v * v / 2 * (1 + v / 3 + v * v / 12 + v**3 / 60), bits=60)
        assert near(exact(sqrt(1 + x * x) - 1, {"x": at}), v * v / (1 + mpmath.sqrt(1 + v * v)))


def test_an_exact_zero_is_zero():
    assert exact(exp(x) - 1, {"x": 0.0}) == 0
    assert exact((x + 1) * (x + 1) - x * x - 2 * x - 1, {"x": 0.7}) == 0


def test_what_is_undefined_is_nan():
    assert mpmath.isnan(exact(x / (x * 0), {"x": 0.0}))


@pytest.mark.parametrize("at", [1e3, 1e10, 1e100, LARGEST])
def test_a_double_however_large_is_no_reason_to_saturate(at):
    """Nothing is beyond mpmath here: softplus is x, and e^-x is smaller than any double, but no zero."""
    arguments = {"x": at}
    assert near(exact(softplus(x), arguments), at)
    assert near(exact(x * sigmoid(x), arguments), at)
    assert near(exact(x * tanh(softplus(x)), arguments), at)
    assert exact(sigmoid(x), arguments) == pytest.approx(1, abs=1e-20)
    assert exact(exp(-x), arguments) < 1e-300
    assert exact(softplus(-x), arguments) < 1e-300


# At -(1e308)^5 and at (1e308)^5, whose logarithms have more than 4096 bits.
SATURATED = [
    (exp, 0, mpmath.inf), (expm1, -1, mpmath.inf), (erf, -1, 1), (erfc, 2, 0), (normal_cdf, 0, 1), (normal_pdf, 0, 0),
    (tanh, -1, 1), (gauss, 0, 0), (sigmoid, 0, 1),
]  # fmt: skip


@pytest.mark.parametrize(("op", "low", "high"), SATURATED, ids=[op.__name__ for op, *_ in SATURATED])
def test_beyond_every_double_functions_have_saturated(op, low, high):
    assert value(op(x**5), {"x": -1e308}, 200) == low
    assert value(op(x**5), {"x": 1e308}, 200) == high


@pytest.mark.parametrize(("op", "low", "high"), SATURATED, ids=[op.__name__ for op, *_ in SATURATED])
def test_the_saturated_values_agree_at_once(op, low, high):
    assert exact(op(x**5), {"x": -1e308}) == low
    if high != mpmath.inf:
        assert exact(op(x**5), {"x": 1e308}) == high


@pytest.mark.parametrize("op", [exp, expm1])
def test_infinite_results_agree(op):
    assert exact(op(x**5), {"x": 1e308}) == mpmath.inf


def test_softplus_far_below_zero_is_zero():
    assert exact(softplus(x**5), {"x": -1e308}) == 0


def test_softplus_beyond_every_double_is_still_its_argument():
    assert near(exact(softplus(x**5), {"x": 1e308}), power(1e308, 5))
    assert near(exact(softplus(x**5) / x**4, {"x": 1e308}), 1e308)
