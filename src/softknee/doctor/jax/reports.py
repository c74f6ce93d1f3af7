"""The batches in what was given: one, cut into parts, or several."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from softknee.doctor.parts import TAKEN, parts_of
from softknee.language.errors import ArgumentTypeError, Shown

from .leaves import Leaves


def batches_of(batch: Any, has_targets: bool) -> list[Any]:
    """Batches as pytrees of arrays; with targets each is a pair."""
    if _is_one(batch, has_targets):
        return _parts(_arrays(batch, has_targets))
    if isinstance(batch, Iterable) and not isinstance(batch, (str, dict)):
        found = [_arrays(each, has_targets) for each in islice(batch, TAKEN)]
        if found:
            return found
    raise _wrong(batch, has_targets)


def _is_one(batch: Any, has_targets: bool) -> bool:
    """Whether it is one batch; a list of pairs or of dicts is several."""
    if has_targets:
        return isinstance(batch, (tuple, list)) and len(batch) == 2 and isinstance(batch[1], (jax.Array, np.ndarray))
    many = isinstance(batch, list) and all(isinstance(each, (tuple, list, dict)) for each in batch)
    return isinstance(batch, (tuple, dict, jax.Array, np.ndarray)) or (isinstance(batch, list) and not many)


def _arrays(batch: Any, has_targets: bool) -> Any:
    if has_targets and not (isinstance(batch, (tuple, list)) and len(batch) == 2):
        raise _wrong(batch, has_targets)
    leaves = Leaves("batch", tuple(batch) if has_targets else batch)
    if not leaves.values:
        raise _wrong(batch, has_targets)
    return leaves.tree(leaves.values)


def _wrong(batch: Any, has_targets: bool) -> ArgumentTypeError:
    wanted = "(inputs, targets) or several such" if has_targets else "a pytree of arrays or several such"
    return ArgumentTypeError("diagnose", "batch", Shown(type(batch).__name__), f"must be {wanted}")


def _parts(batch: Any) -> list[Any]:
    """Parts of one size, since each other one would have to be compiled; a few samples may be left over."""
    leaves = jax.tree.leaves(batch)
    sizes = {leaf.shape[0] if jnp.ndim(leaf) else 0 for leaf in leaves}
    samples = sizes.pop() if len(sizes) == 1 else 0
    count = parts_of(samples)
    if count == 1:
        return [batch]
    size = samples // count
    return [jax.tree.map(lambda leaf, k=k: leaf[k * size : (k + 1) * size], batch) for k in range(count)]
