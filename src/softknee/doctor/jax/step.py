"""One step of training, compiled as a whole: loss, gradients, new parameters, and readings of each activation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp

from softknee.doctor.array_statistics import after, before, of_gradient
from softknee.doctor.node import Node
from softknee.language.errors import ArgumentError, Shown

from .leaves import Leaves, is_floating
from .lineage import Trail
from .softmax import of_softmax
from .walk import Edits, Walk, units_last


@dataclass(frozen=True)
class Function:
    """What is diagnosed: `model(parameters, inputs)` with a loss of outputs and targets, or the loss itself."""

    model: Callable[..., Any]
    loss_fn: Callable[[Any, Any], Any] | None
    name: str

    def walk(
        self, parameters: Any, batch: Any, edits: Edits, nudges: Any = None, means: Any = None
    ) -> tuple[jax.Array, Any, Walk]:
        """The loss, the outputs (None of a loss alone) and what was met."""
        walk = Walk(self.name, edits, nudges, means or {})
        inputs = batch[0] if self.loss_fn is not None else batch
        given, data = Leaves("parameters", parameters), Leaves("batch", inputs)
        closed, shape = self._traced(parameters, inputs)
        trails = [Trail(leaf=path) for path in given.paths]
        trails += [Trail((Node("data", "", path),)) for path in data.paths]
        results = walk.run(closed, [*given.values, *data.values], trails)
        walk.mark_outputs(results if self.loss_fn is not None else None)
        out = jax.tree.unflatten(jax.tree.structure(shape), [each.value for each in results])
        loss = out if self.loss_fn is None else self.loss_fn(out, batch[1])
        return self._checked(loss), (None if self.loss_fn is None else out), walk

    def outline(self, parameters: Any, batch: Any) -> tuple[Any, Walk]:
        """The shapes of the outputs (None of a loss alone) and what is met, whose values are tracers."""
        walks: list[Walk] = []

        def outputs(parameters: Any, batch: Any) -> Any:
            _, out, walk = self.walk(parameters, batch, Edits())
            walks.append(walk)
            return out

        return jax.eval_shape(outputs, parameters, batch), walks[0]

    def _traced(self, parameters: Any, inputs: Any) -> tuple[Any, Any]:
        try:
            made = jax.make_jaxpr(self.model, return_shape=True)(parameters, inputs)
        except jax.errors.JAXTypeError as error:
            about = f"cannot be traced by JAX: {str(error).splitlines()[0]}"
            raise ArgumentError("diagnose", "model", Shown(self.name), about) from error
        return made[0], made[1]

    def _checked(self, given: Any) -> jax.Array:
        argument = "model" if self.loss_fn is None else "loss_fn"
        if not hasattr(given, "dtype") and not isinstance(given, (int, float)):
            raise ArgumentError("diagnose", argument, Shown(type(given).__name__), "is what it gave, must be a number")
        loss: jax.Array = jnp.asarray(given)
        if loss.size != 1 or not is_floating(loss):
            shown = Shown(f"{loss.dtype} array of shape {list(loss.shape)}")
            raise ArgumentError("diagnose", argument, shown, "is what it gave, must be a number to minimise")
        return loss.reshape(())


@dataclass
class Step:
    """A step for batches of one shape; `walk` is what its tracing met, its values are tracers."""

    walk: Walk
    run: Callable[..., Any]


@dataclass
class Training:
    """A function with its optimiser, and the steps compiled so far, which all courses and seeds share."""

    function: Function
    optimizer: Any
    _known: dict[Any, Step] = field(default_factory=dict)

    def step(self, leaves: Leaves, batch: Any, edits: Edits, means: Mapping[str, float]) -> Step:
        """The step for parameters and batches of these shapes."""
        shapes = [(leaf.shape, leaf.dtype) for leaf in (*leaves.values, *jax.tree.leaves(batch))]
        key = (leaves.structure, jax.tree.structure(batch), *shapes, edits, *means.items())
        if key not in self._known:
            self._known[key] = _make_step(self.function, self.optimizer, leaves, batch, edits, means)
        return self._known[key]


def _make_step(
    function: Function, optimizer: Any, leaves: Leaves, batch: Any, edits: Edits, means: Mapping[str, float]
) -> Step:
    """Compile the step `(parameters, state, batch, factor) -> (parameters, state, loss, readings, gains, motions)`.

    Parameters and their gradients are flat lists, without those leaves that one cannot derive by; `factor` is that of
    the learning rate.
    """
    walks: list[Walk] = []

    def dry(values: list[Any], batch: Any) -> dict[str, Any]:
        _, _, walk = function.walk(leaves.tree(values), batch, edits, means=means)
        walks.append(walk)
        return walk.outputs

    shapes: dict[str, Any] = jax.eval_shape(dry, leaves.values, batch)
    learnable = [k for k, value in enumerate(leaves.values) if is_floating(value)]

    def lossy(moved: list[Any], nudges: dict[str, Any], values: list[Any], batch: Any) -> tuple[Any, Any]:
        every = list(values)
        for k, value in zip(learnable, moved):
            every[k] = value
        loss, _, walk = function.walk(leaves.tree(every), batch, edits, nudges, means)
        seen = {key: (each.z, each.a) for key, each in walk.seen.items()}
        return loss, (seen, walk.lineage.gains)

    def step(values: list[Any], state: Any, batch: Any, factor: float) -> Any:
        nudges = {key: jnp.zeros(shape.shape, shape.dtype) for key, shape in shapes.items()}
        moved = [values[k] for k in learnable]
        found = jax.value_and_grad(lossy, argnums=(0, 1), has_aux=True)(moved, nudges, values, batch)
        (loss, (seen, gains)), (gradients, by_outputs) = found
        updates, state = optimizer.update(gradients, state, moved)
        after_step = [w + (factor * u).astype(w.dtype) for w, u in zip(moved, updates)]
        motions = {
            leaves.paths[k]: jnp.stack([jnp.abs(new - old).mean(), jnp.abs(old).mean()])
            for k, new, old in zip(learnable, after_step, moved)
            if old.ndim > 1
        }
        every = list(values)
        for k, value in zip(learnable, after_step):
            every[k] = value
        readings = {key: _readings(walks[0], key, seen[key], by_outputs[key]) for key in seen}
        return every, state, loss, readings, gains, motions

    return Step(walks[0], jax.jit(step))


def _readings(walk: Walk, key: str, numbers: tuple[Any, Any], gradient: Any) -> dict[str, Any]:
    z, a = numbers
    seen = walk.seen[key]
    site = seen.site
    if z.size == 0:
        return {}
    if site.reference is None:
        return of_softmax(z) if site.name == "softmax" and site.axis_size else {}
    layout = site.layout
    found = before(z, layout, site.reference)
    return found | after(a, layout) | of_gradient(units_last(gradient, seen.axis), layout)
