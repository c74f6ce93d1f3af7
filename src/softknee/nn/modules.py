"""Module classes made of definitions, by one mechanism for the whole catalogue.

Where torch.nn has a class of the same name, ours is its subclass: signature, attributes, `extra_repr`
and state_dict are then torch's own, `isinstance` holds, and only the arithmetic is replaced.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from softknee.functions.axiswise import Axiswise
from softknee.functions.base import Function
from softknee.functions.elementwise import Activation
from softknee.functions.gate import Gate
from softknee.functions.plans import find
from softknee.functions.public import get
from softknee.functions.randomized import RandomizedActivation
from softknee.language.axiswise import AxiswiseDefinition
from softknee.language.definition import Definition
from softknee.language.errors import ArgumentError, ArgumentTypeError
from softknee.targets.arguments import bind
from softknee.targets.torch.fast_call import overwrite

from .docstrings import docstring
from .inplace import write_back
from .save_output import check_saving, from_output

PACKAGE = __package__
_KEYWORD = inspect.Parameter.POSITIONAL_OR_KEYWORD
_EMPTY = inspect.Parameter.empty


class ActivationModule(nn.Module):
    """The base of all module classes of softknee.nn; the class attribute `activation` is the function behind it.

    >>> import softknee as knee
    >>> isinstance(knee.nn.ReLU(), knee.nn.ActivationModule), knee.nn.ReLU.activation.name
    (True, 'relu')
    """

    activation: ClassVar[Any]
    own_signature: ClassVar[inspect.Signature]
    # A module that takes no `inplace` still obeys it as an attribute: `softknee.swap` sets it.
    inplace: bool = False

    def __reduce__(self) -> Any:
        # The class of a user's activation has no name that pickle could look up.
        if self.activation.is_catalogued:
            return super().__reduce__()
        return _blank, (self.activation,), self.__dict__

    def _set_up(self, arguments: dict[str, Any]) -> None:
        """Set the attributes and parameters of a class that torch does not have."""
        nn.Module.__init__(self)
        for name, value in arguments.items():
            if name not in self._learnable() and name not in ("device", "dtype"):
                setattr(self, name, value)
        if not self._learnable():
            return
        count = arguments["num_parameters"]
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise ArgumentError(self.activation.name, "num_parameters", count, "must be a positive integer")
        self._initial = {name: float(arguments[name]) for name in self._learnable()}
        for name in self._learnable():
            empty = torch.empty(count, device=arguments["device"], dtype=arguments["dtype"])
            self.register_parameter(name, nn.Parameter(empty))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set the learnable parameters to their values at construction."""
        for name, value in self._initial.items():
            nn.init.constant_(getattr(self, name), value)

    @classmethod
    def _learnable(cls) -> list[str]:
        return [name for name, p in _parameters(cls.activation).items() if p.learnable]

    def extra_repr(self) -> str:
        """The arguments as given; `inplace` only where it is set."""
        shown = []
        for name in self.own_signature.parameters:
            value = getattr(self, name, None)
            if name in ("device", "dtype") or isinstance(value, nn.Parameter) or (name == "inplace" and not value):
                continue
            shown.append(f"{name}={value}")
        return _saving(self, ", ".join(shown))


class ElementwiseModule(ActivationModule):
    """An element-wise activation as a module.

    With `inplace=True` the result is written into x. Where a gradient is recorded x is copied
    first, so the gradient is right and no memory is saved. With `save="output"` backward reads the
    output, which the next layer keeps anyway, and x is not kept.
    """

    save: str = "input"

    def forward(self, x: Tensor) -> Tensor:
        """Evaluate the activation at x; the result has x's shape, dtype and device."""
        activation = self.activation
        names = activation.definition.parameters
        if not (names or self.inplace) and self.save == "input":
            return activation(x)  # type: ignore[no-any-return]
        values = [getattr(self, name) for name in names]
        if self.save == "output":
            found = from_output(activation, x, tuple(values))
            if found is not None:
                return found
        training = {"training": True} if self.training and isinstance(activation, RandomizedActivation) else {}
        if self.inplace:
            quickly = None if training else lambda data: _overwritten(activation, data, values)
            return write_back(activation.name, x, lambda data: activation(data, *values, **training), quickly)
        return activation(x, *values, **training)  # type: ignore[no-any-return]


