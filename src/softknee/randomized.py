"""Activations that draw random numbers while training."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from .arguments import bind
from .dispatch import backend_of
from .elementwise import UFUNC_KEYWORDS, Activation
from .language.definition import CATALOGUE
from .language.errors import ArgumentError


class RandomizedActivation(Activation):
    """rrelu: a random slope below zero for each element in training, the mean slope otherwise.

    `derivative`, `inverse` and the properties are those of the mean slope.
    """

    def __call__(self, x: Any, *args: Any, training: bool = False, rng: Any = None, **keywords: Any) -> Any:
        """Evaluate at x; with `training` each element draws its slope from U(lower, upper).

        `rng` is a numpy.random.Generator or seed for arrays, a torch.Generator for tensors; without one
        a tensor takes torch's own. Raises ArgumentError for JAX, whose random numbers need a key.
        """
        if not training:
            return super().__call__(x, *args, **keywords)
        bound = bind(self.definition, args, keywords, UFUNC_KEYWORDS)
        lower, upper = (float(value) for value in bound.values)
        leaky = CATALOGUE["leaky_relu"]
        backend = backend_of(x)
        x = backend.as_array(self.name, x)
        slopes = _slopes(self.name, x, lower, upper, rng)
        from .public import get

        return get(leaky.name)(x, slopes, **bound.rest)


def _slopes(name: str, x: Any, lower: float, upper: float, rng: Any) -> Any:
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(x, torch.Tensor):
        wide = torch.promote_types(x.dtype, torch.float32)
        return torch.empty(x.shape, dtype=wide, device=x.device).uniform_(lower, upper, generator=rng)
    if not isinstance(x, (np.ndarray, np.generic)):
        raise ArgumentError(name, "training", True, "needs NumPy or torch: jax.nn draws with an explicit key")
    return np.random.default_rng(rng).uniform(lower, upper, x.shape)
