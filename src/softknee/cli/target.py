"""What commands take: a function that makes a model, and a loss."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from softknee.language.errors import ArgumentError

LossName = Literal["cross-entropy", "mse", "bce"]


def maker(target: str, command: str) -> Callable[[], Any]:
    """The function that a target names."""
    place, separator, name = target.rpartition(":")
    if not separator or not place or not name:
        raise ArgumentError(command, "target", target, "must be module:function or file.py:function")
    module = _from_file(Path(place), command) if place.endswith(".py") else _from_name(place, target, command)
    made = getattr(module, name, None)
    if not callable(made):
        known = ", ".join(n for n, v in vars(module).items() if callable(v) and not n.startswith("_"))
        raise ArgumentError(command, "target", target, f"has no function {name}; there is {known or 'none'}")
    return made  # type: ignore[no-any-return]


def _from_name(name: str, target: str, command: str) -> Any:
    sys.path.insert(0, str(Path.cwd()))
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise ArgumentError(command, "target", target, f"cannot be imported: {error}") from None
    finally:
        sys.path.remove(str(Path.cwd()))


def _from_file(path: Path, command: str) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path) if path.exists() else None
    if spec is None or spec.loader is None:
        raise ArgumentError(command, "target", str(path), "is no file of Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # classes look for their module there
    spec.loader.exec_module(module)
    return module


def loss(name: LossName | None, y: Any) -> Callable[[Any, Any], Any]:
    """The loss of this name, or cross-entropy for classes and the squared error for numbers."""
    from torch.nn import functional as F

    if name is None:
        name = "mse" if y.is_floating_point() else "cross-entropy"
    if name == "cross-entropy":
        return F.cross_entropy
    if name == "mse":
        return lambda out, y: F.mse_loss(out, y.to(out.dtype).reshape(out.shape))
    return lambda out, y: F.binary_cross_entropy_with_logits(out, y.to(out.dtype).reshape(out.shape))
