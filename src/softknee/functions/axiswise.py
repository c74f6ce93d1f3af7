"""`Axiswise`, for functions whose outputs depend on all inputs along an axis: softmax and its kin, maxout."""

from __future__ import annotations

from typing import Any

from softknee.language.axiswise import AxiswiseDefinition
from softknee.language.errors import ArgumentError
from softknee.targets.arguments import checked_axis, whole_array
from softknee.targets.dispatch import target_of

from .base import Function


class Axiswise(Function):
    """An activation whose elements depend on each other along an axis, as softmax's do.

    Instances are made by softknee: `softknee.softmax`.

    Args:
        definition: The formula, the names and the options, as the catalogue holds them.

    >>> import softknee
    >>> softknee.softmax
    softknee.softmax(x, axis=-1)
    """

    definition: AxiswiseDefinition

    @property
    def options(self) -> dict[str, Any]:
        """The names of the options with their default values, in positional order."""
        return dict(self.definition.options)

    def __repr__(self) -> str:
        return f"softknee.{self.name}(x{''.join(f', {k}={v!r}' for k, v in self.options.items())})"

    def __call__(self, x: Any, *args: Any, **keywords: Any) -> Any:
        """Evaluate the function along an axis.

        Args:
            x: Array, tensor, scalar or list of any floating dtype; a scalar counts as one element along its only axis.
            *args: The options in positional order, such as `axis`.
            **keywords: The options by name.

        Returns:
            The values in x's kind, dtype and device; of x's shape, but for maxout, which keeps one element of each
            pool.

        Raises:
            ArgumentError: for an axis that x lacks, or a pool size that does not divide the size along it.
            TypeError: for an option that the function does not have.

        >>> import numpy as np
        >>> import softknee
        >>> softknee.softmax(np.zeros((2, 4)), axis=1)[0]
        array([0.25, 0.25, 0.25, 0.25])
        """
        target = target_of(x)
        x = target.as_array(self.name, whole_array(x))
        options = self._options(x, args, keywords)
        if x.ndim == 0 and "axis" in options:
            return target.evaluate_axiswise(self.definition, x.reshape(1), options).reshape(())
        return target.evaluate_axiswise(self.definition, x, options)

    def vjp(self, x: Any, g: Any, *args: Any, **keywords: Any) -> Any:
        """The gradient with respect to x of sum(g * f(x)): the product of g and the Jacobian of f at x.

        Args:
            x: Array or tensor at which the Jacobian is taken.
            g: Array or tensor of the shape of f(x): the gradient that arrives at the output.
            *args: The options in positional order.
            **keywords: The options by name.

        Returns:
            The gradient, of x's shape, kind and dtype.

        Raises:
            ArgumentError: for an axis that x lacks, or a pool size that does not divide the size along it.
            TypeError: for an option that the function does not have.

        >>> import numpy as np
        >>> import softknee
        >>> softknee.softmax.vjp(np.zeros(2), np.array([1.0, 0.0]))
        array([ 0.25, -0.25])
        """
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
