"""The docstrings of the generated module classes: summary, arguments, source and example, read off the definition."""

from __future__ import annotations

import inspect
from textwrap import fill
from typing import Any

import numpy as np
from torch import nn

from softknee.functions.axiswise import Axiswise
from softknee.functions.base import Function
from softknee.functions.gate import Gate

_WIDTH = 112  # of a docstring of this package's lines, less the indentation that `help` adds
# The arguments that modules have beside the parameters of their definitions, most of them torch.nn's.
_COMMON = {
    "args": "Taken and ignored, as torch.nn.Identity does.",
    "kwargs": "Taken and ignored, as torch.nn.Identity does.",
    "device": "The device of the learnable parameters.",
    "dim": "The axis of the input along which the function works; negative ones count from the end.",
    "dtype": "The dtype of the learnable parameters.",
    "init": "The value of the learnable parameters at construction.",
    "inplace": "True to write the result into the input tensor.",
    "max_value": "The name of `max_val` in old versions of torch.",
    "min_value": "The name of `min_val` in old versions of torch.",
    "num_parameters": "The number of learnable values: 1, or one for each channel along axis 1 of the input.",
    "pool_size": "The number of elements along `dim` of which one is kept.",
    "save": 'The tensor kept for backward: "input", or "output", which the next layer keeps anyway.',
    "threshold": "The value of beta * x above which the function is taken to be x.",
}


def docstring(activation: Function, signature: inspect.Signature, torch_class: type[nn.Module] | None) -> str:
    """The docstring of an activation's module class, in Google's style.

    `signature` is that of its construction, `torch_class` the class of torch.nn that it stands in for.
    """
    name = f"{activation.__module__}.{activation.__qualname__}"
    stands_for = f"; stands in for torch.nn.{torch_class.__name__}" if torch_class else ""
    blocks = [activation.notes().summary, f"The module of `{name}`{stands_for}."]
    arguments = [_argument(activation, p) for p in signature.parameters.values() if p.name != "self"]
    if arguments:
        blocks.append("\n".join(["Args:", *arguments]))
    if activation.paper:
        blocks.append(f"Source: {activation.paper}.")
    if activation.is_catalogued:
        blocks.append(_example(activation, signature))
    return "\n\n".join(block for block in blocks if block)


def _argument(activation: Function, argument: inspect.Parameter) -> str:
    parameter = getattr(activation, "parameters", {}).get(argument.name)
    if parameter is None:
        text = _COMMON.get(argument.name, "As torch.nn takes it.")
    elif parameter.choices:
        text = f"The variant: {' or '.join(map(repr, parameter.choices))}."
    else:
        learned = ", learned" if parameter.learnable else ""
        text = f"{parameter.about or 'A number'}, which must be {parameter.domain.text}{learned}."
    star = "*" * (argument.kind == argument.VAR_POSITIONAL) + "**" * (argument.kind == argument.VAR_KEYWORD)
    return fill(f"{star}{argument.name}: {text}", _WIDTH, initial_indent="    ", subsequent_indent="        ")


def _example(activation: Function, signature: inspect.Signature) -> str:
    """A doctest that calls the module on a tensor and shows the shape of the result."""
    given: dict[str, Any] = {
        p.name: 1.0 for p in signature.parameters.values() if p.default is p.empty and p.kind == p.POSITIONAL_OR_KEYWORD
    }
    given.pop("self", None)
    shape: tuple[int, ...] = (2, 4)
    result = shape
    if isinstance(activation, Axiswise) and "axis" in activation.options:
        given["dim"] = -1
        result = activation(np.zeros(shape), axis=-1).shape
    elif isinstance(activation, Axiswise):
        shape = (4, 2, 2)
        result = activation(np.zeros(shape)).shape
    elif isinstance(activation, Gate):
        result = (2, 2)
    arguments = ", ".join(f"{name}={value!r}" for name, value in given.items())
    return (
        ">>> import torch\n"
        f">>> from softknee.nn import {activation.definition.module}\n"
        f">>> {activation.definition.module}({arguments})(torch.zeros{shape}).shape\n"
        f"torch.Size({list(result)})"
    )
