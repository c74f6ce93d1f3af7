"""What one look at a step found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .node import Node
from .site import Site

Readings = dict[str, Any]


@dataclass
class Snapshot:
    """What one probe found: per site its numbers, arrays of one number per unit, and values for pictures."""

    step: int
    sites: list[Site]
    nodes: list[Node]
    readings: dict[str, Readings] = field(default_factory=dict)
    data: dict[str, float] = field(default_factory=dict)  # how large the inputs were, and whether all were finite
    had_backward: bool = False
    unseen: dict[str, None] = field(default_factory=dict)  # what the probe met and could not look into
