"""A function of JAX, its parameters and batches before a training run, and the remedies carried out on them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp

from softknee.doctor.evidence import Evidence
from softknee.doctor.remedy import CannotApplyError
from softknee.doctor.start import Start, draws

from .leaves import Leaves, is_floating
from .walk import Edits


@dataclass(frozen=True)
class JaxStart(Start):
    """A function's parameters, its batches, and the edits of the function; nothing is changed in place.

    `inputs` are the places, among the leaves of a batch, of the model's inputs; `biases` are paths of leaves.
    """

    parameters: Leaves
    batches: Sequence[Any]
    inputs: Sequence[int]
    biases: Collection[str] = ()
    edits: Edits = Edits()  # noqa: RUF009  (frozen)

    def drawn(self, evidence: Evidence, gains: Mapping[str, float]) -> JaxStart:
        """The start with drawn weights; biases are known by their use."""
        leaves = self.parameters
        values = dict(zip(leaves.paths, leaves.values))
        place = {path: k for k, path in enumerate(leaves.paths)}
        drawn = dict(draws(evidence, gains, place))
        for path, deviation in drawn.items():
            like = values[path]
            values[path] = deviation * jax.random.normal(jax.random.key(place[path]), like.shape, like.dtype)
        for path in set(self.biases) - set(drawn):
            values[path] = jnp.zeros_like(values[path])
        return replace(self, parameters=_with(leaves, list(values.values())))

    def swapped(self, old: str, new: str) -> JaxStart:
        """Exchange an activation while the function is interpreted."""
        return replace(self, edits=replace(self.edits, swapped=((old, new),)))

    def do_standardise(self, evidence: Evidence) -> JaxStart:
        """Give the inputs mean 0 and deviation 1."""
        return replace(self, batches=_standardised(self))

    def do_dtype(self, evidence: Evidence, dtype: str) -> JaxStart:
        """Compute all in float32, whichever wider dtype is advised."""
        wide = _with(self.parameters, [_widened(value) for value in self.parameters.values])
        return replace(self, parameters=wide, batches=[jax.tree.map(_widened, batch) for batch in self.batches])

    def do_drop_output(self, evidence: Evidence) -> JaxStart:
        """Take the activation at the output away."""
        dropped = frozenset(site.key for site in evidence.sites if site.is_output)
        return replace(self, edits=replace(self.edits, dropped=dropped))

    def do_sigmoid_output(self, evidence: Evidence) -> JaxStart:
        """Put sigmoid where softmax is over one number."""
        alone = frozenset(site.key for site in evidence.sites if site.axis_size == 1)
        return replace(self, edits=replace(self.edits, to_sigmoid=alone))

    def do_normalise(self, evidence: Evidence) -> JaxStart:
        """Normalise the input of each activation."""
        normalised = frozenset(site.key for site in evidence.hidden)
        return replace(self, edits=replace(self.edits, normalised=normalised))


def _with(leaves: Leaves, values: Sequence[Any]) -> Leaves:
    return Leaves("parameters", leaves.tree(values))


def _standardised(start: JaxStart) -> list[Any]:
    """Inputs less their mean, over their deviation, of all the batches: per place along the last axis."""
    flat = [jax.tree.leaves(batch) for batch in start.batches]
    places = [k for k in start.inputs if is_floating(flat[0][k])]
    if not places or any(
        each[k].ndim < 2 or each[k].shape[1:] != flat[0][k].shape[1:] for each in flat for k in places
    ):
        raise CannotApplyError("the inputs are not all of one shape")
    for k in places:
        whole = jnp.concatenate([each[k].astype(jnp.float32) for each in flat])
        axes = tuple(range(whole.ndim - 1))
        mean, deviation = whole.mean(axes), whole.std(axes)
        deviation = jnp.where(deviation > 1e-6 * whole.std(), deviation, jnp.maximum(whole.std(), 1e-30))
        for each in flat:
            each[k] = ((each[k].astype(jnp.float32) - mean) / deviation).astype(each[k].dtype)
    structure = jax.tree.structure(start.batches[0])
    return [jax.tree.unflatten(structure, each) for each in flat]


def _widened(leaf: Any) -> Any:
    leaf = jnp.asarray(leaf)
    return leaf.astype(jnp.float32) if leaf.dtype in (jnp.float16, jnp.bfloat16) else leaf
