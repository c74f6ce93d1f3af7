"""Expr -> Expr: derivatives by one rule per op, and limits from one side at kinks."""

from __future__ import annotations

from typing import Literal

from .errors import DefinitionError
from .expression import (
    CONDITIONS,
    Expr,
    add,
    both,
    constant,
    depends_on,
    either,
    mul,
    rebuild,
    sub,
    walk,
    where,
)
from .ops import OPS

Side = Literal["left", "right"]

_ZERO = constant(0)


def partial(root: Expr, name: str) -> Expr:
    """The derivative of `root` by the symbol `name`, conditions as they stand.

    `where(c, a, b)` gives `where(c, da, db)`, never a mask times a derivative: 0 * inf
    is how the gradients of exponential units become NaN.
    """
    active = depends_on([root], name)
    slope: dict[Expr, Expr] = {}
    for node in walk(root):
        if node not in active:
            slope[node] = _ZERO
        elif node.is_symbol:
            slope[node] = constant(1)
        elif node.op == "where":
            condition, a, b = node.args
            slope[node] = where(condition, slope[a], slope[b])
        elif node.op in CONDITIONS:
            slope[node] = _ZERO
        elif (row := OPS[node.op]).partials is None:
            raise DefinitionError(f"{node.op} has no derivative here")
        else:
            total = _ZERO
            for arg, factor in zip(node.args, row.partials(*node.args)):
                if arg in active:
                    total = add(total, mul(slope[arg], factor))
            slope[node] = total
    return slope[root]


def approach(root: Expr, name: str, side: Side) -> Expr:
    """`root` where each comparison decides a tie as it does just left (or right) of it."""
    active = depends_on([root], name)
    new: dict[Expr, Expr] = {}
    for node in walk(root):
        args = tuple(new[arg] for arg in node.args)
        if node.op in _TIES and node in active:
            new[node] = _sided(node.op, args, partial(sub(*node.args), name), side)
        else:
            new[node] = rebuild(node, args)
    return new[root]


def derivative(root: Expr, name: str, side: Side = "left") -> Expr:
    """The derivative by `name`; at a kink, its limit from `side`."""
    return approach(partial(root, name), name, side)


_TIES = {"gt": "ge", "ge": "gt", "lt": "le", "le": "lt"}
_STRICT = {"gt": "gt", "ge": "gt", "lt": "lt", "le": "lt"}


def _sided(op: str, args: tuple[Expr, ...], rise: Expr, side: Side) -> Expr:
    """U OP v decided at u = v by the sign of `rise`, the slope of u - v."""
    strict = _STRICT[op]
    loose = _TIES[strict]
    wants_rising = (side == "right") == (strict == "gt")
    if rise.is_constant:
        holds_at_tie = rise.payload > 0 if wants_rising else rise.payload < 0
        return Expr(loose if holds_at_tie else strict, args)
    rising = Expr("gt" if wants_rising else "lt", (rise, _ZERO))
    return either(Expr(strict, args), both(Expr("eq", args), rising))
