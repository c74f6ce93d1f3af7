"""The tables that the pages share with the library: the ops with their derivatives, and the doctor's rules and
texts.
"""

from __future__ import annotations

from typing import Any

from softknee.doctor import thresholds
from softknee.doctor.finding import RULES
from softknee.doctor.history import SATURATED_ON
from softknee.doctor.messages import CHINESE_TITLES, templates
from softknee.functions.properties import SATURATION
from softknee.language.expression import Expr, symbol
from softknee.language.ops import OPS, Op


def ops() -> dict[str, dict[str, Any]]:
    """By op, the number of its arguments, and its derivative by each, as trees in "0", "1", ...."""
    return {name: {"arity": op.arity, "partials": _partials(op)} for name, op in OPS.items()}


def _partials(op: Op) -> list[Any] | None:
    if op.partials is None:
        return None
    return [tree(each) for each in op.partials(*(symbol(str(place)) for place in range(op.arity)))]


def tree(node: Expr) -> Any:
    """An expression as nested lists: [op, ...arguments], the name of a symbol, or a number."""
    if node.is_symbol:
        return node.payload
    if node.is_constant:
        value = float(node.payload)
        return int(value) if value.is_integer() else value
    return [node.op, *(tree(arg) for arg in node.args)]


def doctor() -> dict[str, Any]:
    """The doctor's thresholds, the bounds of saturation, and the titles and messages of rules in both languages."""
    numbers = {name: value for name, value in vars(thresholds).items() if isinstance(value, (int, float))}
    return {
        "thresholds": {**numbers, "SATURATION": SATURATION, "SATURATED_ON": SATURATED_ON},
        "rules": {rule: {"en": title, "zh": CHINESE_TITLES[rule]} for rule, title in RULES.items()},
        "messages": templates(),
    }
