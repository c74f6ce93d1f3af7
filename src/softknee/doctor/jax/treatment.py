"""A prescription carried out on parameters, batches, or the function itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp

from softknee.doctor.evidence import Evidence
from softknee.doctor.levels import wanted_before
from softknee.doctor.prescription import CannotTreatError, Prescription
from softknee.public import get

from .leaves import Leaves, is_floating
from .walk import Edits


@dataclass(frozen=True)
class Case:
    """What a course starts from, and what a prescription changes.

    `inputs` are the places, among the leaves of a batch, of what the model is given; `biases` are paths of leaves.
    """

    parameters: Leaves
    batches: Sequence[Any]
    inputs: Sequence[int]
    biases: Collection[str] = ()
    edits: Edits = Edits()  # noqa: RUF009  (frozen)
    rate_factor: float = 1.0


def treat(case: Case, prescription: Prescription, evidence: Evidence) -> Case:
    """The case with the prescription carried out.

    Raises CannotTreatError where that cannot be done.
    """
    about = prescription.about
    if prescription.deed == "rate":
        return replace(case, rate_factor=case.rate_factor * about["factor"])
    if prescription.deed == "init":
        return _initialised(case, evidence, {})
    if prescription.deed == "swap":
        edited = replace(case, edits=replace(case.edits, swapped=((about["old"], about["new"]),)))
        return _initialised(edited, evidence, {about["old"]: get(about["new"]).gain()}) if about["redraw"] else edited
    if prescription.deed == "standardise":
        return replace(case, batches=_standardised(case))
    if prescription.deed == "dtype":
        return _widened(case)
    if prescription.deed == "drop-output":
        dropped = frozenset(site.key for site in evidence.sites if site.is_output)
        return replace(case, edits=replace(case.edits, dropped=dropped))
    if prescription.deed == "normalise":
        return replace(case, edits=replace(case.edits, normalised=frozenset(site.key for site in evidence.hidden)))
    raise CannotTreatError(f"{prescription.text} is no change that can be tried")


def _initialised(case: Case, evidence: Evidence, gains: Mapping[str, float]) -> Case:
    """Each layer's weights drawn from N(0, gain^2 / fan-in), with the gain of the activation that it reads from."""
    leaves = case.parameters
    values = list(leaves.values)
    place = {path: k for k, path in enumerate(leaves.paths)}
    drawn: set[int] = set()
    for node in evidence.nodes:
        k = place.get(node.parameter, -1)
        if node.kind != "linear" or k < 0 or k in drawn:
            continue
        deviation = wanted_before(node, evidence, gains) / node.fan_in**0.5
        values[k] = deviation * jax.random.normal(jax.random.key(k), values[k].shape, values[k].dtype)
        drawn.add(k)
    if not drawn:
        raise CannotTreatError("no layer's weights are known")
    for path in case.biases:
        if place[path] not in drawn:
            values[place[path]] = jnp.zeros_like(values[place[path]])
    return replace(case, parameters=_with(leaves, values))


def _with(leaves: Leaves, values: Sequence[Any]) -> Leaves:
    return Leaves("parameters", leaves.tree(values))


def _standardised(case: Case) -> list[Any]:
    """Inputs less their mean, over their deviation, of all the batches: per place along the last axis."""
    flat = [jax.tree.leaves(batch) for batch in case.batches]
    places = [k for k in case.inputs if is_floating(flat[0][k])]
    if not places or any(
        each[k].ndim < 2 or each[k].shape[1:] != flat[0][k].shape[1:] for each in flat for k in places
    ):
        raise CannotTreatError("the inputs are not all of one shape")
    for k in places:
        whole = jnp.concatenate([each[k].astype(jnp.float32) for each in flat])
        axes = tuple(range(whole.ndim - 1))
        mean, deviation = whole.mean(axes), whole.std(axes)
        deviation = jnp.where(deviation > 1e-6 * whole.std(), deviation, jnp.maximum(whole.std(), 1e-30))
        for each in flat:
            each[k] = ((each[k].astype(jnp.float32) - mean) / deviation).astype(each[k].dtype)
    structure = jax.tree.structure(case.batches[0])
    return [jax.tree.unflatten(structure, each) for each in flat]


def _widened(case: Case) -> Case:
    def widened(leaf: Any) -> Any:
        leaf = jnp.asarray(leaf)
        return leaf.astype(jnp.float32) if leaf.dtype in (jnp.float16, jnp.bfloat16) else leaf

    wide = _with(case.parameters, [widened(value) for value in case.parameters.values])
    return replace(case, parameters=wide, batches=[jax.tree.map(widened, batch) for batch in case.batches])
