"""A layer as the rules see it: what kind it is, and what feeds it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "data", "linear", "norm", "activation", "attention", "recurrent", "embedding", "pool", "product", "function"
]


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
        """How many numbers a unit sums up."""
        return math.prod(self.shape[1:])
