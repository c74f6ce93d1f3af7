"""softknee: activation functions, each defined once; right and fast in NumPy, PyTorch and JAX.

>>> import softknee as knee
>>> knee.relu([-1.0, 0.0, 2.0])
array([0., 0., 2.])
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .language.errors import ArgumentError, DefinitionError, SoftkneeError, UnknownActivationError, UnknownOpError

# Looked up on first use, so that importing softknee stays quick and imports no framework.
_LAZY = {
    "Activation": "elementwise:Activation",
    "Axiswise": "axiswise:Axiswise",
    "Domain": "language.definition:Domain",
    "Gate": "gate:Gate",
    "Parameter": "language.definition:Parameter",
    "activation": "public:activation",
    "compare": "comparison:compare",
    "diagnose": "doctor.diagnose:diagnose",
    "get": "public:get",
    "get_float32_precision": "precision:get_float32_precision",
    "get_num_threads": "threads:get_num_threads",
    "init": "init",
    "load_torch_extension": "torch_extension:load_torch_extension",
    "names": "public:names",
    "nn": "nn",
    "ops": "language.ops",
    "plot": "public:plot",
    "set_float32_precision": "precision:set_float32_precision",
    "set_num_threads": "threads:set_num_threads",
    "suggest": "suggestion:suggest",
    "swap": "nn.swap:swap",
    "watch": "doctor.watch:watch",
    "where": "language.expression:where",
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
    from .precision import get_float32_precision as get_float32_precision
    from .precision import set_float32_precision as set_float32_precision
    from .public import activation as activation
    from .public import get as get
    from .public import names as names
    from .public import plot as plot
    from .threads import get_num_threads as get_num_threads
    from .threads import set_num_threads as set_num_threads
    from .torch_extension import load_torch_extension as load_torch_extension


def __getattr__(name: str) -> Any:
    found: Any
    if name in _LAZY:
        module, _, attribute = _LAZY[name].partition(":")
        found = import_module(f"{__name__}.{module}")
        found = getattr(found, attribute) if attribute else found
    elif name == "__version__":
        from importlib.metadata import version

        found = version("softknee")
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
