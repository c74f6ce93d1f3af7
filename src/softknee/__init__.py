"""softknee: activation functions, each defined once; right and fast in NumPy, PyTorch and JAX.

>>> import softknee as knee
>>> knee.relu([-1.0, 0.0, 2.0])
array([0., 0., 2.])
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .language.errors import ArgumentError, DefinitionError, SoftkneeError, UnknownActivationError, UnknownOpError
from .support.renamed import accept_old_names

accept_old_names()

# Where each public name is, looked up on first use, so that importing softknee stays quick and imports no framework.
_LAZY = {
    "Activation": "functions.elementwise:Activation",
    "Axiswise": "functions.axiswise:Axiswise",
    "Domain": "language.definition:Domain",
    "Gate": "functions.gate:Gate",
    "Parameter": "language.definition:Parameter",
    "activation": "functions.public:activation",
    "compare": "comparison:compare",
    "diagnose": "doctor.diagnose:diagnose",
    "get": "functions.public:get",
    "get_float32_precision": "targets.numpy.precision:get_float32_precision",
    "get_num_threads": "targets.numpy.threads:get_num_threads",
    "init": "init",
    "load_torch_extension": "targets.torch.extension:load_torch_extension",
    "names": "functions.public:names",
    "nn": "nn",
    "ops": "language.ops",
    "plot": "functions.public:plot",
    "register_target": "targets.dispatch:register_target",
    "set_float32_precision": "targets.numpy.precision:set_float32_precision",
    "set_num_threads": "targets.numpy.threads:set_num_threads",
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
    from .functions.public import activation as activation
    from .functions.public import get as get
    from .functions.public import names as names
    from .functions.public import plot as plot
    from .targets.dispatch import register_target as register_target
    from .targets.numpy.precision import get_float32_precision as get_float32_precision
    from .targets.numpy.precision import set_float32_precision as set_float32_precision
    from .targets.numpy.threads import get_num_threads as get_num_threads
    from .targets.numpy.threads import set_num_threads as set_num_threads
    from .targets.torch.extension import load_torch_extension as load_torch_extension


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
        from .functions.public import get

        found = get(name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    from .functions.public import names

    return sorted({*globals(), *__all__, *names()})
