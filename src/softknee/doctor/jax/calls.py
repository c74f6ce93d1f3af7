"""The equations of a jaxpr that are activations: softknee's by their names, jax.nn's by name and file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jax
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal

import softknee.targets.jax.evaluate as backend
from softknee.functions.axiswise import Axiswise
from softknee.functions.base import Function
from softknee.functions.elementwise import Activation
from softknee.functions.gate import Gate
from softknee.functions.public import get
from softknee.language.axiswise import AxiswiseDefinition
from softknee.language.definition import CATALOGUE, Definition

_OURS = re.compile(r"(softknee\.\w+)\((.*)\)")
# By the name in jax.nn, the name here.
_THEIRS = {
    "relu": "relu", "relu6": "relu6", "silu": "silu", "elu": "elu", "leaky_relu": "leaky_relu", "selu": "selu",
    "celu": "celu", "softplus": "softplus", "soft_sign": "softsign", "hard_tanh": "hardtanh", "mish": "mish",
    "hard_sigmoid": "hardsigmoid", "hard_silu": "hardswish", "log_sigmoid": "logsigmoid", "squareplus": "squareplus",
    "log_softmax": "log_softmax", "_softmax": "softmax", "glu": "glu",
}  # fmt: skip
_PLAIN_THERE = ("sigmoid", "tanh")
_THEIR_FILE = str(Path("jax", "_src", "nn", "functions.py"))
# The primitives of jnp.tanh and jax.nn.sigmoid.
_PRIMITIVES = {"tanh": ("tanh", "jnp.tanh"), "logistic": ("sigmoid", "jax.nn.sigmoid")}

# Frames of the libraries.
_SKIPPED = tuple(str(path) for path in (Path(jax.__file__).parent, Path(__file__).parents[2]))


@dataclass(frozen=True)
class Call:
    """An activation that an equation computes: of its first operands the `data`, of the next the `open` parameters.

    `axis` is that of an axis-wise function, in its input; `is_last_step` is that of the last of several
    equations.
    """

    activation: Function
    shown: str
    data: int = 1
    numbers: dict[str, float] = field(default_factory=dict)
    open: tuple[str, ...] = ()
    axis: int | None = None
    is_last_step: bool = False


def call_of(eqn: JaxprEqn) -> Call | None:
    """The activation that an equation computes, None where it computes something else."""
    name = eqn.primitive.name
    if name in _PRIMITIVES:
        known, shown = _PRIMITIVES[name]
        return None if _is_within_nn(eqn) else Call(get(known), shown)
    if name == "div" and is_within_softmax(eqn):
        return Call(get("softmax"), "jax.nn.softmax", axis=_narrowed(eqn), is_last_step=True)
    inner = inner_of(eqn)
    about = getattr(getattr(inner, "debug_info", None), "func_src_info", None) or ""
    called, _, place = about.partition(" at ")
    ours = _OURS.fullmatch(called)
    if ours is not None and ours[1] in backend.DEFINITIONS:
        return _own(backend.DEFINITIONS[ours[1]], ours[2], eqn)
    if called in _THEIRS and _THEIR_FILE in place:
        return _theirs(called, eqn)
    return None


def _own(definition: Definition | AxiswiseDefinition, numbers: str, eqn: JaxprEqn) -> Call:
    if isinstance(definition, AxiswiseDefinition):
        known: Function = get(definition.name) if CATALOGUE.get(definition.name) is definition else Axiswise(definition)
        return Call(known, f"softknee.{definition.name}", axis=axis_of(eqn, "reduce_max"))
    given = {name: float(value) for name, _, value in (each.partition("=") for each in numbers.split(",") if each)}
    count = len(definition.inputs)
    known = Activation(definition)
    if CATALOGUE.get(definition.name) is definition:
        known = get(definition.name)
    left = tuple(name for name in definition.numeric_parameters if name not in given)
    return Call(known, f"softknee.{definition.name}", count, given, left)


def _theirs(called: str, eqn: JaxprEqn) -> Call:
    activation = get(_THEIRS[called])
    shown = f"jax.nn.{called.lstrip('_')}"
    if not isinstance(activation, Activation):
        return Call(activation, shown, axis=axis_of(eqn, "split" if isinstance(activation, Gate) else "reduce_max"))
    names = list(activation.definition.numeric_parameters)
    values = [v.val for v in eqn.invars[1:] if isinstance(v, Literal)]
    return Call(activation, shown, 1, dict(zip(names, map(float, values))))


def _is_within_nn(eqn: JaxprEqn) -> bool:
    """True of a tanh that is a part of one of jax.nn's functions, as of gelu."""
    traceback = eqn.source_info.traceback
    frames: list[Any] = traceback.frames if traceback is not None else []
    return any(_THEIR_FILE in frame.file_name and frame.function_name not in _PLAIN_THERE for frame in frames)


def is_within_softmax(eqn: JaxprEqn) -> bool:
    """True of an equation that is a part of jax.nn.softmax, which leaves no other mark."""
    traceback = eqn.source_info.traceback
    frames: list[Any] = traceback.frames if traceback is not None else []
    innermost = next((frame.function_name for frame in frames if _THEIR_FILE in frame.file_name), "")
    return innermost.lstrip("_").startswith("softmax")


def axis_of(eqn: JaxprEqn, name: str) -> int | None:
    """The axis of the first equation of this name within another."""
    inner = inner_of(eqn)
    for each in inner.eqns if inner is not None else ():
        if each.primitive.name == name:
            axes = each.params.get("axes", (each.params.get("axis"),))
            return int(axes[0]) if len(axes) == 1 else None
    return None


def _narrowed(eqn: JaxprEqn) -> int:
    """The axis along which a quotient's second operand is but one; of one number the last."""
    avals: list[Any] = [v.aval for v in eqn.invars]
    whole, one = (aval.shape for aval in avals)
    return next((d for d, (m, n) in enumerate(zip(whole, one)) if m != n), len(whole) - 1)


def inner_of(eqn: JaxprEqn) -> Jaxpr | None:
    """The jaxpr that an equation calls on its operands; None where there is none, or more than one."""
    for name in ("jaxpr", "call_jaxpr", "fun_jaxpr"):
        found: Any = eqn.params.get(name)
        inner: Any = found.jaxpr if isinstance(found, ClosedJaxpr) else found
        if isinstance(inner, Jaxpr):
            return inner
    return None


def calls_within(eqn: JaxprEqn) -> Iterator[Call]:
    """The activations in all jaxprs that an equation calls."""
    for value in eqn.params.values():
        for each in value if isinstance(value, (tuple, list)) else (value,):
            inner = each.jaxpr if isinstance(each, ClosedJaxpr) else each
            if isinstance(inner, Jaxpr):
                for below in inner.eqns:
                    call = call_of(below)
                    yield from calls_within(below) if call is None else (call,)


def line_of(eqn: JaxprEqn) -> str:
    """The file and line of an equation: those of the innermost frame that is neither JAX's nor softknee's."""
    traceback = eqn.source_info.traceback
    frames: list[Any] = traceback.frames if traceback is not None else []
    for frame in frames:
        if not frame.file_name.startswith(_SKIPPED):
            return f"{Path(frame.file_name).name}:{frame.line_num}"
    return "an unknown line"
