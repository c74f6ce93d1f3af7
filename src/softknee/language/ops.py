"""The table of ops: one row each, with all that any reader of expressions needs to know of it.

A row's `meaning` is the op's definition: it takes a namespace of textbook functions with as many digits as needed
(mpmath's) and numbers. `partials` gives the derivative by each argument, as expressions. `lower` writes the op in
others, in the end in `PRIMITIVES`; a target spells an op itself where that is faster or keeps more digits, and gets
the others lowered (`lowering.py`), so that a new op is one row here and nothing elsewhere. Tests hold each lowering,
and each target's own spelling, to the meaning.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import Any

from .expression import Expr, Operand, constant, div, lift, mul, neg, power, where
from .gamma import gamma_series


@dataclass(frozen=True)
class Op:
    """One row of the table.

    Args:
        name: Its name in expressions and programs.
        arity: The number of its arguments.
        meaning: Its definition, a function of a namespace of textbook functions and of numbers.
        partials: Its derivative by each argument, as expressions; None for a condition.
        latex: A template of the arguments.
        text: The same for terminals; without it the op is written as a call of its name.
        lower: The same function in other ops; None for a primitive.
        low: A lower bound of its values.
        high: An upper bound of its values.
        through_zero: That it is increasing, and 0 at 0.
        ends: The values that it has all but reached at a huge negative and a huge positive argument, None standing
            for the argument itself.
    """

    name: str
    arity: int
    meaning: Callable[..., Any]
    partials: Callable[..., tuple[Expr, ...]] | None
    latex: str
    text: str = ""
    lower: Callable[..., Expr] | None = None
    low: float = -inf
    high: float = inf
    through_zero: bool = False
    ends: tuple[float | None, float | None] | None = None


OPS: dict[str, Op] = {}

# An op applied to expressions or numbers.
Builder = Callable[..., Expr]


def _op(
    name: str,
    meaning: Callable[..., Any],
    partials: Callable[..., Expr | tuple[Expr, ...]] | None,
    latex: str,
    **about: Any,
) -> Builder:
    """Enter a row; the op applied to expressions or numbers."""

    def slopes(*args: Expr) -> tuple[Expr, ...]:
        found = partials(*args) if partials is not None else ()
        return found if isinstance(found, tuple) else (found,)

    arity = meaning.__code__.co_argcount - 1  # the namespace comes first
    OPS[name] = Op(name, arity, meaning, None if partials is None else slopes, latex, **about)

    def build(*args: Operand) -> Expr:
        if len(args) != arity:
            raise TypeError(f"{name} takes {arity} arguments, got {len(args)}")
        return Expr(name, tuple(map(lift, args)))

    build.__name__ = build.__qualname__ = name
    build.__doc__ = f"The op `{name}` applied to expressions or numbers."
    return build


_ONE, _TWO, _HALF = constant(1), constant(2), constant(Fraction(1, 2))


# -- arithmetic, comparison, selection: their nodes are made by the operators of `Expr` -----------------------------
pi = _op("pi", lambda m: m.pi, lambda: (), r"\pi", text="π")()
nan = _op("nan", lambda m: m.nan, lambda: (), r"\text{{undefined}}", text="undefined")()
_op("add", lambda m, a, b: a + b, lambda a, b: (_ONE, _ONE), "{0} + {1}")
_op("sub", lambda m, a, b: a - b, lambda a, b: (_ONE, neg(_ONE)), "{0} - {1}")
_op("mul", lambda m, a, b: a * b, lambda a, b: (b, a), "{0} {1}")
_op("div", lambda m, a, b: a / b, lambda a, b: (div(_ONE, b), neg(div(div(a, b), b))), r"\frac{{{0}}}{{{1}}}")
_op("neg", lambda m, a: -a, lambda a: neg(_ONE), "-{0}")
_op("gt", lambda m, a, b: a > b, None, "{0} > {1}", text="{0} > {1}")
_op("ge", lambda m, a, b: a >= b, None, r"{0} \ge {1}", text="{0} ≥ {1}")
_op("lt", lambda m, a, b: a < b, None, "{0} < {1}", text="{0} < {1}")
_op("le", lambda m, a, b: a <= b, None, r"{0} \le {1}", text="{0} ≤ {1}")
_op("eq", lambda m, a, b: a == b, None, "{0} = {1}", text="{0} = {1}")
_op("and", lambda m, a, b: a and b, None, r"{0} \land {1}", text="{0} and {1}")
_op("or", lambda m, a, b: a or b, None, r"{0} \lor {1}", text="{0} or {1}")
# The meaning of the comparisons and of `where` is the reader's own control flow.
_op("where", lambda m, c, a, b: a if c else b, None, "")


# -- whole numbers: their slope is 0, also where they jump ----------------------------------------------------------
floor: Builder = _op(
    "floor", lambda m, x: m.floor(x), lambda x: constant(0), r"\lfloor {0} \rfloor", text="⌊{0}⌋", through_zero=True
)
rint: Builder = _op(  # the nearest whole number, of two as near the even one, as Python's round()
    "rint",
    lambda m, x: m.nint(x),
    lambda x: constant(0),
    r"\operatorname{{round}}({0})",
    text="round({0})",
    lower=lambda x: _nearest(x, floor(x)),
    through_zero=True,
)
mod: Builder = _op(  # the remainder with the sign of b, as Python's %
    "mod",
    lambda m, a, b: a - b * m.floor(a / b),
    lambda a, b: (constant(1), neg(floor(a / b))),
    r"{0} \bmod {1}",
    text="{0} mod {1}",
    lower=lambda a, b: a - b * floor(a / b),
)


# -- powers, exponentials, logarithms -------------------------------------------------------------------------------
sqrt: Builder = _op(
    "sqrt",
    lambda m, x: m.sqrt(x),
    lambda x: div(_HALF, sqrt(x)),
    r"\sqrt{{{0}}}",
    low=0,
    through_zero=True,
)
exp: Builder = _op("exp", lambda m, x: m.exp(x), lambda x: exp(x), "e^{{{0}}}", low=0, ends=(0, inf))
expm1: Builder = _op(
    "expm1",
    lambda m, x: m.exp(x) - 1,
    lambda x: exp(x),
    "e^{{{0}}} - 1",
    low=-1,
    through_zero=True,
    ends=(-1, inf),
)
log: Builder = _op("log", lambda m, x: m.log(x), lambda x: div(_ONE, x), r"\ln {0}", text="ln({0})")
log1p: Builder = _op("log1p", lambda m, x: m.log(1 + x), lambda x: div(_ONE, 1 + x), r"\ln(1 + {0})", through_zero=True)
_op(  # a ** b, with a >= 0, and a > 0 where b < 0; NaN elsewhere
    "pow",
    lambda m, a, b: a**b if a > 0 else m.nan if a < 0 or a != a else (1 if b == 0 else 0 if b > 0 else m.inf),
    lambda a, b: (mul(b, power(a, b - 1)), where(a > 0, power(a, b) * log(a), where(a < 0, nan, 0))),
    "{0}^{{{1}}}",
    text="{0}^{1}",
    lower=lambda a, b: where(
        a > 0, exp(b * log(a)), where(a < 0, nan, where(b > 0, 0, where(b < 0, div(_ONE, mul(a, a)), 1)))
    ),
)


# -- circular and hyperbolic ----------------------------------------------------------------------------------------
sin: Builder = _op("sin", lambda m, x: m.sin(x), lambda x: cos(x), r"\sin {0}", low=-1, high=1)
cos: Builder = _op("cos", lambda m, x: m.cos(x), lambda x: neg(sin(x)), r"\cos {0}", low=-1, high=1)
tan: Builder = _op(
    "tan",
    lambda m, x: m.tan(x),
    lambda x: div(_ONE, mul(cos(x), cos(x))),
    r"\tan {0}",
    lower=lambda x: sin(x) / cos(x),
)
asin: Builder = _op(
    "asin",
    lambda m, x: m.asin(x) if abs(x) <= 1 else m.nan,
    lambda x: div(_ONE, sqrt((1 - x) * (1 + x))),
    r"\arcsin {0}",
    text="arcsin({0})",
    lower=lambda x: 2 * atan(x / (1 + sqrt((1 - x) * (1 + x)))),
    low=-2,
    high=2,
    through_zero=True,
)
acos: Builder = _op(
    "acos",
    lambda m, x: m.acos(x) if abs(x) <= 1 else m.nan,
    lambda x: neg(div(_ONE, sqrt((1 - x) * (1 + x)))),
    r"\arccos {0}",
    text="arccos({0})",
    # Either quotient keeps the digits of the end that is near.
    lower=lambda x: where(x > 0, 2 * atan(sqrt((1 - x) / (1 + x))), pi - 2 * atan(sqrt((1 + x) / (1 - x)))),
    low=0,
    high=4,
)
atan: Builder = _op(
    "atan",
    lambda m, x: m.atan(x),
    lambda x: div(_ONE, 1 + mul(x, x)),
    r"\arctan {0}",
    text="arctan({0})",
    low=-2,
    high=2,
    through_zero=True,
)
sinh: Builder = _op(
    "sinh",
    lambda m, x: m.sinh(x),
    lambda x: cosh(x),
    r"\sinh {0}",
    # (m + m/(1 + m))/2 with m = e^|x| - 1; far out by the square of e^(|x|/2), which overflows no sooner than sinh.
    lower=lambda x: _odd(
        x, lambda a: where(a > 22, _HALF * exp(a / 2) * exp(a / 2), (expm1(a) + expm1(a) / (1 + expm1(a))) / 2)
    ),
    through_zero=True,
    ends=(-inf, inf),
)
cosh: Builder = _op(
    "cosh",
    lambda m, x: m.cosh(x),
    lambda x: sinh(x),
    r"\cosh {0}",
    lower=lambda x: where(abs(x) > 22, _HALF * exp(abs(x) / 2) * exp(abs(x) / 2), (exp(abs(x)) + 1 / exp(abs(x))) / 2),
    low=1,
    ends=(inf, inf),
)
# 4 s(2x) s(-2x), not 1 - tanh(x)^2: that difference is 0 long before the slope is.
tanh: Builder = _op(
    "tanh",
    lambda m, x: m.tanh(x),
    lambda x: 4 * (sigmoid(2 * x) * sigmoid(-(2 * x))),
    r"\tanh {0}",
    lower=lambda x: _odd(x, lambda a: neg(expm1(-2 * a)) / (2 + expm1(-2 * a))),
    low=-1,
    high=1,
    through_zero=True,
    ends=(-1, 1),
)
asinh: Builder = _op(
    "asinh",
    lambda m, x: m.asinh(x),
    lambda x: div(_ONE, sqrt(1 + mul(x, x))),
    r"\operatorname{{arsinh}} {0}",
    text="arsinh({0})",
    # Far out the square would overflow.
    lower=lambda x: _odd(x, lambda a: where(a > 2**30, log(a) + log(_TWO), log1p(a + a * a / (1 + sqrt(1 + a * a))))),
    through_zero=True,
)


# -- the logistic function, the normal distribution and their kin ---------------------------------------------------
# s(x) s(-x), not s (1 - s): the reason is that of tanh.
sigmoid: Builder = _op(
    "sigmoid",
    lambda m, x: 1 / (1 + m.exp(-x)),
    lambda x: sigmoid(x) * sigmoid(-x),
    r"\sigma({0})",
    text="σ({0})",
    lower=lambda x: where(x < 0, exp(-abs(x)), 1) / (1 + exp(-abs(x))),
    low=0,
    high=1,
    ends=(0, 1),
)
softplus: Builder = _op(
    "softplus",
    lambda m, x: m.log(1 + m.exp(x)),
    lambda x: sigmoid(x),
    r"\ln(1 + e^{{{0}}})",
    lower=lambda x: where(x > 0, x, 0) + log1p(exp(-abs(x))),
    low=0,
    ends=(0, None),
)
erf: Builder = _op(
    "erf",
    lambda m, x: m.erf(x),
    lambda x: mul(div(_TWO, sqrt(pi)), gauss(x)),
    r"\operatorname{{erf}} {0}",
    low=-1,
    high=1,
    through_zero=True,
    ends=(-1, 1),
)
erfc: Builder = _op(
    "erfc",
    lambda m, x: m.erfc(x),
    lambda x: mul(div(constant(-2), sqrt(pi)), gauss(x)),
    r"\operatorname{{erfc}} {0}",
    low=0,
    high=2,
    ends=(2, 0),
)
normal_cdf: Builder = _op(
    "normal_cdf",
    lambda m, x: m.erfc(-x / m.sqrt(2)) / 2,
    lambda x: normal_pdf(x),
    r"\Phi({0})",
    text="Φ({0})",
    lower=lambda x: erfc(neg(x) * sqrt(_HALF)) / 2,
    low=0,
    high=1,
    ends=(0, 1),
)
normal_pdf: Builder = _op(
    "normal_pdf",
    lambda m, x: m.exp(-x * x / 2) / m.sqrt(2 * m.pi),
    lambda x: neg(mul(x, normal_pdf(x))),
    r"\varphi({0})",
    text="φ({0})",
    lower=lambda x: exp(neg(x * x / 2)) * (1 / sqrt(2 * pi)),
    low=0,
    high=0.4,
    ends=(0, 0),
)
gauss: Builder = _op(
    "gauss",
    lambda m, x: m.exp(-x * x),
    lambda x: neg(2 * mul(x, gauss(x))),
    "e^{{-{0}^2}}",
    text="exp(-{0}²)",
    lower=lambda x: exp(neg(x * x)),
    low=0,
    high=1,
    ends=(0, 0),
)


# -- the gamma function's logarithm and its derivatives, as far as the fourth ---------------------------------------
_GAMMA = ("lgamma", "digamma", "trigamma", "tetragamma", "pentagamma")


def _polygamma(order: int) -> Builder:
    """The derivative of that order of log|gamma|; negative whole numbers are poles, other negatives are reflected."""
    name = _GAMMA[order]

    def meaning(m: Any, x: Any) -> Any:
        if x <= 0 and x == m.floor(x):
            return m.inf if order in (0, 2, 4) else m.nan
        return m.log(abs(m.gamma(x))) if order == 0 else m.psi(order - 1, x)

    following = None if name == _GAMMA[-1] else lambda x: Expr(_GAMMA[order + 1], (x,))
    latex = r"\ln\left|\Gamma({0})\right|" if order == 0 else rf"\psi^{{{{({order - 1})}}}}({{0}})"
    return _op(name, meaning, following, latex, lower=lambda x: gamma_series(order, x))


lgamma, digamma, trigamma, tetragamma, pentagamma = (_polygamma(order) for order in range(5))


# Ops that nothing else can write; each target spells them.
PRIMITIVES = frozenset(row.name for row in OPS.values() if row.lower is None)


# -- written in other ops from the start, so that their kinks are in sight -------------------------------------------
def log_sigmoid(x: Operand) -> Expr:
    """The logarithm of the logistic function, -softplus(-x).

    Args:
        x: An expression or number.

    Returns:
        The expression.

    >>> from softknee import ops
    >>> ops.log_sigmoid(ops.pi)
    neg(softplus(neg(pi())))
    """
    return neg(softplus(neg(lift(x))))


def absolute(x: Operand) -> Expr:
    """The absolute value, as `abs(x)` gives it.

    Args:
        x: An expression or number.

    Returns:
        The expression, a selection: its kink is in sight.

    >>> from softknee import ops
    >>> ops.absolute(ops.pi)
    where(lt(pi(), 0), neg(pi()), pi())
    """
    return abs(lift(x))


def minimum(a: Operand, b: Operand) -> Expr:
    """The smaller of two, element by element.

    Args:
        a: An expression or number.
        b: Another.

    Returns:
        The expression, a selection.

    >>> from softknee import ops
    >>> ops.minimum(ops.pi, 3)
    where(lt(pi(), 3), pi(), 3)
    """
    left, right = lift(a), lift(b)
    return where(left < right, left, right)


def maximum(a: Operand, b: Operand) -> Expr:
    """The greater of two, element by element.

    Args:
        a: An expression or number.
        b: Another.

    Returns:
        The expression, a selection.

    >>> from softknee import ops
    >>> ops.maximum(ops.pi, 3)
    where(gt(pi(), 3), pi(), 3)
    """
    left, right = lift(a), lift(b)
    return where(left > right, left, right)


def clip(x: Operand, low: Operand, high: Operand) -> Expr:
    """The number of an interval that is nearest to x.

    Args:
        x: An expression or number.
        low: The lower end, an expression or number.
        high: The upper end.

    Returns:
        The expression, two selections.

    >>> from softknee import ops
    >>> ops.clip(ops.pi, 0, 1).op
    'where'
    """
    return minimum(maximum(x, low), high)


def sign(x: Operand) -> Expr:
    """The sign: 1 above 0, -1 below, 0 at 0; its slope is 0 everywhere.

    Args:
        x: An expression or number.

    Returns:
        The expression, two selections.

    >>> from softknee import ops
    >>> ops.sign(ops.pi).op
    'where'
    """
    y = lift(x)
    return where(y > 0, 1, where(y < 0, -1, 0))


def _nearest(x: Expr, below: Expr) -> Expr:
    """The nearest whole number, given the one at or below."""
    is_odd = below - 2 * floor(below / 2)
    return where(x - below > 0.5, below + 1, where(x - below < 0.5, below, below + is_odd))


def _odd(x: Expr, of_size: Callable[[Expr], Expr]) -> Expr:
    """The odd function that is `of_size` for x >= 0."""
    size = of_size(abs(x))
    return where(x < 0, neg(size), size)


_WRITTEN_OUT = ("abs", "absolute", "clip", "log_sigmoid", "maximum", "minimum", "sign")
_OPERATORS = {
    "mod": "%", "rint": "round(x)",
    "add": "+", "sub": "-", "mul": "*", "div": "/", "neg": "-x", "pow": "x ** p",
    "gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "==", "and": "&", "or": "|",
}  # fmt: skip


def op_names() -> list[str]:
    """The ops as a person types them, for messages and docs.

    Returns:
        Names and operators, sorted.

    >>> from softknee import ops
    >>> "softplus" in ops.op_names()
    True
    """
    return sorted({*(_OPERATORS.get(name, name) for name in OPS), *_WRITTEN_OUT, "!=", "~"})
