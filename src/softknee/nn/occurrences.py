"""The places at which a model uses activations: its modules, callables kept as attributes, and calls in its code.

Nothing is run: calls are read off the byte code, as far as names tell.
"""

from __future__ import annotations

import dis
import inspect
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType, FunctionType, MethodType
from typing import Any

from torch import nn

from softknee.functions.base import Function
from softknee.functions.elementwise import Activation
from softknee.functions.public import get, names
from softknee.language.definition import CATALOGUE

from .modules import ActivationModule, torch_class_of
from .torch_names import torch_functions


@dataclass
class Slot:
    """A place that holds an activation or another module: the attribute `name` of `holder`, at `path` in the model."""

    path: str
    holder: nn.Module
    name: str
    value: Any
    activation: Function | None


@dataclass
class Occurrences:
    """Everything found in a model: slots by place, and by path the modules whose code calls activations."""

    slots: list[Slot] = field(default_factory=list)
    callers: dict[str, tuple[nn.Module, list[Function]]] = field(default_factory=dict)

    def summary(self) -> str:
        """The activations with up to three places of each, in words for an error message."""
        parts = defaultdict(list)
        for slot in self.slots:
            if slot.activation is not None:
                parts[slot.activation.name].append(slot.path or "the model itself")
        for path, (_, activations) in self.callers.items():
            for activation in activations:
                parts[activation.name].append(f"a call in {path or 'the forward of the model'}")
        return "; ".join(f"{name}: {_some(places)}" for name, places in parts.items())


def _some(places: list[str]) -> str:
    distinct = list(dict.fromkeys(places))
    more = f" and {len(distinct) - 3} more" if len(distinct) > 3 else ""
    return ", ".join(distinct[:3]) + more


def occurrences(model: nn.Module) -> Occurrences:
    """The places of a model that hold or call activations."""
    found = Occurrences()
    # Duplicates are kept: a shared module is listed under each of its paths.
    for path, module in model.named_modules(remove_duplicate=False):
        if activation_of_module(module) is not None:
            continue
        for name, child in module._modules.items():
            if child is not None:
                found.slots.append(Slot(_join(path, name), module, name, child, activation_of_module(child)))
        for name, value in vars(module).items():
            if not name.startswith("_") and name != "forward" and callable(value):
                activation = activation_of_callable(value)
                if activation is not None:
                    found.slots.append(Slot(_join(path, name), module, name, value, activation))
        called = calls_in_code(module)
        if called:
            found.callers[path] = (module, called)
    return found


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


# -- which activation is this? -------------------------------------------------------------


@lru_cache(maxsize=1)
def _torch_classes() -> dict[type[nn.Module], Function]:
    found = {torch_class_of(get(name)): get(name) for name in names()}
    return {torch_class: activation for torch_class, activation in found.items() if torch_class is not None}


def chosen(activation: Function, words: Any) -> Function:
    """The variant of an activation that a word among `words` selects, such as gelu_tanh by "tanh"; else the
    default's.
    """
    if not isinstance(activation, Activation) or not activation.is_catalogued:
        return activation
    for name, parameter in activation.parameters.items():
        if parameter.choices:
            word = next((w for w in words if isinstance(w, str) and w in parameter.choices), parameter.default)
            definition = activation.chosen({name: str(word)})
            if CATALOGUE.get(definition.name) is definition:
                return get(definition.name)  # type: ignore[no-any-return]
    return activation


def activation_of_class(cls: type) -> Function | None:
    """The activation of a class of torch.nn or softknee.nn, or of a subclass with the same forward; else None."""
    if issubclass(cls, ActivationModule):
        return getattr(cls, "activation", None)
    for base in cls.__mro__:
        if base in _torch_classes():
            return _torch_classes()[base] if cls.forward is base.forward else None  # type: ignore[attr-defined]
    return None


def activation_of_module(module: nn.Module) -> Function | None:
    """The activation that a module computes, if it is of a known class; else None."""
    found = activation_of_class(type(module))
    return None if found is None else chosen(found, vars(module).values())


