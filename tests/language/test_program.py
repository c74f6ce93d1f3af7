"""Constants are folded to 60 digits and split into two doubles of 100 bits."""

from decimal import Decimal

import mpmath
import pytest

from softknee.language.expression import constant, symbol
from softknee.language.ops import exp, log, pi, sin, sqrt
from softknee.language.program import linearise, split

M = mpmath.mp
CONSTANTS = {
    "pi": (pi, lambda: M.pi),
    "pi / 2": (pi / 2, lambda: M.pi / 2),
    "sqrt(2 / pi)": (sqrt(2 / pi), lambda: M.sqrt(2 / M.pi)),
    "sqrt(8 / pi)": (sqrt(8 / pi), lambda: M.sqrt(8 / M.pi)),
    "1 / sqrt(2 pi)": (1 / sqrt(2 * pi), lambda: 1 / M.sqrt(2 * M.pi)),
    "-2 / sqrt(pi)": (-2 / sqrt(pi), lambda: -2 / M.sqrt(M.pi)),
    "log 2": (log(constant(2)), lambda: M.log(2)),
    "e": (exp(constant(1)), lambda: M.e),
    "e^-40": (exp(constant(-40)), lambda: M.exp(-40)),
    "1 / 3": (constant(1) / 3, lambda: M.mpf(1) / 3),
    "2 / 3 - 1 / 7": (constant(2) / 3 - constant(1) / 7, lambda: M.mpf(11) / 21),
    "pi + e": (pi + exp(constant(1)), lambda: M.pi + M.e),
    "-sqrt(1 / 2)": (-sqrt(constant(1) / 2), lambda: -M.sqrt(M.mpf(1) / 2)),
}


def folded(root):
    (instruction,) = linearise(root, ("x",)).instructions
    assert instruction.op == "constant"
    return instruction.value


@pytest.mark.parametrize("name", CONSTANTS)
def test_sixty_digits(name):
    root, truth = CONSTANTS[name]
    with mpmath.workdps(90):
        exact = truth()
        # Each of up to three steps is rounded at the 60th digit.
        assert abs(mpmath.mpf(str(folded(root))) / exact - 1) < mpmath.mpf(10) ** -58


@pytest.mark.parametrize("name", CONSTANTS)
def test_two_doubles_of_a_hundred_bits(name):
    root, truth = CONSTANTS[name]
    high, low = split(folded(root))
    with mpmath.workdps(90):
        exact = truth()
        assert high == float(exact)
        assert abs((mpmath.mpf(high) + low) / exact - 1) < mpmath.mpf(2) ** -100


def test_what_a_double_holds_has_no_second_half():
    assert split(Decimal("0.375")) == (0.375, 0.0)
    assert split(Decimal("1e999")) == (float("inf"), 0.0)


def test_only_constants_are_folded():
    x = symbol("x")
    program = linearise(sin(x * sqrt(2 / pi)) + log(constant(2)), ("x",))
    assert [made.op for made in program.instructions if made.op == "constant"] == ["constant"] * 2
    assert program.ops == {"symbol", "constant", "mul", "sin", "add"}


@pytest.mark.parametrize("root", [sqrt(constant(-1)), constant(1) / 0, exp(exp(constant(99)))])
def test_what_is_no_number_is_left_to_the_arithmetic(root):
    assert linearise(root, ("x",)).instructions[-1].op in {"sqrt", "div", "exp"}
