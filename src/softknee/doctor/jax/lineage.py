"""The lineage of values: the layers that each equation's result comes from, by the kinds that rules know."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
from jax.extend.core import JaxprEqn

from softknee.doctor.network import Kind, Node

from .calls import line_of

# Primitives that show a parameter, or a part of it, in another form.
_VIEWS = {
    "reshape", "transpose", "broadcast_in_dim", "squeeze", "expand_dims", "convert_element_type", "copy", "copy_p",
    "slice", "dynamic_slice", "reduce_precision", "optimization_barrier", "sharding_constraint", "device_put",
}  # fmt: skip
# Primitives that change neither the numbers nor their sum by more than a constant factor.
_THROUGH = _VIEWS | {
    "add", "sub", "add_any", "neg", "concatenate", "pad", "rev", "select_n", "gather", "split", "real", "stop_gradient",
    "reduce_window_sum", "eq", "ne", "lt", "le", "gt", "ge", "is_finite", "dynamic_update_slice", "tile",
}  # fmt: skip
_REDUCTIONS = {"reduce_sum", "reduce_max", "reduce_min", "argmax", "argmin", "reduce_and", "reduce_or", "reduce_prod"}
_POOLS = {"reduce_window_max", "reduce_window_min", "reduce_window", "select_and_gather_add"}


@dataclass(frozen=True)
class Trail:
    """The origin of a value: nodes; or the parameter that it shows, at `part`.

    A statistic, such as the mean over some axes, says little of what single units do. Units lie along `axis`, where
    that is known.
    """

    nodes: tuple[Node, ...] = ()
    leaf: str = ""
    part: str = ""
    is_statistic: bool = False
    axis: int | None = None


@dataclass(frozen=True)
class UnitAxis:
    """The axis along which a node has its units, in a value of `ndim` dimensions, and their count."""

    ndim: int
    axis: int
    size: int


class Lineage:
    """The nodes met so far, in the order of the forward pass."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.biases: set[str] = set()
        self.gains: dict[str, Any] = {}
        self._axes: dict[Node, UnitAxis] = {}

    def add(self, node: Node, shape: tuple[int, ...], axis: int) -> Trail:
        """A new node, of which a value of this shape comes, with its units along `axis`."""
        self.nodes.append(node)
        if shape:
            self._axes[node] = UnitAxis(len(shape), axis, shape[axis])
        return Trail((node,), axis=axis if shape else None)

    def unit_axis(self, trail: Trail, shape: tuple[int, ...]) -> int:
        """The axis of a value's units; after a change of shape as the nodes had them, or else the last axis."""
        if trail.axis is not None:
            return trail.axis
        for node in trail.nodes:
            known = self._axes.get(node)
            if known is not None and known.ndim == len(shape) and shape[known.axis] == known.size:
                return known.axis
        return len(shape) - 1

    def follow(self, eqn: JaxprEqn, values: Sequence[Any], trails: Sequence[Trail], shape: tuple[int, ...]) -> Trail:
        """The trail of the results of an equation that is no activation; `shape` is its first result's."""
        found = self._followed(eqn, values, trails, shape)
        if found.axis is not None or not found.nodes:
            return found
        return replace(found, axis=_moved(eqn, trails, len(shape)))

    def _followed(self, eqn: JaxprEqn, values: Sequence[Any], trails: Sequence[Trail], shape: tuple[int, ...]) -> Trail:
        name = eqn.primitive.name
        behind = _union(trails)
        if not behind:
            return _view(eqn, trails)
        if name in ("dot_general", "conv_general_dilated"):
            return self._linear(eqn, values, trails, shape)
        if name in _REDUCTIONS or all(trail.is_statistic for trail in trails if trail.nodes):
            return Trail(behind, is_statistic=True)
        if name in ("mul", "div"):
            return self._product(eqn, trails)
        if name == "gather" and not trails[0].nodes:
            return self._node("embedding", eqn, behind, trails[0])
        if name in _THROUGH:
            self._note_bias(name, trails)
            return Trail(_without_own_statistics(trails))
        return self._node("pool" if name in _POOLS else "function", eqn, behind)

    def _node(self, kind: Kind, eqn: JaxprEqn, behind: tuple[Node, ...], weight: Trail | None = None) -> Trail:
        path = f"{eqn.primitive.name} at {line_of(eqn)}" if weight is None or not weight.leaf else weight.leaf
        node = Node(kind, path, eqn.primitive.name, behind)
        self.nodes.append(node)
        return Trail((node,))

    def _note_bias(self, name: str, trails: Sequence[Trail]) -> None:
        bias = [trail.leaf for trail in trails if trail.leaf]
        if name == "add" and bias and any(node.kind == "linear" for trail in trails for node in trail.nodes):
            self.biases.update(bias)

    def _product(self, eqn: JaxprEqn, trails: Sequence[Trail]) -> Trail:
        """The trail of a product of two values that the network computes; by a number or a parameter it passes."""
        factors = [trail for trail in trails if trail.nodes]
        behind = _union(factors)
        if len(factors) < 2:
            return Trail(behind)
        if eqn.invars[0] is eqn.invars[1]:
            return self._node("function", eqn, behind)
        statistics = [f for f in factors if f.is_statistic]
        rest = [f for f in factors if not f.is_statistic]
        if statistics and _comes_from(statistics[0], rest):
            return self._node("norm", eqn, _union(rest))
        for node in behind:
            node.roles.add("factor")
        return self._node("product", eqn, behind)

    def _linear(self, eqn: JaxprEqn, values: Sequence[Any], trails: Sequence[Trail], shape: tuple[int, ...]) -> Trail:
        """The trail of a matrix or a filter times a value that the network computes."""
        if all(trail.nodes for trail in trails[:2]):
            for node in _union(trails):
                node.roles.add("factor")
            return self._node("product", eqn, _union(trails))
        at = 0 if not trails[0].nodes else 1
        weight, value = trails[at], values[at]
        sizes, axis = _dot(eqn, at, value) if eqn.primitive.name == "dot_general" else _conv(eqn, value)
        path = f"{weight.leaf}{weight.part}" or f"{eqn.primitive.name} at {line_of(eqn)}"
        node = Node("linear", path, eqn.primitive.name, trails[1 - at].nodes, parameter=weight.leaf, shape=sizes)
        if value.ndim > 1 and value.size > 1:
            wide = value.astype(jnp.promote_types(value.dtype, jnp.float32))
            self.gains.setdefault(path, _deviation(jax.lax.stop_gradient(wide)) * node.fan_in**0.5)
        return self.add(node, shape, axis)


