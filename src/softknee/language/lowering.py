"""Expr -> Expr: ops that a target does not spell, written in those that it does."""

from __future__ import annotations

from collections.abc import Collection

from .errors import UnknownOpError
from .expression import Expr, rebuild, walk
from .ops import OPS


def lowered(root: Expr, spelled: Collection[str]) -> Expr:
    """The same function in ops of `spelled` alone, beside symbols and constants (numbers, pi, the undefined).

    Raises UnknownOpError for an op that is not spelled and cannot be written in others.

    >>> from softknee.language.expression import symbol
    >>> from softknee.language.ops import tan
    >>> lowered(tan(symbol("x")), {"sin", "cos", "div"})
    div(sin(x), cos(x))
    """
    new: dict[Expr, Expr] = {}
    for node in walk(root):
        made = rebuild(node, tuple(new[arg] for arg in node.args))
        if made.args and made.op not in spelled:
            lower = OPS[made.op].lower
            if lower is None:
                raise UnknownOpError(f"{made.op}, which the target does not spell")
            made = lowered(lower(*made.args), spelled)
        new[node] = made
    return new[root]
