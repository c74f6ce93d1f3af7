"""The hooks by which a watch is called at each step: on the model, around one of its methods, and past compiled code.

A step that is probed runs uncompiled, since compiled code shows no calls.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

import torch
from torch import nn


class Hook:
    """A hook on a watched model; copies of the model, pickled ones too, have one that does nothing."""

    def __init__(self, call: Callable[..., None]) -> None:
        self._call = call

    def __call__(self, *args: Any) -> None:
        """Tell the watch, unless the model's compiled code is being made: a watch is nothing to compile."""
        if not torch.compiler.is_compiling():
            self._call(*args)

    def __reduce__(self) -> tuple[Any, ...]:
        return Hook, (_nothing,)


class Method:
    """A method of a watched model, with what is called before and after it; a copy's is the copy's own method."""

    def __init__(self, model: nn.Module, name: str, before: Callable[..., None], after: Callable[..., None]) -> None:
        self._model = model
        self._name = name
        self._before = before
        self._after = after
        self._original = getattr(model, name)
        self._own = vars(model).get(name)
        update_wrapper(self, self._original)
        vars(model)[name] = self

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the watch before and after the method; the method's result."""
        out = None
        self._before(self._model, args, kwargs)
        try:
            out = self._original(*args, **kwargs)
        finally:
            self._after(self._model, args, kwargs, out)
        return out

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (self._model, self._name)

    def remove(self) -> None:
        """Give the model its own method back."""
        if self._own is None:
            del vars(self._model)[self._name]
        else:
            vars(self._model)[self._name] = self._own


def _nothing(*_: Any) -> None:
    """Nothing: a copy of a watched model is not watched."""


class Eagerly:
    """While it lasts, compiled functions run as they were written."""

    def __init__(self) -> None:
        self._stance: Any = torch.compiler.set_stance("force_eager")

    def restore(self) -> None:
        """Let compiled code run again."""
        self._stance.__exit__(None, None, None)


def scripted(model: nn.Module) -> list[str]:
    """The paths of the parts of a model that are TorchScript, which shows no calls."""
    found: list[str] = []
    for path, module in model.named_modules():
        if isinstance(module, torch.jit.ScriptModule) and not path.startswith(tuple(f"{at}." for at in found)):
            found.append(path)
    return found


def is_compiled_in_place(model: nn.Module) -> bool:
    """True where `model.compile()` was called: the hooks are then part of what is compiled."""
    return getattr(model, "_compiled_call_impl", None) is not None
