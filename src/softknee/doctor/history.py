"""What is kept of a training run: as much at the millionth step as at the hundredth."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from .layout import NO_SLOPE, UNIT_FIELDS
from .loss_note import LossNote
from .motion import Motion
from .site import Site
from .snapshot import Readings, Snapshot

if TYPE_CHECKING:
    from torch import Tensor

# Probes whose numbers of each unit are kept.
WINDOW = 24
# Probes whose other numbers are kept; when there are twice as many, every second goes.
KEPT = 48
# The same for losses.
LOSSES = 512
# A unit is saturated if it is so on this share of its samples, and dormant below this share of its layer's mean size.
SATURATED_ON = 0.95
DORMANT = 0.025


class History:
    """The record of a run; `first` has the structure as it was at the first probe."""

    def __init__(self) -> None:
        self.first: Snapshot | None = None
        self.sites: dict[str, Site] = {}
        self.snapshots: list[Snapshot] = []
        self.window: deque[Snapshot] = deque(maxlen=WINDOW)
        self.losses: list[tuple[int, float]] = []
        self.motions: list[tuple[int, dict[str, Motion]]] = []
        self.notes: dict[LossNote, None] = {}
        self.gains: dict[str, float] = {}  # of the weights as they were at the first probe, by path
        self.data: dict[str, float] = {}  # of the inputs; "broken" is the first step at which they were not finite
        self.backwards = 0  # calls of a loss's backward
        self.looks = 0  # steps that were looked at
        self.unmoved = 0  # steps since the first look at weights that have not changed since
        self._pending: list[tuple[int, Tensor]] = []
        self._loss_stride = 1
        self._seen_losses = 0

    def add(self, snapshot: Snapshot) -> None:
        """Take in a probe."""
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

    def add_motion(self, step: int, motion: dict[str, Motion]) -> None:
        """Take in how far a step moved the weights."""
        self.unmoved = 0
        self.motions = _thinned([*self.motions, (step, motion)], KEPT)

    def add_loss(self, step: int, loss: Tensor) -> None:
        """Take in a loss, which stays on its device until some have come together."""
        if self._seen_losses % self._loss_stride == 0:
            self._pending.append((step, loss.detach().reshape(())))
        self._seen_losses += 1
        if len(self._pending) >= 32:
            self.settle_losses()

    def settle_losses(self) -> None:
        """Bring pending losses home."""
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
    """The shares of units that one probe found without slope, saturated, dormant."""
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
