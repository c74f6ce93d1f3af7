"""`Choice`: an activation that takes part in a comparison, with its parameters, read from what the user wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from softknee.functions.base import Function
from softknee.functions.public import get
from softknee.language.errors import ArgumentError, ArgumentTypeError


@dataclass(frozen=True)
class Choice:
    """An activation to be compared.

    Attributes:
        label: Its name in tables and reports, with its parameters.
        function: The activation.
        parameters: The parameters that differ from the defaults, by name.
        width: The number of features that come out for each that goes in: 1/2 for gates and pairs, 2 for crelu.
    """

    label: str
    function: Function
    parameters: dict[str, Any] = field(default_factory=dict, hash=False)
    width: Fraction = Fraction(1)

    @property
    def asked(self) -> str:
        """The text by which `choice_of` finds the same activation with the same parameters."""
        given = ",".join(f"{name}={value}" for name, value in self.parameters.items())
        return f"{self.function.name}:{given}" if given else self.function.name


def choice_of(asked: str | Function) -> Choice:
    """The choice that a user's entry means: an activation, a name or alias, or "leaky_relu:negative_slope=0.2".

    >>> choice_of("leaky_relu:negative_slope=0.2").label
    'leaky_relu(negative_slope=0.2)'
    """
    if isinstance(asked, Function):
        function, parameters = asked, {}
    elif isinstance(asked, str):
        name, _, rest = asked.partition(":")
        function, parameters = get(name.strip()), _parameters(asked, rest)
    else:
        raise ArgumentTypeError(
            "compare", "activations", asked, 'must be names such as "relu", or activations such as softknee.relu'
        )
    label = function.name
    if parameters:
        label += f"({', '.join(f'{name}={value}' for name, value in parameters.items())})"
    return Choice(label, function, parameters, _width(asked, function, parameters))


def _parameters(asked: str, text: str) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = part.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise ArgumentError("compare", "activations", asked, "must read NAME or NAME:PARAMETER=VALUE,...")
        parameters[name.strip()] = _value(value.strip())
    return parameters


def _value(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def call(function: Function, parameters: dict[str, Any], x: Any) -> Any:
    """The activation's value at x, with features along axis 1, as in torch.

    Element-wise functions have no axis, and softmax2d has its own.
    """
    keywords = dict(parameters)
    if len(getattr(function.definition, "inputs", ())) == 2 or "axis" in getattr(function, "options", {}):
        keywords.setdefault("axis", 1)
    return function(x, **keywords)  # type: ignore[operator]


def _width(asked: object, function: Function, parameters: dict[str, Any]) -> Fraction:
    """The number of features out per feature in, found on a small array; bad parameters fail here, before any
    training.
    """
    pool = parameters.get("pool_size", 1)
    features = 12 * pool if isinstance(pool, int) and pool > 0 else 12
    try:
        out = call(function, parameters, np.linspace(-1.0, 1.0, features * 4).reshape(1, features, 2, 2))
    except (TypeError, ValueError) as error:
        if isinstance(error, ArgumentError):
            raise
        raise ArgumentError("compare", "activations", asked, f"cannot be called: {error}") from None
    if np.ndim(out) != 4 or out.shape[0] != 1 or out.shape[2:] != (2, 2):
        raise ArgumentError("compare", "activations", asked, f"turns shape (1, {features}, 2, 2) into {np.shape(out)}")
    return Fraction(out.shape[1], features)


def distinct(chosen: Sequence[Choice]) -> tuple[Choice, ...]:
    """The choices without repetitions; raises ArgumentError where one label stands for two functions."""
    found: dict[str, Choice] = {}
    for choice in chosen:
        if found.setdefault(choice.label, choice).function is not choice.function:
            raise ArgumentError("compare", "activations", choice.label, "stands for two different functions")
    return tuple(found.values())
