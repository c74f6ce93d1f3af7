"""A function of JAX with its parameters, trained before a treatment and after it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import cycle, islice
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from softknee.doctor.evidence import Evidence
from softknee.doctor.history import History
from softknee.doctor.loss_note import LossNote
from softknee.doctor.motion import Motion
from softknee.doctor.prescription import Prescription
from softknee.doctor.report import Report
from softknee.doctor.rules import judge
from softknee.doctor.site import Site
from softknee.doctor.snapshot import Snapshot
from softknee.doctor.trial import OFTEN, SELDOM, Course
from softknee.language.errors import ArgumentError, Shown

from .case import JaxCase
from .leaves import Leaves, is_floating
from .lineage import ancestors
from .loss_jaxpr import read_loss
from .probe import Training
from .walk import Walk


class JaxPatient:
    """A function, parameters and data, which stay as they are."""

    def __init__(self, training: Training, parameters: Leaves, batches: Sequence[Any], steps: int) -> None:
        self.training = training
        self.function = training.function
        self.parameters = parameters
        self.batches = batches
        self.steps = steps
        self._outputs, self._walk = self.function.outline(parameters.tree(parameters.values), batches[0])
        if not self._walk.seen:
            raise ArgumentError(
                "diagnose", "model", Shown(self.function.name), "has no activation that is softknee's or a plain one "
                "of jax.nn's: write its activations as softknee's, such as softknee.relu(x)",
            )  # fmt: skip
        learnt = [pair for pair in zip(parameters.paths, parameters.values) if pair[0] in self._walk.learnt]
        self._means = {path: float(value.mean()) for path, value in learnt if is_floating(value)}

    def course(self, prescription: Prescription | None = None, evidence: Evidence | None = None) -> Course:
        """Train from the start, after the prescription where there is one.

        Raises CannotTreatError where it cannot be carried out.
        """
        case = JaxCase(self.parameters, self.batches, self._inputs(), self._biases())
        if prescription is not None and evidence is not None:
            case = case.treated(prescription, evidence)
        return Course(self._train(case, OFTEN if prescription is None else SELDOM))

    def _train(self, case: JaxCase, every: int) -> Report:
        history = History()
        values = list(case.parameters.values)
        state = self.training.optimizer.init([value for value in values if is_floating(value)])
        count = 0
        for batch in islice(cycle(case.batches), self.steps):
            step = self.training.step(case.parameters, batch, case.edits, self._means)
            values, state, loss, readings, gains, motions = step.run(values, state, batch, case.rate_factor)
            history.losses.append((count, float(loss)))
            if count % every == 0:
                home = jax.device_get((readings, gains, motions))
                _record(history, count, step.walk, *home)
            if count == 0 and self._walk.sites[-1].key not in case.edits.dropped:
                history.notes.update(dict.fromkeys(self._notes(batch)))
            count += 1
            if not np.isfinite(float(loss)):
                break
        evidence = Evidence(history, self._about(case))
        return Report(self.function.name, judge(evidence), evidence, count)

    # -- the data ------------------------------------------------------------------------
    def _inputs(self) -> list[int]:
        """Places of inputs among the leaves of a batch; of a loss alone, of those that reach a linear layer."""
        if self.function.loss_fn is not None:
            return list(range(len(jax.tree.leaves(self.batches[0][0]))))
        nodes = self._walk.lineage.nodes
        used = ancestors(node for node in nodes if node.kind in ("linear", "embedding"))
        reached = {node.name for node in used if node.kind == "data"}
        return [k for k, path in enumerate(Leaves("batch", self.batches[0]).paths) if path in reached]

    def _biases(self) -> Collection[str]:
        return self._walk.lineage.biases & set(self.parameters.paths)

    def _about(self, case: JaxCase) -> dict[str, float]:
        """The size of the first batch that the model is given, and whether all of them are finite."""
        flat = jax.tree.leaves(case.batches[0])
        found = {"rms": float("nan"), "finite": 1.0, "floating": 0.0, "samples": 0.0}
        for leaf in (flat[k] for k in case.inputs):
            found["samples"] = max(found["samples"], float(leaf.shape[0]) if leaf.ndim else 1.0)
            if is_floating(leaf) and leaf.size:
                wide = leaf.astype(jnp.float32)
                rms = float(jnp.sqrt(jnp.square(wide).mean()))
                found["floating"] = 1.0
                found["rms"] = rms if not found["rms"] >= rms else found["rms"]
        for step, batch in enumerate(case.batches):
            given = [leaf for k, leaf in enumerate(jax.tree.leaves(batch)) if k in case.inputs and is_floating(leaf)]
            if found["finite"] and not all(bool(jnp.isfinite(leaf).all()) for leaf in given):
                found |= {"finite": 0.0, "broken": float(step)}
        return found

    def _notes(self, batch: Any) -> list[LossNote]:
        """An activation at the output that the loss applies again, and targets that it cannot reach."""
        out, last, loss_fn = self._outputs, self._walk.sites[-1], self.function.loss_fn
        if out is None or loss_fn is None or not last.is_output:
            return []
        return read_loss(loss_fn, out, batch[1], last.name) or self._out_of_reach(out, last, batch[1])

    @staticmethod
    def _out_of_reach(out: Any, last: Site, target: Any) -> list[LossNote]:
        low = last.reference.low if last.reference is not None else -np.inf
        if not np.isfinite(low):
            return []
        if not hasattr(target, "shape") or not hasattr(out, "shape") or target.shape != out.shape:
            return []
        share = float((target < low).mean())
        if share == 0.0:
            return []
        what = f"the output is a {last.name}, which is never below {low:g}, and {share:.0%} of the targets are"
        return [LossNote(what, f"drop the {last.name} at the output", last.name)]


def _record(history: History, step: int, walk: Walk, readings: Any, gains: Any, motions: Any) -> None:
    plain = {
        key: {name: float(value) if np.ndim(value) == 0 else np.asarray(value) for name, value in found.items()}
        for key, found in readings.items()
    }
    unseen = dict(walk.unseen)
    history.add(Snapshot(step, list(walk.sites), list(walk.lineage.nodes), plain, had_backward=True, unseen=unseen))
    if not history.gains:
        history.gains = {path: float(gain) for path, gain in gains.items()}
    moved = {path: Motion(float(change), float(size)) for path, (change, size) in motions.items()}
    if any(motion.change > 0 for motion in moved.values()):
        history.add_motion(step, moved)
