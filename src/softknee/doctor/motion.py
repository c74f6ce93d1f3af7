"""How far a step moves a weight."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Motion:
    """The mean size of a weight's change in one step, and of the weight."""

    change: float
    size: float
