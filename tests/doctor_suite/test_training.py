"""One run: repeatable, bounded in time, and what goes wrong is recorded."""

from __future__ import annotations

from dataclasses import replace
from math import isnan
from typing import Any

import pytest
import torch
from benchmarks.doctor_suite import Case, train
from benchmarks.doctor_suite import training as under_test
from torch import Tensor

CASE = Case("shallow_mlp", "relu")


def test_it_repeats_and_leaves_torch_alone() -> None:
    state = torch.get_rng_state()
    one, again = train(CASE), train(CASE)
    assert torch.equal(torch.get_rng_state(), state)
    assert replace(one, seconds=0.0) == replace(again, seconds=0.0)
    assert one.steps == CASE.build().steps and one.loss < 0.1 < 0.9 < one.score
    assert one.constant_score == pytest.approx(0.4, abs=0.05)


def test_it_stops_in_time() -> None:
    found = train(CASE, seconds=0.0)
    assert found.steps == 1 and found.reason == "out of time in step 1" and isnan(found.score)


def test_what_is_not_finite_failed() -> None:
    found = train(Case("deep_mlp", "relu", "large_init"))
    assert found.failed and "the loss became" in found.reason and isnan(found.score)
    assert found.steps < 250


def test_an_error_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(out: Tensor, y: Tensor) -> Tensor:
        raise ValueError("shapes differ")

    class Wrong(Case):
        def build(self) -> Any:
            return replace(super().build(), loss_fn=wrong)

    found = train(Wrong("shallow_mlp", "relu"))
    assert found.reason == "ValueError: shapes differ" and found.steps == 0 and isnan(found.loss)


def test_scores_that_are_not_finite_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_test.Setup, "score", lambda self, model: float("nan"))
    assert train(CASE).reason == "the validation outputs are not finite"


def test_a_label_is_read_from_a_probability_at_one_half() -> None:
    setup = Case("circles_mlp", "relu", "softmax_over_one").build()
    mended = torch.nn.Sequential(setup.model[0], torch.nn.Sigmoid())  # type: ignore[index]
    healthy = Case("circles_mlp", "relu").build()
    assert setup.score(mended) == healthy.score(setup.model[0])  # type: ignore[index]
    assert setup.score(mended) != setup.score(setup.model)
