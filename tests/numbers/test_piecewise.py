"""Piecewise linear functions in float32 arithmetic: over float32 against float64, which is computed otherwise."""

import numpy as np
import pytest

import softknee as knee

from .test_float32_dense import numbers, ulps

SLOPES = [0.25, 0.01, -0.3, 0.0, -0.0, 1.0, 1 / 3, 1e-29, 1e-35, -3e29, 1e35]
SHIFTS = [0.5, 0.1, 0.0, 1 / 3, 1e-29, 1e-40, 3e29, 1e35]
BOUNDS = [(-1, 1), (-0.1, 0.1), (0.1, 0.1 + 1e-12), (-1e35, 1e-40)]
MEANS = [(1 / 8, 1 / 3), (-0.1, 0.1), (1e-40, 2e-40), (-0.1, 0.1 + 1e-17)]
THRESHOLDS = [(0.0, 0.0), (0.1, -0.1), (-1e-50, 1 / 3), (1e38, 1e-40)]
CASES = [
    *(("leaky_relu", {"negative_slope": s}) for s in SLOPES),
    *(("prelu", {"weight": np.float32(s)}) for s in SLOPES[:4]),
    *(("rrelu", {"lower": a, "upper": b}) for a, b in MEANS),
    *(("softshrink", {"lambd": s}) for s in SHIFTS),
    *(("hardshrink", {"lambd": s}) for s in SHIFTS),
    *(("hardtanh", {"min_val": a, "max_val": b}) for a, b in BOUNDS),
    *(("threshold", {"threshold": t, "value": v}) for t, v in THRESHOLDS),
    *(("clipped_relu", {"ceiling": c}) for c in (6.0, 0.1, 1e-40, 1e39)),
    *((name, {}) for name in ("relu", "relu6", "relu_squared", "absolute", "hardsigmoid", "hardswish")),
]


def hard_cases(parameters):
    """Zeros, the smallest and the largest, what is not finite, and the neighbours of parameters and their negatives."""
    x = [0.0, 1e-45, 1e-42, 1.2e-38, 2.0**-100, 2.0**-96, 1e-20, 3.0, 6.0, 3e38, 3.4028235e38, np.inf, np.nan]
    with np.errstate(over="ignore", under="ignore"):
        at = np.array([float(p) for p in parameters.values()]).astype(np.float32)
    x = np.concatenate([np.array(x, np.float32), *(np.nextafter(at, np.float32(to)) for to in (-np.inf, np.inf)), at])
    x = np.concatenate([x, -x])
    return np.tile(x, 40)  # by the vector and in strips, as well as alone


@pytest.mark.parametrize("spec", ["value", "slope"])
@pytest.mark.parametrize(("name", "parameters"), CASES)
def test_piecewise_linear_functions_keep_their_promise_everywhere(name, parameters, spec):
    f = knee.get(name)
    evaluate = f if spec == "value" else f.derivative
    x = np.concatenate([numbers(), hard_cases(parameters)])
    y, exact = evaluate(x, **parameters), evaluate(x.astype(np.float64), **parameters)
    assert y.dtype == np.float32
    np.testing.assert_array_equal(np.isnan(y), np.isnan(exact))
    finite = np.isfinite(exact)
    np.testing.assert_array_equal(y[~finite], exact[~finite])
    error = ulps(y[finite], exact[finite])
    worst = error.argmax()
    assert error[worst] <= f.definition.ulp.bound("float32"), (float(x[finite][worst]), float(error[worst]))
    zero = exact == 0
    np.testing.assert_array_equal(np.signbit(y[zero]), np.signbit(exact[zero]))


@pytest.mark.parametrize(("name", "parameters"), CASES[:4] + CASES[15:24])
def test_a_column_does_not_depend_on_where_it_is_written(name, parameters):
    f = knee.get(name)
    x = hard_cases(parameters)
    y = f(x, **parameters)
    own, shifted = x.copy(), np.concatenate([x, x[:1]])
    np.testing.assert_array_equal(f(own, out=own, **parameters), y)
    np.testing.assert_array_equal(f(shifted[:-1], out=shifted[1:], **parameters), y)
    spread = np.repeat(x, 2)
    np.testing.assert_array_equal(f(spread[::2], **parameters), y)
