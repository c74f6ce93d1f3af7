"""The catalogue as callables: `names`, `get`, `plot`, and `@activation`, which wraps a user's own function."""

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
    """The canonical names of all activations, family by family.

    Returns:
        The names, each of which `get` knows and the package has as an attribute.

    >>> "mish" in names()
    True
    """
    return CATALOGUE.names


def get(name: str | Function) -> Any:
    """The activation of a name or alias, in any case; an activation is returned as it is.

    Args:
        name: A name such as "mish", an alias such as "swish-1", or an activation.

    Returns:
        An `Activation`, a `Gate` or an `Axiswise`; the same object for the same name.

    Raises:
        UnknownActivationError: for a name that is not known; the error lists the nearest names.

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
    """Make an activation of a Python function over softknee's ops; it works at once in every backend.

    Args:
        function: A function whose first argument is x and whose others are the declared parameters; it is run once, on
            symbols. Without it, a decorator that takes the function is returned.
        **about: The parameters, as `Parameter(default)` by name, and what else the catalogue's definitions give:
            `paper`, `year`, `aliases`, `inverse`.

    Returns:
        An `Activation` of the function's name, or the decorator.

    Raises:
        DefinitionError: where the function cannot be run on symbols, or its arguments do not match the parameters.

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
    """Draw one function with its slopes, or several functions in one picture.

    Args:
        functions: A name or activation, or a list of these.
        *args: `x`, `orders` and `ax` in positional order.
        **options: `x`, the lowest and highest x of the picture; `orders`, the derivatives drawn, by default 0, 1 and 2
            for one function and 0 for several; `ax`, the matplotlib axes to draw on; and the functions' parameters by
            name.

    Returns:
        The matplotlib axes.

    Raises:
        ArgumentError: for a function without a curve, an empty range or an order other than 0, 1 and 2.
        UnknownActivationError: for a name that is not known.
        MissingExtraError: without matplotlib.

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
