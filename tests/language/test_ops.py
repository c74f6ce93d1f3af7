"""Each row of the table of ops: its lowering is its meaning, and powers and conditions are what they say."""

import math

import mpmath
import pytest

from softknee.language import ops
from softknee.language.errors import UnknownOpError
from softknee.language.expression import Expr, symbol, where
from softknee.language.interval import Intervals
from softknee.language.lowering import lowered
from softknee.language.ops import OPS, PRIMITIVES
from softknee.language.program import linearise
from softknee.targets.mpmath import exact, value

x, y = symbol("x"), symbol("y")
LOWERED = [name for name, row in OPS.items() if row.lower is not None]
POINTS = [0.0, 1e-300, 1e-10, 0.3, 0.49, 0.5, 0.9, 1.0000001, 2.5, 5.0, 19.9, 20.0, 21.9, 22.1, 25.0]
POINTS = [*POINTS, *(-point for point in POINTS), -0.7, -2.3]
# What series and the forms for far out leave, relative to the meaning; all others are exact.
CLOSE = {"sinh": 1e-19, "cosh": 1e-19, "lgamma": 1e-15}
GAMMA = {"digamma", "trigamma", "tetragamma", "pentagamma"}


def test_few_ops_cannot_be_written_in_others():
    arithmetic = {"pi", "nan", "add", "sub", "mul", "div", "neg", "where", "gt", "ge", "lt", "le", "eq", "and", "or"}
    assert PRIMITIVES - arithmetic == {
        "floor", "sqrt", "exp", "expm1", "log", "log1p", "sin", "cos", "atan", "erf", "erfc",
    }  # fmt: skip


@pytest.mark.parametrize("name", [name for name in LOWERED if OPS[name].arity == 1])
def test_the_lowering_is_the_meaning(name):
    root = Expr(name, (x,))
    made = lowered(root, PRIMITIVES)
    assert {node.op for node in linearise(made, ("x",)).instructions} <= PRIMITIVES | {"symbol", "constant"}
    judged = 0
    for point in POINTS:
        with mpmath.workprec(400):
            try:
                expected = OPS[name].meaning(mpmath.mp, mpmath.mpf(point))
            except ZeroDivisionError:
                continue
            if not mpmath.isfinite(expected):
                continue
        found = exact(made, {"x": point}) if name not in GAMMA else value(made, {"x": point}, 400)
        with mpmath.workprec(400):
            scale = max(abs(expected), 1) if name in GAMMA else abs(expected)
            allowed = 1e-20 if name in GAMMA else CLOSE.get(name, 1e-22)
            assert abs(found - expected) <= allowed * scale, point
        judged += 1
    assert judged >= 10


@pytest.mark.parametrize("base", [0.0, 1e-300, 0.4, 1.0, 3.7, 1e200])
@pytest.mark.parametrize("exponent", [-1.25, 0.0, 0.3, 1.0, 2.75])
def test_a_power_is_lowered_to_itself(base, exponent):
    found = exact(lowered(Expr("pow", (x, y)), PRIMITIVES), {"x": base, "y": exponent})
    expected = mpmath.inf if base == 0 and exponent < 0 else mpmath.mpf(base) ** exponent
    assert found == expected or abs(found / expected - 1) < 1e-14


@pytest.mark.parametrize("exponent", [-1.25, 0.3, 2.0])
def test_a_power_of_a_negative_number_is_undefined(exponent):
    assert mpmath.isnan(value(Expr("pow", (x, y)), {"x": -1.5, "y": exponent}, 100))
    assert mpmath.isnan(value(lowered(Expr("pow", (x, y)), PRIMITIVES), {"x": -1.5, "y": exponent}, 100))


@pytest.mark.parametrize(
    ("root", "at", "expected"),
    [
        (x**1.25, 16.0, 32.0),
        (x**-1.25, 16.0, 1 / 32),
        (x**y, 9.0, 27.0),
        (2**x, 5.0, 32.0),
        (ops.minimum(x, y), 7.0, 1.5),
        (ops.maximum(x, y), 7.0, 7.0),
        (ops.clip(x, -1, y), 7.0, 1.5),
        (ops.clip(x, -1, y), -7.0, -1.0),
        (ops.sign(x), -7.0, -1.0),
        (ops.sign(x), 0.0, 0.0),
        (ops.absolute(x), -7.0, 7.0),
        (ops.floor(x), -2.5, -3.0),
        (math.floor(x), 2.5, 2.0),
        (round(x), 2.5, 2.0),
        (round(x), 3.5, 4.0),
        (round(x), -0.5, 0.0),
        (round(x), -2.6, -3.0),
        (x % y, 7.0, 1.0),
        (x % y, -7.0, 0.5),
        (7 % x, -4.0, -1.0),
        (x // y, -7.0, -5.0),
        (where(x == 7, 1, 2), 7.0, 1.0),
        (where(x != 7, 1, 2), 7.0, 2.0),
        (where(~(x > y), 1, 2), 7.0, 2.0),
        (where(~((x > y) | (x < 0)), 1, 2), 1.0, 1.0),
    ],
)
def test_what_is_written_in_other_ops(root, at, expected):
    assert value(root, {"x": at, "y": 1.5}, 200) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("name", [name for name, row in OPS.items() if row.arity == 1 and row.low > -math.inf])
def test_values_lie_between_the_bounds_of_the_row(name):
    row = OPS[name]
    for point in POINTS:
        found = row.meaning(mpmath.mp, mpmath.mpf(point)) if point >= 0 or name != "sqrt" else mpmath.nan
        assert mpmath.isnan(found) or row.low <= found <= row.high


@pytest.mark.parametrize("name", [name for name, row in OPS.items() if row.through_zero])
def test_an_increasing_op_through_zero_keeps_the_sign(name):
    program = linearise(Expr(name, (ops.absolute(x),)), ("x",))
    assert Intervals(program)[len(program.instructions) - 1].low == 0
    assert OPS[name].meaning(mpmath.mp, mpmath.mpf(0)) == 0


def test_an_op_that_a_target_lacks_and_nothing_writes_is_refused():
    with pytest.raises(UnknownOpError, match="exp, which the target does not spell"):
        lowered(ops.exp(x), {"add", "where"})


def test_an_op_takes_its_number_of_arguments():
    with pytest.raises(TypeError, match="sinh takes 1 argument"):
        ops.sinh(x, y)
