"""Errors in ulps, the kinds of flaws, and the points at which they are sought."""

import ml_dtypes
import mpmath
import numpy as np
import pytest

import softknee as knee
from softknee.lab.accuracy.measure import examine, measure
from softknee.lab.accuracy.points import all_patterns, neighbours, roots, sample
from softknee.lab.accuracy.truth import Truth
from softknee.lab.accuracy.ulps import DTYPES, Wide, spacing, ulp_error, ulp_errors

FLOAT32 = DTYPES["float32"]


@pytest.mark.parametrize("dtype", DTYPES)
def test_both_ulp_errors_agree(dtype):
    kind = DTYPES[dtype]
    info = ml_dtypes.finfo(kind)
    top, tiny = float(info.max), float(info.smallest_subnormal)
    pairs = [
        (1.0, 1.0), (1.5, 1.25), (0.0, 0.0), (tiny, 0.0), (0.0, tiny), (0.0, tiny / 4), (top, top), (np.inf, top),
        (-np.inf, -top * 1.5 if dtype != "float64" else -np.inf), (np.nan, 1.0), (np.nan, np.nan), (-1.0, 1.0),
        (float(info.smallest_normal), tiny * 3),
    ]  # fmt: skip
    computed, exact = (np.array(each) for each in zip(*pairs, strict=True))
    found = ulp_errors(computed.astype(kind), exact.astype(Wide), kind)
    expected = [ulp_error(float(kind.type(c)), mpmath.mpf(float(e)), kind) for c, e in pairs]
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_spacing_is_numpys(dtype):
    values = np.array([1e-300 if dtype == "float64" else 1e-44, 1e-40, 0.75, 1.0, 3.7, 1e30], dtype)
    np.testing.assert_array_equal(spacing(values.astype(Wide), DTYPES[dtype]), np.spacing(values))


def wrong_tanh(x):
    """Right but for one fault of each kind."""
    y = np.tanh(x.astype(np.float64)).astype(x.dtype)
    y = np.where(x == 2, np.float32(0), y)
    y = np.where(x == 3, -y, y)
    y = np.where(x == 4, np.float32(np.nan), y)
    y = np.where(x == 0, np.float32(1e-30), y)
    return np.where((x > 1e-41) & (x < 1e-39), np.float32(0), y)


def test_each_kind_of_flaw_is_found_and_shown():
    truth = Truth(knee.tanh.definition, "value")
    x = np.array([-1.0, 0.0, 1e-40, 1.0, 2.0, 3.0, 4.0], np.float32)
    ends = {-np.inf: -1.0, np.inf: -1.0}
    found = measure(truth, wrong_tanh, x, truth.at(x, FLOAT32), ("tanh", "value", "float32", "own"), ends=ends)
    at = {flaw.kind: flaw.at for flaw in found.flaws}
    assert at == {"zero": 2.0, "sign": 3.0, "nan": 4.0, "nonzero": 0.0, "flushed": float(x[2]), "end": np.inf}
    assert {flaw.kind for flaw in found.outright} == set(at) - {"flushed"}
    assert 0.3 < found.worst <= 0.51


def test_a_result_too_small_for_infinity_is_a_flaw():
    truth = Truth(knee.exponential.definition, "value")
    x = np.array([100.0], np.float32)
    found = examine(truth, lambda x: np.full_like(x, 3e38), x, truth.at(x, FLOAT32))
    assert found.flaws["range"].all()


def test_the_search_finds_a_bad_spot_that_the_sample_missed():
    truth = Truth(knee.silu.definition, "value")

    def hurt(x):
        y = knee.silu(x)
        # The nearer to 1.7, the worse: a slope that a search can climb.
        closeness = np.maximum(0, 1 - np.abs(x - np.float32(1.7)) / 0.02)
        return (y * (1 + closeness * 2.0**-19)).astype(np.float32)

    x = np.linspace(-5, 5, 1000, dtype=np.float32)
    exact = truth.at(x, FLOAT32)
    coarse = examine(truth, hurt, x, exact).error.max()
    found = measure(truth, hurt, x, exact, ("silu", "value", "float32", "own"))
    assert found.worst > coarse
    assert abs(found.at - 1.7) < 2e-3


def test_beside_a_kink_that_is_no_double_either_side_will_do():
    truth = Truth(knee.sparse_sigmoid.definition, "slope")
    x = np.array([1.0], np.float32)
    breaks = knee.sparse_sigmoid.properties().breaks
    exact = truth.at(x, FLOAT32)
    other = np.array([0.5 - float(exact[0])], np.float32)
    assert examine(truth, lambda _: other, x, exact).error[0] > 1
    assert examine(truth, lambda _: other, x, exact, breaks).error[0] == 0


def test_patterns_are_all_finite_numbers():
    assert len(all_patterns(DTYPES["float16"])) == 2 * 31 * 1024
    assert len(all_patterns(DTYPES["bfloat16"])) == 2 * 255 * 128


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_sample_reaches_all_binades_and_what_is_special(dtype):
    kind = DTYPES[dtype]
    x = sample(kind, 20_000, 0, [0.123])
    np.testing.assert_array_equal(x, sample(kind, 20_000, 0, [0.123]))
    assert not np.array_equal(x, sample(kind, 20_000, 1, [0.123]))
    assert np.isfinite(x).all()
    info = np.finfo(kind)
    binades = set(np.frexp(x[x != 0])[1].tolist())
    assert set(range(info.minexp + 1, info.maxexp + 1)) <= binades
    for each in (0.0, 0.123, float(info.max), float(info.smallest_subnormal), -1.0):
        assert kind.type(each) in x
        assert np.nextafter(kind.type(each), kind.type(0)) in x


def test_neighbours_keep_the_sign_and_stay_finite():
    x = np.array([-1.0, 0.0, np.finfo(np.float32).max], np.float32)
    near = neighbours(x, np.random.default_rng(0))
    assert np.isfinite(near).all()
    assert np.nextafter(np.float32(-1), np.float32(0)) in near


def test_roots_are_those_of_the_slope():
    (root,) = roots(Truth(knee.silu.definition, "slope"))
    assert root == pytest.approx(-1.278464542761074, rel=1e-15)
