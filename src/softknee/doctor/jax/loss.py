"""The faults of output and loss together: an activation that both apply, read off the loss's jaxpr, or no reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jax
import numpy as np
from jax.extend.core import Var

from softknee.doctor.history import LossNote
from softknee.doctor.network import Site

# Primitives that change no more than the shape, the dtype or the sign.
_THROUGH = {"reshape", "squeeze", "broadcast_in_dim", "convert_element_type", "neg", "slice", "transpose", "copy"}
# Compiled functions of jax.nn that a loss with logits starts with, and the losses.
_LOGISTIC = {"log_sigmoid", "softplus", "sigmoid"}
_SOFTMAX = {"log_softmax", "softmax", "logsumexp"}


def read_loss(loss_fn: Callable[[Any, Any], Any], out: Any, target: Any, last: Site) -> list[LossNote]:
    """The faults of `last`, the activation at the output, with a loss of outputs `out` and a target."""
    return _applied_twice(loss_fn, out, target, last.name) or _out_of_reach(out, last, target)


def _applied_twice(loss_fn: Callable[[Any, Any], Any], out: Any, target: Any, last: str) -> list[LossNote]:
    """A note where the activation is applied before a loss that takes logits."""
    closed = jax.make_jaxpr(loss_fn)(out, target)
    count = len(jax.tree.leaves(out))
    applied = set(_applied(closed.jaxpr, set(closed.jaxpr.invars[:count])))
    if last in ("sigmoid", "softmax") and applied & _LOGISTIC:
        again = "applies it again" if last == "sigmoid" else "applies sigmoid"
        what = f"{last} is applied before binary cross-entropy with logits, which {again}"
    elif last in ("softmax", "log_softmax") and applied & _SOFTMAX:
        what = f"{last} is applied before cross-entropy, which applies it again"
    else:
        return []
    return [LossNote(what, f"drop the {last} at the output", last)]


def _applied(jaxpr: Any, outputs: set[Any]) -> Iterator[str]:
    """The names of the functions that are called on the outputs themselves."""
    for equation in jaxpr.eqns:
        if not any(_is_in(v, outputs) for v in equation.invars):
            continue
        name = equation.params.get("name", "")
        if name in _LOGISTIC | _SOFTMAX:
            yield name
        elif equation.primitive.name in _THROUGH:
            outputs.update(equation.outvars)
        elif equation.primitive.name in ("jit", "pjit"):
            inner = equation.params["jaxpr"].jaxpr
            yield from _applied(inner, {i for i, v in zip(inner.invars, equation.invars) if _is_in(v, outputs)})


def _is_in(variable: Any, known: set[Any]) -> bool:
    return isinstance(variable, Var) and variable in known


def _out_of_reach(out: Any, last: Site, target: Any) -> list[LossNote]:
    """A note where targets lie below all values of the activation."""
    low = last.reference.low if last.reference is not None else -np.inf
    has_shapes = hasattr(target, "shape") and hasattr(out, "shape")
    if not np.isfinite(low) or not has_shapes or target.shape != out.shape:
        return []
    share = float((target < low).mean())
    if share == 0.0:
        return []
    what = f"the output is a {last.name}, which is never below {low:g}, and {share:.0%} of the targets are"
    return [LossNote(what, f"drop the {last.name} at the output", last.name)]