def _overwritten(activation: Activation, x: Tensor, values: list[Any]) -> bool:
    """Whether the value was written into x at once."""
    plan, tensors = find(activation, "inputs", (x,), tuple(values), {})
    return overwrite(plan, x, tensors)


class GateModule(ActivationModule):
    """A gate as a module: x of shape (..., 2 n, ...) becomes (..., n, ...) along `dim`."""

    dim: int

    def forward(self, x: Tensor) -> Tensor:
        """Split x along `dim` and gate the first half by the second; the size along `dim` is halved."""
        values = [getattr(self, name) for name in self.activation.definition.parameters]
        return self.activation(x, self.dim, *values)  # type: ignore[no-any-return]


class AxiswiseModule(ActivationModule):
    """A function along an axis as a module; the axis is called `dim`, as in torch."""

    def forward(self, x: Tensor) -> Tensor:
        """Evaluate along `dim`; without one along the axis that torch.nn would take, with a warning."""
        options = {name: getattr(self, _DIM.get(name, name)) for name in self.activation.options}
        if options.get("axis", 0) is None:
            options["axis"] = 0 if x.ndim in (0, 1, 3) else 1
            warnings.warn(
                f"{type(self).__name__}: the choice of dim for a tensor of {x.ndim} dimensions is a guess; give dim=X",
                stacklevel=4,
            )
        return self.activation(x, **options)  # type: ignore[no-any-return]


_DIM = {"axis": "dim"}
_BASES: tuple[tuple[type[Function], type[ActivationModule]], ...] = (
    (Activation, ElementwiseModule),
    (Gate, GateModule),
    (Axiswise, AxiswiseModule),
)


@cache
def class_of(activation: Function | str) -> type[ActivationModule]:
    """The module class of an activation.

    Args:
        activation: A name or alias of the catalogue, or an activation, which may be a user's own.

    Returns:
        A subclass of `ActivationModule`, and of torch.nn's class of the same name where there is one; the same class
        for the same activation.

    Raises:
        UnknownActivationError: for a name that is not known.

    >>> class_of("swish-1").__name__
    'SiLU'
    """
    if isinstance(activation, str):
        return class_of(get(activation))
    base = next(module for function, module in _BASES if isinstance(activation, function))
    definition = activation.definition
    torch_class = _torch_class(definition) if activation.is_catalogued else None
    signature = _torch_signature(torch_class) if torch_class else _signature(activation)
    initialise = _initialiser(activation, signature, torch_class)
    about: dict[str, Any] = {
        "activation": activation,
        "own_signature": signature,
        "__init__": initialise,
        "__doc__": docstring(activation, inspect.signature(initialise), torch_class),
        "__module__": PACKAGE,
        "__qualname__": definition.module,
    }
    if torch_class:
        about["extra_repr"] = _with_save(torch_class.extra_repr)
        if hasattr(torch_class, "reset_parameters"):
            about["reset_parameters"] = torch_class.reset_parameters
    return type(definition.module, (base, *([torch_class] if torch_class else [])), about)


def torch_class_of(activation: Function) -> type[nn.Module] | None:
    """The class of torch.nn that computes an activation of the catalogue, or None."""
    return _torch_class(activation.definition) if activation.is_catalogued else None


def _torch_class(definition: Definition | AxiswiseDefinition) -> type[nn.Module] | None:
    found = getattr(nn, definition.module, None)
    return found if isinstance(found, type) and issubclass(found, nn.Module) else None


def _torch_signature(torch_class: type[nn.Module]) -> inspect.Signature:
    # A class without its own __init__ would show Module's (*args, **kwargs), which takes nothing.
    if torch_class.__init__ is nn.Module.__init__:
        return inspect.Signature()
    return inspect.signature(torch_class).replace(return_annotation=inspect.Signature.empty)


