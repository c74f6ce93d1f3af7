"""Expectations under N(0, 1) against closed forms: bulk, far tails, jumps, narrow peaks, what does not exist."""

import math

import mpmath
import numpy as np
import pytest

from softknee.functions.quadrature import expectation


def moment(k):
    """E z^2k = (2k - 1)!!."""
    return math.prod(range(1, 2 * k, 2))


# The mass of z^190 lies around |z| = 14, that of e^(18 z) around 18, that of e^(0.46 z^2) within 30.
CLOSED_FORMS = {
    **{f"z^{2 * k}": (lambda z, k=k: z ** (2 * k), moment(k)) for k in (0, 1, 2, 5, 20, 95)},
    **{f"z^{k}": (lambda z, k=k: z**k, 0.0) for k in (1, 3, 7)},
    **{f"exp({a} z)": (lambda z, a=a: np.exp(a * z), math.exp(a * a / 2)) for a in (1, -2, 10, 18, -18)},
    "z^2 exp(z^2 / 4)": (lambda z: z**2 * np.exp(z * z / 4), 2 * math.sqrt(2)),
    **{f"exp({a} z^2)": (lambda z, a=a: np.exp(a * z * z), 1 / math.sqrt(1 - 2 * a)) for a in (-50.0, 0.25, 0.4, 0.46)},
    **{f"cos({a} z)": (lambda z, a=a: np.cos(a * z), math.exp(-a * a / 2)) for a in (1, 5, 30)},
    "|z|": (np.abs, math.sqrt(2 / math.pi)),
    "|z|^0.1": (lambda z: np.abs(z) ** 0.1, 2**0.05 * math.gamma(0.55) / math.sqrt(math.pi)),
}


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_closed_forms(name):
    f, truth = CLOSED_FORMS[name]
    assert expectation(f) == pytest.approx(truth, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("at", [-5.0, -1.7, 0.0, 0.3, 2.9, 8.0, 14.0, 25.0, 37.0])
def test_a_jump_at_a_break(at):
    """However far out: the tail beyond 37 is 6e-300."""
    truth = float(mpmath.erfc(at / mpmath.sqrt(2)) / 2)
    assert expectation(lambda z: np.where(z > at, 1.0, 0.0), [at]) == pytest.approx(truth, rel=1e-12, abs=0)


@pytest.mark.parametrize("at", [-0.37, 0.3, 2.9])
def test_a_jump_that_was_not_told_of(at):
    truth = float(mpmath.erfc(at / mpmath.sqrt(2)) / 2)
    assert expectation(lambda z: np.where(z > at, 1.0, 0.0)) == pytest.approx(truth, rel=1e-10)


def test_a_slope_that_is_infinite_inside_an_interval():
    truth = float(mpmath.quad(lambda z: mpmath.sqrt(abs(z - 0.7)) * mpmath.npdf(z), [-20, -3, 0.7, 3, 20]))
    assert expectation(lambda z: np.sqrt(np.abs(z - 0.7))) == pytest.approx(truth, rel=1e-11)


@pytest.mark.parametrize("width", [1e-1, 1e-3, 1e-6])
def test_a_narrow_peak(width):
    peak = mpmath.mpf(width)
    truth = peak * mpmath.sqrt(mpmath.pi / 2) * mpmath.exp(peak**2 / 2) * mpmath.erfc(peak / mpmath.sqrt(2))
    found = expectation(lambda z: 1 / (1 + (z / width) ** 2))
    assert found == pytest.approx(float(truth), rel=1e-9, abs=1e-13)


def counted(f, limit=20_000):
    """`f`, which gives up rather than be called for ever."""
    calls = []

    def call(z):
        calls.append(1)
        assert len(calls) < limit
        return f(z)

    return call


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("rate", [0.6, 2.0])
def test_what_overflows_is_infinite(sign, rate):
    # e^(0.6 z^2) f(z) has no integral, but overflows only beyond |z| = 34.
    assert expectation(counted(lambda z: sign * np.exp(rate * z * z))) == sign * math.inf


@pytest.mark.parametrize("rate", [20.0, -20.0])
def test_an_exponential_that_overflows_is_infinite_or_right(rate):
    truth = math.exp(rate**2 / 2)
    assert expectation(counted(lambda z: np.exp(rate * z))) in (math.inf, pytest.approx(truth, rel=1e-10))


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("at", [0.0, 0.5, 30.0])
def test_a_nan_is_not_passed_over(side, at):
    assert math.isnan(expectation(counted(lambda z: np.where(side * z > at, np.nan, z))))


def test_work_stays_small_for_a_smooth_function():
    calls = []
    expectation(lambda z: calls.append(1) or np.tanh(z))
    assert len(calls) < 300
