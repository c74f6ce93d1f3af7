"""What is trained: data, a network for each activation, a loss, and a metric."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .choice import Choice

if TYPE_CHECKING:
    from torch import Tensor, nn

    from .data_split import Split


# The name of a problem that is a person's own.
OWN = "own"


@dataclass(frozen=True)
class Metric:
    """A score of outputs and targets, over all samples of a part at once.

    `percent`: a share, shown as such. `sign` is 1 where higher is better, and -1 where lower is.
    """

    name: str
    of: Callable[[Tensor, Tensor], float]
    percent: bool = False
    sign: int = 1


@dataclass(frozen=True)
class Problem:
    """A problem on which activations are compared.

    `split` gives the parts for a seed. `build` gives a network with the activation, its weights drawn by seed, the
    same draws for all activations as far as shapes allow. `overlap` is the number of test samples over that of
    training samples where each seed splits the same data anew, and 0 where the parts are fixed. `train`, if given,
    trains the network instead of the loop here: train(model, train, validation, rate=, epochs=, batch=, seed=) gets the
    two parts and returns a list of validation scores, one per epoch. `picture` draws what a network has learned, of
    shape (height, width, 3) from 0 to 1; it gets the network on the CPU; `original` is
    what there was to learn. `device` is where the network is trained,
    if not where it is built. `looked_at` is how many training samples show how a network is inside.
    `fingerprint` says what was compared in, name by name.
    """

    name: str
    title: str
    about: str
    split: Callable[[int], Split]
    build: Callable[[Choice, Split, int], nn.Module]
    loss: Callable[[Tensor, Tensor], Tensor]
    metric: Metric
    epochs: int
    batch: int
    rate: float = 1e-3
    setting: str = ""
    overlap: float = 0.0
    train: Callable[..., list[float]] | None = None
    picture: Callable[[nn.Module], Any] | None = None
    original: Callable[[], Any] | None = None
    device: str = ""
    looked_at: int = 1024
    fingerprint: dict[str, str] = field(default_factory=dict, hash=False)
