"""What of a step is the network: a step may be given targets, compute a loss, and measure this and that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .node import Kind, Node

# What makes a network of all that comes before it; activations, functions and products may belong to a loss.
_LAYERS: set[Kind] = {"linear", "norm", "attention", "recurrent", "embedding", "pool"}
_OF_LOSS: set[Kind] = {"function", "product"}


@dataclass(frozen=True)
class Extent:
    """The inputs, which reach a layer, the outputs, and the nodes that come after these or stand aside."""

    inputs: set[Node]
    outputs: set[Node]
    beyond: set[Node]


def extent(given: set[Node], nodes: list[Node], losses: set[Node], returned: set[Node]) -> Extent:
    """The extent, from the nodes of a step in their order, those of its losses and those of what it returned.

    Outputs are what is returned and what losses are computed from; what a loss also looks at within the network, as a
    penalty on activations does, is none.
    """
    network = _behind([feed for node in nodes if node.kind in _LAYERS for feed in node.feeds], set())
    inputs = network & given
    if not losses:
        return Extent(inputs, returned, set())
    compared = _behind(losses, network | given)
    targets = given - network
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
