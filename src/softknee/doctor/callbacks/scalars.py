"""The numbers of a watch as trainers log them: each once, under tags that all loggers take.

Not here: who writes them (session.py, tensorboard.py).
"""

from __future__ import annotations

import re
from statistics import median
from typing import TypeVar

from softknee.doctor.history import History, Snapshot, UpdateSize, output_deviation

T = TypeVar("T")

# By the name of a reading, the name under which it is logged.
_NAMES = {
    "dead_share": "dead",
    "flat_share": "saturated",
    "dormant_share": "dormant",
    "gradient_norm": "gradient_norm",
}


class Unlogged:
    """The part of a history that has not been handed out yet."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def probes(self, history: History) -> list[tuple[int, Snapshot]]:
        """The probes that were not handed out yet, with their steps."""
        return self._new("probes", [(snapshot.step, snapshot) for snapshot in history.snapshots])

    def losses(self, history: History) -> list[tuple[int, float]]:
        """The losses that were not handed out yet, with their steps."""
        history.settle_losses()
        return self._new("losses", history.losses)

    def updates(self, history: History) -> list[tuple[int, dict[str, UpdateSize]]]:
        """The sizes of updates that were not handed out yet, by weight, with their steps."""
        return self._new("updates", history.updates)

    def _new(self, name: str, numbered: list[tuple[int, T]]) -> list[tuple[int, T]]:
        found = [(step, each) for step, each in numbered if step > self._last.get(name, -1)]
        if found:
            self._last[name] = found[-1][0]
        return found


def of_probe(snapshot: Snapshot) -> dict[str, float]:
    """The shares of units, the output's deviation and the gradient's norm, of each activation that has them."""
    found = {}
    for key, reading in snapshot.readings.items():
        for name, shown in _NAMES.items():
            if name in reading:
                found[tag(key, shown)] = float(reading[name])
        if "second" in reading:
            found[tag(key, "output_std")] = output_deviation(reading)
    return found


def relative_step(update: dict[str, UpdateSize]) -> float:
    """The change of the weights in a step over their size, of the weight in the middle; NaN of weights of zero."""
    return median([m.change / m.size for m in update.values() if m.size > 0] or [float("nan")])


def tag(*parts: str) -> str:
    """A tag: a functional call's place has signs that not all loggers take."""
    return "/".join(re.sub(r"[^\w.-]+", "_", part).strip("_") for part in parts)
