"""Properties of users' own functions that grow, oscillate or steepen without end."""

import math

import numpy as np
import pytest

import softknee as knee
from softknee.language.expression import where
from softknee.language.ops import exp, log1p, sin, sqrt

INF = math.inf


def own(function):
    """`function` as an activation of its own, by its name."""
    return knee.activation(function)


def swings(x):
    return x * sin(x)


def high_waves(x):
    return 5000 * sin(x)


def one_sided_swings(x):
    return where(x > 0, x * sin(x), 0)


def chirp(x):
    return sin(x * x)


def slow_chirp(x):
    return sin(x * sqrt(1 + abs(x)))


def root_swings(x):
    return x / sqrt(1 + abs(x)) * sin(x)


def very_high_waves(x):
    return 2e4 * sin(x)


def slow_growth(x):
    return x * log1p(abs(x)) / (1 + abs(x))


def root(x):
    return x / sqrt(1 + abs(x))


def fading_waves(x):
    return sin(x) / (1 + x * x)


SHAPES = [
    (swings, (-INF, INF), INF),
    (high_waves, (-5000.0, 5000.0), 5000.0),
    (one_sided_swings, (-INF, INF), INF),
    (chirp, (-1.0, 1.0), INF),
    (root, (-INF, INF), 1.0),
    (fading_waves, (-0.4374142, 0.4374142), 1.0),
]

MISJUDGED = [
    (slow_chirp, (-1.0, 1.0), INF),
    (root_swings, (-INF, INF), INF),
    (very_high_waves, (-2e4, 2e4), 2e4),
    (slow_growth, (-INF, INF), None),
]


@pytest.mark.parametrize(("function", "range_", "lipschitz"), SHAPES, ids=[f.__name__ for f, *_ in SHAPES])
def test_range_and_lipschitz(function, range_, lipschitz):
    p = own(function).properties()
    assert p.range == pytest.approx(range_, rel=1e-5)
    assert p.is_bounded == all(map(math.isfinite, range_))
    assert p.lipschitz == pytest.approx(lipschitz, rel=1e-6)


@pytest.mark.parametrize(("function", "range_", "lipschitz"), MISJUDGED, ids=[f.__name__ for f, *_ in MISJUDGED])
def test_range_and_lipschitz_of_slow_growth_and_of_high_waves(function, range_, lipschitz):
    p = own(function).properties()
    assert p.range == pytest.approx(range_, rel=1e-5)
    assert lipschitz is None or p.lipschitz == pytest.approx(lipschitz, rel=1e-6)


def test_a_quadratic_fades_on_one_side_and_steepens_on_the_other():
    def bent(x):
        return where(x > 0, x * x, -1 / (1 + x * x) + 1)

    p = own(bent).properties()
    assert p.range == (0.0, INF)
    assert p.lipschitz == INF
    assert p.limits == (1.0, INF)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_slope_without_maximum_is_measured_against_its_largest_near_zero(sign):
    """Near is |x| <= 10: e^x saturates where it is below 5 % of e^10."""

    def exponential(x):
        return exp(sign * x)

    left, right = own(exponential).properties().saturation
    (end,) = [v for v in (left, right) if v is not None]
    assert end == pytest.approx(sign * (10 + math.log(0.05)), rel=1e-12)
    assert (left is None) == (sign < 0)


def test_a_jump_is_measured_the_same_way():
    def step(x):
        return where(x > 1, x * x, 0)

    # 5 % of the slope 20 at 10 is 1; left of the jump the slope is 0.
    assert own(step).properties().saturation == (pytest.approx(1.0), None)


@pytest.mark.parametrize("amplitude", [0.3, 900.0])
def test_the_waves_top_is_found(amplitude):
    def waves(x):
        return amplitude * sin(x) + 1

    p = own(waves).properties()
    assert p.range == pytest.approx((1 - amplitude, 1 + amplitude), rel=1e-9)
    assert np.isnan(p.limits).all()
