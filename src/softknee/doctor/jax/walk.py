"""An interpreter of jaxprs: it computes what the function computes, and looks at each activation on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
from jax.extend.core import ClosedJaxpr, Jaxpr, JaxprEqn, Literal

from softknee.doctor.layout import Layout
from softknee.doctor.network import Node, Site
from softknee.doctor.reference import Reference, opening_of, reference_of
from softknee.functions.axiswise import Axiswise
from softknee.functions.elementwise import Activation
from softknee.functions.gate import Gate
from softknee.functions.public import get
from softknee.language.errors import ArgumentError, Shown

from .calls import Call, call_of, calls_within, inner_of, is_within_softmax, line_of
from .lineage import Lineage, Trail, ancestors

# Primitives that are walked into: they compute their inner jaxpr, no more.
_PLAIN = {"jit", "pjit", "closed_call", "core_call", "remat", "remat2", "checkpoint"}
# Primitives with a derivative of their own, walked into only where activations are within.
_CUSTOM = {"custom_jvp_call", "custom_vjp_call", "custom_vjp_call_jaxpr"}
# Copies of a scan's body that are compiled, at most: of a longer one, steps are watched between others that are not.
_UNROLLED = 64


@dataclass(frozen=True)
class Edits:
    """The changes that remedies make to a function: to activations by name, or at some sites, by key."""

    swapped: tuple[tuple[str, str], ...] = ()
    dropped: frozenset[str] = frozenset()
    to_sigmoid: frozenset[str] = frozenset()
    normalised: frozenset[str] = frozenset()


class Traced(NamedTuple):
    """A value, traced or concrete, and its trail: the layers that it comes from."""

    value: Any
    trail: Trail


Environment: TypeAlias = dict[Any, Traced]


@dataclass(frozen=True)
class Seen:
    """The input and output of an activation, with the units along the last axis, and their axis before."""

    site: Site
    z: Any
    a: Any
    axis: int


@dataclass
class Walk:
    """One evaluation of a function; `nudges`, by site, are added to the outputs, so that one can derive by them."""

    name: str
    edits: Edits = field(default_factory=Edits)
    nudges: Mapping[str, Any] | None = None
    means: Mapping[str, float] = field(default_factory=dict)
    lineage: Lineage = field(default_factory=Lineage)
    seen: dict[str, Seen] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    unseen: dict[str, None] = field(default_factory=dict)
    learnt: dict[str, None] = field(default_factory=dict)  # leaves that are parameters of activations
    first: int = 0  # activations before this walk
    logits: Traced | None = None  # what the softmax that is being walked through is taken of

    def run(self, closed: ClosedJaxpr, values: Sequence[Any], trails: Sequence[Trail]) -> list[Traced]:
        """Evaluate a jaxpr at flat arguments; its results with their trails."""
        return self._closed(closed, [Traced(*pair) for pair in zip(values, trails)])

    @property
    def sites(self) -> list[Site]:
        """The activations in the order of the forward pass."""
        return [seen.site for seen in self.seen.values()]

    def mark_outputs(self, results: Sequence[Traced] | None) -> None:
        """Mark the activations that give the model's results: those behind them, or else before no linear layer."""
        if results is not None:
            nodes = {node for each in results for node in each.trail.nodes}
        else:
            inside = ancestors(feed for node in self.lineage.nodes if node.kind == "linear" for feed in node.feeds)
            nodes = {seen.site.node for seen in self.seen.values()} - inside
        for node in nodes:
            node.roles.add("output")

    # -- equations -----------------------------------------------------------------------
    def _closed(self, closed: ClosedJaxpr, operands: Sequence[Traced]) -> list[Traced]:
        return self._jaxpr(closed.jaxpr, [Traced(c, Trail()) for c in closed.consts], operands)

    def _jaxpr(self, jaxpr: Jaxpr, consts: Sequence[Traced], operands: Sequence[Traced]) -> list[Traced]:
        known: Environment = dict(zip(jaxpr.constvars, consts))
        known.update(zip(jaxpr.invars, operands))

        def read(v: Any) -> Traced:
            return Traced(v.val, Trail()) if isinstance(v, Literal) else known[v]

        for eqn in jaxpr.eqns:
            known.update(zip(eqn.outvars, self._equation(eqn, [read(v) for v in eqn.invars])))
        return [read(v) for v in jaxpr.outvars]

    def _equation(self, eqn: JaxprEqn, operands: list[Traced]) -> list[Traced]:
        name = eqn.primitive.name
        if name == "sub" and is_within_softmax(eqn):
            self.logits = operands[0]
        call = call_of(eqn)
        if call is not None:
            return [self._activation(call, eqn, operands)]
        inner = inner_of(eqn)
        if inner is not None and (name in _PLAIN or (name in _CUSTOM and _has_calls(eqn))):
            closed = next((p for p in eqn.params.values() if isinstance(p, ClosedJaxpr)), None)
            return self._closed(closed, operands) if closed is not None else self._jaxpr(inner, [], operands)
        if name == "scan" and _has_calls(eqn):
            return self._scan(eqn, operands)
        first = next(calls_within(eqn), None)
        if first is not None:
            raise ArgumentError(
                "diagnose", "model", Shown(self.name), f"has {first.shown} within {name} at {line_of(eqn)}, "
                "whose inside cannot be watched: use Python's own loops and branches, or lax.scan",
            )  # fmt: skip
        values = [operand.value for operand in operands]
        results = _bind(eqn, values)
        shape = jnp.shape(results[0]) if results else ()
        trail = self.lineage.follow(eqn, values, [operand.trail for operand in operands], shape)
        return [Traced(result, trail) for result in results]

    def _scan(self, eqn: JaxprEqn, operands: list[Traced]) -> list[Traced]:
        """The results of a scan, one step after the other, as a Python loop would have it."""
        p = eqn.params
        length, consts, carries = p["length"], p["num_consts"], p["num_carry"]
        fixed, carry, rows = operands[:consts], operands[consts : consts + carries], operands[consts + carries :]
        watched = _spread(length)
        if len(watched) < length:
            about = f"of a scan of {length} steps at {line_of(eqn)}, {len(watched)} were looked at"
            self.unseen[about] = None
        parts: list[list[Traced]] = []
        done = per_step = 0  # in the order of the scan
        for step in (*watched, length):
            if done < step:
                first = self.first + len(self.seen) - per_step
                carry, part = self._unwatched(eqn, fixed, carry, [_between(row, done, step, p) for row in rows], first)
                parts.append(part)
            if step < length:
                seen = len(self.seen)
                k = length - 1 - step if p["reverse"] else step
                results = self._closed(p["jaxpr"], [*fixed, *carry, *(_row(row, k) for row in rows)])
                carry, part = results[:carries], [_stack([row]) for row in results[carries:]]
                per_step = len(self.seen) - seen
                parts.append(part)
            done = step + 1
        parts = parts[::-1] if p["reverse"] else parts
        return [*carry, *(_joined([part[i] for part in parts]) for i in range(len(eqn.outvars) - carries))]

    def _unwatched(
        self, eqn: JaxprEqn, fixed: list[Traced], carry: list[Traced], rows: list[Traced], first: int
    ) -> tuple[list[Traced], list[Traced]]:
        """Steps of a scan as a scan; remedies change in them what they change at the step before, from `first` on."""
        p = eqn.params

        def step(values: list[Any], row: list[Any]) -> tuple[list[Any], list[Any]]:
            quiet = Walk(self.name, self.edits, None, self.means, first=first)
            given = [*(t.value for t in fixed), *values, *row]
            results = [t.value for t in quiet._closed(p["jaxpr"], [Traced(value, Trail()) for value in given])]
            return results[: len(carry)], results[len(carry) :]

        values, stacks = jax.lax.scan(
            step, [t.value for t in carry], [t.value for t in rows], reverse=p["reverse"]
        )  # fmt: skip
        trail = replace(_together([*carry, *rows]), axis=None)
        return (
            [Traced(value, replace(before.trail, nodes=trail.nodes)) for value, before in zip(values, carry)],
            [Traced(stack, trail) for stack in stacks],
        )

    # -- activations ---------------------------------------------------------------------
    def _activation(self, call: Call, eqn: JaxprEqn, operands: list[Traced]) -> Traced:
        closed_over = [each.value for each in operands[: _count_of_constants(eqn)]]
        operands = operands[len(closed_over) :]
        deciding = self._deciding(call, eqn, operands)
        trail = _together([deciding] if call.is_last_step else operands[: call.data])
        behind = trail.nodes
        values = [operand.value for operand in operands]
        turn = _turn(eqn, deciding.value)
        z = jnp.transpose(deciding.value, turn)
        units = self.lineage.unit_axis(trail, jnp.shape(deciding.value))
        axis = turn.index(units) if turn else 0
        if isinstance(call.activation, Axiswise) and call.axis is not None:
            axis = call.axis
        key = f"layer {self.first + len(self.seen) + 1}: {call.shown} at {line_of(eqn)}"
        if key in self.edits.normalised:
            values[0] = _normalised(values[0], units)
            z = jnp.transpose(values[0], turn)
        a = self._value(call, key, eqn, [*closed_over, *values], z)
        if self.nudges is not None:
            a = a + self.nudges[key]
        node = Node("activation", "", call.activation.name, behind)
        if isinstance(call.activation, Gate):
            node.roles.add("factor")
        trail = self.lineage.add(node, jnp.shape(a), axis)
        self.outputs[key] = a
        self._see(call, key, line_of(eqn), node, z, a, axis, operands)
        return Traced(a, trail)

    def _deciding(self, call: Call, eqn: JaxprEqn, operands: list[Traced]) -> Traced:
        """The operand whose slope tells whether a unit learns: of a gate the half that opens it."""
        if call.is_last_step and self.logits is not None:
            return self.logits
        if not isinstance(call.activation, Gate):
            return operands[0]
        if call.data == 2:
            return operands[1]
        return Traced(jnp.split(operands[0].value, 2, -1 if call.axis is None else call.axis)[1], operands[0].trail)

    def _value(self, call: Call, key: str, eqn: JaxprEqn, values: list[Any], z: Any) -> Any:
        if key in self.edits.dropped:
            return z
        if key in self.edits.to_sigmoid:
            return get("sigmoid")(z)
        other = dict(self.edits.swapped).get(call.activation.name)
        return _bind(eqn, values)[0] if other is None else get(other)(z)

    def _see(
        self, call: Call, key: str, line: str, node: Node, z: Any, a: Any, axis: int, operands: list[Traced]
    ) -> None:
        reference = self._reference(call, operands)
        last = units_last(z, axis)
        size = last.shape[-1] if isinstance(call.activation, Axiswise) and call.axis is not None else 0
        site = Site(key, "", line, call.shown, node, Layout.of(last, True), reference, size, node.name)
        self.seen[key] = Seen(site, last, units_last(a, axis), axis)

    def _reference(self, call: Call, operands: list[Traced]) -> Reference | None:
        """The reference values; a learnable parameter counts by the mean of what it starts from."""
        if isinstance(call.activation, Gate):
            return reference_of(opening_of(call.activation), {})
        if not isinstance(call.activation, Activation):
            return None
        given = dict(call.numbers)
        for name, operand in zip(call.open, operands[call.data :]):
            if operand.trail.leaf:
                self.learnt[operand.trail.leaf] = None
            if operand.trail.leaf in self.means:
                given[name] = self.means[operand.trail.leaf]
        activation: Any = call.activation
        other = dict(self.edits.swapped).get(call.activation.name)
        return reference_of(activation, given) if other is None else reference_of(get(other), {})


