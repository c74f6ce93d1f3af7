"""The C that makes calls short leaves classes and calls as Python has them."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import torch

import softknee as knee
from softknee import _native
from softknee.functions.elementwise import Activation
from softknee.targets.torch import fast_call as torch_direct

from ..needed import from_torch_2_10


def recorded(x: torch.Tensor) -> Any:
    """The class of the autograd function behind a short call of relu."""
    y = knee.relu(x.requires_grad_())
    return type(y.grad_fn)._forward_cls  # type: ignore[attr-defined]


@from_torch_2_10
def test_a_class_has_every_attribute_that_type_gives_it() -> None:
    cls = recorded(torch.zeros(3))
    assert issubclass(cls, torch.autograd.Function) and type(cls) is not type(torch.autograd.Function)
    for name in dir(cls):
        assert getattr(cls, name) == type.__getattribute__(cls, name), name
    assert cls.setup_context is torch.autograd.Function.setup_context
    assert (cls.__name__, cls.__bases__) == ("softknee_relu", (torch.autograd.Function,))
    with pytest.raises(AttributeError, match="nothing"):
        _ = cls.nothing


def test_descriptors_are_bound_and_changes_are_seen() -> None:
    class Base(metaclass=_native.make_metaclass(type)):
        @staticmethod
        def static() -> int:
            return 1

        @classmethod
        def of_class(cls) -> type:
            return cls

        @property
        def number(self) -> int:
            return 2

        def method(self) -> Any:
            return self

    class Derived(Base):
        pass

    thing = Derived()
    assert (Base.static(), Derived.of_class(), thing.number, thing.method()) == (1, Derived, 2, thing)
    assert isinstance(Base.number, property) and Base.method is vars(Base)["method"]
    Base.later = 3  # type: ignore[attr-defined]
    assert Derived.later == 3  # type: ignore[attr-defined]


@pytest.mark.parametrize("base", [1, int, type("Odd", (type,), {"__getattribute__": lambda cls, name: 1})])
def test_only_a_metaclass_that_looks_up_as_type_does_is_taken(base: Any) -> None:
    with pytest.raises(TypeError, match="metaclass"):
        _native.make_metaclass(base)


def test_plans_answer_calls_of_one_argument_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    function = Activation(knee.elu.definition)
    x = np.ones(3)
    monkeypatch.setitem(function.plans, np.ndarray, lambda given: "plan" if given is x else None)
    assert function(x) == "plan"
    assert function(x, 1.0)[0] == function(x, alpha=1.0)[0] == function(2 * x)[0] - 1 == 1
    with pytest.raises(TypeError):
        function()
    with pytest.raises(TypeError, match="beta"):
        function(x, beta=1.0)


def test_an_error_of_a_plan_is_the_callers() -> None:
    function = Activation(knee.elu.definition)
    function.plans[np.ndarray] = lambda given: 1 / 0
    with pytest.raises(ZeroDivisionError):
        function(np.ones(3))


def test_another_call_method_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    function = Activation(knee.elu.definition)
    function.plans[np.ndarray] = lambda given: "plan"

    class Louder(Activation):
        def __call__(self, x: Any, *args: Any, **keywords: Any) -> Any:
            return "louder"

    louder = Louder(knee.elu.definition)
    louder.plans[np.ndarray] = lambda given: "plan"
    assert louder(np.ones(3)) == "louder"
    with monkeypatch.context() as patch:
        patch.setattr(Activation, "__call__", lambda self, x: "patched")
        assert function(np.ones(3)) == "patched"
    _native.install_fast_call(Activation)
    assert function(np.ones(3)) == "plan"


@from_torch_2_10
def test_a_forward_that_no_call_prepared_computes_for_itself() -> None:
    plan = torch_direct.direct(knee.mish.definition, ())
    saved: dict[str, Any] = {}

    class Context:
        def __setattr__(self, name: str, value: Any) -> None:
            saved[name] = value

    x = torch.ones(3)
    assert torch.equal(plan.forward(Context(), x), knee.mish(x)) and saved["to_save"][0] is x


@from_torch_2_10
def test_torch_gets_its_fast_call_without_being_asked() -> None:
    """In a process of its own: here the module that brings it is imported by name."""
    code = (
        "import torch, softknee\n"
        "x = torch.zeros(3, requires_grad=True)\n"
        "for _ in range(2):\n"
        "    y = softknee.mish(x)\n"
        "print(type(y.grad_fn).__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "softknee_mishBackward\n"
