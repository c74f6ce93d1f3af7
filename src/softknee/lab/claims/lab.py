"""The networks of the experiments: settings, training by the machinery of `comparison`, and measurements inside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache, partial
from math import inf, isfinite, nan, sqrt
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from softknee.comparison.choice import Choice, choice_of
from softknee.comparison.data_split import ArrayPart, ArraySplit
from softknee.comparison.metrics import ACCURACY, R_SQUARED, squared_error
from softknee.comparison.models import Network, gain_of, make_layer
from softknee.comparison.plan import Run
from softknee.comparison.problem import Problem
from softknee.comparison.result import Result
from softknee.comparison.train import train
from softknee.functions.base import Function

from . import data as datasets
from .scale import Scale

# The number of steps in an epoch, whatever the data: small data get small batches.
_STEPS = 10
# The slope below which, on every training sample, a unit counts as dead.
DEAD_SLOPE = 1e-3


@dataclass(frozen=True)
class Setup:
    """A network and how it is trained.

    `init` is "own" (the activation's forward gain), "he", "xavier", "lecun", "torch" (torch's default), "unit"
    (standard normal) or "small" (deviation 0.01); `bias` is the initial value of hidden biases. `best`: the weights of
    the best validation loss are kept, not the last. `batch` 0 makes ten steps an epoch.
    """

    activation: str | Function = "relu"
    data: str = "digits"
    depth: int = 2
    width: int = 64
    init: str = "own"
    bias: float = 0.0
    optimiser: str = "adam"
    rate: float = 1e-3
    epochs: int = 20
    batch: int = 0
    scaling: str = "standard"
    decay: float = 0.0
    best: bool = False

    @property
    def choice(self) -> Choice:
        """The activation with its parameters."""
        return choice_of(self.activation)


@dataclass
class Fitted:
    """A trained network with its curves; `train_loss` and `validation_loss` have one value per epoch."""

    model: Network
    split: ArraySplit
    result: Result = field(default_factory=lambda: Result("", "", 0))
    train_loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)

    @property
    def x(self) -> Tensor:
        """The training inputs."""
        return self.split.train.x


OnEpoch = Callable[[int, Network], None]
Build = Callable[[Setup, int], Network]
Loss = Callable[[Tensor, Tensor], Tensor]


def network(setup: Setup, seed: int) -> Network:
    """The setting's network, its weights drawn by seed: the same draws for all activations, scaled by `init`."""
    inputs, outputs = datasets.shape_of(setup.data)
    choice = setup.choice
    layers: list[nn.Module] = []
    features = inputs
    for _ in range(setup.depth):
        made = int(setup.width / choice.width)
        layers += [nn.Linear(features, made), make_layer(choice)]
        features = setup.width
    model = Network(nn.Sequential(*layers), nn.Linear(features, outputs))
    draw(model, setup.init, gain_of(choice) if setup.init == "own" else 1.0, seed, setup.bias)
    return model


def draw(model: Network, init: str, gain: float, seed: int, bias: float = 0.0) -> None:
    """Draw all weights; those of the last layer, and with "own" of the first, have gain 1."""
    layers = model.linear_maps
    for at, layer in enumerate(layers):
        is_hidden = at < len(layers) - 1
        out, into = layer.weight.shape[0], layer.weight.shape[1]
        # Standard deviations by `init`; torch's default is uniform up to 1 / sqrt(fan in).
        deviation = {
            "own": (gain if 0 < at < len(layers) - 1 else 1.0) / sqrt(into),
            "he": sqrt(2 / into),
            "xavier": sqrt(2 / (into + out)),
            "lecun": 1 / sqrt(into),
            "torch": 1 / sqrt(3 * into),
            "unit": 1.0,
            "small": 0.01,
        }[init]
        draws = np.random.default_rng((seed, 1, at)).standard_normal(tuple(layer.weight.shape))
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(draws * deviation))
            layer.bias.fill_(bias if is_hidden else 0.0)  # type: ignore[union-attr]


def optimiser_of(setup: Setup, model: nn.Module) -> torch.optim.Optimizer:
    """The setting's optimiser, for the model's parameters."""
    makers: dict[str, Callable[..., torch.optim.Optimizer]] = {
        "sgd": torch.optim.SGD,
        "momentum": partial(torch.optim.SGD, momentum=0.9),
        "adam": partial(torch.optim.Adam, fused=True),
        "adagrad": torch.optim.Adagrad,
    }
    return makers[setup.optimiser](model.parameters(), lr=setup.rate, weight_decay=setup.decay)


