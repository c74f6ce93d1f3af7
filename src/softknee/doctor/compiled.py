"""Compiled models: a step that is looked at runs uncompiled, since compiled code shows no calls."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


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
    """Whether `model.compile()` was called: its hooks are part of what is compiled."""
    return getattr(model, "_compiled_call_impl", None) is not None
