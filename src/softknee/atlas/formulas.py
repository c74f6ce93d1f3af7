"""The definition of a function on its page: as formulas in LaTeX, with slopes, and as source text."""

from __future__ import annotations

import inspect
import re
import textwrap
from typing import Any

from softknee.functions.axiswise import Axiswise
from softknee.functions.elementwise import Activation
from softknee.language.derivative import derivative, partial
from softknee.language.expression import Expr, walk
from softknee.language.tidy import tidy
from softknee.targets.latex import latex

# The number of characters of LaTeX beyond which a formula is no help to a reader.
_LONGEST = 700


def formulas(function: Any) -> list[str]:
    """The formula of the function, f = ..., and those of its slopes; "" for a slope that is too long."""
    definition = function.definition
    if isinstance(function, Axiswise):
        left = "f(x)_{i}" if "_i" in definition.latex or "_{i" in definition.latex else "f(x)"
        return [f"{left} = {definition.latex}"]
    made = [f"f({', '.join(definition.inputs)}) = {latex(definition.textbook)}"]
    for name in definition.inputs:
        left = "f'(x)" if isinstance(function, Activation) else rf"\frac{{\partial f}}{{\partial {name}}}"
        text = latex(slope(definition.textbook, name))
        made.append(f"{left} = {text}" if len(text) <= _LONGEST else "")
    return made


def slope(root: Expr, name: str) -> Expr:
    """The derivative for readers: at a kink the limit from the left, unless the side depends on a parameter's sign."""
    sided = derivative(root, name)
    return tidy(partial(root, name) if any(node.op == "eq" for node in walk(sided)) else sided)


def source(function: Any) -> str:
    """The source of the definition without its docstring; before it that of its gradient, where that is a function."""
    body = _without_docstring(inspect.getsource(function.definition.function))
    if isinstance(function, Axiswise) and function.definition.vjp.__name__ != "<lambda>":
        return f"{inspect.getsource(function.definition.vjp).strip()}\n\n\n{body}"
    return body


def _without_docstring(text: str) -> str:
    text = textwrap.dedent(text)
    return re.sub(r'\n\s*"""(?:.|\n)*?"""(?=\n)', "", text, count=1).strip()
