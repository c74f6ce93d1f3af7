"""Compiled kernels know where they are unsure, and what they are unsure of is computed wider."""

import re

import ml_dtypes
import numpy as np
import pytest
import torch

import softknee as knee
from softknee.language.definition import define
from softknee.language.expression import where
from softknee.language.ops import exp, log, sin, tanh
from softknee.language.program import linearise
from softknee.targets.c.kernels import Kernel
from softknee.targets.c.pairs import PairPrinter


def printed(function, grade="double", inputs=1):
    definition = define(function)
    return PairPrinter(linearise(definition.expression, definition.arguments), inputs, grade).function("f")


def test_what_cannot_cancel_is_not_watched():
    assert "cancelled" not in printed(lambda x: 1 + exp(x))
    assert "cancelled" not in printed(lambda x: 1 - 2 * x)  # no rounding before the sum, so none is magnified
    assert "cancelled" in printed(lambda x: 1 - exp(x))
    assert "cancelled" in printed(lambda x: x - tanh(x))


def test_one_inexact_sum_is_watched_where_little_is_to_spare_and_a_sum_of_sums_everywhere():
    # 0.1 and 0.3 are doubles, so only the product of a sum is inexact there; as floats they take two parts.
    line, parabola = (lambda x: 0.1 * x - 0.3), (lambda x: (0.1 * x - 0.3) * x - 0.7)
    assert [printed(line, grade).count("cancelled") for grade in ("wide", "loose", "double")] == [0, 1, 0]
    assert [printed(parabola, grade).count("cancelled") for grade in ("wide", "loose", "double")] == [1, 2, 1]
    assert "cancelled" in printed(lambda x: 1 - exp(x), "wide")


def test_quotients_and_logarithms_of_what_may_be_tiny_are_watched():
    assert "pair_unless_large" in printed(lambda x: 1 / (1 + x * x))
    assert "unless_tiny(v" not in printed(lambda x: exp(-abs(x)) / (1 + exp(-abs(x))) + 1)
    assert "unless_tiny(v" in printed(lambda x: log(exp(x)))


def test_a_double_made_of_one_float_is_never_out_of_range():
    assert "unless_tiny" not in printed(lambda x: x * exp(x), "wide")
    assert "unless_tiny" in printed(lambda a, b: a * exp(b), "wide", inputs=2)


@pytest.mark.parametrize("grade", ["wide", "loose"])
def test_one_operation_on_floats_rounds_by_itself_and_is_not_checked(grade):
    for function in (lambda x: where(x > 0.1, x, 0.01 * x), lambda x: where(x > 3, x * x, where(x < -3, x - 1, 0))):
        text = printed(function, grade)
        assert "pair_round(v" not in text.split("for (")[1]
        assert "pair_unless" not in text
        assert "_12" not in text.split("y =")[1]
    assert "pair_unless" in printed(lambda x: where(x > 0.1, x, 0.01 * x + 1), "loose")


def test_a_float_is_compared_with_the_float_beside_a_parameter():
    for function, limit in ((lambda x: where(x > 0.1, x, 0), "below"), (lambda x: where(x >= 0.1, x, 0), "above")):
        text = printed(function, "wide")
        assert f"pair_{limit}(" in text
        assert "_12(" not in text


def test_what_is_selected_by_more_than_floats_is_checked_as_ever():
    assert "pair_unless" in printed(lambda x: where(x * x > 0.1, 0.01 * x, 0), "loose")
    assert "(in0[i] - in0[i])" in printed(lambda x: where(sin(x) > 0.1, 1, 0), "wide")


def test_constants_keep_their_digits():
    (parts,) = re.findall(r"pair_constant\((.*)f, (.*)f\)", printed(lambda x: sin(x) * 0.1, "wide"))
    high, low = (float.fromhex(part) for part in parts)
    assert high == np.float32(0.1)
    assert high + low == pytest.approx(0.1, rel=2.0**-47)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, ml_dtypes.bfloat16, np.float16])
