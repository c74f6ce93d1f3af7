"""The functions of a user's own modules, to be shown beside those of the catalogue."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import softknee as knee
from softknee.functions.base import Function
from softknee.language.errors import ArgumentError


def own_functions(modules: list[ModuleType]) -> list[Any]:
    """The activations that modules define, each once, in their order.

    Raises ArgumentError for a module without any, and for a name that the catalogue or another module has taken.
    """
    found: dict[str, Any] = {}
    for module in modules:
        defined = [each for each in vars(module).values() if isinstance(each, Function) and not each.is_catalogued]
        if not defined:
            raise ArgumentError("atlas", "with", module.__name__, "has no function that is decorated as an activation")
        for function in defined:
            if found.setdefault(function.name, function) is not function or function.name in knee.names():
                raise ArgumentError("atlas", "with", module.__name__, f"has {function.name}, a name that is taken")
    return list(found.values())
