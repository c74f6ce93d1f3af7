"""The data: split by seed, standardised on the training part, the same each time."""

from __future__ import annotations

from itertools import islice

import pytest
import torch
from benchmarks.doctor_suite.data import DATASETS, load


@pytest.mark.parametrize("name", DATASETS)
def test_they_are_standardised_on_the_training_part(name: str) -> None:
    data = load(name, 0)
    assert len(data.x) == pytest.approx(4 * len(data.x_validation), rel=0.03)
    over = None if data.is_image else 0
    assert data.x.double().mean(dim=over).abs().max() < 1e-5
    assert data.x.double().std(dim=over).max() == pytest.approx(1, abs=0.01)
    assert data.x.dtype == torch.float32
    if data.kind == "numbers":
        assert data.y.double().std() == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("name", DATASETS)
def test_the_split_goes_by_the_seed(name: str) -> None:
    one, again, other = load(name, 0), load(name, 0), load(name, 1)
    assert torch.equal(one.x, again.x) and torch.equal(one.y_validation, again.y_validation)
    assert not torch.equal(one.y_validation, other.y_validation)


@pytest.mark.parametrize("name", ["digits", "wine", "breast_cancer"])
def test_classes_are_spread_evenly(name: str) -> None:
    data = load(name, 0)
    shares = [y.long().flatten().bincount() / len(y) for y in (data.y, data.y_validation)]
    assert (shares[0] - shares[1]).abs().max() < 0.02


def test_no_sample_is_in_both_parts() -> None:
    data = load("photo", 0)
    rows = [set(map(tuple, x.tolist())) for x in (data.x, data.x_validation)]
    assert len(rows[0]) == len(data.x) and not rows[0] & rows[1]


def test_an_autoencoder_is_asked_for_its_input() -> None:
    for name in ("digits_themselves", "patches"):
        data = load(name, 0)
        torch.testing.assert_close(data.x, data.y)


def test_batches_are_whole_and_each_epoch_has_its_order() -> None:
    data = load("wine", 0)
    found = list(islice(data.batches(16, seed=0), 20))
    again = list(islice(data.batches(16, seed=0), 20))
    assert all(torch.equal(a, b) for one, other in zip(found, again) for a, b in zip(one, other))
    assert {len(x) for x, _ in found} == {16}
    per_epoch = len(data.x) // 16
    epochs = [torch.cat([x for x, _ in found[at : at + per_epoch]]) for at in (0, per_epoch)]
    assert len({tuple(row) for row in epochs[0].tolist()}) == 16 * per_epoch
    assert not torch.equal(*epochs)