@pytest.mark.parametrize("name", ["mish", "gelu", "silu", "tanhshrink", "xielu", "geglu"])
def test_many_unreliable_elements_in_a_row_are_all_recomputed(name, dtype):
    """Tails, zeros and infinities by the thousand, in place and not, against one element at a time."""
    f = knee.get(name)
    rng = np.random.default_rng(0)
    parts = [rng.uniform(-30, 30, 3000), rng.normal(0, 1e-3, 2000), np.zeros(700), rng.uniform(-800, -60, 2000)]
    x = np.concatenate([*parts, [np.inf, -np.inf, np.nan] * 200])
    rng.shuffle(x)
    x = x[:8000].astype(dtype)
    whole = f(x)
    some = rng.integers(0, len(whole), 400)
    halves = (x[:4000], x[4000:]) if isinstance(f, knee.Gate) else (x,)
    for at in some:
        one = f.combine(*(h[at : at + 1] for h in halves)) if isinstance(f, knee.Gate) else f(x[at : at + 1])
        np.testing.assert_array_equal(one.astype(np.float64), whole[at : at + 1].astype(np.float64))


@pytest.mark.parametrize("n", [1, 2, 511, 512, 4095, 4096])
@pytest.mark.parametrize("name", ["silu", "mish", "leaky_relu", "tanhshrink"])
def test_gradients_of_bfloat16_meet_their_own_slopes(name, n):
    """By pairs or one by one, recomputed later or at once."""
    f = knee.get(name)
    torch.manual_seed(0)
    x = torch.where(torch.rand(n) < 0.2, torch.full((n,), -90.0), torch.randn(n)).to(torch.bfloat16)
    x[::7] = torch.inf
    x[::11] = torch.nan
    gradient = torch.randn(n).to(torch.bfloat16)

    def backward(x, gradient):
        x = x.clone().requires_grad_()
        f(x).backward(gradient)
        return x.grad

    alone = [backward(x[at : at + 1], gradient[at : at + 1]) for at in range(min(n, 300))]
    spread = backward(x.repeat_interleave(2)[::2], gradient)
    whole = backward(x, gradient)
    torch.testing.assert_close(whole[:300], torch.cat(alone), rtol=0, atol=0, equal_nan=True)
    torch.testing.assert_close(whole, spread, rtol=0, atol=0, equal_nan=True)


def test_kernels_are_told_apart_by_what_is_data():
    program = linearise(define(lambda a, b: a * b).expression, ("a", "b"))
    assert Kernel([], program, program, 1, "d").key != Kernel([], program, program, 2, "d").key


@pytest.mark.parametrize("grade", ["wide", "loose"])
def test_what_is_missing_is_let_through_by_the_selection_where_that_can_be(grade):
    for function in (lambda x: where(x > 0, x, 0), lambda x: where(x < 0.1, where(x > -3, x, -3), 0.1)):
        assert "in0[i] !=" not in printed(function, grade)
    for function in (lambda x: where(x > 0, 1, 0), lambda x: where(where(x > 0, 1, 0) > 0, x, 0)):
        assert "y = in0[i] != in0[i] ? in0[i] : y;" in printed(function, grade)
    assert "!pair" not in printed(lambda x: where(x > 0, x, 0))  # a parameter of double may be NaN


def test_piecewise_linear_functions_have_a_loop_of_their_own():
    def piecewise(function, grade="wide", inputs=1):
        definition = define(function)
        return PairPrinter(linearise(definition.expression, definition.arguments), inputs, grade).piecewise("f")

    assert "PIECEWISE_LOOPS(0)" in piecewise(lambda x: where(x > 0, x, 0))
    assert "PIECEWISE_LOOPS(1)" in piecewise(lambda x: where(x > 0.1, x, 0.01 * x), "loose")
    assert piecewise(lambda x: where(x > 0, x, 0), "double") is None
    assert piecewise(lambda x: where(x > 0, x, x + 2 * x)) is None
    assert piecewise(lambda a, b: where(a > 0, b, 0), inputs=2) is None
