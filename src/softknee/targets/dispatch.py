"""Which target an array belongs to; frameworks are looked up only if they are already imported."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .protocol import Target


@dataclass(frozen=True)
class Registered:
    """A target by name: its framework's module, the arrays' type there, and what imports the target."""

    framework: str
    array: str
    load: Callable[[], Target]

    def owns(self, x: Any) -> bool:
        """Whether x is an array of this target's kind; the framework is not imported for it."""
        found: Any = sys.modules.get(self.framework)
        if found is None:
            return False
        for part in self.array.split("."):
            found = getattr(found, part)
        return isinstance(x, found)


def _numpy() -> Target:
    from .numpy import evaluate

    return evaluate


def _torch() -> Target:
    from .torch import evaluate

    return evaluate


def _jax() -> Target:
    from .jax import evaluate

    return evaluate


# The targets beside NumPy's, which takes all that is unknown. A list of few: torch's compiler reads it, too.
_registered = [Registered("torch", "Tensor", _torch), Registered("jax", "Array", _jax)]
_by_type: dict[type, Target] = {}


def register_target(framework: str, array: str, load: Callable[[], Target]) -> None:
    """Let every activation take the arrays of a framework; `softknee.targets.protocol` is the contract.

    Args:
        framework: The name of the framework's module. It is not imported here.
        array: The name of the type of its arrays in that module, such as "Tensor" or "core.Array".
        load: Called without arguments at the first such array, or at each: gives the target.

    >>> import softknee as knee
    >>> knee.register_target("no_such_framework", "Array", lambda: None)
    """
    _registered.append(Registered(framework, array, load))
    _by_type.clear()


def target_of(x: Any) -> Target:
    """The target that evaluates arrays of x's kind."""
    if is_traced():
        return _found(x)
    kind = type(x)
    known = _by_type.get(kind)
    if known is None:
        if len(_by_type) >= _MANY:
            _by_type.clear()
        known = _by_type[kind] = _found(x)
    return known


_MANY = 256


def _found(x: Any) -> Target:
    for entry in _registered:
        if entry.owns(x):
            return entry.load()
    return _numpy()


def is_traced() -> bool:
    """Whether torch's compiler reads the code that is called here, instead of running it."""
    torch = sys.modules.get("torch")
    return torch is not None and bool(torch.compiler.is_dynamo_compiling())


if TYPE_CHECKING:
    from .jax import evaluate as jax_target
    from .numpy import evaluate as numpy_target
    from .torch import evaluate as torch_target

    _checked: tuple[Target, ...] = (jax_target, numpy_target, torch_target)
