"""The scale of the signal from layer to layer at the first step, and the gains of the weights between.

Not here: the verdict on it (rules/init.py), and new weights with better gains (start.py).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from .evidence import Evidence
from .network import Node, Site
from .thresholds import LAYER_GROWTH, TOTAL_GROWTH


@dataclass(frozen=True)
class SignalScale:
    """The second moment before an activation, that of what the layer before it took, and the weights' gain."""

    site: Site
    moment: float
    before: float
    gain: float
    wanted: float

    @property
    def growth(self) -> float:
        """The factor by which the second moment changed."""
        return self.moment / self.before if self.before > 0 else math.inf


def signal_scales(e: Evidence) -> list[SignalScale]:
    """The scale before each hidden activation in the order of the forward pass, the first beside that of the data."""
    found: list[SignalScale] = []
    data = e.data.get("rms", math.nan) ** 2
    by_node = {site.node: site for site in e.sites}
    gains = e.history.gains
    # Of a signal with second moment 1 before an activation, what follows it should have that again.
    previous = data if math.isfinite(data) and data > 0 else 1.0
    for site in e.hidden:
        moment = e.first(site).get("z_second", math.nan)
        if not math.isfinite(moment) or _comes_from_states(site):
            continue
        linear = next((node for node in site.node.feeds if node.kind == "linear"), None)
        gain = gains.get(linear.path, math.nan) if linear is not None else math.nan
        found.append(SignalScale(site, moment, previous, gain, _wanted(linear, by_node)))
        previous = moment
    return found


def alike_before(e: Evidence, site: Site) -> str | None:
    """The layer right before an activation, where its weights had no spread at the first step; else None."""
    layer = next((node for node in site.node.feeds if node.kind in ("linear", "recurrent")), None)
    several = layer is not None and layer.shape[:1] != (1,)
    return layer.path if layer is not None and several and e.history.gains.get(layer.path) == 0.0 else None


def _comes_from_states(site: Site) -> bool:
    """True of an activation behind a recurrent layer or attention, whose outputs are small by nature."""
    linear = [node for node in site.node.feeds if node.kind == "linear"]
    return any(_gives_states(node) for layer in linear for node in layer.feeds)


def _gives_states(node: Node) -> bool:
    """True of a recurrent layer, of attention, and of the projection after attention."""
    projects = node.kind == "linear" and any(feed.kind == "attention" for feed in node.feeds)
    return projects or node.kind in ("recurrent", "attention")


def departure(e: Evidence) -> tuple[SignalScale, float, list[SignalScale]] | None:
    """The scale that leaves the band most, the factor of all layers together, and all scales; None within the band."""
    steps = signal_scales(e)
    if not steps or not steps[0].before > 0:
        return None
    total = steps[-1].moment / steps[0].before
    extreme = max(steps, key=lambda scale: abs(math.log(scale.growth)) if scale.growth > 0 else math.inf)
    within = 1 / LAYER_GROWTH <= extreme.growth <= LAYER_GROWTH or 1 / TOTAL_GROWTH <= total <= TOTAL_GROWTH
    return None if within else (extreme, total, steps)


def _wanted(linear: Node | None, by_node: dict[Node, Site]) -> float:
    """The gain that keeps the second moment: that of the activation whose output the weights take."""
    if linear is None:
        return math.nan
    before = [by_node[node] for node in linear.feeds if node in by_node]
    if not before:
        return 1.0
    return before[0].reference.gain if before[0].reference is not None else math.nan


def wanted_before(linear: Node, e: Evidence, gains: Mapping[str, float]) -> float:
    """The gain of a layer's weights, 1 where it takes data, something normalised or nothing known.

    `gains` has those of activations, by name, that are to be taken for another's.
    """
    by_node = {site.node: site for site in e.sites}
    before = [by_node[node].name for node in linear.feeds if node in by_node]
    gain = gains[before[0]] if before and before[0] in gains else _wanted(linear, by_node)
    return gain if math.isfinite(gain) else 1.0


def wanted_gain(site: Site) -> float:
    """The gain of the weights after an activation."""
    return site.reference.gain if site.reference is not None else math.nan
