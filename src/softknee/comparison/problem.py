"""`Problem` and `Metric`: data, a network for each activation, a loss and a score, on which activations are
compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .choice import Choice

if TYPE_CHECKING:
    from torch import Tensor, nn

    from .data_split import Split


# The name of the user's own problem.
OWN = "own"


@dataclass(frozen=True)
class Metric:
    """A score of outputs against targets, over all samples of a part at once.

    Args:
        name: Its name in tables and reports.
        of: The function of outputs and targets that gives the score.
        percent: True where the score is a share from 0 to 1, to be shown in percent.
        sign: 1 where higher is better, -1 where lower is.

    >>> Metric("errors", lambda outputs, targets: float((outputs.argmax(1) != targets).sum()), sign=-1).name
    'errors'
    """

    name: str
    of: Callable[[Tensor, Tensor], float]
    percent: bool = False
    sign: int = 1


@dataclass(frozen=True)
class Problem:
    """A problem on which activations are compared.

    Attributes:
        name: Its name in results and files.
        title: Its name for people.
        about: A sentence on it.
        split: Gives the data's parts for a seed.
        build: Gives a network with an activation, its weights drawn by a seed, the same draws for all activations as
            far as shapes allow.
        loss: The loss of outputs and targets.
        metric: The score.
        epochs, batch, rate: The usual epochs, batch size and learning rate.
        setting: A few words on the network.
        overlap: The number of test samples over that of training samples where each seed splits the same data anew, 0
            where the parts are fixed.
        train: If given, trains the network instead of the loop here: train(model, train, validation, rate=, epochs=,
            batch=, seed=) gets the two parts and returns a list of validation scores, one per epoch.
        picture: Draws what a network, on the CPU, has learned, of shape (height, width, 3) from 0 to 1.
        original: Gives the picture that there was to learn.
        device: The device of training, "" for that on which the network is built.
        looked_at: The number of training samples by which a network's inner state is measured.
        fingerprint: Fingerprints of data, model and the like, by name, that must agree for kept results to be used.
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
