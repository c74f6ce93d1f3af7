"""Functional calls replaced while the model runs, by a torch function mode around its forward."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from types import MethodType
from typing import Any
from weakref import WeakKeyDictionary

from torch import nn
from torch.overrides import TorchFunctionMode

from softknee.functions.base import Function
from softknee.functions.gate import Gate
from softknee.language.errors import SoftkneeError

from .caught import Caught, catch, whereabouts
from .inplace import write_back
from .modules import ActivationModule
from .substitute import Substitute
from .torch_names import torch_functions

# Marks a new module and its parts: the calls that they make themselves are not replaced again.
NEW = "_softknee_swapped_in_for"


@dataclass
class Call:
    """A functional call that was replaced.

    Attributes:
        path: The name in the model of the module whose code calls; "" for the model itself.
        function: The function's name, such as "F.relu".
        place: The file and line of the call.
        count: The number of times it ran.
    """

    path: str
    function: str
    place: str
    count: int = 0

    def __str__(self) -> str:
        return f"{self.path or '(the model)'}: {self.function} at {self.place}, {self.count} x"


class Plan:
    """The functional calls of one model that are to be replaced, their substitute, and those replaced so far."""

    def __init__(self, old: Function, substitute: Substitute, key: str) -> None:
        self.old = old
        self.substitute = substitute
        self.key = key
        self.calls: dict[tuple[str, str, str], Call] = {}
        self.near: dict[str, None] = {}
        self.paths: WeakKeyDictionary[nn.Module, str] = WeakKeyDictionary()
        self.learnable = False
        self._spare: dict[tuple[int | None, bool], nn.Module] = {}
        self._active = threading.local()

    # A model and its copies share one plan; an unpickled one starts without records.
    def __deepcopy__(self, memo: object) -> Plan:
        return self

    def __reduce__(self) -> Any:
        return _new_plan, (self.old, self.substitute, self.key, self.learnable)

    @property
    def depth(self) -> int:
        """The number of forwards of the model that this thread is inside of."""
        return getattr(self._active, "depth", 0)

    @depth.setter
    def depth(self, value: int) -> None:
        self._active.depth = value

    def module_for(self, owners: list[nn.Module], caught: Caught) -> nn.Module:
        """The substitute for a call made in the code of `owners`, innermost first.

        Raises SoftkneeError where the substitute has parameters and none were made for any of these modules.
        """
        if not self.learnable:
            training = bool(owners and owners[0].training)
            key = (caught.axis, training)
            if key not in self._spare:
                self._spare[key] = self.substitute.make(dim=caught.axis).train(training)
            return self._spare[key]
        for owner in owners:
            if self.key in owner._modules:
                return owner._modules[self.key]  # type: ignore[return-value]
        raise SoftkneeError(
            f"swap: {caught.shown} is called where no parameters for {self.substitute.name} could be made beforehand; "
            "make the call a module of the model"
        )

    def record(self, path: str, shown: str, place: str) -> None:
        """Count one run of a call, known by the module's path, the function's name and the line."""
        self.calls.setdefault((path, shown, place), Call(path, shown, place)).count += 1


def _new_plan(old: Function, substitute: Substitute, key: str, learnable: bool) -> Plan:
    plan = Plan(old, substitute, key)
    plan.learnable = learnable
    return plan


class Forward:
    """A module's forward with interception around it; it stands in the module's `forward` attribute.

    An object, not a closure: a deep copy or pickle of the model takes it along, bound to the copy.
    """

    def __init__(self, module: nn.Module, plan: Plan) -> None:
        self.module = module
        self.plan = plan
        self.inner = vars(module).get("forward")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the module's forward with its calls of the activation replaced."""
        forward = self.inner or MethodType(type(self.module).forward, self.module)
        with Intercept(self.plan) if self.plan.depth == 0 else nullcontext():
            return forward(*args, **kwargs)

    def __deepcopy__(self, memo: dict[int, Any]) -> Forward:
        made = object.__new__(Forward)
        memo[id(self)] = made
        made.module = copy.deepcopy(self.module, memo)
        made.plan = self.plan
        made.inner = copy.deepcopy(self.inner, memo)
        if self.module in self.plan.paths:
            self.plan.paths[made.module] = self.plan.paths[self.module]
        return made


class Intercept(TorchFunctionMode):
    """A torch function mode that replaces the calls of a plan's activation."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan

    def __enter__(self) -> Any:
        self.plan.depth += 1
        return super().__enter__()  # type: ignore[no-untyped-call]

    def __exit__(self, *exception: Any) -> None:
        self.plan.depth -= 1
        super().__exit__(*exception)  # type: ignore[no-untyped-call]

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        caught = catch(function, args, kwargs, self.plan.old)
        if caught is None:
            return function(*args, **kwargs)
        if caught.activation is not self.plan.old:
            if _root(caught.activation) is _root(self.plan.old):
                self.plan.near[f"a call of {caught.activation.name}, which {self.plan.old.name} does not mean"] = None
            return function(*args, **kwargs)
        owners, place = whereabouts()
        if owners and vars(owners[0]).get(NEW) == self.plan.key:
            return function(*args, **kwargs)  # the new module's own arithmetic
        module = self.plan.module_for(owners, caught)
        self.plan.record(self._path(owners), caught.shown, place)
        return _run(module, caught)

    def _path(self, owners: list[nn.Module]) -> str:
        return next((self.plan.paths[owner] for owner in owners if owner in self.plan.paths), "")


def _run(module: nn.Module, caught: Caught) -> Any:
    function: Callable[..., Any] = module
    if len(caught.data) == 2:  # a gate whose halves are already apart
        gate = module.activation if isinstance(module, ActivationModule) else None
        if not isinstance(gate, Gate):
            raise SoftkneeError(f"swap: {caught.shown} gates two tensors; only another gate can replace it")
        return gate.combine(*caught.data)
    if caught.in_place:
        return write_back(caught.activation.name, caught.data[0], function)
    result = function(caught.data[0])
    return result if caught.out is None else caught.out.copy_(result)


def _root(activation: Function) -> Any:
    """The activation that the variants of a function belong to: gelu for gelu_tanh, as they share a module class."""
    for candidate in torch_functions().activations.values():
        choices = [c for p in getattr(candidate, "parameters", {}).values() for c in p.choices.values()]
        if activation.name in (candidate.name, *choices):
            return candidate
    return activation
