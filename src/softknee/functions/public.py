"""The catalogue as callables: names, look-up, and `@activation` for one's own functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import softknee.catalogue  # noqa: F401  (fills the registry)
from softknee.language.definition import CATALOGUE, Definition, define

from .axiswise import Axiswise
from .base import Function
from .elementwise import Activation
from .gate import Gate
from .randomized import RandomizedActivation

_made: dict[str, Any] = {}


def names() -> list[str]:
    """The canonical names of all activations, by family.

    >>> "mish" in names()
    True
    """
    return CATALOGUE.names


def get(name: str | Function) -> Any:
    """The activation of a name or alias, in any case; an activation is returned as it is.

    Raises UnknownActivationError, with the nearest names.

    >>> get("swish-1").name
    'silu'
    """
    if isinstance(name, Function):
        return name
    canonical = CATALOGUE.resolve(name)
    if canonical not in _made:
        _made.setdefault(canonical, _wrap(CATALOGUE[canonical]))
    return _made[canonical]


def activation(function: Callable[..., Any] | None = None, **about: Any) -> Any:
    """Make an activation of one's own function over softknee's ops; it works at once in every backend.

    Parameters are declared by keyword, as in the catalogue.

    >>> import softknee
    >>> @softknee.activation(k=softknee.Parameter(2.0))
    ... def kinked(x, k):
    ...     return softknee.where(x > 0, k * x, x)
    >>> kinked([-1.0, 1.0])
    array([-1.,  2.])
    """

    def make(target: Callable[..., Any]) -> Activation:
        return Activation(define(target, inputs=("x",), **about))

    return make if function is None else make(function)


def plot(functions: Any, *args: Any, **options: Any) -> Any:
    """Draw one function with its slopes, or several in one picture; names or activations.

    See `softknee.display.plotting.plot` for the options. Returns the matplotlib axes.

    >>> import softknee
    >>> axes = softknee.plot(["relu", "mish"], x=(-3, 3))
    """
    from softknee.display.plotting import plot as draw

    chosen = functions if isinstance(functions, (list, tuple)) else [functions]
    resolved = [get(function) if isinstance(function, str) else function for function in chosen]
    return draw(resolved, *args, **options)


def _wrap(entry: Any) -> Any:
    if isinstance(entry, Definition):
        if entry.randomized:
            return RandomizedActivation(entry)
        return Activation(entry) if len(entry.inputs) == 1 else Gate(entry)
    return Axiswise(entry)
