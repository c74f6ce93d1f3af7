"""Which backend an array belongs to; frameworks are looked up only if they are already imported."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any, NamedTuple


def backend_of(x: Any) -> ModuleType:
    """The module of `targets` that evaluates arrays of x's kind; NumPy's takes all that is unknown."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(x, torch.Tensor):
        from .torch import evaluate as torch_backend

        return torch_backend
    jax = sys.modules.get("jax")
    if jax is not None and isinstance(x, jax.Array):
        from .jax import evaluate as jax_backend

        return jax_backend
    from .numpy import evaluate as numpy_backend

    return numpy_backend


def _declined(*call: Any) -> None:
    """No quick way."""


class Quick(NamedTuple):
    """Ways of a backend to evaluate without ceremony; each gives None for what needs it.

    `value(function, x, args, keywords)`, `halves(gate, x, axis, args, keywords)`, `pair(gate, a, b, args, keywords)`.
    """

    value: Callable[..., Any]
    halves: Callable[..., Any] = _declined
    pair: Callable[..., Any] = _declined


# By an array's exact type; a backend that has such ways enters itself when it is loaded. A list, for torch.compile
# cannot guard a dictionary whose keys are types.
_quick: list[tuple[type, Quick]] = []


def enter_quick(types: Iterable[type], quick: Quick) -> None:
    """Let arrays of exactly these types go these ways."""
    _quick.extend((one, quick) for one in types)


def quick_of(x: Any) -> Quick | None:
    """The quick ways for x, where its type has them."""
    kind = type(x)
    for known, quick in _quick:
        if kind is known:
            return quick
    return None
