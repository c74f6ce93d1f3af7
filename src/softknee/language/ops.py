"""The table of ops: textbook meaning, derivative, and how the formula is written.

A row's `meaning` is what the op *is*: it takes a namespace of textbook functions with as
many digits as needed (mpmath's) and numbers. How a target computes the op stably is that
target's own affair (`native/arithmetic/`, `targets/`); tests hold each to the meaning.
A row's `partials` gives the derivative by each argument, as expressions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .expression import Expr, Operand, constant, div, lift, mul, neg


@dataclass(frozen=True)
class Op:
    """One row of the table."""

    name: str
    arity: int
    meaning: Callable[..., Any]
    partials: Callable[..., tuple[Expr, ...]] | None
    latex: str


def _apply(name: str) -> Callable[[Operand], Expr]:
    def build(x: Operand) -> Expr:
        return Expr(name, (lift(x),))

    build.__name__ = build.__qualname__ = name
    build.__doc__ = f"The op `{name}` applied to an expression or number."
    return build


exp, expm1, log, log1p = _apply("exp"), _apply("expm1"), _apply("log"), _apply("log1p")
sqrt, sin, cos, tanh = _apply("sqrt"), _apply("sin"), _apply("cos"), _apply("tanh")
atan, asinh, erf, erfc = _apply("atan"), _apply("asinh"), _apply("erf"), _apply("erfc")
sigmoid, softplus = _apply("sigmoid"), _apply("softplus")
normal_cdf, normal_pdf, gauss = _apply("normal_cdf"), _apply("normal_pdf"), _apply("gauss")
pi = Expr("pi")
nan = Expr("nan")


def log_sigmoid(x: Operand) -> Expr:
    """log(sigmoid(x)) = -softplus(-x)."""
    return neg(softplus(neg(lift(x))))


def _one(derivative: Callable[[Expr], Expr]) -> Callable[..., tuple[Expr, ...]]:
    return lambda x: (derivative(x),)


_ONE = constant(1)
_TABLE = (
    # The meaning of `where` and the comparisons is the reader's own control flow.
    Op("pi", 0, lambda m: m.pi, lambda: (), r"\pi"),
    Op("nan", 0, lambda m: m.nan, lambda: (), r"\text{{undefined}}"),
    Op("add", 2, lambda m, a, b: a + b, lambda a, b: (_ONE, _ONE), "{0} + {1}"),
    Op("sub", 2, lambda m, a, b: a - b, lambda a, b: (_ONE, neg(_ONE)), "{0} - {1}"),
    Op("mul", 2, lambda m, a, b: a * b, lambda a, b: (b, a), "{0} {1}"),
    Op(
        "div",
        2,
        lambda m, a, b: a / b,
        lambda a, b: (div(_ONE, b), neg(div(div(a, b), b))),
        r"\frac{{{0}}}{{{1}}}",
    ),
    Op("neg", 1, lambda m, a: -a, _one(lambda x: constant(-1)), "-{0}"),
    Op("gt", 2, lambda m, a, b: a > b, None, "{0} > {1}"),
    Op("ge", 2, lambda m, a, b: a >= b, None, r"{0} \ge {1}"),
    Op("lt", 2, lambda m, a, b: a < b, None, "{0} < {1}"),
    Op("le", 2, lambda m, a, b: a <= b, None, r"{0} \le {1}"),
    Op("eq", 2, lambda m, a, b: a == b, None, "{0} = {1}"),
    Op("and", 2, lambda m, a, b: a and b, None, r"{0} \land {1}"),
    Op("or", 2, lambda m, a, b: a or b, None, r"{0} \lor {1}"),
    Op("where", 3, lambda m, c, a, b: a if c else b, None, ""),
    Op(
        "sqrt",
        1,
        lambda m, x: m.sqrt(x),
        _one(lambda x: div(constant(0.5), sqrt(x))),
        r"\sqrt{{{0}}}",
    ),
    Op("exp", 1, lambda m, x: m.exp(x), _one(exp), "e^{{{0}}}"),
    Op("expm1", 1, lambda m, x: m.exp(x) - 1, _one(exp), "e^{{{0}}} - 1"),
    Op("log", 1, lambda m, x: m.log(x), _one(lambda x: div(_ONE, x)), r"\ln {0}"),
    Op(
        "log1p",
        1,
        lambda m, x: m.log(1 + x),
        _one(lambda x: div(_ONE, 1 + x)),
        r"\ln(1 + {0})",
    ),
    Op("sin", 1, lambda m, x: m.sin(x), _one(cos), r"\sin {0}"),
    Op("cos", 1, lambda m, x: m.cos(x), _one(lambda x: neg(sin(x))), r"\cos {0}"),
    # 4 s(2x) s(-2x), not 1 - tanh(x)^2: that difference is 0 long before the slope is.
    Op(
        "tanh",
        1,
        lambda m, x: m.tanh(x),
        _one(lambda x: 4 * (sigmoid(2 * x) * sigmoid(-(2 * x)))),
        r"\tanh {0}",
    ),
    Op("atan", 1, lambda m, x: m.atan(x), _one(lambda x: div(_ONE, 1 + mul(x, x))), r"\arctan {0}"),
    Op(
        "asinh",
        1,
        lambda m, x: m.asinh(x),
        _one(lambda x: div(_ONE, sqrt(1 + mul(x, x)))),
        r"\operatorname{{arsinh}} {0}",
    ),
    Op(
        "erf",
        1,
        lambda m, x: m.erf(x),
        _one(lambda x: mul(div(constant(2), sqrt(pi)), gauss(x))),
        r"\operatorname{{erf}} {0}",
    ),
    Op(
        "erfc",
        1,
        lambda m, x: m.erfc(x),
        _one(lambda x: mul(div(constant(-2), sqrt(pi)), gauss(x))),
        r"\operatorname{{erfc}} {0}",
    ),
    # s(x) s(-x), not s (1 - s): the same reason.
    Op(
        "sigmoid",
        1,
        lambda m, x: 1 / (1 + m.exp(-x)),
        _one(lambda x: sigmoid(x) * sigmoid(-x)),
        r"\sigma({0})",
    ),
    Op(
        "softplus",
        1,
        lambda m, x: m.log(1 + m.exp(x)),
        _one(sigmoid),
        r"\ln(1 + e^{{{0}}})",
    ),
    Op(
        "normal_cdf",
        1,
        lambda m, x: m.erfc(-x / m.sqrt(2)) / 2,
        _one(normal_pdf),
        r"\Phi({0})",
    ),
    Op(
        "normal_pdf",
        1,
        lambda m, x: m.exp(-x * x / 2) / m.sqrt(2 * m.pi),
        _one(lambda x: neg(mul(x, normal_pdf(x)))),
        r"\varphi({0})",
    ),
    Op(
        "gauss",
        1,
        lambda m, x: m.exp(-x * x),
        _one(lambda x: neg(2 * mul(x, gauss(x)))),
        "e^{{-{0}^2}}",
    ),
)

OPS: dict[str, Op] = {row.name: row for row in _TABLE}

# What a person types for the ops that are operators.
_SPELLINGS = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "div": "/",
    "neg": "-x",
    "gt": ">",
    "ge": ">=",
    "lt": "<",
    "le": "<=",
    "and": "&",
    "or": "|",
}


def op_names() -> list[str]:
    """The ops as a person types them, for messages and docs."""
    # `eq` is only what ties are decided by.
    return sorted({_SPELLINGS.get(name, name) for name in OPS if name != "eq"} | {"abs", "log_sigmoid", "x ** n"})
