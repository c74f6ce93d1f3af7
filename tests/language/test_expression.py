"""Expressions: sharing, simplification, and what they refuse."""

import copy
import math
import pickle
from fractions import Fraction

import numpy as np
import pytest
import torch

from softknee.language import ops
from softknee.language.definition import define
from softknee.language.errors import UnknownOpError
from softknee.language.expression import Expr, constant, number_text, substitute, symbol, symbols, walk, where

x, a = symbol("x"), symbol("a")


def test_equal_expressions_are_the_same_object():
    assert ops.exp(x * a) is ops.exp(x * a)
    assert pickle.loads(pickle.dumps(ops.exp(x))) is ops.exp(x)
    assert copy.deepcopy(x * a) is x * a


@pytest.mark.parametrize(
    ("built", "expected"),
    [
        (x + 0, x),
        (0 + x, x),
        (x * 1, x),
        (x * 0, constant(0)),
        (x - x, constant(0)),
        (-(-x), x),
        (x - -a, x + a),
        ((-x) * (-a), x * a),
        (x / 1, x),
        (x**1, x),
        (x**3, x * (x * x)),
        (constant(1) / 3, constant(Fraction(1, 3))),
        (where(x > 0, a, a), a),
        (x**1.5, x * ops.sqrt(x)),
        (x**-0.5, 1 / ops.sqrt(x)),
        (x**-2, 1 / (x * x)),
        (2**x, ops.exp(x * ops.log(constant(2)))),
        (~(x > a), x <= a),
        (~((x > 0) & (x <= a)), (x <= 0) | (x > a)),
        (~(x == a), (x < a) | (x > a)),
        (x != a, (x < a) | (x > a)),
        (ops.clip(x, -1, a), ops.minimum(ops.maximum(x, -1), a)),
    ],
)
def test_what_is_exactly_so_is_simplified(built, expected):
    assert built is expected


def _an_if_of_an_equation(x):
    return x if x == 0 else 1


def test_an_equation_of_nodes_is_true_of_the_same_node_alone():
    assert x == x
    assert bool(x == a) is False
    assert x in (a, x)
    assert (x == 0).op == "eq"


def test_division_by_zero_is_left_to_the_arithmetic():
    assert (constant(1) / 0).op == "div"


@pytest.mark.parametrize(
    "misuse",
    [
        lambda: math.exp(x),
        lambda: np.exp(x),
        lambda: np.maximum(x, 0),
        lambda: np.where(x > 0, x, 0),
        lambda: torch.exp(x),
        lambda: x.clamp(0),
        lambda: max(x, 0),
        lambda: x if x > 0 else 0,
        lambda: define(_an_if_of_an_equation).expression,
        lambda: x + "a",
        lambda: where(x, 1, 0),
        lambda: (x > 0) & x,
    ],
)
def test_what_is_no_op_is_refused(misuse):
    with pytest.raises(UnknownOpError):
        misuse()


def test_constants_must_be_finite():
    with pytest.raises(ValueError, match="inf"):
        constant(math.inf)


def test_an_expression_cannot_be_changed():
    with pytest.raises(AttributeError):
        x.op = "exp"


def test_walk_lists_arguments_before_users_and_each_once():
    root = ops.tanh(x * a) + x * a
    order = walk(root)
    assert len(order) == len(set(order)) == 5
    assert all(order.index(arg) < order.index(node) for node in order for arg in node.args)


def test_substitute_replaces_symbols_everywhere():
    root = where(x > a, ops.exp(x), x)
    assert substitute(root, {"x": a * 2}) is where(a * 2 > a, ops.exp(a * 2), a * 2)
    assert symbols(substitute(root, {"x": constant(3)})) == {"a"}


@pytest.mark.parametrize(("value", "text"), [(2, "2"), (0.5, "0.5"), (0.1, "0.1"), (Fraction(1, 3), "1/3")])
def test_numbers_are_shown_short_and_exact(value, text):
    assert number_text(constant(value).payload) == text


def test_repr_reads_as_a_call():
    assert repr(Expr("exp", (x,))) == "exp(x)"
