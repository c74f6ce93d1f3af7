"""One network looked at with many activations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from softknee.functions.elementwise import Activation

from .domain import kind_of
from .features import Loss, NotFiniteError, features
from .sites import Sites
from .subject import Subject, seeded


@dataclass
class Look:
    """A network and a batch; `kind` and `depth` are known once a network was looked at.

    `found` has the features by activation, a dict for each seed; `failed` says why there are none.
    """

    subject: Subject
    x: Any
    y: Tensor
    loss_fn: Loss
    seeds: int
    kind: str = ""
    depth: int = 0
    found: dict[str, list[dict[str, float]]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def at(self, function: Activation) -> None:
        """Build the network with this activation, once for each seed, and take its features."""
        try:
            self.found[function.name] = [self._features(function, seed) for seed in range(self.seeds)]
        except NotFiniteError as error:
            self.failed[function.name] = str(error)

    def _features(self, function: Activation, seed: int) -> dict[str, float]:
        sites = Sites(function)
        model = self.subject.build(sites, seed)
        self.kind = kind_of(model)
        with seeded(seed):
            found = features(model, sites, self.x, self.y, self.loss_fn)
        self.depth = len(sites.seen)
        return found
