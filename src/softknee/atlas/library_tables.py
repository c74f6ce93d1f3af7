"""The tables that the pages share with the library: the ops with their derivatives, and the doctor's rules and
texts.
"""

from __future__ import annotations

from typing import Any

from softknee.doctor.history import SATURATED_ON
from softknee.doctor.remedy import TEMPLATES
from softknee.doctor.rules import RULES, thresholds
from softknee.functions.properties import SATURATION
from softknee.language.expression import Expr, symbol
from softknee.language.lowering import lowered
from softknee.language.ops import OPS, Op
from softknee.targets.javascript import SPELLED


def ops() -> dict[str, dict[str, Any]]:
    """By op, the number of its arguments, and its derivative by each, as trees in "0", "1", ...."""
    rows = {name: _row(op) for name, op in OPS.items()}
    return {name: row for name, row in rows.items() if row is not None}


_LONGEST_LOWERING = 2000  # characters


def _row(op: Op) -> dict[str, Any] | None:
    places = [symbol(str(place)) for place in range(op.arity)]
    row: dict[str, Any] = {"arity": op.arity, "partials": None}
    if op.partials is not None:
        row["partials"] = [tree(each) for each in op.partials(*places)]
    if op.arity and op.name not in SPELLED:
        row["lower"] = tree(lowered(Expr(op.name, tuple(places)), SPELLED))
        if len(str(row["lower"])) > _LONGEST_LOWERING:
            return None
    return row


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
    said = {name: {"en": rule.message, "zh": rule.message_zh} for name, rule in RULES.items() if rule.message}
    return {
        "thresholds": {**thresholds(), "SATURATION": SATURATION, "SATURATED_ON": SATURATED_ON},
        "rules": {name: {"en": rule.title, "zh": rule.zh} for name, rule in RULES.items()},
        "messages": {**said, **{name: dict(each) for name, each in TEMPLATES.items()}},
    }
