"""What is shown of a function: the curve that is drawn, and the text of its definition."""

from __future__ import annotations

import inspect
import re
import textwrap
from typing import Any

from softknee.functions.axiswise import Axiswise
from softknee.functions.elementwise import Activation
from softknee.functions.gate import Gate
from softknee.language.definition import define


def curve(function: Any) -> Activation | None:
    """A function of one number: itself, or a gate with a = 1; None for one along an axis."""
    if isinstance(function, Activation):
        return function
    if not isinstance(function, Gate):
        return None
    gate = function.definition.function

    def with_a_1(x: Any) -> Any:
        return gate(1, x)

    with_a_1.__name__ = f"{function.name}, a = 1"
    return Activation(define(with_a_1, inputs=("x",)))


def source(function: Any) -> str:
    """The definition as it is written, without its docstring; before it its gradient, where that is a function."""
    body = _without_docstring(inspect.getsource(function.definition.function))
    if isinstance(function, Axiswise) and function.definition.vjp.__name__ != "<lambda>":
        return f"{inspect.getsource(function.definition.vjp).strip()}\n\n\n{body}"
    return body


def _without_docstring(text: str) -> str:
    text = textwrap.dedent(text)
    return re.sub(r'\n\s*"""(?:.|\n)*?"""(?=\n)', "", text, count=1).strip()
