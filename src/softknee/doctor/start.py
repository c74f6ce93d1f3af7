"""Prescriptions carried out: what is the same in every framework."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from softknee.functions.public import get

from .evidence import Evidence
from .levels import wanted_before
from .prescription import CannotTreatError, Prescription

C = TypeVar("C", bound="Case")


@dataclass(frozen=True)
class Case:
    """What a course starts from; for each deed that can be done to it, it has a method of that name after `do_`."""

    rate_factor: float = field(default=1.0, kw_only=True)

    def treated(self: C, prescription: Prescription, evidence: Evidence) -> C:
        """The case with the prescription carried out; its model may be changed in place.

        Raises CannotTreatError where that cannot be done.
        """
        do = getattr(self, f"do_{prescription.deed.replace('-', '_')}", None)
        if do is None:
            raise CannotTreatError(f"{prescription.text} is no change that can be tried")
        treated: C = do(evidence, **prescription.about)
        return treated

    def do_rate(self: C, evidence: Evidence, factor: float) -> C:
        """Another learning rate."""
        return replace(self, rate_factor=self.rate_factor * factor)

    def do_init(self: C, evidence: Evidence) -> C:
        """Weights from N(0, gain^2 / fan-in), with the gain of the activation that each layer reads from."""
        return self.drawn(evidence, {})

    def do_swap(self: C, evidence: Evidence, old: str, new: str, *, redraw: bool) -> C:
        """Another activation, and weights with its gain if that is wanted."""
        swapped = self.swapped(old, new)
        return swapped.drawn(evidence, {old: get(new).gain()}) if redraw else swapped

    def drawn(self: C, evidence: Evidence, gains: Mapping[str, float]) -> C:
        """With weights as `draws` has them, and biases of 0."""
        raise NotImplementedError

    def swapped(self: C, old: str, new: str) -> C:
        """With another activation, by name."""
        raise NotImplementedError


def draws(evidence: Evidence, gains: Mapping[str, float], known: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    """The weights that can be drawn, of those that are `known`, with the standard deviation of each.

    `gains` are those of activations that have been exchanged, by the name of the old one. Raises CannotTreatError where
    there is none.
    """
    drawn: set[str] = set()
    for node in evidence.nodes:
        name = node.parameter
        if node.kind in ("linear", "recurrent") and name in known and name not in drawn:
            drawn.add(name)
            yield name, wanted_before(node, evidence, gains) / node.fan_in**0.5
    if not drawn:
        raise CannotTreatError("no layer's weights are known")
