"""One step of training, compiled as a whole: loss, gradients, new parameters, and readings of each activation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from softknee.doctor.network import Node
from softknee.doctor.statistics import Statistics
from softknee.language.errors import ArgumentError, Shown

from .leaves import Leaves, is_floating
from .lineage import Trail
from .walk import Edits, Walk, units_last

_STATISTICS = Statistics(jnp)


class AdamState(NamedTuple):
    """The step and the means of gradients and of their squares."""

    count: Any
    mean: Any
    square: Any


class Adam(NamedTuple):
    """The optimiser of those who give none (Kingma & Ba 2015, arXiv:1412.6980); `init` and `update` are optax's."""

    rate: float = 1e-3
    b1: float = 0.9
    b2: float = 0.999
    eps: float = 1e-8

    def init(self, parameters: Any) -> AdamState:
        """The state before the first step."""
        zeros = jax.tree.map(jnp.zeros_like, parameters)
        return AdamState(jnp.zeros((), jnp.int32), zeros, zeros)

    def update(self, gradients: Any, state: AdamState, parameters: Any = None) -> tuple[Any, AdamState]:
        """The changes to add to the parameters, and the next state."""
        count = state.count + 1
        mean = jax.tree.map(lambda m, g: self.b1 * m + (1 - self.b1) * g, state.mean, gradients)
        square = jax.tree.map(lambda s, g: self.b2 * s + (1 - self.b2) * g * g, state.square, gradients)
        first, second = 1 - self.b1**count, 1 - self.b2**count
        updates = jax.tree.map(lambda m, s: -self.rate * (m / first) / (jnp.sqrt(s / second) + self.eps), mean, square)
        return updates, AdamState(count, mean, square)


@dataclass(frozen=True)
class Function:
    """The function to diagnose: `model(parameters, inputs)` with a loss of outputs and targets, or the loss itself."""

    model: Callable[..., Any]
    loss_fn: Callable[[Any, Any], Any] | None
    name: str

    def walk(
        self, parameters: Any, batch: Any, edits: Edits, nudges: Any = None, means: Any = None
    ) -> tuple[jax.Array, Any, Walk]:
        """The loss, the outputs (None of a loss alone), and the walk with the activations that were met."""
        walk = Walk(self.name, edits, nudges, means or {})
        inputs = batch[0] if self.loss_fn is not None else batch
        weights, data = Leaves("parameters", parameters), Leaves("batch", inputs)
        closed, shape = self._traced(parameters, inputs)
        trails = [Trail(leaf=path) for path in weights.paths]
        trails += [Trail((Node("data", "", path),)) for path in data.paths]
        results = walk.run(closed, [*weights.values, *data.values], trails)
        walk.mark_outputs(results if self.loss_fn is not None else None)
        out = jax.tree.unflatten(jax.tree.structure(shape), [each.value for each in results])
        loss = out if self.loss_fn is None else self.loss_fn(out, batch[1])
        return self._checked(loss), (None if self.loss_fn is None else out), walk

    def outline(self, parameters: Any, batch: Any) -> tuple[Any, Walk]:
        """The shapes of the outputs (None of a loss alone), and the walk, whose values are tracers."""
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

    def _checked(self, value: Any) -> jax.Array:
        argument = "model" if self.loss_fn is None else "loss_fn"
        if not hasattr(value, "dtype") and not isinstance(value, (int, float)):
            raise ArgumentError("diagnose", argument, Shown(type(value).__name__), "is what it gave, must be a number")
        loss: jax.Array = jnp.asarray(value)
        if loss.size != 1 or not is_floating(loss):
            shown = Shown(f"{loss.dtype} array of shape {list(loss.shape)}")
            raise ArgumentError("diagnose", argument, shown, "is what it gave, must be a number to minimise")
        return loss.reshape(())


@dataclass
class Step:
    """A compiled step for batches of one shape, and the walk of its tracing, whose values are tracers."""

    walk: Walk
    run: Callable[..., Any]


@dataclass
class Training:
    """A function with its optimiser, and the steps compiled so far, which all runs and seeds share."""

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
    """Compile the step `(parameters, state, batch, factor) -> (parameters, state, loss, readings, gains, updates)`.

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
        sizes = {
            leaves.paths[k]: jnp.stack([jnp.abs(new - old).mean(), jnp.abs(old).mean()])
            for k, new, old in zip(learnable, after_step, moved)
            if old.ndim > 1
        }
        every = list(values)
        for k, value in zip(learnable, after_step):
            every[k] = value
        readings = {key: _readings(walks[0], key, seen[key], by_outputs[key]) for key in seen}
        return every, state, loss, readings, gains, sizes

    return Step(walks[0], jax.jit(step))


def _readings(walk: Walk, key: str, numbers: tuple[Any, Any], gradient: Any) -> dict[str, Any]:
    z, a = numbers
    seen = walk.seen[key]
    site = seen.site
    if z.size == 0:
        return {}
    if site.reference is None:
        return _STATISTICS.of_scores(z) if site.name == "softmax" and site.axis_size else {}
    layout = site.layout
    found = _STATISTICS.of_input(z, layout, site.reference) | _STATISTICS.of_output(a, layout)
    return found | _STATISTICS.of_gradient(units_last(gradient, seen.axis), layout)
