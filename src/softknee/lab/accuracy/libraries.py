"""Functions of softknee and other libraries over NumPy arrays: the value, and the slope by the library's own
autograd.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import ml_dtypes
import numpy as np

from softknee.functions.elementwise import Activation
from softknee.lab.peers.libraries import peer
from softknee.lab.peers.table import spelling
from softknee.support.extras import need

from .measure import Compute
from .ulps import DTYPES, Array

OWN = ("softknee", "softknee torch")
# Points on both sides of every branch, at which a library is tried.
_TRIAL = np.array([-8.0, -0.3, 0.0, 0.4, 9.0])
_BFLOAT16 = DTYPES["bfloat16"]


@dataclass(frozen=True)
class SpecFunctions:
    """The value and the slope of a function of a library; `slope` is None where the library does not differentiate."""

    value: Compute
    slope: Compute | None

    def spec(self, name: str) -> Compute | None:
        """The value or the slope, by its name; None where there is none."""
        return self.value if name == "value" else self.slope


def own_specs(library: str, function: Activation, parameters: Mapping[str, float] | None = None) -> SpecFunctions:
    """A function of softknee by one of its own paths, at the default or other parameters."""
    given: dict[str, Any] = dict(parameters or {})
    if library == "softknee":
        return SpecFunctions(partial(function, **given), partial(function.derivative, **given))
    return _torch_specs(partial(function, **given))


def specs(library: str, function: Activation, dtype: str) -> SpecFunctions | None:
    """A function as a library computes it in a dtype; None where the library does not have it."""
    if library in OWN:
        return own_specs(library, function)
    text = spelling(function.name, library)
    if text is None:
        return None
    try:
        found = peer(library, text, dtype)
    except NotImplementedError:
        return None
    if library in ("torch", "torch_activation"):
        made = _torch_specs(found)
    else:
        made = _jax_specs(found, dtype) if library == "jax" else SpecFunctions(found, None)
    return made if _works(made, dtype) else None


def version_of(library: str) -> str:
    """The installed version of a library, with that of the package it is built on."""
    if library == "softknee torch":
        return f"{version('softknee')} with torch {version('torch')}"
    try:
        return version(library)
    except PackageNotFoundError:
        return "unknown"


def _works(made: SpecFunctions, dtype: str) -> bool:
    """True where a library computes in a dtype: some have no kernel for it, and some return another dtype."""
    try:
        results = [spec(_TRIAL.astype(DTYPES[dtype])) for spec in (made.value, made.slope) if spec is not None]
    except (NotImplementedError, RuntimeError, TypeError):
        return False
    return all(found.dtype == DTYPES[dtype] for found in results)


def _torch_specs(function: Callable[[Any], Any]) -> SpecFunctions:
    torch = need("torch", "torch")

    def leaf(x: Array) -> Any:
        if x.dtype == _BFLOAT16:
            return torch.from_numpy(x.view(np.uint16).copy()).view(torch.bfloat16)
        return torch.from_numpy(x.copy())

    def array(y: Any) -> Array:
        y = y.detach()
        if y.dtype == torch.bfloat16:
            narrow: Array = y.view(torch.uint16).numpy().view(ml_dtypes.bfloat16)
            return narrow
        found: Array = y.numpy()
        return found

    def value(x: Array) -> Array:
        with torch.no_grad():
            return array(function(leaf(x)))

    def slope(x: Array) -> Array:
        at = leaf(x).requires_grad_()
        y = function(at)
        y.backward(torch.ones_like(y))
        return array(at.grad)

    return SpecFunctions(value, slope)


def _jax_specs(function: Callable[[Any], Any], dtype: str) -> SpecFunctions:
    jax = need("jax", "jax")
    from softknee.targets.jax.evaluate import enable_x64

    def gradient(x: Any) -> Any:
        y, back = jax.vjp(function, x)
        return back(jax.numpy.ones_like(y))[0]

    def runs(compiled: Callable[[Any], Any]) -> Compute:
        def run(x: Array) -> Array:
            # Inputs are padded to a few lengths, as JAX compiles for each length anew.
            padded = np.zeros(-(-len(x) // _BLOCK) * _BLOCK, x.dtype)
            padded[: len(x)] = x
            with enable_x64(dtype == "float64"):
                parts = [np.asarray(compiled(jax.numpy.asarray(p))) for p in padded.reshape(-1, _BLOCK)]
            return np.concatenate(parts)[: len(x)]

        return run

    return SpecFunctions(runs(jax.jit(function)), runs(jax.jit(gradient)))


_BLOCK = 4096
