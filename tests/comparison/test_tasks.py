"""The data: split by seed, standardised by the training part alone."""

from __future__ import annotations

import base64
import platform
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
import pytest
import torch

import softknee as knee
from softknee.comparison import builtin_problem, characters_problem, photograph_problem
from softknee.comparison.array_data import TEST_TO_TRAIN, split
from softknee.comparison.builtin_problem import load, problem_of
from softknee.comparison.choice import choice_of
from softknee.comparison.data_split import first_batch
from softknee.comparison.metrics import BITS
from softknee.comparison.plan import TUNING_SEED, Run
from softknee.comparison.result import png
from softknee.comparison.tasks import TASKS, Task, scaled
from softknee.comparison.train import train

SKLEARN = {name: task for name, task in TASKS.items() if task.network in ("mlp", "conv")}


@pytest.mark.parametrize("task", SKLEARN.values(), ids=SKLEARN)
def test_parts_are_disjoint_and_complete(task) -> None:  # type: ignore[no-untyped-def]
    data = load(task)
    numbered = replace(data, x=np.arange(len(data.y), dtype=float)[:, None], is_image=False)
    parts = split(numbered, 0)
    counts = [len(part.y) for part in (parts.train, parts.validation, parts.test)]
    assert sum(counts) == len(data.y)
    # Standardised row numbers are still distinct, so they show whether a row was used twice.
    together = np.concatenate([part.x[:, 0].numpy() for part in (parts.train, parts.validation, parts.test)])
    assert len(np.unique(together)) == len(data.y)
    assert counts[2] / counts[0] == pytest.approx(TEST_TO_TRAIN, rel=0.05)


@pytest.mark.parametrize("name", ["wine", "diabetes", "digits-conv"])
def test_only_the_training_part_sets_the_scale(name: str) -> None:
    data = load(TASKS[name])
    parts = split(data, 3)
    along = None if data.is_image else 0
    assert parts.train.x.numpy().mean(axis=along) == pytest.approx(0.0, abs=1e-5)
    assert parts.train.x.numpy().std(axis=along) == pytest.approx(1.0, abs=1e-5)
    assert abs(parts.test.x.numpy().mean(axis=along)).max() > 1e-3
    if name == "diabetes":
        assert parts.train.y.numpy().mean() == pytest.approx(0.0, abs=1e-5)
        assert parts.train.y.numpy().std() == pytest.approx(1.0, abs=1e-5)


def test_constant_columns_stay_finite() -> None:
    data = load(TASKS["wine"])
    x = data.x.copy()
    x[:, 0] = 5.0
    assert (split(replace(data, x=x), 0).test.x[:, 0] == 0).all()


def test_the_targets_are_spread_evenly() -> None:
    data = load(TASKS["wine"])
    shares = [np.bincount(part.y) / len(part.y) for part in (split(data, 5).train, split(data, 5).test)]
    assert shares[0] == pytest.approx(shares[1], abs=0.04)


def test_the_seed_decides_the_split() -> None:
    data = load(TASKS["wine"])
    again = split(data, 1).test.x
    assert np.array_equal(split(data, 1).test.x, again)
    assert not np.array_equal(split(data, 2).test.x, again)


def test_shapes() -> None:
    assert split(load(TASKS["digits-conv"]), 0).train.x.shape[1:] == (1, 8, 8)
    assert split(load(TASKS["digits-mlp"]), 0).train.x.shape[1:] == (64,)
    assert load(TASKS["diabetes"]).outputs == 1
    assert load(TASKS["digits-mlp"]).outputs == 10


# -- the photograph and the text -----------------------------------------------------------


def test_the_photograph_is_that_of_scikit_learn() -> None:
    from sklearn.datasets import load_sample_image

    small = photograph_problem.photograph("china.jpg", 96)
    assert small.shape == (96, 96, 3)
    middle = load_sample_image("china.jpg")[21 : 21 + 384, 128 : 128 + 384]
    assert small[0, 0] == pytest.approx(middle[:4, :4].reshape(16, 3).mean(0) / 255)
    assert small[-1, -1] == pytest.approx(middle[-4:, -4:].reshape(16, 3).mean(0) / 255)


def test_the_photograph_is_at_its_coordinates() -> None:
    side = TASKS["photograph"].size
    parts = problem_of(TASKS["photograph"]).split(0)
    pixels = photograph_problem.photograph("china.jpg", side)
    for part in (parts.train, parts.test):
        x, y = first_batch(part, 50)
        rows = ((x[:, :2] + 1) / 2 * (side - 1)).round().long()
        assert (y / 4 + 0.5).numpy() == pytest.approx(pixels[rows[:, 1], rows[:, 0]], abs=1e-6)


