"""What a loss does to the outputs first, read off its jaxpr: an activation that the network has applied already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jax
from jax.extend.core import Var

from softknee.doctor.loss_note import LossNote

# Primitives that change no more than the shape, the dtype or the sign.
_THROUGH = {"reshape", "squeeze", "broadcast_in_dim", "convert_element_type", "neg", "slice", "transpose", "copy"}
# Compiled functions of jax.nn that a loss with logits starts with, and the losses.
_LOGISTIC = {"log_sigmoid", "softplus", "sigmoid"}
_SOFTMAX = {"log_softmax", "softmax", "logsumexp"}


def read_loss(loss_fn: Callable[[Any, Any], Any], out: Any, target: Any, last: str) -> list[LossNote]:
    """A note where `last`, the activation at the output, is applied before a loss that takes logits."""
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
    """The names of what is called on the outputs themselves."""
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
