"""Modules under the names they had in earlier versions, for pickles and checkpoints that carry those names.

Nothing here is for new code: only unpickling looks old names up, and each leads to the module of today.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

# By an old module name: the module of today, and the names in it that have changed, old to new.
_RENAMED: dict[str, tuple[str, dict[str, str]]] = {
    "softknee.backends": ("softknee.targets", {}),
    "softknee.backends.ufuncs": ("softknee.targets.numpy.ufuncs", {}),
    "softknee.language.face": ("softknee.language.derivative_spec", {"Face": "DerivativeSpec"}),
    "softknee.elementwise": ("softknee.functions.elementwise", {}),
    "softknee.gate": ("softknee.functions.gate", {}),
    "softknee.axiswise": ("softknee.functions.axiswise", {}),
    "softknee.randomized": ("softknee.functions.randomized", {}),
    "softknee.properties": ("softknee.functions.properties", {}),
}


class _Renamed(MetaPathFinder, Loader):
    """An import finder that gives each old name a module whose contents are looked up in the new one."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        return ModuleSpec(name, self, is_package=name == "softknee.backends") if name in _RENAMED else None

    def exec_module(self, module: ModuleType) -> None:
        home, renamed = _RENAMED[module.__name__]

        def look_up(attribute: str) -> Any:
            if attribute.startswith("__"):
                raise AttributeError(attribute)
            return getattr(import_module(home), renamed.get(attribute, attribute))

        module.__dict__["__getattr__"] = look_up


def accept_old_names() -> None:
    """Let imports find modules by the names of earlier versions, after all other finders."""
    if not any(isinstance(finder, _Renamed) for finder in sys.meta_path):
        sys.meta_path.append(_Renamed())
