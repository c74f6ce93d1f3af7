"""`Gate`, for gated linear units: one half of the input decides how much of the other passes."""

from __future__ import annotations

from typing import Any

from softknee.language.definition import Definition, Parameter
from softknee.language.derivative_spec import VALUE, DerivativeSpec, Kink
from softknee.language.errors import ArgumentError, Shown
from softknee.targets.arguments import UFUNC_KEYWORDS, bind, check_derivative, checked_axis, whole_array
from softknee.targets.dispatch import target_of

from .base import Function
from .plans import planned


class Gate(Function):
    """A gated linear unit: splits x along `axis` into halves a and b and returns a * g(b).

    By torch's convention the first half is the value and the second half the gate.
    Instances are made by softknee: `softknee.swiglu`.

    Args:
        definition: The formula over a and b, the names and the parameters.

    >>> import softknee
    >>> softknee.reglu([3.0, 4.0, -1.0, 2.0])
    array([0., 8.])
    """

    definition: Definition

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The declared parameters by name, with default and domain, in positional order."""
        return dict(self.definition.parameters)

    def __repr__(self) -> str:
        return f"softknee.{self.name}(x, axis=-1)"

    def __call__(self, x: Any, axis: int = -1, *args: Any, **keywords: Any) -> Any:
        """Split x along an axis and gate the first half by the second.

        Args:
            x: Array, tensor or list of shape (..., 2 n, ...), with the even size 2 n along `axis`.
            axis: The axis that is split; negative ones count from the end.
            *args: The parameters in positional order.
            **keywords: The parameters by name.

        Returns:
            The gated values of shape (..., n, ...), in x's kind, dtype and device.

        Raises:
            ArgumentError: for an axis that x lacks or an odd size along it.

        >>> import numpy as np
        >>> import softknee
        >>> softknee.glu(np.zeros((2, 6))).shape
        (2, 3)
        """
        found = planned(self, "halves", (x,), args, keywords, axis)
        if found is not None:
            return found
        a, b = self.split(x, axis)
        return self.combine(a, b, *args, **keywords)

    def split(self, x: Any, axis: int = -1) -> tuple[Any, Any]:
        """The two halves of x along an axis, as `__call__` gates them: first the value, then the gate.

        Args:
            x: Array, tensor or list of shape (..., 2 n, ...).
            axis: The axis that is split; negative ones count from the end.

        Returns:
            Two views of shape (..., n, ...).

        Raises:
            ArgumentError: for an axis that x lacks or an odd size along it.

        >>> import softknee
        >>> softknee.glu.split([1.0, 2.0, 3.0, 4.0])
        (array([1., 2.]), array([3., 4.]))
        """
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
        """Gate a by b, element by element, for layers that compute the two by projections of their own.

        Args:
            a: Array or tensor of values.
            b: Array or tensor of gates, of a's shape.
            *args: The parameters in positional order.
            **keywords: The parameters by name.

        Returns:
            The gated values, of the shape of a and b.

        >>> import softknee
        >>> softknee.reglu.combine([3.0, 4.0], [-1.0, 2.0])
        array([0., 8.])
        """
        found = planned(self, "inputs", (a, b), args, keywords)
        return self._evaluate(VALUE, (a, b), args, keywords) if found is None else found

    def derivative(
        self, x: Any, axis: int = -1, *args: Any, order: int = 1, at_kink: Kink = "left", **keywords: Any
    ) -> tuple[Any, Any]:
        """The partial derivatives of the gated value with respect to the two halves of x.

        Args:
            x: Array, tensor or list of shape (..., 2 n, ...).
            axis: The axis that is split; negative ones count from the end.
            *args: The parameters in positional order.
            order: 1 for the first derivatives, 2 for the second ones by the same half twice.
            at_kink: The side from which the limit is taken where a slope jumps: "left", "right" or "mean".
            **keywords: The parameters by name.

        Returns:
            The derivative by the values and that by the gates, each of shape (..., n, ...).

        Raises:
            ArgumentError: for another order or side, an axis that x lacks or an odd size along it.

        >>> import softknee
        >>> softknee.reglu.derivative([3.0, 4.0, -1.0, 2.0])
        (array([0., 2.]), array([0., 4.]))
        """
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