def test_a_network_that_knows_the_photograph_draws_it() -> None:
    problem = problem_of(TASKS["photograph"])
    pixels = photograph_problem.photograph("china.jpg", 96)

    class Knows(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            rows = ((x[:, :2] + 1) / 2 * 95).round().long().numpy()
            return torch.from_numpy((pixels[rows[:, 1], rows[:, 0]] - 0.5) * 4 + 0.04)

    assert problem.picture is not None
    drawn = problem.picture(Knows())
    assert drawn == pytest.approx(np.minimum(pixels + 0.01, 1), abs=1e-6)
    x, y = first_batch(problem.split(0).test, 500)
    assert problem.metric.of(Knows()(x), y) == pytest.approx(40, abs=0.5)  # an error of 1/100


def test_pictures_are_kept_as_png() -> None:
    from PIL import Image

    pixels = photograph_problem.photograph("china.jpg", 96)
    read = np.asarray(Image.open(BytesIO(base64.b64decode(png(pixels)))))
    assert read / 255 == pytest.approx(pixels, abs=0.5 / 255 + 1e-9)


def test_the_text_is_python_source() -> None:
    import argparse
    import inspect

    task = TASKS["characters"]
    symbols = characters_problem.source(task.size)
    assert len(symbols) == 1000 * task.size
    known = characters_problem._KNOWN + "?"
    start = inspect.getsource(argparse)[:3000]
    assert "".join(known[at] for at in symbols[:3000]) == start
    assert characters_problem.source(10**6)[-1] < characters_problem.SYMBOLS  # all modules are there


def test_each_character_is_to_be_told_from_those_before() -> None:
    parts = problem_of(TASKS["characters"]).split(0)
    x, y = first_batch(parts.train, 20)
    assert x.shape == y.shape == (20, characters_problem.CONTEXT)
    assert torch.equal(x[:, 1:], y[:, :-1])


def test_the_transformer_looks_at_nothing_that_comes_later() -> None:
    problem = problem_of(TASKS["characters"])
    parts = problem.split(0)
    model = problem.build(choice_of("swiglu"), parts, 0)
    x, _ = first_batch(parts.train, 4)
    changed = x.clone()
    changed[:, 40:] = 5
    before, after = model(x), model(changed)
    torch.testing.assert_close(before[:, :, :40], after[:, :, :40])
    assert not torch.allclose(before[:, :, 40:], after[:, :, 40:])


def test_bits_are_lower_for_the_better() -> None:
    out = torch.zeros(2, 4, 3)  # four symbols alike: two bits
    assert BITS.of(out, torch.zeros(2, 3, dtype=torch.long)) == pytest.approx(2.0)
    assert BITS.sign == -1


@pytest.mark.parametrize("name", ["photograph", "characters"])
def test_they_train(name: str) -> None:
    task = replace(scaled(TASKS[name], 0.25), epochs=2)
    problem = problem_of(task)
    result = train(Run(name, choice_of("relu"), 0, 2, task.rate), problem)
    assert not result.failed, result.reason
    assert result.train_loss[1] < result.train_loss[0]
    assert bool(result.picture) == (name == "photograph")
    # Nothing learned is worth: the colours' mean for the one, all characters alike for the other.
    assert result.score > 10 if name == "photograph" else result.score < 5


# -- scale and identity --------------------------------------------------------------------


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_scale(task: Task) -> None:
    larger = scaled(task, 4)
    assert larger.widths == tuple(2 * width for width in task.widths)
    assert larger.size == task.size * (2 if task.network == "coordinates" else 4)
    assert scaled(task, 1) is task
    problem = problem_of(scaled(task, 0.3))
    parts = problem.split(0)
    assert len(problem.build(choice_of("glu"), parts, 0)(first_batch(parts.train, 2)[0])) == 2
    assert problem.fingerprint != problem_of(task).fingerprint


@pytest.mark.parametrize("scale", [0, -1, float("nan"), float("inf"), True, "2"])
def test_bad_scale(scale: Any) -> None:
    with pytest.raises(knee.ArgumentError, match="compare: scale = "):
        scaled(TASKS["wine"], scale)


def test_a_photograph_has_only_so_many_pixels() -> None:
    with pytest.raises(knee.ArgumentError, match="scale"):
        problem_of(scaled(TASKS["photograph"], 100))


def test_the_fingerprint_tells_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    before = problem_of(TASKS["wine"]).fingerprint
    data = load(TASKS["wine"])
    x = data.x.copy()
    x[5, 5] += 1e-9
    monkeypatch.setattr(builtin_problem, "load", lambda task: replace(data, x=x))
    after = problem_of(TASKS["wine"]).fingerprint
    assert {name for name in before if before[name] != after[name]} == {"data"}


def test_the_fingerprint_tells_the_version_of_python() -> None:
    assert problem_of(TASKS["characters"]).fingerprint["Python"] == platform.python_version()


def test_the_seed_on_which_rates_are_tuned_is_none_of_the_others() -> None:
    for name in ("wine", "photograph", "characters"):
        problem = problem_of(TASKS[name])
        tuned = problem.split(TUNING_SEED).train
        for seed in range(3):
            assert not torch.equal(first_batch(tuned, 90)[0], first_batch(problem.split(seed).train, 90)[0])
