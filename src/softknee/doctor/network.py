"""The network as the rules see it: its layers, the calls of its activations, and where it begins and ends in a step.

Not here: how layers are met in a forward pass (lineage.py of each framework).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from .layout import Layout
from .reference import Reference

Kind = Literal[
    "data", "linear", "norm", "activation", "attention", "recurrent", "embedding", "pool", "product", "function"
]
# Kinds that make a network of all that comes before them; activations, functions and products may belong to a loss.
_LAYERS: set[Kind] = {"linear", "norm", "attention", "recurrent", "embedding", "pool"}
_OF_LOSS: set[Kind] = {"function", "product"}


@dataclass(eq=False)
class Node:
    """A layer that a probe met: `feeds` are the nodes that its input comes from."""

    kind: Kind
    path: str
    name: str
    feeds: tuple[Node, ...] = ()
    weight: Any = None  # a weak reference to the parameter,
    parameter: str = ""  # and its name in the model
    shape: tuple[int, ...] = ()
    last: bool = True  # units along the last axis; else along axis 1
    roles: set[str] = field(default_factory=set)

    @property
    def fan_in(self) -> int:
        """The count of the numbers that a unit sums up."""
        return math.prod(self.shape[1:])


@dataclass(eq=False)
class Site:
    """One call of an activation in a forward pass.

    `path` is the module whose code calls it, `place` the line for a functional call; `node` tells what it is fed by.
    Roles of the node: "output" where its result is the model's, "factor" where it multiplies something (a gate).
    """

    key: str
    path: str
    place: str
    shown: str
    node: Node
    layout: Layout
    reference: Reference | None
    axis_size: int = 0  # of an axis-wise function such as softmax
    name: str = ""
    is_fused: bool = False  # within one call of torch, where it was computed again

    @property
    def is_module(self) -> bool:
        """True of a module of its own, as opposed to a call in the code."""
        return not self.place

    @property
    def is_output(self) -> bool:
        """True where the model returns the activation's output."""
        return "output" in self.node.roles

    @property
    def is_factor(self) -> bool:
        """True of a gate, which decides how much of something else passes."""
        return "factor" in self.node.roles

    @property
    def is_hidden(self) -> bool:
        """True of an element-wise activation inside the network, which signals pass through."""
        return self.reference is not None and not self.is_output and not self.is_factor and not self.is_fused


@dataclass(frozen=True)
class Extent:
    """The inputs, which reach a layer, the outputs, and the nodes that come after these or stand aside."""

    inputs: set[Node]
    outputs: set[Node]
    beyond: set[Node]


def extent(sources: set[Node], nodes: list[Node], losses: set[Node], returned: set[Node]) -> Extent:
    """The part of a step that is the network: a step may be given targets, compute a loss, and measure this and that.

    It takes the nodes of what the step is given, of the step in their order, of its losses and of what it returned.
    Outputs are what is returned and what losses are computed from; what a loss also looks at within the network, as a
    penalty on activations does, is none.
    """
    network = _behind([feed for node in nodes if node.kind in _LAYERS for feed in node.feeds], set())
    inputs = network & sources
    if not losses:
        return Extent(inputs, returned, set())
    compared = _behind(losses, network | sources)
    targets = sources - network
    beyond: set[Node] = set()
    for node in nodes:
        of_loss = node in compared and node.kind in _OF_LOSS
        of_target = node not in network and not (targets | beyond).isdisjoint(node.feeds)
        aside = node.kind == "activation" and node not in network | compared | returned
        if of_loss or of_target or aside:
            beyond.add(node)
    return Extent(inputs, (compared | returned) - beyond, beyond)


def _behind(ends: Iterable[Node], but: set[Node]) -> set[Node]:
    """These nodes and all that feeds them, without going into `but`."""
    todo = list(ends)
    found: set[Node] = set()
    while todo:
        node = todo.pop()
        if node not in found and node not in but:
            found.add(node)
            todo += node.feeds
    return found
