"""A place where an activation is computed."""

from __future__ import annotations

from dataclasses import dataclass

from .layout import Layout
from .node import Node
from .reference import Reference


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
        """Whether it is a module of its own, as opposed to a call in the code."""
        return not self.place

    @property
    def is_output(self) -> bool:
        """Whether the model returns what it gives."""
        return "output" in self.node.roles

    @property
    def is_factor(self) -> bool:
        """Whether it decides how much of something else passes."""
        return "factor" in self.node.roles

    @property
    def is_hidden(self) -> bool:
        """Whether it is an element-wise activation inside the network, which signals pass through."""
        return self.reference is not None and not self.is_output and not self.is_factor and not self.is_fused
