"""Every element-wise function against the truth, in ulps: value and slope, all dtypes, NumPy and torch."""

from functools import lru_cache

import numpy as np
import pytest

import softknee as knee
from softknee import _native
from softknee.lab.accuracy.libraries import OWN, own_specs
from softknee.lab.accuracy.measure import measure
from softknee.lab.accuracy.points import all_patterns, roots, sample
from softknee.lab.accuracy.truth import SPECS, Truth
from softknee.language.promise import NEAR

from ..points import DTYPES, elementwise
from .parameters import parameter_sets

POINTS = 2000
# One promise is made for all instruction sets. How close it is, is judged where operations are fused: without them more
# elements are computed anew with more digits, and xielu, say, is off by 0.5 ulp near a root instead of 0.9.
JUDGES_CLOSENESS = _native.instruction_set != "baseline"


def inputs(dtype, special, is_default):
    """All numbers of 16 bits at default parameters, each seventeenth at others; a sample of wider types."""
    if dtype.itemsize == 2:
        return all_patterns(dtype, 1 if is_default else 17)
    return sample(dtype, POINTS, 0, special)


@lru_cache(maxsize=8)
def known(name, spec, parameters):
    """The truth and its roots, for all dtypes of one function."""
    truth = Truth(knee.get(name).definition, spec, dict(parameters))
    return truth, roots(truth)


def measured(name, dtype, spec, parameters):
    """The measurements by both paths of softknee: of points near a root of the spec, and of all others."""
    f, kind = knee.get(name), DTYPES[dtype]
    breaks = f.properties(**parameters).breaks
    truth, at = known(name, spec, tuple(parameters.items()))
    x = inputs(kind, [*breaks, *at], not parameters)
    exact = truth.at(x, kind)
    near = np.any([np.abs(x.astype(np.float64) - root) < NEAR for root in at] or [np.zeros(len(x), bool)], axis=0)
    for library in OWN:
        compute = own_specs(library, f, parameters).spec(spec)
        for is_near in (False, True):
            chosen = near == is_near
            if chosen.any():
                label = (name, spec, dtype, library)
                yield is_near, measure(truth, compute, x[chosen], exact[chosen], label, breaks=breaks)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", elementwise())
def test_errors_keep_the_promise_and_the_promise_is_close(name, dtype):
    promise = knee.get(name).definition.ulp
    worst = {}
    for parameters in parameter_sets(name):
        for spec in SPECS:
            for is_near, found in measured(name, dtype, spec, parameters):
                assert found.flaws == (), (parameters, found)
                assert found.worst <= promise.bound(dtype, is_near), (parameters, found)
                worst[is_near] = max(worst.get(is_near, 0.5), found.worst)
    for is_near, error in worst.items() if JUDGES_CLOSENESS else ():
        assert promise.bound(dtype, is_near) <= 2 * error, f"{error} ulp is far better than promised, {is_near=}"


@pytest.mark.parametrize("name", elementwise())
@pytest.mark.parametrize("dtype", DTYPES)
def test_results_have_the_dtype_of_the_input(name, dtype):
    x = np.array([-1.5, 0.25], DTYPES[dtype])
    for library in OWN:
        for spec in SPECS:
            assert own_specs(library, knee.get(name)).spec(spec)(x).dtype == x.dtype


@pytest.mark.parametrize("name", elementwise())
@pytest.mark.parametrize("dtype", DTYPES)
def test_nan_stays_nan(name, dtype):
    f = knee.get(name)
    x = np.array([np.nan], DTYPES[dtype])
    assert np.isnan(f(x).astype(np.float64)).all()
    assert np.isnan(f.derivative(x).astype(np.float64)).all()
    assert np.isnan(f.derivative(x, order=2).astype(np.float64)).all()


@pytest.mark.parametrize("name", elementwise())
@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("dtype", DTYPES)
def test_at_infinity_it_is_the_limit(name, sign, dtype):
    x = np.array([sign * np.inf], DTYPES[dtype])
    for spec, evaluate in (("value", knee.get(name)), ("slope", knee.get(name).derivative)):
        found, expected = float(evaluate(x)[0]), Truth(knee.get(name).definition, spec).limit(sign)
        if np.isnan(expected):
            assert np.isnan(found) or abs(found) == np.inf
        else:
            with np.errstate(over="ignore"):
                rounded = float(np.float64(expected).astype(x.dtype))
            assert found == pytest.approx(rounded, abs=1e-12), spec


# A bias is added last, and 0 + -0 is 0.
@pytest.mark.parametrize("name", [n for n in elementwise() if "bias" not in knee.get(n).parameters])
def test_an_odd_function_keeps_the_sign_of_zero(name):
    f = knee.get(name)
    if f.properties().symmetry != "odd":
        assert float(f(0.0)) == float(f(-0.0))
        return
    assert np.signbit(f(-0.0))
    assert not np.signbit(f(0.0))
