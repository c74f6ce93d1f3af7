"""The reference values of an activation, read off the function itself, that rules hold measurements against."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from softknee.functions.elementwise import Activation
from softknee.functions.gate import Gate
from softknee.functions.properties import Properties, properties
from softknee.language.definition import Definition, define
from softknee.language.errors import SoftkneeError
from softknee.language.expression import Expr, lift

# The interval in which the steepest slope is looked for, if it grows without end.
_NEAR = np.linspace(-3.0, 3.0, 601)


class Reference:
    """The reference values of one activation at given parameters."""

    def __init__(self, activation: Activation, parameters: Mapping[str, float]) -> None:
        self.activation = activation
        self.name = activation.name
        self.parameters = dict(parameters)
        self.properties: Properties = properties(activation.definition, self.parameters)
        self.steepest = self._steepest()
        self.second_moment = self.properties.second_moment
        self.std = math.sqrt(self.properties.variance)
        self.mean_shift = abs(self.properties.mean) / self.std if self.std > 0 else math.inf
        low, high = self.properties.range
        self.low, self.high = low, high
        self.is_bounded = math.isfinite(low) and math.isfinite(high)
        self.has_dead_zone = bool(self.properties.dead_zones)
        self.gain = self._gain("forward")
        self.backward_gain = self._gain("backward")

    def _steepest(self) -> float:
        steepest = self.properties.lipschitz
        if not math.isfinite(steepest):
            steepest = float(np.nanmax(np.abs(self.properties.slope(_NEAR))))
        return steepest if steepest > 0 else 1.0

    def _gain(self, kind: Any) -> float:
        try:
            return self.properties.gain(kind)
        except SoftkneeError:  # no moment
            return math.nan

    def slope(self, z: Any) -> Any:
        """F'(z), of the kind of z."""
        return self.activation.derivative(z, *self.parameters.values())


def reference_of(activation: Activation, given: Mapping[str, Any]) -> Reference:
    """The reference values of an activation as it was called; a parameter that is a tensor counts by its mean."""
    numbers = {}
    for name, parameter in activation.definition.numeric_parameters.items():
        value = given.get(name, parameter.default)
        numbers[name] = float(value.detach().float().mean()) if hasattr(value, "detach") else float(value)
    return _known(activation.definition, activation, tuple(numbers.items()))


@lru_cache(maxsize=256)
def _known(definition: Definition, activation: Activation, numbers: tuple[tuple[str, float], ...]) -> Reference:
    return Reference(activation, dict(numbers))


@lru_cache(maxsize=64)
def opening_of(gate: Gate) -> Activation:
    """The factor of a gate as a function of its second input, at default parameters."""
    definition = gate.definition
    numbers = [parameter.default for parameter in definition.numeric_parameters.values()]

    def opening(x: Expr) -> Expr:
        opened: Expr = definition.function(lift(1.0), x, *numbers)
        return opened

    opening.__name__ = definition.name
    return Activation(define(opening, inputs=("x",)))
