"""A function of JAX with its parameters, trained as it is and after remedies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import cycle, islice
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from softknee.doctor.evidence import Evidence
from softknee.doctor.history import History, LossNote, Snapshot, UpdateSize
from softknee.doctor.remedy import Remedy
from softknee.doctor.report import Report
from softknee.doctor.trial import OFTEN, SELDOM, TrainingRun
from softknee.language.errors import ArgumentError, Shown

from .leaves import Leaves, is_floating
from .lineage import ancestors
from .loss import read_loss
from .start import JaxStart
from .step import Training
from .walk import Walk


class JaxSubject:
    """A function, parameters and data, which stay as they are, and are trained as they are and after remedies."""

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

    def run(self, remedy: Remedy | None = None, evidence: Evidence | None = None) -> TrainingRun:
        """Train from the start, after the remedy where there is one.

        Raises CannotApplyError where the remedy cannot be carried out.
        """
        start = JaxStart(self.parameters, self.batches, self._inputs(), self._biases())
        if remedy is not None and evidence is not None:
            start = start.after(remedy, evidence)
        return TrainingRun(self._train(start, OFTEN if remedy is None else SELDOM))

    def _train(self, start: JaxStart, every: int) -> Report:
        history = History()
        history.data = self._statistics(start)
        values = list(start.parameters.values)
        state = self.training.optimizer.init([value for value in values if is_floating(value)])
        count = 0
        for batch in islice(cycle(start.batches), self.steps):
            step = self.training.step(start.parameters, batch, start.edits, self._means)
            values, state, loss, readings, gains, updates = step.run(values, state, batch, start.rate_factor)
            history.losses.append((count, float(loss)))
            if count % every == 0:
                _record(history, count, step.walk, *jax.device_get((readings, gains, updates)))
            if count == 0 and self._walk.sites[-1].key not in start.edits.dropped:
                history.notes.update(dict.fromkeys(self._notes(batch)))
            count += 1
            if not np.isfinite(float(loss)):
                break
        return Report.of(self.function.name, history, count)

    # -- the data ------------------------------------------------------------------------
    def _inputs(self) -> list[int]:
        """The places of inputs among the leaves of a batch; of a loss alone, of those that reach a linear layer."""
        if self.function.loss_fn is not None:
            return list(range(len(jax.tree.leaves(self.batches[0][0]))))
        nodes = self._walk.lineage.nodes
        used = ancestors(node for node in nodes if node.kind in ("linear", "embedding"))
        reached = {node.name for node in used if node.kind == "data"}
        return [k for k, path in enumerate(Leaves("batch", self.batches[0]).paths) if path in reached]

    def _biases(self) -> Collection[str]:
        return self._walk.lineage.biases & set(self.parameters.paths)

    def _statistics(self, start: JaxStart) -> dict[str, float]:
        """The root mean square of the first batch's inputs, and 1 where all inputs are finite, else 0."""
        flat = jax.tree.leaves(start.batches[0])
        found = {"rms": float("nan"), "finite": 1.0, "floating": 0.0, "samples": 0.0}
        for leaf in (flat[k] for k in start.inputs):
            found["samples"] = max(found["samples"], float(leaf.shape[0]) if leaf.ndim else 1.0)
            if is_floating(leaf) and leaf.size:
                wide = leaf.astype(jnp.float32)
                rms = float(jnp.sqrt(jnp.square(wide).mean()))
                found["floating"] = 1.0
                found["rms"] = rms if not found["rms"] >= rms else found["rms"]
        for step, batch in enumerate(start.batches):
            floating = [
                leaf for k, leaf in enumerate(jax.tree.leaves(batch)) if k in start.inputs and is_floating(leaf)
            ]
            if found["finite"] and not all(bool(jnp.isfinite(leaf).all()) for leaf in floating):
                found |= {"finite": 0.0, "broken": float(step)}
        return found

    def _notes(self, batch: Any) -> list[LossNote]:
        """The faults of the activation at the output and the loss together."""
        out, last, loss_fn = self._outputs, self._walk.sites[-1], self.function.loss_fn
        if out is None or loss_fn is None or not last.is_output:
            return []
        return read_loss(loss_fn, out, batch[1], last)


def _record(history: History, step: int, walk: Walk, readings: Any, gains: Any, updates: Any) -> None:
    plain = {
        key: {name: float(value) if np.ndim(value) == 0 else np.asarray(value) for name, value in found.items()}
        for key, found in readings.items()
    }
    unseen = dict(walk.unseen)
    history.add(Snapshot(step, list(walk.sites), list(walk.lineage.nodes), plain, had_backward=True, unseen=unseen))
    if not history.gains:
        history.gains = {path: float(gain) for path, gain in gains.items()}
    sizes = {path: UpdateSize(float(change), float(size)) for path, (change, size) in updates.items()}
    if any(each.change > 0 for each in sizes.values()):
        history.add_update(step, sizes)
