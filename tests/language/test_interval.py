"""Intervals hold every value, and know what a condition says of its branches."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import softknee as knee
from softknee.language.expression import symbol, where
from softknee.language.interval import Interval, Intervals
from softknee.language.ops import exp, expm1, sigmoid, sqrt
from softknee.language.program import linearise
from softknee.targets.numpy.evaluate import ufunc_of

from ..points import elementwise

x = symbol("x")


def interval_of(root):
    program = linearise(root, ("x",))
    return Intervals(program)[len(program.instructions) - 1]


@pytest.mark.parametrize(
    ("root", "low", "high"),
    [
        (x, -math.inf, math.inf),
        (abs(x), 0, math.inf),
        (1 + x * x, 1, math.inf),
        (1 / (1 + abs(x)), 0, 1),
        (exp(-abs(x)), 0, 1),
        (2 + exp(-abs(x)), 2, 3),
        (where(x > 1, 1, where(x < -1, -1, x)), -1, 1),
        (where((x > -2) & (x < 3), x, 0), -2, 3),
        (where((x < -2) | (x > 3), 0, x), -2, 3),
        (expm1(abs(x)), 0, math.inf),
        (sqrt(sigmoid(x)), 0, math.inf),
        (-sigmoid(x) - 1, -2, -1),
        (x / 0, -math.inf, math.inf),
    ],
)
def test_known_ranges(root, low, high):
    assert interval_of(root) == Interval(low, high)


def test_a_branch_that_is_never_taken_does_no_harm():
    assert interval_of(where(abs(x) < 0, 7, 1)).high >= 1


@pytest.mark.parametrize("name", elementwise())
@given(at=st.floats(-1e6, 1e6))
def test_every_value_of_the_catalogue_lies_in_its_interval(name, at):
    definition = knee.get(name).definition
    program = linearise(definition.expression, definition.arguments)
    parameters = [float(p.default) for p in definition.numeric_parameters.values()]
    found = Intervals(program)[len(program.instructions) - 1]
    value = float(ufunc_of(definition.expression, definition.arguments)(np.float64(at), *parameters))
    assert found.low - 1e-9 * abs(value) <= value <= found.high + 1e-9 * abs(value)
