"""Gates with kernels by hand, in float32: against float64, which other kernels compute."""

import ml_dtypes
import numpy as np
import pytest

import softknee as knee
from softknee.lab.accuracy.points import roots
from softknee.lab.accuracy.truth import Truth
from softknee.language.promise import NEAR
from softknee.targets.c.close_table import GATES

from .test_float32_dense import ulps

SPECIAL = [0.0, 1e-45, 1e-39, 1e-30, 2.0**-96, 1.0, 12.1, 71.9, 72.1, 90.0, 1e30, 3e38, np.inf, np.nan]


def pairs():
    """Ordinary pairs, pairs of all sizes, and each special number with each."""
    rng = np.random.default_rng(0)
    special = np.array(SPECIAL + [-x for x in SPECIAL], np.float32)
    ordinary = rng.normal(0, 3, (2, 300_000)).astype(np.float32)
    wide = (rng.normal(0, 1, (2, 300_000)) * 10 ** rng.uniform(-30, 30, (2, 300_000))).astype(np.float32)
    mixed = np.stack([wide[0], rng.uniform(-100, 100, 300_000).astype(np.float32)])
    corners = np.stack([a.ravel() for a in np.meshgrid(special, special)])
    return np.concatenate([ordinary, wide, mixed, corners], axis=1)


def specs(f, a, b):
    """The value and both slopes."""
    return f.combine(a, b), *f.derivative(np.concatenate([a, b]))


@pytest.mark.parametrize("name", GATES)
def test_gates_keep_their_promise(name):
    f = knee.get(name)
    a, b = pairs()
    near = np.zeros(len(b), bool)
    for root in roots(Truth(knee.get(GATES[name]).definition, "slope")):
        near |= np.abs(b.astype(np.float64) - root) < NEAR
    bound = np.where(near, f.definition.ulp.bound("float32", True), f.definition.ulp.bound("float32"))
    worst = 0.5
    singles, doubles = specs(f, a, b), specs(f, a.astype(np.float64), b.astype(np.float64))
    for y, exact in zip(singles, doubles, strict=True):
        assert y.dtype == np.float32
        np.testing.assert_array_equal(np.isnan(y), np.isnan(exact))
        finite = np.isfinite(exact)
        np.testing.assert_array_equal(y[~finite], exact[~finite])
        error = ulps(y[finite], exact[finite])
        at = (error - bound[finite]).argmax()
        assert error[at] <= bound[finite][at], (float(a[finite][at]), float(b[finite][at]), float(error[at]))
        worst = max(worst, error[~near[finite]].max())
    zero = doubles[0] == 0
    np.testing.assert_array_equal(np.signbit(singles[0][zero]), np.signbit(doubles[0][zero]))
    assert f.definition.ulp.bound("float32") <= 2 * worst


@pytest.mark.parametrize("name", GATES)
def test_a_pair_does_not_depend_on_where_it_stands(name):
    f = knee.get(name)
    a, b = pairs()[:, -1500:]
    whole = f.combine(a, b)
    for start, stop in [(0, 1), (3, 16), (1, 257), (255, 513), (17, 1400)]:
        np.testing.assert_array_equal(f.combine(a[start:stop], b[start:stop]), whole[start:stop])
    np.testing.assert_array_equal(f.combine(a[::3], b[::3]), whole[::3])
    for k in (0, 1):
        parts = [a.copy(), b.copy()]
        np.testing.assert_array_equal(f.combine(*parts, out=parts[k]), whole)


# Bits of a significand, the exponent of the least normal number.
SIXTEEN = {"float16": (np.dtype(np.float16), 11, -14), "bfloat16": (np.dtype(ml_dtypes.bfloat16), 8, -126)}


@pytest.mark.parametrize("dtype", SIXTEEN)
@pytest.mark.parametrize("name", GATES)
def test_gates_keep_their_promise_in_16_bits(name, dtype):
    f = knee.get(name)
    kind, digits, least = SIXTEEN[dtype]
    with np.errstate(over="ignore"):
        a, b = pairs()[:, ::3].astype(kind)
        bound = f.definition.ulp.bound(dtype)
        for y, exact in zip(specs(f, a, b), specs(f, a.astype(np.float64), b.astype(np.float64)), strict=True):
            expected, found = exact.astype(kind).astype(np.float64), y.astype(np.float64)
            finite = np.isfinite(expected)
            np.testing.assert_array_equal(found[~finite], expected[~finite])
            exponent = np.frexp(np.maximum(np.abs(exact[finite]), 2.0**least))[1] - digits
            error = np.abs(found[finite] - exact[finite]) * np.exp2(-exponent.astype(np.float64))
            at = error.argmax()
            assert error[at] <= bound, (a[finite][at], b[finite][at], error[at])
