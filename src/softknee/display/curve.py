"""`Curve`, the protocol of whatever can be plotted and described: a function of one number with slopes and properties.

It keeps this package from importing `softknee.functions`, which imports this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from softknee.functions.properties import Properties


class Curve(Protocol):
    """The part of `Activation` that pictures and pages use."""

    @property
    def name(self) -> str:
        """The function's name, for titles and legends."""
        ...

    def __call__(self, x: Any, *args: Any, **keywords: Any) -> Any:
        """The values f(x), of x's shape."""
        ...

    def derivative(self, x: Any, *args: Any, order: Any = 1, **keywords: Any) -> Any:
        """The first or second derivative at x, of x's shape."""
        ...

    def properties(self, *args: Any, **keywords: Any) -> Properties:
        """The computed properties at these parameters."""
        ...
