"""Derivatives as people would write them: like terms and factors collected, for reading only."""

from __future__ import annotations

from fractions import Fraction

from softknee.language.expression import Expr, add, constant, div, mul, neg, rebuild, sub, walk, where

Factors = dict[Expr, int]
# Above this a denominator belongs to a decimal such as 0.044715, which is left as it is.
_WHOLE = 64


def tidy(root: Expr) -> Expr:
    """The same function with x + x as 2 x, a / b / b as a / b^2 and -x or x, by sign, as |x|."""
    new: dict[Expr, Expr] = {}
    for node in walk(root):
        made = rebuild(node, tuple(new[arg] for arg in node.args))
        if made.op in ("add", "sub", "neg", "mul", "div"):
            made = _collected(made)
        elif made.op == "where":
            made = _absolute(made)
        new[node] = made
    return new[root]


def _absolute(node: Expr) -> Expr:
    condition, a, b = node.args
    if condition.op == "le" and condition.args[0] is b and condition.args[1].equals(0) and a is neg(b):
        return where(b < 0, a, b)
    return node


def _collected(root: Expr) -> Expr:
    total: dict[frozenset[tuple[Expr, int]], tuple[Fraction, Factors]] = {}
    for sign, term in _terms(root, 1):
        number, factors = _monomial(term)
        key = frozenset(factors.items())
        before, _ = total.get(key, (Fraction(0), {}))
        total[key] = before + sign * number, factors
    result = constant(0)
    for number, factors in total.values():
        term = _product(abs(number), factors)
        result = sub(result, term) if number < 0 else add(result, term)
    return result


def _terms(node: Expr, sign: int) -> list[tuple[int, Expr]]:
    if node.op in ("add", "sub"):
        second = sign if node.op == "add" else -sign
        return [*_terms(node.args[0], sign), *_terms(node.args[1], second)]
    return _terms(node.args[0], -sign) if node.op == "neg" else [(sign, node)]


def _monomial(node: Expr) -> tuple[Fraction, Factors]:
    """A product as a number times powers."""
    if node.is_constant:
        return node.payload, {}
    if node.op == "neg":
        number, factors = _monomial(node.args[0])
        return -number, factors
    if node.op not in ("mul", "div"):
        return Fraction(1), {node: 1}
    (first, left), (second, right) = map(_monomial, node.args)
    power = 1 if node.op == "mul" else -1
    if second == 0:
        return Fraction(1), {node: 1}
    merged = dict(left)
    for factor, count in right.items():
        merged[factor] = merged.get(factor, 0) + power * count
    return first * second**power, _without_roots(merged)


def _without_roots(factors: Factors) -> Factors:
    """Pairs of equal square roots become what is under them."""
    found: Factors = {}
    for factor, count in factors.items():
        if factor.op == "sqrt" and abs(count) > 1:
            pairs = int(count / 2)
            under = factor.args[0]
            found[under] = found.get(under, 0) + pairs
            count -= 2 * pairs
        found[factor] = found.get(factor, 0) + count
    return {factor: count for factor, count in found.items() if count}


def _product(number: Fraction, factors: Factors) -> Expr:
    above, below = constant(number), constant(1)
    if number.denominator <= _WHOLE:
        above, below = constant(number.numerator), constant(number.denominator)
    for factor, count in sorted(factors.items(), key=_order):
        for _ in range(abs(count)):
            if count > 0:
                above = mul(above, factor)
            else:
                below = mul(below, factor)
    return div(above, below)


def _order(item: tuple[Expr, int]) -> int:
    """Parameters, then x, then what is built of them."""
    factor = item[0]
    return 2 if not factor.is_symbol else 1 if factor.payload == "x" else 0
