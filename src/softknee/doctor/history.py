"""The record of a training run, of the same size at the millionth step as at the hundredth.

Not here: how steps are read (the probe of each framework), and what rules make of the record (evidence.py).
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from .layout import NO_SLOPE, UNIT_FIELDS
from .network import Node, Site

if TYPE_CHECKING:
    from torch import Tensor

# The numbers of one activation at one probe by name: floats, arrays of one number per unit, and values for pictures.
Readings = dict[str, Any]

# Probes whose numbers of each unit are kept.
WINDOW = 24
# Probes whose other numbers are kept; when there are twice as many, every second goes.
KEPT = 48
# The same for losses.
LOSSES = 512
# A unit is saturated if it is so on this share of its samples, and dormant below this share of its layer's mean size.
SATURATED_ON = 0.95
DORMANT = 0.025


@dataclass
class Snapshot:
    """One probed step: its activations and layers, and the readings of each activation by the key of its site."""

    step: int
    sites: list[Site]
    nodes: list[Node]
    readings: dict[str, Readings] = field(default_factory=dict)
    data: dict[str, float] = field(default_factory=dict)  # how large the inputs were, and whether all were finite
    had_backward: bool = False
    unseen: dict[str, None] = field(default_factory=dict)  # what the probe met and could not look into


@dataclass(frozen=True)
class UpdateSize:
    """The mean absolute change of a weight in one step, and its mean absolute size before."""

    change: float
    size: float


@dataclass(frozen=True)
class LossNote:
    """A fault of the output activation and the loss together: a sentence about it, and one that mends it."""

    about: str
    remedy: str
    output: str  # the activation at the output


class History:
    """The record of a run; `first` has the structure as it was at the first probe."""

    def __init__(self) -> None:
        self.first: Snapshot | None = None
        self.sites: dict[str, Site] = {}
        self.snapshots: list[Snapshot] = []
        self.window: deque[Snapshot] = deque(maxlen=WINDOW)
        self.losses: list[tuple[int, float]] = []
        self.updates: list[tuple[int, dict[str, UpdateSize]]] = []
        self.notes: dict[LossNote, None] = {}
        self.gains: dict[str, float] = {}  # of the weights as they were at the first probe, by path
        self.data: dict[str, float] = {}  # of the inputs; "broken" is the first step at which they were not finite
        self.backwards = 0  # calls of a loss's backward
        self.looks = 0  # steps that were looked at
        self.unchanged = 0  # steps since the first look at weights that have not changed since
        self._pending: list[tuple[int, Tensor]] = []
        self._loss_stride = 1
        self._seen_losses = 0

    def add(self, snapshot: Snapshot) -> None:
        """Take in a probed step, and thin out the older ones."""
        for site in snapshot.sites:
            self.sites.setdefault(site.key, site)
        for reading in snapshot.readings.values():
            reading.update(shares(reading))
        self.looks += 1
        self.add_data(snapshot.step, snapshot.data)
        if self.first is None:
            self.first = snapshot
        elif len(self.window) == WINDOW:
            leaving = self.window[0]
            for reading in () if leaving is self.first else leaving.readings.values():
                for name in UNIT_FIELDS:
                    reading.pop(name, None)
        self.window.append(snapshot)
        self.snapshots.append(snapshot)
        if snapshot is not self.first:
            snapshot.sites, snapshot.nodes = [], []
        self.snapshots = _thinned(self.snapshots, KEPT)

    def add_data(self, step: int, data: dict[str, float]) -> None:
        """Take in what is known of the inputs of one step: their size is that of the first, one bad batch is enough."""
        if data.get("finite", 1.0) == 0.0 and self.data.get("finite", 1.0) != 0.0:
            self.data = {**data, **self.data, "finite": 0.0, "broken": float(step)}
        self.data = self.data or dict(data)

    def add_update(self, step: int, update: dict[str, UpdateSize]) -> None:
        """Take in the sizes of a step's changes of the weights."""
        self.unchanged = 0
        self.updates = _thinned([*self.updates, (step, update)], KEPT)

    def add_loss(self, step: int, loss: Tensor) -> None:
        """Take in a loss, which stays on its device until some have come together."""
        if self._seen_losses % self._loss_stride == 0:
            self._pending.append((step, loss.detach().reshape(())))
        self._seen_losses += 1
        if len(self._pending) >= 32:
            self.settle_losses()

    def settle_losses(self) -> None:
        """Transfer pending losses to the host."""
        if not self._pending:
            return
        import torch  # pending losses are tensors

        numbers = torch.stack([loss.float().to(self._pending[0][1].device) for _, loss in self._pending]).tolist()
        self.losses += [(step, number) for (step, _), number in zip(self._pending, numbers)]
        self._pending.clear()
        while len(self.losses) >= 2 * LOSSES:
            self.losses = self.losses[::2]
            self._loss_stride *= 2


def _thinned(kept: list, most: int) -> list:  # type: ignore[type-arg]
    """The first and last ones, and every second between, where there are too many."""
    return kept if len(kept) < 2 * most else [*kept[:-1:2], kept[-1]]


def shares(reading: Readings) -> dict[str, float]:
    """The shares of the units that one probe found without slope, saturated, dormant."""
    if "steepest" not in reading or not np.isfinite(reading.get("z_mean", 0.0)):
        return {}  # what is not finite is not dead
    found = {
        "flat_share": float(np.mean(reading["flat"] > SATURATED_ON)),
        "dead_share": float(np.mean(reading["steepest"] <= NO_SLOPE)),
    }
    if "size" in reading:
        size = reading["size"]
        found["dormant_share"] = float(np.mean(size <= DORMANT * size.mean())) if size.mean() > 0 else 1.0
    return found


def output_deviation(reading: Readings) -> float:
    """The standard deviation of an activation's output at one probe; NaN where it is not known."""
    variance = reading.get("second", math.nan) - reading.get("mean", math.nan) ** 2
    return math.sqrt(max(variance, 0.0)) if math.isfinite(variance) else math.nan
