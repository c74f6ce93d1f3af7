"""The definitions, by family; importing this package registers all of them."""

from importlib import import_module
from pkgutil import iter_modules

for _family in sorted(module.name for module in iter_modules(__path__)):
    import_module(f"{__name__}.{_family}")

# The functions that the library began with, which are compared and measured where no others are asked for.
FOUNDING = (
    "relu",
    "leaky_relu",
    "prelu",
    "elu",
    "celu",
    "selu",
    "relu6",
    "softplus",
    "sigmoid",
    "logsigmoid",
    "tanh",
    "mish",
    "softshrink",
    "maxout",
)