def _dot(eqn: JaxprEqn, at: int, weight: Any) -> tuple[tuple[int, int], int]:
    """The count of units, that of the numbers each sums up, and the axis of the units in the result."""
    contracted, batch = eqn.params["dimension_numbers"]
    fan_in = math.prod(weight.shape[d] for d in contracted[at])
    shared = math.prod(weight.shape[d] for d in batch[at])
    units = weight.size // max(1, fan_in * shared)
    free = weight.ndim - len(contracted[at]) - len(batch[at])
    aval: Any = eqn.outvars[0].aval
    axis = aval.ndim - 1 if at == 1 else len(batch[0]) + free - 1
    return (units, fan_in), max(axis, 0)


def _conv(eqn: JaxprEqn, weight: Any) -> tuple[tuple[int, ...], int]:
    numbers = eqn.params["dimension_numbers"]
    return tuple(weight.shape[d] for d in numbers.rhs_spec), numbers.out_spec[1]


def _moved(eqn: JaxprEqn, trails: Sequence[Trail], ndim: int) -> int | None:
    """The axis in the result of the units of the first operand of as many dimensions; None where it is not known."""
    for trail, operand in zip(trails, eqn.invars):
        aval: Any = operand.aval
        if trail.axis is not None and aval.ndim == ndim and eqn.primitive.name not in ("reshape", "dot_general"):
            moves = eqn.primitive.name == "transpose"
            return list(eqn.params["permutation"]).index(trail.axis) if moves else trail.axis
    return None


def _union(trails: Iterable[Trail]) -> tuple[Node, ...]:
    return tuple(dict.fromkeys(node for trail in trails for node in trail.nodes))


def _view(eqn: JaxprEqn, trails: Sequence[Trail]) -> Trail:
    if eqn.primitive.name not in _VIEWS or not trails or not trails[0].leaf:
        return Trail()
    first = trails[0]
    if eqn.primitive.name != "slice":
        return first
    return Trail(leaf=first.leaf, part=f"{first.part}{list(eqn.params['start_indices'])}")


def _without_own_statistics(trails: Sequence[Trail]) -> tuple[Node, ...]:
    """The nodes of all trails but the statistics of the others: x less its mean comes from x."""
    others = [trail for trail in trails if trail.nodes and not trail.is_statistic]
    kept = [t for t in trails if not (t.is_statistic and others and _comes_from(t, others))]
    return _union(kept)


def _comes_from(trail: Trail, others: Sequence[Trail]) -> bool:
    return set(_union(others)) <= ancestors(trail.nodes)


def ancestors(nodes: Iterable[Node]) -> set[Node]:
    """The nodes and all that feeds them."""
    found: set[Node] = set()
    left = list(nodes)
    while left:
        node = left.pop()
        if node not in found:
            found.add(node)
            left += node.feeds
    return found


def _deviation(weight: jax.Array) -> jax.Array:
    """The standard deviation, exactly 0 of numbers that are all the same, whatever their mean rounds to."""
    return jnp.where(weight.min() == weight.max(), 0.0, jnp.std(weight, ddof=1))
