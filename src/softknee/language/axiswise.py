"""`@axiswise`: functions that look along an axis (softmax, maxout); plain array code, not expressions."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .definition import CATALOGUE, Notes, camel_case, notes_from_docstring


@dataclass(frozen=True, eq=False)
class AxiswiseDefinition:
    """Array code over a namespace `xp` (sum, max, exp, ... as NumPy has them), and its derivative.

    `function(xp, x, **options)` and `vjp(xp, x, y, g, **options)`, the gradient by x of sum(g * f(x)). One that
    `selects` rounds nothing, neither there nor here: it needs no wider dtype.
    """

    name: str
    function: Callable[..., Any]
    vjp: Callable[..., Any]
    latex: str
    options: Mapping[str, Any]
    family: str
    paper: str = ""
    year: int = 0
    aliases: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    module: str = ""
    selects: bool = False

    @cached_property
    def notes(self) -> Notes:
        """The notes of the docstring: summary, purpose, strengths, weaknesses, alternative."""
        return notes_from_docstring(self.function.__doc__)


def axiswise(
    *,
    latex: str,
    vjp: Callable[..., Any],
    paper: str = "",
    year: int = 0,
    aliases: Iterable[str] = (),
    after: Iterable[str] = (),
    module: str = "",
    selects: bool = False,
) -> Callable[[Callable[..., Any]], AxiswiseDefinition]:
    """Define an axis-wise function of the catalogue; its keyword arguments are its options."""

    def register(function: Callable[..., Any]) -> AxiswiseDefinition:
        arguments = inspect.signature(function).parameters
        definition = AxiswiseDefinition(
            name=function.__name__,
            function=function,
            vjp=vjp,
            latex=latex,
            options={name: a.default for name, a in arguments.items() if a.default is not a.empty},
            family=function.__module__.rpartition(".")[2],
            paper=paper,
            year=year,
            aliases=tuple(aliases),
            after=tuple(after),
            module=module or camel_case(function.__name__),
            selects=selects,
        )
        CATALOGUE.add(definition)
        return definition

    return register
