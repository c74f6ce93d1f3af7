"""The evidence of a run: its record, put in the order in which rules ask for it.

Not here: the record itself (history.py), and judgements on it (cause.py, doctor/rules).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import Any

import numpy as np

from .history import SATURATED_ON, History, Readings
from .layout import NO_SLOPE
from .network import Node, Site
from .thresholds import DEAD_BATCHES, DEAD_SAMPLES, FALLING, STILL

# Fewer losses show no fall.
_FEW = 4

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Units:
    """The units of one activation over the last probes together; shares are per unit, over samples."""

    batches: int
    samples: float
    steepest: Array
    flat: Array
    size: Array | None
    gradient: Array | None

    @property
    def dead(self) -> Array:
        """True of the units that had a slope for no sample: no gradient passes them."""
        return self.steepest <= NO_SLOPE

    @property
    def saturated(self) -> Array:
        """True of the units that had next to no slope for nearly all samples."""
        return self.flat > SATURATED_ON


class Evidence:
    """The places, numbers and progress of a run, read off its record."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.data = history.data
        self.sites: list[Site] = list(history.sites.values())

    # -- places ----------------------------------------------------------------------------
    @cached_property
    def judged(self) -> list[Site]:
        """The activations whose units can be told apart, in the order of the forward pass."""
        return [site for site in self.sites if site.reference is not None]

    @cached_property
    def hidden(self) -> list[Site]:
        """The activations within the network that signals pass through."""
        return [site for site in self.sites if site.is_hidden]

    @cached_property
    def shown(self) -> list[Site]:
        """The activations of which a picture can be drawn."""
        return [site for site in self.sites if site.reference is not None or site in self.choosing]

    @cached_property
    def choosing(self) -> list[Site]:
        """The calls of softmax that decide within the network between others, as between the keys of attention."""
        return [site for site in self.sites if site.name == "softmax" and not site.is_output]

    @property
    def inner(self) -> list[Site]:
        """The activations within the network, gates among them, whose units can be told apart."""
        return [site for site in self.judged if not site.is_output]

    @cached_property
    def nodes(self) -> list[Node]:
        """All layers of the first probe."""
        return self.history.first.nodes if self.history.first else []

    @property
    def blind_spots(self) -> list[str]:
        """Sentences about what was not seen, and so cannot be called healthy."""
        snapshots = self.history.snapshots
        spots = list(self.history.first.unseen) if self.history.first else []
        if not self.sites:
            spots.append("no activation was seen: nothing can be said of units")
        if self.sites and not self.saw_backward:
            spots.append("no backward pass was seen: nothing can be said of gradients")
        elif any(not site.is_fused for site in self.judged) and not any(s.had_backward for s in snapshots):
            spots.append(
                "backward was called, but no gradient reached an activation: "
                "what comes before the last layer is detached or frozen"
            )
        if not self.losses:
            spots.append("no loss was seen: whether the network learns is not known")
        elif len(self.losses) < _FEW:
            count = "1 loss was" if len(self.losses) == 1 else f"{len(self.losses)} losses were"
            spots.append(f"only {count} seen: whether the network learns is not known")
        return spots

    # -- numbers ---------------------------------------------------------------------------
    def first(self, site: Site) -> Readings:
        """The readings of a site at the first probe that met it."""
        return next((s.readings[site.key] for s in self.history.snapshots if site.key in s.readings), {})

    def last(self, site: Site) -> Readings:
        """The readings of a site at the last probe that met it."""
        return next((s.readings[site.key] for s in reversed(self.history.snapshots) if site.key in s.readings), {})

    def series(self, site: Site, name: str) -> list[tuple[int, float]]:
        """One number of a site over the steps."""
        found = [(s.step, s.readings.get(site.key, {}).get(name)) for s in self.history.snapshots]
        return [(step, float(value)) for step, value in found if value is not None]

    def units(self, site: Site) -> Units | None:
        """The units of a site over the last probes, as many as give enough samples and batches; None of no probe."""
        readings = [s.readings[site.key] for s in self.history.window if "steepest" in s.readings.get(site.key, {})]
        readings = [r for r in readings if np.isfinite(r.get("z_mean", 0.0))]  # what is not finite is not dead
        readings = [r for r in readings if r["steepest"].shape == readings[-1]["steepest"].shape]
        if not readings:
            return None
        samples = np.cumsum([r["count"] for r in readings[::-1]])
        enough = max(DEAD_BATCHES, int(np.searchsorted(samples, DEAD_SAMPLES)) + 1)
        readings = readings[-enough:]
        return Units(
            len(readings),
            sum(r["count"] for r in readings),
            np.max([r["steepest"] for r in readings], axis=0),
            np.mean([r["flat"] for r in readings], axis=0),
            _over(readings, "size", np.mean),
            _over(readings, "gradient", np.max),
        )

    def gradient_norms(self, readings_of: Any) -> list[tuple[Site, float]]:
        """The norm of a sample's gradient at each hidden activation that one was seen of."""
        found = [(site, readings_of(site).get("gradient_norm", float("nan"))) for site in self.hidden]
        return [(site, norm) for site, norm in found if np.isfinite(norm)]

    def gradient_ratios(self) -> list[tuple[int, float]]:
        """The norm of a sample's gradient at the first hidden activation over that at the last, by step."""
        found = []
        for snapshot in self.history.snapshots:
            norms = self.gradient_norms(lambda site, at=snapshot: at.readings.get(site.key, {}))
            if len(norms) > 1 and norms[-1][1] > 0:
                found.append((snapshot.step, norms[0][1] / norms[-1][1]))
        return found

    # -- how training goes -------------------------------------------------------------------
    @cached_property
    def losses(self) -> Sequence[tuple[int, float]]:
        """The losses that were seen, with their steps, thinned out in a long run."""
        return self.history.losses

    @property
    def saw_backward(self) -> bool:
        """True where a backward pass ran, or a gradient was seen."""
        return self.history.backwards > 0 or any(s.had_backward for s in self.history.snapshots)

    @property
    def stands_still(self) -> bool:
        """True where no step has changed a weight, in so many that a gradient is no longer being accumulated."""
        broken = any(not np.isfinite(loss) for _, loss in self.losses)
        return self.saw_backward and not broken and not self.history.updates and self.history.unchanged >= STILL

    @property
    def steps(self) -> int:
        """The last step that was probed, counted from 0."""
        return max([s.step for s in self.history.snapshots], default=0)

    @cached_property
    def drop(self) -> float:
        """The share of the loss that is gone from the first part of the run to the last; NaN of fewer than four."""
        values = [loss for _, loss in self.losses]
        if len(values) < _FEW or not np.all(np.isfinite(values)):
            return float("nan")
        part = max(1, min(len(values) // 5, 50))
        start, end = median(values[:part]), median(values[-part:])
        return (start - end) / abs(start) if start != 0 else 0.0

    @property
    def learns(self) -> bool:
        """True where the loss has fallen by more than chance would have it."""
        return self.drop > FALLING


def _over(readings: list[Readings], name: str, combine: Any) -> Array | None:
    arrays = [r[name] for r in readings if name in r]
    arrays = [a for a in arrays if a.shape == arrays[-1].shape]
    return combine(arrays, axis=0) if arrays else None
