"""The enclosure in long double and the error functions that it brings, against mpmath."""

import mpmath
import numpy as np
import pytest

import softknee as knee
from softknee.lab.accuracy.enclosure import enclose
from softknee.lab.accuracy.erfc import erf, erfc, gauss, scaled_erfc
from softknee.lab.accuracy.truth import SPECS, Truth, root_of
from softknee.lab.accuracy.ulps import DTYPES, Wide
from softknee.language.ops import PRIMITIVES

from ...points import elementwise

RANDOM = np.random.default_rng(5)
X = np.concatenate([RANDOM.normal(0, 4, 14), np.exp(RANDOM.uniform(-60, 60, 5)), -np.exp(RANDOM.uniform(-60, 60, 5))])


def as_mpf(value):
    """A finite long double, exactly."""
    mantissa, exponent = np.frexp(value)
    high = float(mantissa)
    return mpmath.ldexp(mpmath.mpf(high) + mpmath.mpf(float(mantissa - Wide(high))), int(exponent))


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("name", elementwise())
def test_the_truth_lies_within_the_bound(name, spec):
    truth = Truth(knee.get(name).definition, spec)
    value, error = (np.broadcast_to(each, X.shape) for each in enclose(truth.root, {"x": X, **truth.numbers}))
    known = np.isfinite(value) & np.isfinite(error)
    assert known.sum() >= len(X) / 4
    with mpmath.workprec(400):
        for at in np.flatnonzero(known):
            right = truth.oracle(X[at])
            if abs(right) > 1e-330:  # below every dtype the oracle itself may drop a term
                # The oracle stops at 80 agreeing bits.
                room = as_mpf(error[at]) + abs(right) * mpmath.mpf(2) ** -78
                assert abs(as_mpf(value[at]) - right) <= room, X[at]


@pytest.mark.parametrize(
    ("function", "exact", "low", "high"),
    [
        (lambda x: erf(x)[0], mpmath.erf, -9, 9),
        (lambda x: erfc(x)[0], mpmath.erfc, -9, 60),
        (gauss, lambda x: mpmath.exp(-x * x), -60, 60),
        (scaled_erfc, lambda x: mpmath.exp(x * x) * mpmath.erfc(x), 1, 90),
    ],
    ids=["erf", "erfc", "gauss", "scaled_erfc"],
)
def test_error_functions_in_long_double(function, exact, low, high):
    x = RANDOM.uniform(low, high, 200)
    eps = float(np.finfo(Wide).eps)
    with mpmath.workprec(600):
        for at, found in zip(x, function(x.astype(Wide)), strict=True):
            right = exact(mpmath.mpf(float(at)))
            # Where 1 - erf is taken, it is right to an ulp of 1.
            assert abs(as_mpf(found) - right) <= 12 * eps * max(abs(right), mpmath.mpf(0.1) if at < 1 else 0), at


def test_every_op_has_its_rule():
    from softknee.lab.accuracy.enclosure import _RULES

    assert set(_RULES) >= PRIMITIVES


def test_the_oracle_steps_in_where_long_double_cannot_tell():
    truth = Truth(knee.squareplus.definition, "value")
    x = np.array([-1e15])
    _, error = enclose(truth.root, {"x": x, **truth.numbers})
    assert error[0] > 1e-15
    assert float(truth.at(x, DTYPES["float64"])[0]) == float(truth.oracle(-1e15))


def test_what_is_beyond_long_double_is_infinite():
    truth = Truth(knee.exponential.definition, "value")
    assert truth.at(np.array([1e6]), DTYPES["float64"])[0] == np.inf
    assert truth.at(np.array([-1e300]), DTYPES["float64"])[0] == 0


@pytest.mark.parametrize(("name", "ends"), [("silu", (-0.0, np.inf)), ("tanh", (-1.0, 1.0)), ("sine", (np.nan,) * 2)])
def test_limits(name, ends):
    truth = Truth(knee.get(name).definition, "value")
    np.testing.assert_equal((truth.limit(-1.0), truth.limit(1.0)), ends)


def test_the_truth_is_the_textbook():
    definition = knee.mish.definition
    assert root_of(definition, "value") is definition.textbook
