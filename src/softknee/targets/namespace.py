"""A target for frameworks with the names of the array API standard: all of the contract but the names."""

from __future__ import annotations

import math
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from softknee.language.axiswise import AxiswiseDefinition
from softknee.language.definition import Definition
from softknee.language.derivative_spec import DerivativeSpec
from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown

from .arguments import channelwise
from .axiswise import AxiswiseNamespace
from .evaluate_program import program_of, run
from .limits import corrected, corrections
from .ops import spelled
from .protocol import Form, Plan, Solver


class NamespaceTarget:
    """A target for arrays of a namespace `xp`, computed in float64 and rounded once; `protocol.Target` is the contract.

    A framework that differentiates, or has no float64, overrides what it does otherwise.
    """

    def __init__(self, xp: Any) -> None:
        self.xp = xp
        self.ops = spelled(xp)
        self._spelled = frozenset(self.ops)
        self.axiswise = AxiswiseNamespace(xp)

    def quiet(self) -> AbstractContextManager[object]:
        """A context without the framework's warnings, if it has such: what overflows on the way is no news."""
        return nullcontext()

    def as_array(self, function: str, x: Any, name: str = "x") -> Any:
        """`x` with a real floating dtype: integers and booleans become the default one."""
        if self.xp.isdtype(x.dtype, "real floating"):
            return x
        if self.xp.isdtype(x.dtype, ("integral", "bool")):
            return self.xp.astype(x, self.xp.asarray(0.0).dtype)
        raise ArgumentTypeError(function, name, x.dtype, "is not a real dtype")

    def evaluate(
        self,
        definition: Definition,
        spec: DerivativeSpec,
        data: tuple[Any, ...],
        values: tuple[Any, ...],
        keywords: dict[str, Any],
    ) -> Any:
        """The spec at arrays and parameters that are numbers or arrays."""
        if keywords:
            raise TypeError(f"{definition.name}: {next(iter(keywords))!r} is NumPy's own argument; x takes none here")
        inputs = [self.as_array(definition.name, x, name) for name, x in zip(definition.inputs, data)]
        placed = [
            self._placed(definition, name, value, inputs[0].shape)
            for name, value in zip(definition.numeric_parameters, values)
        ]
        numbers = tuple(float(p) if isinstance(p, (int, float)) else None for p in placed)
        arguments = [self._wide(a) for a in (*inputs, *placed)]
        try:
            spread = self.xp.broadcast_arrays(*arguments)
        except ValueError as error:
            named = zip(definition.arguments, arguments)
            shapes = ", ".join(f"{name}: {list(value.shape)}" for name, value in named)
            raise ArgumentError(definition.name, "arguments", Shown(f"({shapes})"), f"do not fit: {error}") from None
        count = len(inputs)
        program = program_of(definition, spec, self._spelled)

        def at(*given: Any) -> Any:
            return run(program, given, self.ops, lambda value: self._wide(float(value)))

        correction = corrections(definition, spec, numbers)
        with self.quiet():
            result = corrected(self.xp, self._scalar, at, [*spread[:count]], arguments[count:], correction)
            return self.xp.astype(self.xp.broadcast_to(result, spread[0].shape), inputs[0].dtype)

    def evaluate_both(
        self,
        definition: Definition,
        specs: tuple[DerivativeSpec, DerivativeSpec],
        data: tuple[Any, ...],
        values: tuple[Any, ...],
        keywords: dict[str, Any],
    ) -> tuple[Any, Any]:
        """Two specs, one after the other."""
        first, second = (self.evaluate(definition, spec, data, values, keywords) for spec in specs)
        return first, second

    def evaluate_axiswise(self, definition: AxiswiseDefinition, x: Any, options: dict[str, Any]) -> Any:
        """A function along an axis, in float64."""
        try:
            with self.quiet():
                result = definition.function(self.axiswise, self._wide(x), **options)
        except ValueError as error:
            raise ArgumentError(definition.name, "x", Shown(f"array of shape {list(x.shape)}"), str(error)) from None
        return self.xp.astype(result, x.dtype)

    def axiswise_vjp(self, definition: AxiswiseDefinition, x: Any, g: Any, options: dict[str, Any]) -> Any:
        """The gradient by x of sum(g * f(x)), in float64."""
        wide = self._wide(x)
        with self.quiet():
            y = definition.function(self.axiswise, wide, **options)
        if tuple(g.shape) != tuple(y.shape):
            shown = Shown(f"array of shape {list(g.shape)}")
            raise ArgumentError(definition.name, "g", shown, f"must have the result's, {list(y.shape)}")
        with self.quiet():
            return self.xp.astype(definition.vjp(self.axiswise, wide, y, self._wide(g), **options), x.dtype)

    def implicit(self, solve: Solver, definition: Definition, y: Any, numbers: tuple[float, ...]) -> Any:
        """`solve(y)`, by way of NumPy."""
        import numpy as np

        return self.xp.asarray(np.asarray(solve(np.from_dlpack(self._wide(y)))), dtype=y.dtype)

    def plan(
        self, definition: Definition, form: Form, kinds: tuple[type, ...], numbers: tuple[float | None, ...]
    ) -> Plan | None:
        """None: there is no shorter way."""
        return None

    def _wide(self, value: Any) -> Any:
        """An array or number as a float64 array."""
        if isinstance(value, (int, float)):
            return self.xp.asarray(value, dtype=self.xp.float64)
        return self.xp.astype(value, self.xp.float64)

    def _scalar(self, like: Any, value: float) -> Any:
        return self.xp.asarray(value, dtype=like.dtype)

    def _placed(self, definition: Definition, name: str, value: Any, shape: tuple[int, ...]) -> Any:
        if isinstance(value, (int, float)):
            return value
        try:
            array = self.xp.asarray(value)
            if self.xp.isdtype(array.dtype, "bool"):
                raise ArgumentTypeError(definition.name, name, value, "must hold real numbers")
            array = self.as_array(definition.name, array, name)
        except (TypeError, ValueError):
            reason = "must be a number or an array of x's kind"
            raise ArgumentTypeError(definition.name, name, value, reason) from None
        domain = definition.parameters[name].domain
        if math.prod(array.shape):
            low, high = float(self.xp.min(array)), float(self.xp.max(array))
            if not domain.holds(low, high):
                raise ArgumentError(definition.name, name, value, f"must be {domain.text}")
        if definition.parameters[name].learnable:
            wanted = channelwise(definition.name, name, tuple(array.shape), tuple(shape))
            return array if wanted is None else self.xp.reshape(array, wanted)
        return array
