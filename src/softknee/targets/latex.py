"""Expr -> LaTeX: the formula as people write it."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction

from softknee.language.expression import Expr, neg, number_text
from softknee.language.ops import OPS

_GREEK = frozenset({"alpha", "beta", "gamma", "delta", "theta", "lambda", "mu", "sigma", "omega", "tau", "rho", "eta"})
_NAMES = {"lambd": r"\lambda", "negative_slope": "s", "weight": "a", "min_val": r"\ell", "max_val": "u"}

# How tightly an expression holds together: what stands inside must hold at least as tightly.
_CASES, _SUM, _PRODUCT, _PREFIX, _POWER, _ATOM = range(6)


def latex(root: Expr) -> str:
    r"""The LaTeX of an expression, without the dollar signs.

    >>> from softknee.language.expression import symbol
    >>> latex(symbol("x") * symbol("alpha"))
    'x \\, \\alpha'
    """
    return _write(root)[0]


def name_latex(name: str) -> str:
    """A parameter's name: Greek letters and trailing indices become symbols."""
    if name in _NAMES:
        return _NAMES[name]
    match = re.fullmatch(r"([a-zA-Z]+?)_?(\d+|(?<=_)[a-zA-Z])", name)
    if match and (len(match[1]) == 1 or match[1] in _GREEK):
        return f"{_stem(match[1])}_{{{match[2]}}}"
    return _stem(name)


def _stem(name: str) -> str:
    if name in _GREEK:
        return f"\\{name}"
    escaped = name.replace("_", r"\_")
    return name if len(name) == 1 else rf"\mathrm{{{escaped}}}"


def _write(node: Expr) -> tuple[str, int]:
    """The text and how tightly it holds together."""
    if node.is_symbol:
        return name_latex(node.payload), _ATOM
    if node.is_constant:
        return _number(node.payload)
    if node.op == "where":
        text = _cases(node)
        return text, _CASES if text.startswith(r"\begin") else _ATOM
    if node.op == "mul":
        text = _product(node)
        return text, _SUM if text.startswith("-") else _PRODUCT
    if node.op == "div":
        return rf"\frac{{{latex(node.args[0])}}}{{{latex(node.args[1])}}}", _ATOM
    if node.op == "neg":
        return f"-{_inside(node.args[0], _PRODUCT)}", _SUM
    if node.op in ("add", "sub"):
        left, right = node.args
        sign = "+" if node.op == "add" else "-"
        return f"{_inside(left, _SUM)} {sign} {_inside(right, _SUM if node.op == 'add' else _PRODUCT)}", _SUM
    return _by_template(OPS[node.op].latex, node.args)


def _by_template(template: str, args: tuple[Expr, ...]) -> tuple[str, int]:
    """A row's template filled in: how tightly it holds together, and its arguments must, is told by its signs."""
    if template.endswith(" {0}"):  # a function written with a space
        return template.format(_inside(args[0], _POWER)), _PREFIX
    if " - " in template and not template.endswith(")"):
        return template.format(*map(latex, args)), _SUM
    raised = [f"{{{at}}}^" in template for at in range(len(args))]  # the base of a power
    shown = [_inside(arg, _ATOM) if is_base else latex(arg) for arg, is_base in zip(args, raised)]
    is_power = template.startswith(("e^", "{0}^"))
    return template.format(*shown), _POWER if is_power else _ATOM


def _inside(node: Expr, level: int) -> str:
    text, own = _write(node)
    return text if own >= level else rf"\left({text}\right)"


def _number(value: Fraction) -> tuple[str, int]:
    if value < 0:
        return f"-{_number(-value)[0]}", _SUM
    text = number_text(value)
    if "/" in text:
        nice = value.limit_denominator(1000)
        if nice == value or abs(float(nice - value)) < 1e-15 * float(abs(value)):
            return rf"\frac{{{nice.numerator}}}{{{nice.denominator}}}", _ATOM
        text = repr(float(value))
    mantissa, _, exponent = text.partition("e")
    if exponent:
        return rf"{mantissa} \cdot 10^{{{int(exponent)}}}", _PRODUCT
    return (f"{float(mantissa):.7g}" if len(mantissa) > 9 else mantissa), _ATOM


def _factors(node: Expr) -> list[Expr]:
    if node.op != "mul":
        return [node]
    return [factor for arg in node.args for factor in _factors(arg)]


def _product(node: Expr) -> str:
    """Equal factors as powers, numbers in front, a thin space where two would run together."""
    counted = Counter(_factors(node))
    ordered = sorted(counted, key=lambda factor: not factor.is_constant)
    parts = []
    for factor in ordered:
        power = counted[factor]
        if power > 1:
            parts.append(f"{_inside(factor, _ATOM)}^{{{power}}}")
        else:
            last = factor is ordered[-1]
            first = not parts and factor.is_constant
            parts.append(_inside(factor, _SUM if first else _PREFIX if last else _POWER))
    return r" \, ".join(parts)


def _cases(node: Expr) -> str:
    condition, a, b = node.args
    if condition.op == "lt" and condition.args[0] is b and condition.args[1].equals(0) and a is neg(b):
        return rf"\left|{latex(b)}\right|"
    rows = []
    rest = node
    while rest.op == "where":
        condition, value, other = rest.args
        rows.append(rf"{latex(value)} & \text{{if }} {_condition(condition)}")
        rest = other
    rows.append(rf"{latex(rest)} & \text{{otherwise}}")
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"


def _condition(node: Expr) -> str:
    return OPS[node.op].latex.format(*map(latex, node.args))
