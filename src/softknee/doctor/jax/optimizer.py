"""Adam, for those who give no optimiser; `init` and `update` are optax's."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp


class AdamState(NamedTuple):
    """The step and the means of gradients and of their squares."""

    count: Any
    mean: Any
    square: Any


class Adam(NamedTuple):
    """Kingma & Ba 2015, arXiv:1412.6980."""

    rate: float = 1e-3
    b1: float = 0.9
    b2: float = 0.999
    eps: float = 1e-8

    def init(self, parameters: Any) -> AdamState:
        """The state before the first step."""
        zeros = jax.tree.map(jnp.zeros_like, parameters)
        return AdamState(jnp.zeros((), jnp.int32), zeros, zeros)

    def update(self, gradients: Any, state: AdamState, parameters: Any = None) -> tuple[Any, AdamState]:
        """What is to be added to the parameters, and the next state."""
        count = state.count + 1
        mean = jax.tree.map(lambda m, g: self.b1 * m + (1 - self.b1) * g, state.mean, gradients)
        square = jax.tree.map(lambda s, g: self.b2 * s + (1 - self.b2) * g * g, state.square, gradients)
        first, second = 1 - self.b1**count, 1 - self.b2**count
        updates = jax.tree.map(lambda m, s: -self.rate * (m / first) / (jnp.sqrt(s / second) + self.eps), mean, square)
        return updates, AdamState(count, mean, square)
