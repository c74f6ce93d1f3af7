"""`RandomizedActivation`, for activations that draw random numbers in training: rrelu."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from softknee.language.definition import CATALOGUE
from softknee.language.derivative_spec import VALUE
from softknee.language.errors import ArgumentError, ArgumentTypeError
from softknee.targets.arguments import UFUNC_KEYWORDS, bind
from softknee.targets.dispatch import target_of

from .elementwise import Activation


class RandomizedActivation(Activation):
    """The function rrelu: a random slope below zero for each element in training, the mean slope otherwise.

    `derivative`, `inverse` and the properties are those of the mean slope.
    """

    def __call__(self, x: Any, *args: Any, training: bool = False, rng: Any = None, **keywords: Any) -> Any:
        """Evaluate at x; with `training` each element draws its slope from the uniform distribution U(lower, upper).

        Args:
            x: Array, tensor, scalar or list of any shape.
            *args: The parameters in positional order.
            training: True for random slopes; False for their mean.
            rng: A numpy.random.Generator or a seed for arrays, a torch.Generator for tensors; without one a tensor
                takes torch's own generator and an array a fresh one.
            **keywords: The parameters by name; for NumPy arrays also a ufunc's keywords.

        Returns:
            The values, in x's kind, dtype, device and shape.

        Raises:
            ArgumentError: for JAX in training, whose random numbers need a key.
            ArgumentTypeError: for another kind of `training` or `rng`, or a parameter that is an array in training.

        >>> import softknee
        >>> softknee.rrelu([-6.0, 1.0], lower=0.0, upper=0.5)
        array([-1.5,  1. ])
        """
        if not training:
            return super().__call__(x, *args, **keywords)
        if not isinstance(training, bool):
            raise ArgumentTypeError(self.name, "training", training, "must be True or False")
        bound = bind(self.definition, args, keywords, UFUNC_KEYWORDS)
        for name, value in zip(self.definition.numeric_parameters, bound.values):
            if not isinstance(value, (int, float)):
                raise ArgumentTypeError(self.name, name, value, "must be a plain number in training")
        target = target_of(x)
        x = target.as_array(self.name, x)
        lower, upper = bound.values
        slopes = _slopes(self.name, x, lower, upper, rng)
        return target.evaluate(CATALOGUE["leaky_relu"], VALUE, (x,), (slopes,), bound.rest)


def _slopes(name: str, x: Any, lower: float, upper: float, rng: Any) -> Any:
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(x, torch.Tensor):
        if not isinstance(rng, (torch.Generator, type(None))):
            raise ArgumentTypeError(name, "rng", rng, "must be a torch.Generator for a tensor")
        wide = torch.promote_types(x.dtype, torch.float32)
        return torch.empty(x.shape, dtype=wide, device=x.device).uniform_(lower, upper, generator=rng)
    if not isinstance(x, (np.ndarray, np.generic)):
        reason = f"needs a NumPy array or a tensor, not {type(x).__name__}: it would not know how to draw"
        raise ArgumentError(name, "training", True, reason)
    if not isinstance(rng, (np.random.Generator, int, type(None))):
        raise ArgumentTypeError(name, "rng", rng, "must be a numpy.random.Generator or a seed")
    return np.random.default_rng(rng).uniform(lower, upper, x.shape)
