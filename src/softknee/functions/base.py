"""What every public function of the catalogue has: names, origin, notes, identity."""

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
    """A named activation function; see `Activation`, `Gate` and `Axiswise`."""

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
        """The canonical name."""
        return self.definition.name

    @property
    def family(self) -> str:
        """The family: the file of the catalogue it stands in."""
        return self.definition.family

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names that `softknee.get` knows."""
        return self.definition.aliases

    @property
    def paper(self) -> str:
        """Where it comes from."""
        return self.definition.paper

    @property
    def year(self) -> int:
        """The year of its origin, 0 where there is no telling."""
        return self.definition.year

    def notes(self, language: str = "en") -> Notes:
        """What it is for, strengths, weaknesses and when to prefer another; "en" or "zh"."""
        from softknee.display.notes import notes_in

        return notes_in(self.definition, language)

    @property
    def is_catalogued(self) -> bool:
        """Whether this is a function of the catalogue, not one's own."""
        return CATALOGUE.get(self.name) is self.definition

    def _repr_html_(self) -> str:
        from softknee.display.page import html

        return html(self)

    def _repr_latex_(self) -> str:
        from softknee.display.page import formula

        return f"$${formula(self.definition)}$$"

    def __reduce__(self) -> Any:
        # A name that leads here is what pickle writes: `softknee.mish`, or where a decorated function of one's own is.
        found: Any = sys.modules.get(self.__module__)
        try:
            for part in self.__qualname__.split("."):
                found = getattr(found, part)
        except AttributeError:
            found = None
        return self.__qualname__ if found is self else super().__reduce__()

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "plans": {}}  # made of C, and made again when needed

    def __copy__(self) -> Function:
        return self

    def __deepcopy__(self, memo: object) -> Function:
        return self
