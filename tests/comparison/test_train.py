"""One training run: it repeats exactly, is paired by seed, and its errors are recorded."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest
import torch

import softknee as knee
from softknee.comparison.builtin_problem import problem_of
from softknee.comparison.choice import choice_of
from softknee.comparison.metrics import accuracy, r_squared
from softknee.comparison.plan import Run
from softknee.comparison.result import Result
from softknee.comparison.tasks import TASKS
from softknee.comparison.train import train


def run(asked: Any, task: str = "wine", seed: int = 0, epochs: int = 2, **changes: Any) -> Result:
    problem = problem_of(replace(TASKS[task], **changes))
    return train(Run(task, choice_of(asked), seed, epochs, problem.rate), problem)


COSTS = ("epoch_seconds", "step_seconds", "peak_bytes")


def measured(result: Result) -> dict[str, Any]:
    return {k: v for k, v in asdict(result).items() if k not in ("activation", *COSTS)}


@pytest.mark.parametrize("task", ["wine", "digits-conv", "diabetes"])
def test_the_same_function_gives_the_same_bits(task: str) -> None:
    """Activations are compared on the same split, order of batches and draws."""
    one = run("relu", task)
    assert measured(run("leaky_relu:negative_slope=0", task)) == measured(one)
    assert measured(run("leaky_relu", task)) != measured(one)


def test_random_activations_repeat_and_leave_torch_alone() -> None:
    state = torch.get_rng_state()
    assert measured(run("rrelu")) == measured(run("rrelu"))
    assert torch.equal(torch.get_rng_state(), state)


def test_it_learns() -> None:
    result = run("relu", epochs=15)
    assert not result.failed
    assert result.train_loss[-1] < result.train_loss[0] / 4
    assert result.score > 0.9
    assert len(result.train_loss) == len(result.validation) == 15
    assert result.epoch_seconds > 0
    assert result.parameters == 13 * 64 + 64 + 64 * 64 + 64 + 64 * 3 + 3
    assert len(result.dead_by_layer) == 2


def test_the_best_epoch_is_scored() -> None:
    result = run("relu", "diabetes", epochs=25)
    assert result.best_epoch < 25
    assert result.validation[result.best_epoch - 1] == max(result.validation)
    # Training up to that epoch alone gives the same weights, so the same score.
    assert run("relu", "diabetes", epochs=result.best_epoch).score == result.score


def test_learnable_parameters_learn_and_count() -> None:
    assert run("prelu").parameters == run("relu").parameters + 2
    assert run("prelu").score != run("leaky_relu:negative_slope=0.25").score or (
        run("prelu").train_loss != run("leaky_relu:negative_slope=0.25").train_loss
    )


def test_divergence_is_recorded() -> None:
    result = run("relu", "diabetes", epochs=20, rate=1e30)
    assert result.failed
    assert "loss became" in result.reason
    assert np.isnan(result.score)
    json.loads(json.dumps(result.as_json(), allow_nan=False))


def test_an_error_is_recorded() -> None:
    result = run("softmax2d")
    assert result.reason.startswith("ArgumentError: softmax2d")


def test_ones_own_activation_trains() -> None:
    @knee.activation
    def my_relu(x):  # type: ignore[no-untyped-def]
        return knee.where(x > 0, x, 0)

    assert measured(run(my_relu)) == measured(run("relu"))


def test_metrics() -> None:
    assert accuracy(torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.2, 0.1]]), torch.tensor([0, 1, 1])) == pytest.approx(2 / 3)
    y = torch.tensor([1.0, 2.0, 3.0])
    assert r_squared(y[:, None], y) == 1.0
    assert r_squared(torch.full((3, 1), 2.0), y) == 0.0