def _signature(activation: Function) -> inspect.Signature:
    """The arguments of a class that torch does not have, in the manner of torch.nn."""
    numbers: dict[str, tuple[Any, Any]] = {
        name: (p.default, type(p.default)) for name, p in _parameters(activation).items()
    }
    if isinstance(activation, Axiswise):
        arguments = {_DIM.get(name, name): (value, type(value)) for name, value in activation.options.items()}
    elif isinstance(activation, Gate):
        arguments = {"dim": (-1, int), **numbers}
    else:
        arguments = dict(numbers)
    if any(p.learnable for p in _parameters(activation).values()):
        arguments |= {"num_parameters": (1, int), "device": (None, _EMPTY), "dtype": (None, _EMPTY)}
    elif isinstance(activation, Activation):
        arguments |= {"inplace": (False, bool)}
    return inspect.Signature(
        [
            inspect.Parameter(name, _KEYWORD, default=default, annotation=kind)
            for name, (default, kind) in arguments.items()
        ]
    )


def _parameters(activation: Function) -> dict[str, Any]:
    return activation.parameters if isinstance(activation, (Activation, Gate)) else {}


def _initialiser(
    activation: Function, signature: inspect.Signature, torch_class: type[nn.Module] | None
) -> Callable[..., None]:
    def initialise(self: ActivationModule, *args: Any, **keywords: Any) -> None:
        if "axis" in keywords and "dim" in signature.parameters:
            keywords["dim"] = keywords.pop("axis")
        save = keywords.pop("save", "input") if saves else "input"
        try:
            bound = signature.bind(*args, **keywords)
        except TypeError as error:
            raise TypeError(f"{type(self).__name__}: {error}; it takes {signature}") from None
        bound.apply_defaults()
        _check(activation, bound.arguments)
        if torch_class:
            torch_class.__init__(self, *bound.args, **bound.kwargs)
        else:
            self._set_up(bound.arguments)
        if save != "input":
            check_saving(activation, save, {name: getattr(self, name) for name in _parameters(activation)})
            if getattr(self, "inplace", False):
                raise ArgumentError(
                    activation.name, "save", save, "cannot go with inplace=True: backward reads the output"
                )
            vars(self)["save"] = save

    saves = isinstance(activation, Activation) and not isinstance(activation, RandomizedActivation)
    saves &= not any(p.learnable for p in _parameters(activation).values())
    saves &= all(p.kind == _KEYWORD for p in signature.parameters.values())  # torch.nn.Identity takes anything
    own = inspect.Parameter("self", _KEYWORD)
    word = inspect.Parameter("save", inspect.Parameter.KEYWORD_ONLY, default="input", annotation=str)
    added = [word] if saves else []
    whole = signature.replace(parameters=[own, *signature.parameters.values(), *added])
    vars(initialise)["__signature__"] = whole
    initialise.__name__ = "__init__"
    initialise.__qualname__ = f"{activation.definition.module}.__init__"
    initialise.__module__ = PACKAGE or ""
    return initialise


def _check(activation: Function, arguments: dict[str, Any]) -> None:
    """Raise ArgumentError where an argument is outside of its domain in the definition, or of the wrong type."""
    parameters = _parameters(activation)
    given = {name: value for name, value in arguments.items() if name in parameters}
    learnable = [name for name, p in parameters.items() if p.learnable]
    if "init" in arguments and len(learnable) == 1:
        given[learnable[0]] = arguments["init"]
    if given:
        bind(activation.definition, (), given, frozenset())  # type: ignore[arg-type]
    dim = arguments.get("dim", 0)
    if isinstance(dim, bool) or not (dim is None or isinstance(dim, int)):
        raise ArgumentTypeError(activation.name, "dim", dim, "must be an integer")
    pool_size = arguments.get("pool_size", 1)
    if isinstance(pool_size, bool) or not isinstance(pool_size, int) or pool_size < 1:
        raise ArgumentError(activation.name, "pool_size", pool_size, "must be a positive integer")


def _saving(module: nn.Module, shown: str) -> str:
    save = getattr(module, "save", "input")
    return shown if save == "input" else ", ".join(part for part in (shown, f"save={save!r}") if part)


def _with_save(extra_repr: Callable[[Any], str]) -> Callable[[Any], str]:
    """Torch's own `extra_repr`, with `save` added where it is set."""
    return lambda module: _saving(module, extra_repr(module))


def _blank(activation: Function) -> ActivationModule:
    cls = class_of(activation)
    return cls.__new__(cls)
