"""Where pickle finds a ufunc again: `softknee.targets.numpy.ufuncs` has each one under its own name.

NumPy pickles a ufunc as a name in a module. dask sends them to other processes.
"""

from __future__ import annotations

from typing import Any

import softknee.catalogue  # noqa: F401  (fills the registry)
from softknee.language.definition import CATALOGUE, Definition
from softknee.language.derivative_spec import DerivativeSpec

from .evaluate import ARRAYS, ufunc


def __getattr__(name: str) -> Any:
    """The ufunc that is called `name`, as `softknee.language.derivative_spec.DerivativeSpec` writes it."""
    function, _, spec = name.removesuffix(ARRAYS).partition(":")
    definition = CATALOGUE.get(function)
    if not isinstance(definition, Definition):
        raise AttributeError(f"no function of the catalogue has the ufunc {name!r}")
    return ufunc(definition, DerivativeSpec.parse(spec), arrays=name.endswith(ARRAYS))
