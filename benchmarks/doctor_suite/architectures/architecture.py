"""An architecture of the suite: a network, its data, its initial weights and the settings of its training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from torch import nn

from ..activations import Library, Spelling
from .weights import he

Half = Literal["tuning", "reporting"]


@dataclass(frozen=True)
class Architecture:
    """A network that learns its data set, as it stands, with each of its activations; the first is the default.

    `shape` is that of a sample, and `initialise` takes the model and the activation's gain.
    """

    name: str
    about: str
    half: Half
    dataset: str
    shape: tuple[int, ...]
    activations: tuple[str, ...]
    network: Callable[[Spelling, int], nn.Module]
    library: Library = "torch"
    initialise: Callable[[nn.Module, float], None] = he
    optimizer: Literal["adam", "adamw", "sgd"] = "adam"
    rate: float = 1e-3
    batch: int = 64
    steps: int = 300