def activation_of_callable(value: Any) -> Function | None:
    """The activation that a function of torch or softknee computes; None for any other value."""
    if isinstance(value, Function):
        return chosen(value, ())
    try:
        found = torch_functions().activations.get(value)
    except TypeError:  # unhashable
        return None
    return None if found is None else chosen(found, ())


# -- calls in the code ---------------------------------------------------------------------


def calls_in_code(module: nn.Module) -> list[Function]:
    """The activations that the code of the module's class calls as functions, as far as names tell."""
    found: dict[str, Function] = {}
    strings = [value for value in vars(module).values() if isinstance(value, str)]
    seen: set[CodeType] = set()
    for function, bound in _own_functions(module):
        for activation in _called(function, bound, strings, seen):
            found.setdefault(activation.name, activation)
    return list(found.values())


def _own_functions(module: nn.Module) -> Iterator[tuple[FunctionType, bool]]:
    """The functions of the module's classes, down to the libraries', each with True where its first argument is the
    module.
    """
    for cls in type(module).__mro__:
        if cls is nn.Module:
            break
        if _is_library(cls.__module__):
            continue
        for value in vars(cls).values():
            function = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
            if isinstance(function, FunctionType):
                yield inspect.unwrap(function), not isinstance(value, staticmethod)
    own = vars(module).get("forward")
    if isinstance(own, (FunctionType, MethodType)):
        yield inspect.unwrap(own.__func__ if isinstance(own, MethodType) else own), isinstance(own, MethodType)


def _is_library(name: str | None) -> bool:
    return (name or "").partition(".")[0] in ("torch", "softknee", "builtins", "numpy")


def _called(function: FunctionType, bound: bool, strings: list[str], seen: set[CodeType]) -> Iterator[Function]:
    for code in _codes(function.__code__):
        if code in seen:
            continue
        seen.add(code)
        yield from _named_functions(function, code, bound, strings)
        for name in code.co_names:
            helper = function.__globals__.get(name)
            if isinstance(helper, FunctionType) and not _is_library(helper.__module__):
                yield from _called(helper, False, strings, seen)


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _named_functions(function: FunctionType, code: CodeType, bound: bool, strings: list[str]) -> Iterator[Function]:
    closure = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))
    for name in (*code.co_names, *code.co_freevars):
        value = function.__globals__.get(name)
        if name in closure:
            value = _contents(closure[name])
        found = activation_of_callable(value) if callable(value) else None
        if found is not None:
            yield found
    first = function.__code__.co_varnames[0] if bound and function.__code__.co_argcount else None
    attributes = list(_attributes(code, first))
    if "getattr" in code.co_names:  # getattr(F, self.name): the name is a string somewhere
        attributes += [*strings, *(c for c in code.co_consts if isinstance(c, str))]
    for name in attributes:
        if name in torch_functions().spellings:
            activation = torch_functions().spellings[name]
            # A word such as "tanh" in the code may or may not belong to this call, so both variants are listed.
            yield from dict.fromkeys(chosen(activation, words) for words in ((), code.co_consts))
        elif name in CATALOGUE:
            yield get(name)


_LOADS = ("LOAD_FAST", "LOAD_DEREF")


def _attributes(code: CodeType, self_name: str | None) -> Iterator[str]:
    """The names looked up on anything but `self`: `self.relu` is a module, `F.relu` is not."""
    before: Any = None
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            of_self = before is not None and before.opname.startswith(_LOADS) and self_name in _words(before)
            if not of_self:
                yield str(instruction.argval)
        if instruction.opname not in ("CACHE", "EXTENDED_ARG"):
            before = instruction


def _words(instruction: dis.Instruction) -> Any:
    # LOAD_FAST_LOAD_FAST carries two names; the attribute is looked up on the second.
    return (instruction.argval[-1],) if isinstance(instruction.argval, tuple) else (instruction.argval,)


def _contents(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not yet filled
        return None
