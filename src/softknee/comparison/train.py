"""One training run: a network with one activation and one seed, trained and measured."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from statistics import median
from time import perf_counter

import numpy as np
import torch
from torch import Tensor, nn

from .data_split import Batch, Part, Split, first_batch
from .devices import device_of, ready, wait_for
from .health import look
from .model_outputs import answer
from .models import gain_of
from .peak_memory import PeakMemory
from .plan import Run
from .problem import Problem
from .random_streams import RandomStream, generator
from .result import Result, png

# The number of samples that are evaluated at a time.
_JUDGED = 1024


class _DivergedError(Exception):
    """An error for a loss or a score that is not finite."""


def train(run: Run, problem: Problem) -> Result:
    """The result of a run; an error in it is recorded as the result's reason, and not raised."""
    result = Result(run.problem, run.choice.label, run.seed, stage=run.stage, rate=run.rate)
    try:
        with RandomStream(run.seed)():  # activations such as rrelu draw random numbers, and so do users' models
            _train(run, problem, result)
    except _DivergedError as error:
        result.reason = str(error)
    except Exception as error:
        result.reason = f"{type(error).__name__}: {error}"
    return result


def _train(run: Run, problem: Problem, result: Result) -> None:
    model, parts = ready(problem, run.choice, run.seed)
    result.gain = gain_of(run.choice)
    result.parameters = sum(p.numel() for p in model.parameters())
    sample = first_batch(parts.train, problem.looked_at)
    result.gradient_ratio_start = look(model, problem.loss, sample).gradient_ratio
    if problem.train is None:
        _fit(run, problem, parts, model, result)
    else:
        _leave(run, problem, parts, model, result)
    after = look(model, problem.loss, sample)
    result.dead_share, result.dead_by_layer = after.dead_share, after.dead_by_layer
    result.gradient_ratio = after.gradient_ratio
    if run.stage == "final":
        reached = _evaluate(model, problem, parts.test)
        if not all(map(isfinite, reached)):
            raise _DivergedError(f"the test {_what(problem, reached)}")
        result.score = reached[0] * problem.metric.sign
        if problem.picture is not None:
            result.picture = png(problem.picture(model.to("cpu")))


def _fit(run: Run, problem: Problem, parts: Split, model: nn.Module, result: Result) -> None:
    """Train with Adam, record the curves, and leave the model with the weights of the best validation score."""
    optimiser = torch.optim.Adam(model.parameters(), lr=run.rate, fused=True)
    best: tuple[float, float] = (-np.inf, -np.inf)
    state: dict[str, Tensor] = {}
    epochs, steps = [], []
    for epoch in range(run.epochs):
        order = generator(run.seed, 2, epoch)
        start = perf_counter()
        mean_loss, each = _epoch(model, optimiser, problem, parts.train.batches(problem.batch, order))
        epochs.append(perf_counter() - start)
        steps += each
        result.train_loss.append(mean_loss)
        if not isfinite(mean_loss):
            raise _DivergedError(f"the training loss became {mean_loss} in epoch {epoch + 1}")
        reached = _evaluate(model, problem, parts.validation)
        result.validation.append(reached[0] * problem.metric.sign)
        if not all(map(isfinite, reached)):
            raise _DivergedError(f"the validation {_what(problem, reached)} in epoch {epoch + 1}")
        if reached > best:
            best, result.best_epoch = reached, epoch + 1
            state = {name: value.clone() for name, value in model.state_dict().items()}
    result.epoch_seconds, result.step_seconds = median(epochs), median(steps)
    result.peak_bytes = _peak(model, problem, first_batch(parts.train, problem.batch))
    model.load_state_dict(state)


def _leave(run: Run, problem: Problem, parts: Split, model: nn.Module, result: Result) -> None:
    """Have the user's own function train the model, and record its validation scores."""
    start = perf_counter()
    scores = problem.train(  # type: ignore[misc]
        model, parts.train, parts.validation, rate=run.rate, epochs=run.epochs, batch=problem.batch, seed=run.seed
    )
    result.validation = [float(score) for score in scores]
    if not result.validation:
        raise ValueError("train: returned no validation score")
    result.best_epoch = len(result.validation)
    result.epoch_seconds = (perf_counter() - start) / len(result.validation)
    if not isfinite(result.validation[-1]):
        raise _DivergedError(f"the validation score is {result.validation[-1]}")


def _epoch(
    model: nn.Module, optimiser: torch.optim.Optimizer, problem: Problem, batches: Iterable[Batch]
) -> tuple[float, list[float]]:
    """Train on all batches once; gives the mean loss over samples, and the seconds of each step."""
    model.train()
    total, count = torch.zeros((), dtype=torch.float64), 0
    seconds, device = [], device_of(model)
    for x, y in batches:
        start = perf_counter()
        optimiser.zero_grad()
        value = problem.loss(answer(model, x), y)
        value.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        wait_for(device)
        seconds.append(perf_counter() - start)
        total += value.detach().cpu() * len(y)
        count += len(y)
    return float(total) / max(1, count), seconds


@torch.no_grad()
def _evaluate(model: nn.Module, problem: Problem, part: Part) -> tuple[float, float]:
    """The score with the sign that makes higher better, and the negative loss, which decides between equal scores."""
    model.eval()
    outputs, targets = zip(*((answer(model, x), y) for x, y in part.batches(max(problem.batch, _JUDGED))))
    out, y = torch.cat(outputs), torch.cat(targets)
    return float(problem.metric.of(out, y)) * problem.metric.sign, -float(problem.loss(out, y))


def _what(problem: Problem, reached: tuple[float, float]) -> str:
    if isfinite(reached[1]):
        return f"{problem.metric.name} became {reached[0]}"
    return f"loss became {-reached[1]}"


def _peak(model: nn.Module, problem: Problem, batch: Batch) -> float:
    """The most bytes that the tensors made by one training step take."""
    x, y = batch
    model.train()
    gradients: list[tuple[nn.Parameter, Tensor | None]] = [(p, p.grad) for p in model.parameters()]
    buffers = {name: value.clone() for name, value in model.state_dict().items()}
    for parameter in model.parameters():
        parameter.grad = None
    with PeakMemory() as memory:
        problem.loss(answer(model, x), y).backward()  # type: ignore[no-untyped-call]
    for parameter, gradient in gradients:
        parameter.grad = gradient
    model.load_state_dict(buffers)
    return float(memory.peak)
