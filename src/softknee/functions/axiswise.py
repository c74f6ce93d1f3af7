"""Functions along an axis: softmax and its kin, maxout."""

from __future__ import annotations

from typing import Any

from softknee.language.axiswise import AxiswiseDefinition
from softknee.language.errors import ArgumentError
from softknee.targets.arguments import checked_axis, whole_array
from softknee.targets.dispatch import target_of

from .base import Function


class Axiswise(Function):
    """An activation whose elements depend on each other along an axis."""

    definition: AxiswiseDefinition

    @property
    def options(self) -> dict[str, Any]:
        """The options and their defaults, in positional order."""
        return dict(self.definition.options)

    def __repr__(self) -> str:
        return f"softknee.{self.name}(x{''.join(f', {k}={v!r}' for k, v in self.options.items())})"

    def __call__(self, x: Any, *args: Any, **keywords: Any) -> Any:
        """Evaluate at x; the result has x's kind, dtype and device.

        Raises ArgumentError for an axis that x lacks or a size that does not divide.
        """
        target = target_of(x)
        x = target.as_array(self.name, whole_array(x))
        options = self._options(x, args, keywords)
        if x.ndim == 0 and "axis" in options:
            return target.evaluate_axiswise(self.definition, x.reshape(1), options).reshape(())
        return target.evaluate_axiswise(self.definition, x, options)

    def vjp(self, x: Any, g: Any, *args: Any, **keywords: Any) -> Any:
        """The gradient by x of sum(g * f(x)); g has the result's shape, the gradient has x's."""
        target = target_of(x)
        x = target.as_array(self.name, x)
        options = self._options(x, args, keywords)
        return target.axiswise_vjp(self.definition, x, target.as_array(self.name, g), options)

    def _options(self, x: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> dict[str, Any]:
        names = list(self.definition.options)
        if len(args) > len(names):
            raise TypeError(f"{self.name} takes at most {len(names)} options ({', '.join(names)}), got {len(args)}")
        given = dict(zip(names, args))
        for name, value in keywords.items():
            if name not in names or name in given:
                raise TypeError(f"{self.name} has no further option {name!r} = {value!r}; its options: {names}")
            given[name] = value
        options = {**self.definition.options, **given}
        if "axis" in options:
            # As in torch, a single number counts as one along its only axis.
            options["axis"] = checked_axis(self.name, options["axis"], max(x.ndim, 1))
        self._check_pool(x, options)
        return options

    def _check_pool(self, x: Any, options: dict[str, Any]) -> None:
        pool = options.get("pool_size")
        if pool is None:
            return
        if isinstance(pool, bool) or not isinstance(pool, int) or pool < 1:
            raise ArgumentError(self.name, "pool_size", pool, "must be a positive integer")
        size = x.shape[options["axis"]]
        if size % pool:
            raise ArgumentError(self.name, "pool_size", pool, f"does not divide the size {size} along the axis")
