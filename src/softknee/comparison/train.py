"""One run: train one network with one activation and one seed, and measure it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from math import isfinite, nan
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from .measures import Probe, probe
from .models import Network, gain_of, initialise, make_model
from .plan import Run
from .tasks import Data, Part, split

PROBE_SAMPLES = 1024


@dataclass
class Result:
    """What a run left: `reason` says why it failed, and is empty where it did not.

    Scores are those of the weights with the best validation score; curves have one value per epoch.
    """

    task: str
    activation: str
    seed: int
    reason: str = ""
    train_loss: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    score: float = nan
    best_epoch: int = 0
    epoch_seconds: float = nan
    dead_share: float = nan
    dead_by_layer: list[float] = field(default_factory=list)
    gradient_ratio_start: float = nan
    gradient_ratio: float = nan
    gain: float = nan
    parameters: int = 0

    @property
    def failed(self) -> bool:
        """Whether it stopped before the end."""
        return bool(self.reason)

    def as_json(self) -> dict[str, Any]:
        """A dict that JSON can hold: what is not finite is None."""
        return {name: _finite(value) for name, value in asdict(self).items()}


def _finite(value: Any) -> Any:
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not isfinite(value) else value


class _DivergedError(Exception):
    """Training left the finite numbers."""


def train(run: Run, data: Data) -> Result:
    """Do the run; what goes wrong in it is recorded as the result's reason, not raised."""
    result = Result(run.task.name, run.choice.label, run.seed)
    try:
        with torch.random.fork_rng(devices=[]):  # for activations that draw random numbers, as rrelu does
            torch.manual_seed(run.seed)
            _train(run, data, result)
    except _DivergedError as error:
        result.reason = str(error)
    except Exception as error:
        result.reason = f"{type(error).__name__}: {error}"
    return result


def _train(run: Run, data: Data, result: Result) -> None:
    task = run.task
    parts = split(data, run.seed)
    x, y = _tensors(parts.train)
    validation, test = _tensors(parts.validation), _tensors(parts.test)
    loss = nn.functional.cross_entropy if task.target == "classes" else _squared_error
    score = accuracy if task.target == "classes" else r_squared
    model, activations = make_model(task, tuple(x.shape[1:]), parts.outputs, run.choice)
    result.gain = gain_of(run.choice)
    result.parameters = sum(p.numel() for p in model.parameters())
    initialise(model, result.gain, run.seed)

    def look() -> Probe:
        return probe(model, activations, loss, x[:PROBE_SAMPLES], y[:PROBE_SAMPLES])

    result.gradient_ratio_start = look().gradient_ratio
    optimiser = torch.optim.Adam(model.parameters(), lr=task.rate, fused=True)
    best: tuple[float, float] = (-np.inf, -np.inf)
    state: dict[str, Tensor] = {}
    seconds = []
    for epoch in range(run.epochs):
        order = torch.from_numpy(np.random.default_rng((run.seed, 2, epoch)).permutation(len(x)))
        start = perf_counter()
        mean_loss = _epoch(model, optimiser, loss, x[order], y[order], task.batch)
        seconds.append(perf_counter() - start)
        result.train_loss.append(mean_loss)
        if not isfinite(mean_loss):
            raise _DivergedError(f"the training loss became {mean_loss} in epoch {epoch + 1}")
        reached = _evaluate(model, loss, score, *validation)
        result.validation.append(reached[0])
        if not all(map(isfinite, reached)):
            raise _DivergedError(f"the validation loss became {-reached[1]} in epoch {epoch + 1}")
        if reached > best:
            best, result.best_epoch = reached, epoch + 1
            state = {name: value.clone() for name, value in model.state_dict().items()}
    last = look()
    result.epoch_seconds = median(seconds)
    result.dead_share, result.gradient_ratio = last.dead_share, last.gradient_ratio
    result.dead_by_layer = [dead / units for dead, units in zip(last.dead, last.units)]
    model.load_state_dict(state)
    reached = _evaluate(model, loss, score, *test)
    if not all(map(isfinite, reached)):
        raise _DivergedError(f"the test loss is {-reached[1]}")
    result.score = reached[0]


def _tensors(part: Part) -> tuple[Tensor, Tensor]:
    return torch.from_numpy(part.x), torch.from_numpy(part.y)


def _epoch(
    model: Network,
    optimiser: torch.optim.Optimizer,
    loss: Callable[[Tensor, Tensor], Tensor],
    x: Tensor,
    y: Tensor,
    batch: int,
) -> float:
    """Train on all samples once, in the order given; the mean loss."""
    model.train()
    total = torch.zeros((), dtype=torch.float64)
    for at in range(0, len(x), batch):
        rows, labels = x[at : at + batch], y[at : at + batch]
        optimiser.zero_grad()
        value = loss(model(rows), labels)
        value.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        total += value.detach() * len(rows)
    return float(total) / len(x)


@torch.no_grad()
def _evaluate(
    model: Network,
    loss: Callable[[Tensor, Tensor], Tensor],
    score: Callable[[Tensor, Tensor], float],
    x: Tensor,
    y: Tensor,
) -> tuple[float, float]:
    """The score, and the negative loss, which decides between equal scores."""
    model.eval()
    out = model(x)
    return score(out, y), -float(loss(out, y))


def _squared_error(out: Tensor, y: Tensor) -> Tensor:
    return nn.functional.mse_loss(out[:, 0], y)


def accuracy(out: Tensor, y: Tensor) -> float:
    """The share of samples whose largest output is the label's."""
    return float((out.argmax(dim=1) == y).double().mean())


def r_squared(out: Tensor, y: Tensor) -> float:
    """1 minus the squared error over that of always guessing the mean."""
    y = y.double()
    return float(1 - (out[:, 0].double() - y).square().sum() / (y - y.mean()).square().sum())
