"""softknee: activation functions, each defined once; right and fast in NumPy, PyTorch and JAX.

>>> import softknee as knee
>>> knee.relu([-1.0, 0.0, 2.0])
array([0., 0., 2.])
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .language.errors import ArgumentError, DefinitionError, SoftkneeError, UnknownActivationError, UnknownOpError

__version__ = "0.1.0"

# Looked up on first use, so that importing softknee stays quick and imports no framework.
_LAZY = {
    "Activation": "elementwise",
    "Axiswise": "axiswise",
    "Gate": "gate",
    "activation": "public",
    "get": "public",
    "names": "public",
    "Parameter": "language.definition",
    "Domain": "language.definition",
    "where": "language.expression",
    "nn": "nn",
    "plot": "public",
    "init": "init",
    "ops": "language.ops",
    "swap": "nn.swap",
    "compare": "comparison",
}

__all__ = [
    *sorted(_LAZY),
    "ArgumentError",
    "DefinitionError",
    "SoftkneeError",
    "UnknownActivationError",
    "UnknownOpError",
]

if TYPE_CHECKING:
    from .public import activation as activation
    from .public import get as get
    from .public import names as names
    from .public import plot as plot


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        module = import_module(f"{__name__}.{_LAZY[name]}")
        found = getattr(module, name) if hasattr(module, name) else module
    elif name.startswith("__"):
        raise AttributeError(name)
    else:
        from .public import get

        found = get(name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    from .public import names

    return sorted({*globals(), *__all__, *names()})
