"""The data: split by seed, standardised by the training part alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from softknee.comparison.builtin import TEST_TO_TRAIN, load, split
from softknee.comparison.tasks import TASKS


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
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
