"""Binding a call's arguments to a definition's parameters, and saying what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from softknee.language.definition import Definition
from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown

UFUNC_KEYWORDS = frozenset({"out", "where", "casting", "order", "subok"})


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
            if not isinstance(value, str) or value not in parameter.choices:
                raise ArgumentError(definition.name, name, value, f"must be one of {', '.join(parameter.choices)}")
            choices[name] = value
        else:
            values.append(value)
    if given:
        check_values(definition, values)
    return Bound(tuple(values), choices, rest)


def check_values(definition: Definition, values: list[Any]) -> None:
    """Check plain numbers and NumPy arrays against the parameters' domains; tensors are their backend's affair."""
    for at, (name, value) in enumerate(zip(definition.numeric_parameters, values)):
        if isinstance(value, (bool, str, bytes, complex, type(None))):
            raise ArgumentTypeError(definition.name, name, value, "must be a real number")
        if isinstance(value, int) and abs(value) > _LARGEST:
            raise ArgumentError(definition.name, name, value, "is larger than any float")
        if isinstance(value, (np.ndarray, np.generic, list, tuple)):
            values[at] = _as_parameter(definition, name, value)
    known = {
        name: value
        for name, value in zip(definition.numeric_parameters, values)
        if isinstance(value, (int, float, np.ndarray))
    }
    scalars = {name: value for name, value in known.items() if isinstance(value, (int, float))}
    for name, value in known.items():
        if name not in scalars:
            check_array(definition, name, value)
    definition.check(scalars)
    if definition.constraint is not None and len(known) == len(values) and len(scalars) < len(known):
        _check_elementwise(definition, known)


_LARGEST = int(np.finfo(np.float64).max)


def _check_elementwise(definition: Definition, known: dict[str, Any]) -> None:
    try:
        spread = np.broadcast_arrays(*known.values())
    except ValueError:
        return  # shapes that do not fit x are told apart later, with x's
    for row in zip(*(a.flat for a in spread)):
        definition.check(dict(zip(known, map(float, row))))


def _as_parameter(definition: Definition, name: str, value: Any) -> Any:
    array = np.asarray(value)
    if not is_real(array.dtype) or array.dtype.kind == "b":
        raise ArgumentTypeError(definition.name, name, value, f"must hold real numbers, not {array.dtype}")
    return array.astype(np.float64) if array.ndim else float(array)


def check_array(definition: Definition, name: str, array: Any) -> None:
    """Raise ArgumentError unless all numbers of an array lie in the parameter's domain."""
    domain = definition.parameters[name].domain
    if array.size and not (np.isfinite(array).all() and domain.holds(float(array.min()), float(array.max()))):
        raise ArgumentError(definition.name, name, array, f"must be {domain.text}")


def is_real(dtype: np.dtype[Any]) -> bool:
    """True for a dtype that the ufuncs take: bool, integers, floats up to 64 bits, bfloat16."""
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


def check_derivative(name: str, order: object, at_kink: object) -> None:
    """Raise ArgumentError unless these describe a derivative."""
    if not isinstance(at_kink, str) or at_kink not in ("left", "right", "mean"):
        raise ArgumentError(name, "at_kink", at_kink, 'must be "left", "right" or "mean"')
    if not isinstance(order, int) or isinstance(order, bool) or order not in (1, 2):
        raise ArgumentError(name, "order", order, "must be 1 or 2")


def whole_array(x: Any) -> Any:
    """A labelled table or array as a plain one: along an axis NumPy's ufunc protocol is not enough."""
    labelled = hasattr(x, "__array_ufunc__") and not hasattr(x, "__array_function__")
    return np.asarray(x) if labelled else x


def checked_axis(name: str, axis: object, ndim: int) -> int:
    """`axis` counted from the front; raises ArgumentError for one that is not there."""
    if isinstance(axis, bool) or not hasattr(axis, "__index__"):
        raise ArgumentTypeError(name, "axis", axis, "must be an integer")
    index = int(axis)
    if not -ndim <= index < ndim:
        raise ArgumentError(name, "axis", axis, f"does not exist: x has {ndim} dimensions")
    return index % ndim
