"""A functional call as a torch function mode sees it: which activation it is, of which tensors, and where it stands.

Replacing the call is the business of `intercept`.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import FrameType, FunctionType
from typing import Any

import torch
from torch import Tensor, nn

from softknee.functions.axiswise import Axiswise
from softknee.functions.base import Function
from softknee.functions.elementwise import Activation
from softknee.functions.gate import Gate
from softknee.functions.public import get
from softknee.language.definition import CATALOGUE, Definition
from softknee.language.derivative_spec import VALUE
from softknee.targets.torch import evaluate as torch_backend

from .occurrences import chosen
from .torch_names import torch_functions


@dataclass(frozen=True)
class Caught:
    """A call of an activation.

    Attributes:
        activation: The activation that the called function computes.
        data: The tensor it is called on, or the two that a gate takes.
        shown: The function's name for people, such as "F.relu".
        in_place: True where the result is written into the tensor.
        axis: The axis as given, of functions along an axis and gates.
        out: The tensor that takes the result, where one is given.
        parameters: The numeric parameters as given, by name.
    """

    activation: Function
    data: tuple[Any, ...]
    shown: str
    in_place: bool = False
    axis: int | None = None
    out: Tensor | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


def catch(function: Any, args: Any, kwargs: Any, own: Function | None = None) -> Caught | None:
    """The call of `function` as one of an activation, or None where it computes none.

    `own` is an activation to be recognised although it may be in no catalogue.
    """
    if function is torch_backend.evaluate or function is torch_backend.evaluate_axiswise:
        return _own_call(own, args)
    try:
        activation = torch_functions().activations.get(function)
    except TypeError:  # unhashable
        return None
    if activation is None:
        return None
    given = _bound(function, args, kwargs)
    x: Any = given.get("input", args[0] if args else None)
    if given.get("dtype") is not None:
        x = x.to(given["dtype"])
    meant = chosen(activation, (*args[1:], *kwargs.values()))
    return Caught(
        meant,
        (x,),
        _shown(function),
        function in torch_functions().in_place or given.get("inplace") is True,
        given.get("dim") if isinstance(activation, (Axiswise, Gate)) else None,
        given.get("out"),
        _parameters(meant, function, args, given),
    )


def _bound(function: Any, args: Any, kwargs: Any) -> dict[str, Any]:
    """The arguments by name; of torch's built-in functions only softmax's `dim` is ever positional."""
    if isinstance(function, FunctionType):
        return dict(_signature(function).bind(*args, **kwargs).arguments)
    return {"dim": args[1] if len(args) > 1 else None, **kwargs}


@lru_cache(maxsize=256)
def _signature(function: FunctionType) -> inspect.Signature:
    return inspect.signature(function)


def _parameters(activation: Function, function: Any, args: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """The numeric parameters that a call of a torch function gives: by name, or in the order that both have."""
    if not isinstance(activation, Activation):
        return {}
    names = list(activation.definition.numeric_parameters)
    if isinstance(function, FunctionType):
        found = {name: given[name] for name in names if name in given}
        return found or dict(zip(names, [value for key, value in given.items() if key == "weight"]))
    return {**dict(zip(names, args[1:])), **{name: given[name] for name in names if name in given}}


def _own_call(own: Function | None, args: Any) -> Caught | None:
    """A call of a softknee function, recognised by the arguments of the torch target's entry."""
    definition = args[0]
    if own is not None and own.definition is definition:
        activation: Function = own
    elif CATALOGUE.get(definition.name) is definition:
        activation = get(definition.name)
    elif isinstance(definition, Definition) and len(definition.inputs) == 1:
        activation = Activation(definition)
    else:
        return None
    shown = f"softknee.{definition.name}"
    if isinstance(args[1], Tensor):
        return Caught(activation, (args[1],), shown, axis=args[2].get("axis"))
    if args[1] != VALUE:
        return None
    return Caught(activation, tuple(args[2]), shown, parameters=dict(zip(definition.numeric_parameters, args[3])))


def _shown(function: Any) -> str:
    owner = getattr(function, "__objclass__", None)
    name = getattr(function, "__name__", str(function))
    if owner is not None:
        return f"Tensor.{name}"
    module = getattr(function, "__module__", None) or "torch"
    return f"{'F' if module == 'torch.nn.functional' else module.removeprefix('torch._C._nn').strip('.') or 'F'}.{name}"


# Module's `_call_impl` has the same first argument as the frames around it, and many locals, which are slow to read.
_CALL = nn.Module._call_impl.__code__
_SKIPPED = (str(Path(torch.__file__).parent), str(Path(__file__).parent.parent))


def whereabouts() -> tuple[list[nn.Module], str]:
    """The modules whose code is running, innermost first, and the file and line that made the call."""
    owners: list[nn.Module] = []
    line: FrameType | None = None
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        code = frame.f_code
        if line is None and not code.co_filename.startswith(_SKIPPED):
            line = frame
        first = frame.f_locals.get(code.co_varnames[0]) if code.co_argcount and code is not _CALL else None
        if isinstance(first, nn.Module) and (not owners or owners[-1] is not first):
            owners.append(first)
        frame = frame.f_back
    return owners, "an unknown line" if line is None else f"{_name(line.f_code.co_filename)}:{line.f_lineno}"


@lru_cache(maxsize=1024)
def _name(file: str) -> str:
    return Path(file).name
