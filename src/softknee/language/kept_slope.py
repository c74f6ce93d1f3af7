"""Functions whose slope at x is exactly their slope at f(x): backward may keep the output in place of the input."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache

from .definition import Definition
from .derivative_spec import VALUE
from .expression import Expr, constant, substitute, symbol, symbols


@lru_cache(maxsize=4096)
def keeps_its_slope(definition: Definition, numbers: tuple[float | None, ...]) -> bool:
    """True where f'(f(x)) is f'(x) for each x of each dtype, at parameters of which None is one that is not known.

    So it is for `where(x > c, x, below)`: what is above c shows as it is and is above c still; and what lies below,
    with one slope throughout, must not show above c, rounded to whichever dtype. Where that is not plain to see the
    answer is no. hardtanh and relu6 have two x's of one output with two slopes, the left end of a flat piece being one.
    """
    if len(definition.inputs) != 1 or definition.slope_expression is not None:
        return False
    if not all(number is not None and math.isfinite(number) for number in numbers):
        return False
    x, root = symbol(definition.inputs[0]), VALUE.expression(definition)
    if root.op != "where" or root.args[0].op != "gt" or root.args[0].args[0] is not x or root.args[1] is not x:
        return False
    given = {
        name: constant(number) for name, number in zip(definition.numeric_parameters, numbers) if number is not None
    }
    edge, below = _number(root.args[0].args[1], x, given), root.args[2]
    if edge is None or not _is_exact(edge):
        return False
    level = _number(below, x, given)
    if level is not None:
        return level <= edge and _is_exact(level)
    if below.op != "mul" or x not in below.args:
        return False
    factor = _number(below.args[1] if below.args[0] is x else below.args[0], x, given)
    # Not 0, nor what a float makes 0, for 0 * -inf is NaN; nor what takes a finite x to -inf, where a kernel leaves the
    # slope to a wider one, whose product with a gradient may round otherwise.
    return factor is not None and edge == 0 and _SMALLEST <= factor <= 1


def keeps_output(definition: Definition, numbers: tuple[float | None, ...]) -> bool:
    """True where backward keeps the output without being asked, which forbids that it is changed in place.

    So it is where the output tells and below is one number that no parameter sets, as in relu, where torch does the
    same. leaky_relu and threshold would do, but there torch lets people change the output, and they do.
    """
    return keeps_its_slope(definition, numbers) and not symbols(VALUE.expression(definition).args[2])


_SMALLEST = Fraction(2) ** -100


def _number(part: Expr, x: Expr, given: dict[str, Expr]) -> Fraction | None:
    """The value of what does not depend on x."""
    if x.payload in symbols(part):
        return None
    found = substitute(part, given)
    return found.payload if found.is_constant else None


def _is_exact(number: Fraction) -> bool:
    """True where float16 and bfloat16, and so all dtypes, hold a number as it is."""
    size, odd = abs(number), abs(number.numerator)
    while odd and odd % 2 == 0:
        odd //= 2
    return size == 0 or (odd < 2**8 and Fraction(2) ** -14 <= size < 2**15)
