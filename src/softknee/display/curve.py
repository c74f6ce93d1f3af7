"""What can be drawn and described: a function of one number with slopes and properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from softknee.functions.properties import Properties


class Curve(Protocol):
    """What `Activation` gives to pictures and pages."""

    @property
    def name(self) -> str:
        """What to write beside it."""
        ...

    def __call__(self, x: Any, *args: Any, **keywords: Any) -> Any:
        """F(x)."""
        ...

    def derivative(self, x: Any, *args: Any, order: Any = 1, **keywords: Any) -> Any:
        """The slope at x, or the slope's slope."""
        ...

    def properties(self, *args: Any, **keywords: Any) -> Properties:
        """The computed properties at these parameters."""
        ...
