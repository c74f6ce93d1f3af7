"""Derivatives against mpmath's numerical ones, and the limits from each side."""

import mpmath
import pytest

from softknee.language import ops
from softknee.language.derivative import approach, derivative, partial
from softknee.language.errors import DefinitionError
from softknee.language.expression import CONDITIONS, Expr, constant, symbol, where
from softknee.language.ops import OPS
from softknee.targets.mpmath import value

x = symbol("x")
DIFFERENTIABLE = [n for n, row in OPS.items() if row.arity == 1 and row.partials is not None]


@pytest.mark.parametrize("name", DIFFERENTIABLE)
@pytest.mark.parametrize("at", [0.3, 0.9])
def test_each_op_against_a_numerical_derivative(name, at):
    slope = value(partial(Expr(name, (x,)), "x"), {"x": at}, 200)
    with mpmath.workprec(200):
        expected = mpmath.diff(lambda t: OPS[name].meaning(mpmath.mp, t), at)
        assert abs(slope - expected) < 1e-20 * max(1, abs(expected))


@pytest.mark.parametrize("name", ["add", "sub", "mul", "div", "pow"])
def test_binary_ops_by_each_argument(name):
    y = symbol("y")
    for by in ("x", "y"):
        slope = value(partial(Expr(name, (x, y)), by), {"x": 0.7, "y": 1.9}, 200)
        with mpmath.workprec(200):
            order = (1, 0) if by == "x" else (0, 1)
            expected = mpmath.diff(lambda s, t: OPS[name].meaning(mpmath.mp, s, t), (0.7, 1.9), order)
            assert abs(slope - expected) < 1e-20


def test_every_op_that_is_no_condition_has_a_rule():
    without = {name for name, row in OPS.items() if row.partials is None}
    assert without == {*CONDITIONS, "where", "pentagamma"}


def test_an_op_without_a_rule_is_refused():
    with pytest.raises(DefinitionError, match="pentagamma has no derivative"):
        partial(ops.pentagamma(x), "x")


def test_where_selects_derivatives_and_never_masks():
    slope = derivative(where(x > 0, x, ops.expm1(x)), "x")
    assert slope is where(x > 0, 1, ops.exp(x))


@pytest.mark.parametrize(
    ("condition", "left", "right"),
    [
        (x > 0, x > 0, x >= 0),
        (x >= 0, x > 0, x >= 0),
        (x < 0, x <= 0, x < 0),
        (x <= 0, x <= 0, x < 0),
        (-x > 0, -x >= 0, -x > 0),
        (constant(3) - 2 * x <= 0, constant(3) - 2 * x < 0, constant(3) - 2 * x <= 0),
    ],
)
def test_a_tie_is_decided_as_just_beside_it(condition, left, right):
    root = where(condition, 1, 2)
    assert approach(root, "x", "left") is where(left, 1, 2)
    assert approach(root, "x", "right") is where(right, 1, 2)


def test_a_tie_with_a_symbolic_slope_asks_for_its_sign():
    a = symbol("a")
    root = where(a * x > 0, 1, 2)
    for slope, side, expected in ((2.0, "left", 2), (2.0, "right", 1), (-2.0, "left", 1), (-2.0, "right", 2)):
        assert value(approach(root, "x", side), {"x": 0.0, "a": slope}, 64) == expected


def test_conditions_on_parameters_alone_are_left_as_they_are():
    a = symbol("a")
    root = where(a > 0, x, 2 * x)
    assert approach(root, "x", "right") is root


def test_second_derivatives_follow_from_the_first():
    slope = derivative(derivative(x * ops.tanh(x), "x"), "x")
    with mpmath.workprec(200):
        expected = mpmath.diff(lambda t: t * mpmath.tanh(t), 0.8, 2)
    assert abs(value(slope, {"x": 0.8}, 200) - expected) < 1e-20
