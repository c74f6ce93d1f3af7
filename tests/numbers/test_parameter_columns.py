"""Piecewise linear functions with a parameter for each element give what each element gives with its own parameter."""

import numpy as np
import pytest

import softknee as knee
from softknee.language.definition import define
from softknee.language.expression import lift, where
from softknee.language.ops import exp
from softknee.language.program import linearise
from softknee.targets.c.columns import columns_function

from ..points import DTYPES

SHIFTS = np.array([0.5, 0.0, 1 / 3, 1e-40, 3e29])
SLOPES = np.array([0.25, -0.3, 0.0, -0.0, 1 / 3, 1e-300, 1e300])
FAR = [0.0, -0.0, 1e-45, -1e-45, 0.1, -0.1, 0.5, -0.5, 3.0, -3.0, 3e38, -3e38, np.inf, -np.inf, np.nan]
CASES = [
    ("leaky_relu", {"negative_slope": SLOPES}),
    ("prelu", {"weight": SLOPES}),
    ("softshrink", {"lambd": SHIFTS}),
    ("hardshrink", {"lambd": SHIFTS}),
    ("hardtanh", {"min_val": -SHIFTS, "max_val": SHIFTS + 1}),
    ("threshold", {"threshold": SHIFTS, "value": -SHIFTS}),
    ("thresholded_relu", {"theta": SHIFTS}),
]


@pytest.mark.parametrize("spec", ["value", "slope"])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("name", "parameters"), CASES)
def test_each_element_has_its_own_parameter(name, parameters, dtype, spec):
    f = knee.get(name)
    evaluate = f if spec == "value" else f.derivative
    count = len(next(iter(parameters.values())))
    with np.errstate(all="ignore"):
        x = np.repeat(np.array(FAR), count).reshape(-1, count).astype(dtype)
    together = evaluate(x, **parameters)
    for k in range(count):
        alone = evaluate(x[:, k], **{key: float(values[k]) for key, values in parameters.items()})
        np.testing.assert_array_equal(together[:, k].astype(np.float64), alone.astype(np.float64))
        numbers = ~np.isnan(alone.astype(np.float64))
        signs = (np.signbit(y[numbers].astype(np.float64)) for y in (together[:, k], alone))
        np.testing.assert_array_equal(*signs)


def printed(function, inputs=1):
    definition = define(function, inputs=("x",), k=knee.Parameter(1.0))
    return columns_function("f", linearise(definition.expression, definition.arguments), inputs)


def test_what_rounds_once_has_columns():
    assert printed(lambda x, k: where(x > 0, x, k * x)) is not None
    assert printed(lambda x, k: where(x > k, x - k, 0.5)) is not None
    assert printed(lambda x, k: where(x > 0, x, k * x), inputs=2) is None  # no parameter


def test_what_rounds_twice_or_computes_more_is_left_to_arithmetics_that_know_their_errors():
    assert printed(lambda x, k: where(x > k, k * (x - k), x)) is None
    assert printed(lambda x, k: where(k * x > 1, x, 0)) is None
    assert printed(lambda x, k: where(x > exp(lift(1)), x, k)) is None  # a constant that is no double
    assert printed(lambda x, k: where(x > 0, x, exp(k))) is None
