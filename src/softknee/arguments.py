"""Binding a call's arguments to a definition's parameters, and saying what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .language.definition import Definition
from .language.errors import ArgumentError, ArgumentTypeError, Shown


@dataclass(frozen=True)
class Bound:
    """A call's parameters: values in the order of the definition, and what was left over."""

    values: tuple[Any, ...]
    choices: dict[str, str]
    rest: dict[str, Any]


def bind(definition: Definition, args: tuple[Any, ...], keywords: dict[str, Any], extra: frozenset[str]) -> Bound:
    """Match positional and keyword arguments with parameters; keywords in `extra` are handed on.

    Raises TypeError for an unknown, repeated or surplus argument.
    """
    names = list(definition.parameters)
    if len(args) > len(names):
        raise TypeError(
            f"{definition.name} takes at most {len(names)} parameters ({', '.join(names)}), got {len(args)}"
        )
    given = dict(zip(names, args))
    rest = {}
    for name, value in keywords.items():
        if name in given:
            raise TypeError(f"{definition.name} got parameter {name!r} twice")
        if name in definition.parameters:
            given[name] = value
        elif name in extra:
            rest[name] = value
        else:
            known = ", ".join(names) or "none"
            raise TypeError(f"{definition.name} has no parameter {name!r} = {value!r}; its parameters: {known}")
    values, choices = [], {}
    for name, parameter in definition.parameters.items():
        value = given.get(name, parameter.default)
        if parameter.choices:
            if value not in parameter.choices:
                raise ArgumentError(definition.name, name, value, f"must be one of {', '.join(parameter.choices)}")
            choices[name] = value
        else:
            values.append(value)
    if given:
        check_values(definition, values)
    return Bound(tuple(values), choices, rest)


def check_values(definition: Definition, values: list[Any]) -> None:
    """Check plain numbers and NumPy arrays against the parameters' domains; tensors are the caller's affair.

    A framework's tensor is not read: that would wait for its device and break tracing.
    """
    scalars = {}
    for at, (name, value) in enumerate(zip(definition.numeric_parameters, values)):
        if isinstance(value, (bool, str, bytes, complex, type(None))):
            raise ArgumentTypeError(definition.name, name, value, "must be a real number")
        if isinstance(value, (int, float)):
            scalars[name] = value
        elif isinstance(value, (np.ndarray, np.generic, list, tuple)):
            values[at] = _checked_array(definition, name, value)
            if values[at].ndim == 0:
                scalars[name] = float(values[at])
    definition.check(scalars)


def _checked_array(definition: Definition, name: str, value: Any) -> np.ndarray[Any, Any]:
    array = np.asarray(value)
    if not is_real(array.dtype) or array.dtype.kind == "b":
        raise ArgumentTypeError(definition.name, name, value, f"must hold real numbers, not {array.dtype}")
    wide = array.astype(np.float64)
    domain = definition.parameters[name].domain
    if wide.size and not (np.isfinite(wide).all() and domain.holds(float(wide.min()), float(wide.max()))):
        raise ArgumentError(definition.name, name, value, f"must be {domain.text}")
    return wide


def is_real(dtype: np.dtype[Any]) -> bool:
    """Whether a dtype is one that the ufuncs take: bool, integers, floats up to 64 bits, bfloat16."""
    return dtype.kind in "biu" or (dtype.kind == "f" and dtype.itemsize <= 8) or dtype.name == "bfloat16"


def channelwise(name: str, parameter: str, shape: tuple[int, ...], x_shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """The shape that a learnable vector takes: one value per channel, and channels are axis 1 (as torch.prelu).

    None where it stays as it is.
    """
    if len(shape) != 1 or shape[0] == 1 or len(x_shape) < 2:
        return None
    if shape[0] != x_shape[1]:
        raise ArgumentError(
            name,
            parameter,
            Shown(f"{shape[0]} values"),
            f"must be one value, or one per channel: x has {x_shape[1]} channels",
        )
    return (shape[0],) + (1,) * (len(x_shape) - 2)