def fit(
    setup: Setup, seed: int, build: Build = network, on_epoch: OnEpoch | None = None, loss: Loss | None = None
) -> Fitted:
    """A network of the setting, trained by `comparison.train`; a divergence is recorded in the result's reason."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    split = datasets.parts(setup.data, seed, setup.scaling)
    fitted = Fitted(build(setup, seed), split)
    is_number = datasets.is_number(setup.data)
    loss = loss or (squared_error if is_number else nn.functional.cross_entropy)
    problem = Problem(
        name=setup.data,
        title=setup.data,
        about="",
        split=lambda _: split,
        build=lambda *_: fitted.model,
        loss=loss,
        metric=R_SQUARED if is_number else ACCURACY,
        epochs=setup.epochs,
        batch=setup.batch or -(-len(split.train) // _STEPS),
        train=partial(_loop, setup, fitted, loss, on_epoch),
    )
    try:
        fitted.result = train(Run(problem.name, setup.choice, seed, setup.epochs, setup.rate), problem)
    finally:
        torch.set_num_threads(threads)
    return fitted


def _loop(
    setup: Setup,
    fitted: Fitted,
    loss: Loss,
    on_epoch: OnEpoch | None,
    model: Network,
    training: ArrayPart,
    validation: ArrayPart,
    epochs: int,
    batch: int,
    seed: int,
    **_: Any,
) -> list[float]:
    """Train by minibatches in the order of `comparison`; gives the validation scores, epoch by epoch."""
    optimiser = optimiser_of(setup, model)
    score = (R_SQUARED if datasets.is_number(setup.data) else ACCURACY).of
    lowest = inf
    scores: list[float] = []
    state: dict[str, Tensor] = {}
    if on_epoch:
        on_epoch(0, model)
    for epoch in range(epochs):
        total = torch.zeros(())
        for x, y in training.batches(batch, np.random.default_rng((seed, 2, epoch))):
            optimiser.zero_grad()
            value = loss(model(x), y)
            value.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            total += value.detach() * len(y)
        fitted.train_loss.append(float(total) / len(training))
        with torch.no_grad():
            out = model(validation.x)
            reached = float(loss(out, validation.y))
        fitted.validation_loss.append(reached)
        if not (isfinite(reached) and isfinite(fitted.train_loss[-1])):
            return [*scores, nan]
        scores.append(score(out, validation.y))
        if on_epoch:
            on_epoch(epoch + 1, model)
        if setup.best and reached < lowest:
            lowest = reached
            state = {name: each.clone() for name, each in model.state_dict().items()}
    if state:
        model.load_state_dict(state)
    return scores


@lru_cache(maxsize=512)
def tuned(
    setup: Setup, rates: tuple[float, ...], scale: Scale, by: str = "validation", build: Build = network
) -> Setup:
    """The setting at the learning rate whose loss is lowest on the tuning seeds, where nothing is compared.

    `by` is "validation" (the best epoch's loss there) or "training" (the last epochs' loss).
    """
    if not scale.tuning():
        return replace(setup, rate=rates[len(rates) // 2])

    def reached(rate: float) -> float:
        losses = []
        for seed in scale.tuning():
            fitted = fit(replace(setup, rate=rate), seed, build)
            if fitted.result.failed:
                return inf
            last = fitted.train_loss[-max(1, setup.epochs // 5) :]
            losses.append(min(fitted.validation_loss) if by == "validation" else float(np.mean(last)))
        return float(np.mean(losses))

    return replace(setup, rate=min(rates, key=reached))


# -- the inner state of a network --------------------------------------------------------------
@torch.no_grad()
def layers_of(model: Network, x: Tensor) -> list[tuple[Tensor, Tensor]]:
    """The inputs and outputs of each hidden activation."""
    found = []
    before = x
    for module in model.hidden:
        x = module(before)
        if not isinstance(module, nn.Linear):
            found.append((before, x))
        before = x
    return found


def dead_by_layer(model: Network, choice: Choice, x: Tensor) -> list[Tensor]:
    """For each hidden layer, a boolean for each unit: True where it has hardly any slope on every sample.

    A unit of maxout always has slope 1 by its largest input.
    """
    if getattr(choice.function, "derivative", None) is None:
        return [torch.zeros(out.shape[1], dtype=torch.bool) for _, out in layers_of(model, x)]
    slopes = []
    for activation, (before, _) in zip(
        [m for m in model.hidden if not isinstance(m, nn.Linear)], layers_of(model, x), strict=True
    ):
        z = before.clone().requires_grad_()
        (slope,) = torch.autograd.grad(activation(z).sum(), z)
        slopes.append((slope.abs() < DEAD_SLOPE).all(dim=0))
    return slopes


def dead_share(fitted: Fitted, choice: Choice) -> float:
    """The share of dead hidden units on the training part; NaN after a divergence."""
    if fitted.result.failed:
        return nan
    return float(torch.cat(dead_by_layer(fitted.model, choice, fitted.x)).double().mean())


@dataclass(frozen=True)
class Ran:
    """The numbers of a run that are kept when its network is dropped; `score` is that of the test part."""

    score: float
    train_loss: tuple[float, ...]
    validation_loss: tuple[float, ...]
    dead: float


@cache
def ran(setup: Setup, seed: int, build: Build = network) -> Ran:
    """Train a network of the setting, once, and keep its numbers."""
    fitted = fit(setup, seed, build)
    return Ran(
        fitted.result.score,
        tuple(fitted.train_loss),
        tuple(fitted.validation_loss),
        dead_share(fitted, setup.choice),
    )
