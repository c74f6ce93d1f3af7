"""The reports of a function of JAX, one for each seed, and the reading of the arguments of `softknee.diagnose`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from softknee.doctor.report import Report
from softknee.doctor.trial import TAKEN, parts_of, report_of
from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown

from .leaves import Leaves, is_floating
from .step import Adam, Function, Training
from .subject import JaxSubject


def reports(
    model: Any, batch: Any, loss_fn: Any, parameters: Any, optimizer: Any, steps: int, seeds: int, try_remedies: bool
) -> Iterator[Report]:
    """The reports, in the order of the seeds; the arguments are those of `softknee.diagnose`."""
    for name, value in (("model", model), *((("loss_fn", loss_fn),) if loss_fn is not None else ())):
        if not callable(value):
            raise ArgumentTypeError("diagnose", name, Shown(type(value).__name__), "must be a function of JAX arrays")
    used = Adam() if optimizer is None else optimizer
    if not (hasattr(used, "init") and hasattr(used, "update")):
        raise ArgumentTypeError(
            "diagnose", "optimizer", Shown(type(used).__name__), "must have optax's `init` and `update`"
        )
    training = Training(Function(model, loss_fn, getattr(model, "__name__", type(model).__name__)), used)
    batches = batches_of(batch, loss_fn is not None)
    for seed in range(seeds):
        subject = JaxSubject(training, _leaves(parameters, seed), batches, steps)
        yield report_of(subject, try_remedies=try_remedies)


def _leaves(parameters: Any, seed: int) -> Leaves:
    found = Leaves("parameters", parameters(jax.random.key(seed)) if callable(parameters) else parameters)
    if not any(is_floating(value) for value in found.values):
        kinds = ", ".join(sorted({str(value.dtype) for value in found.values})) or "no array"
        raise ArgumentError("diagnose", "parameters", Shown(kinds), "hold nothing that one can derive by")
    return found


def batches_of(batch: Any, has_targets: bool) -> list[Any]:
    """The batches in an argument, as pytrees of arrays: one in parts, or several; with targets each is a pair."""
    if _is_one(batch, has_targets):
        return _parts(_arrays(batch, has_targets))
    if isinstance(batch, Iterable) and not isinstance(batch, (str, dict)):
        found = [_arrays(each, has_targets) for each in islice(batch, TAKEN)]
        if found:
            return found
    raise _wrong(batch, has_targets)


def _is_one(batch: Any, has_targets: bool) -> bool:
    """True of one batch; a list of pairs or of dicts is several."""
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
