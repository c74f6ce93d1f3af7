"""The cases: an architecture, an activation, a fault or none, and a seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import torch

from .architectures import ARCHITECTURES, Half
from .faults import FAULTS, Fault
from .setup import Setup, make_setup

SEEDS = (0, 1, 2)

# A fault is tried with this many of an architecture's activations, the default first.
_ACTIVATIONS = 2


@dataclass(frozen=True, order=True)
class Case:
    """One training to diagnose; a fault of "" means that it is healthy."""

    architecture: str
    activation: str
    fault: str = ""
    seed: int = 0

    @property
    def is_healthy(self) -> bool:
        """True where no fault is injected."""
        return not self.fault

    @property
    def twin(self) -> Case:
        """The case without its fault."""
        return replace(self, fault="")

    def build(self) -> Setup:
        """The setup, the same each time; torch's generator is left as it was."""
        fault = FAULTS.get(self.fault)
        activation = fault.instead if fault and fault.instead else self.activation
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            setup = make_setup(ARCHITECTURES[self.architecture], activation, self.seed)
            return fault.inject(setup) if fault else setup


def cases(half: Half | None = None, *, seeds: Iterable[int] = SEEDS, faults: Iterable[str] | None = None) -> list[Case]:
    """The healthy cases and those of `faults`, by default all, in one half of the architectures or in both."""
    chosen = FAULTS if faults is None else {name: FAULTS[name] for name in faults}
    at = list(seeds)
    return sorted(
        Case(name, activation, fault, seed)
        for name, architecture in ARCHITECTURES.items()
        if half in (None, architecture.half)
        for fault, activation in [
            *(("", each) for each in architecture.activations),
            *((each, activation) for each in chosen for activation in _afflicted(name, chosen[each])),
        ]
        for seed in at
    )


def _afflicted(architecture: str, fault: Fault) -> Iterator[str]:
    """The activations of the architecture with which the fault is tried."""
    if architecture not in fault.where:
        return
    known = ARCHITECTURES[architecture].activations
    if fault.instead:
        # Only the weights' gain, not the function, would tell them apart: one is enough.
        yield known[0]
        return
    yield from [each for each in known if not fault.activations or each in fault.activations][:_ACTIVATIONS]
