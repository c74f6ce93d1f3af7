"""The new modules that `swap` puts in: made of a name, activation, class, factory, module or function."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from typing import Any

from torch import Tensor, nn

from softknee.functions.base import Function
from softknee.functions.public import get

from .inplace import write_back
from .modules import ActivationModule, class_of


class FunctionModule(nn.Module):
    """A plain function of one tensor as a module; with `inplace` the result is written into x."""

    def __init__(self, function: Callable[..., Tensor], **keywords: Any) -> None:
        super().__init__()
        self.function = function
        self.keywords = keywords
        self.inplace = False

    def forward(self, x: Tensor) -> Tensor:
        """The function's value at x, with the keywords of construction."""
        if self.inplace:
            return write_back(_name(self.function), x, lambda data: self.function(data, **self.keywords))
        return self.function(x, **self.keywords)

    def extra_repr(self) -> str:
        """The function's name and its keywords."""
        return ", ".join([_name(self.function), *(f"{k}={v!r}" for k, v in self.keywords.items())])


class Substitute:
    """A factory of the new modules, one for each place."""

    def __init__(self, new: Any, parameters: dict[str, Any]) -> None:
        if isinstance(new, str):
            new = get(new)
        if isinstance(new, Function):
            new = class_of(new)
        if isinstance(new, nn.Module) and parameters:
            raise TypeError(f"swap: a module comes with its parameters; {next(iter(parameters))!r} is not taken")
        if not callable(new):
            raise TypeError(f"swap: new = {new!r} is no activation, module, class or function")
        self.new = new
        self.parameters = parameters
        self.name = type(new).__name__ if isinstance(new, nn.Module) else _name(new)

    def make(self, inplace: bool = False, dim: int | None = None) -> nn.Module:
        """A new module; `inplace` and `dim` of the old one are taken over where the new one has them."""
        parameters = dict(self.parameters)
        if dim is not None and isinstance(self.new, type) and "dim" in inspect.signature(self.new).parameters:
            parameters.setdefault("dim", dim)
        if isinstance(self.new, nn.Module):
            made = copy.deepcopy(self.new)
        elif _is_factory(self.new, parameters):
            made = self.new(**parameters)
            if not isinstance(made, nn.Module):
                raise TypeError(f"swap: {self.name} made {type(made).__name__}, not a torch.nn.Module")
        else:
            made = FunctionModule(self.new, **parameters)
        if inplace and (isinstance(made, ActivationModule) or hasattr(made, "inplace")):
            made.inplace = True  # type: ignore[assignment]
        return made


def _is_factory(new: Any, parameters: dict[str, Any]) -> bool:
    """True where `new` makes a module when called without a tensor; a function needs one."""
    if isinstance(new, type):
        return True
    try:
        inspect.signature(new).bind(**parameters)
    except (TypeError, ValueError):
        return False
    return True


def _name(function: Any) -> str:
    return str(getattr(function, "__qualname__", None) or getattr(function, "__name__", None) or repr(function))
