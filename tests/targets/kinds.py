"""The targets that the contract is tried on: how their arrays are made and read, how far off their results may be."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import array_api_strict
import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import torch

from softknee.targets.jax.evaluate import enable_x64
from softknee.targets.numpy.native import IS_COMPILED

from . import array_api_target  # noqa: F401  (registers itself, as a stranger's would)

DTYPES = {name: np.dtype(getattr(ml_dtypes, name, name)) for name in ("float16", "bfloat16", "float32", "float64")}


@dataclass(frozen=True)
class Kind:
    """A target's arrays.

    `ulps` is, by dtype, the most that a value or slope may be off, in units in the last place of the dtype: as it
    stands, and again where x itself is moved by as many.
    """

    name: str
    make: Callable[[Any], Any]  # of a NumPy array
    read: Callable[[Any], Any]  # as a NumPy array
    ulps: dict[str, float]
    array: type
    default: str  # the dtype that integers become
    setting: Callable[[], AbstractContextManager[Any]] = nullcontext
    takes_out: bool = False
    flushes: bool = False  # subnormal results become zero

    def of(self, values: Any, dtype: str = "float64") -> Any:
        """An array of these values."""
        return self.make(np.asarray(values, DTYPES[dtype]))

    def __str__(self) -> str:
        return self.name


def to_torch(x: Any) -> torch.Tensor:
    """A tensor, of bfloat16, too, which NumPy does not know by itself."""
    if x.dtype == ml_dtypes.bfloat16:
        return torch.from_numpy(x.view(np.uint16).copy()).view(torch.bfloat16)
    return torch.from_numpy(np.array(x))


def from_torch(x: torch.Tensor) -> Any:
    """A NumPy array."""
    x = x.detach()
    return x.view(torch.uint16).numpy().view(ml_dtypes.bfloat16) if x.dtype == torch.bfloat16 else x.numpy()


# The C module's own promise, which the tests of numbers hold each function to, is no looser.
_COMPILED = {"float16": 0.501, "bfloat16": 0.501, "float32": 0.7, "float64": 1.0}
# Computed in float64 by the framework's functions, and rounded once.
_BY_FUNCTIONS = {"float16": 0.51, "bfloat16": 0.51, "float32": 1.0, "float64": 8.0}
_OWN = _COMPILED if IS_COMPILED else _BY_FUNCTIONS

KINDS = (
    Kind("numpy", np.asarray, np.asarray, _OWN, np.ndarray, "float64", takes_out=True),
    Kind("torch", to_torch, from_torch, _OWN, torch.Tensor, "float32"),
    Kind(
        "jax", jnp.asarray, np.asarray, {**_BY_FUNCTIONS, "float64": 16.0}, jax.Array, "float64",
        setting=lambda: enable_x64(True), flushes=True,
    ),
    Kind(
        "array_api", array_api_strict.asarray, np.asarray, {n: _BY_FUNCTIONS[n] for n in ("float32", "float64")},
        type(array_api_strict.asarray(0.0)), "float64",
    ),
)  # fmt: skip
