"""Gates: one half of the input decides how much of the other passes."""

from __future__ import annotations

from typing import Any

from softknee.language.definition import Definition, Parameter
from softknee.language.derivative_spec import VALUE, DerivativeSpec, Kink
from softknee.language.errors import ArgumentError, Shown
from softknee.targets.arguments import UFUNC_KEYWORDS, bind, check_derivative, checked_axis, whole_array
from softknee.targets.dispatch import target_of

from .base import Function
from .plans import HALVES, planned


class Gate(Function):
    """A gated linear unit: splits x along `axis` into halves a and b and returns a * g(b).

    By torch's convention the first half is the value and the second half the gate.
    """

    definition: Definition

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters by name, in positional order."""
        return dict(self.definition.parameters)

    def __repr__(self) -> str:
        return f"softknee.{self.name}(x, axis=-1)"

    def __call__(self, x: Any, axis: int = -1, *args: Any, **keywords: Any) -> Any:
        """Split x of shape (..., 2 n, ...) along `axis` and gate: the result has n there.

        Raises ArgumentError for an axis that x lacks or an odd size along it.
        """
        found = planned(self, (type(x), HALVES), (x, axis), args, keywords)
        if found is not None:
            return found
        a, b = self.split(x, axis)
        return self.combine(a, b, *args, **keywords)

    def split(self, x: Any, axis: int = -1) -> tuple[Any, Any]:
        """The halves of x along `axis`."""
        x = target_of(x).as_array(self.name, whole_array(x))
        axis = checked_axis(self.name, axis, x.ndim)
        size = x.shape[axis]
        if size % 2:
            raise ArgumentError(
                self.name, "x", Shown(f"array with size {size} along axis {axis}"), "must be even to be split in halves"
            )
        before = (slice(None),) * axis
        return x[(*before, slice(0, size // 2), ...)], x[(*before, slice(size // 2, size), ...)]

    def combine(self, a: Any, b: Any, *args: Any, **keywords: Any) -> Any:
        """Gate a by b, element by element: what a layer with two projections calls."""
        found = planned(self, (type(a), type(b)), (a, b), args, keywords)
        return self._evaluate(VALUE, (a, b), args, keywords) if found is None else found

    def derivative(
        self, x: Any, axis: int = -1, *args: Any, order: int = 1, at_kink: Kink = "left", **keywords: Any
    ) -> tuple[Any, Any]:
        """The partial derivatives by the two halves, each of the result's shape."""
        check_derivative(self.name, order, at_kink)
        halves = self.split(x, axis)
        first, second = (
            self._evaluate(DerivativeSpec((name,) * order, at_kink), halves, args, keywords)
            for name in self.definition.inputs
        )
        return first, second

    def _evaluate(
        self, spec: DerivativeSpec, data: tuple[Any, ...], args: tuple[Any, ...], keywords: dict[str, Any]
    ) -> Any:
        bound = bind(self.definition, args, keywords, UFUNC_KEYWORDS)
        return target_of(data[0]).evaluate(self.definition, spec, data, bound.values, bound.rest)
