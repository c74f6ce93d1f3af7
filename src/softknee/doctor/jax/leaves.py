"""The leaves of a pytree by their paths."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from softknee.language.errors import ArgumentTypeError, Shown


class Leaves:
    """The leaves of a pytree of arrays, their paths, and the structure that holds them; errors name the argument."""

    def __init__(self, argument: str, tree: Any) -> None:
        found, self.structure = jax.tree_util.tree_flatten_with_path(tree)
        self.paths = ["".join(f".{_step(key)}" for key in path).removeprefix(".") or argument for path, _ in found]
        for path, (_, leaf) in zip(self.paths, found):
            if not isinstance(leaf, (jax.Array, np.ndarray, np.generic, float, int)):
                shown = Shown(f"{type(leaf).__name__} at {path}")
                raise ArgumentTypeError("diagnose", argument, shown, "must be an array in a pytree of arrays")
        self.values = [jnp.asarray(leaf) for _, leaf in found]

    def tree(self, values: Any) -> Any:
        """The pytree of the same structure with these leaves."""
        return jax.tree_util.tree_unflatten(self.structure, values)


def _step(key: Any) -> str:
    for name in ("key", "idx", "name"):
        if hasattr(key, name):
            return str(getattr(key, name))
    return str(key)


def is_floating(leaf: Any) -> bool:
    """True of a leaf that one can derive by."""
    return bool(jnp.issubdtype(leaf.dtype, jnp.floating))
