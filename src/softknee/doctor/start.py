"""The start of a training run, and remedies carried out on it as far as that is the same in every framework.

Not here: what a framework does in its own way (torch/start.py, jax/start.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from softknee.functions.public import get

from .evidence import Evidence
from .remedy import CannotApplyError, Remedy
from .signal_scale import wanted_before

S = TypeVar("S", bound="Start")


@dataclass(frozen=True)
class Start:
    """A model and data before a run; for each action that can be done to it, it has a method `do_<action>`."""

    rate_factor: float = field(default=1.0, kw_only=True)

    def after(self: S, remedy: Remedy, evidence: Evidence) -> S:
        """The start with a remedy carried out; its model may be changed in place.

        Raises CannotApplyError where that cannot be done.
        """
        do = getattr(self, f"do_{remedy.action.replace('-', '_')}", None)
        if do is None:
            raise CannotApplyError(f"{remedy.text} is no change that can be tried")
        changed: S = do(evidence, **remedy.arguments)
        return changed

    def do_rate(self: S, evidence: Evidence, factor: float) -> S:
        """Multiply the learning rate by a factor, on top of earlier ones."""
        return replace(self, rate_factor=self.rate_factor * factor)

    def do_init(self: S, evidence: Evidence) -> S:
        """Draw weights from N(0, gain^2 / fan-in), with the gain of the activation that each layer reads from."""
        return self.drawn(evidence, {})

    def do_swap(self: S, evidence: Evidence, old: str, new: str, *, redraw: bool) -> S:
        """Exchange an activation, and draw weights with its gain if that is wanted."""
        swapped = self.swapped(old, new)
        return swapped.drawn(evidence, {old: get(new).gain()}) if redraw else swapped

    def drawn(self: S, evidence: Evidence, gains: Mapping[str, float]) -> S:
        """The start with weights as `draws` has them, and biases of 0."""
        raise NotImplementedError

    def swapped(self: S, old: str, new: str) -> S:
        """The start with one activation exchanged for another, by name."""
        raise NotImplementedError


def draws(evidence: Evidence, gains: Mapping[str, float], known: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    """The weights that can be drawn, of those that are `known`, with the standard deviation of each.

    `gains` are those of activations that have been exchanged, by the name of the old one. Raises CannotApplyError where
    there is none.
    """
    drawn: set[str] = set()
    for node in evidence.nodes:
        name = node.parameter
        if node.kind in ("linear", "recurrent") and name in known and name not in drawn:
            drawn.add(name)
            yield name, wanted_before(node, evidence, gains) / node.fan_in**0.5
    if not drawn:
        raise CannotApplyError("no layer's weights are known")