def units_last(t: Any, axis: int) -> Any:
    """The array with its units, which are along `axis`, along the last one."""
    return jnp.moveaxis(t, axis, -1) if t.ndim else t.reshape(1)


def _has_calls(eqn: JaxprEqn) -> bool:
    return next(calls_within(eqn), None) is not None


def _bind(eqn: JaxprEqn, values: list[Any]) -> list[Any]:
    """The results of an equation for values."""
    primitive: Any = eqn.primitive
    given = primitive.get_bind_params(eqn.params)
    functions, parameters = given if isinstance(given, tuple) else ((), given)  # a pair before jax 0.9
    with eqn.ctx.manager:
        found = primitive.bind(*functions, *values, **parameters)
    return list(found) if primitive.multiple_results else [found]


def _count_of_constants(eqn: JaxprEqn) -> int:
    """How many arrays that a function closes over stand before its operands: JAX 0.6 puts them there."""
    return int(eqn.params.get("num_consts", 0))


def _turn(eqn: JaxprEqn, x: Any) -> tuple[int, ...]:
    """The order of axes into which an activation puts its input first, as it does under jax.vmap."""
    turn = tuple(range(jnp.ndim(x)))
    inner = inner_of(eqn)
    if inner is None or not inner.invars:
        return turn
    at = inner.invars[_count_of_constants(eqn)]
    for eqn in inner.eqns:
        if eqn.primitive.name == "transpose" and eqn.invars[0] is at:
            turn = tuple(turn[d] for d in eqn.params["permutation"])
            at = eqn.outvars[0]
    return turn


