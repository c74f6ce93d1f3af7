"""Expr -> one line of plain text, for terminals."""

from __future__ import annotations

from collections import Counter

from softknee.language.expression import CONDITIONS, Expr, neg, number_text
from softknee.language.ops import OPS

_SUM, _PRODUCT, _ATOM = range(3)
_POWERS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def text(root: Expr) -> str:
    """The formula in one line.

    >>> from softknee.language.expression import symbol, where
    >>> x = symbol("x")
    >>> text(where(x > 0, x, 0.5 * x))
    'x if x > 0 else 0.5·x'
    """
    return _write(root)[0]


def _inside(node: Expr, level: int) -> str:
    found, own = _write(node)
    return found if own >= level else f"({found})"


def _write(node: Expr) -> tuple[str, int]:
    op, args = node.op, node.args
    if node.is_symbol:
        return node.payload, _ATOM
    if node.is_constant:
        shown = number_text(node.payload)
        if len(shown) > 10:
            shown = f"{float(node.payload):.6g}"
        return shown, _ATOM if node.payload >= 0 else _SUM
    if op == "where":
        return _where(node)
    if op in ("add", "sub"):
        sign = "+" if op == "add" else "-"
        return f"{_inside(args[0], _SUM)} {sign} {_inside(args[1], _SUM if op == 'add' else _PRODUCT)}", _SUM
    if op == "neg":
        return f"-{_inside(args[0], _PRODUCT)}", _SUM
    if op == "mul":
        return _product(node), _PRODUCT
    if op == "div":
        return f"{_inside(args[0], _PRODUCT)}/{_inside(args[1], _ATOM)}", _PRODUCT
    if op in CONDITIONS:
        return OPS[op].text.format(*map(text, args)), _SUM
    if op in ("gauss", "pow"):
        shown = OPS[op].text.format(*(_inside(arg, _ATOM) for arg in args))
        return shown, _ATOM if op == "gauss" else _PRODUCT
    template = OPS[op].text or f"{op}({', '.join(f'{{{at}}}' for at in range(len(args)))})"
    return template.format(*map(text, args)), _ATOM


def _product(node: Expr) -> str:
    counted = Counter(_factors(node))
    parts = []
    for factor in sorted(counted, key=lambda f: not f.is_constant):
        power = counted[factor]
        shown = _inside(factor, _ATOM if power > 1 else _PRODUCT)
        parts.append(shown if power == 1 else f"{shown}{str(power).translate(_POWERS)}")
    return "·".join(parts)


def _factors(node: Expr) -> list[Expr]:
    return [node] if node.op != "mul" else [factor for arg in node.args for factor in _factors(arg)]


def _where(node: Expr) -> tuple[str, int]:
    condition, a, b = node.args
    if condition.op == "lt" and condition.args[0] is b and condition.args[1].equals(0) and a is neg(b):
        return f"|{text(b)}|", _ATOM
    return f"{_inside(a, _SUM)} if {text(condition)} else {text(b)}", -1
