"""Arguments that several commands take: objects of the user's own by name, and losses by name.

An object is named as module:name, or path/to/file.py:name.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
from collections.abc import Callable
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any, Literal

from softknee.language.errors import ArgumentError

LossName = Literal["cross-entropy", "mse", "bce"]


def named(target: str, command: str, argument: str) -> Callable[..., Any]:
    """The function, class or model that a target names; errors name the command and its argument."""
    place, separator, name = target.rpartition(":")
    if not separator or not place or not name:
        raise ArgumentError(command, argument, target, "must be module:function or file.py:function")
    module = module_of(place, command, argument, target)
    found = getattr(module, name, None)
    if not callable(found):
        known = ", ".join(n for n, v in vars(module).items() if callable(v) and not n.startswith("_"))
        raise ArgumentError(command, argument, target, f"has no function {name}; there is {known or 'none'}")
    return found  # type: ignore[no-any-return]


def module_of(place: str, command: str, argument: str, given: str = "") -> Any:
    """The module that `place` names, or the Python file; errors name the command, its argument and its value
    `given`.
    """
    given = given or place
    try:
        return _from_file(Path(place)) if place.endswith(".py") else _from_name(place)
    except FileNotFoundError:
        raise ArgumentError(command, argument, place, "is no file of Python") from None
    except ModuleNotFoundError as error:
        raise ArgumentError(command, argument, given, f"cannot be imported: {error}") from None
    except (Exception, SystemExit) as error:  # a user's module may raise anything, or exit
        why = f"cannot be imported: {type(error).__name__}: {error}{_line(error)}"
        raise ArgumentError(command, argument, given, why) from error


def _line(error: BaseException) -> str:
    """The line at which an error was raised, as text; "" for a SyntaxError, which says so itself."""
    found = traceback.extract_tb(error.__traceback__)
    return "" if isinstance(error, (SyntaxError, SystemExit)) or not found else f", in line {found[-1].lineno}"


def _from_name(name: str) -> Any:
    sys.path.insert(0, str(Path.cwd()))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(Path.cwd()))


def _from_file(path: Path) -> Any:
    known = sys.modules.get(path.stem)
    if known is not None and Path(getattr(known, "__file__", None) or "").resolve() == path.resolve():
        return known  # so that a model and its loss come from one module object
    spec = importlib.util.spec_from_file_location(path.stem, path) if path.exists() else None
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # dataclasses and pickle look a class's module up there
    spec.loader.exec_module(module)
    return module


def shipped(found: Any) -> Any:
    """The same object, pickled by value from now on where its module is a file that other processes could not
    import.
    """
    module = sys.modules.get(getattr(found, "__module__", ""))
    place = PathFinder.find_spec(module.__name__) if module is not None else None
    if module is not None and getattr(module, "__file__", None) != (place and place.origin):
        import cloudpickle  # type: ignore[import-untyped]

        cloudpickle.register_pickle_by_value(module)
    return found


def loss_named(name: LossName | None, y: Any) -> Callable[[Any, Any], Any]:
    """The loss of this name; without a name cross-entropy for targets that are classes, the squared error for
    numbers.
    """
    from torch.nn import functional as F

    if name is None:
        name = "mse" if y.is_floating_point() else "cross-entropy"
    if name == "cross-entropy":
        return F.cross_entropy
    if name == "mse":
        return lambda out, y: F.mse_loss(out, y.to(out.dtype).reshape(out.shape))
    return lambda out, y: F.binary_cross_entropy_with_logits(out, y.to(out.dtype).reshape(out.shape))