def _normalised(x: Any, axis: int) -> Any:
    """X less its mean over the units, over their deviation."""
    wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    mean, variance = wide.mean(axis, keepdims=True), wide.var(axis, keepdims=True)
    return ((wide - mean) / jnp.sqrt(variance + 1e-5)).astype(x.dtype)


def _row(stack: Traced, k: int) -> Traced:
    trail = stack.trail
    part = Trail(leaf=trail.leaf, part=f"{trail.part}[{k}]") if trail.leaf else replace(trail, axis=None)
    return Traced(jax.lax.index_in_dim(stack.value, k, keepdims=False), part)


def _spread(length: int) -> list[int]:
    """The steps of a scan that are watched: all, or so many evenly spread ones that gaps and they are few enough."""
    if length <= _UNROLLED:
        return list(range(length))
    count = _UNROLLED // 2
    return [k * (length - 1) // (count - 1) for k in range(count)]


def _between(stack: Traced, start: int, stop: int, params: Any) -> Traced:
    """The rows of some steps, in the order of the scan."""
    length = params["length"]
    at = (length - stop, length - start) if params["reverse"] else (start, stop)
    trail = stack.trail if stack.trail.leaf else replace(stack.trail, axis=None)
    return Traced(jax.lax.slice_in_dim(stack.value, *at), trail)


def _joined(parts: Sequence[Traced]) -> Traced:
    """Stacks of rows of one scan, concatenated in their order."""
    return Traced(jnp.concatenate([part.value for part in parts]), replace(_together(parts), axis=None))


def _stack(rows: Sequence[Traced]) -> Traced:
    return Traced(jnp.stack([row.value for row in rows]), replace(_together(rows), axis=None))


def _together(operands: Sequence[Traced]) -> Trail:
    nodes = tuple(dict.fromkeys(node for operand in operands for node in operand.trail.nodes))
    return Trail(nodes, axis=operands[0].trail.axis if operands else None)
