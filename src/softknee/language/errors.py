"""The errors of this library: a definition, a name or an argument that it cannot take."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class SoftkneeError(Exception):
    """Base of all errors of this library."""


class DefinitionError(SoftkneeError, TypeError):
    """A definition of an activation that cannot be read."""


class UnknownOpError(DefinitionError):
    """A definition used something outside the table of ops."""

    def __init__(self, used: str, known: Iterable[str] = ()) -> None:
        listed = ", ".join(sorted(known))
        super().__init__(f"no op for {used}" + (f"; the ops are: {listed}" if listed else ""))
        self.used = used


class UnknownActivationError(SoftkneeError, KeyError, AttributeError):
    """No activation of that name; carries the nearest names."""

    def __init__(self, name: object, known: list[str]) -> None:
        self.name_asked = name
        near = get_close_matches(str(name).lower(), known, n=3, cutoff=0.5)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; softknee.names() lists them"
        self.message = f"no activation is called {name!r}{hint}"
        super().__init__(self.message)

    def __str__(self) -> str:  # KeyError would show the repr
        return self.message


class Shown(str):
    """A text that stands for a value in a message, without quotes."""

    def __repr__(self) -> str:
        return str(self)


class ArgumentError(SoftkneeError, ValueError):
    """A bad argument: names the function, the argument and its value."""

    def __init__(self, function: str, argument: str, value: object, reason: str) -> None:
        shown = repr(value)
        if len(shown) > 120:
            shown = shown[:117] + "..."
        super().__init__(f"{function}: {argument} = {shown} {reason}")


class ArgumentTypeError(ArgumentError, TypeError):
    """A bad argument because of its type or dtype."""
