"""The base class of every function of the catalogue: names, origin, notes, how it is shown and pickled.

Calling and differentiating are not here: each subclass has its own way.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from softknee.language.axiswise import AxiswiseDefinition
from softknee.language.definition import CATALOGUE, Definition, Notes


def chosen(definition: Definition, choices: Mapping[str, str]) -> Definition:
    """The definition that choices such as gelu's `approximate` lead to."""
    for name, choice in choices.items():
        definition = CATALOGUE[definition.parameters[name].choices[choice]]
    return definition


class Function:
    """A named activation function: the base of `Activation`, `Gate` and `Axiswise`, which are called.

    Args:
        definition: The formula, the names and the origin, as the catalogue or `softknee.activation` made it.

    >>> import softknee
    >>> softknee.mish.name, softknee.mish.year
    ('mish', 2019)
    """

    definition: Definition | AxiswiseDefinition

    def __init__(self, definition: Definition | AxiswiseDefinition) -> None:
        self.definition = definition
        # By an array's exact type, what gives the value at the default parameters, or None for an array that it leaves
        # to others; by what else a call may have (see `plans`) likewise.
        self.plans: dict[Any, Any] = {}
        self.__name__ = definition.name
        catalogued = self.is_catalogued
        self.__module__ = "softknee" if catalogued else definition.function.__module__
        self.__qualname__ = definition.name if catalogued else definition.function.__qualname__
        self.__doc__ = definition.function.__doc__

    @property
    def name(self) -> str:
        """The canonical name, by which `softknee.get` finds the function."""
        return self.definition.name

    @property
    def family(self) -> str:
        """The name of the family: the file that defines the function, without its ending."""
        return self.definition.family

    @property
    def aliases(self) -> tuple[str, ...]:
        """The other names under which `softknee.get` finds the function."""
        return self.definition.aliases

    @property
    def paper(self) -> str:
        """The publication that introduced the function, as a citation; "" where none is known."""
        return self.definition.paper

    @property
    def year(self) -> int:
        """The year of the publication that introduced the function; 0 where none is known."""
        return self.definition.year

    def notes(self, language: str = "en") -> Notes:
        """The notes of the catalogue: a summary, strengths, weaknesses and when to prefer another function.

        Args:
            language: "en" for English, or "zh" for Chinese; a function without Chinese notes gives its English ones.

        Returns:
            The notes, one text a field.

        Raises:
            ArgumentError: for another language.

        >>> import softknee
        >>> softknee.relu.notes("zh").summary != softknee.relu.notes("en").summary
        True
        """
        from softknee.display.notes import notes_in

        return notes_in(self.definition, language)

    @property
    def is_catalogued(self) -> bool:
        """True for a function of softknee's catalogue, False for one that a user defined."""
        return CATALOGUE.get(self.name) is self.definition

    def _repr_html_(self) -> str:
        from softknee.display.page import html

        return html(self)

    def _repr_latex_(self) -> str:
        from softknee.display.page import formula

        return f"$${formula(self.definition)}$$"

    def __reduce__(self) -> Any:
        # Pickle writes a name that leads here: `softknee.mish`, or the place of a user's decorated function.
        found: Any = sys.modules.get(self.__module__)
        try:
            for part in self.__qualname__.split("."):
                found = getattr(found, part)
        except AttributeError:
            found = None
        return self.__qualname__ if found is self else super().__reduce__()

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "plans": {}}  # plans are C objects, which are made again when needed

    def __copy__(self) -> Function:
        return self

    def __deepcopy__(self, memo: object) -> Function:
        return self
